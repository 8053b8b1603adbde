"""The sign of every argument of every rule, over generated inputs and over the declared ranges of all parameters.

A sign is held weakly everywhere (never the other way round) and strictly at a typical point (so that an argument that
does nothing is noticed). ``EITHER`` marks the few arguments whose effect turns with another, each with its reason.
"""

from __future__ import annotations

import inspect
import math
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import cpi_sim.week  # noqa: F401  (declares the rules)
from cpi_sim.engine.compilation import RULES
from cpi_sim.parameters import REGISTRY, defaults

UP, DOWN, EITHER = "rises", "falls", "either"
A_ROUNDING = 1e-11

SIGNS: dict[str, dict[str, str]] = {
    # Step 1
    "next_symptoms": {"symptoms": UP, "symptoms_home": UP, "shock": UP},
    "hazard_of_crisis": {"symptoms": UP, "ratio": UP},
    "length_of_crisis": {"u": DOWN},
    "chance_that_illness_shows": {"symptoms": UP, "conceals": DOWN},
    # Step 2
    "hours_of_a_week": {"fte": UP},
    "hours_for_connecting": {"hours_left": UP, "fte": UP},
    "chance_to_attend_session": {
        "alliance": UP, "anxiety": UP, "avoidance": DOWN, "symptoms": DOWN, "routine": UP,
    },
    "ratio_of_leaving": {"alliance": DOWN, "anxiety": DOWN, "avoidance": UP},
    "level_of_alliance": {
        "empathy": UP, "equality": UP, "contacts": UP, "anxiety": DOWN, "avoidance": DOWN, "dyad": UP,
    },
    "next_alliance": {"alliance": UP, "level": UP, "avoidance": DOWN},
    "trained_quality": {"skill": UP, "soft_skill": UP},
    # Step 3
    "chance_of_own_step": {"ownership": UP, "confidence": UP, "symptoms": DOWN},
    "next_ownership": {"ownership": UP, "equality": UP},
    "hazard_of_own_plan": {"ownership": UP, "symptoms": DOWN},
    "weight_of_aim": {"lack": UP, "own_wish": UP, "service_offer": UP},
    "weight_of_setting": {"fit": UP, "service_linked": UP},
    "weight_of_introduction": {"position": UP, "items_lacking": UP},
    # Step 4
    "chance_to_attend_meeting": {"symptoms": DOWN, "confidence": UP, "accompanied": UP},
    "rate_of_joining": {"sociability": UP, "symptoms": DOWN, "memberships": DOWN, "users_only": UP},
    "hazard_of_leaving_setting": {"symptoms": UP},
    "chance_to_join": {
        "fit": UP, "confidence": UP, "symptoms": DOWN,
        "barrier": DOWN, "flexibility": UP,
    },
    # Step 5
    "weight_of_known": {"affinity": UP, "closeness_hours": UP},
    "weight_of_stranger": {"visibility": DOWN, "openness": UP},
    "chance_of_new_tie": {"symptoms_sum": DOWN, "refusal_expected": DOWN, "among_users": UP, "introduced": UP},
    "affinity_of_pair": {
        "shared_interest": UP, "same_sex": UP, "age_gap_years": DOWN, "position_gap": DOWN, "click": UP,
    },
    "security_at_birth": {"anxiety": DOWN, "avoidance": DOWN, "trait": UP},
    # Step 6
    "moves_in_week": {"sociability": UP, "symptoms": DOWN, "unevenness": UP},
    "pull_of_tie": {"affinity": UP, "closeness_hours": UP},
    "weight_of_security": {"security": UP},
    "pull_of_the_new": {"affinity": UP},
    "chance_to_accept": {"symptoms": DOWN},
    "closeness_when_renewed": {"closeness_hours": UP, "peak_hours": UP},
    # Step 7
    "chance_known": {"closeness_hours": UP, "reach_hours": DOWN, "awareness": UP},
    "accessible": {"known": UP, "security": UP},
    "chance_to_agree": {
        "closeness_hours": UP, "given_earlier": UP, "asked_lately": DOWN, "large_aid": DOWN, "stigma": UP,
    },
    "agreement_expected": {"true_chance": UP, "refusal_z": DOWN, "advice": UP},
    "weight_to_be_asked": {"expected": UP, "security": UP, "seen_this_week": UP, "closeness_hours": UP},
    "chance_to_ask": {
        "urgency": UP, "security": UP, "expected": UP, "refusal_expected": DOWN, "avoidance": DOWN, "advice": UP,
    },
    "confidence_after": {"confidence": UP, "helped": UP, "refused": DOWN, "gave": UP, "reflection": UP},
    "refusal_expected_after": {"refusal_expected": UP, "helped": DOWN, "refused": UP, "reflection": DOWN},
    # Step 8
    "security_after_gain": {"security": UP, "size": UP, "avoidance": DOWN},
    "security_after_loss": {"security": UP, "size": DOWN, "anxiety": DOWN},
    "security_returning": {"security": UP, "security_home": UP, "weeks": EITHER},  # towards home, from either side
    "next_style": {"style": UP, "style_home": UP, "shock": UP, "ties_gain": DOWN, "strain": UP},
    # Step 9
    "closeness_faded": {"closeness_hours": UP, "kin": UP},
    "is_over": {"closeness_hours": DOWN, "peak_hours": DOWN, "silent_weeks": UP, "dormant": EITHER},
    "falls_dormant": {"peak_hours": UP, "silent_weeks": UP},
    "hazard_of_rupture": {"illness": UP},
    "hazard_of_life_change": {"age_years": DOWN},
    # Step 10
    "level_of_loneliness": {
        "company": DOWN, "belonging": DOWN, "symptoms": UP, "anxiety": UP, "avoidance": UP, "trait": UP,
    },
    "level_of_inclusion": {
        "belonging": UP, "friends_outside_services": UP, "has_role": UP, "symptoms": DOWN, "trait": UP,
    },
    "returns_of_capital": {"access": UP, "security_mean": EITHER},  # more security brings out what capital does
    "level_of_wellbeing": {
        "symptoms": EITHER,  # lowers the mean, and widens the spread on either side
        "loneliness": DOWN, "inclusion": UP, "activities": UP, "anxiety": DOWN, "avoidance": DOWN, "needs_balance": UP,
        "capital": UP, "trait": UP,
    },
    "level_of_confidence": {"symptoms": DOWN, "anxiety": DOWN, "avoidance": DOWN, "rewards": UP, "home": UP},
    "level_of_refusal_expected": {"symptoms": UP, "anxiety": UP, "home": UP},
    "moved_towards": {"state": UP, "level": UP, "weeks": EITHER},  # slower, from either side
    "shaken": {"spread": EITHER, "weeks": EITHER, "shock": UP},  # larger or smaller shocks of either sign
}  # fmt: skip

CHANCE, NOT_NEGATIVE, ANY = (0.0, 1.0), (0.0, math.inf), (-math.inf, math.inf)
IN_RANGE: dict[tuple[float, float], str] = {
    CHANCE: "hazard_of_crisis chance_that_illness_shows chance_to_attend_session level_of_alliance next_alliance "
    "trained_quality chance_of_own_step next_ownership hazard_of_own_plan weight_of_setting chance_to_attend_meeting "
    "rate_of_joining hazard_of_leaving_setting chance_to_join weight_of_stranger chance_of_new_tie security_at_birth "
    "chance_to_accept chance_known accessible chance_to_agree agreement_expected chance_to_ask confidence_after "
    "refusal_expected_after security_after_gain security_after_loss security_returning is_over falls_dormant "
    "hazard_of_rupture hazard_of_life_change level_of_confidence level_of_refusal_expected",
    NOT_NEGATIVE: "next_symptoms length_of_crisis hours_of_a_week hours_for_connecting ratio_of_leaving "
    "weight_of_introduction weight_of_known affinity_of_pair moves_in_week pull_of_tie weight_of_security "
    "pull_of_the_new closeness_when_renewed closeness_faded",
    ANY: "weight_of_aim weight_to_be_asked next_style level_of_loneliness level_of_inclusion returns_of_capital "
    "level_of_wellbeing moved_towards shaken",
}
RANGES = {name: bounds for bounds, names in IN_RANGE.items() for name in names.split()}

SHARE, STANDARD, HOURS = (0.0, 1.0), (-3.0, 3.0), (0.0, 500.0)
DOMAINS: dict[str, tuple[float, float]] = {
    "u": SHARE, "symptoms": (0.0, 6.0), "symptoms_home": (0.0, 6.0), "symptoms_sum": (0.0, 10.0), "shock": STANDARD,
    "ratio": (0.0, 5.0), "fte": SHARE, "hours_left": (0.0, 20.0), "alliance": SHARE, "anxiety": STANDARD,
    "avoidance": STANDARD, "empathy": SHARE, "equality": SHARE, "contacts": (0.0, 20.0), "dyad": STANDARD,
    "level": SHARE, "skill": SHARE, "soft_skill": SHARE, "ownership": SHARE, "confidence": SHARE, "lack": SHARE,
    "own_wish": SHARE, "service_offer": SHARE, "fit": SHARE, "position": STANDARD, "items_lacking": SHARE,
    "accompanied": SHARE, "sociability": (0.0, 6.0), "barrier": SHARE, "flexibility": SHARE, "affinity": (0.01, 10.0),
    "closeness_hours": HOURS, "peak_hours": HOURS, "visibility": SHARE, "openness": SHARE, "refusal_expected": SHARE,
    "age_gap_years": (0.0, 60.0), "position_gap": (0.0, 5.0), "click": STANDARD, "trait": STANDARD,
    "unevenness": (0.0, 5.0), "security": SHARE, "security_home": SHARE, "reach_hours": (5.0, 200.0),
    "awareness": (1.0, 1.5), "known": SHARE, "stigma": SHARE, "true_chance": SHARE, "refusal_z": STANDARD,
    "advice": SHARE, "expected": SHARE, "urgency": SHARE, "reflection": SHARE, "size": (0.0, 0.5), "style": STANDARD,
    "style_home": STANDARD, "ties_gain": (-1.0, 1.0), "strain": STANDARD, "silent_weeks": (0.0, 400.0),
    "age_years": (16.0, 90.0), "company": SHARE, "belonging": SHARE, "friends_outside_services": (0.0, 8.0),
    "access": (0.0, 27.0), "security_mean": SHARE, "loneliness": STANDARD, "inclusion": STANDARD,
    "activities": (0.0, 6.0), "needs_balance": (-4.0, 4.0), "capital": (-1.0, 1.0), "rewards": (0.0, 20.0),
    "home": STANDARD, "state": STANDARD, "weeks": (4.0, 52.0), "spread": SHARE,
}  # fmt: skip
DOMAINS_OF: dict[tuple[str, str], tuple[float, float]] = {("security_returning", "weeks"): (0.0, 8.0)}
"""Narrower for one rule: it is taken every few weeks, on a way of half a year at least."""
COUNTS: dict[str, int] = {
    "conceals": 1, "routine": 1, "memberships": 3, "users_only": 1, "service_linked": 1, "among_users": 1,
    "introduced": 1, "shared_interest": 1, "same_sex": 1, "given_earlier": 1, "asked_lately": 1, "large_aid": 1,
    "seen_this_week": 1, "helped": 3, "refused": 3, "gave": 3, "kin": 1, "dormant": 1, "illness": 1, "has_role": 1,
}  # fmt: skip
"""Arguments that are whole numbers, from 0 to this."""
TYPICAL: dict[str, dict[str, float]] = {
    "weight_of_known": {"closeness_hours": 10.0},
    "is_over": {"closeness_hours": 0.25, "peak_hours": 10.0, "silent_weeks": 100.0},
    "falls_dormant": {"peak_hours": 110.0, "silent_weeks": 150.0},
    "hazard_of_life_change": {"age_years": 18.0},
    "closeness_when_renewed": {"closeness_hours": 10.0, "peak_hours": 60.0},
    "closeness_faded": {"kin": 0},
    "level_of_inclusion": {"friends_outside_services": 2.0},
    "next_alliance": {"alliance": 0.3, "level": 0.6, "avoidance": 2.0},
    "security_returning": {"weeks": 4.0},
    "chance_known": {"closeness_hours": 40.0, "awareness": 1.2},
    "returns_of_capital": {"access": 20.0, "security_mean": 0.6},
    "hazard_of_own_plan": {"symptoms": 1.0},
    "confidence_after": {"helped": 1, "refused": 1},
    "refusal_expected_after": {"helped": 1, "refused": 1},
    "rate_of_joining": {"sociability": 1.0},
    "hazard_of_crisis": {"symptoms": 1.0},
    "chance_that_illness_shows": {"conceals": 1},
}
"""Where the middle of an argument's range is a place at which the rule no longer answers."""
TYPICAL_FOR: dict[tuple[str, str], dict[str, float]] = {
    ("is_over", "silent_weeks"): {"silent_weeks": 2.0},
    ("falls_dormant", "peak_hours"): {"peak_hours": 10.0},
    ("falls_dormant", "silent_weeks"): {"silent_weeks": 2.0},
    ("chance_that_illness_shows", "conceals"): {"conceals": 0},
}
"""The same, for one argument in question."""
ANSWERING = {"protected_hours": 5.0}
"""Parameters that by default leave something out."""
FAR_ENOUGH: dict[tuple[str, str], float] = {
    ("length_of_crisis", "u"): 0.4,
    ("is_over", "closeness_hours"): 20.0, ("is_over", "peak_hours"): 100.0, ("is_over", "silent_weeks"): 100.0,
    ("falls_dormant", "silent_weeks"): 150.0, ("falls_dormant", "peak_hours"): 100.0,
    ("hazard_of_life_change", "age_years"): 10.0, ("closeness_when_renewed", "closeness_hours"): 100.0,
}  # fmt: skip
"""Steps that reach over a threshold."""
TAKEN_FOR_GRANTED = {
    "closeness_faded": lambda p: p.fading_kin <= p.fading_social,
    "hazard_of_life_change": lambda p: p.life_change <= p.life_change_young,
}
"""Orders between two parameters that their ranges, which overlap, leave open."""

CASES = [(name, argument) for name, signs in SIGNS.items() for argument, sign in signs.items() if sign != EITHER]


def arguments_of(name: str) -> list[str]:
    return [each for each in inspect.signature(RULES[name]).parameters if each != "p"]


def parameters_of(name: str) -> list[str]:
    """Parameters that a rule reads."""
    return [each for each in RULES[name].__code__.co_names if each in REGISTRY]


def apply(name: str, values: dict[str, float], p: SimpleNamespace) -> float:
    takes_numbers = "p" in inspect.signature(RULES[name]).parameters
    return float(RULES[name](**values, **({"p": p} if takes_numbers else {})))


def domain_of(name: str, argument: str) -> tuple[float, float]:
    return DOMAINS_OF.get((name, argument), DOMAINS.get(argument, (0.0, float(COUNTS.get(argument, 0)))))


def value_of(name: str, argument: str) -> st.SearchStrategy[Any]:
    if argument in COUNTS:
        return st.integers(0, COUNTS[argument])
    return st.floats(*domain_of(name, argument))


@st.composite
def inputs(draw: st.DrawFn, name: str) -> tuple[dict[str, Any], SimpleNamespace]:
    """Arguments of a rule, and parameters anywhere in their declared ranges."""
    values = {argument: draw(value_of(name, argument)) for argument in arguments_of(name)}
    p = SimpleNamespace(
        **{each: draw(st.floats(REGISTRY[each].low, REGISTRY[each].high)) for each in parameters_of(name)}
    )
    if name in TAKEN_FOR_GRANTED:
        assume(TAKEN_FOR_GRANTED[name](p))
    return values, p


def typical(name: str, in_question: str = "") -> dict[str, float]:
    """The middle of the range of every argument, unless another point is more telling."""
    middle = {
        argument: 0 if argument in COUNTS else 0.5 * sum(domain_of(name, argument)) for argument in arguments_of(name)
    }
    return middle | TYPICAL.get(name, {}) | TYPICAL_FOR.get((name, in_question), {})


def test_every_rule_and_every_argument_has_a_sign_and_a_range() -> None:
    assert set(SIGNS) == set(RULES) == set(RANGES)
    for name, signs in SIGNS.items():
        assert list(signs) == arguments_of(name), name


@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])
@pytest.mark.parametrize("name", SIGNS)
@given(data=st.data())
def test_a_rule_stays_in_its_range(name: str, data: st.DataObject) -> None:
    low, high = RANGES[name]
    found = apply(name, *data.draw(inputs(name)))
    assert math.isfinite(found)
    assert low <= found <= high


@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])
@pytest.mark.parametrize(("name", "argument"), CASES)
@given(data=st.data())
def test_the_sign_is_never_the_other_way_round(name: str, argument: str, data: st.DataObject) -> None:
    values, p = data.draw(inputs(name))
    smaller, larger = sorted((values[argument], data.draw(value_of(name, argument))))
    rise = apply(name, values | {argument: larger}, p) - apply(name, values | {argument: smaller}, p)
    scale = max(1.0, abs(apply(name, values, p)))
    assert rise >= -A_ROUNDING * scale if SIGNS[name][argument] == UP else rise <= A_ROUNDING * scale


@pytest.mark.parametrize(("name", "argument"), CASES)
def test_the_argument_does_something(name: str, argument: str) -> None:
    p = SimpleNamespace(**(defaults() | ANSWERING))
    here = typical(name, argument)
    step = FAR_ENOUGH.get((name, argument), 1 if argument in COUNTS else 0.05)
    rise = apply(name, here | {argument: here[argument] + step}, p) - apply(name, here, p)
    assert rise > 1e-6 if SIGNS[name][argument] == UP else rise < -1e-6


# --- Signs that turn with another -------------------------------------------------------------------------------------


def test_more_security_brings_out_what_capital_does() -> None:
    p = SimpleNamespace(**defaults())
    for access, sign in ((23.0, 1.0), (11.0, -1.0)):
        more = apply("returns_of_capital", {"access": access, "security_mean": 0.8}, p)
        less = apply("returns_of_capital", {"access": access, "security_mean": 0.5}, p)
        assert sign * (more - less) > 0.01


@pytest.mark.parametrize("trait", [-1.0, 1.0])
def test_symptoms_lower_wellbeing_and_spread_it(trait: float) -> None:
    p = SimpleNamespace(**defaults())
    at = {symptoms: {t: wellbeing(symptoms, t, p) for t in (-trait, 0.0, trait)} for symptoms in (0.0, 2.0)}
    assert at[2.0][0.0] < at[0.0][0.0] - 0.05
    assert abs(at[2.0][trait] - at[2.0][0.0]) > abs(at[0.0][trait] - at[0.0][0.0]) + 0.05


def wellbeing(symptoms: float, trait: float, p: SimpleNamespace) -> float:
    return apply("level_of_wellbeing", typical("level_of_wellbeing") | {"symptoms": symptoms, "trait": trait}, p)


@pytest.mark.parametrize(("state", "sign"), [(-1.0, -1.0), (1.0, 1.0)])
def test_slower_feelings_stay_nearer_to_where_they_were(state: float, sign: float) -> None:
    slow = apply("moved_towards", {"state": state, "level": 0.0, "weeks": 20.0}, SimpleNamespace())
    fast = apply("moved_towards", {"state": state, "level": 0.0, "weeks": 5.0}, SimpleNamespace())
    assert sign * (slow - fast) > 0.1
