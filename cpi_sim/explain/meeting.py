"""Step 5 told: who turned to whom at meetings, who was introduced, and what began."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.keyed import exponential_from, key_one, uniform_two
from cpi_sim.explain.decision import Basis, Telling
from cpi_sim.explain.moment import Moment
from cpi_sim.explain.words import about, counted, listed
from cpi_sim.site.tables import COMMUNITY_MEMBER
from cpi_sim.week.meeting import (
    NEVER_TURNED_TO,
    OUTSIDE_SETTINGS,
    chance_of_new_tie,
    pick_partners,
    ties_between,
    weight_of_stranger,
    weights_for,
)

Strangers = dict[int, list[tuple[int, int]]]
"""Conversations with people not known before: by row of the other, (place, whether a worker introduced them)."""


def tell(m: Moment) -> Telling:
    """Conversations in each setting attended, introductions, and acquaintances that began."""
    strangers: Strangers = defaultdict(list)
    mine = m.before.memberships[m.i]
    for s in sorted(mine["setting"][(mine["setting"] >= 0) & (mine["attended"] == 1)].tolist()):
        _at_a_meeting(m, s, strangers)
    _introductions(m, strangers)
    for j, conversations in strangers.items():
        _new_tie(m, j, conversations)
    return m.telling


def _present(m: Moment, s: int) -> np.ndarray:
    """Rows of those who came to the meeting of a setting."""
    members = m.before.memberships
    return np.flatnonzero(((members["setting"] == s) & (members["attended"] == 1)).any(axis=1))


def _at_a_meeting(m: Moment, s: int, strangers: Strangers) -> None:
    """Whom the person turned to, and who turned to them."""
    present, place = _present(m, s), int(m.before.settings[s].id)
    count = len(present)
    if count < 2:
        m.telling.say(f"Nobody else came to {m.place(s)}.")
        return
    tie_rows = np.empty((count, count), np.int64)
    picked = np.zeros((count, count), np.int8)
    m.plain(ties_between)(m.before, present, tie_rows)
    m.plain(pick_partners)(m.before, m.key(processes.CONVERSATION), place, present, tie_rows, picked)
    own = int(np.flatnonzero(present == m.i)[0])
    talked = [b for b in range(count) if picked[own, b] == 1 or picked[b, own] == 1]
    ids = sorted(m.id_of(present[b]) for b in talked)
    recorded = [e for e in m.happenings(processes.MET) if e["value"] == place]
    turned_to, chances, drawn = _turned_to(m, place, present, tie_rows[own], np.flatnonzero(picked[own]))
    m.telling.decide(
        f"people talked with at {m.place(s)} (turned to, or turned to them)", None,
        chances=chances, drawn=drawn, outcome=" ".join(map(str, ids)),
        happened=" ".join(map(str, sorted(int(e["whom"] if e["who"] == m.id else e["who"]) for e in recorded))),
    )  # fmt: skip
    for b in talked:
        if tie_rows[own, b] < 0:
            strangers[int(present[b])].append((place, 0))
    _say_whom(m, s, count, [int(present[b]) for b in talked], turned_to, tie_rows[own], present, chances)


def _turned_to(
    m: Moment, place: int, present: np.ndarray, tie_rows: np.ndarray, picked: np.ndarray
) -> tuple[list[int], tuple[float, ...], tuple[float, ...]]:
    """Those the person turned to, in their order: places among those present, the chance that just they came next,
    and the numbers drawn.
    """
    weights = np.empty(len(present))
    m.plain(weights_for)(m.before, m.i, present, tie_rows, weights)
    mine = key_one(m.key(processes.CONVERSATION), m.id)
    u = {int(b): float(uniform_two(mine, m.id_of(present[b]), place)) for b in picked}
    order = sorted(u, key=lambda b: exponential_from(u[b]) / weights[b] if weights[b] > 0.0 else NEVER_TURNED_TO)
    left = float(weights.sum())
    chances = []
    for b in order:
        chances.append(min(1.0, float(weights[b]) / left))
        left -= float(weights[b])
    return order, tuple(chances), tuple(u[b] for b in order)


def _say_whom(
    m: Moment, s: int, count: int, talked: list[int], turned_to: list[int], tie_rows: np.ndarray,
    present: np.ndarray, chances: tuple[float, ...],
) -> None:  # fmt: skip
    """Whom they talked with, in words."""

    def name(b: int) -> str:
        known = tie_rows[b] >= 0
        return m.name_of_tie(m.before.ties[tie_rows[b]]) if known else f"a stranger (person {m.id_of(present[b])})"

    parts = [f"{name(b)[:-1]}; {about(chance)})" for b, chance in zip(turned_to, chances, strict=True)]
    others = len(talked) - len(turned_to)
    by_others = f"; {counted(others, 'other person', 'other people')} turned to them" if others else ""
    whom = listed(parts) if parts else "nobody"
    m.telling.say(
        f"At {m.place(s)}, where {counted(count - 1, 'other person', 'other people')} had come, they turned to {whom}"
        f"{by_others}."
    )


def _introductions(m: Moment, strangers: Strangers) -> None:
    """Pairs brought together by a worker: both need an hour, and the other has to be willing."""
    booked: dict[int, float] = {}
    for plan in m.before.plans[m.before.plans["introduced_to"] >= 0]:
        i, j = int(plan.person), int(m.before.row_of_id[plan.introduced_to])
        a, b = m.before.people[i], m.before.people[j]
        for row in (i, j):
            booked.setdefault(row, float(m.before.people["hours_booked"][row]))
        stranger = m.apply(weight_of_stranger, a.visibility, b.openness)
        willing = float(m.p.accept_chance * stranger.value)
        mark = m.uniform(processes.INTRODUCTION_ACCEPTED, int(a.id), int(b.id), 0)
        room = m.p.social_hours_at_most - m.p.conversation_hours
        have_time = booked[i] <= room and booked[j] <= room
        met = have_time and mark < willing
        if met:
            booked[i] += m.p.conversation_hours
            booked[j] += m.p.conversation_hours
        if m.i not in (i, j):
            continue
        other_row = j if m.i == i else i
        recorded = any({int(e["who"]), int(e["whom"])} == {int(a.id), int(b.id)}
                       for e in m.happenings(processes.INTRODUCED))  # fmt: skip
        m.telling.decide(
            f"meets {m.name(other_row)}, as a worker suggests", stranger, chances=(willing,) if have_time else (),
            drawn=(mark,) if have_time else (), outcome=bool(met), happened=recorded,
        )  # fmt: skip
        how = "they met" if met else "nothing came of it" if have_time else "there was no time for it"
        chance = f" (chance of being willing {about(willing)})" if have_time else ""
        m.telling.say(f"A worker wanted to bring them together with {m.name(other_row)}{chance}: {how}.")
        if met:
            strangers[other_row].append((OUTSIDE_SETTINGS, 1))


def _new_tie(m: Moment, j: int, conversations: list[tuple[int, int]]) -> None:
    """Whether an acquaintance began from the conversations of the week with one stranger."""
    me, them = m.me, m.before.people[j]
    both_ill = all(each.role_in_service != COMMUNITY_MEMBER and m.week >= each.onset_week for each in (me, them))
    refusal = 0.5 * (me.refusal_expected + them.refusal_expected)
    low, high = min(m.id, int(them.id)), max(m.id, int(them.id))
    bases: list[Basis] = []
    marks: list[float] = []
    begun = False
    for place, introduced in conversations:
        bases.append(m.apply(chance_of_new_tie, me.symptoms + them.symptoms, refusal, int(both_ill), introduced))
        marks.append(m.uniform(processes.NEW_TIE, low, high, place))
        begun = marks[-1] < bases[-1].value
        if begun:  # once acquainted, they are no strangers in their next conversation
            break
    lowest, highest = (m.i, j) if m.id < them.id else (j, m.i)
    m.telling.decide(
        f"an acquaintance begins with {m.name(j)}", bases[0], chances=tuple(b.value for b in bases),
        drawn=tuple(marks), outcome=begun, happened=m.tie_after(lowest, highest) is not None,
    )  # fmt: skip
    if begun:
        m.telling.say(f"An acquaintance began with {m.name(j)} (chance {about(bases[-1].value)}).")
