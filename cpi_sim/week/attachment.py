"""Step 8, attachment: security in each tie follows what happened in it, and the general style follows the ties."""

from __future__ import annotations

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp
from cpi_sim.engine.compilation import machinery, rule, step
from cpi_sim.engine.keyed import normal, process_key
from cpi_sim.site.tables import AGREED, COMMUNITY_MEMBER, NEEDS_AT_MOST, REFUSED, SOCIAL, TIES, Row, Site
from cpi_sim.site.tie_table import security_of
from cpi_sim.week.affinity import security_at_birth
from cpi_sim.week.alliance import ALLIANCE_USUAL

HOMEWARD_WEEKS = 4
"""How often the slow way home is taken; it is too slow for single weeks to matter."""


@rule
def security_after_gain(security: float, size: float, avoidance: float, p: Row) -> float:
    """Security after something good: a step of ``size`` towards 1, smaller for people higher in avoidance.

    Counted from the users' mean. Assumption.
    """
    return security + min(0.9, size * exp(-p.gain_avoidance * (avoidance - p.attachment_shift))) * (1.0 - security)


@rule
def security_after_loss(security: float, size: float, anxiety: float, p: Row) -> float:
    """Security after something bad: a step of ``size`` towards 0, larger for people higher in anxiety.

    Counted from the users' mean. Assumption.
    """
    return security - min(0.9, size * exp(p.loss_anxiety * (anxiety - p.attachment_shift))) * security


@rule
def security_returning(security: float, security_home: float, weeks: int, p: Row) -> float:
    """Security after some weeks without news: slowly back to what the person's style expects of this tie.
    Assumption.
    """
    return security + (security_home - security) * weeks / p.security_return_weeks


@rule
def next_style(style: float, style_home: float, shock: float, ties_gain: float, strain: float, p: Row) -> float:
    """General anxiety or avoidance next week, in community SDs.

    ``ties_gain`` is how much more secure one's close ties are than at entry (it lowers the style); ``strain`` is
    symptoms above one's own level (anxiety only). That ties change the general style: assumption, its range includes 0.
    """
    return (
        style
        + (style_home - style) / p.style_return_weeks
        + p.style_noise * shock
        - p.style_from_ties * ties_gain
        + p.style_symptoms * strain
    )


@machinery
def side_after_week(
    security: float, tie: Row, trust: float, person: Row, silent: bool, going_home: bool, p: Row
) -> float:
    """One person's security in a tie after a week: contact, silence, and the slow way home."""
    if going_home:
        home = security_at_birth(person.anxiety, person.avoidance, trust, p)
        security = security_returning(security, home, HOMEWARD_WEEKS, p)
    for _ in range(min(tie.contacts_this_week, 7)):
        security = security_after_gain(security, p.security_contact, person.avoidance, p)
    if silent:
        security = security_after_loss(security, p.security_lapse, person.anxiety, p)
    return security


@machinery
def sum_security(tie: Row, people: np.ndarray, p: Row) -> None:
    """Add the security of a close tie to what either person has in all of theirs."""
    if tie.dormant == 0 and tie.closeness_hours >= p.casual_friend_hours:
        people[tie.low].security_sum += tie.security_low
        people[tie.low].close_ties += 1.0
        people[tie.high].security_sum += tie.security_high
        people[tie.high].close_ties += 1.0


@machinery
def nothing_summed(site: Site) -> None:
    """Begin anew with the sums of security over close ties."""
    for i in range(site.people.shape[0]):
        site.people[i].security_sum = 0.0
        site.people[i].close_ties = 0.0


@machinery
def security_from_contact(site: Site, week: int) -> None:
    """Both sides of every tie, and for each person the sum of security over close ties, and how many those are."""
    p = site.parameters[0]
    nothing_summed(site)
    going_home = week % HOMEWARD_WEEKS == 0
    for t in range(site.counters[TIES]):
        tie = site.ties[t]
        silent = week - tie.last_contact_week > p.security_lapse_weeks
        silent = silent and tie.kind == SOCIAL and tie.dormant == 0 and tie.closeness_hours >= p.casual_friend_hours
        if going_home or silent or tie.contacts_this_week > 0:
            low = side_after_week(tie.security_low, tie, tie.trust_low, site.people[tie.low], silent, going_home, p)
            high = side_after_week(tie.security_high, tie, tie.trust_high, site.people[tie.high], silent, going_home, p)
            tie.security_low = low
            tie.security_high = high
        sum_security(tie, site.people, p)


@machinery
def security_from_answers(site: Site) -> None:
    """Being helped or refused moves the asker's security in that tie."""
    p = site.parameters[0]
    for i in range(site.people.shape[0]):
        person = site.people[i]
        reflection = site.plans[person.plan].reflection if person.plan >= 0 else 0.0
        for k in range(NEEDS_AT_MOST):
            need = site.needs[i, k]
            if need.answer == 0:
                continue
            tie = site.ties[need.asked_tie]
            security = security_of(tie, i)
            if need.answer == AGREED:
                size = p.security_help * (1.0 + p.reflection_gain * reflection)
                security = security_after_gain(security, size, person.avoidance, p)
            elif need.answer == REFUSED:
                size = p.security_refusal * (1.0 - p.reflection_gain * reflection)
                security = security_after_loss(security, size, person.anxiety, p)
            if tie.low == i:
                tie.security_low = security
            else:
                tie.security_high = security


@machinery
def security_at_entry(site: Site) -> None:
    """What later gains and losses are counted from: mean security in close ties, or what the style expects of one."""
    p = site.parameters[0]
    nothing_summed(site)
    for t in range(site.counters[TIES]):
        sum_security(site.ties[t], site.people, p)
    for i in range(site.people.shape[0]):
        person = site.people[i]
        person.security_at_entry = security_at_birth(person.anxiety, person.avoidance, 0.0, p)
        person.security_mean = 0.0
        if person.close_ties > 0.0:
            person.security_at_entry = person.security_sum / person.close_ties
            person.security_mean = person.security_at_entry


@machinery
def security_gained(site: Site, person: Row) -> float:
    """How much more secure close ties are than at entry; a working alliance counts among them while there is one.

    The alliance is counted from a usual one, so that leaving the service is neither gain nor loss.
    """
    p = site.parameters[0]
    total = person.security_sum - person.close_ties * person.security_at_entry
    count = person.close_ties
    if person.plan >= 0 and site.plans[person.plan].engaged == 1:
        total += p.style_alliance_weight * (site.plans[person.plan].alliance - ALLIANCE_USUAL)
        count += p.style_alliance_weight
    return total / count if count > 0.0 else 0.0


@machinery
def styles_move(site: Site, seed: int, week: int) -> None:
    """General anxiety and avoidance of everybody."""
    p = site.parameters[0]
    anxiety_key = process_key(seed, processes.STYLE_ANXIETY, week)
    avoidance_key = process_key(seed, processes.STYLE_AVOIDANCE, week)
    for i in range(site.people.shape[0]):
        person = site.people[i]
        gain = security_gained(site, person) if week >= 0 else 0.0
        person.security_mean = person.security_sum / person.close_ties if person.close_ties > 0.0 else 0.0
        strain = 0.0
        if person.role_in_service != COMMUNITY_MEMBER and week >= person.onset_week:
            strain = person.symptoms - person.symptoms_home
        person.anxiety = next_style(
            person.anxiety, person.anxiety_home, normal(anxiety_key, person.id), gain, strain, p
        )
        person.avoidance = next_style(
            person.avoidance, person.avoidance_home, normal(avoidance_key, person.id), gain, 0.0, p
        )


@step
def attachment(site: Site, seed: int, week: int) -> None:
    """Security in ties, then the general style."""
    security_from_answers(site)
    security_from_contact(site, week)
    styles_move(site, seed, week)
