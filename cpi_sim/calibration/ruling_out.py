"""History matching: parameters are ruled out where even what is not known cannot explain how far off they are.

Implausibility is the distance between a statistic and its target, in standard deviations of all that is uncertain: the
target's tolerance and the emulator's variance. A target that must be met counts in full, one that is only to be
reported by its weight. Targets that say nearly the same count as one, with the largest of theirs. A point is ruled out
where the second largest of these is 3 or more: one miss may be the fault of one target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from cpi_sim.calibration.emulator import Emulator
from cpi_sim.calibration.known import mean_of_known, variance_of_known

RULED_OUT_FROM = 3.0
"""Implausibility from which parameters are ruled out: beyond it lies at most 5 % of any distribution with one peak."""
SECOND_LARGEST = 2
SAME_FROM = 0.7
"""Correlation over simulated points from which two targets count as one."""


@dataclass(frozen=True)
class Aim:
    """What a statistic should be, its tolerance as one standard deviation, and what a miss weighs, 0 to 1."""

    value: float
    sd: float
    weight: float = 1.0


def implausibility(mean: np.ndarray, variance: np.ndarray, aim: Aim) -> np.ndarray:
    """Distance of ``mean`` (points,) from the aim in standard deviations, given the ``variance`` unknown."""
    return np.abs(mean - aim.value) / np.sqrt(aim.sd**2 + variance)


def clusters_of(statistics: np.ndarray, same_from: float = SAME_FROM) -> np.ndarray:
    """Number of the cluster of each target, (targets,), from what was simulated, (points, targets).

    Targets belong together where their average correlation, whatever its sign, reaches ``same_from``. A target that
    does not vary belongs to nobody else.
    """
    targets = statistics.shape[1]
    if targets < 2:
        return np.zeros(targets, dtype=int)
    varies = variance_of_known(statistics, axis=0) > 0
    filled = np.where(np.isnan(statistics), mean_of_known(statistics, axis=0), statistics)
    alike = np.eye(targets)
    alike[np.ix_(varies, varies)] = np.abs(np.corrcoef(filled[:, varies], rowvar=False))
    apart = np.clip(1.0 - (alike + alike.T) / 2.0, 0.0, 1.0)
    np.fill_diagonal(apart, 0.0)
    found = fcluster(linkage(squareform(apart, checks=False), "average"), 1.0 - same_from, "distance")
    return np.asarray(found, dtype=int) - 1


def largest_but(implausibilities: np.ndarray, clusters: np.ndarray, rank: int = SECOND_LARGEST) -> np.ndarray:
    """The ``rank``-th largest implausibility at each point, clusters counting once, (points,).

    ``implausibilities`` is (points, targets). With fewer clusters than ``rank`` it is the smallest of theirs.
    """
    numbers = np.unique(clusters)
    worst = np.stack([np.max(implausibilities[:, clusters == each], axis=1) for each in numbers], axis=1)
    rank = min(rank, len(numbers))
    return np.sort(worst, axis=1)[:, -rank]


class Judge:
    """Says how implausible points are, by the emulators of one wave.

    Args:
        emulators: by target, of those that could be emulated.
        aims: by target.
        clusters: number of the cluster of each of the emulated targets, in their order.
    """

    def __init__(self, emulators: Mapping[str, Emulator], aims: Mapping[str, Aim], clusters: Sequence[int]) -> None:
        self.emulators = dict(emulators)
        self.aims = {name: aims[name] for name in emulators}
        self.clusters = np.asarray(clusters)

    def each(self, points: np.ndarray) -> np.ndarray:
        """Implausibility of every point by every target, whatever it weighs, (points, targets)."""
        return np.stack(
            [implausibility(*emulator.predict(points), self.aims[name]) for name, emulator in self.emulators.items()],
            axis=1,
        )

    def implausibility(self, points: np.ndarray) -> np.ndarray:
        """How implausible each point is, (points,): the second largest of its targets' implausibilities."""
        weights = np.array([aim.weight for aim in self.aims.values()])
        return largest_but(weights * self.each(points), self.clusters)

    def lets_pass(self, points: np.ndarray) -> np.ndarray:
        """Points that are not ruled out, as a mask (points,)."""
        return self.implausibility(points) < RULED_OUT_FROM
