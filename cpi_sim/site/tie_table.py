"""Upkeep of the tie table: always sorted by the two persons' ids, with an index of each person's ties.

Because the order of the table follows from ids alone, every sum over ties is taken in the same order however the site
is laid out and whoever was served first.
"""

from __future__ import annotations

import numpy as np

from cpi_sim.engine.compilation import machinery
from cpi_sim.site.tables import BIRTHS, EVENTS, FROM_START, NEVER, OVERFLOW, RECORDING, SOCIAL, TIES, Row, Site


@machinery
def record(site: Site, week: int, what: int, who: int, whom: int, value: float) -> None:
    """Write down that something happened, when recording is on; never changes what happens."""
    if site.counters[RECORDING] == 0:
        return
    n = site.counters[EVENTS]
    if n >= site.events.shape[0]:
        site.counters[OVERFLOW] = 1
        return
    event = site.events[n]
    event.week = week
    event.what = what
    event.who = who
    event.whom = whom
    event.value = value
    site.counters[EVENTS] = n + 1


@machinery
def index_ties(site: Site) -> None:
    """Rebuild ``first_tie`` and ``tie_of`` from the tie table."""
    people = site.people.shape[0]
    ties = site.ties
    first = site.first_tie
    for i in range(people + 1):
        first[i] = 0
    for t in range(site.counters[TIES]):
        first[ties[t].low + 1] += 1
        first[ties[t].high + 1] += 1
    for i in range(people):
        first[i + 1] += first[i]
    tie_of = site.tie_of
    with_whom = site.with_whom
    for t in range(site.counters[TIES]):
        low = ties[t].low
        high = ties[t].high
        a = first[low]
        b = first[high]
        tie_of[a] = t
        tie_of[b] = t
        with_whom[a] = high
        with_whom[b] = low
        first[low] = a + 1
        first[high] = b + 1
    for i in range(people, 0, -1):
        first[i] = first[i - 1]
    first[0] = 0


@machinery
def _pair_key(site: Site, low: int, high: int) -> int:
    return site.people[low].id * 4294967296 + site.people[high].id


@machinery
def row_for(site: Site, key: int, end: int) -> int:
    """Row among the first ``end`` of the tie table before which a pair with this key has its place."""
    start = 0
    while start < end:
        middle = (start + end) // 2
        if _pair_key(site, site.ties[middle].low, site.ties[middle].high) < key:
            start = middle + 1
        else:
            end = middle
    return start


@machinery
def settle_births(site: Site) -> None:
    """Put ties begun in this step into their place; a pair that began one twice has one tie, with the hours of both."""
    born = site.counters[BIRTHS]
    if born == 0:
        return
    births = site.births
    keys = np.empty(born, dtype=np.int64)
    for b in range(born):
        keys[b] = _pair_key(site, births[b].low, births[b].high) * 4 + 3 - births[b].origin % 4
    order = np.argsort(keys)
    kept = 0
    for k in range(born):
        if kept == 0 or keys[order[k]] // 4 != keys[order[kept - 1]] // 4:
            order[kept] = order[k]
            kept += 1
        elif births[order[k]].origin != FROM_START:
            spend_time(births[order[kept - 1]], births[order[k]].closeness_hours, births[order[k]].formed_week)
    ties = site.ties
    end = site.counters[TIES]
    for b in range(kept - 1, -1, -1):  # from the last: what lies behind its place moves up by as many as come before
        birth = births[order[b]]
        place = row_for(site, _pair_key(site, birth.low, birth.high), end)
        for row in range(end - 1, place - 1, -1):
            ties[row + b + 1] = ties[row]
        ties[place + b] = birth
        end = place
    site.counters[TIES] += kept
    site.counters[BIRTHS] = 0


@machinery
def drop_ended(site: Site) -> None:
    """Take ended ties out of the table."""
    kept = 0
    ties = site.ties
    for t in range(site.counters[TIES]):
        if ties[t].ended == 0:
            if kept != t:
                ties[kept] = ties[t]
            kept += 1
    site.counters[TIES] = kept


@machinery
def place_new_ties(site: Site) -> None:
    """Put new ties into their place and rebuild the index: the end of a step that began ties but ended none."""
    if site.counters[BIRTHS] > 0:
        settle_births(site)
        index_ties(site)


@machinery
def settle_ties(site: Site) -> None:
    """Take ended ties out, put new ones into their place, and rebuild the index: the end of a step that did both."""
    drop_ended(site)
    settle_births(site)
    index_ties(site)


@machinery
def tie_between(site: Site, i: int, j: int) -> int:
    """Row of the tie between two persons (rows), or -1."""
    for k in range(site.first_tie[i], site.first_tie[i + 1]):
        t = site.tie_of[k]
        if site.ties[t].low == j or site.ties[t].high == j:
            return t
    return -1


@machinery
def birth_between(site: Site, i: int, j: int) -> int:
    """Row of the tie that two persons (rows) have begun in this step and that waits for its place, or -1."""
    for b in range(site.counters[BIRTHS]):
        birth = site.births[b]
        if (birth.low == i and birth.high == j) or (birth.low == j and birth.high == i):
            return b
    return -1


@machinery
def other(tie: Row, i: int) -> int:
    """Row of the other person of a tie."""
    return tie.high if tie.low == i else tie.low


@machinery
def security_of(tie: Row, i: int) -> float:
    """How secure person ``i`` (row) feels in the tie, 0 to 1."""
    return tie.security_low if tie.low == i else tie.security_high


@machinery
def spend_time(tie: Row, hours: float, week: int) -> None:
    """Hours spent together add to the closeness of the tie; else only taking it up again after a silence does."""
    tie.closeness_hours += hours
    tie.spent_hours += hours
    tie.peak_hours = max(tie.peak_hours, tie.closeness_hours)
    tie.last_contact_week = week
    tie.contacts_this_week += 1


@machinery
def begin_anew(tie: Row, week: int) -> None:
    """Let a record be that of a tie that begins with a contact in ``week``, and in which nothing else has happened."""
    tie.shares_home = 0
    tie.dormant = 0
    tie.ended = 0
    tie.visits = 0
    tie.visits_kept = 0
    tie.formed_week = week
    tie.last_contact_week = week
    tie.friend_since_week = NEVER
    tie.contacts_this_week = 1
    tie.asked_week_low = NEVER
    tie.asked_week_high = NEVER
    tie.found_low = 0
    tie.found_high = 0
    tie.given_by_low = 0
    tie.given_by_high = 0


@machinery
def place_tie(
    site: Site,
    i: int,
    j: int,
    week: int,
    kind: int,
    origin: int,
    hours: float,
    affinity: float,
    trust_i: float,
    trust_j: float,
    security_i: float,
    security_j: float,
    own_rate: float,
) -> None:
    """A new tie between persons ``i`` and ``j`` (rows); it takes its place when the step settles."""
    n = site.counters[BIRTHS]
    if n >= site.births.shape[0]:
        site.counters[OVERFLOW] = 1
        return
    ordered = site.people[i].id < site.people[j].id
    tie = site.births[n]
    begin_anew(tie, week)
    tie.low = i if ordered else j
    tie.high = j if ordered else i
    tie.kind = kind
    tie.origin = origin
    tie.closeness_hours = hours
    tie.peak_hours = hours
    tie.spent_hours = hours
    tie.affinity = affinity
    tie.own_rate = own_rate
    tie.trust_low = trust_i if ordered else trust_j
    tie.trust_high = trust_j if ordered else trust_i
    tie.security_low = security_i if ordered else security_j
    tie.security_high = security_j if ordered else security_i
    site.counters[BIRTHS] = n + 1


@machinery
def is_friend(tie: Row, hours: float) -> bool:
    """Whether an active social tie is at least as close as ``hours``."""
    return tie.kind == SOCIAL and tie.dormant == 0 and tie.closeness_hours >= hours
