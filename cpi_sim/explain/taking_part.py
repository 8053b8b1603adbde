"""Step 4 told: who goes to the meetings of their settings, who leaves, who joins."""

from __future__ import annotations

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.keyed import uniform_two
from cpi_sim.explain.decision import Telling
from cpi_sim.explain.moment import Moment
from cpi_sim.explain.words import about
from cpi_sim.site.tables import MEMBERSHIPS_AT_MOST, NOBODY
from cpi_sim.week.taking_part import (
    chance_to_attend_meeting,
    hazard_of_leaving_setting,
    is_visited,
    place_found,
    rate_of_joining,
)


def tell(m: Moment) -> Telling:
    """Looking for a place, the meetings of each setting, and joining."""
    wanted = int(m.me.join_proposal)
    if wanted < 0:
        wanted = _looks_for_a_place(m)
    kept = _meetings(m)
    if wanted >= 0:
        _joins(m, wanted, kept)
    return m.telling


def _held(m: Moment) -> list[int]:
    return [int(m.before.memberships[m.i, k].setting) for k in range(MEMBERSHIPS_AT_MOST)]


def _looks_for_a_place(m: Moment) -> int:
    """Row of the place that the person would join of their own accord, or -1."""
    memberships = sum(s >= 0 for s in _held(m))
    if memberships == MEMBERSHIPS_AT_MOST:
        return NOBODY
    open_rate = m.apply(rate_of_joining, m.me.sociability, m.me.symptoms, memberships, 0)
    users_rate = m.apply(rate_of_joining, m.me.sociability, m.me.symptoms, memberships, 1).value if m.ill else 0.0
    chance = open_rate.value + users_rate
    u = m.uniform(processes.JOIN_UNAIDED, m.id)
    found = NOBODY
    if u < chance:
        users_only = 0 if u < open_rate.value else 1
        found = int(m.plain(place_found)(m.before, m.key(processes.JOIN_WHERE), m.i, users_only))
    happened = int(m.now.join_proposal)
    m.telling.decide(
        "looks for a place to join, unaided", open_rate, chances=(chance,), drawn=(u,),
        outcome=None if found < 0 else m.place(found), happened=None if happened < 0 else m.place(happened),
    )  # fmt: skip
    if u < chance:
        where = f"found {m.place(found)}" if found >= 0 else "found none"
        m.telling.say(f"They looked for a place to join by themselves (chance {about(chance)}), and {where}.")
    return found


def _meetings(m: Moment) -> int:
    """For each setting: leaving for good, then going to this week's meeting; how many memberships remain."""
    booked = m.me.hours_booked
    kept = 0
    for k, s in enumerate(_held(m)):
        if s < 0:
            continue
        setting, now = m.before.settings[s], m.after.memberships[m.i, k]
        stays = bool(now.setting == s)
        hazard = m.apply(hazard_of_leaving_setting, m.me.symptoms)
        mark = m.uniform(processes.LEAVE_SETTING, m.id, int(setting.id))
        if m.telling.draw(f"leaves {m.place(s)} for good", hazard, mark, not stays):
            m.telling.say(f"They left {m.place(s)} for good (chance {about(hazard.value)}).")
            continue
        kept += 1
        if (m.week + setting.id) % setting.every_weeks != 0:
            m.telling.say(f"{m.place(s).capitalize()} did not meet this week.")
            continue
        visited = m.plain(is_visited)(m.before, m.me, s)
        company = m.before.memberships[m.i, k].accompanied if visited else 0.0
        chance = m.apply(chance_to_attend_meeting, m.me.symptoms, m.me.confidence, company)
        has_time = bool(booked + setting.hours <= m.p.social_hours_at_most)
        mark = m.uniform(processes.ATTEND_MEETING, m.id, int(setting.id))
        went = has_time and mark < chance.value
        m.telling.decide(
            f"goes to the meeting at {m.place(s)}", chance, chances=(chance.value,) if has_time else (),
            drawn=(mark,) if has_time else (), outcome=went, happened=stays and bool(now.attended == 1),
        )  # fmt: skip
        booked += setting.hours if went else 0.0
        beside = ", the worker going along" if company > 0.0 else ""
        if has_time:
            how = "went to" if went else "stayed away from"
            m.telling.say(f"They {how} the meeting at {m.place(s)} (chance of going {about(chance.value)}{beside}).")
        else:
            m.telling.say(f"They had no hours left for the meeting at {m.place(s)}.")
    return kept


def _joins(m: Moment, s: int, kept: int) -> None:
    """Whether there is a place for somebody who wants to join and has kept so many memberships."""
    new = m.after.memberships["joined_week"] == m.week
    joined = bool(np.any((m.after.memberships["setting"] == s)[m.i] & new[m.i]))
    if kept == MEMBERSHIPS_AT_MOST:
        m.telling.decide(f"joins {m.place(s)}", outcome=False, happened=joined)
        m.telling.say(f"They could have joined {m.place(s)}, but belong to as many places as a person can.")
        return
    setting = m.after.settings[s]
    asking = np.flatnonzero(m.after.people["join_proposal"] == s)
    newcomers = int(((m.after.memberships["setting"] == s) & new).sum())
    members = int(setting.members) - newcomers
    ahead = 0
    if members + len(asking) > setting.places:
        key = m.key(processes.PLACE_PRIORITY)
        mine = uniform_two(key, m.id, int(setting.id))
        rivals = [m.id_of(int(row)) for row in asking if row != m.i]
        ahead = sum(uniform_two(key, who, int(setting.id)) < mine for who in rivals)
    gets_in = bool(members + ahead < setting.places)
    m.telling.decide(f"joins {m.place(s)}", outcome=gets_in, happened=joined)
    helped = " with the worker's help" if m.me.join_proposal == s and m.me.join_supported == 1 else ""
    if gets_in:
        m.telling.say(f"They joined {m.place(s)}{helped}, and can go from its next meeting on.")
    else:
        m.telling.say(f"They would have joined {m.place(s)}, but it is full: others came before them.")
