"""Step 1, circumstances: symptoms move, crises strike, workers leave and are replaced."""

from __future__ import annotations

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp, log, logistic
from cpi_sim.engine.compilation import machinery, rule, step
from cpi_sim.engine.keyed import normal, process_key, uniform
from cpi_sim.site.tables import (
    COMMUNITY_MEMBER,
    EVENTS,
    NEEDS_AT_MOST,
    NOBODY,
    NOT_ASKED,
    SERVICE_USER,
    TIES,
    Row,
    Site,
)
from cpi_sim.site.team import take_up_post
from cpi_sim.site.tie_table import record

NEW_WORKER_ID = 10_000
"""Added to the id of a leaving worker to make the id of the next holder of the post."""


@rule
def next_symptoms(symptoms: float, symptoms_home: float, shock: float, p: Row) -> float:
    """Symptom level next week: part of the way home, and a shock; never below 0.

    ``shock`` is a standard normal number. Time constant and size of the shock: assumptions.
    """
    return max(0.0, symptoms + (symptoms_home - symptoms) / p.symptoms_return_weeks + p.symptoms_noise * shock)


@rule
def hazard_of_crisis(symptoms: float, ratio: float, p: Row) -> float:
    """Chance that a crisis begins this week; ``ratio`` is the agency's hazard against a community team's.
    Assumption.
    """
    return min(1.0, p.crisis_hazard * ratio * exp(p.crisis_symptoms * (symptoms - 1.0)))


@rule
def length_of_crisis(u: float, p: Row) -> int:
    """Weeks that a crisis lasts, for the uniform number ``u``: geometric, as if it might end each week. Assumption."""
    if p.crisis_mean_weeks <= 1.0:
        return 1
    return 1 + int(log(u) / log(1.0 - 1.0 / p.crisis_mean_weeks))


@rule
def chance_that_illness_shows(symptoms: float, conceals: int, p: Row) -> float:
    """How visible the illness is to somebody met: 1 when not concealed, else rising with symptoms. Assumption."""
    if conceals == 0:
        return 1.0
    return logistic(p.visibility_base + p.visibility_symptoms * symptoms)


@machinery
def clear_week(site: Site) -> None:
    """Empty the fields that count what happened in one week."""
    people = site.people
    for i in range(people.shape[0]):
        person = people[i]
        person.hours_booked = 0.0
        person.hours_proposed = 0.0
        person.conversations = 0
        person.acts = 0
        person.people_seen = 0
        person.rewards = 0.0
        person.join_proposal = NOBODY
        person.join_supported = 0
        person.life_changed = 0
        person.helped_now = 0
        person.refused_now = 0
        person.gave_now = 0
        for k in range(NEEDS_AT_MOST):
            site.needs[i, k].answer = NOT_ASKED
    for t in range(site.counters[TIES]):
        site.ties[t].contacts_this_week = 0
        site.ties[t].visits = 0
    for u in range(site.plans.shape[0]):
        plan = site.plans[u]
        plan.sessions_this_week = 0
        plan.visit_this_week = 0
        plan.introduced_to = NOBODY
    site.counters[EVENTS] = 0


@machinery
def move_symptoms(site: Site, seed: int, week: int) -> None:
    """Symptoms and crises of everybody who has fallen ill."""
    p = site.parameters[0]
    shock_key = process_key(seed, processes.SYMPTOMS, week)
    crisis_key = process_key(seed, processes.CRISIS, week)
    length_key = process_key(seed, processes.CRISIS_LENGTH, week)
    for i in range(site.people.shape[0]):
        person = site.people[i]
        if person.role_in_service == COMMUNITY_MEMBER or week < person.onset_week:
            continue
        if week == person.onset_week:
            person.symptoms_base = person.symptoms_home + p.crisis_added_symptoms
        else:
            person.symptoms_base = next_symptoms(
                person.symptoms_base, person.symptoms_home, normal(shock_key, person.id), p
            )
        if person.crisis_until <= week:
            ratio = p.crisis_ratio if person.role_in_service == SERVICE_USER else 1.0
            if uniform(crisis_key, person.id) < hazard_of_crisis(person.symptoms_base, ratio, p):
                weeks = length_of_crisis(uniform(length_key, person.id), p)
                person.crisis_until = week + weeks
                record(site, week, processes.CRISIS_BEGAN, person.id, person.id, float(weeks))
        in_crisis = person.crisis_until > week
        if in_crisis and person.plan >= 0:
            site.plans[person.plan].crisis_weeks += 1
        person.symptoms = person.symptoms_base + (p.crisis_added_symptoms if in_crisis else 0.0)
        person.visibility = chance_that_illness_shows(person.symptoms, person.conceals, p)


@machinery
def change_staff(site: Site, seed: int, week: int) -> None:
    """Workers leave; after a vacancy somebody new takes the post, and every alliance begins again."""
    p = site.parameters[0]
    leave_key = process_key(seed, processes.STAFF_LEAVES, week)
    for m in range(site.posts.shape[0]):
        post = site.posts[m]
        if post.filled_from_week > week or uniform(leave_key, post.id) >= p.staff_turnover / 52.0:
            continue
        record(site, week, processes.WORKER_LEFT, post.id, post.id, 0.0)
        take_up_post(site, seed, m, post.id + NEW_WORKER_ID, p.supervised * p.training)
        post.filled_from_week = week + int(p.vacancy_weeks)
        for u in range(post.first_plan, post.first_plan + post.caseload):
            plan = site.plans[u]
            plan.alliance = p.alliance_start
            plan.contacts_four_weeks = 0.0
            plan.workers_met += 1


@step
def circumstances(site: Site, seed: int, week: int) -> None:
    """Begin the week: symptoms, crises, staff."""
    clear_week(site)
    move_symptoms(site, seed, week)
    if week >= 0:
        change_staff(site, seed, week)
