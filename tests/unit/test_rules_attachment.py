"""Rules of the eighth step, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace as Numbers

import pytest

from cpi_sim.week.attachment import next_style, security_after_gain, security_after_loss, security_returning


def test_something_good_moves_security_towards_one() -> None:
    p = Numbers(gain_avoidance=0.5, attachment_shift=0.0)
    assert security_after_gain(0.4, 0.1, 0.0, p) == pytest.approx(0.46)
    assert security_after_gain(0.4, 0.1, 2.0, p) == pytest.approx(0.4220727665, rel=1e-9)  # a step of 0.1 / e
    assert security_after_gain(0.4, 0.1, -2.0, p) == pytest.approx(0.5630969097, rel=1e-9)  # a step of 0.1 e


def test_something_bad_moves_security_towards_none() -> None:
    p = Numbers(loss_anxiety=0.5, attachment_shift=0.0)
    assert security_after_loss(0.4, 0.1, 0.0, p) == pytest.approx(0.36)
    assert security_after_loss(0.4, 0.1, 2.0, p) == pytest.approx(0.2912687269, rel=1e-9)  # a step of 0.1 e
    assert security_after_loss(0.4, 0.1, -2.0, p) == pytest.approx(0.3852848224, rel=1e-9)  # a step of 0.1 / e


def test_no_single_event_decides_everything() -> None:
    assert security_after_gain(0.0, 0.4, -50.0, Numbers(gain_avoidance=0.5, attachment_shift=0.0)) == pytest.approx(0.9)
    assert security_after_loss(1.0, 0.4, 50.0, Numbers(loss_anxiety=0.5, attachment_shift=0.0)) == pytest.approx(0.1)


def test_without_news_security_goes_back_to_what_the_style_expects() -> None:
    p = Numbers(security_return_weeks=100.0)
    assert security_returning(0.7, 0.5, 4, p) == pytest.approx(0.692)
    assert security_returning(0.2, 0.5, 4, p) == pytest.approx(0.212)


@pytest.mark.parametrize(
    ("style", "shock", "ties_gain", "strain", "after"),
    [
        (1.0, 0.0, 0.0, 0.0, 0.98),  # a fortieth of the way from 1 to 0.2
        (1.0, 1.5, 0.0, 0.0, 1.16),
        (1.0, 0.0, 0.2, 0.0, 0.977),  # more secure ties: - 0.015 x 0.2
        (1.0, 0.0, -0.2, 0.0, 0.983),
        (1.0, 0.0, 0.0, 2.0, 0.986),  # symptoms above one's own level: + 0.003 x 2
    ],
)
def test_the_general_style_drifts(style: float, shock: float, ties_gain: float, strain: float, after: float) -> None:
    p = Numbers(style_return_weeks=40.0, style_noise=0.12, style_from_ties=0.015, style_symptoms=0.003)
    assert next_style(style, 0.2, shock, ties_gain, strain, p) == pytest.approx(after)
