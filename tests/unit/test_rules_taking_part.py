"""Rules of the fourth step, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace as Numbers

import pytest

from cpi_sim.week.taking_part import (
    chance_to_attend_meeting,
    chance_to_join,
    hazard_of_leaving_setting,
    rate_of_joining,
    share_of_interests,
)

ATTENDING = Numbers(
    attend_meeting_base=0.5, attend_meeting_symptoms=0.5, attend_meeting_confidence=1.0, attend_meeting_accompanied=1.5
)
JOINING = Numbers(
    join_base=-0.75, join_fit=1.25, join_confidence=1.0, join_symptoms=0.5, join_barrier=1.0, join_flexibility=0.5
)  # fmt: skip


@pytest.mark.parametrize(
    ("symptoms", "confidence", "accompanied", "chance"),
    [
        (0.0, 0.5, 0.0, 0.6224593312),  # log-odds 0.5
        (3.0, 0.5, 0.0, 0.2689414214),  # unwell: - 1.5
        (0.0, 0.75, 0.0, 0.7310585786),  # confident: + 0.5
        (0.0, 0.0, 0.0, 0.3775406688),  # without confidence: - 1
        (0.0, 0.5, 1.0, 0.8807970780),  # accompanied: + 1.5
        (0.0, 0.5, 1.0 / 3.0, 0.7310585786),  # the support fading: + 0.5
    ],
)
def test_going_to_a_meeting(symptoms: float, confidence: float, accompanied: float, chance: float) -> None:
    assert chance_to_attend_meeting(symptoms, confidence, accompanied, ATTENDING) == pytest.approx(chance, rel=1e-9)


def test_joining_on_ones_own() -> None:
    p = Numbers(join_unaided=0.02, join_unaided_symptoms=1.0)
    assert rate_of_joining(1.0, 0.0, 0, 0, p) == pytest.approx(0.02)
    assert rate_of_joining(2.5, 0.0, 0, 0, p) == pytest.approx(0.05)
    assert rate_of_joining(1.0, 0.0, 3, 0, p) == pytest.approx(0.005)  # three memberships held already
    assert rate_of_joining(1.0, 1.0, 0, 0, p) == pytest.approx(0.00735758882, rel=1e-8)  # 0.02 / e
    assert rate_of_joining(1.0, 1.0, 0, 1, p) == pytest.approx(0.02)  # a group of people who use services
    assert rate_of_joining(200.0, 0.0, 0, 0, p) == 1.0


def test_leaving_a_setting() -> None:
    p = Numbers(leave_setting=0.01, leave_setting_symptoms=0.75)
    assert hazard_of_leaving_setting(0.0, p) == pytest.approx(0.01)
    assert hazard_of_leaving_setting(2.0, p) == pytest.approx(0.025)
    assert hazard_of_leaving_setting(1000.0, p) == 1.0


@pytest.mark.parametrize(
    ("fit", "confidence", "symptoms", "barrier", "flexibility", "chance"),
    [
        (0.0, 0.5, 0.0, 0.0, 0.0, 0.3208213008),  # log-odds -0.75
        (1.0, 0.5, 0.0, 0.0, 1.0, 0.6224593312),  # a place that fits: + 1.25
        (0.6, 0.5, 0.0, 0.0, 0.0, 0.5),  # fits in part: + 0.75
        (0.0, 1.0, 0.0, 0.0, 0.0, 0.5621765009),  # full confidence: + 1
        (0.0, 0.5, 0.5, 0.0, 0.0, 0.2689414214),  # unwell: - 0.25
        (0.0, 0.5, 0.0, 0.25, 0.0, 0.2689414214),  # something in the way: - 0.25
        (0.0, 0.5, 0.0, 0.5, 1.0, 0.2689414214),  # a larger one, of which a flexible worker takes half away: - 0.25
    ],
)
def test_joining_with_support(
    fit: float, confidence: float, symptoms: float, barrier: float, flexibility: float, chance: float
) -> None:
    found = chance_to_join(fit, confidence, symptoms, barrier, flexibility, JOINING)
    assert found == pytest.approx(chance, rel=1e-9)


@pytest.mark.parametrize(
    ("interests", "interest", "share"),
    [(0b1, 0, 1.0), (0b1, 1, 0.0), (0b10100000, 5, 0.5), (0b10100000, 7, 0.5), (0b10100000, 6, 0.0), (0, 3, 0.0)],
)
def test_share_of_interests_that_a_place_serves(interests: int, interest: int, share: float) -> None:
    assert share_of_interests(interests, interest) == share
