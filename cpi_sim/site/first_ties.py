"""The ties with which a site's past begins: families as they are, friendships in the rough."""

from __future__ import annotations

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.compilation import machinery
from cpi_sim.engine.keyed import exponential_from, gamma, poisson_from, process_key, uniform, uniform_three, uniform_two
from cpi_sim.site.tables import BIRTHS, FROM_START, KIN, PARTNER, SOCIAL, Row, Site
from cpi_sim.site.tie_table import settle_ties
from cpi_sim.week.affinity import begin_tie

LATELY_WEEKS = 6
GROWN_UP_YEARS = 20.0


@machinery
def start_tie(site: Site, seed: int, i: int, j: int, week: int, kind: int, hours: float, rate: float) -> Row:
    """One tie of the start, last in contact some weeks ago, by a keyed number."""
    a = site.people[i]
    b = site.people[j]
    begin_tie(site, seed, i, j, week, kind, FROM_START, hours, rate)
    tie = site.births[site.counters[BIRTHS] - 1]
    key = process_key(seed, processes.START_HOURS, 1)
    tie.last_contact_week = week - int(LATELY_WEEKS * uniform_two(key, min(a.id, b.id), max(a.id, b.id)))
    tie.contacts_this_week = 0
    return tie


@machinery
def place_at_home(site: Site) -> np.ndarray:
    """Place of each person (row) among those of the same home, in the order of their ids: 0 and 1 are the first two."""
    people = site.people.shape[0]
    place = np.zeros(people, dtype=np.int64)
    filled = np.zeros(people, dtype=np.int64)
    for person_id in range(people):
        i = site.row_of_id[person_id]
        home = site.people[i].household
        place[i] = filled[home]
        filled[home] += 1
    return place


@machinery
def by_family(site: Site) -> tuple[np.ndarray, np.ndarray]:
    """Rows of all persons, family by family, and where each family begins among them; the last entry is the end."""
    people = site.people.shape[0]
    begins = np.zeros(people + 1, dtype=np.int64)
    for i in range(people):
        begins[site.people[i].family + 1] += 1
    for family in range(people):
        begins[family + 1] += begins[family]
    rows = np.empty(people, dtype=np.int64)
    filled = begins[:-1].copy()
    for i in range(people):
        rows[filled[site.people[i].family]] = i
        filled[site.people[i].family] += 1
    return rows, begins


@machinery
def relate(site: Site, seed: int, week: int, i: int, j: int, first_two: bool) -> None:
    """Two persons (rows) of one family become kin, or partners."""
    p = site.parameters[0]
    a = site.people[i]
    b = site.people[j]
    if a.household == b.household:
        grown = min(a.age_years, b.age_years) >= GROWN_UP_YEARS
        partners = first_two and grown and abs(a.age_years - b.age_years) < 15.0
        tie = start_tie(site, seed, i, j, week, PARTNER if partners else KIN, 500.0, p.home_met_rate)
        tie.shares_home = 1
        return
    key = process_key(seed, processes.KIN_RATE, 0)
    unit = gamma(key, min(a.id, b.id) * 65536 + max(a.id, b.id) % 65536, p.kin_met_shape)
    rate = unit * p.kin_met_rate / p.kin_met_shape
    start_tie(site, seed, i, j, week, KIN, rate * p.kin_visit_hours / p.fading_kin, rate)
    a.kin_at_start += 1.0
    b.kin_at_start += 1.0


@machinery
def family_ties(site: Site, seed: int, week: int) -> None:
    """Everybody of a family is kin; those who share a home see each other nearly every day, the first two perhaps as
    partners.
    """
    place = place_at_home(site)
    rows, begins = by_family(site)
    for family in range(site.people.shape[0]):
        for m in range(begins[family], begins[family + 1]):
            for n in range(m + 1, begins[family + 1]):
                relate(site, seed, week, rows[m], rows[n], place[rows[m]] <= 1 and place[rows[n]] <= 1)


@machinery
def first_friendships(site: Site, seed: int, week: int) -> None:
    """Social ties between random pairs, more for the sociable, of closeness exponential around its mean."""
    p = site.parameters[0]
    count_key = process_key(seed, processes.START_TIE, 0)
    whom_key = process_key(seed, processes.START_TIE, 1)
    hours_key = process_key(seed, processes.START_HOURS, 0)
    people = site.people.shape[0]
    for i in range(people):
        person = site.people[i]
        tries = poisson_from(uniform(count_key, person.id), 1.25 * p.start_friends * person.sociability)
        for nth in range(tries):
            j = site.row_of_id[int(uniform_three(whom_key, person.id, nth, 1) * people)]
            friend = site.people[j]
            if j == i or friend.family == person.family:
                continue
            if uniform_three(whom_key, person.id, nth, 2) < 0.4 * friend.sociability:
                low = min(person.id, friend.id)
                high = max(person.id, friend.id)
                hours = p.start_hours * exponential_from(uniform_two(hours_key, low, high))
                start_tie(site, seed, i, j, week, SOCIAL, hours, 0.0)


@machinery
def make_first_ties(site: Site, seed: int, week: int) -> None:
    """All ties of the start, settled into the table."""
    family_ties(site, seed, week)
    first_friendships(site, seed, week)
    settle_ties(site)
