"""The cohort of newcomers: as it is made, how it spends its weeks, and what is counted of it."""

from __future__ import annotations

import numpy as np
import pytest

from cpi_sim.checks import statistics_dynamics as dynamics
from cpi_sim.checks.history import SiteHistory, first_half_year
from cpi_sim.checks.newcomers import PEOPLE, groups_of_everybody, make_newcomers, newcomers_values
from cpi_sim.checks.views import snapshot
from cpi_sim.parameters import defaults
from cpi_sim.simulation.weeks import run_weeks
from cpi_sim.site.tables import COMMUNITY_MEMBER, KIN, TIES, Site, digest
from tests.worlds import PROGRAM, tie, world

VALUES = defaults("community_team")


def test_friends_gained_in_half_a_year() -> None:
    ties = [
        tie(0, 1, closeness_hours=45, formed_week=0),
        tie(0, 2, closeness_hours=44, formed_week=0),  # an acquaintance
        tie(0, 3, closeness_hours=300, formed_week=20),
        tie(1, 2, closeness_hours=300, formed_week=-1),  # known before
        tie(1, 3, KIN, closeness_hours=300, formed_week=5),
        tie(2, 3, closeness_hours=80, formed_week=5, dormant=1),
    ]
    history = SiteHistory(1, usual={}, newcomers={26: snapshot(world(4, ties), 26)})
    assert dynamics.new_friends_rich_setting(history) == pytest.approx((2 + 1 + 0 + 1) / 4)


def test_everybody_is_in_four_groups_of_20_to_30() -> None:
    groups = groups_of_everybody()
    assert groups.shape == (PEOPLE, 4)
    assert np.bincount(groups.ravel()).tolist() == [30] * 4 + [24] * 5 + [20] * 6 + [30] * 4
    shared = (groups[:, None, :3] == groups[None, :, :3]).sum(axis=2)
    assert shared[~np.eye(PEOPLE, dtype=bool)].max() == 2


def test_newcomers_know_nobody_and_belong_to_no_service() -> None:
    site = make_newcomers(VALUES, 3, PROGRAM)
    assert len(site.people) == PEOPLE
    assert int(site.counters[TIES]) == 0
    assert (site.people["role_in_service"] == COMMUNITY_MEMBER).all()
    assert (site.people["age_years"] == 19.0).all()
    assert len(np.unique(site.people["family"])) == PEOPLE
    assert site.settings["members"].tolist() == np.bincount(groups_of_everybody().ravel()).tolist()
    assert (site.settings["every_weeks"] == 1).all()
    assert (site.settings["users_only"] == 0).all()


def test_only_the_groups_differ_from_other_sites() -> None:
    values = newcomers_values(VALUES)
    assert (values["setting_hours"], values["leave_setting"]) == (6.0, 0.0)
    assert {name for name in values if values[name] != VALUES[name]} == {
        "community_members", "settings", "users_only_groups", "setting_weekly_share", "setting_hours",
        "setting_places_low", "setting_places_high", "conversations_sought", "leave_setting",
    }  # fmt: skip


@pytest.mark.parametrize(("sought", "hours", "expected"), [(1, 2.0, 3), (2, 2.0, 6), (1, 4.0, 2)])
def test_conversations_an_hour_are_as_many_as_anywhere(sought: float, hours: float, expected: float) -> None:
    values = VALUES | {"conversations_sought": sought, "setting_hours": hours}
    assert newcomers_values(values)["conversations_sought"] == expected


def test_newcomers_spend_about_20_hours_a_week_with_each_other() -> None:
    hours = []

    def after(site: Site, week: int) -> None:
        hours.append(float(site.people["hours_booked"].mean()))

    site = run_weeks(make_newcomers(VALUES, 3, PROGRAM), 3, 0, 26, PROGRAM, after)
    assert 18.0 < np.mean(hours) < 24.0
    assert (site.ties["formed_week"][: int(site.counters[TIES])] >= 0).all()


def test_the_half_year_is_lived_by_the_rules_of_the_run() -> None:
    shot = first_half_year(VALUES, 3, PROGRAM)[26]
    alone = first_half_year(VALUES | {"new_tie_chance": 0.0}, 3, PROGRAM)[26]
    assert shot.week == 26
    assert len(shot.ties) > 500
    assert len(alone.ties) == 0


def test_the_cohort_is_made_by_its_seed() -> None:
    first, again, other = (digest(make_newcomers(VALUES, seed, PROGRAM)) for seed in (3, 3, 4))
    assert first == again != other
