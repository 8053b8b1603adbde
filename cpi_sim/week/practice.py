"""Step 2, practice: a worker's hours go to crises, then routine, then connecting work; people come, trust, or leave."""

from __future__ import annotations

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp, logistic
from cpi_sim.engine.compilation import machinery, rule, step
from cpi_sim.engine.keyed import process_key, uniform, uniform_two
from cpi_sim.site.tables import (
    DECLINED,
    DOING,
    ENDED,
    MAPPING,
    NEW_ACTIVITY,
    NOT_OFFERED,
    SOFT_SKILLS,
    WAITING,
    WINDING_DOWN,
    WORKING_RELATIONSHIP,
    Row,
    Site,
)
from cpi_sim.site.tie_table import record
from cpi_sim.week.alliance import ALLIANCE_UNIT, ALLIANCE_USUAL, meet_worker, trained_quality

WEEKS_A_MONTH = 52.0 / 12.0


@rule
def hours_of_a_week(fte: float, p: Row) -> float:
    """Hours of direct contact a worker has in a week, support workers' help included.  [Burns 2007; Sood 2017]"""
    return p.contacts_per_fte_month / WEEKS_A_MONTH * p.contact_hours * fte * (1.0 + p.support_worker_share)


@rule
def hours_for_connecting(hours_left: float, fte: float, p: Row) -> float:
    """Hours for connecting work: what the agency allows of the hours left, and any protected hours. Assumption."""
    return p.connecting_share * hours_left + p.protected_hours * fte


@rule
def chance_to_attend_session(
    alliance: float, anxiety: float, avoidance: float, symptoms: float, routine: int, p: Row
) -> float:
    """Probability of coming to an agreed session; ``routine`` is 1 for routine contact, often at home, else 0.

    Anxiety raises it and avoidance lowers it [signs: Adams, Wrath and Meng 2018]; sizes are assumptions. Anxiety and
    avoidance are in community SDs and counted from the users' mean.
    """
    return logistic(
        p.attend_base
        + p.attend_routine * routine
        + p.attend_alliance * (alliance - ALLIANCE_USUAL) / ALLIANCE_UNIT
        + p.attend_anxiety * (anxiety - p.attachment_shift)
        - p.attend_avoidance * (avoidance - p.attachment_shift)
        - p.attend_symptoms * (symptoms - 1.0)
    )


@rule
def ratio_of_leaving(alliance: float, anxiety: float, avoidance: float, p: Row) -> float:
    """Multiplier on the hazards of leaving the offer or the service: alliance and anxiety keep, avoidance drives
    away.
    """
    return exp(
        -p.leave_alliance * (alliance - ALLIANCE_USUAL) / ALLIANCE_UNIT
        + p.leave_avoidance * (avoidance - p.attachment_shift)
        - p.leave_anxiety * (anxiety - p.attachment_shift)
    )


@machinery
def intervention_runs(p: Row, week: int) -> bool:
    """Whether connecting support is offered in this week: some contact of some element that has a content."""
    content = (
        p.element_working_relationship
        + p.element_new_opportunities
        + p.element_resourceful_people
        + p.element_mobilisation_advice
        + p.element_reflection
    )
    in_time = p.start_week <= week < p.start_week + p.duration_weeks
    return in_time and p.contacts_per_month > 0.0 and content > 0.0


@machinery
def plan_hours(site: Site, week: int) -> None:
    """Share out each worker's week: crises first, then routine contact, then connecting work."""
    p = site.parameters[0]
    in_crisis = np.zeros(site.posts.shape[0])
    steady = np.zeros(site.posts.shape[0])
    for u in range(site.plans.shape[0]):
        plan = site.plans[u]
        if plan.engaged == 1:
            if site.people[plan.person].crisis_until > week:
                in_crisis[plan.post] += 1.0
            else:
                steady[plan.post] += 1.0
    for m in range(site.posts.shape[0]):
        post = site.posts[m]
        if p.supervised < 1.0:
            post.skill *= 1.0 - p.skill_fading / 52.0
        post.hours = hours_of_a_week(post.fte, p) if post.filled_from_week <= week else 0.0
        wanted = p.crisis_hours * in_crisis[m]
        post.hours_crisis = min(post.hours, wanted)
        post.crisis_share = post.hours_crisis / wanted if wanted > 0.0 else 1.0
        wanted = p.routine_contacts * p.contact_hours * steady[m]
        post.hours_routine = min(post.hours - post.hours_crisis, wanted)
        post.routine_share = post.hours_routine / wanted if wanted > 0.0 else 1.0
        post.hours_left = post.hours - post.hours_crisis - post.hours_routine
        present = 1.0 if post.hours > 0.0 else 0.0
        post.hours_connecting = hours_for_connecting(post.hours_left, post.fte * present, p)
        saved = post.diary_hours + post.hours_connecting
        post.diary_hours = min(saved, max(post.diary_hours, p.diary_weeks * post.hours_connecting))


@machinery
def whole_number(expected: float, u: float) -> int:
    """A whole number with the given expectation."""
    whole = int(expected)
    return whole + 1 if u < expected - whole else whole


@machinery
def routine_work(site: Site, seed: int, week: int) -> None:
    """Crisis and routine contacts."""
    p = site.parameters[0]
    crisis_key = process_key(seed, processes.CRISIS_CONTACTS, week)
    agreed_key = process_key(seed, processes.ROUTINE_AGREED, week)
    attended_key = process_key(seed, processes.ROUTINE_ATTENDED, week)
    for u in range(site.plans.shape[0]):
        plan = site.plans[u]
        if plan.engaged == 0:
            continue
        person = site.people[plan.person]
        post = site.posts[plan.post]
        plan.contacts_four_weeks *= 0.75
        if person.crisis_until > week:
            contacts = whole_number(
                p.crisis_hours * post.crisis_share / p.contact_hours, uniform(crisis_key, person.id)
            )
            plan.contacts_crisis += contacts
            plan.hours_crisis += contacts * p.contact_hours
            what = processes.CRISIS_CONTACT
        else:
            contacts = 0
            agreed = whole_number(p.routine_contacts * post.routine_share, uniform(agreed_key, person.id))
            chance = chance_to_attend_session(plan.alliance, person.anxiety, person.avoidance, person.symptoms, 1, p)
            for nth in range(agreed):
                if uniform_two(attended_key, person.id, nth) < chance:
                    contacts += 1
            plan.contacts_routine += contacts
            plan.hours_routine += agreed * p.contact_hours
            what = processes.ROUTINE_CONTACT
        for _ in range(contacts):
            meet_worker(site, plan, False)
        if contacts > 0:
            record(site, week, what, person.id, post.id, float(contacts))


@machinery
def leave_service(site: Site, seed: int, week: int) -> None:
    """Some people leave the service, and with it the connecting support."""
    p = site.parameters[0]
    leave_key = process_key(seed, processes.LEAVE_SERVICE, week)
    for u in range(site.plans.shape[0]):
        plan = site.plans[u]
        if plan.engaged == 0:
            continue
        person = site.people[plan.person]
        hazard = p.leave_service_hazard * ratio_of_leaving(plan.alliance, person.anxiety, person.avoidance, p)
        if person.lives_alone == 1:
            hazard *= p.leave_alone
        if uniform(leave_key, person.id) < hazard:
            plan.engaged = 0
            plan.left_service_week = week
            if plan.stage >= WAITING and plan.stage != ENDED:
                plan.stage = ENDED
                plan.ended_week = week


@machinery
def offer_support(site: Site, seed: int, week: int) -> None:
    """Offer connecting support, and end it for everybody when its time is over."""
    p = site.parameters[0]
    running = intervention_runs(p, week)
    take_up_key = process_key(seed, processes.TAKE_UP, 0)
    for u in range(site.plans.shape[0]):
        plan = site.plans[u]
        if running and plan.stage == NOT_OFFERED and plan.engaged == 1:
            accepted = uniform(take_up_key, site.people[plan.person].id) < p.take_up
            plan.stage = WAITING if accepted else DECLINED
            plan.offered_week = week
        elif not running and plan.stage == WAITING:
            plan.stage = ENDED
            plan.ended_week = week
        elif not running and MAPPING <= plan.stage < WINDING_DOWN:
            plan.stage = WINDING_DOWN
            plan.ended_week = week + int(p.wind_down_weeks)
        if plan.stage == WINDING_DOWN and week >= plan.ended_week:
            plan.stage = ENDED
        if running and WAITING <= plan.stage < WINDING_DOWN:
            plan.sessions_intended += p.contacts_per_month / WEEKS_A_MONTH


@machinery
def open_plans(site: Site, seed: int, week: int) -> None:
    """Give free places on workers' lists to people who wait; the offer was made to all at once, so by keyed number."""
    p = site.parameters[0]
    order_key = process_key(seed, processes.OPEN_ORDER, 0)
    for m in range(site.posts.shape[0]):
        if site.posts[m].filled_from_week > week:
            continue
        places = int(p.open_plans_at_most * site.posts[m].fte + 0.5)
        first = site.posts[m].first_plan
        beyond = first + site.posts[m].caseload
        for u in range(first, beyond):
            plan = site.plans[u]
            if MAPPING <= plan.stage <= WINDING_DOWN:
                places -= 1
        while places > 0:
            best = -1
            best_order = 2.0
            for u in range(first, beyond):
                plan = site.plans[u]
                person = site.people[plan.person]
                if plan.stage == WAITING and person.crisis_until <= week:
                    place = uniform(order_key, person.id)
                    if place < best_order:
                        best = u
                        best_order = place
            if best < 0:
                break
            chosen = site.plans[best]
            chosen.stage = MAPPING
            chosen.opened_week = week
            chosen.next_due_week = float(week)
            chosen.ownership = p.ownership_start
            record(site, week, processes.STAGE_CHANGED, site.people[chosen.person].id, site.posts[m].id, float(MAPPING))
            places -= 1


@machinery
def next_in_turn(site: Site, seed: int, week: int, m: int) -> int:
    """The plan (row) of post ``m`` whose session has been due longest, or -1; a keyed number settles equals."""
    order_key = process_key(seed, processes.SESSION_ORDER, week)
    best = -1
    best_due = 0.0
    best_order = 2.0
    for u in range(site.posts[m].first_plan, site.posts[m].first_plan + site.posts[m].caseload):
        plan = site.plans[u]
        if plan.engaged == 0 or not MAPPING <= plan.stage <= WINDING_DOWN:
            continue
        person = site.people[plan.person]
        if person.crisis_until > week or plan.next_due_week >= week + 1.0:
            continue
        order = uniform(order_key, person.id)
        if best < 0 or plan.next_due_week < best_due or (plan.next_due_week == best_due and order < best_order):
            best = u
            best_due = plan.next_due_week
            best_order = order
    return best


@machinery
def connecting_sessions(site: Site, seed: int, week: int) -> None:
    """Each worker sees the people whose session is due, longest waiting first, while the diary has hours."""
    p = site.parameters[0]
    attended_key = process_key(seed, processes.SESSION_ATTENDED, week)
    for m in range(site.posts.shape[0]):
        post = site.posts[m]
        while post.hours_connecting > 0.0:  # in a week that crises and routine have taken, saved hours wait
            u = next_in_turn(site, seed, week, m)
            if u < 0:
                break
            plan = site.plans[u]
            person = site.people[plan.person]
            accompanied = plan.stage == DOING and plan.aim == NEW_ACTIVITY and plan.visit_this_week == 0
            cost = p.accompanied_hours if accompanied else p.contact_hours
            if post.diary_hours < cost:
                break
            interval = WEEKS_A_MONTH / p.contacts_per_month * (2.0 if plan.stage == WINDING_DOWN else 1.0)
            plan.next_due_week = max(plan.next_due_week, float(week)) + interval
            post.diary_hours -= cost
            plan.hours_connecting += cost
            nth = plan.sessions_agreed
            plan.sessions_agreed += 1
            chance = chance_to_attend_session(plan.alliance, person.anxiety, person.avoidance, person.symptoms, 0, p)
            if uniform_two(attended_key, person.id, nth) >= chance:
                continue
            plan.sessions_attended += 1
            plan.sessions_this_week += 1
            if accompanied:
                plan.visit_this_week = 1
                plan.visits_accompanied += 1
            meet_worker(site, plan, True)
            plan.delivered[WORKING_RELATIONSHIP] += p.element_working_relationship
            plan.delivered[SOFT_SKILLS] += p.element_soft_skills
            plan.quality[WORKING_RELATIONSHIP] += trained_quality(post.skill, post.empathy)
            plan.quality[SOFT_SKILLS] += post.skill
            record(site, week, processes.SESSION_HELD, person.id, post.id, cost)


@machinery
def leave_offer(site: Site, seed: int, week: int) -> None:
    """Some people leave the connecting support before its end."""
    p = site.parameters[0]
    leave_key = process_key(seed, processes.LEAVE_OFFER, week)
    for u in range(site.plans.shape[0]):
        plan = site.plans[u]
        if not MAPPING <= plan.stage < WINDING_DOWN:
            continue
        person = site.people[plan.person]
        hazard = p.leave_offer_hazard * ratio_of_leaving(plan.alliance, person.anxiety, person.avoidance, p)
        if uniform(leave_key, person.id) < hazard:
            plan.stage = ENDED
            plan.ended_week = week
            record(site, week, processes.STAGE_CHANGED, person.id, person.id, float(ENDED))


@step
def practice(site: Site, seed: int, week: int) -> None:
    """Workers' hours, contacts, sessions, alliance and leaving; nothing happens before people are referred (week 0)."""
    if week < 0:
        return
    plan_hours(site, week)
    routine_work(site, seed, week)
    leave_service(site, seed, week)
    offer_support(site, seed, week)
    open_plans(site, seed, week)
    connecting_sessions(site, seed, week)
    leave_offer(site, seed, week)
