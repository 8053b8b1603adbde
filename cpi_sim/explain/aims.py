"""Choosing an aim told: what was lacking, what was wished for, and whom or where it led to."""

from __future__ import annotations

from typing import Any

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp
from cpi_sim.engine.keyed import exponential_from
from cpi_sim.explain.decision import Basis
from cpi_sim.explain.moment import Moment
from cpi_sim.explain.words import about, listed
from cpi_sim.reports.words import AIMS
from cpi_sim.site.tables import (
    INTRODUCTION,
    LOST_TIE,
    NEW_ACTIVITY,
    NO_AIM,
    NOBODY,
    OPEN_NEED,
    Row,
    Site,
    copy_of,
    readable,
)
from cpi_sim.week.aims import element_of_aim, lacks, weight_of_aim
from cpi_sim.week.plan_do_review import begin_aim


def tell_of_aim(m: Moment, site: Site) -> None:
    """The choice among the aims that make sense now: a race in which the heavier aim is the likelier winner."""
    plan = site.plans[m.me.plan]
    bases, weights, clocks = _weighed(m, site, plan)
    trial = readable(copy_of(site))
    m.plain(begin_aim)(trial, m.seed, m.week, trial.plans[m.me.plan], plan.post)
    chosen = min(clocks, key=lambda aim: clocks[aim], default=NO_AIM)
    target = int(trial.plans[m.me.plan].target)
    total = sum(weights.values())
    already = sum(d.what.startswith("aim chosen") for d in m.telling.decisions)
    recorded = [e for e in m.happenings(processes.AIM_CHOSEN) if e["who"] == m.id]
    m.telling.decide(
        "aim chosen, and towards what",
        bases.get(chosen),
        chances=() if chosen == NO_AIM else (weights[chosen] / total,),
        drawn=() if chosen == NO_AIM else (m.uniform(processes.AIM, m.id, chosen),),
        outcome=_words_of_aim(chosen, target),
        happened=_recorded(recorded, already),
    )
    shares = [f"{AIMS[aim]} {about(weight / total)}" for aim, weight in weights.items()]
    towards = f": {_target(m, chosen, target)}" if target >= 0 else ", but nothing suitable is known yet"
    if chosen == NO_AIM:
        m.telling.say("There was nothing to aim at.")
    else:
        m.telling.say(f"They chose an aim, {AIMS[chosen]}{towards}. The chances were: {listed(shares)}.")


def _weighed(m: Moment, site: Site, plan: Row) -> tuple[dict[int, Basis], dict[int, float], dict[int, float]]:
    """For each aim that makes sense: the rule's result, the weight, and the time in the race."""
    bases: dict[int, Basis] = {}
    weights: dict[int, float] = {}
    clocks: dict[int, float] = {}
    for aim in range(NEW_ACTIVITY, OPEN_NEED + 1):
        element = element_of_aim(aim, m.p)
        lack = m.plain(lacks)(site, plan, aim) if element > 0.0 else -1.0
        if lack < 0.0:
            continue
        wish = m.uniform(processes.OWN_WISH, m.id, aim, week=0)
        bases[aim] = m.apply(weight_of_aim, lack, wish, 1.0 if aim == NEW_ACTIVITY else 0.0)
        weights[aim] = float(element * exp(bases[aim].value))
        clocks[aim] = float(exponential_from(m.uniform(processes.AIM, m.id, aim)) / weights[aim])
    return bases, weights, clocks


def _words_of_aim(aim: int, target: int) -> str:
    """The aim with its target; an aim without a target is given up at once."""
    return f"{AIMS[aim]} {target}" if target >= 0 else AIMS[NO_AIM]


def _recorded(events: list[Any], nth: int) -> str:
    """The ``nth`` aim recorded this week."""
    if nth >= len(events):
        return AIMS[NO_AIM]
    return _words_of_aim(int(events[nth]["value"]), int(events[nth]["whom"]))


def _target(m: Moment, aim: int, target: int) -> str:
    if target == NOBODY:
        return "nobody"
    if aim == NEW_ACTIVITY:
        return m.place(target)
    if aim in (LOST_TIE, INTRODUCTION):
        return m.name(int(m.before.row_of_id[target]))
    return m.item(target)
