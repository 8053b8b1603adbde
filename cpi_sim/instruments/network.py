"""Naming people: size and make-up of the network, contacts last week, and the LSNS-6 stand-in.

A person names those whom they have met within the past quarter and remember. Kin are never forgotten; friends and
acquaintances are, each with a chance of their own [Brewer and Webster 1999, for friends]. Workers are counted apart.
"""

from __future__ import annotations

import numpy as np

from cpi_sim.engine.compilation import Program, machinery
from cpi_sim.engine.keyed import normal, uniform_two
from cpi_sim.instruments.error import LSNS6, NAMING, instrument_key, rounded, table_of_answers
from cpi_sim.site.tables import SOCIAL, Row, Site
from cpi_sim.site.tie_table import is_friend, other, security_of
from cpi_sim.week.needs_and_help import chance_to_agree, goodwill

NAMED = np.dtype(
    [
        ("network_size", "f8"), ("kin", "f8"), ("friends", "f8"), ("close_friends", "f8"), ("others", "f8"),
        ("contacts_last_week", "f8"), ("saw_friend_last_week", "f8"), ("practitioners", "f8"), ("lsns6", "f8"),
    ],
    align=True,
)  # fmt: skip
LSNS6_ITEMS = 6
LSNS6_MOST = 30


@machinery
def is_active(tie: Row, week: int, p: Row) -> bool:
    """Whether a tie is one that a person would think of: neither over nor dormant, and met within the past quarter.

    ``week`` is the number of weeks lived, so the last week lived is the one before.
    """
    return tie.ended == 0 and tie.dormant == 0 and week - tie.last_contact_week <= p.named_within_weeks


@machinery
def chance_to_forget(tie: Row, p: Row) -> float:
    """Chance that the other of a tie is not named, though active."""
    if tie.kind != SOCIAL:
        return 0.0
    return p.friend_forgotten if is_friend(tie, p.casual_friend_hours) else p.acquaintance_forgotten


@machinery
def count_named(answer: Row, tie: Row, p: Row) -> None:
    """Count somebody named, by kind, and once more if met last week and not at home."""
    answer.network_size += 1.0
    if tie.kind != SOCIAL:
        answer.kin += 1.0
    elif is_friend(tie, p.casual_friend_hours):
        answer.friends += 1.0
        answer.close_friends += 1.0 if is_friend(tie, p.close_friend_hours) else 0.0
    else:
        answer.others += 1.0
    if tie.contacts_this_week > 0 and tie.shares_home == 0:
        answer.contacts_last_week += 1.0


@machinery
def practitioners_of(site: Site, i: int, week: int) -> float:
    """Workers whom person ``i`` (row) would name: the one in charge, unless they have left each other."""
    plan = site.people[i].plan
    if plan < 0 or site.plans[plan].engaged == 0:
        return 0.0
    last_lived = max(week - 1, 0)
    return 1.0 if site.posts[site.plans[plan].post].filled_from_week <= last_lived else 0.0


@machinery
def name_people(site: Site, seed: int, week: int, rows: np.ndarray, answers: np.ndarray) -> None:
    """Fill ``answers`` (n,) NAMED for the persons in ``rows`` (n,); the LSNS-6 is left to its own questions."""
    p = site.parameters[0]
    key = instrument_key(seed, NAMING, week)
    for r in range(rows.shape[0]):
        i = rows[r]
        answer = answers[r]
        for k in range(site.first_tie[i], site.first_tie[i + 1]):
            tie = site.ties[site.tie_of[k]]
            if not is_active(tie, week, p):
                continue
            if tie.contacts_this_week > 0 and is_friend(tie, p.casual_friend_hours):
                answer.saw_friend_last_week = 1.0
            if uniform_two(key, site.people[i].id, site.people[other(tie, i)].id) >= chance_to_forget(tie, p):
                count_named(answer, tie, p)
        answer.practitioners = practitioners_of(site, i, week)


@machinery
def points_for(people: float) -> float:
    """LSNS-6 points for a count of people: none, one, two, three or four, five to eight, nine or more."""
    if people <= 2.0:
        return people
    if people <= 4.0:
        return 3.0
    return 4.0 if people <= 8.0 else 5.0


@machinery
def could_call_on(site: Site, tie: Row, i: int) -> bool:
    """Whether person ``i`` (row) could call on the other for small help: that they would more likely than not agree."""
    p = site.parameters[0]
    given = tie.given_by_low if tie.low == i else tie.given_by_high
    left = goodwill(site.people[i], site.people[other(tie, i)], tie.kind != SOCIAL, p)
    agrees = chance_to_agree(tie.closeness_hours, 1 if given > 0 else 0, 0, 0, left, p)
    return agrees > p.call_on_agreement


@machinery
def count_for_lsns6(site: Site, i: int, week: int, counts: np.ndarray) -> None:
    """Fill ``counts`` (6,): kin, then friends, seen monthly, with whom one is at ease, whom one could call on."""
    p = site.parameters[0]
    counts[:] = 0.0
    for k in range(site.first_tie[i], site.first_tie[i + 1]):
        tie = site.ties[site.tie_of[k]]
        friend = is_friend(tie, p.casual_friend_hours)
        if not is_active(tie, week, p) or (tie.kind == SOCIAL and not friend):
            continue
        first = 3 if friend else 0
        if week - tie.last_contact_week <= p.monthly_weeks:
            counts[first] += 1.0
        if security_of(tie, i) > p.ease_security and tie.closeness_hours >= p.friend_hours:
            counts[first + 1] += 1.0
        if could_call_on(site, tie, i):
            counts[first + 2] += 1.0


@machinery
def ask_lsns6(site: Site, seed: int, week: int, rows: np.ndarray, answers: np.ndarray) -> None:
    """Fill the field ``lsns6`` of ``answers`` (n,) NAMED: six answers of 0 to 5 points, and error, not yet rounded."""
    key = instrument_key(seed, LSNS6, week)
    counts = np.zeros(LSNS6_ITEMS)
    for r in range(rows.shape[0]):
        count_for_lsns6(site, rows[r], week, counts)
        points = site.parameters[0].lsns_error * normal(key, site.people[rows[r]].id)
        for item in range(LSNS6_ITEMS):
            points += points_for(counts[item])
        answers[r].lsns6 = points


def network_scores(site: Site, seed: int, week: int, rows: np.ndarray, program: Program) -> dict[str, np.ndarray]:
    """Scores of the name generator and the LSNS-6 stand-in, each of shape (n,), for the persons in ``rows`` (n,)."""
    answers = table_of_answers(len(rows), NAMED)
    program(name_people)(site, seed, week, rows, answers)
    program(ask_lsns6)(site, seed, week, rows, answers)
    scores = {name: answers[name].copy() for name in NAMED.names or ()}
    scores["lsns6"] = rounded(scores["lsns6"], 0, LSNS6_MOST)
    return scores
