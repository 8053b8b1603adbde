"""The ranges that a calibration searches: parameters of the model as a unit cube, and designs that fill it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from cpi_sim.parameters import REGISTRY


@dataclass(frozen=True)
class Space:
    """Named parameters and their ranges. Points are rows of an array, (points, parameters), each number 0 to 1."""

    names: tuple[str, ...]
    low: np.ndarray
    high: np.ndarray

    @property
    def dimensions(self) -> int:
        """Number of parameters."""
        return len(self.names)

    def values(self, point: np.ndarray) -> dict[str, float]:
        """Values of the parameters, in their units, at one point (parameters,)."""
        return dict(zip(self.names, (self.low + point * (self.high - self.low)).tolist(), strict=True))

    def point(self, values: dict[str, float]) -> np.ndarray:
        """The point (parameters,) at which the parameters have these ``values``."""
        return (np.array([values[name] for name in self.names]) - self.low) / (self.high - self.low)


def space_of(names: Sequence[str]) -> Space:
    """The space of some parameters of the model, each over the whole range declared for it.

    Raises KeyError for a name that no parameter has, and ValueError for a parameter that takes whole numbers only,
    which an emulator cannot follow.
    """
    declared = [REGISTRY[name] for name in names]
    whole = [each.name for each in declared if each.whole]
    if whole:
        raise ValueError(f"whole numbers cannot be calibrated: {', '.join(whole)}")
    return Space(tuple(names), np.array([each.low for each in declared]), np.array([each.high for each in declared]))


def latin_hypercube(points: int, dimensions: int, seed: int) -> np.ndarray:
    """Points (points, dimensions) that fill the unit cube: each of as many slices of every side holds one."""
    return qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(points)


def spread_out(candidates: np.ndarray, points: int) -> np.ndarray:
    """Those ``points`` of the candidates (candidates, dimensions) that lie far from each other.

    Begins with the candidate nearest to the middle of all, and adds again and again the one furthest from those chosen.
    """
    if points >= len(candidates):
        return candidates
    first = int(np.argmin(np.sum((candidates - candidates.mean(axis=0)) ** 2, axis=1)))
    chosen = [first]
    distance = np.sum((candidates - candidates[first]) ** 2, axis=1)
    while len(chosen) < points:
        chosen.append(int(np.argmax(distance)))
        distance = np.minimum(distance, np.sum((candidates - candidates[chosen[-1]]) ** 2, axis=1))
    return candidates[chosen]
