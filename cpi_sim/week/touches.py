"""What each step of the week, and each element of the practice, may touch: field by field, held by a test.

A step that changed a field that is not listed here, or an element that reached further within its week, would be a
mechanism that nobody has written down. The tests therefore run every step alone and compare all tables before and
after, and switch every element off for one week from an identical state. They also ask that everything listed for a
step does change at some time, so that the lists stay as short as the model is.

Working memory (``births``, ``scratch``, ``events``, ``counters``) and the index of ties (``first_tie``, ``tie_of``) are
left out: they follow from the tables. ``items``, ``parameters`` and ``row_of_id`` are never touched by any step.
"""

from __future__ import annotations

Touches = dict[str, frozenset[str]]
"""Fields by table, both named as in :mod:`cpi_sim.site.tables`."""

BEGUN = "a row begins"
"""Stands for a tie that begins, with all that it is born with."""
GONE = "a row goes"
"""Stands for a tie that leaves the table."""
WHOLE = "the whole table"
"""Stands for the content of a table without named fields (``knowledge``)."""


def _fields(names: str) -> frozenset[str]:
    return frozenset(names.split())


_TIME_SPENT = _fields("closeness_hours spent_hours last_contact_week contacts_this_week")
_TIME_SPENT_WITH_A_PEAK = _TIME_SPENT | {"peak_hours"}
_FOUND = _fields("found_low found_high")
_SECURITY = _fields("security_low security_high")

STEP_TOUCHES: dict[str, Touches] = {
    "circumstances": {
        "people": _fields(
            "symptoms symptoms_base crisis_until visibility hours_booked hours_proposed conversations acts people_seen "
            "rewards join_proposal join_supported life_changed helped_now refused_now gave_now"
        ),
        "ties": _fields("contacts_this_week visits"),
        "needs": _fields("answer"),
        "posts": _fields("id filled_from_week empathy flexibility creativity skill alliance_gift diary_hours"),
        "plans": _fields(
            "alliance contacts_four_weeks workers_met crisis_weeks sessions_this_week visit_this_week introduced_to"
        ),
        "knowledge": frozenset({WHOLE}),
    },
    "practice": {
        "posts": _fields(
            "skill hours hours_crisis crisis_share hours_routine routine_share hours_left hours_connecting diary_hours"
        ),
        "plans": _fields(
            "engaged left_service_week alliance contacts_four_weeks stage offered_week opened_week ended_week "
            "next_due_week ownership contacts_routine contacts_crisis hours_routine hours_crisis hours_connecting "
            "sessions_intended sessions_agreed sessions_attended sessions_this_week visit_this_week "
            "visits_accompanied delivered quality"
        ),
    },
    "plan_do_review": {
        "people": _fields("awareness join_proposal join_supported hours_booked"),
        "ties": _TIME_SPENT_WITH_A_PEAK | _FOUND | {"dormant"},
        "memberships": _fields("accompanied"),
        "posts": _fields("diary_hours"),
        "plans": _fields(
            "stage ended_week ownership aim target need_slot aim_sessions aims_reached aims_unaccompanied own_plans "
            "advice reflection introduced_to hours_connecting delivered quality"
        ),
        "knowledge": frozenset({WHOLE}),
    },
    "taking_part": {
        "people": _fields("join_proposal join_supported acts hours_booked"),
        "memberships": _fields("setting joined_week accompanied supported attended went_alone"),
        "settings": _fields("members"),
    },
    "meeting": {
        "people": _fields("conversations rewards hours_booked"),
        "ties": _TIME_SPENT_WITH_A_PEAK | _FOUND | {"dormant", BEGUN},
    },
    "keeping_in_touch": {
        "people": _fields(
            "weight_regular weight_explore per_pull per_new hours_proposed hours_booked people_seen acts rewards"
        ),
        "ties": _TIME_SPENT_WITH_A_PEAK | _FOUND | _fields("dormant visits visits_kept"),
    },
    "needs_and_help": {
        "people": _fields(
            "hours_booked confidence refusal_expected met_lately unmet_lately asked helped refused held_back gave_help "
            "helped_now refused_now gave_now refused_for_stigma_friends refused_for_stigma_kin rewards"
        ),
        "ties": _TIME_SPENT_WITH_A_PEAK | _fields("asked_week_low asked_week_high given_by_low given_by_high"),
        "needs": _fields("resource since_week urgency asked_tie answer met"),
    },
    "attachment": {
        "people": _fields("anxiety avoidance security_mean security_sum close_ties"),
        "ties": _SECURITY,
    },
    "fading": {
        "people": _fields("life_changed friends_lost_to_illness"),
        "ties": _fields("closeness_hours affinity dormant friend_since_week") | {BEGUN, GONE},
        "memberships": _fields("setting accompanied"),
    },
    "feeling": {
        "people": _fields(
            "loneliness inclusion wellbeing wellbeing_passing confidence refusal_expected company friends_outside "
            "access"
        ),
    },
}  # fmt: skip
"""Fields that each step may change, by step (in the order of the week) and table."""


def _whole_steps(first: str) -> dict[str, Touches]:
    """Everything that the steps from ``first`` to the end of the week may touch.

    A tie may also begin in another way (introduced, or at a meeting) than it begins without the element.
    """
    order = list(STEP_TOUCHES)
    steps = {step: STEP_TOUCHES[step] for step in order[order.index(first) :]}
    return steps | {"meeting": steps["meeting"] | {"ties": steps["meeting"]["ties"] | {"origin"}}}


_ALLIANCE_MOVES_OTHERWISE: Touches = {
    "plans": _fields(
        "alliance contacts_four_weeks sessions_attended sessions_this_week delivered quality stage ended_week"
    ),
}
"""Practice: trust after the first session decides who comes to a second in the same week, and who leaves the offer."""
_ANOTHER_AIM: Touches = {
    "people": _fields("join_proposal join_supported hours_booked"),
    "ties": _TIME_SPENT_WITH_A_PEAK | _FOUND | {"dormant"},
    "posts": _fields("diary_hours"),
    "plans": _fields(
        "stage ended_week aim target need_slot aim_sessions aims_reached aims_unaccompanied advice introduced_to "
        "hours_connecting delivered quality"
    ),
    "knowledge": frozenset({WHOLE}),
}
"""Plan, do, review, where something else is aimed at: not awareness, ownership or reflection."""

ELEMENT_TOUCHES: dict[str, dict[str, Touches]] = {
    "working_relationship": {"practice": _ALLIANCE_MOVES_OTHERWISE} | _whole_steps("plan_do_review"),
    "new_opportunities": {"plan_do_review": _ANOTHER_AIM} | _whole_steps("taking_part"),
    "resourceful_people": {"plan_do_review": _ANOTHER_AIM} | _whole_steps("taking_part"),
    "mobilisation_advice": {"plan_do_review": _ANOTHER_AIM} | _whole_steps("taking_part"),
    "reflection": {
        "plan_do_review": {"plans": _fields("reflection delivered quality")},
        "needs_and_help": {"people": _fields("confidence refusal_expected")},
        "attachment": {"people": _fields("anxiety avoidance security_mean security_sum"), "ties": _SECURITY},
        "feeling": {"people": _fields("loneliness wellbeing confidence refusal_expected company access")},
    },
    "soft_skills": {"practice": _ALLIANCE_MOVES_OTHERWISE} | _whole_steps("plan_do_review"),
}
"""How far an element can reach within a week: fields that may first differ at a step, if it is left out that week.

What differs before a step is carried on into it. So an element that changes who goes where reaches, by the end of the
week, whatever going there can change; reflection, which changes only what answers teach, reaches no place and no tie.
"""
