"""Emulators: what a statistic of the model would be at parameters where no site was lived, and how sure that is.

A Gaussian process for the mean over sites: a straight line in the parameters, bends about it, and what neither follows,
all unknown beforehand, so that the uncertainty of the line counts too. Its noise at each point comes from a second,
plainer emulator of the variance between sites with the same parameters (its logarithm on a straight line). Where a
statistic is undefined at some sites, the others count.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel
from sklearn.linear_model import PoissonRegressor

from cpi_sim.calibration.known import mean_of_known, variance_of_known

LENGTHS = (0.3, 30.0)
"""Bounds of the distance, in sides of the unit cube, over which a statistic bends; 30 is a parameter without effect."""
SIZES = (1e-4, 1e2)
"""Bounds of the variance of slopes and of bends, in the statistic's own variance between points."""
LACK_OF_FIT = (1e-6, 1.0)
"""Bounds of the part of the spread that is no noise of sites and that the process does not follow either."""
PENALTY = 0.01
"""Holds the slopes of the noise back a little, where few points tell of it."""


class CannotEmulate(ValueError):
    """A statistic that does not differ between sites, or points too few to learn from."""


@dataclass(frozen=True)
class Data:
    """What was simulated of one statistic: points (n, dimensions), means (n,), and variances of those means (n,)."""

    points: np.ndarray
    means: np.ndarray
    noise: np.ndarray


def noise_of(points: np.ndarray, replicates: np.ndarray) -> np.ndarray:
    """Variance between sites with the same parameters, smoothed over the points, (n,).

    ``replicates`` (n, sites) holds one value a site, NaN where undefined. Points where sites agree count as they are.

    Raises CannotEmulate where no point has two sites that differ.
    """
    variance = variance_of_known(replicates, axis=1)
    known = ~np.isnan(variance)
    usual = float(np.mean(variance[known])) if known.any() else 0.0
    if usual == 0.0:
        raise CannotEmulate("no point has two sites that differ, so the noise between sites is not known")
    weights = np.sum(~np.isnan(replicates), axis=1)[known] - 1
    line = PoissonRegressor(alpha=PENALTY, max_iter=1_000)
    line.fit(points[known] - 0.5, variance[known] / usual, sample_weight=weights)
    return np.asarray(usual * line.predict(points - 0.5))


def data_of(points: np.ndarray, replicates: np.ndarray) -> Data:
    """Means over sites and their noise, of the points at which the statistic is defined at one site at least."""
    known = np.sum(~np.isnan(replicates), axis=1)
    defined = known > 0
    noise = noise_of(points, replicates)[defined] / known[defined]
    return Data(points[defined], mean_of_known(replicates[defined], axis=1), noise)


class Emulator:
    """The mean of one statistic over sites, at any point.

    Raises CannotEmulate where there are fewer points than parameters and two.
    """

    def __init__(self, data: Data) -> None:
        points, dimensions = data.points, data.points.shape[1]
        if len(points) < dimensions + 2:
            raise CannotEmulate(f"{len(points)} points cannot emulate {dimensions} parameters")
        self._middle, self._scale = float(np.mean(data.means)), float(np.std(data.means)) or 1.0
        line = ConstantKernel(0.5, SIZES) * DotProduct(1.0, "fixed")
        bends = ConstantKernel(0.5, SIZES) * RBF(np.full(dimensions, 2.0), LENGTHS)
        noise = np.maximum(data.noise / self._scale**2, 1e-8)
        self._process = GaussianProcessRegressor(line + bends + WhiteKernel(0.01, LACK_OF_FIT), alpha=noise)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound: a parameter without effect
            self._process.fit(points - 0.5, (data.means - self._middle) / self._scale)

    def predict(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean of the statistic and the variance of what is not known about that mean, both (points,)."""
        mean, sd = self._process.predict(points - 0.5, return_std=True)
        return self._middle + self._scale * mean, (self._scale * sd) ** 2

    def left_out(self) -> tuple[np.ndarray, np.ndarray]:
        """Prediction at each point from all the others: error in standard deviations, and that deviation, (n,) each.

        With sizes and lengths as fitted to all, from the inverse of the matrix of covariances; the deviation holds the
        noise of the point left out, so that errors of a good emulator have mean 0 and spread 1.
        """
        process = self._process
        inverse = np.linalg.inv(process.L_ @ process.L_.T)
        variance = 1.0 / np.diag(inverse)
        error = np.ravel(process.alpha_) * variance
        return error / np.sqrt(variance), self._scale * np.sqrt(variance)

    def share_predicted(self) -> float:
        """Part of the spread between the simulated means that is predicted of points left out; at most 1."""
        error, sd = self.left_out()
        return 1.0 - float(np.mean((error * sd) ** 2)) / self._scale**2
