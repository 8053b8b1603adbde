"""Working towards an aim told: being welcomed at a place, finding a lost friend again, meeting somebody new."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp
from cpi_sim.engine.keyed import process_key, uniform_two
from cpi_sim.explain.decision import Basis
from cpi_sim.explain.moment import Moment
from cpi_sim.explain.words import about
from cpi_sim.site.tables import INTRODUCTION, LOST_TIE, NEW_ACTIVITY, NOBODY, Row, Site
from cpi_sim.site.tie_table import other
from cpi_sim.week.plan_do_review import barrier_to
from cpi_sim.week.taking_part import chance_to_join, is_member, share_of_interests


@dataclass
class Try:
    """Tries of one week at one thing, of which the engine keeps only what came of them together.

    ``basis`` is what the first of the chances came from, where a rule or a parameter says.
    """

    basis: Basis | None = None
    chances: list[float] = field(default_factory=list)
    drawn: list[float] = field(default_factory=list)
    done: bool = False

    def add(self, chance: float, mark: float, basis: Basis | None = None, *, done: bool = False) -> None:
        """One more number drawn, and whether it brought the thing about."""
        self.chances.append(chance)
        self.drawn.append(mark)
        self.basis = self.basis or basis
        self.done = self.done or done


@dataclass
class Tries:
    """Tries at joining a place (``doors``) and at meeting lost friends (``friends``, by row of the tie)."""

    doors: Try | None = None
    wanted: int = NOBODY
    friends: dict[int, Try] = field(default_factory=dict)

    def decide(self, m: Moment) -> None:
        """The week's tries as decisions, beside what the tables say came of them."""
        if self.doors is not None:
            asked = int(m.now.join_proposal) if m.now.join_supported == 1 else NOBODY
            m.telling.decide(
                "is welcomed at a place and wants to join it", self.doors.basis, chances=tuple(self.doors.chances),
                drawn=tuple(self.doors.drawn), outcome=None if self.wanted < 0 else m.place(self.wanted),
                happened=None if asked < 0 else m.place(asked),
            )  # fmt: skip
        for t, tried in self.friends.items():
            m.telling.decide(
                f"meets {m.name(int(other(m.before.ties[t], m.i)))} again, with the worker's help", tried.basis,
                chances=tuple(tried.chances), drawn=tuple(tried.drawn), outcome=tried.done,
                happened=bool(m.after.ties[t].dormant == 0),
            )  # fmt: skip


def pursue(m: Moment, site: Site, tries: Tries) -> None:
    """What one step towards an aim leaves to chance."""
    plan = site.plans[m.me.plan]
    if plan.aim == NEW_ACTIVITY:
        if is_member(site, m.i, int(plan.target)) >= 0:
            m.telling.say(f"They belong to {m.place(int(plan.target))} by now; the worker went along or stood by.")
        else:
            _at_the_door(m, site, tries)
    elif plan.aim == LOST_TIE:
        _in_touch_again(m, site, tries)
    elif plan.aim == INTRODUCTION:
        row = int(m.before.row_of_id[plan.target])
        if plan.introduced_to >= 0:
            m.telling.say(f"The worker has brought them together with {m.name(row)} this week already.")
        elif all(int(each) != row for _, _, each in m.ties()):
            m.telling.say(f"The worker brings them together with {m.name(row)} this week.")


def _at_the_door(m: Moment, site: Site, tries: Tries) -> None:
    """Being welcomed at a place, and joining it."""
    plan, me = site.plans[m.me.plan], site.people[m.i]
    post, setting = site.posts[plan.post], site.settings[plan.target]
    flexibility = m.p.element_soft_skills * min(1.0, post.flexibility + m.p.training_soft_skills * post.skill)
    welcome = _welcome(m, post, setting)
    yes = float(welcome + (1.0 - welcome) * flexibility * m.p.gatekeeper_flexibility)
    ids = (m.id, int(setting.id), int(plan.aim_sessions))
    mark = m.uniform(processes.GATEKEEPER, *ids)
    tries.doors = tries.doors or Try()
    tries.doors.add(yes, mark)
    place = m.place(int(plan.target))
    if mark >= yes:
        m.telling.say(f"They were not welcomed at {place} (chance {about(yes)}).")
        return
    fit = share_of_interests(me.interests, setting.interest)
    barrier = float(m.plain(barrier_to)(site, m.seed, m.i, int(plan.target)))
    join = m.apply(chance_to_join, fit, me.confidence, me.symptoms, barrier, flexibility)
    mark = m.uniform(processes.JOIN, *ids)
    tries.doors.add(join.value, mark, join)
    wants = mark < join.value
    if wants:
        tries.wanted = int(plan.target)
    m.telling.say(
        f"They were welcomed at {place} (chance {about(yes)}) and {'wanted' if wants else 'did not want'} to join "
        f"(chance {about(join.value)})."
    )


def _welcome(m: Moment, post: Row, setting: Row) -> float:
    """How ready a place is to welcome somebody: readier where a colleague has links to it."""
    key = process_key(m.seed, processes.COLLEAGUE_KNOWS, 1)
    if uniform_two(key, int(post.post), int(setting.id)) >= m.p.community_links:
        return float(setting.welcome)
    odds = setting.welcome / (1.0 - setting.welcome) * exp(m.p.gatekeeper_links)
    return float(odds / (1.0 + odds))


def _in_touch_again(m: Moment, site: Site, tries: Tries) -> None:
    """Getting in touch with a friend lost from sight."""
    plan = site.plans[m.me.plan]
    row = int(m.before.row_of_id[plan.target])
    for k in range(site.first_tie[m.i], site.first_tie[m.i + 1]):
        t = int(site.tie_of[k])
        tie = site.ties[t]
        if other(tie, m.i) != row:
            continue
        if tie.dormant == 0:
            m.telling.say(f"They are already in touch again with {m.name(row)}.")
            return
        chance = m.parameter("renewal_chance")
        mark = m.uniform(processes.RENEW, m.id, int(plan.target), int(plan.aim_sessions))
        room = m.p.social_hours_at_most - m.p.visit_hours
        have_time = bool(np.all(site.people["hours_booked"][[m.i, row]] <= room))
        renewed = mark < chance.value and have_time
        tries.friends.setdefault(t, Try()).add(chance.value, mark, chance, done=renewed)
        m.telling.say(
            f"They tried to get in touch with {m.name(row)} and {'met again' if renewed else 'had no success'} "
            f"(chance {about(chance.value)})."
        )
