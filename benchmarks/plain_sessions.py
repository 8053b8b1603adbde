"""Step 3 of the week in plain Mesa: planning, doing and reviewing together, in the sessions of the week."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from benchmarks.library_rules import exp, rules
from benchmarks.plain_meeting import renew_tie
from benchmarks.plain_people import Person, Setting, Tie
from benchmarks.plain_team import Plan, Practitioner
from cpi_sim.site.tables import (
    AGREED,
    AIMING,
    DOING,
    ENDED,
    INTRODUCTION,
    LOST_TIE,
    MAPPING,
    MEMBERSHIPS_AT_MOST,
    NEW_ACTIVITY,
    NO_AIM,
    OPEN_NEED,
    RESOURCE_ITEMS,
    REVIEWING,
    SOCIAL,
    WINDING_DOWN,
)

if TYPE_CHECKING:
    from benchmarks.plain_mesa import PlainModel


def mark_found(tie: Tie, person: Person) -> None:
    """A lost tie came up when this person's network was mapped."""
    if tie.low is person:
        tie.found_low = True
    else:
        tie.found_high = True


def is_found(tie: Tie, person: Person) -> bool:
    """Whether this person's lost tie has come up."""
    return tie.found_low if tie.low is person else tie.found_high


def knows(post: Practitioner, setting: Setting) -> bool:
    """Whether the worker knows a place, or hears of it from a colleague."""
    if post.knowledge[setting] > 0.1:
        return True
    week = post.model.week
    there = (each for each in post.model.posts if each.filled_from_week <= week)
    return setting in post.hears_of and any(each.knowledge[setting] > 0.1 for each in there)


def skilled(post: Practitioner, soft_skill: float) -> float:
    """A soft skill as it works in a session."""
    p = post.model.p
    return p.element_soft_skills * min(1.0, soft_skill + p.training_soft_skills * post.skill)


def visit(post: Practitioner, setting: Setting) -> None:
    """Know a place better for having been there."""
    post.knowledge[setting] += post.model.p.knowledge_visit * (1.0 - post.knowledge[setting])


def find_activity(post: Practitioner, plan: Plan) -> Setting | None:
    """The best of a few places that the worker knows."""
    model, p, random = post.model, post.model.p, post.model.random
    known = [setting for setting in model.settings if knows(post, setting)]
    looks = 1 + int(
        p.candidates_at_most * skilled(post, post.creativity) * min(1.0, len(known) / p.places_to_choose_from) + 0.5
    )
    open_to = [setting for setting in known if plan.person.may_join(setting)]
    if not open_to:
        return None
    looked_at = random.sample(open_to, min(looks, len(open_to)))
    return max(
        looked_at,
        key=lambda setting: rules.weight_of_setting(plan.person.serves(setting), setting.service_linked, p),
    )


def get_to_know_a_place(post: Practitioner, plan: Plan) -> None:
    """Spend time on getting to know one more place."""
    model, p = post.model, post.model.p
    unknown = [each for each in model.settings if post.knowledge[each] <= 0.1 and each not in plan.person.memberships]
    if post.diary_hours < p.scouting_hours or not unknown:
        return
    weights = [0.2 + plan.person.serves(setting) for setting in unknown]
    post.diary_hours -= p.scouting_hours
    visit(post, model.random.choices(unknown, weights)[0])


def find_person_to_introduce(post: Practitioner, plan: Plan) -> Person | None:
    """A member of a place that the worker knows, drawn towards those with much to offer."""
    model, me = post.model, plan.person
    covered = 0
    for friend, tie in me.ties.items():
        if not tie.dormant:
            covered |= friend.offers
    model.visits += len(me.ties)
    found = {
        person: None
        for setting in model.settings
        if not setting.users_only and post.knowledge[setting] > 0.1
        for person in setting.members
        if person is not me and person not in me.ties
    }
    if not found:
        return None
    weights = [
        rules.weight_of_introduction(person.position, (person.offers & ~covered).bit_count() / RESOURCE_ITEMS, model.p)
        for person in found
    ]
    return model.random.choices(list(found), weights)[0]


def session(post: Practitioner, plan: Plan) -> None:
    """One session: talk, then one step of the cycle if both do their part."""
    model, p, random = post.model, post.model.p, post.model.random.random
    person = plan.person
    if plan.stage == MAPPING and plan.alliance <= p.alliance_to_begin:
        return
    quality = rules.trained_quality(post.skill, 0.5 + 0.5 * p.element_soft_skills * post.trained_empathy())
    plan.advice = max(plan.advice, p.element_mobilisation_advice * quality)
    plan.reflection = max(plan.reflection, p.element_reflection * quality)
    if random() < rules.chance_of_own_step(plan.ownership, person.confidence, person.symptoms, p):
        plan.ownership = rules.next_ownership(plan.ownership, post.equality(connecting=True), p)
    elif random() >= p.worker_steps_in:
        return
    if plan.stage == MAPPING:
        person.awareness = max(person.awareness, p.awareness_gain)
        for tie in person.ties.values():
            if tie.dormant and random() < p.lost_tie_found:
                mark_found(tie, person)
        model.visits += len(person.ties)
        plan.stage = AIMING
    elif plan.stage == AIMING:
        begin_aim(post, plan)
    elif plan.stage == DOING:
        pursue_aim(post, plan)
    elif plan.stage == REVIEWING:
        review(post, plan)


def begin_aim(post: Practitioner, plan: Plan) -> None:
    """Choose together what to aim at, and whom or where."""
    plan.aim, plan.aim_sessions, plan.target = choose_aim(post, plan), 0, None
    if plan.aim == NEW_ACTIVITY:
        plan.target = find_activity(post, plan)
        if plan.target is None:
            get_to_know_a_place(post, plan)
    elif plan.aim == LOST_TIE:
        found = [tie for tie in plan.person.ties.values() if tie.dormant and is_found(tie, plan.person)]
        plan.target = found[0] if found else None
    elif plan.aim == INTRODUCTION:
        plan.target = find_person_to_introduce(post, plan)
    elif plan.aim == OPEN_NEED and plan.person.needs:
        plan.target = plan.person.needs[-1]
    if plan.target is None:
        plan.aim = NO_AIM
    else:
        plan.stage = DOING


def choose_aim(post: Practitioner, plan: Plan) -> int:
    """The aim, drawn by weight among those that the practice includes and the person lacks."""
    p, person = post.model.p, plan.person
    ties = person.ties.values()
    post.model.visits += len(ties)
    friends = sum(tie.kind == SOCIAL and not tie.dormant and tie.closeness >= p.casual_friend_hours for tie in ties)
    lack = {INTRODUCTION: max(0.0, 1.0 - person.access / (2.0 * p.access_centre))}
    if len(person.memberships) < MEMBERSHIPS_AT_MOST:
        lack[NEW_ACTIVITY] = max(0.0, 1.0 - len(person.memberships) / p.enough_memberships)
    if any(tie.dormant and is_found(tie, person) for tie in ties):
        lack[LOST_TIE] = max(0.0, 1.0 - friends / p.enough_friends)
    if person.needs:
        lack[OPEN_NEED] = min(1.0, len(person.needs) / 2.0)
    element = {
        NEW_ACTIVITY: p.element_new_opportunities,
        LOST_TIE: p.element_resourceful_people,
        INTRODUCTION: p.element_resourceful_people,
        OPEN_NEED: p.element_mobilisation_advice,
    }
    aims = [aim for aim in lack if element[aim] > 0.0]
    if not aims:
        return NO_AIM
    weights = [
        element[aim] * exp(rules.weight_of_aim(lack[aim], plan.own_wishes[aim], float(aim == NEW_ACTIVITY), p))
        for aim in aims
    ]
    return post.model.random.choices(aims, weights)[0]


def pursue_aim(post: Practitioner, plan: Plan) -> None:
    """One step towards the aim; after some steps without success, another aim."""
    p = post.model.p
    if plan.aim == INTRODUCTION and plan.introduced_to is not None:
        return
    patience = {
        NEW_ACTIVITY: int(p.aim_patience_sessions + 2.0 * p.accompanied_weeks),
        INTRODUCTION: int(p.introduction_sessions),
    }
    do = {
        NEW_ACTIVITY: activity,
        LOST_TIE: lost_tie,
        INTRODUCTION: introduce,
        OPEN_NEED: advise,
    }
    plan.aim_sessions += 1
    if do[plan.aim](post, plan):
        plan.stage = REVIEWING
        plan.aims_reached += 1
        plan.aims_unaccompanied += plan.ownership >= p.led_by_the_person
    elif plan.aim_sessions >= patience.get(plan.aim, int(p.aim_patience_sessions)):
        plan.stage, plan.aim = AIMING, NO_AIM


def activity(post: Practitioner, plan: Plan) -> bool:
    """Towards a new activity. True when the person has gone alone."""
    model, p, random = post.model, post.model.p, post.model.random.random
    person, setting = plan.person, plan.target
    if (membership := person.memberships.get(setting)) is not None:
        weeks = model.week - membership.joined_week
        membership.accompanied = max(0.0, 1.0 - weeks / p.accompanied_weeks) if p.accompanied_weeks > 0.0 else 0.0
        visit(post, setting)
        return weeks >= p.accompanied_weeks and membership.went_alone
    flexibility = skilled(post, post.flexibility)
    welcome = setting.welcome
    if setting in post.linked_to:
        odds = welcome / (1.0 - welcome) * exp(p.gatekeeper_links)
        welcome = odds / (1.0 + odds)
    if random() < welcome + (1.0 - welcome) * flexibility * p.gatekeeper_flexibility:
        barrier = person.barrier_to(setting)
        fit = person.serves(setting)
        if random() < rules.chance_to_join(fit, person.confidence, person.symptoms, barrier, flexibility, p):
            person.proposal, person.supported = setting, True
    return False


def lost_tie(post: Practitioner, plan: Plan) -> bool:
    """Towards a lost friend. True when they met."""
    tie = plan.target
    if tie.ended:
        return False
    if not tie.dormant:
        return True
    return post.model.random.random() < post.model.p.renewal_chance and renew_tie(post.model, tie)


def introduce(post: Practitioner, plan: Plan) -> bool:
    """Towards somebody new. True once they know each other."""
    if plan.target in plan.person.ties:
        return True
    plan.introduced_to = plan.target
    return False


def advise(post: Practitioner, plan: Plan) -> bool:
    """Towards an open need. True once it has been met."""
    plan.advice = max(plan.advice, post.model.p.element_mobilisation_advice * post.skill)
    return plan.target.answer == AGREED


def review(post: Practitioner, plan: Plan) -> None:
    """On to the next aim, or moving on."""
    p = post.model.p
    plan.aim, plan.stage = NO_AIM, AIMING
    if plan.aims_unaccompanied >= p.aims_to_move_on:
        plan.stage, plan.ended_week = WINDING_DOWN, post.model.week + int(p.wind_down_weeks)


def own_plan(model: PlainModel, plan: Plan) -> None:
    """After support has ended, a person with ownership may go to a new place by themselves."""
    p, person, random = model.p, plan.person, model.random.random
    if random() >= rules.hazard_of_own_plan(plan.ownership, person.symptoms, p):
        return
    places = [setting for setting in model.settings if person.may_join(setting)]
    if not places:
        return
    best = max(places, key=lambda setting: person.serves(setting) + random())
    barrier = person.barrier_to(best)
    if random() < rules.chance_to_join(person.serves(best), person.confidence, person.symptoms, barrier, 0.0, p):
        person.proposal, person.supported = best, False


def plan_do_review(model: PlainModel) -> None:
    """Step 3."""
    p = model.p
    for post in model.posts:
        for setting in post.knowledge:
            post.knowledge[setting] *= 1.0 - p.knowledge_fading / 52.0
    for plan in model.plans:
        plan.advice *= 1.0 - 1.0 / p.advice_weeks
        plan.reflection *= 1.0 - 1.0 / p.reflection_weeks
        half = math.log(2.0) / p.awareness_half_life
        plan.person.awareness = 1.0 + (plan.person.awareness - 1.0) * (1.0 - half)
        if plan.stage == ENDED and plan.opened_week >= 0:
            own_plan(model, plan)
        for _ in range(plan.sessions_this_week):
            if plan.engaged and MAPPING <= plan.stage <= WINDING_DOWN:
                session(plan.post, plan)
