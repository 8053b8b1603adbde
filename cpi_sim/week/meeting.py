"""Step 5, meeting: who turns to whom at a meeting, and how an acquaintance begins."""

from __future__ import annotations

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp
from cpi_sim.engine.compilation import machinery, rule, step
from cpi_sim.engine.keyed import exponential_from, key_one, process_key, uniform_three, uniform_two
from cpi_sim.site.tables import (
    COMMUNITY_MEMBER,
    FROM_INTRODUCTION,
    FROM_SETTING,
    MEMBERSHIPS_AT_MOST,
    SOCIAL,
    Row,
    Site,
)
from cpi_sim.site.tie_table import birth_between, place_new_ties, record, spend_time
from cpi_sim.week.affinity import begin_tie
from cpi_sim.week.keeping_in_touch import take_up_again

OUTSIDE_SETTINGS = 1_000_000
"""Stands in for the id of a setting where two people meet outside one."""
NEVER_TURNED_TO = 1e300
"""Stands in for the time at which somebody turns to one who draws them not at all."""


@rule
def weight_of_known(affinity: float, closeness_hours: float, p: Row) -> float:
    """How much a person one knows draws one at a meeting, against a stranger's 1. Assumption."""
    return affinity * min(p.known_weight + p.known_weight_hours * closeness_hours, p.known_weight_most)


@rule
def weight_of_stranger(visibility: float, openness: float) -> float:
    """How much a stranger is turned to: less where an illness shows and the other is not open to it."""
    return visibility * openness + 1.0 - visibility


@rule
def chance_of_new_tie(symptoms_sum: float, refusal_expected: float, among_users: int, introduced: int, p: Row) -> float:
    """Probability that a conversation between strangers begins an acquaintance.

    ``symptoms_sum`` of both, ``refusal_expected`` the mean of both. No source gives a rate: assumption, the one to
    sweep.
    """
    chance = p.new_tie_chance * exp(-p.new_tie_symptoms * symptoms_sum) * (1.0 - p.new_tie_refusal * refusal_expected)
    if among_users == 1:
        chance *= p.new_tie_among_users
    if introduced == 1:
        chance *= p.introduction_multiplier
    return min(1.0, chance)


@machinery
def converse(site: Site, seed: int, week: int, i: int, j: int, tie_row: int, place: int, introduced: int) -> None:
    """A conversation of two persons (rows): time on their tie, or perhaps the beginning of one."""
    p = site.parameters[0]
    a = site.people[i]
    b = site.people[j]
    low = min(a.id, b.id)
    high = max(a.id, b.id)
    a.conversations += 1
    b.conversations += 1
    record(site, week, processes.MET, low, high, float(place))
    if tie_row >= 0:
        tie = site.ties[tie_row]
        if tie.dormant == 1:
            take_up_again(site, tie, week)
        spend_time(tie, p.conversation_hours, week)
        return
    if a.rewards > 0.0 and b.rewards > 0.0:  # each has begun a tie this week; perhaps with the other
        begun = birth_between(site, i, j)
        if begun >= 0:
            spend_time(site.births[begun], p.conversation_hours, week)
            return
    both_ill = 1 if a.role_in_service != COMMUNITY_MEMBER and b.role_in_service != COMMUNITY_MEMBER else 0
    among_users = both_ill if week >= a.onset_week and week >= b.onset_week else 0
    refusal = 0.5 * (a.refusal_expected + b.refusal_expected)
    chance = chance_of_new_tie(a.symptoms + b.symptoms, refusal, among_users, introduced, p)
    if uniform_three(process_key(seed, processes.NEW_TIE, week), low, high, place) < chance:
        origin = FROM_INTRODUCTION if introduced == 1 else FROM_SETTING
        begin_tie(site, seed, i, j, week, SOCIAL, origin, p.conversation_hours, 0.0)
        a.rewards += 1.0
        b.rewards += 1.0
        record(site, week, processes.TIE_BEGAN, low, high, float(origin))


@machinery
def ties_between(site: Site, present: np.ndarray, tie_rows: np.ndarray) -> None:
    """Fill ``tie_rows`` (count, count): row of the tie between each two of those present, or -1."""
    count = present.shape[0]
    tie_rows[:, :] = -1
    for a in range(count):
        site.scratch[present[a]] = a
    for a in range(count):
        i = present[a]
        for k in range(site.first_tie[i], site.first_tie[i + 1]):
            b = site.scratch[site.with_whom[k]]
            if b >= 0:
                tie_rows[a, b] = site.tie_of[k]
    for a in range(count):
        site.scratch[present[a]] = -1


@machinery
def weights_for(site: Site, i: int, present: np.ndarray, tie_rows: np.ndarray, weights: np.ndarray) -> None:
    """Fill ``weights`` (count,): how much each of those present draws person ``i``; both sides of a stigma count."""
    p = site.parameters[0]
    person = site.people[i]
    for b in range(present.shape[0]):
        other_person = site.people[present[b]]
        if present[b] == i:
            weights[b] = 0.0
        elif tie_rows[b] >= 0:
            tie = site.ties[tie_rows[b]]
            weights[b] = weight_of_known(tie.affinity, tie.closeness_hours, p)
        else:
            towards = weight_of_stranger(other_person.visibility, person.openness)
            weights[b] = towards * weight_of_stranger(person.visibility, other_person.openness)


@machinery
def pick_partners(
    site: Site, key: np.uint64, place: int, present: np.ndarray, tie_rows: np.ndarray, picked: np.ndarray
) -> None:
    """Each of those present turns to a few others: a keyed race, where nobody's presence changes another's number."""
    count = present.shape[0]
    sought = min(int(site.parameters[0].conversations_sought), count - 1)
    times = np.empty(count)
    weights = np.empty(count)
    for a in range(count):
        mine = key_one(key, site.people[present[a]].id)
        weights_for(site, present[a], present, tie_rows[a], weights)
        for b in range(count):
            u = uniform_two(mine, site.people[present[b]].id, place)
            times[b] = exponential_from(u) / weights[b] if weights[b] > 0.0 else NEVER_TURNED_TO
        for _ in range(sought):
            first = np.argmin(times)
            if times[first] < NEVER_TURNED_TO:
                picked[a, first] = 1
                times[first] = NEVER_TURNED_TO


@machinery
def meet_in_setting(site: Site, seed: int, week: int, place: int, present: np.ndarray) -> None:
    """The conversations of one meeting, each booked once for the pair.

    Whoever is much sought may be in more of them than a meeting has room for one after another: people also talk in
    threes and fours.
    """
    count = present.shape[0]
    picked = np.zeros((count, count), dtype=np.int8)
    tie_rows = np.empty((count, count), dtype=np.int64)
    ties_between(site, present, tie_rows)
    pick_partners(site, process_key(seed, processes.CONVERSATION, week), place, present, tie_rows, picked)
    for a in range(count):
        for b in range(a + 1, count):
            if picked[a, b] == 1 or picked[b, a] == 1:
                converse(site, seed, week, present[a], present[b], tie_rows[a, b], place, 0)


@machinery
def meet_introduced(site: Site, seed: int, week: int) -> None:
    """Pairs brought together by a worker this week have a conversation of their own, if the other is open to it."""
    p = site.parameters[0]
    key = process_key(seed, processes.INTRODUCTION_ACCEPTED, week)
    for u in range(site.plans.shape[0]):
        plan = site.plans[u]
        if plan.introduced_to < 0:
            continue
        i = plan.person
        j = site.row_of_id[plan.introduced_to]
        a = site.people[i]
        b = site.people[j]
        room = p.social_hours_at_most - p.conversation_hours
        willing = p.accept_chance * weight_of_stranger(a.visibility, b.openness)
        if a.hours_booked > room or b.hours_booked > room or uniform_three(key, a.id, b.id, 0) >= willing:
            continue
        a.hours_booked += p.conversation_hours
        b.hours_booked += p.conversation_hours
        record(site, week, processes.INTRODUCED, a.id, b.id, 0.0)
        converse(site, seed, week, i, j, -1, OUTSIDE_SETTINGS, 1)


@step
def meeting(site: Site, seed: int, week: int) -> None:
    """Conversations in every setting that meets, then of introduced pairs; new ties take their place."""
    settings = site.settings.shape[0]
    start = np.zeros(settings + 1, dtype=np.int64)
    for i in range(site.people.shape[0]):
        for k in range(MEMBERSHIPS_AT_MOST):
            if site.memberships[i, k].setting >= 0 and site.memberships[i, k].attended == 1:
                start[site.memberships[i, k].setting + 1] += 1
    for s in range(settings):
        start[s + 1] += start[s]
    filled = start[:-1].copy()
    present = np.empty(start[settings], dtype=np.int64)
    for i in range(site.people.shape[0]):
        for k in range(MEMBERSHIPS_AT_MOST):
            s = site.memberships[i, k].setting
            if s >= 0 and site.memberships[i, k].attended == 1:
                present[filled[s]] = i
                filled[s] += 1
    for s in range(settings):
        if start[s + 1] - start[s] > 1:
            meet_in_setting(site, seed, week, site.settings[s].id, present[start[s] : start[s + 1]])
    meet_introduced(site, seed, week)
    place_new_ties(site)
