"""Rules of the first step, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace as Numbers

import pytest

from cpi_sim.week.circumstances import chance_that_illness_shows, hazard_of_crisis, length_of_crisis, next_symptoms


def test_symptoms_go_part_of_the_way_home() -> None:
    p = Numbers(symptoms_return_weeks=10.0, symptoms_noise=0.2)
    assert next_symptoms(3.0, 1.0, 0.0, p) == pytest.approx(2.8)  # 3 - (3 - 1) / 10
    assert next_symptoms(0.5, 1.0, 0.0, p) == pytest.approx(0.55)


def test_a_shock_of_one_moves_symptoms_by_their_noise() -> None:
    p = Numbers(symptoms_return_weeks=10.0, symptoms_noise=0.2)
    assert next_symptoms(1.0, 1.0, 1.5, p) == pytest.approx(1.3)
    assert next_symptoms(1.0, 1.0, -1.5, p) == pytest.approx(0.7)


def test_symptoms_are_never_below_none() -> None:
    p = Numbers(symptoms_return_weeks=10.0, symptoms_noise=0.2)
    assert next_symptoms(0.1, 0.0, -3.0, p) == 0.0


def test_crises_strike_more_often_the_more_unwell_somebody_is() -> None:
    p = Numbers(crisis_hazard=0.012, crisis_symptoms=0.5)
    assert hazard_of_crisis(1.0, 1.0, p) == pytest.approx(0.012)
    assert hazard_of_crisis(3.0, 1.0, p) == pytest.approx(0.03261938194, rel=1e-9)  # 0.012 e
    assert hazard_of_crisis(0.0, 1.0, p) == pytest.approx(0.00727836792, rel=1e-8)  # 0.012 / sqrt(e)


def test_the_agency_scales_the_hazard_of_crisis_and_a_chance_stays_a_chance() -> None:
    p = Numbers(crisis_hazard=0.012, crisis_symptoms=0.5)
    assert hazard_of_crisis(1.0, 0.25, p) == pytest.approx(0.003)
    assert hazard_of_crisis(50.0, 1.0, p) == 1.0


@pytest.mark.parametrize(("u", "weeks"), [(1.0, 1), (0.51, 1), (0.49, 2), (0.26, 2), (0.24, 3), (0.12, 4)])
def test_a_crisis_of_two_weeks_on_average_ends_each_week_with_a_chance_of_half(u: float, weeks: int) -> None:
    assert length_of_crisis(u, Numbers(crisis_mean_weeks=2.0)) == weeks


@pytest.mark.parametrize("mean", [1.0, 1.5, 3.0, 12.0])
def test_the_mean_length_of_crises_is_the_one_declared(mean: float) -> None:
    lengths = [length_of_crisis((k + 0.5) / 20_000, Numbers(crisis_mean_weeks=mean)) for k in range(20_000)]
    assert sum(lengths) / 20_000 == pytest.approx(mean, rel=0.002)


def test_illness_shows_fully_unless_concealed() -> None:
    p = Numbers(visibility_base=-1.5, visibility_symptoms=1.25)
    assert chance_that_illness_shows(0.0, 0, p) == 1.0
    assert chance_that_illness_shows(2.0, 1, p) == pytest.approx(0.7310585786, rel=1e-9)  # log-odds -1.5 + 2.5 = 1
    assert chance_that_illness_shows(0.4, 1, p) == pytest.approx(0.2689414214, rel=1e-9)  # -1.5 + 0.5 = -1
