"""Rules of the fifth step, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace as Numbers

import pytest

from cpi_sim.week.meeting import chance_of_new_tie, weight_of_known, weight_of_stranger

NEW_TIE = Numbers(
    new_tie_chance=0.1, new_tie_symptoms=0.5, new_tie_refusal=0.4, new_tie_among_users=3.0, introduction_multiplier=2.0
)


def test_somebody_known_draws_more_than_a_stranger_up_to_a_point() -> None:
    p = Numbers(known_weight=3.0, known_weight_hours=0.2, known_weight_most=12.0)
    assert weight_of_known(1.0, 0.0, p) == pytest.approx(3.0)
    assert weight_of_known(1.0, 20.0, p) == pytest.approx(7.0)
    assert weight_of_known(0.5, 20.0, p) == pytest.approx(3.5)
    assert weight_of_known(1.0, 45.0, p) == pytest.approx(12.0)
    assert weight_of_known(1.0, 400.0, p) == pytest.approx(12.0)


def test_strangers_turn_away_where_illness_shows_and_they_are_not_open_to_it() -> None:
    assert weight_of_stranger(0.0, 0.1) == 1.0
    assert weight_of_stranger(1.0, 0.1) == pytest.approx(0.1)
    assert weight_of_stranger(0.5, 0.2) == pytest.approx(0.6)
    assert weight_of_stranger(1.0, 1.0) == 1.0


@pytest.mark.parametrize(
    ("symptoms_sum", "refusal_expected", "among_users", "introduced", "chance"),
    [
        (0.0, 0.0, 0, 0, 0.1),
        (2.0, 0.0, 0, 0, 0.03678794412),  # 0.1 / e
        (0.0, 0.5, 0, 0, 0.08),  # expecting refusal takes a fifth
        (0.0, 0.0, 1, 0, 0.3),
        (0.0, 0.0, 0, 1, 0.2),
        (2.0, 0.5, 1, 1, 0.1765821318),  # 0.1 / e x 0.8 x 3 x 2
    ],
)
def test_the_beginning_of_an_acquaintance(
    symptoms_sum: float, refusal_expected: float, among_users: int, introduced: int, chance: float
) -> None:
    found = chance_of_new_tie(symptoms_sum, refusal_expected, among_users, introduced, NEW_TIE)
    assert found == pytest.approx(chance, rel=1e-9)


def test_a_chance_of_a_new_tie_stays_a_chance() -> None:
    p = Numbers(**(vars(NEW_TIE) | {"new_tie_chance": 0.5}))
    assert chance_of_new_tie(0.0, 0.0, 1, 1, p) == 1.0
