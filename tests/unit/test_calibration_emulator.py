"""Emulators: they follow what they have seen, know how unsure they are, and predict what is left out as if refitted."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.gaussian_process import GaussianProcessRegressor

from cpi_sim.calibration.emulator import Data, Emulator, data_of, noise_of
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


def test_lengths_tell_a_parameter_without_effect_from_one_that_bends() -> None:
    lengths = Emulator(quiet(np.sin(6.0 * POINTS[:, 1]))).lengths
    assert lengths[0] > 5 * lengths[1]


def test_what_is_left_out_is_predicted_as_by_a_process_that_never_saw_it() -> None:
    rng = np.random.default_rng(1)
    data = Data(POINTS, BENT + 0.1 * rng.standard_normal(len(BENT)), np.full(len(BENT), 0.01))
    emulator = Emulator(data)
    error, sd = emulator.left_out()
    process = emulator._process
    targets = (data.means - emulator._line.predict(POINTS)) / emulator._scale
    for out in (0, 7, 39):
        others = np.arange(len(POINTS)) != out
        again = GaussianProcessRegressor(clone(process.kernel_), alpha=process.alpha[others], optimizer=None)
        again.fit(POINTS[others], targets[others])
        mean, unsure = again.predict(POINTS[[out]], return_std=True)
        variance = unsure[0] ** 2 + process.alpha[out]
        assert sd[out] == pytest.approx(emulator._scale * np.sqrt(variance), rel=1e-6)
        assert error[out] == pytest.approx((targets[out] - mean[0]) / np.sqrt(variance), rel=1e-6)


def test_noise_is_the_variance_between_sites_however_few_they_are() -> None:
    """Two sites a point; the logarithm of their variance has a standard deviation of 2.2, over 4,000 points 0.035."""
    rng = np.random.default_rng(5)
    points = latin_hypercube(4_000, 1, 0)
    sd = np.exp(0.5 * (np.log(0.04) + 2.0 * points[:, 0]))
    noise = noise_of(points, sd[:, None] * rng.standard_normal((len(points), 2)))
    ends = np.argsort(points[:, 0])[[0, -1]]
    np.testing.assert_allclose(np.log(noise[ends]), [np.log(0.04), np.log(0.04) + 2.0], atol=0.35)


def test_sites_where_a_statistic_is_undefined_are_left_out() -> None:
    nan = float("nan")
    data = data_of(POINTS[:4], np.array([[1.0, 3.0], [2.0, nan], [nan, nan], [4.0, 6.0]]))
    assert data.means.tolist() == [2.0, 2.0, 5.0]
    np.testing.assert_array_equal(data.points, POINTS[[0, 1, 3]])
    assert data.noise[1] > data.noise[0] * 1.2  # one site, where the others have two


def test_a_statistic_that_never_differs_cannot_be_emulated() -> None:
    with pytest.raises(ValueError, match="differ"):
        data_of(POINTS[:4], np.ones((4, 2)))


def test_too_few_points_are_refused() -> None:
    with pytest.raises(ValueError, match="3 points cannot emulate 2 parameters"):
        Emulator(quiet(BENT[:3], POINTS[:3]))
