"""Two hundred person-weeks explained: every decision is the engine's, and every chance is one the engine worked out.

Decisions are held against the tables and events that the compiled week left behind. Chances leave no trace there, so
the same weeks are also lived by the engine's own steps as plain Python, with every rule listened to: what an
explanation says that a rule was given, and gave, must be among what the rule was given, and gave, there.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from cpi_sim.engine.compilation import RULES
from cpi_sim.explain import Decision, WeekRecord, explain_week, record_week
from cpi_sim.explain.plain import Plain
from cpi_sim.simulation.weeks import run_weeks
from cpi_sim.site.tables import copy_of, digest, readable
from cpi_sim.week import WEEK
from tests.sites import PROGRAM, SEED, STRONG, entered

pytestmark = pytest.mark.slow

LIVELY = STRONG | {
    "staff_turnover": 1.5, "routine_contacts": 1.0, "leave_service_hazard": 0.005, "leave_offer_hazard": 0.02,
    "needs_per_week": 0.4, "life_change": 0.3, "rupture": 0.5, "affinity_redrawn": 0.5, "kin_loss": 0.5,
    "dormant_weeks": 8, "dormant_weight": 1.0, "lost_tie_found": 1.0, "renewal_chance": 0.5, "new_tie_chance": 0.25,
    "social_hours_at_most": 14, "join_unaided": 0.05, "leave_setting": 0.05, "crisis_hazard": 0.05,
    "own_plan_hazard": 0.1, "take_up": 0.7, "known_settings_start": 0.3, "open_plans_at_most": 6,
}  # fmt: skip
"""A site where in any week a great deal happens to somebody."""
WEEKS = (0, 1, 4, 7, 11, 16, 23, 31, 40, 52)
PERSONS_A_WEEK = 20

Key = tuple[str, tuple[float, ...]]

NOT_ASKED_OF_THE_ENGINE = {
    "hazard_of_rupture": "the engine asks it only where the number drawn is near",
    "chance_to_join": "the engine asks it only of somebody who was welcomed",
}
"""Rules that an explanation may apply where the engine had no need to."""
KINDS_THAT_SHOULD_OCCUR = {
    "circumstances: a crisis begins", "circumstances: weeks that the crisis lasts",
    "circumstances: their worker leaves",
    "practice: comes to the routine contact", "practice: contacts in crisis", "practice: connecting sessions agreed",
    "practice: comes to the connecting session", "practice: leaves the service",
    "practice: leaves connecting support",
    "practice: accepts the offer of connecting support", "practice: gets a place on the worker's list",
    "plan_do_review: does their own part of the step", "plan_do_review: aim chosen, and towards what",
    "plan_do_review: is welcomed at a place and wants to join it", "plan_do_review: goes to a new place by a plan",
    "taking_part: goes to the meeting at", "taking_part: leaves", "taking_part: joins",
    "taking_part: looks for a place to join", "meeting: people talked with at", "meeting: an acquaintance begins with",
    "meeting: meets", "keeping_in_touch: visits with", "keeping_in_touch: of these visits with",
    "keeping_in_touch: in touch again with", "needs_and_help: needs that arise", "needs_and_help: asks for",
    "needs_and_help: whom to ask for", "needs_and_help: says yes to", "needs_and_help: the need for",
    "needs_and_help: times held back", "attachment: security with", "attachment: attachment anxiety",
    "fading: moves, or life changes", "fading: the tie with", "fading: a relative is gained",
    "feeling: loneliness", "feeling: wellbeing", "feeling: confidence",
}  # fmt: skip


class Listener:
    """Rules that remember every call: what they were given, and what they gave."""

    def __init__(self) -> None:
        self.heard: dict[Key, float] = {}

    def rules(self) -> dict[str, Callable[..., Any]]:
        return {name: self._listening(name, rule) for name, rule in RULES.items()}

    def _listening(self, name: str, rule: Callable[..., Any]) -> Callable[..., Any]:
        with_parameters = rule.__code__.co_varnames[: rule.__code__.co_argcount][-1] == "p"

        def listening(*arguments: Any) -> Any:
            result = rule(*arguments)
            given = arguments[:-1] if with_parameters else arguments
            self.heard[name, tuple(map(float, given))] = float(result)
            return result

        listening.__name__ = name
        return listening


@cache
def recorded() -> list[WeekRecord]:
    """The weeks, each recorded on its way."""
    site, lived, records = entered(**LIVELY), 0, []
    for week in WEEKS:
        site = run_weeks(site, SEED, lived, week, PROGRAM)
        lived = week
        records.append(record_week(site, SEED, week, PROGRAM))
    return records


@cache
def explained() -> dict[int, list[Decision]]:
    """All decisions of twenty people in each week, most of them people who use services."""
    rng = np.random.default_rng(20)
    found: dict[int, list[Decision]] = defaultdict(list)
    for record in recorded():
        site = record.begun
        users = site.people["id"][site.plans["person"]]
        chosen = [*rng.choice(users, 14, replace=False), *rng.choice(len(site.people), PERSONS_A_WEEK - 14)]
        for person in chosen:
            found[record.week] += explain_week(record, int(person)).decisions
    return found


@cache
def heard(week: int) -> dict[Key, float]:
    """What rules were given and gave while the engine's steps lived a week as plain Python, to the same end."""
    (record,) = (each for each in recorded() if each.week == week)
    listener = Listener()
    plain = Plain(listener.rules())
    site = readable(copy_of(record.begun))
    with np.errstate(over="ignore"):
        for each in WEEK:
            plain(each)(site, SEED, week)
    assert digest(site) == digest(record.end)
    return listener.heard


def test_every_decision_is_the_engines() -> None:
    decisions = [each for week in explained().values() for each in week]
    assert len(WEEKS) * PERSONS_A_WEEK == 200
    assert len(decisions) > 10_000
    assert [each for each in decisions if not each.agrees] == []


def test_every_kind_of_decision_occurs() -> None:
    seen = Counter(f"{each.step}: {each.what}" for week in explained().values() for each in week)
    missing = {kind for kind in KINDS_THAT_SHOULD_OCCUR if not any(what.startswith(kind) for what in seen)}
    assert missing == set()


def test_something_comes_of_decisions_of_either_kind() -> None:
    """Yes and no, none and some: an explanation that always said no would not pass for right."""
    results = defaultdict(set)
    for week in explained().values():
        for each in week:
            if isinstance(each.outcome, bool):
                results[each.step, re.sub(r"\W.*", "", each.what)].add(each.outcome)
    both = [kind for kind, found in results.items() if found == {True, False}]
    assert len(both) >= 10, results


@pytest.mark.parametrize("week", WEEKS)
def test_every_chance_is_one_that_the_engine_worked_out(week: int) -> None:
    trace = heard(week)
    held = 0
    for each in explained()[week]:
        if not each.rule or each.rule in NOT_ASKED_OF_THE_ENGINE:
            continue
        key = (each.rule, tuple(each.inputs.values()))
        assert key in trace, each
        assert trace[key] == each.value, each
        held += 1
    assert held > 400


@pytest.mark.parametrize("week", WEEKS)
def test_chances_are_chances_and_decide(week: int) -> None:
    """What was drawn, held against its chance, is the outcome, wherever one draw decides alone."""
    for each in explained()[week]:
        assert all(0.0 <= chance <= 1.0 for chance in each.chances), each
        alone = len(each.chances) == len(each.drawn) == 1 and isinstance(each.outcome, bool)
        if alone and each.outcome:
            assert each.drawn[0] < each.chances[0], each
        elif alone and each.step != "fading" and not each.what.startswith(("goes to the meeting", "meets", "in touch")):
            assert each.drawn[0] >= each.chances[0], each
