"""Three people and the exact answer: how ties fade, turn and are lost, and how a new week begins."""

from __future__ import annotations

from typing import Any

import pytest

from cpi_sim.site.tables import (
    FROM_FAMILY,
    KIN,
    NEVER,
    NOBODY,
    TIES,
    Site,
)
from cpi_sim.week.circumstances import circumstances
from cpi_sim.week.fading import fading
from tests.unit.steps import ALL_CLICK, between, live
from tests.worlds import tie, world

# --- Step 9, fading and turning ---------------------------------------------------------------------------------------

NOTHING_TURNS = {"life_change": 0.0, "life_change_young": 0.0, "rupture": 0.0, "affinity_redrawn": 0.0, "kin_loss": 0.0,
                 "fading_social": 0.01, "fading_kin": 0.004, "lapse_hours": 2.0, "lapse_weeks": 8,
                 "dormant_peak_hours": 40, "dormant_weeks": 26, "dormant_kept_weeks": 260}  # fmt: skip


def faded(*ties: dict[str, Any], people: Any = 3, week: int = 0, **parameters: float) -> Site:
    return live(world(people, ties, **(NOTHING_TURNS | parameters)), fading, week=week)


def test_closeness_fades() -> None:
    site = faded(tie(0, 1), tie(0, 2, kind=KIN))
    assert site.ties["closeness_hours"][:2] == pytest.approx([49.5, 49.8])


@pytest.mark.parametrize(
    ("fields", "left", "dormant"),
    [
        ({"closeness_hours": 1.9, "last_contact_week": -9}, False, 0),
        ({"closeness_hours": 1.9, "last_contact_week": -8}, True, 0),
        ({"closeness_hours": 2.1, "last_contact_week": -9}, True, 0),
        ({"closeness_hours": 1.9, "peak_hours": 60.0, "last_contact_week": -26}, True, 0),
        ({"closeness_hours": 1.9, "peak_hours": 60.0, "last_contact_week": -27}, True, 1),
        ({"closeness_hours": 1.9, "peak_hours": 60.0, "last_contact_week": -260, "dormant": 1}, True, 1),
        ({"closeness_hours": 1.9, "peak_hours": 60.0, "last_contact_week": -261, "dormant": 1}, False, 0),
        ({"closeness_hours": 0.1, "kind": KIN, "last_contact_week": -261}, True, 0),
    ],
)
def test_what_silence_does(fields: dict[str, Any], left: bool, dormant: int) -> None:
    site = faded(tie(0, 1, **fields))
    found = between(site, 0, 1)
    assert (found is not None) is left
    if left:
        assert found.dormant == dormant


def test_a_tie_that_is_over_leaves_the_others_in_order() -> None:
    site = faded(tie(0, 1, closeness_hours=1.0, last_contact_week=-9), tie(0, 2), tie(1, 2))
    assert [(each.low, each.high) for each in site.ties[: int(site.counters[TIES])]] == [(0, 2), (1, 2)]
    assert site.first_tie.tolist() == [0, 1, 2, 4]
    assert site.tie_of[:4].tolist() == [0, 1, 0, 1]


def test_a_change_of_life_ends_memberships_and_loosens_ties() -> None:
    """Person 0 is 21, the others are not: one change halves the closeness to what it fades to, two would quarter it."""
    people = [{"age_years": 21.0}, {}, {"age_years": 21.0}]
    numbers = NOTHING_TURNS | {
        "life_change_young": 52.0, "life_change_closeness": 0.5, "life_change_affinity": 0.2,
    }  # fmt: skip
    site = world(people, [tie(0, 1), tie(0, 2), tie(1, 2, kind=KIN)], memberships={0: [0], 1: [0]}, **numbers)
    live(site, fading)
    assert site.people["life_changed"].tolist() == [1, 0, 1]
    assert site.memberships["setting"][:, 0].tolist() == [NOBODY, 0, NOBODY]
    assert site.ties["closeness_hours"][:3] == pytest.approx([24.75, 12.375, 49.8])
    assert site.ties["affinity"][:3] == pytest.approx([0.2, 0.04, 1.0])


def test_ruptures_end_social_ties_only() -> None:
    site = faded(tie(0, 1), tie(0, 2, kind=KIN), rupture=52.0)
    assert between(site, 0, 1) is None
    assert between(site, 0, 2) is not None


def test_relatives_are_lost_but_not_those_at_home() -> None:
    site = faded(tie(0, 1, kind=KIN), tie(0, 2, kind=KIN, shares_home=1), tie(1, 2), kin_loss=52.0)
    assert between(site, 0, 1) is None
    assert between(site, 0, 2) is not None
    assert between(site, 1, 2) is not None


def test_relatives_come_into_the_family_as_often_as_they_are_lost() -> None:
    """Four relatives at the start, each lost at 26 a year: half of that, for either side may find the new one."""
    site = world(2, kin_visit_hours=1.5, **(NOTHING_TURNS | {"kin_loss": 26.0}))
    site.people.kin_at_start[0] = 4.0
    for week in range(20):
        live(site, fading, week=week)
        if between(site, 0, 1) is not None:
            break
    found = between(site, 0, 1)
    assert (found.kind, found.origin, found.formed_week) == (KIN, FROM_FAMILY, week)
    assert found.closeness_hours == 1.5
    assert found.own_rate > 0.0


def test_whoever_never_had_relatives_gains_none() -> None:
    site = world(2, **(NOTHING_TURNS | {"kin_loss": 104.0}))
    for week in range(20):
        live(site, fading, week=week)
    assert int(site.counters[TIES]) == 0


def test_two_people_come_to_click_otherwise() -> None:
    site = faded(tie(0, 1, affinity=5.0), tie(0, 2, kind=KIN, affinity=5.0), affinity_redrawn=52.0, **ALL_CLICK)
    assert between(site, 0, 1).affinity == pytest.approx(2.0137527075, rel=1e-9)  # e^0.7
    assert between(site, 0, 2).affinity == 5.0


def test_a_tie_counts_as_a_friendship_from_the_week_it_became_one() -> None:
    site = faded(tie(0, 1, closeness_hours=45.5), tie(0, 2, closeness_hours=44.9), week=7, casual_friend_hours=45)
    assert site.ties["friend_since_week"][:2].tolist() == [7, NEVER]  # 45.045 hours after fading, and 44.4


# --- Step 1, circumstances, as far as everybody is concerned ----------------------------------------------------------


def test_a_new_week_begins_with_nothing_done() -> None:
    busy = {"hours_booked": 9.0, "hours_proposed": 12.0, "conversations": 3, "acts": 2, "people_seen": 4,
            "rewards": 2.0, "join_proposal": 0, "helped_now": 1, "refused_now": 1, "gave_now": 1,
            "life_changed": 1}  # fmt: skip
    site = live(world([busy, {}], [tie(0, 1, contacts_this_week=3, visits=2)]), circumstances)
    for field in set(busy) - {"join_proposal"}:
        assert site.people[field][0] == 0, field
    assert site.people.join_proposal[0] == NOBODY
    assert (site.ties[0].contacts_this_week, site.ties[0].visits) == (0, 0)
    assert site.ties[0].closeness_hours == 50.0
