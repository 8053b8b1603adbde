"""What to aim at, and who or what could serve it: the planning part of plan, do, review."""

from __future__ import annotations

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp
from cpi_sim.engine.compilation import machinery, rule
from cpi_sim.engine.keyed import exponential_from, process_key, uniform_two
from cpi_sim.site.tables import (
    LOST_TIE,
    MEMBERSHIPS_AT_MOST,
    NEEDS_AT_MOST,
    NEW_ACTIVITY,
    NO_AIM,
    NOBODY,
    OPEN_NEED,
    RESOURCE_ITEMS,
    Row,
    Site,
)
from cpi_sim.site.tie_table import is_friend, other
from cpi_sim.week.taking_part import is_member, may_join, share_of_interests

KNOWN = 0.1
"""Knowledge of a place, 0 to 1, from which a worker can suggest it."""


@rule
def weight_of_aim(lack: float, own_wish: float, service_offer: float, p: Row) -> float:
    """Log weight of an aim: what is lacking, and whose preference counts beside it.

    ``lack`` 0 to 1; ``own_wish`` how much the person would like it, ``service_offer`` how much the service has it to
    offer, both 0 to 1. Person-centredness decides between the two. Assumption.
    """
    wish = p.person_centredness * own_wish + (1.0 - p.person_centredness) * service_offer
    return p.aim_sharpness * lack + p.aim_own_wish * wish


@rule
def weight_of_setting(fit: float, service_linked: int, p: Row) -> float:
    """How well a place serves the plan: the person's interests, or the service's habits. Assumption."""
    return p.person_centredness * fit + (1.0 - p.person_centredness) * service_linked


@rule
def weight_of_introduction(position: float, items_lacking: float, p: Row) -> float:
    """Weight of a person as somebody to be introduced to: their position, and what they have that is lacking."""
    return exp(p.introduction_sharpness * (position + items_lacking))


@machinery
def lacks(site: Site, plan: Row, aim: int) -> float:
    """How much of what an aim would bring is lacking, 0 to 1; -1 where the aim makes no sense for this person now."""
    p = site.parameters[0]
    i = plan.person
    if aim == NEW_ACTIVITY:
        memberships = 0.0
        for k in range(MEMBERSHIPS_AT_MOST):
            memberships += 1.0 if site.memberships[i, k].setting >= 0 else 0.0
        return max(0.0, 1.0 - memberships / p.enough_memberships) if memberships < MEMBERSHIPS_AT_MOST else -1.0
    if aim == OPEN_NEED:
        needs = 0.0
        for k in range(NEEDS_AT_MOST):
            needs += 1.0 if site.needs[i, k].resource >= 0 else 0.0
        return min(1.0, needs / 2.0) if needs > 0.0 else -1.0
    friends = 0.0
    lost = 0.0
    for k in range(site.first_tie[i], site.first_tie[i + 1]):
        tie = site.ties[site.tie_of[k]]
        friends += 1.0 if is_friend(tie, p.casual_friend_hours) else 0.0
        found = tie.found_low if tie.low == i else tie.found_high
        lost += 1.0 if tie.dormant == 1 and found == 1 else 0.0
    if aim == LOST_TIE:
        return max(0.0, 1.0 - friends / p.enough_friends) if lost > 0.0 else -1.0
    return max(0.0, 1.0 - site.people[i].access / (2.0 * p.access_centre))


@machinery
def element_of_aim(aim: int, p: Row) -> float:
    """Weight of the practice element that an aim belongs to."""
    if aim == NEW_ACTIVITY:
        return p.element_new_opportunities
    if aim == OPEN_NEED:
        return p.element_mobilisation_advice
    return p.element_resourceful_people


@machinery
def choose_aim(site: Site, seed: int, week: int, plan: Row) -> int:
    """The aim, drawn with its weight among those that the practice includes and the person lacks."""
    p = site.parameters[0]
    person = site.people[plan.person]
    race = process_key(seed, processes.AIM, week)
    wishes = process_key(seed, processes.OWN_WISH, 0)
    chosen = NO_AIM
    best = 0.0
    for aim in range(NEW_ACTIVITY, OPEN_NEED + 1):
        element = element_of_aim(aim, p)
        lack = lacks(site, plan, aim) if element > 0.0 else -1.0
        if lack < 0.0:
            continue
        offer = 1.0 if aim == NEW_ACTIVITY else 0.0
        weight = element * exp(weight_of_aim(lack, uniform_two(wishes, person.id, aim), offer, p))
        time = exponential_from(uniform_two(race, person.id, aim)) / weight
        if chosen == NO_AIM or time < best:
            chosen = aim
            best = time
    return chosen


@machinery
def knows_setting(site: Site, seed: int, week: int, m: int, s: int) -> bool:
    """Whether a worker knows a place, or hears of it from a colleague."""
    if site.knowledge[m, s] > KNOWN:
        return True
    p = site.parameters[0]
    key = process_key(seed, processes.COLLEAGUE_KNOWS, 0)
    hears = uniform_two(key, site.posts[m].post, site.settings[s].id) < p.community_links
    if not hears:
        return False
    for colleague in range(site.posts.shape[0]):
        if site.knowledge[colleague, s] > KNOWN and site.posts[colleague].filled_from_week <= week:
            return True
    return False


@machinery
def find_activity(site: Site, seed: int, week: int, plan: Row, m: int) -> int:
    """The best of a few places that the worker knows: the more of them, the more creative and knowing the worker."""
    p = site.parameters[0]
    person = site.people[plan.person]
    post = site.posts[m]
    known = 0.0
    for s in range(site.settings.shape[0]):
        known += 1.0 if knows_setting(site, seed, week, m, s) else 0.0
    creativity = p.element_soft_skills * min(1.0, post.creativity + p.training_soft_skills * post.skill)
    looks = 1 + int(p.candidates_at_most * creativity * min(1.0, known / p.places_to_choose_from) + 0.5)
    race = process_key(seed, processes.CANDIDATE, week)
    best = NOBODY
    best_score = -1.0
    after = -1.0
    for _ in range(looks):
        candidate = NOBODY
        soonest = 1e300
        for s in range(site.settings.shape[0]):
            if not may_join(site, plan.person, s) or not knows_setting(site, seed, week, m, s):
                continue
            time = exponential_from(uniform_two(race, person.id, site.settings[s].id))
            if after < time < soonest:
                candidate = s
                soonest = time
        if candidate < 0:
            break
        after = soonest
        setting = site.settings[candidate]
        score = weight_of_setting(share_of_interests(person.interests, setting.interest), setting.service_linked, p)
        if score > best_score:
            best = candidate
            best_score = score
    return best


@machinery
def get_to_know_a_place(site: Site, seed: int, week: int, plan: Row, m: int) -> None:
    """The worker spends time on getting to know one more place, rather one that serves this person's interests."""
    p = site.parameters[0]
    post = site.posts[m]
    if post.diary_hours < p.scouting_hours:
        return
    person = site.people[plan.person]
    race = process_key(seed, processes.SCOUT, week)
    best = NOBODY
    soonest = 1e300
    for s in range(site.settings.shape[0]):
        setting = site.settings[s]
        if site.knowledge[m, s] > KNOWN or is_member(site, plan.person, s) >= 0:
            continue
        weight = 0.2 + share_of_interests(person.interests, setting.interest)
        time = exponential_from(uniform_two(race, post.id, setting.id)) / weight
        if time < soonest:
            best = s
            soonest = time
    if best >= 0:
        post.diary_hours -= p.scouting_hours
        plan.hours_connecting += p.scouting_hours
        site.knowledge[m, best] += p.knowledge_visit * (1.0 - site.knowledge[m, best])


@machinery
def find_person_to_introduce(site: Site, seed: int, week: int, plan: Row, m: int) -> int:
    """Id of a member of a place that the worker knows, drawn towards those with much to offer; -1 if there is
    nobody.
    """
    p = site.parameters[0]
    i = plan.person
    person = site.people[i]
    covered = 0
    for k in range(site.first_tie[i], site.first_tie[i + 1]):
        tie = site.ties[site.tie_of[k]]
        site.scratch[other(tie, i)] = 1
        if tie.dormant == 0:
            covered |= site.people[other(tie, i)].offers
    race = process_key(seed, processes.INTRODUCE_WHOM, week)
    chosen = NOBODY
    soonest = 1e300
    for j in range(site.people.shape[0]):
        if j == i or site.scratch[j] == 1 or not known_through_places(site, m, j):
            continue
        lacking = 0.0
        fresh = site.people[j].offers & ~covered
        for item in range(RESOURCE_ITEMS):
            lacking += 1.0 if (fresh >> item) & 1 else 0.0
        weight = weight_of_introduction(site.people[j].position, lacking / RESOURCE_ITEMS, p)
        time = exponential_from(uniform_two(race, person.id, site.people[j].id)) / weight
        if time < soonest:
            chosen = site.people[j].id
            soonest = time
    for k in range(site.first_tie[i], site.first_tie[i + 1]):
        site.scratch[other(site.ties[site.tie_of[k]], i)] = -1
    return chosen


@machinery
def known_through_places(site: Site, m: int, j: int) -> bool:
    """Whether the worker knows a place that a person belongs to."""
    for k in range(MEMBERSHIPS_AT_MOST):
        s = site.memberships[j, k].setting
        if s >= 0 and site.settings[s].users_only == 0 and site.knowledge[m, s] > KNOWN:
            return True
    return False
