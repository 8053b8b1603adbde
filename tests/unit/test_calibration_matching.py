"""Ruling out: implausibility, targets that count as one, regions, and waves that find a known truth."""

from __future__ import annotations

import numpy as np
import pytest

from cpi_sim.calibration.matching import Effort, Matched, match
from cpi_sim.calibration.region import NothingFits, Region
from cpi_sim.calibration.ruling_out import Aim, Judge, clusters_of, implausibility, largest_but
from cpi_sim.calibration.space import latin_hypercube

TRUTH = np.array([0.3, 0.6])
EFFORT = Effort(first_points=20, points=15, waves=3)


def toy(points: np.ndarray) -> np.ndarray:
    """Three statistics of two parameters, (points, 3)."""
    x, y = points[:, 0], points[:, 1]
    return np.stack([x + y, 3.0 * x - y**2, np.exp(y)], axis=1)


class Toy:
    """Gives the three statistics at two sites each, with noise, and counts its waves."""

    def __init__(self, seed: int = 0, noise: float = 0.05) -> None:
        self.waves: list[np.ndarray] = []
        self._rng, self._noise = np.random.default_rng(seed), noise

    def __call__(self, points: np.ndarray, wave: int) -> np.ndarray:
        self.waves.append(points)
        return toy(points)[:, None, :] + self._noise * self._rng.standard_normal((len(points), 2, 3))


def aims(values: np.ndarray, sd: float = 0.05) -> dict[str, Aim]:
    return {f"t{number}": Aim(float(value), sd) for number, value in enumerate(values)}


def found(truth: np.ndarray = TRUTH, seed: int = 1) -> Matched:
    return match(Toy(seed), 2, aims(toy(truth[None, :])[0]), EFFORT, seed)


def test_implausibility_is_a_distance_in_all_that_is_uncertain() -> None:
    assert implausibility(np.array([10.0]), np.array([16.0]), Aim(0.0, 3.0)).tolist() == [2.0]


def test_the_second_largest_counts_and_targets_of_a_cluster_count_once() -> None:
    each = np.array([[5.0, 4.0, 1.0], [5.0, 1.0, 4.0]])
    assert largest_but(each, np.array([0, 1, 2])).tolist() == [4.0, 4.0]
    assert largest_but(each, np.array([0, 0, 1])).tolist() == [1.0, 4.0]
    assert largest_but(each, np.array([0, 0, 0])).tolist() == [5.0, 5.0]


def test_targets_that_say_the_same_either_way_round_belong_together() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 50))
    clusters = clusters_of(np.stack([a, b, -a + 0.01 * b, np.ones(50)], axis=1))
    assert clusters[0] == clusters[2]
    assert len({clusters[0], clusters[1], clusters[3]}) == 3


class Disc:
    """Stands in for a judge: lets pass what lies within a distance of the middle."""

    def __init__(self, radius: float) -> None:
        self._radius = radius

    def lets_pass(self, points: np.ndarray) -> np.ndarray:
        return np.sum((points - 0.5) ** 2, axis=1) < self._radius**2


def test_the_share_of_a_region_is_its_volume_and_samples_lie_evenly_in_it() -> None:
    region = Region(2, (Disc(0.4),))  # type: ignore[arg-type]
    sample, share = region.sample(2_000, seed=0)
    assert share == pytest.approx(np.pi * 0.16, abs=0.01)
    assert region.holds(sample).all()
    inner = np.mean(np.sum((sample - 0.5) ** 2, axis=1) < 0.2**2)
    assert inner == pytest.approx(0.25, abs=0.05)


def test_a_region_too_small_to_hit_often_is_walked_through_evenly() -> None:
    """Of 16,384 points some 13 hit; 400 wanted. A quarter lies in the inner half: standard error 0.022."""
    region = Region(2, (Disc(0.016),))  # type: ignore[arg-type]
    sample, share = region.sample(400, seed=0)
    assert 0 < share < 0.002
    assert len(sample) == 400
    assert region.holds(sample).all()
    assert len(np.unique(sample, axis=0)) > 350
    assert np.mean(np.sum((sample - 0.5) ** 2, axis=1) < 0.008**2) == pytest.approx(0.25, abs=0.1)


class Box:
    """Stands in for a judge: lets pass what lies below a bound in its first coordinates."""

    def __init__(self, bounds: list[float]) -> None:
        self._bounds = np.array(bounds)

    def lets_pass(self, points: np.ndarray) -> np.ndarray:
        return (points[:, : len(self._bounds)] < self._bounds).all(axis=1)


def test_a_walk_from_few_points_fills_a_small_region_of_twenty_dimensions() -> None:
    """A ten-thousandth of the cube, hit once or twice; even in the box: a mean of 0.05 and 0.5, sd 0.029 and 0.289."""
    region = Region(20, (Box([0.1] * 4),))  # type: ignore[arg-type]
    sample, share = region.sample(1_000, seed=1)
    assert 0 < share < 5e-4
    assert region.holds(sample).all()
    np.testing.assert_allclose(sample[:, :4].mean(axis=0), 0.05, atol=0.015)
    np.testing.assert_allclose(sample[:, 4:].mean(axis=0), 0.5, atol=0.06)
    np.testing.assert_allclose(sample[:, :4].std(axis=0), 0.029, atol=0.007)
    np.testing.assert_allclose(sample[:, 4:].std(axis=0), 0.289, atol=0.04)


def test_a_region_that_no_point_of_the_cube_hits_is_found_from_the_one_before() -> None:
    larger, smaller = Region(20, (Box([0.1] * 4),)), Region(20, (Box([0.1] * 4), Box([0.05] * 4)))  # type: ignore[arg-type]
    before, share_before = larger.sample(2_000, seed=1)
    sample, share = smaller.sample(500, 1, before, share_before)
    assert smaller.holds(sample).all()
    assert 0 < share < 5e-5


def test_points_outside_the_cube_are_not_in_the_region() -> None:
    assert Region(1).holds(np.array([[-0.1], [0.0], [1.0], [1.1]])).tolist() == [False, True, True, False]


def test_a_region_in_which_nothing_holds_says_so() -> None:
    with pytest.raises(NothingFits, match="16,384 points tried"):
        Region(2, (Disc(0.0),)).sample(10, seed=0)  # type: ignore[arg-type]


def test_what_is_left_surrounds_the_truth_and_little_else() -> None:
    matched = found()
    assert matched.fits
    assert matched.region.holds(TRUTH[None, :]).all()
    assert matched.waves[-1].share < 0.2
    assert np.abs(np.median(matched.sample, axis=0) - TRUTH).max() < 0.1


def test_later_waves_look_only_where_earlier_ones_left_something() -> None:
    simulate = Toy(1)
    matched = match(simulate, 2, aims(toy(TRUTH[None, :])[0]), EFFORT, 1)
    first = matched.waves[0].judge
    assert isinstance(first, Judge)
    assert first.lets_pass(simulate.waves[1]).all()
    shares = [wave.share for wave in matched.waves]
    assert shares == sorted(shares, reverse=True)


def test_waves_end_when_nothing_shrinks_any_more() -> None:
    assert len(match(Toy(1), 2, aims(toy(TRUTH[None, :])[0], sd=50.0), EFFORT, 1).waves) == 2


def test_where_nothing_fits_the_last_wave_leaves_nothing() -> None:
    matched = match(Toy(1), 2, aims(np.array([9.0, 9.0, 9.0])), EFFORT, 1)
    assert not matched.fits
    assert matched.waves[-1].share == 0.0
    assert len(matched.waves) == 1


def test_a_target_of_little_weight_rules_out_less() -> None:
    values = toy(TRUTH[None, :])[0]
    light = {**aims(values), "t1": Aim(float(values[1]), 0.05, weight=1 / 3)}
    heavy_share = found().waves[0].share
    assert match(Toy(1), 2, light, EFFORT, 1).waves[0].share > heavy_share


def test_a_statistic_that_never_differs_is_named_and_left_out() -> None:
    def simulate(points: np.ndarray, wave: int) -> np.ndarray:
        statistics = Toy(1)(points, wave)
        statistics[:, :, 2] = 1.0
        return statistics

    matched = match(simulate, 2, aims(toy(TRUTH[None, :])[0]), EFFORT, 1)
    assert matched.waves[0].not_emulated == ("t2",)


def test_points_of_an_earlier_start_are_looked_at_again() -> None:
    kept = {number: latin_hypercube(20, 2, 90 + number) for number in range(3)}
    simulate = Toy(1)
    match(simulate, 2, aims(toy(TRUTH[None, :])[0]), EFFORT, 1, remember=lambda wave, points: kept[wave])
    for wave, points in enumerate(simulate.waves):
        np.testing.assert_array_equal(points, kept[wave])


def test_the_same_seed_leaves_the_same_sample() -> None:
    np.testing.assert_array_equal(found(seed=4).sample, found(seed=4).sample)
