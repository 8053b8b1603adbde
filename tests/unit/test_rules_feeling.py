"""Rules of the tenth step, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace as Numbers
from typing import Any

import pytest

from cpi_sim.week.feeling import (
    level_of_confidence,
    level_of_inclusion,
    level_of_loneliness,
    level_of_refusal_expected,
    level_of_wellbeing,
    moved_towards,
    returns_of_capital,
    shaken,
)

LONELY = Numbers(
    lonely_base=1.5, lonely_symptoms=0.1, lonely_anxiety=0.2, lonely_avoidance=0.05, lonely_company=2.0,
    lonely_belonging=0.5, feeling_trait=0.6,
)  # fmt: skip
INCLUDED = Numbers(
    included_base=-0.8, included_belonging=1.2, included_friends=0.4, included_role=0.3, included_symptoms=0.15,
    feeling_trait=0.6,
)  # fmt: skip
WELL = Numbers(
    well_base=0.2, well_symptoms=0.08, well_loneliness=0.25, well_inclusion=0.15, well_activity=0.05,
    activity_centre=2.0, well_anxiety=0.3, well_avoidance=0.13, well_needs=0.1, well_symptoms_spread=0.25,
    feeling_trait=0.6,
)  # fmt: skip
AVERAGE: dict[str, Any] = {
    "symptoms": 0.0, "loneliness": 0.0, "inclusion": 0.0, "activities": 2.0, "anxiety": 0.0, "avoidance": 0.0,
    "needs_balance": 0.0, "capital": 0.0, "trait": 0.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("company", "belonging", "symptoms", "anxiety", "avoidance", "trait", "level"),
    [
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.5),
        (0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5),
        (0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 1.25),
        (0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 1.7),
        (0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 1.9),
        (0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 1.6),
        (0.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.9),
    ],
)
def test_loneliness(
    company: float, belonging: float, symptoms: float, anxiety: float, avoidance: float, trait: float, level: float
) -> None:
    found = level_of_loneliness(company, belonging, symptoms, anxiety, avoidance, trait, LONELY)
    assert found == pytest.approx(level)


@pytest.mark.parametrize(
    ("belonging", "friends", "has_role", "symptoms", "trait", "level"),
    [
        (0.0, 0.0, 0, 0.0, 0.0, -0.8),
        (0.5, 0.0, 0, 0.0, 0.0, -0.2),
        (0.0, 2.0, 0, 0.0, 0.0, -0.6),
        (0.0, 4.0, 0, 0.0, 0.0, -0.4),
        (0.0, 9.0, 0, 0.0, 0.0, -0.4),  # beyond four friends, more add nothing
        (0.0, 0.0, 1, 0.0, 0.0, -0.5),
        (0.0, 0.0, 0, 2.0, 0.0, -1.1),
        (0.0, 0.0, 0, 0.0, 1.0, -0.2),
    ],
)
def test_inclusion(
    belonging: float, friends: float, has_role: int, symptoms: float, trait: float, level: float
) -> None:
    assert level_of_inclusion(belonging, friends, has_role, symptoms, trait, INCLUDED) == pytest.approx(level)


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        ({}, 0.2),
        ({"symptoms": 2.0}, 0.04),
        ({"loneliness": 2.0}, -0.3),
        ({"inclusion": 2.0}, 0.5),
        ({"activities": 4.0}, 0.3),
        ({"activities": 0.0}, 0.1),
        ({"anxiety": 1.0}, -0.1),
        ({"avoidance": 1.0}, 0.07),
        ({"needs_balance": -2.0}, 0.0),
        ({"capital": 0.15}, 0.35),
        ({"trait": 1.0}, 0.8),
        ({"trait": 1.0, "symptoms": 2.0}, 0.94),  # 0.2 - 0.16 + (1 + 0.5) 0.6
    ],
)
def test_wellbeing(changed: dict[str, float], level: float) -> None:
    assert level_of_wellbeing(**(AVERAGE | changed), p=WELL) == pytest.approx(level)


@pytest.mark.parametrize(
    ("access", "security", "returns"),
    [
        (21.0, 0.5, 0.1),  # one spread above the centre, secure
        (21.0, 0.75, 0.2),
        (21.0, 0.25, 0.0),  # what one does not feel secure about brings nothing
        (21.0, 0.1, 0.0),
        (13.0, 0.5, -0.1),
        (17.0, 0.9, 0.0),
    ],
)
def test_capital_brings_wellbeing_in_so_far_as_one_feels_secure(access: float, security: float, returns: float) -> None:
    p = Numbers(well_capital=0.1, access_centre=17.0, access_spread=4.0)
    assert returns_of_capital(access, security, p) == pytest.approx(returns, abs=1e-15)


@pytest.mark.parametrize(
    ("symptoms", "anxiety", "avoidance", "rewards", "home", "level"),
    [
        (0.0, 0.0, 0.0, 3.0, 0.0, 0.6224593312),  # log-odds 0.5 at the usual rewards
        (5.0, 0.0, 0.0, 3.0, 0.0, 0.2689414214),  # - 1.5
        (0.0, 2.5, 0.0, 3.0, 0.0, 0.5),  # - 0.5
        (0.0, 0.0, 2.5, 3.0, 0.0, 0.5),
        (0.0, 0.0, 0.0, 9.873127313836180, 0.0, 0.7310585786),  # ln(1 + rewards) one above the usual: + 0.5
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.4518627619),  # without any: 0.5 - 0.5 ln 4
        (0.0, 0.0, 0.0, 3.0, 0.5, 0.7310585786),
    ],
)
def test_confidence(
    symptoms: float, anxiety: float, avoidance: float, rewards: float, home: float, level: float
) -> None:
    p = Numbers(
        confidence_base=0.5, confidence_symptoms=0.3, confidence_attachment=0.2, confidence_reward=0.5,
        confidence_usual_rewards=3.0,
    )  # fmt: skip
    assert level_of_confidence(symptoms, anxiety, avoidance, rewards, home, p) == pytest.approx(level, rel=1e-9)


@pytest.mark.parametrize(
    ("symptoms", "anxiety", "home", "level"),
    [
        (0.0, 0.0, 0.0, 0.4501660027),  # log-odds -0.2
        (3.0, 0.0, 0.0, 0.7310585786),  # + 1.2
        (0.0, 4.0, 0.0, 0.7310585786),  # + 1.2
        (0.0, 0.0, -0.8, 0.2689414214),
    ],
)
def test_refusal_that_one_comes_to_expect(symptoms: float, anxiety: float, home: float, level: float) -> None:
    p = Numbers(refusal_base=-0.2, refusal_symptoms=0.4, refusal_anxiety=0.3)
    assert level_of_refusal_expected(symptoms, anxiety, home, p) == pytest.approx(level, rel=1e-9)


def test_a_feeling_moves_a_part_of_the_way() -> None:
    assert moved_towards(1.0, 3.0, 8.0) == pytest.approx(1.25)
    assert moved_towards(3.0, 1.0, 8.0) == pytest.approx(2.75)


def test_shocks_keep_a_passing_spread() -> None:
    assert shaken(0.3, 8.0, 1.0) == pytest.approx(0.15)  # 0.3 sqrt(2 / 8)
    assert shaken(0.3, 2.0, -2.0) == pytest.approx(-0.6)
