"""Rules of the ninth step, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace as Numbers

import pytest

from cpi_sim.week.fading import closeness_faded, falls_dormant, hazard_of_life_change, hazard_of_rupture, is_over

SILENCE = Numbers(lapse_hours=2.0, lapse_weeks=8.0, dormant_peak_hours=40.0, dormant_weeks=26.0, dormant_kept_weeks=260)


def test_closeness_fades_and_more_slowly_between_kin() -> None:
    p = Numbers(fading_social=0.011, fading_kin=0.004)
    assert closeness_faded(100.0, 0, p) == pytest.approx(98.9)
    assert closeness_faded(100.0, 1, p) == pytest.approx(99.6)


@pytest.mark.parametrize(
    ("closeness", "peak", "silent", "dormant", "over"),
    [
        (1.9, 10.0, 9, 0, True),
        (1.9, 10.0, 8, 0, False),  # not silent for long enough
        (2.0, 10.0, 9, 0, False),  # something left
        (1.9, 40.0, 9, 0, False),  # once close: it will lie dormant
        (1.9, 60.0, 260, 1, False),
        (1.9, 60.0, 261, 1, True),  # dormant for too long
        (50.0, 60.0, 261, 1, True),
    ],
)
def test_when_a_silent_tie_is_over(closeness: float, peak: float, silent: int, dormant: int, over: bool) -> None:
    assert is_over(closeness, peak, silent, dormant, SILENCE) is over


@pytest.mark.parametrize(
    ("peak", "silent", "dormant"), [(40.0, 27, True), (40.0, 26, False), (39.9, 27, False), (39.9, 500, False)]
)
def test_when_a_tie_falls_dormant(peak: float, silent: int, dormant: bool) -> None:
    assert falls_dormant(peak, silent, SILENCE) is dormant


def test_social_ties_break_more_often_in_illness() -> None:
    p = Numbers(rupture=0.026, rupture_illness=1.5)
    assert hazard_of_rupture(0, p) == pytest.approx(0.0005)
    assert hazard_of_rupture(1, p) == pytest.approx(0.00075)


def test_young_lives_change_more_often() -> None:
    p = Numbers(life_change=0.052, life_change_young=0.26)
    assert hazard_of_life_change(22.0, p) == pytest.approx(0.001)
    assert hazard_of_life_change(21.9, p) == pytest.approx(0.005)
