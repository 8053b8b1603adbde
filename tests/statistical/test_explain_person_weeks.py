"""Two hundred person-weeks explained: every decision, and every chance printed, is the engine's.

Decisions are held against the tables and events that the compiled week left behind. Chances leave no trace there, so
the same weeks are also lived by the engine's own steps as plain Python, to the same end bit for bit, with rules and
numbers listened to (tests/listening.py): a chance printed beside a number drawn must be what the engine held just that
number against. What rules gave is also asked of the rules as compiled.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache

import numpy as np
import pytest

from cpi_sim.engine.compilation import RULES
from cpi_sim.explain import Decision, Explanation, Telling, WeekRecord, explain_week, record_week
from cpi_sim.explain.words import about
from cpi_sim.simulation.weeks import run_weeks
from cpi_sim.site.tables import copy_of, digest, readable
from cpi_sim.week import WEEK
from cpi_sim.week.circumstances import length_of_crisis
from cpi_sim.week.fading import hazard_of_rupture, is_ill
from tests.listening import Listener, takes_parameters
from tests.sites import PROGRAM, SEED, STRONG, entered

pytestmark = pytest.mark.slow

LIVELY = STRONG | {
    "staff_turnover": 1.5, "routine_contacts": 1.0, "leave_service_hazard": 0.005, "leave_offer_hazard": 0.02,
    "needs_per_week": 0.4, "life_change": 0.3, "rupture": 0.5, "affinity_redrawn": 0.5, "kin_loss": 0.5,
    "dormant_weeks": 8, "dormant_weight": 1.0, "lost_tie_found": 1.0, "renewal_chance": 0.5, "new_tie_chance": 0.25,
    "social_hours_at_most": 14, "join_unaided": 0.05, "leave_setting": 0.05, "crisis_hazard": 0.05,
    "own_plan_hazard": 0.1, "take_up": 0.7, "known_settings_start": 0.3, "open_plans_at_most": 6,
    "advice_weeks": 6, "reflection_weeks": 5, "conversations_sought": 3,
}  # fmt: skip
"""A site where in any week a great deal happens to somebody."""
WEEKS = (0, 1, 4, 7, 11, 16, 23, 31, 40, 52)
PERSONS_A_WEEK = 20

ONLY_WHERE_NEAR = "hazard_of_rupture"
"""The rule that the engine need not ask where the number drawn is far from any chance it might give."""
RACED = ("aim chosen", "people talked with", "whom to ask")
"""Decisions by race: chances are shares of weights, in order of the choice."""
IN_WORDS = re.compile(r"about \d+ in (?:1,000|100|10)\b|less than 1 in 1,000|more than 99 in 100|no chance|certain\b")
ROUNDING = 1e-12
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
def explained() -> dict[int, list[Explanation]]:
    """The weeks of twenty people in each week, most of them people who use services."""
    rng = np.random.default_rng(20)
    found: dict[int, list[Explanation]] = defaultdict(list)
    for record in recorded():
        site = record.begun
        users = site.people["id"][site.plans["person"]]
        chosen = [*rng.choice(users, 14, replace=False), *rng.choice(len(site.people), PERSONS_A_WEEK - 14)]
        found[record.week] = [explain_week(record, int(person)) for person in chosen]
    return found


def decisions_of(week: int) -> list[Decision]:
    return [decision for explanation in explained()[week] for decision in explanation.decisions]


def all_decisions() -> list[Decision]:
    return [decision for week in WEEKS for decision in decisions_of(week)]


def record_of(week: int) -> WeekRecord:
    (record,) = (each for each in recorded() if each.week == week)
    return record


@cache
def heard(week: int) -> Listener:
    """What the engine's steps were given and drew while they lived a week as plain Python, to the same end."""
    listener = Listener()
    site = readable(copy_of(record_of(week).begun))
    with np.errstate(over="ignore"):
        for each in WEEK:
            listener(each)(site, SEED, week)
    assert digest(site) == digest(record_of(week).end)
    return listener


def test_every_decision_is_the_engines() -> None:
    decisions = all_decisions()
    assert len(WEEKS) * PERSONS_A_WEEK == 200
    assert len(decisions) > 10_000
    assert [each for each in decisions if not each.agrees] == []


def test_every_kind_of_decision_occurs() -> None:
    seen = Counter(f"{each.step}: {each.what}" for each in all_decisions())
    missing = {kind for kind in KINDS_THAT_SHOULD_OCCUR if not any(what.startswith(kind) for what in seen)}
    assert missing == set()


def test_something_comes_of_decisions_of_either_kind() -> None:
    """Yes and no, none and some: an explanation that always said no would not pass for right."""
    results = defaultdict(set)
    for each in all_decisions():
        if isinstance(each.outcome, bool):
            results[each.step, re.sub(r"\W.*", "", each.what)].add(each.outcome)
    both = [kind for kind, found in results.items() if found == {True, False}]
    assert len(both) >= 10, results


@pytest.mark.parametrize("week", WEEKS)
def test_what_a_rule_gave_is_what_it_gave_the_engine_compiled_or_not(week: int) -> None:
    trace, p = heard(week).rules, record_of(week).begun.parameters[0]
    held = 0
    for each in decisions_of(week):
        if not each.rule:
            continue
        given = tuple(each.inputs.values())
        if each.rule != ONLY_WHERE_NEAR or (each.rule, given) in trace:
            assert trace[each.rule, given] == each.value, each
        rule = RULES[each.rule]
        arguments = (*given, p) if takes_parameters(rule) else given
        assert PROGRAM(rule)(*arguments) == each.value, each
        held += 1
    assert held > 400


@pytest.mark.parametrize("week", WEEKS)
def test_every_chance_printed_is_the_one_the_engine_held_its_number_against(week: int) -> None:
    held: Counter[str] = Counter()
    for each in decisions_of(week):
        assert each.expected is not None or len(each.chances) in (0, len(each.drawn), 2 * len(each.drawn)), each
        if each.chances:
            assert each.chances == pytest.approx(engines_chances(each, week), rel=tolerance(each), abs=0.0), each
            held[each.step] += len(each.chances)
    assert held.keys() >= {"practice", "taking_part", "meeting", "needs_and_help", "fading"}
    assert held.total() > 400


def tolerance(each: Decision) -> float:
    """None, but for shares, whose weights may be summed in another order."""
    return ROUNDING if each.what.startswith(RACED) else 0.0


def engines_chances(each: Decision, week: int) -> tuple[float, ...]:
    """What the engine held the numbers drawn against, or the share that the weights it raced them with come to."""
    listener = heard(week)
    if each.what.startswith("the tie with"):
        return chances_of_tie(each, week)
    if each.what.startswith("what the new need is for"):
        weights = record_of(week).begun.items["need_weight"]
        assert each.inputs["need_weight"] in weights
        return (each.inputs["need_weight"] / listener.scaled[each.drawn[0]],)
    if each.what.startswith(RACED):
        shares = next(found for found in listener.shares(each.drawn[0]) if each.chances[0] == pytest.approx(
            found[each.drawn[0]], rel=ROUNDING))  # fmt: skip
        left = np.cumsum([0.0, *(shares[number] for number in each.drawn)])[:-1]
        return tuple(min(1.0, shares[number] / (1.0 - gone)) for number, gone in zip(each.drawn, left, strict=True))
    return tuple(listener.held_against[number][0] for number in each.drawn)


def chances_of_tie(each: Decision, week: int) -> tuple[float, float]:
    """Chances that a tie breaks or turns. The engine asks for them only where a number is near one of them."""
    listener, begun = heard(week), record_of(week).begun
    (u,) = each.drawn
    if each.rule != "hazard_of_rupture":
        assert listener.held_from_above[u] == []
        return listener.held_against[u][0] if listener.held_against[u] else 0.0, 0.0
    key, *ids = listener.drawn[u]
    ill = any(PROGRAM(is_ill)(begun.people[begun.row_of_id[who]], week) for who in ids)
    rupture = PROGRAM(hazard_of_rupture)(int(ill), begun.parameters[0])
    if len(listener.held_against[u]) > 1:  # beside the widest chance of all, its own
        assert listener.held_against[u][1] == rupture
    of_ties = (held for number, held in listener.held_from_above.items() if listener.drawn[number][0] == key)
    turning = min(chance for held in of_ties for chance in held)  # any week has a tie that comes near to turning
    if len(listener.held_from_above[u]) > 1:
        assert listener.held_from_above[u][-1] == turning
    return rupture, turning


@pytest.mark.parametrize("week", WEEKS)
def test_every_expected_number_is_the_one_the_engine_drew_by(week: int) -> None:
    held = 0
    for each in decisions_of(week):
        if each.expected is None:
            continue
        if each.what == "weeks that the crisis lasts":
            assert each.expected == pytest.approx(mean_length_of_crisis(week), rel=1e-3)
        elif each.rule.startswith("level_of"):
            assert each.expected == each.value
        else:
            assert each.expected == heard(week).means[each.drawn[0]], each
        held += 1
    assert held > 200


def mean_length_of_crisis(week: int) -> float:
    """Mean of the rule, as compiled, over numbers that lie evenly between 0 and 1."""
    rule, p = PROGRAM(length_of_crisis), record_of(week).begun.parameters[0]
    return float(np.mean([rule(u, p) for u in (np.arange(20_000) + 0.5) / 20_000]))


@pytest.mark.parametrize("week", WEEKS)
def test_every_chance_in_words_is_one_of_the_engines(week: int) -> None:
    said = 0
    for explanation in explained()[week]:
        for telling in explanation.tellings:
            known = chances_in_words(telling, week)
            found = IN_WORDS.findall(" ".join(telling.sentences))
            assert set(found) <= known, (telling.step, set(found) - known, telling.sentences)
            said += len(found)
    assert said > 50


def chances_in_words(telling: Telling, week: int) -> set[str]:
    """The engine's chances of a step, as they are said."""
    found = [chance for each in telling.decisions if each.chances for chance in engines_chances(each, week)]
    for each in telling.decisions:
        if each.what.startswith("aim chosen") and each.drawn:
            found += [share for shares in heard(week).shares(each.drawn[0]) for share in shares.values()]
    broke = [engines_chances(each, week)[0] for each in telling.decisions if each.rule == "hazard_of_rupture"]
    return {about(chance) for chance in [*found, *([sum(broke) / len(broke)] if broke else [])]}


@pytest.mark.parametrize("week", WEEKS)
def test_chances_are_chances_and_decide(week: int) -> None:
    """What was drawn, held against its chance, is the outcome, wherever one draw decides alone."""
    for each in decisions_of(week):
        assert all(0.0 <= chance <= 1.0 for chance in each.chances), each
        alone = len(each.chances) == len(each.drawn) == 1 and isinstance(each.outcome, bool)
        if alone and each.outcome:
            assert each.drawn[0] < each.chances[0], each
        elif alone and each.step != "fading" and not each.what.startswith("in touch"):
            assert each.drawn[0] >= each.chances[0], each
