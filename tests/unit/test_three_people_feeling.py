"""Three people and the exact answer: what a week does to how a person feels."""

from __future__ import annotations

from typing import Any

import pytest

from cpi_sim.site.tables import (
    COMMUNITY_MEMBER,
    ILL_NOT_IN_SERVICE,
    KIN,
    SERVICE_USER,
)
from cpi_sim.week.feeling import feeling
from tests.unit.steps import live, present
from tests.worlds import offering, tie, world

STILL = {"feeling_noise": 0.0, "well_passing": 0.0, "feeling_trait": 0.6, "casual_friend_hours": 45,
         "loneliness_weeks": 8, "inclusion_weeks": 12, "wellbeing_weeks": 10, "confidence_weeks": 12,
         "refusal_weeks": 26}  # fmt: skip
HALVES = {"company_friend": 0.8, "company_kin": 0.3, "company_enough": 0.7934822725, "company_weeks": 4,
          "belonging_enough": 1.4426950409}  # fmt: skip
"""A friend and a relative, each with security 0.5, make company of 0.55; with one meeting, both go half of the way."""
LONELINESS = {"lonely_base": 1.5, "lonely_symptoms": 0.1, "lonely_anxiety": 0.2, "lonely_avoidance": 0.05,
              "lonely_company": 2.0, "lonely_belonging": 0.5}  # fmt: skip
INCLUSION = {"included_base": -0.8, "included_belonging": 1.2, "included_friends": 0.4, "included_role": 0.3,
             "included_symptoms": 0.15}  # fmt: skip
WELLBEING = {"well_base": 0.2, "well_symptoms": 0.08, "well_loneliness": 0.25, "well_inclusion": 0.15,
             "well_activity": 0.05, "activity_centre": 2.0, "well_anxiety": 0.3, "well_avoidance": 0.13,
             "well_needs": 0.1, "well_capital": 0.0, "well_symptoms_spread": 0.35}  # fmt: skip


def felt(person: dict[str, Any] | None = None, *ties: dict[str, Any]) -> Any:
    """Person 0 after the tenth step of week 3, with a friend, a relative and a group, unless told otherwise."""
    lately = {"security": (0.5, 0.9), "last_contact_week": 3}
    ties = ties or (tie(0, 1, **lately), tie(0, 2, kind=KIN, **lately))
    site = world([person or {}, {}, {}], ties, memberships={0: [0]}, **STILL, **HALVES, **LONELINESS, **INCLUSION,
                 **WELLBEING)  # fmt: skip
    return live(present(site), feeling, week=3).people[0]


def test_loneliness_moves_towards_what_company_and_belonging_leave_of_it() -> None:
    """Level 1.5 - 2 x 0.5 - 0.5 x 0.5 = 0.25, an eighth of the way from 1.05."""
    assert felt({"loneliness": 1.05}).loneliness == pytest.approx(0.95)


@pytest.mark.parametrize(
    ("ties", "level"),
    [
        ([tie(0, 1, last_contact_week=3)], 1.25 - 2.0 * 0.3959552778),  # the friend alone: 1 - 2^(-0.4 / 0.55)
        ([tie(0, 1, last_contact_week=-1)], 1.25),  # not met for four weeks
        ([tie(0, 1, closeness_hours=44.0, last_contact_week=3)], 1.25),  # an acquaintance
        ([tie(0, 1, last_contact_week=3, dormant=1)], 1.25),
    ],
    ids=["a friend", "silent", "acquaintance", "lost"],
)
def test_who_keeps_one_company(ties: list[dict[str, Any]], level: float) -> None:
    assert felt({"loneliness": 0.0}, *ties).loneliness == pytest.approx(level / 8.0, rel=1e-9)


def test_inclusion_moves_towards_what_taking_part_friends_and_a_role_bring() -> None:
    """Level -0.8 + 1.2 x 0.5 + 0.4 / 4 + 0.3 = 0.2, a twelfth of the way from -1."""
    assert felt({"inclusion": -1.0}).inclusion == pytest.approx(-0.9)


def test_friends_who_use_services_are_not_friends_outside_them() -> None:
    site = world([{}, {"role_in_service": SERVICE_USER}], [tie(0, 1)], **STILL, **INCLUSION)
    live(site, feeling, week=3)
    assert site.people.friends_outside.tolist() == [0.0, 1.0]


def test_wellbeing_moves_towards_what_last_weeks_feelings_and_needs_make_of_it() -> None:
    """Level 0.2 - 0.25 x 1 + 0.15 x 2 + 0.05 (4 - 2) + 0.1 (2 - 0.5) = 0.5, a tenth of the way from 0."""
    person = {"loneliness": 1.0, "inclusion": 2.0, "acts": 4, "met_lately": 2.0, "unmet_lately": 0.5}
    assert felt(person).wellbeing == pytest.approx(0.05)


def test_confidence_and_expected_refusal_move_towards_their_levels() -> None:
    site = world([{"rewards": 3.0}], confidence_base=0.0, confidence_usual_rewards=3.0, refusal_base=0.0, **STILL)
    site.people.confidence[0] = 0.8
    site.people.refusal_expected[0] = 0.76
    person = live(site, feeling, week=3).people[0]
    assert person.confidence == pytest.approx(0.775)  # a twelfth of the way to 0.5
    assert person.refusal_expected == pytest.approx(0.75)  # a twenty-sixth


def test_access_is_counted_every_fourth_week_over_active_ties() -> None:
    """Two items through one tie, known with 1 - 1/e and within reach with half of that; one of them also elsewhere."""
    ties = [
        tie(0, 1, closeness_hours=40.0, security=(0.5, 0.1)),
        tie(0, 2, closeness_hours=40.0, security=(0.25, 0.1)),
    ]
    people: list[dict[str, Any]] = [
        {"role_in_service": SERVICE_USER}, {"offers": offering(0, 1)}, {"offers": offering(1)}
    ]  # fmt: skip
    site = world(people, ties, access_security_exponent=1.0)
    site.items["reach_hours"] = 40.0
    live(site, feeling, week=3)
    assert site.people.access[0] == 0.0
    live(site, feeling, week=4)
    # 0.3160602794 + 1 - (1 - 0.3160602794) (1 - 0.1580301397)
    assert site.people.access[0] == pytest.approx(0.7402036484, rel=1e-9)
    site.ties.dormant[1] = 1
    live(site, feeling, week=8)
    assert site.people.access[0] == pytest.approx(0.6321205588, rel=1e-9)


@pytest.mark.parametrize("role", [COMMUNITY_MEMBER, ILL_NOT_IN_SERVICE])
def test_access_of_people_outside_the_service_is_counted_twice_a_year(role: int) -> None:
    ties = [tie(0, 1, closeness_hours=40.0, security=(0.5, 0.1))]
    site = world([{"role_in_service": role}, {"offers": offering(0, 1)}], ties, access_security_exponent=1.0)
    site.items["reach_hours"] = 40.0
    live(site, feeling, week=4)
    assert site.people.access[0] == 0.0
    live(site, feeling, week=-26)
    assert site.people.access[0] == pytest.approx(0.6321205588, rel=1e-9)
