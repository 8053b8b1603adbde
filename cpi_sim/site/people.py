"""Synthesis of persons: who lives in a site before its past begins.

People have the traits they will have at entry. A site is a cross-section: ages stay as they are, as if those who grow
older were replaced, so that a long run describes a locality and not one generation.
"""

from __future__ import annotations

import math

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import logistic, logit
from cpi_sim.engine.compilation import machinery
from cpi_sim.engine.keyed import beta, gamma, normal, process_key, uniform, uniform_two
from cpi_sim.site.tables import (
    COMMUNITY_MEMBER,
    ILL_NOT_IN_SERVICE,
    MEMBERSHIPS_AT_MOST,
    NEEDS_AT_MOST,
    NEVER,
    NOBODY,
    RESOURCE_ITEMS,
    Row,
    Site,
)

YOUNG, WORKING, NOT_WORKING, RETIRED = range(4)


@machinery
def life_situation(age_years: float, has_role: int) -> int:
    """Column of the ownership shares that applies to a person."""
    if age_years < 25.0:
        return YOUNG
    if age_years >= 65.0:
        return RETIRED
    return WORKING if has_role == 1 else NOT_WORKING


@machinery
def set_attachment(person: Row, seed: int, shift: float, p: Row) -> None:
    """Anxiety and avoidance, correlated between persons: a long-run level, and where they stand around it."""
    r = p.anxious_avoidant_correlation
    lasting = math.sqrt(p.attachment_home_variance)
    passing = math.sqrt(1.0 - p.attachment_home_variance)
    anxiety_home = normal(process_key(seed, processes.ANXIETY_HOME, 0), person.id)
    own = normal(process_key(seed, processes.AVOIDANCE_HOME, 0), person.id)
    avoidance_home = r * anxiety_home + math.sqrt(1.0 - r * r) * own
    person.anxiety_home = shift + lasting * anxiety_home
    person.avoidance_home = shift + lasting * avoidance_home
    anxiety = normal(process_key(seed, processes.ANXIETY, 0), person.id)
    own = normal(process_key(seed, processes.AVOIDANCE, 0), person.id)
    person.anxiety = person.anxiety_home + passing * anxiety
    person.avoidance = person.avoidance_home + passing * (r * anxiety + math.sqrt(1.0 - r * r) * own)
    person.security_mean = 0.0
    person.security_at_entry = -1.0


@machinery
def set_traits(person: Row, seed: int, ill: bool, p: Row) -> None:
    """Sociability, position, interests, openness, role."""
    who = person.id
    shape = 1.0 / (p.sociability_cv * p.sociability_cv)
    person.sociability = gamma(process_key(seed, processes.SOCIABILITY, 0), who, shape) / shape
    site_mean = p.position_site_sd * normal(process_key(seed, processes.SITE_POSITION, 0), 0)
    shared = normal(process_key(seed, processes.POSITION_OF_FAMILY, 0), person.family)
    own = normal(process_key(seed, processes.POSITION, 0), who)
    person.position = site_mean + math.sqrt(p.kin_position_share) * shared + math.sqrt(1.0 - p.kin_position_share) * own
    key = process_key(seed, processes.INTERESTS, 0)
    first = int(8.0 * uniform_two(key, who, 1))
    person.interests = 1 << first
    if uniform_two(key, who, 2) < p.two_interests_share:
        person.interests |= 1 << ((first + 1 + int(7.0 * uniform_two(key, who, 3))) % 8)
    open_shift = p.openness_shift + p.openness_site_sd * normal(process_key(seed, processes.SITE_OPENNESS, 0), 0)
    openness = beta(process_key(seed, processes.OPENNESS, 0), who, p.openness_alpha, p.openness_beta)
    person.openness = logistic(logit(openness) + open_shift)
    share = p.employed_share if person.age_years < 65.0 else p.role_share_old
    share = p.role_share_young if person.age_years < 25.0 else share
    share = p.has_role_share if ill else share
    person.has_role = 1 if uniform(process_key(seed, processes.ROLE, 0), who) < share else 0


@machinery
def set_offers(person: Row, seed: int, owns: np.ndarray, slopes: np.ndarray, p: Row) -> None:
    """The resources that a person could offer, one bit an item."""
    plenty = p.resources_spread * normal(process_key(seed, processes.HOW_MUCH_OFFERED, 0), person.id)
    key = process_key(seed, processes.OFFERS, 0)
    situation = life_situation(person.age_years, person.has_role)
    person.offers = 0
    for item in range(RESOURCE_ITEMS):
        odds = logit(owns[item, situation]) + slopes[item] * person.position + plenty + p.ownership_shift
        if uniform_two(key, person.id, item) < logistic(odds):
            person.offers |= 1 << item


@machinery
def set_illness(person: Row, seed: int, ill: bool, p: Row) -> None:
    """When somebody falls ill and how symptomatic they are in the long run; for most, never."""
    person.symptoms = 0.0
    person.symptoms_base = 0.0
    person.symptoms_home = 0.0
    person.onset_week = -NEVER
    person.crisis_until = NEVER
    person.visibility = 0.0
    person.conceals = 0
    person.role_in_service = COMMUNITY_MEMBER
    if not ill:
        return
    person.role_in_service = ILL_NOT_IN_SERVICE
    shape = 1.0 / (p.symptoms_cv * p.symptoms_cv)
    person.symptoms_home = gamma(process_key(seed, processes.SYMPTOMS_HOME, 0), person.id, shape) / shape
    longest = min(p.illness_years_high, person.age_years - 14.0)
    u = uniform(process_key(seed, processes.ONSET, 0), person.id)
    years = p.illness_years_low + u * max(0.0, longest - p.illness_years_low)
    person.onset_week = -int(years * 52.0)
    refusal_z = normal(process_key(seed, processes.REFUSAL, 0), person.id)
    conceals = logistic(p.conceal_base + p.conceal_refusal * refusal_z)
    person.conceals = 1 if uniform(process_key(seed, processes.CONCEAL, 0), person.id) < conceals else 0


@machinery
def set_feelings(person: Row, seed: int, p: Row) -> None:
    """Feelings, confidence and expectations at their level for somebody without symptoms."""
    who = person.id
    person.confidence_home = p.confidence_spread * normal(process_key(seed, processes.CONFIDENCE, 0), who)
    insecurity = person.anxiety + person.avoidance
    person.confidence = logistic(p.confidence_base - p.confidence_attachment * insecurity + person.confidence_home)
    person.refusal_home = p.refusal_spread * normal(process_key(seed, processes.REFUSAL, 0), who)
    person.refusal_expected = logistic(p.refusal_base + p.refusal_anxiety * person.anxiety + person.refusal_home)
    person.wish_for_contact = normal(process_key(seed, processes.WISH, 0), who)
    person.loneliness_trait = normal(process_key(seed, processes.FEELING_LONELY, 0), who)
    person.inclusion_trait = normal(process_key(seed, processes.FEELING_INCLUDED, 0), who)
    person.wellbeing_trait = normal(process_key(seed, processes.FEELING_WELL, 0), who)
    person.loneliness = p.feeling_trait * person.loneliness_trait
    person.inclusion = p.feeling_trait * person.inclusion_trait
    person.wellbeing = p.feeling_trait * person.wellbeing_trait
    person.wellbeing_passing = 0.0
    person.awareness = 1.0
    person.plan = NOBODY


@machinery
def make_people(site: Site, seed: int, is_ill: np.ndarray, owns: np.ndarray, slopes: np.ndarray) -> None:
    """Fill the people table; ``id``, ``family``, ``household``, ``age_years`` and ``lives_alone`` are there already."""
    p = site.parameters[0]
    sex = process_key(seed, processes.SEX, 0)
    for i in range(site.people.shape[0]):
        person = site.people[i]
        ill = is_ill[i] == 1
        person.female = 1 if uniform(sex, person.id) < 0.5 else 0
        set_traits(person, seed, ill, p)
        set_offers(person, seed, owns, slopes, p)
        set_attachment(person, seed, p.attachment_shift if ill else 0.0, p)
        set_illness(person, seed, ill, p)
        set_feelings(person, seed, p)
        for k in range(MEMBERSHIPS_AT_MOST):
            site.memberships[i, k].setting = NOBODY
        for k in range(NEEDS_AT_MOST):
            site.needs[i, k].resource = NOBODY
