"""Statistics of change on hand-made pairs of snapshots, and the watches that a run carries."""

from __future__ import annotations

import numpy as np
import pytest

from cpi_sim.checks import statistics_dynamics as dynamics
from cpi_sim.checks.history import CrossingWatch, SiteHistory, closeness_of_asked
from cpi_sim.checks.views import Snapshot, remembered, snapshot
from cpi_sim.engine import processes
from cpi_sim.instruments.network import chance_to_forget
from cpi_sim.simulation.weeks import recording
from cpi_sim.site.tables import EMOTIONAL, EVENTS, FROM_SETTING, KIN, PARTNER, SERVICE_USER
from tests.worlds import PROGRAM, laid_out, tie, world


def test_ties_kept_are_between_members_and_not_dormant() -> None:
    people = [{"role_in_service": SERVICE_USER}, {}, {}, {}, {}]
    ties = [tie(0, 1), tie(1, 2), tie(2, 3), tie(3, 4, last_contact_week=-14), tie(1, 4), tie(2, 4)]
    later = [tie(0, 1), tie(1, 2), tie(2, 3, dormant=1), tie(3, 4), tie(2, 4)]
    history = SiteHistory(1, usual={0: snapshot(world(people, ties), 0), 364: snapshot(world(people, later), 364)})
    assert dynamics.tie_kept_7y(history) == pytest.approx(2 / 4)


def test_ties_kept_count_as_much_as_they_are_likely_to_be_named() -> None:
    numbers = {"friend_forgotten": 0.2, "acquaintance_forgotten": 0.5, "casual_friend_hours": 45.0}
    relative, friend, acquaintance = tie(0, 1, KIN, closeness_hours=3), tie(0, 2, closeness_hours=45), tie(0, 3)
    acquaintance["closeness_hours"] = 44
    first = snapshot(world(4, [relative, friend, acquaintance], **numbers), 0)
    assert remembered(first).tolist() == [1.0, 0.8, 0.5]
    for kept, expected in ((relative, 1.0 / 2.3), (friend, 0.8 / 2.3), (acquaintance, 0.5 / 2.3)):
        history = SiteHistory(1, usual={0: first, 364: snapshot(world(4, [kept]), 364)})
        assert dynamics.tie_kept_7y(history) == pytest.approx(expected)


def test_chance_to_be_remembered_is_the_instruments() -> None:
    ties = [tie(0, 1, KIN), tie(0, 2, PARTNER), tie(0, 3, closeness_hours=10), tie(1, 2), tie(1, 3, dormant=1)]
    site = world(4, ties)
    forgotten = [PROGRAM(chance_to_forget)(site.ties[t], site.parameters[0]) for t in range(len(ties))]
    assert (1.0 - remembered(snapshot(site, 0))).tolist() == pytest.approx(forgotten)


def test_inner_circle_is_the_five_closest_of_each_member() -> None:
    people = 9
    ties = [tie(0, k, closeness_hours=10.0 * k) for k in range(1, 8)]
    ties.append(tie(7, 8, closeness_hours=500, dormant=1))
    shot = snapshot(world(people, ties), 0)
    # 0 has seven ties and chooses 3 to 7; everybody else has one, which is theirs
    assert dynamics.inner_circle(shot).tolist() == [True] * 7 + [False]
    users = [{"role_in_service": SERVICE_USER} if 1 <= k < 8 else {} for k in range(people)]
    assert dynamics.inner_circle(snapshot(world(users, ties), 0)).tolist() == [False, False] + [True] * 5 + [False]


def test_inner_circle_loss() -> None:
    before, after = [tie(0, 1), tie(2, 3, KIN)], [tie(2, 3, KIN)]
    history = SiteHistory(1, usual={0: snapshot(world(4, before), 0), 52: snapshot(world(4, after), 52)})
    assert dynamics.inner_circle_loss_year(history) == pytest.approx(1 / 2)


def test_bridges_have_nobody_in_common() -> None:
    triangle = [tie(0, 1), tie(1, 2), tie(0, 2)]
    ties = [*triangle, tie(2, 3), tie(3, 4, KIN), tie(3, 5, origin=0), tie(0, 5, dormant=1)]
    shot = snapshot(world(6, ties), 0)
    found = shot.ties[dynamics.bridges(shot)]
    assert [(int(each["low"]), int(each["high"])) for each in found] == [(2, 3)]
    assert found["origin"].tolist() == [FROM_SETTING]
    history = SiteHistory(1, usual={0: shot, 52: snapshot(world(6, triangle), 52)})
    assert dynamics.bridge_loss_year(history) == 1.0


def test_bridges_lost() -> None:
    bridges = [tie(0, 1), tie(2, 3), tie(4, 5), tie(6, 7)]
    people = [{"role_in_service": SERVICE_USER}, *[{}] * 7]  # the first bridge is not of the community
    shots = {0: snapshot(world(people, bridges), 0), 52: snapshot(world(people, bridges[:3]), 52)}
    assert dynamics.bridge_loss_year(SiteHistory(1, usual=shots)) == pytest.approx(1 / 3)


def test_role_of_helper_kept() -> None:
    first = [
        tie(0, 1, asked_week_low=-10, asked_week_high=-52),
        tie(1, 2, asked_week_low=-53),
        tie(0, 2, asked_week_high=-1),
    ]
    last = [tie(0, 1, asked_week_low=364 - 52), tie(0, 2, asked_week_high=300)]
    history = SiteHistory(1, usual={0: snapshot(world(3, first), 0), 364: snapshot(world(3, last), 364)})
    assert dynamics.support_role_kept_7y(history) == pytest.approx(1 / 3)


def user(age: float) -> dict:
    return {"role_in_service": SERVICE_USER, "age_years": age}


def with_scores(people: list[dict], week: int, **scores: list[float]) -> Snapshot:
    return snapshot(world(people), week, {name: np.array(values, float) for name, values in scores.items()})


def test_improvement_of_the_isolated() -> None:
    # none to one; four to 4.8, less than one more; four to five; too old; not isolated; fewer; others for friends; none
    people = [user(age) for age in (30, 30, 44, 45, 30, 30, 20, 30)]
    usual = {
        0: with_scores(people, 0, friends=[0, 2, 1, 0, 3, 2, 2, 0], others=[0, 2, 3, 0, 2, 1, 1, 0]),
        52: with_scores(people, 52, friends=[1, 2, 2, 5, 9, 1, 1, 0], others=[0, 2.8, 3, 0, 2, 1, 2, 0]),
    }
    assert dynamics.control_improved_12m(SiteHistory(1, usual=usual)) == pytest.approx(2 / 6)


def test_the_isolated_are_those_measured_as_isolated() -> None:
    """Who has many ties and named few is in; their rise at a second asking is a return to the mean, and counts."""
    ties = [tie(0, k) for k in range(1, 7)]
    people = [user(30), *[{}] * 6]
    few = {"friends": np.array([4.0]), "others": np.array([0.0])}
    many = {"friends": np.array([6.0]), "others": np.array([0.0])}
    shots = {week: snapshot(world(people, ties), week, scores) for week, scores in ((0, few), (52, many))}
    assert dynamics.control_improved_12m(SiteHistory(1, usual=shots)) == 1.0
    shots = {week: snapshot(world(people, ties[:2]), week, scores) for week, scores in ((0, many), (52, many))}
    assert np.isnan(dynamics.control_improved_12m(SiteHistory(1, usual=shots)))


def test_drift_and_autocorrelation() -> None:
    people = [user(30) for _ in range(4)]
    wellbeing = {0: [18.0, 20, 22, 24], 13: [19.0, 21, 23, 25], 26: [18.0, 20, 22, 24], 52: [24.0, 22, 20, 18]}
    usual = {
        week: with_scores(people, week, swemwbs=scores, rg_uk=[10, 12, 14, 16]) for week, scores in wellbeing.items()
    }
    usual[208] = with_scores(people, 208, rg_uk=[11, 13, 15, 17])
    history = SiteHistory(1, usual=usual)
    assert dynamics.swemwbs_drift_cmht_3m(history) == pytest.approx(1.0)
    assert dynamics.outcome_autocorr(history) == pytest.approx(0.0)
    assert dynamics.rg_stationary_3y(history) == pytest.approx(1.0 / np.sqrt(20 / 3))


def test_hours_at_each_threshold_are_taken_once() -> None:
    watch = CrossingWatch()
    met = {"contacts_this_week": 1, "peak_hours": 50.0}
    old = tie(0, 2, formed_week=-1, spent_hours=60.0, **met)
    family = tie(1, 2, KIN, formed_week=3, spent_hours=70.0, **met)
    watch.after_week(world(4, [tie(0, 1, formed_week=2, spent_hours=55.0, **met), old, family]))
    watch.after_week(world(4, [tie(0, 1, formed_week=2, spent_hours=58.0, **met), old, family]))
    later = {"contacts_this_week": 1, "peak_hours": 80.0, "spent_hours": 100.0}
    watch.after_week(world(4, [tie(0, 1, formed_week=2, **later), tie(2, 3, formed_week=5, **later)]))
    hours = watch.hours()
    assert hours["casual_friend_hours"].tolist() == [55.0, 100.0]
    assert hours["friend_hours"].tolist() == [100.0, 100.0]
    assert hours["close_friend_hours"].tolist() == []
    history = SiteHistory(1, usual={}, hours_spent=hours)
    assert dynamics.hours_casual_friend(history) == pytest.approx(77.5)
    assert dynamics.hours_friend(history) == 100.0
    assert np.isnan(dynamics.hours_close_friend(history))


def test_a_tie_begun_again_counts_again() -> None:
    watch = CrossingWatch()
    for formed, spent in ((2, 50.0), (40, 60.0)):
        watch.after_week(
            world(2, [tie(0, 1, formed_week=formed, peak_hours=50.0, spent_hours=spent, contacts_this_week=1)])
        )
    assert watch.hours()["casual_friend_hours"].tolist() == [50.0, 60.0]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2)])
def test_closeness_of_those_asked_for_emotional_help(order) -> None:
    people = [{"role_in_service": SERVICE_USER}, {}, {}, {}]
    ties = [tie(0, 1, closeness_hours=30), tie(1, 3, closeness_hours=70), tie(2, 3, closeness_hours=90)]
    site = recording(laid_out(world(people, ties), order))
    emotional = int(np.flatnonzero(site.items["aid"] == EMOTIONAL)[0])
    practical = int(np.flatnonzero(site.items["aid"] != EMOTIONAL)[0])
    happened = [
        (processes.ASKED_FOR_HELP, 3, 1, emotional),  # counts: 70
        (processes.ASKED_FOR_HELP, 0, 1, emotional),  # asked by a service user
        (processes.ASKED_FOR_HELP, 2, 3, practical),
        (processes.WAS_HELPED, 3, 1, emotional),
        (processes.ASKED_FOR_HELP, 2, 3, emotional),  # counts: 90
        (processes.ASKED_FOR_HELP, 1, 2, emotional),  # a tie that has ended since
    ]
    for n, (what, who, whom, item) in enumerate(happened):
        site.events[n] = (0, what, who, whom, float(item))
    site.counters[EVENTS] = len(happened)
    assert closeness_of_asked(site).tolist() == [70.0, 90.0]
