"""Questionnaires: without error, the score that the state calls for; with it, as much error as declared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cpi_sim.instruments import measure
from cpi_sim.instruments.error import errors_of, rounded, with_error
from cpi_sim.site.tables import SERVICE_USER
from tests.worlds import world

FREE_OF_ERROR = {
    "swemwbs_reliability": 1.0,
    "wemwbs_error": 0.0,
    "scope_reliability": 1.0,
    "uls8_error": 0.0,
    "pam_reliability": 1.0,
    "alliance_reliability": 1.0,
    "eq5d_spread": 0.0,
}


def scores_of(person: dict[str, Any], plan: dict[str, Any] | None = None, **parameters: float) -> dict[str, float]:
    """Scores without error of one person."""
    plans = {0: plan} if plan else None
    site = world([person], plans=plans, **(FREE_OF_ERROR | parameters))
    return {name: float(score[0]) for name, score in measure(site, 1, 0, [0]).items()}


@pytest.mark.parametrize(
    ("person", "scores"),
    [
        ({"wellbeing": 0.28}, {"swemwbs": 23, "wemwbs": 51}),  # 23.45, 51
        ({"wellbeing": 1.29}, {"swemwbs": 27, "wemwbs": 60}),  # one SD above: 27.35, 59.7
        ({"wellbeing": 1.0, "wellbeing_passing": 0.29}, {"swemwbs": 27, "wemwbs": 60}),
        ({"wellbeing": -1.74}, {"swemwbs": 16, "wemwbs": 34}),  # two below: 15.65, 33.6
        ({"wellbeing": 9.0}, {"swemwbs": 35, "wemwbs": 70}),
        ({"wellbeing": -9.0}, {"swemwbs": 7, "wemwbs": 14}),
        ({"loneliness": 0.0}, {"uls8": 16}),  # 15.8
        ({"loneliness": 1.0}, {"uls8": 22}),  # 21.8
        ({"loneliness": 9.0}, {"uls8": 32}),
        ({"loneliness": -9.0}, {"uls8": 8}),
        ({"inclusion": 0.0}, {"scope_inclusion": 18}),
        ({"inclusion": -1.0}, {"scope_inclusion": 13}),  # 18 - 4 / 0.75 = 12.67
        ({"inclusion": 9.0}, {"scope_inclusion": 28}),
        ({"inclusion": -9.0}, {"scope_inclusion": 4}),
        ({"anxiety": 0.0, "avoidance": 0.0}, {"pam_anxiety": 0.625, "pam_avoidance": 1.125}),  # 0.63, 1.12
        ({"anxiety": 0.95, "avoidance": 0.95}, {"pam_anxiety": 1.25, "pam_avoidance": 1.625}),  # 1.2475, 1.595
        ({"anxiety": 9.0, "avoidance": -9.0}, {"pam_anxiety": 3, "pam_avoidance": 0}),
        ({"acts": 3}, {"activities_last_week": 3}),
    ],
)
def test_score_of_a_state(person: dict[str, float], scores: dict[str, float]) -> None:
    found = scores_of(person)
    assert {name: found[name] for name in scores} == scores


@pytest.mark.parametrize(
    ("symptoms", "wellbeing", "utility"),
    [(0.0, 0.28, 0.78), (2.0, 0.28, 0.58), (2.0, -1.72, 0.48), (0.0, 9.0, 1.0), (20.0, 0.0, -0.594)],
)
def test_utility_falls_with_symptoms_and_rises_with_wellbeing(
    symptoms: float, wellbeing: float, utility: float
) -> None:
    assert scores_of({"symptoms": symptoms, "wellbeing": wellbeing})["eq5d"] == pytest.approx(utility, abs=1e-12)


@pytest.mark.parametrize(("alliance", "score"), [(0.0, 1.0), (0.5, 4.0), (1.0, 7.0)])
def test_alliance_on_its_scale(alliance: float, score: float) -> None:
    assert scores_of({"role_in_service": SERVICE_USER}, {"alliance": alliance})["alliance"] == score


def test_without_a_plan_there_is_no_alliance() -> None:
    assert np.isnan(scores_of({})["alliance"])


def spread(name: str, week: int = 0, **fields: float) -> float:
    """Standard deviation of a score over 4,000 persons who are all alike."""
    site = world([{**fields}] * 4000)
    return float(measure(site, 2, week, range(4000))[name].std())


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("swemwbs", 3.9 * np.sqrt(0.17)),
        ("wemwbs", 2.8),
        ("uls8", 2.6),
        ("scope_inclusion", 4 * np.sqrt(0.2)),
        ("pam_avoidance", 0.5 * np.sqrt(0.15 / 0.85)),
        ("eq5d", 0.18),
    ],
)
def test_error_is_as_large_as_declared(name: str, error: float) -> None:
    """With 4,000 persons a spread is known to 1.1 % (one SE); rounding adds less than 2 %. Bound: 6 %."""
    middle = {"loneliness": 0.5, "wellbeing": -0.5, "symptoms": 1.0}  # far from the ends of the scales
    assert spread(name, **middle) == pytest.approx(error, rel=0.06)


def test_short_and_long_form_share_half_the_variance_of_their_error() -> None:
    scores = measure(world([{}] * 4000), 2, 0, range(4000))
    found = np.corrcoef(scores["swemwbs"], scores["wemwbs"])[0, 1]
    assert found == pytest.approx(np.sqrt(0.5), abs=0.06)


def test_part_of_health_lasts() -> None:
    site = world([{}] * 4000)
    now, later = (measure(site, 2, week, range(4000))["eq5d"] for week in (0, 26))
    assert np.corrcoef(now, later)[0, 1] == pytest.approx(0.7, abs=0.05)


def test_errors_belong_to_seed_instrument_week_and_person() -> None:
    ids = np.arange(50)
    errors = errors_of(1, 5, 3, ids)
    np.testing.assert_array_equal(errors, errors_of(1, 5, 3, ids))
    np.testing.assert_array_equal(errors[::-1], errors_of(1, 5, 3, ids[::-1].copy()))
    for other in (
        errors_of(2, 5, 3, ids),
        errors_of(1, 6, 3, ids),
        errors_of(1, 5, 4, ids),
        errors_of(1, 5, 3, ids + 50),
    ):
        assert not np.any(errors == other)


def test_reliability_is_true_variance_over_all() -> None:
    rng = np.random.default_rng(5)
    true_scores = 3.0 * rng.standard_normal(40_000)
    found = with_error(true_scores, 3.0, 0.8, rng.standard_normal(40_000))
    assert np.var(true_scores) / np.var(found) == pytest.approx(0.8, abs=0.02)


def test_scores_move_in_steps_within_their_range() -> None:
    assert rounded(np.array([6.2, 7.6, 34.4, 99.0]), 7, 35).tolist() == [7, 8, 34, 35]
    assert rounded(np.array([0.3, 1.2, 3.2]), 0, 3, step=0.125).tolist() == [0.25, 1.25, 3]
