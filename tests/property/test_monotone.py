"""Whole sites: more hours given to connecting work never lower memberships or new ties, more stigma never raises them.

Arms of one site share everything that the change does not touch, so a dozen sites tell small effects from none. The
hours are forced: protected for connecting work, of which there is none else. Each test asks for a mean over twelve
paired sites that is two of its standard errors from nought, and on the right side. With other seeds the weakest
contrast (four standard errors) would fall short of that once in forty times, and come out on the wrong side once in
30,000; the seeds are fixed, so that nothing fails by chance on an unchanged model.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from cpi_sim.parameters import defaults
from cpi_sim.simulation.past import enter, make_past
from cpi_sim.simulation.weeks import run_weeks
from cpi_sim.site.tables import FROM_FAMILY, TIES, Site
from tests.sites import PROGRAM

SITES = 12
WEEKS = 39
TINY = {
    "community_members": 200, "service_users": 40, "settings": 12, "users_only_groups": 1, "burn_in_years": 0,
    "illness_years_low": 0.2, "illness_years_high": 0.6,
}  # fmt: skip
FORCED = {"contacts_per_month": 8, "open_plans_at_most": 40, "connecting_share": 0}
HOURS = (0.0, 10.0, 40.0)
"""Connecting hours a week that each full-time worker is given."""
STIGMA = ("as it is", "half as open", "hardly anybody open")
MEASURES = ("memberships", "new ties")


def values_of(**changes: float) -> dict[str, float]:
    return defaults("community_team") | TINY | FORCED | changes


@cache
def past_of(seed: int) -> Site:
    return make_past(values_of(), seed, PROGRAM)


def live(seed: int, change: Callable[[Site], None] | None = None, **parameters: float) -> np.ndarray:
    """Memberships at the end, and social ties begun, per service user, in one arm of one site."""
    site = enter(past_of(seed), values_of(**parameters), seed, PROGRAM)
    if change is not None:
        change(site)
    users = site.plans["person"]
    begun = 0

    def count(now: Site, week: int) -> None:
        nonlocal begun
        ties = now.ties[: int(now.counters[TIES])]
        new = ties[(ties["formed_week"] == week) & (ties["origin"] != FROM_FAMILY)]
        begun += int(np.isin(new["low"], users).sum() + np.isin(new["high"], users).sum())

    site = run_weeks(site, seed, 0, WEEKS, PROGRAM, on_week=count)
    memberships = int((site.memberships["setting"][users] >= 0).sum())
    return np.array([memberships, begun]) / users.size


@cache
def by_hours() -> dict[float, np.ndarray]:
    """Outcomes of every site, shape (sites, measures), by hours given."""
    return {hours: np.array([live(seed, protected_hours=hours) for seed in range(SITES)]) for hours in HOURS}


def less_open(level: str) -> Callable[[Site], None]:
    """Fewer people open to somebody with a mental health problem, from the first week on."""
    share = {"as it is": 1.0, "half as open": 0.5, "hardly anybody open": 0.1}[level]

    def change(site: Site) -> None:
        site.people["openness"] *= share

    return change


@cache
def by_stigma() -> dict[str, np.ndarray]:
    """Outcomes of every site under support, by how open the community is."""
    return {
        level: np.array([live(seed, less_open(level), protected_hours=20.0) for seed in range(SITES)])
        for level in STIGMA
    }


def in_standard_errors(differences: np.ndarray) -> float:
    return float(differences.mean() / (differences.std(ddof=1) / np.sqrt(differences.size)))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(("fewer", "more"), [(HOURS[0], HOURS[1]), (HOURS[1], HOURS[2])])
def test_more_hours_never_lower_memberships_or_new_ties(fewer: float, more: float, measure: str) -> None:
    differences = (by_hours()[more] - by_hours()[fewer])[:, MEASURES.index(measure)]
    assert differences.mean() > 0.0
    assert in_standard_errors(differences) > 2.0, "too few sites to tell this effect from none"


@pytest.mark.parametrize(("less", "more"), [(STIGMA[0], STIGMA[1]), (STIGMA[1], STIGMA[2])])
def test_more_stigma_never_raises_new_ties(less: str, more: str) -> None:
    differences = (by_stigma()[more] - by_stigma()[less])[:, MEASURES.index("new ties")]
    assert differences.mean() < 0.0
    assert in_standard_errors(differences) < -2.0, "too few sites to tell this effect from none"


@pytest.mark.parametrize(("less", "more"), [(STIGMA[0], STIGMA[1]), (STIGMA[1], STIGMA[2])])
def test_more_stigma_never_raises_memberships(less: str, more: str) -> None:
    """Openness decides who talks to whom, not who may join: memberships hardly move, and not upwards."""
    differences = (by_stigma()[more] - by_stigma()[less])[:, MEASURES.index("memberships")]
    assert differences.mean() <= 0.01
    assert np.abs(differences).max() < 0.25


def test_an_illness_that_shows_never_raises_new_ties() -> None:
    """Nobody conceals, against everybody conceals."""

    def concealing(hides: int) -> Callable[[Site], None]:
        def change(site: Site) -> None:
            site.people["conceals"] = hides

        return change

    shown = np.array([live(seed, concealing(0), protected_hours=20.0)[1] for seed in range(SITES)])
    hidden = np.array([live(seed, concealing(1), protected_hours=20.0)[1] for seed in range(SITES)])
    assert in_standard_errors(shown - hidden) < -2.0
