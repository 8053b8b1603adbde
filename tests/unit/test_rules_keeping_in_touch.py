"""Rules of the sixth step, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace as Numbers

import pytest

from cpi_sim.week.keeping_in_touch import (
    chance_to_accept,
    closeness_when_renewed,
    moves_in_week,
    pull_of_the_new,
    pull_of_tie,
    weight_of_security,
)


def test_moves_of_a_week() -> None:
    p = Numbers(moves_per_week=2.0, moves_symptoms=0.5)
    assert moves_in_week(1.0, 0.0, 1.0, p) == pytest.approx(2.0)
    assert moves_in_week(1.5, 0.0, 0.5, p) == pytest.approx(1.5)
    assert moves_in_week(1.0, 2.0, 1.0, p) == pytest.approx(0.7357588823, rel=1e-9)  # 2 / e


@pytest.mark.parametrize(
    ("exponent", "pull"), [(1.0, 50.0), (0.5, 5.0), (2.0, 5000.0)]
)  # half of 100 hours to these powers
def test_pull_of_a_tie(exponent: float, pull: float) -> None:
    assert pull_of_tie(0.5, 100.0, Numbers(choice_exponent=exponent)) == pytest.approx(pull, rel=1e-12)


def test_a_tie_without_closeness_has_no_pull() -> None:
    assert pull_of_tie(2.0, 0.0, Numbers(choice_exponent=0.95)) == 0.0


def test_security_weighs_beside_what_a_tie_weighs_without_it() -> None:
    assert weight_of_security(0.3, Numbers(choice_security=0.5)) == pytest.approx(0.8)


def test_the_new_are_sought_for_how_well_one_clicks_alone() -> None:
    assert pull_of_the_new(1.5, Numbers(explore_exponent=2.0)) == pytest.approx(2.25, rel=1e-12)
    assert pull_of_the_new(0.25, Numbers(explore_exponent=0.5)) == pytest.approx(0.5, rel=1e-12)


def test_the_other_says_yes_less_often_when_unwell() -> None:
    p = Numbers(accept_chance=0.8, accept_symptoms=0.25)
    assert chance_to_accept(0.0, p) == pytest.approx(0.8)
    assert chance_to_accept(4.0, p) == pytest.approx(0.2943035530, rel=1e-9)  # 0.8 / e


@pytest.mark.parametrize(
    ("closeness", "peak", "renewed"),
    [
        (10.0, 60.0, 30.0),  # half of what it once was
        (10.0, 200.0, 40.0),  # at most forty hours
        (35.0, 60.0, 35.0),  # never less than what is left
    ],
)
def test_old_friends_take_up_part_of_what_there_was(closeness: float, peak: float, renewed: float) -> None:
    p = Numbers(renewed_share=0.5, renewed_hours_at_most=40.0)
    assert closeness_when_renewed(closeness, peak, p) == pytest.approx(renewed)
