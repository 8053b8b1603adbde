"""Step 9, fading and turning: closeness decays, people change, ties break, lapse or lie dormant, families change."""

from __future__ import annotations

from cpi_sim.engine import processes
from cpi_sim.engine.compilation import machinery, rule, step
from cpi_sim.engine.keyed import gamma, process_key, uniform, uniform_two
from cpi_sim.site.tables import (
    COMMUNITY_MEMBER,
    FROM_FAMILY,
    KIN,
    MEMBERSHIPS_AT_MOST,
    MOVED_AWAY,
    NEVER,
    NOBODY,
    SOCIAL,
    TIES,
    Row,
    Site,
)
from cpi_sim.site.tie_table import record, settle_ties, tie_between
from cpi_sim.week.affinity import affinity_between, begin_tie


@rule
def closeness_faded(closeness_hours: float, kin: int, p: Row) -> float:
    """Closeness after a week; kin ties fade more slowly [direction: Roberts and Dunbar 2015]."""
    return closeness_hours * (1.0 - (p.fading_kin if kin == 1 else p.fading_social))


@rule
def is_over(closeness_hours: float, peak_hours: float, silent_weeks: int, dormant: int, p: Row) -> bool:
    """Whether a silent tie is over: dormant for too long, or never close and hardly anything left of it."""
    if dormant == 1:
        return silent_weeks > p.dormant_kept_weeks
    return closeness_hours < p.lapse_hours and silent_weeks > p.lapse_weeks and peak_hours < p.dormant_peak_hours


@rule
def falls_dormant(peak_hours: float, silent_weeks: int, p: Row) -> bool:
    """Whether a tie that was once close lies dormant: there to be found, but not in use."""
    return peak_hours >= p.dormant_peak_hours and silent_weeks > p.dormant_weeks


@rule
def hazard_of_rupture(illness: int, p: Row) -> float:
    """Chance a week that a social tie breaks, higher where one of the two is ill [direction only]."""
    return p.rupture / 52.0 * (p.rupture_illness if illness == 1 else 1.0)


@rule
def hazard_of_life_change(age_years: float, p: Row) -> float:
    """Chance a week of moving or of a change of life, high below 22 [direction: Roy 2022]."""
    return (p.life_change_young if age_years < 22.0 else p.life_change) / 52.0


@machinery
def lives_change(site: Site, seed: int, week: int) -> None:
    """Some people move or change their lives: their memberships end."""
    p = site.parameters[0]
    key = process_key(seed, processes.LIFE_CHANGE, week)
    for i in range(site.people.shape[0]):
        person = site.people[i]
        if uniform(key, person.id) < hazard_of_life_change(person.age_years, p):
            person.life_changed = 1
            record(site, week, processes.LIFE_CHANGED, person.id, person.id, 0.0)
            for k in range(MEMBERSHIPS_AT_MOST):
                site.memberships[i, k].setting = NOBODY
                site.memberships[i, k].accompanied = 0.0


@machinery
def is_ill(person: Row, week: int) -> bool:
    """Whether somebody has fallen ill by this week."""
    return person.role_in_service != COMMUNITY_MEMBER and week >= person.onset_week


@machinery
def end_tie(site: Site, week: int, tie: Row) -> None:
    """Mark a tie as over; it leaves the table at the end of the step."""
    tie.ended = 1
    record(site, week, processes.TIE_ENDED, site.people[tie.low].id, site.people[tie.high].id, tie.closeness_hours)


@machinery
def shaken_by_change(tie: Row, changes: int, p: Row) -> None:
    """A change of life on either side takes closeness and affinity from a social tie."""
    for _ in range(changes):
        tie.closeness_hours *= p.life_change_closeness
        tie.affinity *= p.life_change_affinity


@machinery
def lost_to_illness(tie: Row, low: Row, high: Row, week: int, p: Row) -> None:
    """Count a friendship that would not have broken without the illness, for whoever is ill."""
    if tie.peak_hours >= p.casual_friend_hours:
        low.friends_lost_to_illness += 1 if is_ill(low, week) else 0
        high.friends_lost_to_illness += 1 if is_ill(high, week) else 0


@machinery
def social_tie_turns(site: Site, seed: int, week: int, tie: Row, u: float) -> None:
    """A social tie may break, or turn: the two come to click more, or less."""
    p = site.parameters[0]
    low = site.people[tie.low]
    high = site.people[tie.high]
    rupture = hazard_of_rupture(1 if is_ill(low, week) or is_ill(high, week) else 0, p)
    if u < rupture:
        if u >= hazard_of_rupture(0, p):
            lost_to_illness(tie, low, high, week, p)
        end_tie(site, week, tie)
    elif 1.0 - u < p.affinity_redrawn / 52.0:
        tie.affinity = affinity_between(site, seed, tie.low, tie.high, week)


@machinery
def silence_tells(site: Site, week: int, tie: Row) -> None:
    """After a long silence a tie lies dormant, or is over."""
    p = site.parameters[0]
    silent = week - tie.last_contact_week
    if tie.dormant == 0 and falls_dormant(tie.peak_hours, silent, p):
        tie.dormant = 1
    if is_over(tie.closeness_hours, tie.peak_hours, silent, tie.dormant, p):
        end_tie(site, week, tie)


@machinery
def ties_fade(site: Site, seed: int, week: int) -> None:
    """Every tie: fading, turning, lapsing, falling dormant."""
    p = site.parameters[0]
    turn_key = process_key(seed, processes.TIE_TURNS, week)
    widest = max(hazard_of_rupture(1, p), p.affinity_redrawn / 52.0)
    for t in range(site.counters[TIES]):
        tie = site.ties[t]
        low = site.people[tie.low]
        high = site.people[tie.high]
        tie.closeness_hours = closeness_faded(tie.closeness_hours, 0 if tie.kind == SOCIAL else 1, p)
        u = uniform_two(turn_key, low.id, high.id)
        if tie.kind == SOCIAL:
            if low.life_changed + high.life_changed > 0:
                shaken_by_change(tie, low.life_changed + high.life_changed, p)
            if u < widest or 1.0 - u < widest:
                social_tie_turns(site, seed, week, tie, u)
            if tie.friend_since_week == NEVER and tie.closeness_hours >= p.casual_friend_hours:
                tie.friend_since_week = week
            if tie.ended == 0 and week - tie.last_contact_week > p.lapse_weeks:
                silence_tells(site, week, tie)
        elif tie.kind == KIN and tie.shares_home == 0 and u < p.kin_loss / 52.0:
            end_tie(site, week, tie)


@machinery
def families_change(site: Site, seed: int, week: int) -> None:
    """Births, marriages and new partners bring relatives as often as they are lost."""
    p = site.parameters[0]
    gain_key = process_key(seed, processes.KIN_GAIN, week)
    whom_key = process_key(seed, processes.KIN_GAIN_WHOM, week)
    rate_key = process_key(seed, processes.KIN_RATE, week)
    people = site.people.shape[0]
    for i in range(people):
        person = site.people[i]
        if uniform(gain_key, person.id) >= 0.5 * person.kin_at_start * p.kin_loss / 52.0:
            continue
        j = site.row_of_id[int(uniform(whom_key, person.id) * people)]
        if j == i or tie_between(site, i, j) >= 0:
            continue
        if person.role_in_service == MOVED_AWAY or site.people[j].role_in_service == MOVED_AWAY:
            continue
        rate = gamma(rate_key, person.id, p.kin_met_shape) * p.kin_met_rate / p.kin_met_shape
        begin_tie(site, seed, i, j, week, KIN, FROM_FAMILY, p.kin_visit_hours, rate)


@step
def fading(site: Site, seed: int, week: int) -> None:
    """Changes of life, then every tie, then families; the tie table is put in order."""
    lives_change(site, seed, week)
    ties_fade(site, seed, week)
    families_change(site, seed, week)
    settle_ties(site)
