"""The region of parameters that no wave has ruled out: how large it is, and points evenly drawn from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from cpi_sim.calibration.ruling_out import Judge

CANDIDATES = 2**14
AT_A_TIME = 2_048
STEPS = 60
"""Steps of a walk inside the region, after which a point lies where it likes within it."""


class NothingFits(RuntimeError):
    """Every point tried was ruled out: no values of these parameters agree with what is known."""


@dataclass(frozen=True)
class Region:
    """Points that none of the waves so far rules out, in a unit cube of ``dimensions``."""

    dimensions: int
    judges: Sequence[Judge] = ()

    def holds(self, points: np.ndarray) -> np.ndarray:
        """Which points (points, dimensions) lie inside the unit cube and are not ruled out, as a mask."""
        inside = np.all((points >= 0.0) & (points <= 1.0), axis=1)
        for judge in self.judges:
            left = np.flatnonzero(inside)
            for begin in range(0, len(left), AT_A_TIME):
                some = left[begin : begin + AT_A_TIME]
                inside[some] = judge.lets_pass(points[some])
        return inside

    def sample(self, points: int, seed: int) -> tuple[np.ndarray, float]:
        """Points (points, dimensions) evenly drawn from the region, and its share of the unit cube.

        Points are tried all over the cube. Where too few of them hold, those that do go for walks inside the region.

        Raises NothingFits where none of the points tried holds.
        """
        tried = qmc.Sobol(self.dimensions, rng=np.random.default_rng(seed)).random(max(CANDIDATES, _power(points)))
        held = tried[self.holds(tried)]
        if len(held) == 0:
            raise NothingFits(f"all of {len(tried):,} points tried are ruled out")
        share = len(held) / len(tried)
        rng = np.random.default_rng(seed + 1)
        if len(held) < points:
            held = self._walked(held, points, rng)
        return held[rng.permutation(len(held))[:points]], share

    def _walked(self, begin: np.ndarray, points: int, rng: np.random.Generator) -> np.ndarray:
        """As many points, each at the end of a walk that begins at one of ``begin`` and never leaves the region."""
        place = begin[rng.integers(len(begin), size=points)]
        spread = np.std(begin, axis=0) if len(begin) > self.dimensions else np.full(self.dimensions, 0.1)
        spread = np.maximum(spread, 0.01)
        for _ in range(STEPS):
            reach = 2.0 ** -rng.integers(0, 5, size=(points, 1))  # long and short steps: the region's shape is unknown
            step = place + reach * spread * rng.standard_normal(place.shape)
            moved = self.holds(step)
            place[moved] = step[moved]
        return place


def _power(number: int) -> int:
    return 1 << max(0, number - 1).bit_length()
