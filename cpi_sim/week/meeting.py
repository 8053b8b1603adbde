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
from cpi_sim.site.tie_table import other, record, settle_ties, spend_time
from cpi_sim.week.affinity import begin_tie
from cpi_sim.week.keeping_in_touch import closeness_when_renewed

OUTSIDE_SETTINGS = 1_000_000
"""Stands in for the id of a setting where two people meet outside one."""


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
def draw_of(site: Site, i: int, j: int, tie_row: int) -> float:
    """Weight of person ``j`` for person ``i`` (rows) among those present; both sides of a stigma count."""
    a = site.people[i]
    b = site.people[j]
    if tie_row >= 0:
        tie = site.ties[tie_row]
        return weight_of_known(tie.affinity, tie.closeness_hours, site.parameters[0])
    return weight_of_stranger(b.visibility, a.openness) * weight_of_stranger(a.visibility, b.openness)


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
            tie.dormant = 0
            tie.closeness_hours = closeness_when_renewed(tie.closeness_hours, tie.peak_hours, p)
            record(site, week, processes.TIE_RENEWED, low, high, tie.closeness_hours)
        spend_time(tie, p.conversation_hours, week)
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
def enter_race(times: np.ndarray, runners: np.ndarray, time: float, runner: int) -> None:
    """Take a runner in among the first few, who stand in order of their times; the last of them drops out."""
    place = times.shape[0] - 1
    if time >= times[place]:
        return
    while place > 0 and times[place - 1] > time:
        times[place] = times[place - 1]
        runners[place] = runners[place - 1]
        place -= 1
    times[place] = time
    runners[place] = runner


@machinery
def pick_partners(
    site: Site, key: np.uint64, place: int, present: np.ndarray, count: int, picked: np.ndarray, tie_rows: np.ndarray
) -> None:
    """Each of those present turns to a few others: a keyed race, in which nobody's presence moves another's number."""
    sought = int(site.parameters[0].conversations_sought)
    times = np.empty(sought)
    winners = np.empty(sought, dtype=np.int64)
    for a in range(count):
        i = present[a]
        mine = key_one(key, site.people[i].id)
        for k in range(site.first_tie[i], site.first_tie[i + 1]):
            t = site.tie_of[k]
            site.scratch[other(site.ties[t], i)] = t
        times[:] = 1e300
        for b in range(count):
            j = present[b]
            tie_rows[a, b] = site.scratch[j]
            weight = draw_of(site, i, j, site.scratch[j]) if b != a else 0.0
            if weight <= 0.0:
                continue
            u = uniform_two(mine, site.people[j].id, place)
            if (1.0 - u) / weight < times[sought - 1]:  # never later than the exponential clock, and cheaper to read
                enter_race(times, winners, exponential_from(u) / weight, b)
        for k in range(site.first_tie[i], site.first_tie[i + 1]):
            site.scratch[other(site.ties[site.tie_of[k]], i)] = -1
        for k in range(sought):
            if times[k] < 1e300:
                picked[a, winners[k]] = 1


@machinery
def meet_in_setting(site: Site, seed: int, week: int, place: int, present: np.ndarray, count: int) -> None:
    """The conversations of one meeting, each booked once for the pair."""
    picked = np.zeros((count, count), dtype=np.int8)
    tie_rows = np.empty((count, count), dtype=np.int64)
    pick_partners(site, process_key(seed, processes.CONVERSATION, week), place, present, count, picked, tie_rows)
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
            meet_in_setting(
                site, seed, week, site.settings[s].id, present[start[s] : start[s + 1]], start[s + 1] - start[s]
            )
    meet_introduced(site, seed, week)
    settle_ties(site)
