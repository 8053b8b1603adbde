"""Step 10, how the person feels: loneliness, confidence, perceived inclusion and wellbeing move part of the way.

Each moves towards a level set by what the person's life has in it. How often two people meet enters none of them;
outings (settings attended, friends visited) count as activities of the week.
"""

from __future__ import annotations

import math

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp, log, logistic
from cpi_sim.engine.compilation import machinery, rule, step
from cpi_sim.engine.keyed import normal, process_key
from cpi_sim.site.tables import MEMBERSHIPS_AT_MOST, RESOURCE_ITEMS, SERVICE_USER, SOCIAL, TIES, Row, Site
from cpi_sim.site.tie_table import is_friend
from cpi_sim.week.access import count_access

STOCKTAKING_WEEKS = 4
"""How often the resources within reach of people who use the service are counted anew, and below of all others.

Wellbeing is too slow to notice in between, and instruments count what is there when they are asked.
"""
STOCKTAKING_WEEKS_OF_OTHERS = 26


@rule
def level_of_loneliness(
    company: float, belonging: float, symptoms: float, anxiety: float, avoidance: float, trait: float, p: Row
) -> float:
    """Where loneliness tends, in community SDs.  [Loneliness is not network size: Wang 2019, Ma 2020]

    ``company`` 0 to 1 from secure ties met lately, ``belonging`` 0 to 1 from settings attended. Sizes: assumption.
    """
    return (
        p.lonely_base
        + p.lonely_symptoms * symptoms
        + p.lonely_anxiety * anxiety
        + p.lonely_avoidance * avoidance
        - p.lonely_company * company
        - p.lonely_belonging * belonging
        + p.feeling_trait * trait
    )


@rule
def level_of_inclusion(
    belonging: float, friends_outside_services: float, has_role: int, symptoms: float, trait: float, p: Row
) -> float:
    """Where perceived inclusion tends, in community SDs: taking part, ties outside services, a role. Assumption."""
    return (
        p.included_base
        + p.included_belonging * belonging
        + p.included_friends * min(friends_outside_services, 4.0) / 4.0
        + p.included_role * has_role
        - p.included_symptoms * symptoms
        + p.feeling_trait * trait
    )


@rule
def returns_of_capital(access: float, security_mean: float, p: Row) -> float:
    """What accessible capital adds to wellbeing, in so far as one feels secure: the study's hypothesis, which may
    be 0.
    """
    return p.well_capital * (access - p.access_centre) / p.access_spread * max(0.0, security_mean - 0.25) / 0.25


@rule
def level_of_wellbeing(
    symptoms: float,
    loneliness: float,
    inclusion: float,
    activities: float,
    anxiety: float,
    avoidance: float,
    needs_balance: float,
    capital: float,
    trait: float,
    p: Row,
) -> float:
    """Where wellbeing tends, in community SDs.  [anxiety, avoidance: van Bussel 2023; activities: Ngamaba 2023]"""
    return (
        p.well_base
        - p.well_symptoms * symptoms
        - p.well_loneliness * loneliness
        + p.well_inclusion * inclusion
        + p.well_activity * (activities - p.activity_centre)
        - p.well_anxiety * anxiety
        - p.well_avoidance * avoidance
        + p.well_needs * needs_balance
        + capital
        + (1.0 + p.well_symptoms_spread * symptoms) * p.feeling_trait * trait
    )


@rule
def level_of_confidence(
    symptoms: float, anxiety: float, avoidance: float, rewards: float, home: float, p: Row
) -> float:
    """Where social confidence tends, 0 to 1: rewarding experience raises it. ``home`` is the person's own part
    (log-odds).
    """
    return logistic(
        p.confidence_base
        - p.confidence_symptoms * symptoms
        - p.confidence_attachment * (anxiety + avoidance)
        + p.confidence_reward * (log(1.0 + rewards) - log(1.0 + p.confidence_usual_rewards))
        + home
    )


@rule
def level_of_refusal_expected(symptoms: float, anxiety: float, home: float, p: Row) -> float:
    """Refusal that a person comes to expect when nothing happens, 0 to 1; ``home`` is their own part (log-odds)."""
    return logistic(p.refusal_base + p.refusal_symptoms * symptoms + p.refusal_anxiety * anxiety + home)


@rule
def moved_towards(state: float, level: float, weeks: float) -> float:
    """A feeling after a week on its way to its level."""
    return state + (level - state) / weeks


@rule
def shaken(spread: float, weeks: float, shock: float) -> float:
    """A week's shock that keeps a passing spread of the given SD around the level; ``shock`` standard normal."""
    return spread * math.sqrt(2.0 / weeks) * shock


@machinery
def sum_company(site: Site, week: int) -> None:
    """What ties bring each person: company of those met lately, and friends who do not use the service.

    Company is summed over friends and kin, as far as the person feels secure with them.
    """
    p = site.parameters[0]
    people = site.people
    for i in range(people.shape[0]):
        people[i].company = 0.0
        people[i].friends_outside = 0.0
    for t in range(site.counters[TIES]):
        tie = site.ties[t]
        friend = is_friend(tie, p.casual_friend_hours)
        if tie.kind == SOCIAL and not friend:
            continue
        low = people[tie.low]
        high = people[tie.high]
        if friend:
            low.friends_outside += 1.0 if high.role_in_service != SERVICE_USER else 0.0
            high.friends_outside += 1.0 if low.role_in_service != SERVICE_USER else 0.0
        if week - tie.last_contact_week < p.company_weeks:
            weight = p.company_friend if friend else p.company_kin
            low.company += weight * tie.security_low
            high.company += weight * tie.security_high


@machinery
def takes_stock(role_in_service: int, week: int) -> bool:
    """Whether the resources within a person's reach are counted this week."""
    return week % (STOCKTAKING_WEEKS if role_in_service == SERVICE_USER else STOCKTAKING_WEEKS_OF_OTHERS) == 0


@machinery
def settings_attended(site: Site, i: int) -> float:
    """Settings that person ``i`` (row) attended this week."""
    attended = 0.0
    for k in range(MEMBERSHIPS_AT_MOST):
        if site.memberships[i, k].setting >= 0 and site.memberships[i, k].attended == 1:
            attended += 1.0
    return attended


@machinery
def feel(site: Site, i: int, lonely: float, included: float, well: float) -> None:
    """One person's week of feelings, given this week's three standard normal numbers."""
    p = site.parameters[0]
    person = site.people[i]
    x = person.symptoms
    company = 1.0 - exp(-person.company / p.company_enough)
    belonging = 1.0 - exp(-settings_attended(site, i) / p.belonging_enough)
    capital = returns_of_capital(person.access, person.security_mean, p)
    balance = min(max(person.met_lately - person.unmet_lately, -4.0), 4.0)
    loneliness = level_of_loneliness(
        company, belonging, x, person.anxiety, person.avoidance, person.loneliness_trait, p
    )
    inclusion = level_of_inclusion(belonging, person.friends_outside, person.has_role, x, person.inclusion_trait, p)
    wellbeing = level_of_wellbeing(
        x, person.loneliness, person.inclusion, 1.0 * person.acts, person.anxiety, person.avoidance, balance, capital,
        person.wellbeing_trait, p,
    )  # fmt: skip
    confidence = level_of_confidence(x, person.anxiety, person.avoidance, person.rewards, person.confidence_home, p)
    person.loneliness = moved_towards(person.loneliness, loneliness, p.loneliness_weeks)
    person.loneliness += shaken(p.feeling_noise, p.loneliness_weeks, lonely)
    person.inclusion = moved_towards(person.inclusion, inclusion, p.inclusion_weeks)
    person.inclusion += shaken(p.feeling_noise, p.inclusion_weeks, included)
    person.wellbeing = moved_towards(person.wellbeing, wellbeing, p.wellbeing_weeks)
    person.wellbeing_passing = moved_towards(person.wellbeing_passing, 0.0, p.wellbeing_weeks)
    person.wellbeing_passing += shaken(p.well_passing * (1.0 + p.well_symptoms_spread * x), p.wellbeing_weeks, well)
    person.confidence = moved_towards(person.confidence, confidence, p.confidence_weeks)
    refusal = level_of_refusal_expected(x, person.anxiety, person.refusal_home, p)
    person.refusal_expected = moved_towards(person.refusal_expected, refusal, p.refusal_weeks)


@step
def feeling(site: Site, seed: int, week: int) -> None:
    """Take stock of what is within reach, then let everybody feel the week."""
    lonely_key = process_key(seed, processes.NOISE_LONELY, week)
    included_key = process_key(seed, processes.NOISE_INCLUDED, week)
    well_key = process_key(seed, processes.NOISE_WELL, week)
    sum_company(site, week)
    missing = np.empty(RESOURCE_ITEMS)
    for i in range(site.people.shape[0]):
        who = site.people[i].id
        if takes_stock(site.people[i].role_in_service, week):
            site.people[i].access = count_access(site, i, 1.0, missing)
        feel(site, i, normal(lonely_key, who), normal(included_key, who), normal(well_key, who))
