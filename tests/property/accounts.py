"""Bookkeeping of one week from its recorded events: who spent which hours on what, independently of the steps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.simulation.weeks import with_room
from cpi_sim.site.tables import EVENTS, OVERFLOW, SOCIAL, TIES, Site
from cpi_sim.week import WEEK
from cpi_sim.week.meeting import OUTSIDE_SETTINGS
from tests.sites import PROGRAM

Pair = tuple[int, int]


@dataclass
class Account:
    """Hours of one week. Keys are ids of persons, or of the two of a pair, the smaller first."""

    booked: Counter[int] = field(default_factory=Counter)
    """Hours that should be booked: at meetings of settings, on visits, over introductions."""
    together: Counter[Pair] = field(default_factory=Counter)
    """Hours that each pair spent together and that should have gone into their tie, from its first hour on."""
    renewed: set[Pair] = field(default_factory=set)
    """Pairs whose dormant tie was renewed this week."""
    begun: set[Pair] = field(default_factory=set)
    """Pairs of strangers who became acquainted this week."""


def pair(event: np.void) -> Pair:
    return min(int(event["who"]), int(event["whom"])), max(int(event["who"]), int(event["whom"]))


def by_pair(site: Site, *fields: str) -> dict[Pair, tuple[float, ...]]:
    """Some fields of every tie, by the ids of its persons."""
    ties = site.ties[: int(site.counters[TIES])]
    ids = site.people["id"]
    pairs = zip(ids[ties["low"]].tolist(), ids[ties["high"]].tolist(), strict=True)
    return dict(zip(pairs, zip(*(ties[name].tolist() for name in fields), strict=True), strict=True))


def book_both(account: Account, both: Pair, hours: float) -> None:
    for each in both:
        account.booked[each] += hours


def book(account: Account, step: str, event: np.void, known: dict[Pair, tuple[float, ...]], site: Site) -> None:
    """Enter one event; ``known`` has the kind of each tie before the step, and whether the two share a home."""
    p = site.parameters[0]
    both = pair(event)
    if event["what"] == processes.TIE_RENEWED:
        account.renewed.add(both)
        if step != "meeting":
            account.together[both] += p.visit_hours
            book_both(account, both, p.visit_hours)
    elif event["what"] == processes.TIE_BEGAN:
        account.begun.add(both)
        account.together[both] += p.conversation_hours
    elif event["what"] == processes.MET and step == "meeting":
        if both in known or both in account.begun:
            account.together[both] += p.conversation_hours
        if event["value"] == OUTSIDE_SETTINGS:
            book_both(account, both, p.conversation_hours)
    elif event["what"] == processes.MET and step == "keeping_in_touch":
        kind, shares_home = known[both]
        hours = event["value"] * (p.visit_hours if kind == SOCIAL else p.kin_visit_hours)
        account.together[both] += hours
        if not shares_home:
            book_both(account, both, hours)


def book_help(account: Account, before: dict[Pair, tuple[float, ...]], site: Site, events: np.ndarray) -> None:
    """Enter the time that help took: as much as went into the tie, and that no more than help takes."""
    times = Counter(pair(event) for event in events if event["what"] == processes.WAS_HELPED)
    for both, (spent,) in by_pair(site, "spent_hours").items():
        hours = spent - before[both][0]
        assert -1e-9 <= hours <= times[both] * site.parameters[0].help_hours + 1e-9, both
        if hours > 0.0:
            account.together[both] += hours
            book_both(account, both, hours)


def book_meetings(account: Account, site: Site) -> None:
    """Enter the hours of the meetings that each person attended."""
    came = (site.memberships["setting"] >= 0) & (site.memberships["attended"] == 1)
    for i, k in np.argwhere(came):
        account.booked[int(site.people["id"][i])] += site.settings["hours"][site.memberships["setting"][i, k]]


def live_and_account(site: Site, seed: int, week: int) -> tuple[Site, Account]:
    """The site (recording) after one week but for its last two steps, and the account of the week.

    Fading and feeling are left to the caller: ties end there, and memberships.
    """
    account = Account()
    site = with_room(site)
    entered = 0
    for each in WEEK[:-2]:
        known = by_pair(site, "kind", "shares_home")
        spent = by_pair(site, "spent_hours")
        PROGRAM(each)(site, seed, week)
        entered = min(entered, int(site.counters[EVENTS]))
        events = np.array(site.events[entered : int(site.counters[EVENTS])])
        entered = int(site.counters[EVENTS])
        for event in events:
            book(account, each.__name__, event, known, site)
        if each.__name__ == "needs_and_help":
            book_help(account, spent, site, events)
        if each.__name__ == "taking_part":
            book_meetings(account, site)
    assert site.counters[OVERFLOW] == 0
    return site, account
