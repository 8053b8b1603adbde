"""Three people and their worker, and the exact answer: plan, do, review. Nothing here makes a tie or a feeling."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cpi_sim.site.tables import (
    AIMING,
    DOING,
    ENDED,
    INTRODUCTION,
    LOST_TIE,
    MAPPING,
    MOBILISATION_ADVICE,
    NEW_ACTIVITY,
    NEW_OPPORTUNITIES,
    NO_AIM,
    NOBODY,
    OPEN_NEED,
    REFLECTION,
    RESOURCEFUL_PEOPLE,
    REVIEWING,
    SERVICE_USER,
    TIES,
    WINDING_DOWN,
    Site,
)
from cpi_sim.week.plan_do_review import plan_do_review
from cpi_sim.week.taking_part import taking_part
from tests.unit.steps import CERTAIN, IMPOSSIBLE, LOST, between, live, present
from tests.worlds import offering, tie, world

TOGETHER = {
    "own_step_base": CERTAIN, "worker_steps_in": 0.0, "alliance_to_begin": 0.4, "ownership_gain": 0.1,
    "training_soft_skills": 0.0, "visit_hours": 2.8, "renewed_share": 0.5, "renewed_hours_at_most": 40.0,
    "social_hours_at_most": 30.0, "aims_to_move_on": 2, "wind_down_weeks": 6, "advice_weeks": 4,
    "knowledge_fading": 0.0, "element_soft_skills": 1.0,
}  # fmt: skip
"""The person always does their own part of a step."""
LOST_FRIEND = tie(0, 1, closeness_hours=10.0, peak_hours=60.0, **LOST)


def in_session(plan: dict[str, Any], *ties: dict[str, Any], week: int = 7, **more: Any) -> Site:
    """Service user 0 after the one session of a week, with a plan that stands at ``plan``."""
    people = [{"role_in_service": SERVICE_USER}, {}, {}]
    for i, fields in (more.pop("people", None) or {}).items():
        people[i] |= fields
    tables = {name: more.pop(name) for name in ("memberships", "needs", "knowledge", "settings") if name in more}
    begun = {"sessions_this_week": 1, "ownership": 0.2, "opened_week": 0}
    site = world(people, ties, plans={0: begun | plan}, **tables, **(TOGETHER | more))
    return live(site, plan_do_review, week=week)


# --- Whether a step is taken ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hindrance", "numbers"),
    [
        ({"alliance": 0.39}, {}),
        ({"sessions_this_week": 0}, {}),
        ({"engaged": 0}, {}),
        ({}, {"own_step_base": IMPOSSIBLE}),
    ],
    ids=["too little trust", "no session", "left the service", "neither does their part"],
)
def test_no_step_is_taken(hindrance: dict[str, Any], numbers: dict[str, float]) -> None:
    plan = in_session({"stage": MAPPING} | hindrance, **numbers).plans[0]
    assert (plan.stage, plan.ownership) == (MAPPING, 0.2)


def test_a_step_done_together_gives_ownership_and_one_that_the_worker_does_alone_gives_none() -> None:
    """Equality 0.5 + 0.7 x 0.5 of the way to 0.9 = 0.64; a tenth of it, of the missing 0.8."""
    equality = {"usual_equality": 0.5, "equality": 0.9, "element_working_relationship": 1.0}
    together = in_session({"stage": MAPPING}, **equality).plans[0]
    assert (together.stage, together.ownership) == (AIMING, pytest.approx(0.2512))
    alone = in_session({"stage": MAPPING}, own_step_base=IMPOSSIBLE, worker_steps_in=1.0, **equality).plans[0]
    assert (alone.stage, alone.ownership) == (AIMING, 0.2)


def test_two_sessions_take_two_steps() -> None:
    plan = in_session({"stage": MAPPING, "sessions_this_week": 2}, element_new_opportunities=0.0).plans[0]
    assert plan.ownership > 0.2 + 0.05
    assert plan.stage in (AIMING, DOING)


# --- Mapping ----------------------------------------------------------------------------------------------------------


def test_mapping_lets_the_person_see_more_and_finds_lost_ties_on_their_side() -> None:
    site = in_session({"stage": MAPPING}, LOST_FRIEND, tie(0, 2), lost_tie_found=1.0, awareness_gain=1.15)
    assert site.people["awareness"].tolist() == [1.15, 1.0, 1.0]
    assert [(each.found_low, each.found_high) for each in site.ties[:2]] == [(1, 0), (0, 0)]
    assert between(site, 0, 1).dormant == 1
    hidden = in_session({"stage": MAPPING}, LOST_FRIEND, lost_tie_found=0.0)
    assert hidden.ties[0].found_low == 0


def test_the_clearer_view_halves_in_its_half_life() -> None:
    site = world([{"role_in_service": SERVICE_USER, "awareness": 1.4}], awareness_half_life=8.0)
    for week in range(8):
        live(site, plan_do_review, week=week)
    assert site.people.awareness[0] == pytest.approx(1.2, rel=0.02)
    site = world([{"role_in_service": SERVICE_USER, "awareness": 1.4}], awareness_half_life=8.0)
    assert live(site, plan_do_review).people.awareness[0] == pytest.approx(1.3653426410, rel=1e-9)  # 0.4 (1 - ln 2 / 8)


# --- Talk: advice and reflection --------------------------------------------------------------------------------------


def test_every_session_brings_advice_and_reflection_of_trained_quality() -> None:
    """Skill 0.7, empathy 0.5: half of the quality is technique and half of it empathy, 0.7 x 0.75."""
    plan = in_session({"stage": AIMING}, element_mobilisation_advice=0.8, element_reflection=0.6).plans[0]
    assert plan.advice == pytest.approx(0.42)
    assert plan.reflection == pytest.approx(0.315)
    assert plan.delivered[[MOBILISATION_ADVICE, REFLECTION]] == pytest.approx([0.8, 0.6])
    assert plan.quality[[MOBILISATION_ADVICE, REFLECTION]] == pytest.approx([0.525, 0.525])


def test_soft_skills_strengthen_what_is_said_and_say_nothing_themselves() -> None:
    numbers = {"element_mobilisation_advice": 1.0, "element_reflection": 0.0, "element_soft_skills": 0.0}
    plan = in_session({"stage": AIMING}, **numbers).plans[0]
    assert plan.advice == pytest.approx(0.35)  # technique alone
    assert (plan.reflection, plan.delivered[REFLECTION]) == (0.0, 0.0)


def test_advice_and_reflection_fade_between_sessions() -> None:
    plan = in_session({"stage": AIMING, "sessions_this_week": 0, "advice": 0.8, "reflection": 0.8}).plans[0]
    assert plan.advice == pytest.approx(0.6)
    assert plan.reflection == pytest.approx(0.7)


def test_advice_on_an_open_need_until_it_is_met() -> None:
    aiming = {"stage": DOING, "aim": OPEN_NEED, "target": 4, "need_slot": 0}
    still_open = in_session(aiming, needs={0: [{"resource": 4}]}, element_mobilisation_advice=1.0)
    assert still_open.plans[0].advice == pytest.approx(0.7)  # the whole skill
    assert (still_open.plans[0].stage, still_open.plans[0].aim_sessions) == (DOING, 1)
    faded = in_session(aiming, needs={0: [{"resource": NOBODY, "met": 0}]})
    assert (faded.plans[0].stage, faded.plans[0].aims_reached) == (DOING, 0)
    met = in_session(aiming, needs={0: [{"resource": NOBODY, "met": 1}]})
    assert (met.plans[0].stage, met.plans[0].aims_reached) == (REVIEWING, 1)


# --- Lost ties --------------------------------------------------------------------------------------------------------

RENEWING = {"stage": DOING, "aim": LOST_TIE, "target": 1}


def test_a_lost_tie_is_renewed_by_meeting() -> None:
    """Half of the sixty hours that there were, and 2.8 hours together, booked for both."""
    site = in_session(RENEWING, LOST_FRIEND, renewal_chance=1.0)
    renewed = between(site, 0, 1)
    assert (renewed.dormant, renewed.last_contact_week) == (0, 7)
    assert renewed.closeness_hours == pytest.approx(32.8)
    assert renewed.spent_hours == pytest.approx(12.8)
    assert (renewed.security_low, renewed.affinity) == (0.5, 1.0)
    assert site.people["hours_booked"].tolist() == [2.8, 2.8, 0.0]
    plan = site.plans[0]
    assert (plan.stage, plan.aims_reached, plan.aims_unaccompanied) == (REVIEWING, 1, 0)
    assert plan.delivered[RESOURCEFUL_PEOPLE] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("chance", "people"), [(0.0, {}), (1.0, {1: {"hours_booked": 27.3}})], ids=["not glad of it", "no time"]
)
def test_a_lost_tie_stays_lost(chance: float, people: dict[int, Any]) -> None:
    site = in_session(RENEWING, LOST_FRIEND, renewal_chance=chance, people=people)
    assert (site.ties[0].dormant, site.ties[0].closeness_hours) == (1, 10.0)
    assert site.people.hours_booked[0] == 0.0
    assert (site.plans[0].stage, site.plans[0].aim_sessions) == (DOING, 1)


def test_an_aim_that_comes_to_nothing_is_given_up() -> None:
    plan = in_session(RENEWING | {"aim_sessions": 2}, LOST_FRIEND, renewal_chance=0.0).plans[0]
    assert (plan.stage, plan.aim, plan.aims_reached) == (AIMING, NO_AIM, 0)


def test_an_aim_reached_while_the_person_leads_counts_towards_moving_on() -> None:
    """From an ownership of one half on; the worker takes this step alone, so that ownership stays as it is."""
    alone = {"own_step_base": IMPOSSIBLE, "worker_steps_in": 1.0, "renewal_chance": 1.0}
    for ownership, unaccompanied in ((0.5, 1), (0.49, 0)):
        plan = in_session(RENEWING | {"ownership": ownership}, LOST_FRIEND, **alone).plans[0]
        assert (plan.aims_reached, plan.aims_unaccompanied) == (1, unaccompanied)


# --- Introductions ----------------------------------------------------------------------------------------------------


def test_an_introduction_brings_two_together_and_makes_no_tie() -> None:
    site = in_session({"stage": DOING, "aim": INTRODUCTION, "target": 2}, tie(0, 1))
    assert site.plans[0].introduced_to == 2
    assert int(site.counters[TIES]) == 1
    assert site.people["hours_booked"].tolist() == [0.0, 0.0, 0.0]
    assert site.plans[0].stage == DOING


def test_an_introduction_is_reached_once_they_know_each_other() -> None:
    site = in_session({"stage": DOING, "aim": INTRODUCTION, "target": 1}, tie(0, 1))
    assert (site.plans[0].introduced_to, site.plans[0].stage) == (NOBODY, REVIEWING)


# --- New activities ---------------------------------------------------------------------------------------------------

WELCOME = {"settings": [{"welcome": 1.0 - 1e-12}], "join_base": CERTAIN}
GOING = {"stage": DOING, "aim": NEW_ACTIVITY, "target": 0}


def test_a_new_activity_is_proposed_and_joined_where_there_is_a_place() -> None:
    site = in_session(GOING, knowledge={(0, 0): 0.5}, **WELCOME)
    assert (site.people.join_proposal[0], site.people.join_supported[0]) == (0, 1)
    assert site.memberships["setting"][0, 0] == NOBODY
    assert site.plans[0].delivered[NEW_OPPORTUNITIES] == pytest.approx(1.0)
    assert site.plans[0].stage == DOING
    site.parameters["join_unaided"] = 0.0
    live(site, taking_part, week=7)
    membership = site.memberships[0, 0]
    assert (membership.setting, membership.joined_week, membership.accompanied) == (0, 7, 1.0)
    assert (membership.supported, membership.attended, site.settings.members[0]) == (1, 0, 1)


@pytest.mark.parametrize(
    "hindrance",
    [{"settings": [{"welcome": 1e-12}], "gatekeeper_flexibility": 0.0}, {"join_base": IMPOSSIBLE}],
    ids=["turned away", "does not dare"],
)
def test_a_new_activity_is_not_proposed(hindrance: dict[str, Any]) -> None:
    site = in_session(GOING, **(WELCOME | hindrance))
    assert site.people.join_proposal[0] == NOBODY
    assert site.plans[0].aim_sessions == 1


@pytest.mark.parametrize(
    ("weeks", "went_alone", "accompanied", "stage"),
    [(0, 1, 1.0, DOING), (2, 1, 2 / 3, DOING), (6, 1, 0.0, REVIEWING), (6, 0, 0.0, DOING)],
)
def test_support_at_a_new_activity_fades_and_ends_where_the_person_has_gone_alone(
    weeks: int, went_alone: int, accompanied: float, stage: int
) -> None:
    """Accompanied for six weeks, ever less; and each visit makes a quarter of the unknown known to the worker."""
    site = world(
        [{"role_in_service": SERVICE_USER}],
        memberships={0: [0]},
        knowledge={(0, 0): 0.2},
        plans={0: GOING | {"sessions_this_week": 1, "ownership": 0.2, "opened_week": 0}},
        **(TOGETHER | {"accompanied_weeks": 6, "knowledge_visit": 0.25}),
    )
    site.memberships["joined_week"][0, 0] = 10
    site.memberships["went_alone"][0, 0] = went_alone
    live(present(site), plan_do_review, week=10 + weeks)
    assert site.plans[0].delivered[NEW_OPPORTUNITIES] == pytest.approx(1.0)
    assert site.memberships["accompanied"][0, 0] == pytest.approx(accompanied)
    assert site.plans[0].stage == stage
    assert site.knowledge[0, 0] == pytest.approx(0.4)


# --- Choosing an aim --------------------------------------------------------------------------------------------------


def only(element: str) -> dict[str, float]:
    content = ("working_relationship", "new_opportunities", "resourceful_people", "mobilisation_advice", "reflection")
    return {f"element_{name}": 1.0 if name == element else 0.0 for name in content}


def test_an_activity_is_chosen_among_the_places_that_the_worker_knows() -> None:
    settings = [{"interest": 0}, {"interest": 0}, {"interest": 0, "places": 0}]
    site = in_session({"stage": AIMING}, settings=settings, knowledge={(0, 1): 0.5, (0, 2): 0.9},
                      **(only("new_opportunities") | {"community_links": 0.0}))  # fmt: skip
    assert (site.plans[0].stage, site.plans[0].aim, site.plans[0].target) == (DOING, NEW_ACTIVITY, 1)


def test_a_worker_who_knows_no_place_goes_to_find_one() -> None:
    settings = [{"interest": 3}, {"interest": 0}]
    numbers = only("new_opportunities") | {"community_links": 0.0, "scouting_hours": 0.5, "knowledge_visit": 0.25}
    people = [{"role_in_service": SERVICE_USER, "interests": 1}]
    begun = {0: {"stage": AIMING, "sessions_this_week": 1}}
    site = world(people, settings=settings, posts=[{"diary_hours": 2.0}], plans=begun, **(TOGETHER | numbers))
    live(site, plan_do_review)
    assert sorted(site.knowledge[0].tolist()) == [0.0, 0.25]
    assert site.posts[0].diary_hours == pytest.approx(1.5)
    assert site.plans[0].hours_connecting == pytest.approx(0.5)
    assert (site.plans[0].stage, site.plans[0].aim) == (AIMING, NO_AIM)


def test_a_worker_who_knows_only_full_places_goes_to_find_another() -> None:
    settings = [{"places": 0}, {}, {"places": 0}]
    numbers = only("new_opportunities") | {"community_links": 0.0, "scouting_hours": 0.5, "knowledge_visit": 0.25}
    known = {(0, 0): 0.5, (0, 2): 0.9}
    begun = {0: {"stage": AIMING, "sessions_this_week": 1}}
    site = world([{"role_in_service": SERVICE_USER}], settings=settings, knowledge=known, plans=begun,
                 posts=[{"diary_hours": 2.0}], **(TOGETHER | numbers))  # fmt: skip
    assert live(site, plan_do_review).knowledge[0].tolist() == [0.5, 0.25, 0.9]


def test_a_worker_without_hours_finds_no_place() -> None:
    numbers = only("new_opportunities") | {"community_links": 0.0, "scouting_hours": 0.5}
    site = in_session({"stage": AIMING}, **numbers)
    assert site.knowledge[0].tolist() == [0.0]
    assert site.plans[0].hours_connecting == 0.0


def test_a_lost_friend_is_an_aim_only_once_found() -> None:
    """Friends are lacking, and resources are not: nothing speaks for an introduction."""
    rich = {"people": {0: {"access": 100.0}}, "aim_sharpness": CERTAIN} | only("resourceful_people")
    site = in_session({"stage": AIMING}, LOST_FRIEND | {"found_low": 1}, **rich)
    assert (site.plans[0].stage, site.plans[0].aim, site.plans[0].target) == (DOING, LOST_TIE, 1)
    at_a_place = {"memberships": {2: [0]}, "knowledge": {(0, 0): 0.5}}
    hidden = in_session({"stage": AIMING}, LOST_FRIEND, **rich, **at_a_place)
    assert (hidden.plans[0].aim, hidden.plans[0].target) == (INTRODUCTION, 2)


def test_somebody_is_found_to_be_introduced_to_at_a_place_that_the_worker_knows() -> None:
    """Person 1 is known already; person 2 belongs to a place that the worker knows, and nobody else does."""
    site = in_session({"stage": AIMING}, tie(0, 1), memberships={1: [0], 2: [0]}, knowledge={(0, 0): 0.5},
                      people={2: {"offers": offering(3)}}, **only("resourceful_people"))  # fmt: skip
    assert (site.plans[0].aim, site.plans[0].target) == (INTRODUCTION, 2)
    assert np.all(site.scratch == -1)
    unknown = in_session({"stage": AIMING}, tie(0, 1), memberships={1: [0], 2: [0]}, **only("resourceful_people"))
    assert unknown.plans[0].aim == NO_AIM


def test_an_open_need_is_an_aim() -> None:
    site = in_session({"stage": AIMING}, needs={0: [{"resource": 9}]}, **only("mobilisation_advice"))
    assert (site.plans[0].aim, site.plans[0].target) == (OPEN_NEED, 9)


def test_what_the_practice_does_not_include_is_not_aimed_at() -> None:
    site = in_session({"stage": AIMING}, needs={0: [{"resource": 9}]}, knowledge={(0, 0): 0.5}, **only("reflection"))
    assert (site.plans[0].stage, site.plans[0].aim) == (AIMING, NO_AIM)


# --- Review, and after ------------------------------------------------------------------------------------------------


def test_after_a_review_comes_the_next_aim_or_moving_on() -> None:
    going_on = in_session({"stage": REVIEWING, "aims_unaccompanied": 1}).plans[0]
    assert going_on.stage == AIMING
    moving_on = in_session({"stage": REVIEWING, "aims_unaccompanied": 2}).plans[0]
    assert (moving_on.stage, moving_on.ended_week) == (WINDING_DOWN, 13)


def test_after_support_a_person_may_go_to_a_new_place_by_themselves() -> None:
    """The place that serves their interest, though the other comes first."""
    people = [{"role_in_service": SERVICE_USER, "interests": 0b100, "symptoms": 0.0}]
    numbers = {"own_plan_hazard": 1.0, "own_plan_symptoms": 0.0, "join_base": CERTAIN}
    ended = {0: {"stage": ENDED, "opened_week": 0, "ownership": 1.0}}
    site = world(people, settings=[{"interest": 1}, {"interest": 2}], plans=ended, **(TOGETHER | numbers))
    live(site, plan_do_review, week=50)
    assert (site.people.join_proposal[0], site.people.join_supported[0], site.plans[0].own_plans) == (1, 0, 1)
    never_begun = world(people, plans={0: {"stage": ENDED, "ownership": 1.0}}, **(TOGETHER | numbers))
    assert live(never_begun, plan_do_review, week=50).people.join_proposal[0] == NOBODY
    without_ownership = world(people, plans={0: ended[0] | {"ownership": 0.0}}, **(TOGETHER | numbers))
    assert live(without_ownership, plan_do_review, week=50).people.join_proposal[0] == NOBODY


def test_what_workers_know_of_the_locality_fades() -> None:
    site = world([{"role_in_service": SERVICE_USER}], knowledge={(0, 0): 0.8}, knowledge_fading=0.52)
    assert live(site, plan_do_review).knowledge[0, 0] == pytest.approx(0.792)
