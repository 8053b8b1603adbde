"""Emulators: what a statistic of the model would be at parameters where no site was lived, and how sure that is.

A Gaussian process for the mean over sites, on what a straight line leaves over; its noise at each point comes from a
second, plainer emulator of the spread between sites with the same parameters (their logarithm of variance on a straight
line). Where a statistic is undefined at some sites, the others count.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from sklearn.linear_model import BayesianRidge

from cpi_sim.calibration.known import mean_of_known, variance_of_known

LENGTHS = (0.3, 30.0)
"""Bounds of the distance, in sides of the unit cube, over which a statistic bends; 30 is a parameter without effect."""
LACK_OF_FIT = (1e-6, 1.0)
"""Bounds of the part of the spread that is no noise of sites and that the process does not follow either."""


@dataclass(frozen=True)
class Data:
    """What was simulated of one statistic: points (n, dimensions), means (n,), and variances of those means (n,)."""

    points: np.ndarray
    means: np.ndarray
    noise: np.ndarray


def noise_of(points: np.ndarray, replicates: np.ndarray) -> np.ndarray:
    """Variance between sites with the same parameters, smoothed over the points, (n,).

    ``replicates`` (n, sites) holds one value a site, NaN where undefined. The logarithm of a sample variance lies below
    that of the variance by a known amount, which is put right.

    Raises ValueError where no point has two sites that differ.
    """
    known = np.sum(~np.isnan(replicates), axis=1)
    variance = variance_of_known(replicates, axis=1)
    usable = variance > 0
    if not usable.any():
        raise ValueError("no point has two sites that differ, so the noise between sites is not known")
    half = (known[usable] - 1) / 2.0
    logs = np.log(variance[usable]) - digamma(half) + np.log(half)
    line = BayesianRidge().fit(points[usable], logs)
    return np.exp(line.predict(points))


def data_of(points: np.ndarray, replicates: np.ndarray) -> Data:
    """Means over sites and their noise, of the points at which the statistic is defined at one site at least."""
    known = np.sum(~np.isnan(replicates), axis=1)
    defined = known > 0
    noise = noise_of(points, replicates)[defined] / known[defined]
    return Data(points[defined], mean_of_known(replicates[defined], axis=1), noise)


class Emulator:
    """The mean of one statistic over sites, at any point.

    Args:
        data: what was simulated.
        seed: of the few starts from which the process is fitted.

    Raises ValueError where there are fewer points than parameters and two.
    """

    def __init__(self, data: Data, seed: int = 0) -> None:
        if len(data.points) < data.points.shape[1] + 2:
            raise ValueError(f"{len(data.points)} points cannot emulate {data.points.shape[1]} parameters")
        self._data = data
        self._line = BayesianRidge().fit(data.points, data.means)
        left = data.means - self._line.predict(data.points)
        self._scale = float(np.std(left)) or 1.0
        dimensions = data.points.shape[1]
        kernel = ConstantKernel(0.5, (1e-3, 1e2)) * RBF(np.full(dimensions, 2.0), LENGTHS) + WhiteKernel(
            0.01, LACK_OF_FIT
        )
        self._process = GaussianProcessRegressor(
            kernel, alpha=np.maximum(data.noise / self._scale**2, 1e-8), random_state=seed
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound: a parameter without effect
            self._process.fit(data.points, left / self._scale)

    def predict(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean of the statistic and the variance of what is not known about that mean, both (points,)."""
        mean, sd = self._process.predict(points, return_std=True)
        return self._line.predict(points) + self._scale * mean, (self._scale * sd) ** 2

    def left_out(self) -> tuple[np.ndarray, np.ndarray]:
        """Prediction at each point from all the others: error in standard deviations, and that deviation, (n,) each.

        With the lengths and the line as fitted to all, from the inverse of the matrix of covariances; the deviation
        holds the noise of the point left out, so that errors of a good emulator have mean 0 and spread 1.
        """
        process = self._process
        inverse = np.linalg.inv(process.L_ @ process.L_.T)
        variance = 1.0 / np.diag(inverse)
        error = np.ravel(process.alpha_) * variance
        return error / np.sqrt(variance), self._scale * np.sqrt(variance)

    def share_predicted(self) -> float:
        """Part of the spread between the simulated means that is predicted of points left out; at most 1."""
        error, sd = self.left_out()
        return 1.0 - float(np.mean((error * sd) ** 2)) / float(np.var(self._data.means))

    @property
    def lengths(self) -> np.ndarray:
        """Distances over which the statistic bends, by parameter, (dimensions,)."""
        return np.asarray(self._process.kernel_.k1.k2.length_scale)
