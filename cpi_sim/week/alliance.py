"""The working alliance: where it tends, and how each contact moves it. Used by practice and by plan, do, review.

Skill, empathy and equality of the worker come in here, and so does how two people happen to suit each other.
"""

from __future__ import annotations

import numpy as np

from cpi_sim.engine.arithmetic import log, logistic
from cpi_sim.engine.compilation import machinery, rule
from cpi_sim.site.tables import PEER, Row, Site

ALLIANCE_UNIT = 0.15
"""Spread of the alliance that the coefficients of attendance and leaving count in. Assumption."""
ALLIANCE_USUAL = 0.6
"""A usual alliance, 0 to 1, from which others are counted. Assumption."""


@rule
def level_of_alliance(
    empathy: float, equality: float, contacts: float, anxiety: float, avoidance: float, dyad: float, p: Row
) -> float:
    """Where the working alliance tends, 0 to 1; ``contacts`` in the past four weeks, ``dyad`` a standard normal number.

    Avoidance and anxiety lower it slightly [Notsu 2024]; other coefficients are assumptions.
    """
    return logistic(
        p.alliance_base
        + p.alliance_empathy * (empathy - 0.5)
        + p.alliance_equality * (equality - 0.5)
        + p.alliance_contacts * log(contacts + 0.5)
        - p.alliance_avoidance * (avoidance - p.attachment_shift)
        - p.alliance_anxiety * (anxiety - p.attachment_shift)
        + p.alliance_dyad * dyad
    )


@rule
def next_alliance(alliance: float, level: float, avoidance: float, p: Row) -> float:
    """Alliance after one contact: a step towards its level, a smaller one upwards for the more avoidant."""
    change = p.alliance_step * (level - alliance)
    if change > 0.0:
        change *= 1.0 - min(1.0, p.alliance_gain_avoidance * max(0.0, avoidance - p.attachment_shift))
    return alliance + change


@rule
def trained_quality(skill: float, soft_skill: float) -> float:
    """Quality with which an element is practised, 0 to 1: trained skill times soft skill."""
    return skill * soft_skill


@machinery
def dyad_trait(site: Site, plan: Row) -> float:
    """How well this worker and this person happen to suit each other: a standard normal number, part the worker's."""
    p = site.parameters[0]
    share = p.alliance_dyad_worker_share
    return np.sqrt(share) * site.posts[plan.post].alliance_gift + np.sqrt(1.0 - share) * plan.alliance_trait


@machinery
def trained_empathy(post: Row, p: Row) -> float:
    """Empathy of a worker in connecting work, 0 to 1: their own, and what training adds where the practice has it."""
    return min(1.0, post.empathy + p.element_soft_skills * p.training_soft_skills * post.skill)


@machinery
def equality_of(post: Row, connecting: bool, p: Row) -> float:
    """How far a worker and a person meet as equals, 0 to 1: more with a peer worker, and in connecting work."""
    equality = p.usual_equality + (p.peer_equality if post.kind == PEER else 0.0)
    if connecting:
        quality = trained_quality(post.skill, trained_empathy(post, p))
        equality += p.element_working_relationship * quality * (p.equality - equality)
    return equality


@machinery
def meet_worker(site: Site, plan: Row, connecting: bool) -> None:
    """One contact moves the alliance; in connecting work with the equality and trained empathy of the practice."""
    p = site.parameters[0]
    person = site.people[plan.person]
    post = site.posts[plan.post]
    empathy = trained_empathy(post, p) if connecting else post.empathy
    level = level_of_alliance(
        empathy,
        equality_of(post, connecting, p),
        plan.contacts_four_weeks,
        person.anxiety,
        person.avoidance,
        dyad_trait(site, plan),
        p,
    )
    plan.alliance = next_alliance(plan.alliance, level, person.avoidance, p)
    plan.contacts_four_weeks += 1.0
