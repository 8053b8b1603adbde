"""Fixtures: a small site as Mesa shows it, for the tests of the Mesa face."""

from __future__ import annotations

import pytest

from cpi_sim.model import ConnectingPeopleModel, Past

SCENARIO = "usual_care_inclusion_project"
SEED = 11
SMALL = {
    "community_members": 120,
    "service_users": 18,
    "settings": 10,
    "users_only_groups": 1,
    "burn_in_years": 1,
    "illness_years_low": 0.3,
    "illness_years_high": 1.0,
}
SUPPORT = {"contacts_per_month": 8, "protected_hours": 20, "open_plans_at_most": 20}
PERSONS = 120 + 18 + 9


@pytest.fixture(scope="module")
def past() -> Past:
    return ConnectingPeopleModel(SCENARIO, rng=SEED, **SMALL).past


@pytest.fixture
def model(past: Past) -> ConnectingPeopleModel:
    return ConnectingPeopleModel(SCENARIO, past=past, **SMALL, **SUPPORT)


@pytest.fixture(scope="module")
def lived(past: Past) -> ConnectingPeopleModel:
    """A model after ten weeks of support; only read it."""
    model = ConnectingPeopleModel(SCENARIO, past=past, **SMALL, **SUPPORT)
    for _ in range(10):
        model.step()
    return model
