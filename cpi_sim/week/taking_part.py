"""Step 4, taking part: people attend the meetings of their settings, join new ones and leave old ones."""

from __future__ import annotations

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp, logistic
from cpi_sim.engine.compilation import machinery, rule, step
from cpi_sim.engine.keyed import process_key, uniform, uniform_three, uniform_two
from cpi_sim.site.tables import COMMUNITY_MEMBER, MEMBERSHIPS_AT_MOST, MOVED_AWAY, NEW_ACTIVITY, NOBODY, Row, Site
from cpi_sim.site.tie_table import record

PLACES_THOUGHT_OF_AT_MOST = 400
"""Tries at finding a place to join, in one week; enough that a group for people who use services is found."""


@rule
def chance_to_attend_meeting(symptoms: float, confidence: float, accompanied: float, p: Row) -> float:
    """Probability of going to a meeting of one's own group; ``accompanied`` 0 to 1. Assumption."""
    return logistic(
        p.attend_meeting_base
        - p.attend_meeting_symptoms * symptoms
        + p.attend_meeting_confidence * (2.0 * confidence - 1.0)
        + p.attend_meeting_accompanied * accompanied
    )


@rule
def rate_of_joining(sociability: float, symptoms: float, memberships: int, users_only: int, p: Row) -> float:
    """Chance a week of joining a setting unaided; symptoms are no bar to groups of people who use services."""
    held_back = 1.0 if users_only == 1 else exp(-p.join_unaided_symptoms * symptoms)
    return min(1.0, p.join_unaided * sociability * held_back / (1.0 + memberships))


@rule
def hazard_of_leaving_setting(symptoms: float, p: Row) -> float:
    """Chance a week of leaving a setting, higher when unwell. Assumption."""
    return min(1.0, p.leave_setting * (1.0 + p.leave_setting_symptoms * symptoms))


@rule
def chance_to_join(fit: float, confidence: float, symptoms: float, barrier: float, flexibility: float, p: Row) -> float:
    """Probability of joining a place that one was welcomed to.

    ``barrier`` is what stands in the way (travel, money, fear), 0 to 1; a flexible worker takes a part of it away.
    Assumption.
    """
    return logistic(
        p.join_base
        + p.join_fit * fit
        + p.join_confidence * (2.0 * confidence - 1.0)
        - p.join_symptoms * symptoms
        - p.join_barrier * barrier * (1.0 - p.join_flexibility * flexibility)
    )


@machinery
def share_of_interests(interests: int, interest: int) -> float:
    """Share of a person's interests (one bit each) that a setting serves."""
    if (interests >> interest) & 1 == 0:
        return 0.0
    held = 0.0
    for bit in range(8):
        held += (interests >> bit) & 1
    return 1.0 / held


@machinery
def is_member(site: Site, i: int, s: int) -> int:
    """Slot in which person ``i`` holds membership of setting ``s`` (rows), or -1."""
    for k in range(MEMBERSHIPS_AT_MOST):
        if site.memberships[i, k].setting == s:
            return k
    return -1


@machinery
def may_join(site: Site, i: int, s: int) -> bool:
    """Whether the setting is for people like this one, has places, and is not already theirs."""
    setting = site.settings[s]
    if setting.users_only == 1 and site.people[i].role_in_service == COMMUNITY_MEMBER:
        return False
    return setting.members < setting.places and is_member(site, i, s) < 0


@machinery
def propose_to_join(site: Site, i: int, s: int, supported: int) -> None:
    """Somebody wants to join; whether there is a place is settled when all have asked."""
    site.people[i].join_proposal = s
    site.people[i].join_supported = supported


@machinery
def place_found(site: Site, key: np.uint64, i: int, users_only: int) -> int:
    """A setting that person ``i`` (row) may join, likelier one that serves their interests; -1 if none turned up.

    Places come to mind one after another, each by the person's own number, and are taken or not by their weight: the
    same choice as weighing all of them, at a cost that does not grow with their number.
    """
    p = site.parameters[0]
    person = site.people[i]
    heaviest = exp(max(0.0, p.setting_fit_choice))
    for nth in range(PLACES_THOUGHT_OF_AT_MOST):
        s = int(uniform_three(key, person.id, nth, 1) * site.settings.shape[0])
        setting = site.settings[s]
        if setting.users_only == users_only and may_join(site, i, s):
            weight = exp(p.setting_fit_choice * share_of_interests(person.interests, setting.interest))
            if uniform_three(key, person.id, nth, 2) < weight / heaviest:
                return s
    return NOBODY


@machinery
def propose_unaided(site: Site, seed: int, week: int) -> None:
    """People look for a place on their own; one that serves their interests is likelier to be chosen."""
    p = site.parameters[0]
    join_key = process_key(seed, processes.JOIN_UNAIDED, week)
    where_key = process_key(seed, processes.JOIN_WHERE, week)
    for i in range(site.people.shape[0]):
        person = site.people[i]
        if person.join_proposal >= 0 or person.role_in_service == MOVED_AWAY:
            continue
        memberships = 0
        for k in range(MEMBERSHIPS_AT_MOST):
            memberships += 1 if site.memberships[i, k].setting >= 0 else 0
        if memberships == MEMBERSHIPS_AT_MOST:
            continue
        ill = 0 if person.role_in_service == COMMUNITY_MEMBER or week < person.onset_week else 1
        open_rate = rate_of_joining(person.sociability, person.symptoms, memberships, 0, p)
        users_rate = ill * rate_of_joining(person.sociability, person.symptoms, memberships, 1, p)
        u = uniform(join_key, person.id)
        if u >= open_rate + users_rate:
            continue
        person.join_proposal = place_found(site, where_key, i, 0 if u < open_rate else 1)


@machinery
def fill_places(site: Site, seed: int, week: int) -> None:
    """Settle who joins where: all who asked, or as many as there are places, by keyed priority."""
    people = site.people
    asking = np.zeros(site.settings.shape[0], dtype=np.int64)
    for i in range(people.shape[0]):
        if people[i].join_proposal >= 0 and is_member(site, i, NOBODY) < 0:
            people[i].join_proposal = NOBODY  # belongs to as many settings as a person can
        if people[i].join_proposal >= 0:
            asking[people[i].join_proposal] += 1
    key = process_key(seed, processes.PLACE_PRIORITY, week)
    for i in range(people.shape[0]):
        s = people[i].join_proposal
        if s < 0:
            continue
        setting = site.settings[s]
        if setting.members + asking[s] > setting.places:
            ahead = 0
            mine = uniform_two(key, people[i].id, setting.id)
            for j in range(people.shape[0]):
                if j != i and people[j].join_proposal == s:
                    record(site, week, processes.COMPETED, people[i].id, people[j].id, float(setting.id))
                    if uniform_two(key, people[j].id, setting.id) < mine:
                        ahead += 1
            if setting.members + ahead >= setting.places:
                people[i].join_supported = -1
    for i in range(people.shape[0]):
        s = people[i].join_proposal
        if s < 0 or people[i].join_supported < 0:
            continue
        for k in range(MEMBERSHIPS_AT_MOST):
            membership = site.memberships[i, k]
            if membership.setting < 0:
                membership.setting = s
                membership.joined_week = week
                membership.supported = people[i].join_supported
                membership.accompanied = float(people[i].join_supported)
                membership.attended = 0
                membership.went_alone = 0
                break
        record(site, week, processes.JOINED, people[i].id, site.settings[s].id, float(people[i].join_supported))


@machinery
def is_visited(site: Site, person: Row, s: int) -> bool:
    """Whether the worker goes along to setting ``s`` (row) with this person this week."""
    if person.plan < 0:
        return False
    plan = site.plans[person.plan]
    return plan.visit_this_week == 1 and plan.aim == NEW_ACTIVITY and plan.target == s


@machinery
def attend_and_leave(site: Site, seed: int, week: int) -> None:
    """Members of settings that meet this week come or stay away; some leave for good."""
    p = site.parameters[0]
    attend_key = process_key(seed, processes.ATTEND_MEETING, week)
    leave_key = process_key(seed, processes.LEAVE_SETTING, week)
    for i in range(site.people.shape[0]):
        person = site.people[i]
        for k in range(MEMBERSHIPS_AT_MOST):
            membership = site.memberships[i, k]
            if membership.setting < 0:
                continue
            setting = site.settings[membership.setting]
            membership.attended = 0
            if uniform_two(leave_key, person.id, setting.id) < hazard_of_leaving_setting(person.symptoms, p):
                record(site, week, processes.LEFT, person.id, setting.id, 0.0)
                membership.setting = NOBODY
                membership.accompanied = 0.0
                continue
            if (week + setting.id) % setting.every_weeks != 0:
                continue
            company = membership.accompanied if is_visited(site, person, membership.setting) else 0.0
            chance = chance_to_attend_meeting(person.symptoms, person.confidence, company, p)
            has_time = person.hours_booked + setting.hours <= p.social_hours_at_most
            if has_time and uniform_two(attend_key, person.id, setting.id) < chance:
                membership.attended = 1
                if company == 0.0:
                    membership.went_alone = 1
                person.acts += 1
                person.hours_booked += setting.hours


@machinery
def count_members(site: Site) -> None:
    """Members of each setting, counted afresh."""
    for s in range(site.settings.shape[0]):
        site.settings[s].members = 0
    for i in range(site.people.shape[0]):
        for k in range(MEMBERSHIPS_AT_MOST):
            if site.memberships[i, k].setting >= 0:
                site.settings[site.memberships[i, k].setting].members += 1


@step
def taking_part(site: Site, seed: int, week: int) -> None:
    """Attend, leave, and join: newcomers attend from the next meeting on."""
    propose_unaided(site, seed, week)
    attend_and_leave(site, seed, week)
    count_members(site)
    fill_places(site, seed, week)
    count_members(site)
