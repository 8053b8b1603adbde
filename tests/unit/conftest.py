"""Fixtures: a small site as Mesa shows it, for the tests of the Mesa face; a small batch, for those of batches."""

from __future__ import annotations

import pytest

from cpi_sim.batches.batch import BatchResult, run_batch
from cpi_sim.model import ConnectingPeopleModel, Past
from cpi_sim.reports import page
from tests.batches import small_scenario

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


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> BatchResult:
    """A batch that nothing happened to; only read it."""
    return run_batch(small_scenario(), tmp_path_factory.mktemp("results"), workers=1, progress=False)


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures take seconds: those of one batch, the undisturbed, are enough."""
    monkeypatch.setattr(page, "batch_figures", lambda material: {})
