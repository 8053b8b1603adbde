"""Step 6, keeping in touch: people see each other outside the settings, and a week has only so many hours.

A person makes a Poisson number of moves and sends each to one tie. That is the same process as an independent Poisson
count for each side of a tie, and since either side's move brings both together, as one count with the sum of the two
means. So it is drawn here: the number belongs to the tie, and one person's plans never shift anybody else's draw.
"""

from __future__ import annotations

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp, power
from cpi_sim.engine.compilation import machinery, rule, step
from cpi_sim.engine.keyed import gamma, poisson_from, process_key, uniform_two
from cpi_sim.site.tables import SOCIAL, TIES, Row, Site
from cpi_sim.site.tie_table import other, record, spend_time


@rule
def moves_in_week(sociability: float, symptoms: float, unevenness: float, p: Row) -> float:
    """Expected moves to see somebody this week; ``unevenness`` is this week's own factor, mean 1. Assumption."""
    return p.moves_per_week * sociability * unevenness * exp(-p.moves_symptoms * symptoms)


@rule
def pull_of_tie(affinity: float, closeness_hours: float, p: Row) -> float:
    """Weight of a tie in the choice of whom to see, before security: only an exponent near 1 keeps a community
    stationary.
    """
    return affinity * power(closeness_hours, p.choice_exponent)


@rule
def weight_of_security(security: float, p: Row) -> float:
    """How security in a tie weighs in the choice of whom to see. Assumption."""
    return p.choice_security + security


@rule
def pull_of_the_new(affinity: float, p: Row) -> float:
    """Weight of somebody met lately when a move explores: affinity alone. Assumption."""
    return power(affinity, p.explore_exponent)


@rule
def chance_to_accept(symptoms: float, p: Row) -> float:
    """Probability that the other says yes to meeting, lower when unwell. Assumption."""
    return p.accept_chance * exp(-p.accept_symptoms * symptoms)


@rule
def closeness_when_renewed(closeness_hours: float, peak_hours: float, p: Row) -> float:
    """Closeness that old friends take up again when they meet after a long silence, whoever brought it about."""
    return max(closeness_hours, min(p.renewed_hours_at_most, p.renewed_share * peak_hours))


@machinery
def take_up_again(site: Site, tie: Row, week: int) -> None:
    """A tie that lay dormant is in use again, and no longer one to be looked for."""
    tie.dormant = 0
    tie.found_low = 0
    tie.found_high = 0
    tie.closeness_hours = closeness_when_renewed(tie.closeness_hours, tie.peak_hours, site.parameters[0])
    low = site.people[tie.low].id
    high = site.people[tie.high].id
    record(site, week, processes.TIE_RENEWED, low, high, tie.closeness_hours)


@machinery
def renew_tie(site: Site, tie: Row, week: int) -> bool:
    """Two people whose tie lay dormant meet again, if both have the time. True if they did."""
    p = site.parameters[0]
    a = site.people[tie.low]
    b = site.people[tie.high]
    room = p.social_hours_at_most - p.visit_hours
    if a.hours_booked > room or b.hours_booked > room:
        return False
    a.hours_booked += p.visit_hours
    b.hours_booked += p.visit_hours
    take_up_again(site, tie, week)
    spend_time(tie, p.visit_hours, week)
    return True


@machinery
def weigh_ties(site: Site, week: int, pulls: np.ndarray) -> None:
    """Sum the weights that each person's moves are shared out by.

    Fill ``pulls`` (ties, 2): of each social tie, in general and as somebody met lately.
    """
    p = site.parameters[0]
    for i in range(site.people.shape[0]):
        site.people[i].weight_regular = 0.0
        site.people[i].weight_explore = 0.0
    for t in range(site.counters[TIES]):
        tie = site.ties[t]
        if tie.kind != SOCIAL:
            continue
        low = site.people[tie.low]
        high = site.people[tie.high]
        pull = pull_of_tie(tie.affinity, tie.closeness_hours, p)
        if tie.dormant == 1:
            pull *= p.dormant_weight
        pulls[t, 0] = pull
        pulls[t, 1] = 0.0
        low.weight_regular += pull * weight_of_security(tie.security_low, p)
        high.weight_regular += pull * weight_of_security(tie.security_high, p)
        if tie.dormant == 0 and week - tie.last_contact_week <= p.explore_weeks:
            pulls[t, 1] = pull_of_the_new(tie.affinity, p)
            low.weight_explore += pulls[t, 1]
            high.weight_explore += pulls[t, 1]


@machinery
def share_out_moves(site: Site, seed: int, week: int) -> None:
    """Each person's expected moves this week, per unit of weight: ``per_pull`` to ties in general, ``per_new`` to
    explore.
    """
    p = site.parameters[0]
    uneven_key = process_key(seed, processes.UNEVEN_WEEK, week)
    shape = 1.0 / (p.moves_weekly_cv * p.moves_weekly_cv)
    for i in range(site.people.shape[0]):
        person = site.people[i]
        person.per_pull = 0.0
        person.per_new = 0.0
        if person.weight_regular == 0.0:
            continue
        uneven = gamma(uneven_key, person.id, shape) / shape
        moves = moves_in_week(person.sociability, person.symptoms, uneven, p)
        explore = p.explore_share if person.weight_explore > 0.0 else 0.0
        person.per_pull = (1.0 - explore) * moves / person.weight_regular
        if explore > 0.0:
            person.per_new = explore * moves / person.weight_explore


@machinery
def propose_visits(site: Site, seed: int, week: int, pulls: np.ndarray) -> None:
    """Draw, for every tie, how often the two would see each other this week."""
    p = site.parameters[0]
    accept = np.empty(site.people.shape[0])
    for i in range(site.people.shape[0]):
        accept[i] = chance_to_accept(site.people[i].symptoms, p)
    moves_key = process_key(seed, processes.MOVES, week)
    kin_key = process_key(seed, processes.KIN_MEETING, week)
    for t in range(site.counters[TIES]):
        tie = site.ties[t]
        low = site.people[tie.low]
        high = site.people[tie.high]
        if tie.kind != SOCIAL:
            visits = poisson_from(uniform_two(kin_key, low.id, high.id), tie.own_rate)
            if tie.shares_home == 0:
                low.hours_proposed += visits * p.kin_visit_hours
                high.hours_proposed += visits * p.kin_visit_hours
        else:
            pull = pulls[t, 0]
            new = pulls[t, 1]
            towards_high = pull * weight_of_security(tie.security_low, p) * low.per_pull + new * low.per_new
            towards_low = pull * weight_of_security(tie.security_high, p) * high.per_pull + new * high.per_new
            towards_high *= accept[tie.high]
            towards_low *= accept[tie.low]
            visits = poisson_from(uniform_two(moves_key, low.id, high.id), towards_high + towards_low)
            low.hours_proposed += visits * p.visit_hours
            high.hours_proposed += visits * p.visit_hours
        tie.visits = visits
        tie.visits_kept = visits


@machinery
def in_order_of_priority(site: Site, key: np.uint64, i: int, orders: np.ndarray, rows: np.ndarray) -> int:
    """Fill ``rows`` with the ties (rows) of person ``i`` that propose visits, by keyed priority; how many they are."""
    count = 0
    for k in range(site.first_tie[i], site.first_tie[i + 1]):
        tie = site.ties[site.tie_of[k]]
        if tie.visits == 0 or tie.shares_home == 1:
            continue
        order = uniform_two(key, site.people[tie.low].id, site.people[tie.high].id)
        place = count
        while place > 0 and orders[place - 1] > order:
            orders[place] = orders[place - 1]
            rows[place] = rows[place - 1]
            place -= 1
        orders[place] = order
        rows[place] = site.tie_of[k]
        count += 1
    return count


@machinery
def most_ties(site: Site) -> int:
    """The most ties that any one person has."""
    most = 0
    for i in range(site.people.shape[0]):
        most = max(most, site.first_tie[i + 1] - site.first_tie[i])
    return most


@machinery
def limit_to_hours(site: Site, seed: int, week: int) -> None:
    """Whoever has more proposed than time keeps what fits, by keyed priority; both sides must have room."""
    p = site.parameters[0]
    key = process_key(seed, processes.VISIT_PRIORITY, week)
    orders = np.empty(most_ties(site))
    rows = np.empty(orders.shape[0], dtype=np.int64)
    for i in range(site.people.shape[0]):
        person = site.people[i]
        room = p.social_hours_at_most - person.hours_booked
        if person.hours_proposed <= room:
            continue
        for n in range(in_order_of_priority(site, key, i, orders, rows)):
            tie = site.ties[rows[n]]
            hours = p.visit_hours if tie.kind == SOCIAL else p.kin_visit_hours
            fits = min(max(0, int(room / hours)), tie.visits)
            record(site, week, processes.COMPETED, person.id, site.people[other(tie, i)].id, float(tie.visits))
            room -= fits * hours
            tie.visits_kept = min(fits, tie.visits_kept)


@machinery
def make_visits(site: Site, seed: int, week: int) -> None:
    """The visits that take place: hours for both, closeness for the tie, and a dormant tie perhaps renewed."""
    p = site.parameters[0]
    revived_key = process_key(seed, processes.DORMANT_REVIVED, week)
    for t in range(site.counters[TIES]):
        tie = site.ties[t]
        tie.visits = tie.visits_kept
        if tie.visits == 0:
            continue
        low = site.people[tie.low]
        high = site.people[tie.high]
        if tie.dormant == 1:
            if uniform_two(revived_key, low.id, high.id) < p.dormant_revived:
                renew_tie(site, tie, week)
            continue
        hours = p.visit_hours if tie.kind == SOCIAL else p.kin_visit_hours
        for _ in range(tie.visits):
            spend_time(tie, hours, week)
            if tie.shares_home == 0:
                low.hours_booked += hours
                high.hours_booked += hours
        record(site, week, processes.MET, low.id, high.id, float(tie.visits))


@machinery
def count_people_seen(site: Site) -> None:
    """How many different people each person was in touch with this week, apart from those at home; outings count as
    acts.
    """
    for i in range(site.people.shape[0]):
        site.people[i].people_seen = 0
    for t in range(site.counters[TIES]):
        tie = site.ties[t]
        if tie.contacts_this_week > 0 and tie.shares_home == 0:
            site.people[tie.low].people_seen += 1
            site.people[tie.high].people_seen += 1
            if tie.kind == SOCIAL and tie.visits > 0:
                site.people[tie.low].acts += 1
                site.people[tie.high].acts += 1
                site.people[tie.low].rewards += 1.0
                site.people[tie.high].rewards += 1.0


@step
def keeping_in_touch(site: Site, seed: int, week: int) -> None:
    """See friends and kin outside the settings, within the hours one has."""
    pulls = np.empty((site.counters[TIES], 2))
    weigh_ties(site, week, pulls)
    share_out_moves(site, seed, week)
    propose_visits(site, seed, week, pulls)
    limit_to_hours(site, seed, week)
    make_visits(site, seed, week)
    count_people_seen(site)
