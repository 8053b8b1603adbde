"""Step 3, plan, do, review: what worker and person do together in the sessions of this week.

The network is mapped once; then comes an aim, the steps towards it, a review, and the next aim. A step needs the
worker's part and the person's own. Nothing here makes a tie, security or wellbeing: it brings people to places and to
each other, and the later steps of the week decide what comes of it.
"""

from __future__ import annotations

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp, logistic
from cpi_sim.engine.compilation import machinery, rule, step
from cpi_sim.engine.keyed import process_key, uniform_three, uniform_two
from cpi_sim.site.tables import (
    AIMING,
    DOING,
    ENDED,
    INTRODUCTION,
    LOST_TIE,
    MAPPING,
    MOBILISATION_ADVICE,
    NEEDS_AT_MOST,
    NEW_ACTIVITY,
    NEW_OPPORTUNITIES,
    NO_AIM,
    NOBODY,
    OPEN_NEED,
    REFLECTION,
    RESOURCEFUL_PEOPLE,
    REVIEWING,
    WINDING_DOWN,
    Row,
    Site,
)
from cpi_sim.site.tie_table import other, record
from cpi_sim.week.aims import choose_aim, find_activity, find_person_to_introduce, get_to_know_a_place
from cpi_sim.week.alliance import equality_of, trained_empathy, trained_quality
from cpi_sim.week.keeping_in_touch import renew_tie
from cpi_sim.week.taking_part import chance_to_join, is_member, may_join, propose_to_join, share_of_interests


@rule
def chance_of_own_step(ownership: float, confidence: float, symptoms: float, p: Row) -> float:
    """Probability that the person does their own part of a step. Assumption."""
    return logistic(
        p.own_step_base
        + p.own_step_ownership * ownership
        + p.own_step_confidence * (2.0 * confidence - 1.0)
        - p.own_step_symptoms * symptoms
    )


@rule
def next_ownership(ownership: float, equality: float, p: Row) -> float:
    """Ownership of the plan after a step done together: it grows with the equality of the work. Assumption."""
    return ownership + p.ownership_gain * equality * (1.0 - ownership)


@rule
def hazard_of_own_plan(ownership: float, symptoms: float, p: Row) -> float:
    """Chance a week, after support, of opening a plan of one's own. Assumption."""
    return p.own_plan_hazard * ownership * max(0.0, 1.0 - p.own_plan_symptoms * symptoms)


@machinery
def practise(plan: Row, element: int, weight: float, quality: float) -> None:
    """Book that an element was practised in a session, and how well."""
    plan.delivered[element] += weight
    plan.quality[element] += quality


@machinery
def map_network(site: Site, seed: int, week: int, plan: Row) -> None:
    """Go through the network once: the person sees better what is there, and lost ties come up."""
    p = site.parameters[0]
    person = site.people[plan.person]
    person.awareness = max(person.awareness, p.awareness_gain)
    key = process_key(seed, processes.LOST_TIE_FOUND, week)
    for k in range(site.first_tie[plan.person], site.first_tie[plan.person + 1]):
        tie = site.ties[site.tie_of[k]]
        if tie.dormant == 1:
            friend = site.people[other(tie, plan.person)]
            if uniform_two(key, person.id, friend.id) < p.lost_tie_found:
                if tie.low == plan.person:
                    tie.found_low = 1
                else:
                    tie.found_high = 1


@machinery
def talk(site: Site, plan: Row, post: Row) -> None:
    """What a session has in it beside the steps: advice on whom to ask and when, and reflection on how it went.

    Half of their quality needs no empathy: assumption.
    """
    p = site.parameters[0]
    quality = trained_quality(post.skill, 0.5 + 0.5 * p.element_soft_skills * trained_empathy(post, p))
    if p.element_mobilisation_advice > 0.0:
        plan.advice = max(plan.advice, p.element_mobilisation_advice * quality)
        practise(plan, MOBILISATION_ADVICE, p.element_mobilisation_advice, quality)
    if p.element_reflection > 0.0:
        plan.reflection = max(plan.reflection, p.element_reflection * quality)
        practise(plan, REFLECTION, p.element_reflection, quality)


@machinery
def begin_aim(site: Site, seed: int, week: int, plan: Row, post_row: int) -> None:
    """Choose together what to aim at, and whom or where; without a candidate the worker goes to look for one."""
    person = site.people[plan.person]
    plan.aim = choose_aim(site, seed, week, plan)
    plan.aim_sessions = 0
    plan.target = NOBODY
    if plan.aim == NEW_ACTIVITY:
        plan.target = find_activity(site, seed, week, plan, post_row)
        if plan.target < 0:
            get_to_know_a_place(site, seed, week, plan, post_row)
    elif plan.aim == LOST_TIE:
        for k in range(site.first_tie[plan.person], site.first_tie[plan.person + 1]):
            tie = site.ties[site.tie_of[k]]
            found = tie.found_low if tie.low == plan.person else tie.found_high
            if tie.dormant == 1 and found == 1 and plan.target < 0:
                plan.target = site.people[other(tie, plan.person)].id
    elif plan.aim == INTRODUCTION:
        plan.target = find_person_to_introduce(site, seed, week, plan, post_row)
    elif plan.aim == OPEN_NEED:
        for k in range(NEEDS_AT_MOST):
            if site.needs[plan.person, k].resource >= 0:
                plan.target = site.needs[plan.person, k].resource
                plan.need_slot = k
    if plan.target >= 0:
        plan.stage = DOING
        record(site, week, processes.AIM_CHOSEN, person.id, plan.target, float(plan.aim))
    else:
        plan.aim = NO_AIM


@machinery
def barrier_to(site: Site, seed: int, i: int, s: int) -> float:
    """What stands between person ``i`` and setting ``s`` (rows), 0 to twice its mean."""
    key = process_key(seed, processes.BARRIER, 0)
    return site.parameters[0].barrier_mean * 2.0 * uniform_two(key, site.people[i].id, site.settings[s].id)


@machinery
def do_activity(site: Site, seed: int, week: int, plan: Row, post_row: int) -> bool:
    """Towards a new activity: ask at the door, join, go along for some weeks. True when the person has gone alone."""
    p = site.parameters[0]
    person = site.people[plan.person]
    post = site.posts[post_row]
    setting = site.settings[plan.target]
    slot = is_member(site, plan.person, plan.target)
    if slot >= 0:
        membership = site.memberships[plan.person, slot]
        weeks = week - membership.joined_week
        membership.accompanied = max(0.0, 1.0 - weeks / p.accompanied_weeks) if p.accompanied_weeks > 0.0 else 0.0
        site.knowledge[post_row, plan.target] += p.knowledge_visit * (1.0 - site.knowledge[post_row, plan.target])
        practise(plan, NEW_OPPORTUNITIES, p.element_new_opportunities, trained_quality(post.skill, post.creativity))
        return weeks >= p.accompanied_weeks and membership.went_alone == 1
    flexibility = p.element_soft_skills * min(1.0, post.flexibility + p.training_soft_skills * post.skill)
    linked = uniform_two(process_key(seed, processes.COLLEAGUE_KNOWS, 1), post.post, setting.id) < p.community_links
    welcome = setting.welcome
    if linked:
        odds = welcome / (1.0 - welcome) * exp(p.gatekeeper_links)
        welcome = odds / (1.0 + odds)
    yes = welcome + (1.0 - welcome) * flexibility * p.gatekeeper_flexibility
    if uniform_three(process_key(seed, processes.GATEKEEPER, week), person.id, setting.id, plan.aim_sessions) < yes:
        fit = share_of_interests(person.interests, setting.interest)
        barrier = barrier_to(site, seed, plan.person, plan.target)
        chance = chance_to_join(fit, person.confidence, person.symptoms, barrier, flexibility, p)
        if uniform_three(process_key(seed, processes.JOIN, week), person.id, setting.id, plan.aim_sessions) < chance:
            propose_to_join(site, plan.person, plan.target, 1)
    practise(plan, NEW_OPPORTUNITIES, p.element_new_opportunities, trained_quality(post.skill, post.creativity))
    return False


@machinery
def do_lost_tie(site: Site, seed: int, week: int, plan: Row, post: Row) -> bool:
    """Towards a lost friend: get in touch, with help, and meet if it comes about and both have the time. True when they
    met.
    """
    p = site.parameters[0]
    friend = site.row_of_id[plan.target]
    practise(plan, RESOURCEFUL_PEOPLE, p.element_resourceful_people, trained_quality(post.skill, post.empathy))
    for k in range(site.first_tie[plan.person], site.first_tie[plan.person + 1]):
        tie = site.ties[site.tie_of[k]]
        if other(tie, plan.person) != friend:
            continue
        if tie.dormant == 0:
            return True
        key = process_key(seed, processes.RENEW, week)
        if uniform_three(key, site.people[plan.person].id, plan.target, plan.aim_sessions) < p.renewal_chance:
            return renew_tie(site, tie, week)
    return False


@machinery
def do_introduction(site: Site, seed: int, week: int, plan: Row, post: Row) -> bool:
    """Towards somebody new: the two are brought together this week. True once they know each other."""
    p = site.parameters[0]
    row = site.row_of_id[plan.target]
    for k in range(site.first_tie[plan.person], site.first_tie[plan.person + 1]):
        if other(site.ties[site.tie_of[k]], plan.person) == row:
            return True
    plan.introduced_to = plan.target
    practise(plan, RESOURCEFUL_PEOPLE, p.element_resourceful_people, trained_quality(post.skill, post.empathy))
    return False


@machinery
def do_open_need(site: Site, plan: Row, post: Row) -> bool:
    """Towards an open need: think through whom to ask and how. True once it has been met."""
    p = site.parameters[0]
    plan.advice = max(plan.advice, p.element_mobilisation_advice * post.skill)
    need = site.needs[plan.person, plan.need_slot]
    return need.resource < 0 and need.met == 1


@machinery
def one_session(site: Site, seed: int, week: int, u: int, nth: int) -> None:
    """One session: talk, then one step of the cycle if both do their part."""
    p = site.parameters[0]
    plan = site.plans[u]
    post = site.posts[plan.post]
    person = site.people[plan.person]
    if plan.stage == MAPPING and plan.alliance <= p.alliance_to_begin:
        return
    talk(site, plan, post)
    chance = chance_of_own_step(plan.ownership, person.confidence, person.symptoms, p)
    together = uniform_two(process_key(seed, processes.OWN_STEP, week), person.id, nth) < chance
    if together:
        plan.ownership = next_ownership(plan.ownership, equality_of(post, True, p), p)
    elif uniform_two(process_key(seed, processes.WORKER_STEP, week), person.id, nth) >= p.worker_steps_in:
        return
    record(site, week, processes.STEP_TAKEN, person.id, post.id, float(plan.stage))
    if plan.stage == MAPPING:
        map_network(site, seed, week, plan)
        plan.stage = AIMING
    elif plan.stage == AIMING:
        begin_aim(site, seed, week, plan, plan.post)
    elif plan.stage == DOING:
        pursue_aim(site, seed, week, plan, post)
    elif plan.stage == REVIEWING:
        review(site, week, plan)


@machinery
def pursue_aim(site: Site, seed: int, week: int, plan: Row, post: Row) -> None:
    """One step towards the aim; after some steps without success, another aim."""
    p = site.parameters[0]
    if plan.aim == INTRODUCTION and plan.introduced_to >= 0:
        return  # the two are brought together this week already
    reached = False
    patience = int(p.aim_patience_sessions)
    if plan.aim == NEW_ACTIVITY:
        reached = do_activity(site, seed, week, plan, plan.post)
        patience = int(p.aim_patience_sessions + 2.0 * p.accompanied_weeks)
    elif plan.aim == LOST_TIE:
        reached = do_lost_tie(site, seed, week, plan, post)
    elif plan.aim == INTRODUCTION:
        reached = do_introduction(site, seed, week, plan, post)
        patience = int(p.introduction_sessions)
    elif plan.aim == OPEN_NEED:
        reached = do_open_need(site, plan, post)
    plan.aim_sessions += 1
    if reached:
        plan.stage = REVIEWING
        plan.aims_reached += 1
        if plan.ownership >= p.led_by_the_person:
            plan.aims_unaccompanied += 1
        record(site, week, processes.AIM_REACHED, site.people[plan.person].id, plan.target, float(plan.aim))
    elif plan.aim_sessions >= patience:
        plan.stage = AIMING
        plan.aim = NO_AIM


@machinery
def review(site: Site, week: int, plan: Row) -> None:
    """Look back on the aim; go on to the next, or move on when the person has taken the lead often enough."""
    p = site.parameters[0]
    plan.aim = NO_AIM
    if plan.aims_unaccompanied >= p.aims_to_move_on:
        plan.stage = WINDING_DOWN
        plan.ended_week = week + int(p.wind_down_weeks)
    else:
        plan.stage = AIMING
    record(site, week, processes.STAGE_CHANGED, site.people[plan.person].id, NOBODY, float(plan.stage))


@machinery
def own_plan(site: Site, seed: int, week: int, plan: Row) -> None:
    """After support has ended, a person with ownership may go to a new place by themselves."""
    p = site.parameters[0]
    person = site.people[plan.person]
    hazard = hazard_of_own_plan(plan.ownership, person.symptoms, p)
    if uniform_two(process_key(seed, processes.OWN_PLAN, week), person.id, 0) >= hazard:
        return
    best = NOBODY
    best_score = -1.0
    key = process_key(seed, processes.OWN_PLAN_WHERE, week)
    for s in range(site.settings.shape[0]):
        setting = site.settings[s]
        if may_join(site, plan.person, s):
            score = share_of_interests(person.interests, setting.interest) + uniform_two(key, person.id, setting.id)
            if score > best_score:
                best = s
                best_score = score
    fit = share_of_interests(person.interests, site.settings[best].interest) if best >= 0 else 0.0
    barrier = barrier_to(site, seed, plan.person, best) if best >= 0 else 0.0
    chance = chance_to_join(fit, person.confidence, person.symptoms, barrier, 0.0, p)
    if best >= 0 and uniform_two(process_key(seed, processes.JOIN, week), person.id, 0) < chance:
        propose_to_join(site, plan.person, best, 0)
        plan.own_plans += 1


@step
def plan_do_review(site: Site, seed: int, week: int) -> None:
    """The sessions of the week, one after another; then what people carry on from earlier ones."""
    if week < 0:
        return
    p = site.parameters[0]
    for m in range(site.posts.shape[0]):
        for s in range(site.settings.shape[0]):
            site.knowledge[m, s] *= 1.0 - p.knowledge_fading / 52.0
    for u in range(site.plans.shape[0]):
        plan = site.plans[u]
        plan.advice *= 1.0 - 1.0 / p.advice_weeks
        plan.reflection *= 1.0 - 1.0 / p.reflection_weeks
        person = site.people[plan.person]
        person.awareness = 1.0 + (person.awareness - 1.0) * (1.0 - 0.6931471805599453 / p.awareness_half_life)
        if plan.stage == ENDED and plan.opened_week >= 0:
            own_plan(site, seed, week, plan)
        for nth in range(plan.sessions_this_week):
            if plan.engaged == 1 and MAPPING <= plan.stage <= WINDING_DOWN:
                one_session(site, seed, week, u, nth)
