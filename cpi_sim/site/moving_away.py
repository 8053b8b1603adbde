"""Somebody moves away for good, at the wish of whoever holds the model: no rule of the week does this.

The row stays, empty, so that no other row, id or random number moves.
"""

from __future__ import annotations

from cpi_sim.engine.compilation import machinery
from cpi_sim.site.tables import (
    AIMING,
    DOING,
    ENDED,
    INTRODUCTION,
    LOST_TIE,
    MEMBERSHIPS_AT_MOST,
    MOVED_AWAY,
    NEEDS_AT_MOST,
    NEVER,
    NO_AIM,
    NOBODY,
    NOT_ASKED,
    WAITING,
    Row,
    Site,
)
from cpi_sim.site.tie_table import settle_ties


@machinery
def give_up_memberships(site: Site, i: int) -> None:
    """End every membership of person ``i`` (row)."""
    for k in range(MEMBERSHIPS_AT_MOST):
        membership = site.memberships[i, k]
        if membership.setting >= 0:
            site.settings[membership.setting].members -= 1
        membership.setting = NOBODY
        membership.attended = 0
        membership.accompanied = 0.0


@machinery
def end_support(plan: Row, week: int) -> None:
    """The person leaves the service, and with it the connecting support."""
    if plan.engaged == 1:
        plan.engaged = 0
        plan.left_service_week = week
    if WAITING <= plan.stage < ENDED:
        plan.stage = ENDED
        plan.ended_week = week
    plan.ownership = 0.0  # and so no plan of their own
    plan.introduced_to = NOBODY


@machinery
def move_away(site: Site, i: int, week: int) -> None:
    """Person ``i`` (row) leaves before ``week``: their ties end on both sides, and so do memberships and support.

    Whoever's plan had them in mind, as a lost friend or somebody to be introduced to, chooses another aim.
    """
    person = site.people[i]
    for k in range(site.first_tie[i], site.first_tie[i + 1]):
        site.ties[site.tie_of[k]].ended = 1
    settle_ties(site)
    give_up_memberships(site, i)
    for k in range(NEEDS_AT_MOST):
        site.needs[i, k].resource = NOBODY
        site.needs[i, k].answer = NOT_ASKED
    for u in range(site.plans.shape[0]):
        plan = site.plans[u]
        if plan.stage == DOING and (plan.aim == LOST_TIE or plan.aim == INTRODUCTION) and plan.target == person.id:
            plan.stage = AIMING
            plan.aim = NO_AIM
    if person.plan >= 0:
        end_support(site.plans[person.plan], week)
    person.role_in_service = MOVED_AWAY
    person.onset_week = -NEVER
