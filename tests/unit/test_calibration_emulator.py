"""Emulators: they follow what they have seen, know how unsure they are, and predict what is left out as if refitted."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.gaussian_process import GaussianProcessRegressor

from cpi_sim.calibration.emulator import CannotEmulate, Data, Emulator, data_of, noise_of
from cpi_sim.calibration.space import latin_hypercube

POINTS = latin_hypercube(40, 2, 3)
BENT = 2.0 + 3.0 * POINTS[:, 0] + np.sin(4.0 * POINTS[:, 1])


def quiet(means: np.ndarray, points: np.ndarray = POINTS) -> Data:
    return Data(points, means, np.full(len(means), 1e-6))


def test_a_straight_line_is_followed_exactly_between_the_points() -> None:
    emulator = Emulator(quiet(1.0 + 2.0 * POINTS[:, 0] - POINTS[:, 1]))
    middle = np.array([[0.5, 0.5], [0.2, 0.9]])
    mean, variance = emulator.predict(middle)
    np.testing.assert_allclose(mean, [1.5, 0.5], atol=0.01)
    assert (variance < 0.01).all()


def test_a_bend_is_followed_and_what_is_far_is_less_sure() -> None:
    emulator = Emulator(quiet(BENT))
    inside, outside = np.array([[0.5, 0.5]]), np.array([[0.5, 4.0]])
    mean, variance = emulator.predict(inside)
    assert mean[0] == pytest.approx(2.0 + 1.5 + np.sin(2.0), abs=0.1)
    assert emulator.predict(outside)[1][0] > 10 * variance[0]


def test_what_is_left_out_is_predicted_as_by_a_process_that_never_saw_it() -> None:
    rng = np.random.default_rng(1)
    data = Data(POINTS, BENT + 0.1 * rng.standard_normal(len(BENT)), np.full(len(BENT), 0.01))
    emulator = Emulator(data)
    error, sd = emulator.left_out()
    process = emulator._process
    targets = (data.means - data.means.mean()) / data.means.std()
    points = POINTS - 0.5
    for out in (0, 7, 39):
        others = np.arange(len(points)) != out
        again = GaussianProcessRegressor(clone(process.kernel_), alpha=process.alpha[others], optimizer=None)
        again.fit(points[others], targets[others])
        mean, unsure = again.predict(points[[out]], return_std=True)
        variance = unsure[0] ** 2 + process.alpha[out]
        assert sd[out] == pytest.approx(data.means.std() * np.sqrt(variance), rel=1e-6)
        assert error[out] == pytest.approx((targets[out] - mean[0]) / np.sqrt(variance), rel=1e-6)


@pytest.mark.parametrize("slope", [0.0, 2.0])
def test_with_many_parameters_and_much_noise_an_emulator_knows_how_unsure_it_is(slope: float) -> None:
    """Twenty parameters, 160 points, noise of 1: of 400 new points 95 % should lie within two deviations."""
    rng = np.random.default_rng(3)
    points, slopes = latin_hypercube(160, 20, 5), slope * rng.standard_normal(20)
    emulator = Emulator(Data(points, points @ slopes + rng.standard_normal(160), np.ones(160)))
    new = rng.random((400, 20))
    mean, variance = emulator.predict(new)
    assert np.mean(np.abs(mean - new @ slopes) < 2.0 * np.sqrt(variance)) > 0.85
    assert np.mean(np.abs(emulator.left_out()[0]) < 2.0) == pytest.approx(0.95, abs=0.04)
    if slope == 0.0:
        assert emulator.share_predicted() < 0.15


def test_noise_is_the_variance_between_sites_however_few_they_are() -> None:
    """Two sites a point, 4,000 points: a variance at either end is known to some 5 %; slopes are held back a little."""
    rng = np.random.default_rng(5)
    points = latin_hypercube(4_000, 1, 0)
    variance = 0.04 * np.exp(2.0 * points[:, 0])
    noise = noise_of(points, np.sqrt(variance)[:, None] * rng.standard_normal((len(points), 2)))
    ends = np.argsort(points[:, 0])[[0, -1]]
    np.testing.assert_allclose(noise[ends] / variance[ends], 1.0, atol=0.25)


@pytest.mark.parametrize("chance", [0.02, 0.3])
def test_noise_of_shares_counts_points_where_sites_agree(chance: float) -> None:
    """Shares of 60 people: two sites often have the same. 2,000 points know the variance to some 4 %."""
    rng = np.random.default_rng(7)
    points = latin_hypercube(2_000, 2, 1)
    noise = noise_of(points, rng.binomial(60, chance, (2_000, 2)) / 60.0)
    np.testing.assert_allclose(noise.mean(), chance * (1.0 - chance) / 60.0, rtol=0.15)


def test_sites_where_a_statistic_is_undefined_are_left_out() -> None:
    nan = float("nan")
    data = data_of(POINTS[:4], np.array([[1.0, 3.0], [2.0, nan], [nan, nan], [4.0, 6.0]]))
    assert data.means.tolist() == [2.0, 2.0, 5.0]
    np.testing.assert_array_equal(data.points, POINTS[[0, 1, 3]])
    assert data.noise[1] > data.noise[0] * 1.2  # one site, where the others have two


def test_a_statistic_that_never_differs_cannot_be_emulated() -> None:
    with pytest.raises(CannotEmulate, match="differ"):
        data_of(POINTS[:4], np.ones((4, 2)))


def test_too_few_points_are_refused() -> None:
    with pytest.raises(CannotEmulate, match="3 points cannot emulate 2 parameters"):
        Emulator(quiet(BENT[:3], POINTS[:3]))
