"""Three people and their worker, and the exact answer: hours, sessions, trust, leaving, and who holds the post."""

from __future__ import annotations

from typing import Any

import pytest

from cpi_sim.site.tables import (
    AIMING,
    DECLINED,
    DOING,
    ENDED,
    INTRODUCTION,
    MAPPING,
    NEVER,
    NEW_ACTIVITY,
    NOT_OFFERED,
    SERVICE_USER,
    WAITING,
    WINDING_DOWN,
    Site,
)
from cpi_sim.week.circumstances import circumstances
from cpi_sim.week.practice import practice
from tests.unit.steps import CERTAIN, IMPOSSIBLE, live
from tests.worlds import world

USER = {"role_in_service": SERVICE_USER}
IN_CRISIS = USER | {"crisis_until": 10_000}
SIX_HOURS = {"contacts_per_fte_month": 52.0, "contact_hours": 0.5, "support_worker_share": 0.0, "supervised": 1}
"""Twelve contacts a week of half an hour."""
NOBODY_LEAVES = {"leave_service_hazard": 0.0, "leave_offer_hazard": 0.0, "staff_turnover": 0.0}
SUPPORT = NOBODY_LEAVES | {
    "contacts_per_month": 52.0 / 12.0, "start_week": 0, "duration_weeks": 26, "take_up": 1.0, "open_plans_at_most": 5,
    "attend_base": CERTAIN, "attend_routine": 0.0, "contacts_per_fte_month": 52.0, "contact_hours": 1.0,
    "support_worker_share": 0.0, "supervised": 1, "crisis_hours": 0.0, "routine_contacts": 0.0, "protected_hours": 0.0,
    "accompanied_hours": 2.0, "alliance_step": 0.0, "diary_weeks": 4, "wind_down_weeks": 6,
}  # fmt: skip
"""A session a week of one hour; twelve hours of work, of which the agency allows a share."""


def worker(site: Site) -> Any:
    return site.posts[0]


# --- Hours: crises, then routine, then connecting ---------------------------------------------------------------------


def hours_of_week(people: list[dict[str, Any]], **parameters: float) -> Any:
    numbers = SIX_HOURS | NOBODY_LEAVES | {"routine_contacts": 1.0, "connecting_share": 0.5, "crisis_hours": 2.0}
    return worker(live(world(people, **(numbers | parameters)), practice))


def test_crises_first_then_routine_and_of_what_is_left_the_share_that_the_agency_allows() -> None:
    post = hours_of_week([IN_CRISIS, USER, USER])
    assert post.hours == pytest.approx(6.0)
    assert (post.hours_crisis, post.crisis_share) == pytest.approx((2.0, 1.0))
    assert (post.hours_routine, post.routine_share) == pytest.approx((1.0, 1.0))
    assert post.hours_left == pytest.approx(3.0)
    assert post.hours_connecting == pytest.approx(1.5)


def test_a_second_crisis_eats_connecting_hours_and_a_third_routine_as_well() -> None:
    two = hours_of_week([IN_CRISIS, IN_CRISIS, USER])
    assert (two.hours_crisis, two.hours_routine, two.hours_left) == pytest.approx((4.0, 0.5, 1.5))
    assert two.hours_connecting == pytest.approx(0.75)
    three = hours_of_week([IN_CRISIS, IN_CRISIS, IN_CRISIS, USER, USER], crisis_hours=1.8)
    assert (three.hours_crisis, three.hours_routine, three.routine_share) == pytest.approx((5.4, 0.6, 0.6))
    assert (three.hours_left, three.hours_connecting) == pytest.approx((0.0, 0.0))


def test_more_crises_than_hours_are_met_in_part() -> None:
    post = hours_of_week([IN_CRISIS, IN_CRISIS, USER], crisis_hours=4.0)
    assert (post.hours_crisis, post.crisis_share) == pytest.approx((6.0, 0.75))
    assert (post.hours_routine, post.routine_share, post.hours_connecting) == (0.0, 0.0, 0.0)


def test_protected_hours_come_on_top_whatever_crises_leave() -> None:
    post = hours_of_week([IN_CRISIS, IN_CRISIS, USER], crisis_hours=4.0, protected_hours=2.5)
    assert post.hours_connecting == pytest.approx(2.5)


def test_part_time_workers_have_part_of_the_hours_and_a_vacant_post_has_none() -> None:
    numbers = SIX_HOURS | NOBODY_LEAVES | {
        "crisis_hours": 0.0, "routine_contacts": 0.0, "connecting_share": 0.5, "protected_hours": 1.0,
    }  # fmt: skip
    part_time = worker(live(world([USER], posts=[{"fte": 0.5}], **numbers), practice))
    assert (part_time.hours, part_time.hours_connecting) == pytest.approx((3.0, 2.0))
    vacant = worker(live(world([USER], posts=[{"filled_from_week": 3}], **numbers), practice, week=2))
    assert (vacant.hours, vacant.hours_connecting) == (0.0, 0.0)


def test_people_who_left_the_service_take_no_hours() -> None:
    numbers = SIX_HOURS | NOBODY_LEAVES | {"routine_contacts": 1.0, "crisis_hours": 2.0}
    site = world([IN_CRISIS, USER], plans={0: {"engaged": 0}, 1: {"engaged": 0}}, **numbers)
    assert worker(live(site, practice)).hours_left == pytest.approx(6.0)


def test_hours_saved_in_the_diary_are_those_of_four_weeks_at_most() -> None:
    """1.5 connecting hours a week that nobody uses."""
    numbers = SIX_HOURS | NOBODY_LEAVES | {
        "crisis_hours": 0.0, "routine_contacts": 0.0, "connecting_share": 0.25, "diary_weeks": 4,
    }  # fmt: skip
    site = world([USER], **numbers)
    saved = [float(worker(live(site, practice, week=week)).diary_hours) for week in range(6)]
    assert saved == pytest.approx([1.5, 3.0, 4.5, 6.0, 6.0, 6.0])


def test_routine_contacts_are_booked_whether_the_person_comes_or_not() -> None:
    numbers = SIX_HOURS | NOBODY_LEAVES | {"routine_contacts": 2.0, "crisis_hours": 0.0, "attend_routine": 0.0}
    came = live(world([USER], attend_base=CERTAIN, **numbers), practice).plans[0]
    stayed_away = live(world([USER], attend_base=IMPOSSIBLE, **numbers), practice).plans[0]
    assert (came.contacts_routine, came.hours_routine) == (2, pytest.approx(1.0))
    assert (stayed_away.contacts_routine, stayed_away.hours_routine) == (0, pytest.approx(1.0))


def test_crisis_contacts_fill_the_hours_that_there_are_for_each() -> None:
    numbers = SIX_HOURS | NOBODY_LEAVES | {"crisis_hours": 4.0}
    plan = live(world([IN_CRISIS, IN_CRISIS], **numbers), practice).plans[0]  # 3 hours each: six contacts
    assert (plan.contacts_crisis, plan.hours_crisis) == (6, pytest.approx(3.0))


# --- Sessions ---------------------------------------------------------------------------------------------------------


def supported(
    people: list[dict[str, Any]] | None = None, plans: Any = None, share: float = 1.0, **numbers: float
) -> Site:
    return world(people or [USER], plans=plans, connecting_share=share, **(SUPPORT | numbers))


def test_support_is_offered_taken_up_and_begun() -> None:
    plan = live(supported(), practice).plans[0]
    assert (plan.stage, plan.offered_week, plan.opened_week) == (MAPPING, 0, 0)
    assert (plan.sessions_agreed, plan.sessions_attended, plan.sessions_this_week) == (1, 1, 1)
    assert plan.hours_connecting == pytest.approx(1.0)
    assert plan.sessions_intended == pytest.approx(1.0)
    assert plan.next_due_week == pytest.approx(1.0)


@pytest.mark.parametrize(
    "nothing",
    [
        {"contacts_per_month": 0.0},
        {"start_week": 1},
        {"duration_weeks": 0},
        {
            "element_working_relationship": 0.0, "element_new_opportunities": 0.0, "element_resourceful_people": 0.0,
            "element_mobilisation_advice": 0.0, "element_reflection": 0.0,
        },
    ],
    ids=["no contact", "not yet", "no time", "no content"],
)  # fmt: skip
def test_without_an_intervention_nothing_is_offered(nothing: dict[str, float]) -> None:
    plan = live(supported(**nothing), practice).plans[0]
    assert (plan.stage, plan.offered_week, plan.sessions_agreed) == (NOT_OFFERED, NEVER, 0)


def test_an_offer_may_be_declined_for_good() -> None:
    site = supported(take_up=0.0)
    for week in range(3):
        live(site, practice, week=week)
    assert (site.plans[0].stage, site.plans[0].sessions_agreed) == (DECLINED, 0)


def test_sessions_are_held_when_the_diary_has_the_hours() -> None:
    """0.84 hours a week (a share of 0.07 of twelve) for a weekly hour: weeks 0 and 6 have to go without."""
    site = supported(share=0.07)
    held = [int(live(site, practice, circumstances, week=week).plans[0].sessions_agreed) for week in range(8)]
    assert held == [0, 1, 2, 3, 4, 5, 5, 6]
    assert site.plans[0].hours_connecting == pytest.approx(6.0)
    assert worker(site).diary_hours == pytest.approx(8 * 0.84 - 6.0)


def test_sessions_are_held_no_more_often_than_intended() -> None:
    """One contact in two weeks, with hours to spare."""
    site = supported(contacts_per_month=52.0 / 12.0 / 2.0)
    agreed = [int(live(site, practice, week=week).plans[0].sessions_agreed) for week in range(5)]
    assert agreed == [1, 1, 2, 2, 3]


def test_more_than_one_session_in_a_week() -> None:
    plan = live(supported(contacts_per_month=2.5 * 52.0 / 12.0), practice).plans[0]  # due at 0, 0.4 and 0.8 of a week
    assert plan.sessions_this_week == 3
    assert plan.hours_connecting == pytest.approx(3.0)


def test_who_has_waited_longest_is_seen_first() -> None:
    plans = {0: {"stage": AIMING, "next_due_week": 4.5}, 1: {"stage": AIMING, "next_due_week": 3.2}}
    site = live(supported([USER, USER, USER], plans=plans, share=0.1), practice, week=5)  # 1.2 hours: one session
    assert site.plans["sessions_agreed"].tolist() == [0, 1, 0]


def test_a_session_to_which_the_person_does_not_come_costs_the_same() -> None:
    site = live(supported(attend_base=IMPOSSIBLE), practice)
    plan = site.plans[0]
    assert (plan.sessions_agreed, plan.sessions_attended, plan.sessions_this_week) == (1, 0, 0)
    assert plan.hours_connecting == pytest.approx(1.0)
    assert worker(site).diary_hours == pytest.approx(11.0)


def test_accompanying_costs_more_and_once_a_week() -> None:
    """2.4 sessions a week on the way to a new activity: a visit of two hours, then talks of one."""
    going = {0: {"stage": DOING, "aim": NEW_ACTIVITY, "target": 0}}
    plan = live(supported(plans=going, contacts_per_month=2.5 * 52.0 / 12.0), practice).plans[0]
    assert (plan.sessions_this_week, plan.visits_accompanied, plan.visit_this_week) == (3, 1, 1)
    assert plan.hours_connecting == pytest.approx(4.0)
    talking = {0: {"stage": DOING, "aim": INTRODUCTION, "target": 0}}
    plan = live(supported(plans=talking), practice).plans[0]
    assert (plan.visits_accompanied, plan.hours_connecting) == (0, pytest.approx(1.0))


def test_nobody_is_seen_for_connecting_work_while_in_crisis() -> None:
    site = live(supported([IN_CRISIS], plans={0: {"stage": AIMING}}), practice)
    assert site.plans[0].sessions_agreed == 0
    waiting = live(supported([IN_CRISIS]), practice)
    assert waiting.plans[0].stage == WAITING


def test_only_so_many_plans_are_open_and_the_others_wait() -> None:
    site = live(supported([USER, USER, USER], open_plans_at_most=2), practice)
    assert sorted(site.plans["stage"].tolist()) == [WAITING, MAPPING, MAPPING]
    half = world([USER, USER], posts=[{"fte": 0.5}], connecting_share=1.0, **(SUPPORT | {"open_plans_at_most": 2}))
    assert sorted(live(half, practice).plans["stage"].tolist()) == [WAITING, MAPPING]


def test_support_ends_with_visits_that_fade() -> None:
    """From week 26 on sessions are held half as often; after six weeks more there are none."""
    site = supported(plans={0: {"stage": AIMING}})
    stages, agreed = [], []
    for week in range(24, 36):
        plan = live(site, practice, circumstances, week=week).plans[0]
        stages.append(int(plan.stage))
        agreed.append(int(plan.sessions_agreed))
    assert stages == [AIMING] * 2 + [WINDING_DOWN] * 6 + [ENDED] * 4
    assert agreed == [1, 2, 3, 3, 4, 4, 5, 5, 5, 5, 5, 5]


def test_who_still_waits_when_the_time_is_over_is_not_begun_with() -> None:
    site = live(supported(plans={0: {"stage": WAITING}}), practice, week=26)
    assert (site.plans[0].stage, site.plans[0].ended_week, site.plans[0].opened_week) == (ENDED, 26, NEVER)


def test_without_supervision_trained_skill_fades() -> None:
    numbers = SIX_HOURS | NOBODY_LEAVES | {"skill_fading": 0.52}
    assert worker(live(world([USER], **(numbers | {"supervised": 0})), practice)).skill == pytest.approx(0.693)
    assert worker(live(world([USER], **numbers), practice)).skill == 0.7


# --- Trust and leaving ------------------------------------------------------------------------------------------------

PLAIN_TRUST = {
    "alliance_step": 0.2, "alliance_base": 0.0, "alliance_empathy": 0.0, "alliance_equality": 0.0,
    "alliance_contacts": 0.0, "alliance_dyad": 0.0, "alliance_gain_avoidance": 0.0, "alliance_avoidance": 0.0,
    "alliance_anxiety": 0.0, "attachment_shift": 0.0,
}  # fmt: skip
"""The alliance tends to one half for everybody."""


def test_each_contact_moves_the_alliance_a_step() -> None:
    numbers = SIX_HOURS | NOBODY_LEAVES | PLAIN_TRUST | {
        "routine_contacts": 2.0, "crisis_hours": 0.0, "attend_base": CERTAIN, "attend_alliance": 0.0,
    }  # fmt: skip
    plan = live(world([USER], plans={0: {"alliance": 0.9, "contacts_four_weeks": 2.0}}, **numbers), practice).plans[0]
    assert plan.alliance == pytest.approx(0.756)  # 0.9 - 0.08, then 0.82 - 0.064
    assert plan.contacts_four_weeks == pytest.approx(3.5)  # three quarters of 2, and 2 more


def test_connecting_work_is_done_more_as_equals() -> None:
    """Equality 0.5 in usual care and 0.9 where it is part of the practice, by trained quality of 0.7 x 0.5."""
    equality = PLAIN_TRUST | {
        "alliance_equality": 1.0, "usual_equality": 0.5, "equality": 0.9, "training_soft_skills": 0.0,
    }  # fmt: skip
    whole = live(supported(plans={0: {"alliance": 0.5}}, **equality), practice).plans[0]
    assert whole.alliance == pytest.approx(0.5069885890, rel=1e-9)  # 0.5 + 0.2 (logistic(0.14) - 0.5)
    without = live(supported(plans={0: {"alliance": 0.5}}, element_working_relationship=0.0, **equality), practice)
    assert without.plans[0].alliance == pytest.approx(0.5)


def test_leaving_the_service_ends_the_plan() -> None:
    leaving = SUPPORT | {
        "leave_service_hazard": 1.0,
        "leave_alliance": 0.0,
        "leave_anxiety": 0.0,
        "leave_avoidance": 0.0,
    }
    site = live(world([USER, USER], plans={0: {"stage": AIMING}}, **leaving), practice, week=5)
    assert site.plans["engaged"].tolist() == [0, 0]
    assert site.plans["left_service_week"].tolist() == [5, 5]
    assert site.plans["stage"].tolist() == [ENDED, NOT_OFFERED]
    assert site.plans["sessions_agreed"].tolist() == [0, 0]


def test_leaving_the_offer_is_not_leaving_the_service() -> None:
    leaving = SUPPORT | {"leave_offer_hazard": 1.0, "leave_alliance": 0.0, "leave_anxiety": 0.0, "leave_avoidance": 0.0}
    site = live(world([USER], plans={0: {"stage": AIMING}}, **leaving), practice, week=5)
    assert (site.plans[0].stage, site.plans[0].ended_week, site.plans[0].engaged) == (ENDED, 5, 1)


def test_those_who_live_alone_leave_more_easily() -> None:
    """A hazard of one half, doubled for those who live alone."""
    leaving = SUPPORT | {
        "leave_service_hazard": 0.5, "leave_alone": 2.0, "leave_alliance": 0.0, "leave_anxiety": 0.0,
        "leave_avoidance": 0.0,
    }  # fmt: skip
    people = [USER | {"lives_alone": alone} for alone in (0, 1) for _ in range(20)]
    site = live(world(people, **leaving), practice)
    assert sum(site.plans["engaged"][20:]) == 0
    assert 4 <= sum(site.plans["engaged"][:20]) <= 16


# --- Step 1, as far as people who use services and workers are concerned ----------------------------------------------


def test_a_worker_leaves_and_every_alliance_begins_again() -> None:
    numbers = {"staff_turnover": 52.0, "vacancy_weeks": 8, "alliance_start": 0.35, "supervised": 1, "training": 0.7}
    plans = {0: {"alliance": 0.8, "contacts_four_weeks": 3.0}}
    site = live(
        world([USER], posts=[{"diary_hours": 5.0, "skill": 0.5}], plans=plans, **numbers), circumstances, week=3
    )
    post, plan = site.posts[0], site.plans[0]
    assert (post.id, post.filled_from_week, post.diary_hours, post.skill) == (10_000, 11, 0.0, 0.7)
    assert (plan.alliance, plan.contacts_four_weeks, plan.workers_met) == (0.35, 0.0, 2)
    live(site, circumstances, week=4)
    assert site.posts[0].id == 10_000, "a vacant post cannot be left again"


def test_without_supervision_whoever_comes_next_is_untrained() -> None:
    site = live(world([USER], staff_turnover=52.0, supervised=0, training=0.7), circumstances, week=3)
    assert site.posts[0].skill == 0.0


def test_workers_stay_where_none_leave() -> None:
    site = live(world([USER], plans={0: {"alliance": 0.8}}, staff_turnover=0.0), circumstances, week=3)
    assert (site.posts[0].id, site.plans[0].alliance) == (0, 0.8)


CALM = {"symptoms_noise": 0.0, "symptoms_return_weeks": 10.0, "crisis_added_symptoms": 1.0, "crisis_symptoms": 0.0}


def test_symptoms_go_home_and_a_crisis_adds_to_them_while_it_lasts() -> None:
    people = [USER | {"symptoms_base": 3.0, "symptoms_home": 1.0}, IN_CRISIS | {"symptoms_base": 3.0}, {}]
    site = live(world(people, crisis_hazard=0.0, staff_turnover=0.0, **CALM), circumstances, week=3)
    assert site.people["symptoms_base"].tolist() == pytest.approx([2.8, 2.8, 0.0])
    assert site.people["symptoms"].tolist() == pytest.approx([2.8, 3.8, 0.0])
    assert site.plans["crisis_weeks"].tolist() == [0, 1]


def test_crises_strike_those_who_are_ill_and_not_in_one() -> None:
    people = [USER, USER | {"crisis_until": 4}, {}, USER | {"onset_week": 9, "symptoms": 0.0, "symptoms_base": 0.0}]
    certain = {"crisis_hazard": 1.0, "crisis_ratio": 1.0, "crisis_mean_weeks": 0.5, "staff_turnover": 0.0}
    site = live(world(people, **certain, **CALM), circumstances, week=3)
    assert site.people["crisis_until"].tolist() == [4, 4, NEVER, NEVER]


def test_whoever_falls_ill_this_week_does_so_in_a_crisis_of_their_own() -> None:
    people = [USER | {"onset_week": 3, "symptoms": 0.0, "symptoms_base": 0.0, "symptoms_home": 0.8}]
    site = live(world(people, crisis_hazard=0.0, staff_turnover=0.0, **CALM), circumstances, week=3)
    assert site.people.symptoms_base[0] == pytest.approx(1.8)
