"""Three people and the exact answer: help asked, given and refused, and what that does to security."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cpi_sim.site.tables import (
    LARGE_AID,
    NEVER,
    NOBODY,
    SERVICE_USER,
    Site,
)
from cpi_sim.week.attachment import attachment
from cpi_sim.week.circumstances import circumstances
from cpi_sim.week.needs_and_help import needs_and_help
from tests.unit.steps import CERTAIN, IMPOSSIBLE, LOST, STEADY_STYLE, between, live
from tests.worlds import offering, tie, world

ASKS = {"needs_per_week": 0.0, "need_lasts_weeks": 1e12, "ask_base": CERTAIN, "help_hours": 1.0,
        "help_confidence": 0.04, "help_refusal": 0.03, "refused_confidence": 0.05, "refused_refusal": 0.04,
        "giving_confidence": 0.02, "reflection_gain": 0.5, "outcome_memory_weeks": 8, "agree_large_aid": 0.0,
        "agree_given_earlier": 0.0, "agree_asked_lately": 0.0, "agree_closeness": 0.0}  # fmt: skip
CLOSE = {"closeness_hours": 10_000.0}
"""So close that everything the other has is known."""


def asking(answer: float, *ties: dict[str, Any], plan: dict[str, float] | None = None, **people: Any) -> Site:
    """Person 0 needs item 3, which person 1 could offer, and asks; the answer is yes or no (log-odds)."""
    asker = {"refusal_expected": 0.5, **people}
    if plan is not None:
        asker["role_in_service"] = SERVICE_USER
    return world(
        [asker, {"offers": offering(3)}, {}],
        ties or [tie(0, 1, **CLOSE), tie(0, 2, **CLOSE)],
        needs={0: [{"resource": 3}]},
        plans={0: plan} if plan is not None else None,
        agree_base=answer,
        **(ASKS | STEADY_STYLE),
    )


def test_help_given() -> None:
    site = live(asking(CERTAIN), needs_and_help, week=7)
    asker, helper, third = site.people
    assert site.needs["resource"][0, 0] == NOBODY
    assert (asker.asked, asker.helped, asker.refused, helper.gave_help) == (1, 1, 0, 1)
    assert asker.confidence == pytest.approx(0.52)
    assert asker.refusal_expected == pytest.approx(0.485)
    assert helper.confidence == pytest.approx(0.51)
    assert helper.refusal_expected == 0.5
    assert asker.met_lately == 1.0
    assert (asker.rewards, helper.rewards, third.rewards) == (1.0, 1.0, 0.0)
    given = between(site, 0, 1)
    assert given.closeness_hours == pytest.approx(10_001.0)
    assert (given.contacts_this_week, given.asked_week_low, given.asked_week_high) == (1, 7, NEVER)
    assert (given.given_by_low, given.given_by_high) == (0.0, 1.0)
    assert between(site, 0, 2).closeness_hours == 10_000.0


def test_help_refused() -> None:
    site = live(asking(IMPOSSIBLE), needs_and_help, week=7)
    asker, helper, _ = site.people
    assert site.needs["resource"][0, 0] == 3
    assert (asker.asked, asker.helped, asker.refused, helper.gave_help) == (1, 0, 1, 0)
    assert asker.confidence == pytest.approx(0.475)
    assert asker.refusal_expected == pytest.approx(0.52)
    assert helper.confidence == 0.5
    refusing = between(site, 0, 1)
    assert (refusing.closeness_hours, refusing.contacts_this_week, refusing.asked_week_low) == (10_000.0, 0, 7)


def test_nobody_is_asked_who_is_lost_or_has_it_not() -> None:
    site = live(asking(CERTAIN, tie(0, 1, **(CLOSE | LOST)), tie(0, 2, **CLOSE)), needs_and_help, week=7)
    assert (site.people[0].asked, site.needs["resource"][0, 0]) == (0, 3)


def test_a_refusal_owed_to_stigma_is_counted_as_such() -> None:
    """Goodwill of a thousandth turns certain agreement (99.9 %, log-odds 6.9) into even odds."""
    counts = set()
    for week in range(12):
        site = asking(6.907755278982137, visibility=1.0)
        site.people["openness"] = 0.0
        live(site, needs_and_help, week=week)
        asker = site.people[0]
        assert asker.helped + asker.refused == 1
        assert asker.refused_for_stigma_friends == asker.refused
        counts.add(int(asker.refused))
    assert counts == {0, 1}
    open_minded = live(asking(6.907755278982137, visibility=0.0), needs_and_help, week=0)
    assert open_minded.people[0].helped == 1


def test_large_favours_are_refused_by_whoever_does_small_ones() -> None:
    site = asking(CERTAIN / 2)
    site.parameters["agree_large_aid"] = CERTAIN
    site.items["aid"][3] = LARGE_AID
    assert live(site, needs_and_help).people[0].refused == 1


def test_help_makes_the_asker_more_secure_in_that_tie_and_contact_both() -> None:
    site = live(asking(CERTAIN), needs_and_help, attachment, week=7)
    given = between(site, 0, 1)
    assert given.security_low == pytest.approx(0.559)  # 0.5 to 0.55 for help, then 0.02 of the missing 0.45
    assert given.security_high == pytest.approx(0.51)
    assert between(site, 0, 2).security_low == 0.5


def test_each_side_moves_from_where_it_stands() -> None:
    """0.8 to 0.82 to 0.8236 for the asker, 0.3 to 0.314 for the helper."""
    site = live(asking(CERTAIN, tie(0, 1, security=(0.8, 0.3), **CLOSE)), needs_and_help, attachment, week=7)
    assert (site.ties[0].security_low, site.ties[0].security_high) == pytest.approx((0.8236, 0.314))


def test_refusal_makes_the_asker_less_secure_in_that_tie() -> None:
    site = live(asking(IMPOSSIBLE), needs_and_help, attachment, week=7)
    assert between(site, 0, 1).security_low == pytest.approx(0.425)
    assert between(site, 0, 1).security_high == 0.5


def test_refusal_hurts_the_anxious_more_and_help_reaches_the_avoidant_less() -> None:
    hurt = live(asking(IMPOSSIBLE, anxiety=2.0), needs_and_help, attachment, week=7)
    assert between(hurt, 0, 1).security_low == pytest.approx(0.3881131477, rel=1e-9)  # 0.5 (1 - 0.15 e^0.4)
    helped = live(asking(CERTAIN, avoidance=2.0), needs_and_help, attachment, week=7)
    # 0.5 + 0.5 x 0.1 e^-0.4, then a contact of 0.02 e^-0.4
    assert between(helped, 0, 1).security_low == pytest.approx(0.5397698738, rel=1e-9)


def test_reflection_makes_more_of_success_and_less_of_refusal() -> None:
    success = live(asking(CERTAIN, plan={"reflection": 0.8}), needs_and_help, attachment, week=7)
    assert success.people[0].confidence == pytest.approx(0.528)  # 0.04 x 1.4 of the missing half
    assert between(success, 0, 1).security_low == pytest.approx(0.5786)  # 0.57, then 0.02 of the missing 0.43
    refusal = live(asking(IMPOSSIBLE, plan={"reflection": 0.8}), needs_and_help, attachment, week=7)
    assert refusal.people[0].confidence == pytest.approx(0.485)  # 0.05 x 0.6 of it
    assert between(refusal, 0, 1).security_low == pytest.approx(0.455)


def test_needs_come_up_of_the_kinds_that_have_weight() -> None:
    site = world(2, needs_per_week=3.0, need_lasts_weeks=1e12, ask_base=IMPOSSIBLE)
    site.items["need_weight"] = 0.0
    site.items["need_weight"][[5, 11]] = 1.0
    live(site, needs_and_help, week=4)
    open_now = site.needs["resource"] >= 0
    assert open_now.sum() > 0
    assert set(site.needs["resource"][open_now]) <= {5, 11}
    assert set(site.needs["since_week"][open_now]) == {4}
    assert np.all((site.needs["urgency"][open_now] > 0.0) & (site.needs["urgency"][open_now] < 1.0))


def test_needs_that_nobody_meets_fade_and_are_felt_for_a_time() -> None:
    people = [{"met_lately": 2.0, "unmet_lately": 4.0}, {"unmet_lately": 4.0}]
    numbers = {"needs_per_week": 0.0, "need_lasts_weeks": 1.0, "ask_base": IMPOSSIBLE, "outcome_memory_weeks": 8}
    site = world(people, needs={0: [{"resource": 3}, {"resource": 4}]}, **numbers)
    live(site, needs_and_help)
    assert np.all(site.needs["resource"] == NOBODY)
    assert site.people["met_lately"].tolist() == [1.75, 0.0]
    assert site.people["unmet_lately"].tolist() == [5.5, 3.5]


def test_who_does_not_ask_for_fear_of_refusal_is_counted_as_holding_back() -> None:
    """Without fear asking is certain; with it, impossible."""
    site = asking(CERTAIN, refusal_expected=1.0)
    site.parameters["ask_refusal"] = 2.0 * CERTAIN
    live(site, needs_and_help)
    assert (site.people.held_back[0], site.people.asked[0]) == (1, 0)
    site.people.refusal_expected[0] = 0.0
    live(site, circumstances, needs_and_help)
    assert (site.people.held_back[0], site.people.asked[0]) == (1, 1)
