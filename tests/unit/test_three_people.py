"""Three people, one step of the week at a time, and the exact answer: taking part, meeting, keeping in touch."""

from __future__ import annotations

from typing import Any

import pytest
import scipy.stats

from cpi_sim.engine import processes
from cpi_sim.simulation.weeks import events_of, recording
from cpi_sim.site.tables import (
    DOING,
    FROM_INTRODUCTION,
    FROM_SETTING,
    ILL_NOT_IN_SERVICE,
    KIN,
    NEW_ACTIVITY,
    NOBODY,
    SERVICE_USER,
    TIES,
    Site,
)
from cpi_sim.week.keeping_in_touch import keeping_in_touch
from cpi_sim.week.meeting import meeting
from cpi_sim.week.taking_part import may_join, taking_part
from tests.unit.steps import ALL_CLICK, CERTAIN, IMPOSSIBLE, LOST, between, keyed, live, present
from tests.worlds import tie, world

# --- Step 4, taking part ----------------------------------------------------------------------------------------------

ALWAYS_COME = {"attend_meeting_base": CERTAIN, "leave_setting": 0.0, "join_unaided": 0.0}


def test_members_who_come_spend_the_hours_of_the_meeting() -> None:
    site = live(world(3, memberships={0: [0], 1: [0]}, **ALWAYS_COME), taking_part)
    assert site.people["hours_booked"].tolist() == [2.0, 2.0, 0.0]
    assert site.people["acts"].tolist() == [1, 1, 0]
    assert site.memberships["attended"][:, 0].tolist() == [1, 1, 0]


def test_nobody_comes_to_a_group_that_does_not_meet_this_week() -> None:
    groups = [{"every_weeks": 2}, {"every_weeks": 2}]
    site = world(1, settings=groups, memberships={0: [0, 1]}, **ALWAYS_COME)
    live(site, taking_part, week=4)
    assert site.memberships["attended"][0, :2].tolist() == [1, 0]
    live(site, taking_part, week=5)
    assert site.memberships["attended"][0, :2].tolist() == [0, 1]


def test_nobody_comes_beyond_their_time() -> None:
    full = [{"hours_booked": 28.0}, {"hours_booked": 28.1}]
    site = live(world(full, memberships={0: [0], 1: [0]}, social_hours_at_most=30, **ALWAYS_COME), taking_part)
    assert site.people["hours_booked"].tolist() == [30.0, 28.1]


def test_one_place_goes_to_the_smaller_number_and_newcomers_come_from_the_next_meeting_on() -> None:
    asking = [{"join_proposal": 0, "join_supported": 1}, {"join_proposal": 0}, {}]
    site = live(world(asking, settings=[{"places": 2}], memberships={2: [0]}, **ALWAYS_COME), taking_part, week=3)
    first, second = (keyed(processes.PLACE_PRIORITY, 3, i, 0) for i in (0, 1))
    joined = 0 if first < second else 1
    assert site.memberships["setting"][:, 0].tolist() == [0 if i == joined else NOBODY for i in (0, 1)] + [0]
    assert site.memberships["joined_week"][joined, 0] == 3
    assert site.memberships["attended"][:2, 0].tolist() == [0, 0]
    assert site.settings.members[0] == 2
    assert site.memberships["accompanied"][joined, 0] == (1.0 if joined == 0 else 0.0)


def test_whoever_has_no_room_for_a_fifth_membership_takes_nobodys_place() -> None:
    """One place, for which person 0 asks as well, who holds four memberships already."""
    settings = [{}, {}, {}, {}, {"places": 1}]
    for week in range(10):
        people = [{"join_proposal": 4}, {"join_proposal": 4}]
        site = recording(world(people, settings=settings, memberships={0: [0, 1, 2, 3]}, **ALWAYS_COME))
        live(site, taking_part, week=week)
        assert site.memberships["setting"][1, 0] == 4
        joined = [int(event.who) for event in events_of(site) if event.what == processes.JOINED]
        assert joined == [1]


def test_company_is_kept_at_the_activity_that_the_two_go_to() -> None:
    """Nobody goes alone; the worker is at the second group, and some of their company at the first was left over."""
    people = [{"role_in_service": SERVICE_USER}]
    going = {0: {"stage": DOING, "aim": NEW_ACTIVITY, "target": 1, "visit_this_week": 1}}
    numbers = {"attend_meeting_base": IMPOSSIBLE, "attend_meeting_accompanied": 2.0 * CERTAIN, "leave_setting": 0.0}
    site = world(people, settings=[{}, {}], memberships={0: [0, 1]}, plans=going, join_unaided=0.0, **numbers)
    site.memberships["accompanied"][0, :2] = 1.0
    live(site, taking_part)
    assert site.memberships["attended"][0, :2].tolist() == [0, 1]


def test_groups_for_people_who_use_services_are_for_them_alone() -> None:
    """Everybody looks for a place this week, at the rate of one; the ill person is too unwell for open places."""
    people = [{}, {"role_in_service": ILL_NOT_IN_SERVICE, "symptoms": 1.0}]
    looking = {"join_unaided": 1.0, "join_unaided_symptoms": CERTAIN, "leave_setting": 0.0}
    closed = world(people, settings=[{"users_only": 1}], **looking)
    assert [may_join(closed, i, 0) for i in (0, 1)] == [False, True]
    live(closed, taking_part)
    assert closed.memberships["setting"][:, 0].tolist() == [NOBODY, 0]
    both = live(world(people, settings=[{"users_only": 1}, {}], **looking), taking_part)
    assert both.memberships["setting"][:, 0].tolist() == [1, 0]
    not_yet_ill = [{"role_in_service": ILL_NOT_IN_SERVICE, "symptoms": 0.0, "onset_week": 5}]
    site = live(world(not_yet_ill, settings=[{"users_only": 1}, {}], **looking), taking_part)
    assert site.memberships["setting"][0, 0] == 1


def test_leaving_a_setting_frees_the_place_in_the_same_week() -> None:
    staying = world([{}, {"join_proposal": 0}], settings=[{"places": 1}], memberships={0: [0]}, **ALWAYS_COME)
    assert live(staying, taking_part).memberships["setting"][:, 0].tolist() == [0, NOBODY]
    leaving = world(
        [{}, {"join_proposal": 0}],
        settings=[{"places": 1}],
        memberships={0: [0]},
        leave_setting=1.0,
        join_unaided=0.0,
    )
    assert live(leaving, taking_part).memberships["setting"][:, 0].tolist() == [NOBODY, 0]


# --- Step 5, meeting --------------------------------------------------------------------------------------------------

STRANGERS = {"new_tie_chance": 1.0, "new_tie_refusal": 0.0, "security_base": 0.4, "security_spread": 0.0} | ALL_CLICK


def all_three(**parameters: float) -> dict[str, Any]:
    return {"memberships": {0: [0], 1: [0], 2: [0]}, "conversations_sought": 2, "conversation_hours": 0.6} | parameters


def test_a_conversation_is_one_for_the_pair_whoever_sought_it() -> None:
    """Each of three turns to both others; each pair talks once."""
    site = world(3, [tie(0, 1), tie(0, 2), tie(1, 2)], **all_three())
    live(present(site), meeting, week=7)
    used = site.ties[:3]
    assert used["closeness_hours"] == pytest.approx(50.6)
    assert used["spent_hours"] == pytest.approx(50.6)
    assert used["peak_hours"] == pytest.approx(50.6)
    assert used["contacts_this_week"].tolist() == [1, 1, 1]
    assert used["last_contact_week"].tolist() == [7, 7, 7]
    assert site.people["conversations"].tolist() == [2, 2, 2]


def test_with_one_turn_each_nobody_is_left_out() -> None:
    """Three people who each turn to one other hold two or three conversations; who turned to somebody talks to them."""
    held = set()
    for week in range(20):
        site = world(3, [tie(0, 1), tie(0, 2), tie(1, 2)], **all_three(conversations_sought=1))
        live(present(site), meeting, week=week)
        assert min(site.people["conversations"]) >= 1
        held.add(int(sum(site.people["conversations"])))
    assert held == {4, 6}


def test_strangers_who_talk_may_begin_an_acquaintance() -> None:
    site = live(present(world(3, **all_three(**STRANGERS))), meeting, week=7)
    assert int(site.counters[TIES]) == 3
    begun = between(site, 0, 2)
    assert begun.closeness_hours == pytest.approx(0.6)
    assert begun.affinity == pytest.approx(2.0137527075, rel=1e-9)  # e^0.7
    assert (begun.security_low, begun.security_high) == pytest.approx((0.5986876601, 0.5986876601), rel=1e-9)
    assert (begun.origin, begun.formed_week, begun.dormant) == (FROM_SETTING, 7, 0)
    assert site.people["rewards"].tolist() == [2.0, 2.0, 2.0]
    assert site.first_tie.tolist() == [0, 2, 4, 6]


def test_each_side_of_a_new_tie_is_as_secure_as_their_own_style_expects() -> None:
    """Whoever has the smaller id is the one called low, in whichever row they are."""
    people = [{"id": 1, "anxiety": 2.0}, {"id": 0}]
    site = live(present(world(people, memberships={0: [0], 1: [0]}, **(STRANGERS | {"security_style": 0.3}))), meeting)
    begun = site.ties[0]
    assert (begun.low, begun.high) == (1, 0)
    assert (begun.security_low, begun.security_high) == pytest.approx((0.5986876601, 0.4501660027), rel=1e-9)


def test_two_people_who_use_services_take_to_each_other_more_easily() -> None:
    """A third of a chance, three times as large between the two: certain. Not so before one of them has fallen ill."""
    ill = {"role_in_service": ILL_NOT_IN_SERVICE, "symptoms": 0.0, "visibility": 0.0}
    numbers = STRANGERS | {"new_tie_chance": 1.0 / 3.0, "new_tie_among_users": 3.0, "new_tie_symptoms": 0.0}

    def acquainted(week: int, **second: int) -> bool:
        site = world([ill, ill | second], memberships={0: [0], 1: [0]}, **numbers)
        return between(live(present(site), meeting, week=week), 0, 1) is not None

    assert all(acquainted(week) for week in range(20))
    assert not all(acquainted(week, onset_week=100) for week in range(20))


def test_without_a_chance_of_it_no_acquaintance_begins() -> None:
    site = live(present(world(3, **all_three(**(STRANGERS | {"new_tie_chance": 0.0})))), meeting)
    assert int(site.counters[TIES]) == 0
    assert site.people["conversations"].tolist() == [2, 2, 2]
    assert site.people["rewards"].tolist() == [0.0, 0.0, 0.0]


def test_nobody_talks_to_whom_they_will_not_turn_to() -> None:
    """The illness of person 0 shows, and neither of the others is open to it; they talk to each other."""
    people = [{"visibility": 1.0}, {"openness": 0.0}, {"openness": 0.0}]
    site = live(present(world(people, **all_three(**STRANGERS))), meeting)
    assert site.people["conversations"].tolist() == [0, 1, 1]
    assert between(site, 1, 2) is not None
    assert int(site.counters[TIES]) == 1


def test_a_pair_that_meets_in_two_places_begins_one_tie_with_the_hours_of_both() -> None:
    both = {"memberships": {0: [0, 1], 1: [0, 1]}, "settings": [{}, {}]}
    site = recording(world(2, **both, conversation_hours=0.6, **STRANGERS))
    site.memberships["attended"][:, :2] = 1
    live(site, meeting, week=7)
    assert int(site.counters[TIES]) == 1
    assert site.ties[0].closeness_hours == pytest.approx(1.2)
    assert site.people["conversations"].tolist() == [2, 2]
    assert site.people["rewards"].tolist() == [1.0, 1.0]
    assert [int(event.what) for event in events_of(site)].count(processes.TIE_BEGAN) == 1


def test_old_friends_who_meet_in_a_setting_take_up_their_tie() -> None:
    lost = tie(0, 1, closeness_hours=10.0, peak_hours=60.0, found_low=1, found_high=1, **LOST)
    site = world(2, [lost], memberships={0: [0], 1: [0]}, renewed_share=0.5, renewed_hours_at_most=40)
    live(present(site), meeting, week=7)
    assert site.ties[0].dormant == 0
    assert site.ties[0].closeness_hours == pytest.approx(30.6)  # half of sixty, and the conversation
    assert site.ties[0].last_contact_week == 7
    assert (site.ties[0].found_low, site.ties[0].found_high) == (0, 0)


INTRODUCED = {"accept_chance": 1.0, "introduction_multiplier": 2.0, "conversation_hours": 0.6, "new_tie_symptoms": 0.0}


def introduction(booked: float = 0.0, openness: float = 1.0, **parameters: float) -> Site:
    """A worker brings service user 0 together with person 1."""
    people = [{"role_in_service": SERVICE_USER, "hours_booked": booked}, {"openness": openness}, {}]
    numbers = STRANGERS | INTRODUCED | parameters
    return live(world(people, plans={0: {"introduced_to": 1}}, **numbers), meeting, week=7)


def test_an_introduction_takes_time_of_both_and_may_begin_a_tie() -> None:
    site = introduction(new_tie_chance=0.5)  # doubled for the pair introduced: certain
    assert site.people["hours_booked"].tolist() == [0.6, 0.6, 0.0]
    assert between(site, 0, 1).origin == FROM_INTRODUCTION
    assert between(site, 0, 1).closeness_hours == pytest.approx(0.6)
    assert int(site.counters[TIES]) == 1


@pytest.mark.parametrize(
    "hindrance", [{"booked": 29.5}, {"openness": 0.0}, {"accept_chance": 0.0}], ids=["no time", "not open", "unwilling"]
)
def test_an_introduction_that_does_not_take_place_leaves_nothing(hindrance: dict[str, float]) -> None:
    site = introduction(**hindrance)
    assert int(site.counters[TIES]) == 0
    assert site.people["conversations"].tolist() == [0, 0, 0]
    assert site.people["hours_booked"].tolist() == [hindrance.get("booked", 0.0), 0.0, 0.0]


# --- Step 6, keeping in touch -----------------------------------------------------------------------------------------

EVEN_WEEKS = {"moves_weekly_cv": 1e-6, "choice_exponent": 1.0, "choice_security": 0.5, "accept_chance": 0.8,
              "visit_hours": 2.0, "kin_visit_hours": 1.5, "moves_per_week": 2.0, "explore_share": 0.0,
              "social_hours_at_most": 500.0}  # fmt: skip
WEEKS = range(12)


def visits_drawn(week: int, who: int, whom: int, mean: float) -> int:
    """Visits that the two propose, ``mean`` expected of both: the quantile of a Poisson distribution at their keyed
    number.
    """
    return int(scipy.stats.poisson.ppf(keyed(processes.MOVES, week, who, whom), mean))


@pytest.mark.parametrize("week", WEEKS)
def test_moves_are_shared_out_by_the_weight_of_ties_and_booked_on_both_sides(week: int) -> None:
    """30 hours with 1 and 90 with 2: a quarter and three quarters of the two moves of 0, of which 0.8 are accepted."""
    site = world(3, [tie(0, 1, closeness_hours=30.0), tie(0, 2, closeness_hours=90.0)], **EVEN_WEEKS)
    live(site, keeping_in_touch, week=week)
    with_one = visits_drawn(week, 0, 1, 0.4 + 1.6)
    with_two = visits_drawn(week, 0, 2, 1.2 + 1.6)
    assert site.ties["visits"][:2].tolist() == [with_one, with_two]
    assert site.ties["closeness_hours"][:2].tolist() == [30.0 + 2.0 * with_one, 90.0 + 2.0 * with_two]
    assert site.people["hours_booked"].tolist() == [2.0 * (with_one + with_two), 2.0 * with_one, 2.0 * with_two]
    seen = [(with_one > 0) + (with_two > 0), with_one > 0, with_two > 0]
    assert site.people["people_seen"].tolist() == seen
    assert site.people["rewards"].tolist() == seen
    assert site.people["acts"].tolist() == seen


@pytest.mark.parametrize("week", WEEKS)
def test_a_part_of_the_moves_goes_to_people_met_lately_by_affinity_alone(week: int) -> None:
    """Of two as close, 1 was met last week and 2 not for ten: 0.4 of the moves go to 1, half of the rest to each."""
    known = [tie(0, 1, closeness_hours=60.0), tie(0, 2, closeness_hours=60.0, last_contact_week=week - 10)]
    site = world(3, known, **(EVEN_WEEKS | {"explore_share": 0.4, "explore_weeks": 6}))
    site.ties["last_contact_week"][0] = week - 1
    live(site, keeping_in_touch, week=week)
    with_one = visits_drawn(week, 0, 1, 0.8 * 2.0 * 0.7 + 1.6)
    with_two = visits_drawn(week, 0, 2, 0.8 * 2.0 * 0.3 + 1.6)
    assert site.ties["visits"][:2].tolist() == [with_one, with_two]


@pytest.mark.parametrize("week", WEEKS)
def test_relatives_are_seen_at_the_rate_of_the_pair(week: int) -> None:
    site = world(2, [tie(0, 1, kind=KIN, own_rate=1.2)], **EVEN_WEEKS)
    live(site, keeping_in_touch, week=week)
    visits = int(scipy.stats.poisson.ppf(keyed(processes.KIN_MEETING, week, 0, 1), 1.2))
    assert site.ties[0].closeness_hours == pytest.approx(50.0 + 1.5 * visits)
    assert site.people["hours_booked"] == pytest.approx([1.5 * visits] * 2)


def test_contact_at_home_makes_closeness_and_takes_no_time_of_the_week() -> None:
    at_home = tie(0, 1, kind=KIN, own_rate=100.0, shares_home=1)
    site = live(world(2, [at_home], **(EVEN_WEEKS | {"social_hours_at_most": 30})), keeping_in_touch)
    assert site.ties[0].closeness_hours > 50.0 + 1.5 * 60
    assert site.people["hours_booked"].tolist() == [0.0, 0.0]
    assert site.people["people_seen"].tolist() == [0, 0]


@pytest.mark.parametrize("week", WEEKS)
def test_whoever_has_more_proposed_than_time_keeps_what_fits_by_priority(week: int) -> None:
    """Both relatives of 0 would come far more often than seven hours allow: four visits of one, none of the other."""
    kin = [tie(0, 1, kind=KIN, own_rate=100.0), tie(0, 2, kind=KIN, own_rate=100.0)]
    site = live(world(3, kin, **(EVEN_WEEKS | {"social_hours_at_most": 7.0})), keeping_in_touch, week=week)
    first, second = (keyed(processes.VISIT_PRIORITY, week, 0, j) for j in (1, 2))
    assert site.ties["visits"][:2].tolist() == ([4, 0] if first < second else [0, 4])
    assert sorted(site.people["hours_booked"].tolist()) == [0.0, 6.0, 6.0]
    assert site.people.hours_booked[0] == 6.0


def test_the_hours_already_booked_count() -> None:
    people = [{"hours_booked": 28.0}, {}]
    site = world(people, [tie(0, 1, kind=KIN, own_rate=100.0)], **(EVEN_WEEKS | {"social_hours_at_most": 30.0}))
    live(site, keeping_in_touch)
    assert site.people["hours_booked"].tolist() == [29.5, 1.5]


SOUGHT = EVEN_WEEKS | {
    "moves_per_week": 500.0,
    "renewed_share": 0.5,
    "renewed_hours_at_most": 40,
    "dormant_weight": 0.1,
}


@pytest.mark.parametrize("week", WEEKS)
def test_a_dormant_friend_weighs_a_tenth(week: int) -> None:
    """Two moves of 0: ten elevenths go to the friend at hand, of which 0.8 are accepted."""
    ties = [tie(0, 1, closeness_hours=60.0), tie(0, 2, closeness_hours=60.0, **LOST)]
    site = world(3, ties, **(EVEN_WEEKS | {"dormant_weight": 0.1, "dormant_revived": 0.0}))
    live(site, keeping_in_touch, week=week)
    assert site.ties.visits[0] == visits_drawn(week, 0, 1, 1.6 * 10.0 / 11.0 + 1.6)


def test_a_dormant_friend_who_is_turned_to_may_be_found_again() -> None:
    """One meeting, whatever was proposed: from ten hours back to half of sixty, and the two hours of the meeting."""
    lost = tie(0, 1, closeness_hours=10.0, peak_hours=60.0, found_low=1, **LOST)
    site = live(world(2, [lost], **(SOUGHT | {"dormant_revived": 1.0})), keeping_in_touch, week=3)
    assert site.ties[0].closeness_hours == pytest.approx(32.0)
    assert (site.ties[0].dormant, site.ties[0].found_low, site.ties[0].last_contact_week) == (0, 0, 3)
    assert site.people["hours_booked"].tolist() == [2.0, 2.0]
    assert site.people["people_seen"].tolist() == [1, 1]


def test_a_dormant_friend_who_does_not_answer_takes_no_time() -> None:
    lost = tie(0, 1, closeness_hours=10.0, peak_hours=60.0, **LOST)
    site = live(world(2, [lost], **(SOUGHT | {"dormant_revived": 0.0})), keeping_in_touch, week=3)
    assert (site.ties[0].dormant, site.ties[0].closeness_hours) == (1, 10.0)
    assert site.people["hours_booked"].tolist() == [0.0, 0.0]


def test_two_who_have_no_time_do_not_find_each_other_again() -> None:
    lost = tie(0, 1, closeness_hours=10.0, peak_hours=60.0, **LOST)
    numbers = SOUGHT | {"dormant_revived": 1.0, "social_hours_at_most": 30.0}
    site = live(world([{"hours_booked": 28.5}, {}], [lost], **numbers), keeping_in_touch, week=3)
    assert site.ties[0].dormant == 1
    assert site.people["hours_booked"].tolist() == [28.5, 0.0]
