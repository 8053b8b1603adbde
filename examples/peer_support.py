"""An element of the practice of one's own: peers bring people together who are supported by the same team.

Lived with: cpi-sim batch examples/outreach_with_peers.yaml --with examples/peer_support.py
"""

from cpi_sim.engine.keyed import process_key, uniform, uniform_two
from cpi_sim.extensions import element
from cpi_sim.site.tables import ENDED, MAPPING, NOBODY

ASKED_A_WEEK = 0.25
"""Chance a week, at full weight, that a peer asks somebody whose plan is open. Assumption."""
HOURS = 0.5
"""Hours of the worker's diary that one such introduction takes."""


def partner(site, key, plan):
    """Id of another person of the same worker, picked by a keyed number, or NOBODY."""
    post = site.posts[plan.post]
    person = site.people[plan.person]
    best = NOBODY
    best_place = 2.0
    for u in range(post.first_plan, post.first_plan + post.caseload):
        other = site.people[site.plans[u].person]
        place = uniform_two(key, person.id, other.id)
        if other.id != person.id and site.plans[u].engaged == 1 and place < best_place:
            best = other.id
            best_place = place
    return best


@element
def peer_support(site, seed, week, process, weight):
    """Now and then a peer brings two people together; what comes of it, if anything, is theirs."""
    key = process_key(seed, process, week)
    for u in range(site.plans.shape[0]):
        plan = site.plans[u]
        post = site.posts[plan.post]
        if plan.engaged == 0 or not MAPPING <= plan.stage < ENDED or plan.introduced_to != NOBODY:
            continue
        if post.diary_hours < HOURS or uniform(key, site.people[plan.person].id) >= weight * ASKED_A_WEEK:
            continue
        whom = partner(site, key, plan)
        if whom != NOBODY:
            plan.introduced_to = whom
            plan.hours_connecting += HOURS
            post.diary_hours -= HOURS
