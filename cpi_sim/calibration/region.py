"""The region of parameters that no wave has ruled out: how large it is, and points evenly drawn from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from cpi_sim.calibration.ruling_out import Judge

CANDIDATES = 2**14
ENOUGH_HITS = 200
"""Points in the region, of those tried all over the cube, from which their number tells its share well enough."""
AT_A_TIME = 2_048
STEPS = 240
"""Steps of a walk inside the region before points of it are taken; each moves one half of those who walk."""
TAKEN = 4
APART = 30
"""Points are taken from a walk so often, so many steps apart."""
CHANGED = 0.1
"""Part of the coordinates that a step along coordinates changes."""


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

    def sample(
        self, points: int, seed: int, before: np.ndarray | None = None, share_before: float = 1.0
    ) -> tuple[np.ndarray, float]:
        """Points (points, dimensions) evenly drawn from the region, and its share of the unit cube.

        Points are tried all over the cube, and those of ``before``, which were evenly drawn from a larger region with a
        share of ``share_before``. Where too few of the former hold, all that do go for walks inside the region.

        Raises NothingFits where none of the points tried holds.
        """
        tried = qmc.Sobol(self.dimensions, rng=np.random.default_rng(seed)).random(max(CANDIDATES, _power(points)))
        held = tried[self.holds(tried)]
        share = len(held) / len(tried)
        begin = held
        if before is not None and len(held) < ENOUGH_HITS:
            still = self.holds(before)
            share = share_before * float(np.mean(still))
            begin = np.concatenate([held, before[still]])
        if len(begin) == 0:
            raise NothingFits(f"all of {len(tried):,} points tried are ruled out")
        rng = np.random.default_rng(seed + 1)
        if len(held) < points:
            held = self._walked(begin, points, rng)
        return held[rng.permutation(len(held))[:points]], share

    def _walked(self, begin: np.ndarray, points: int, rng: np.random.Generator) -> np.ndarray:
        """As many points from walks that begin at some of ``begin`` and never leave the region.

        One half of those who walk moves at a time, and the other half tells directions, so that the even distribution
        is kept (Ter Braak 2006).
        """
        walkers = -(-points // TAKEN) + 2
        place = begin[rng.integers(len(begin), size=walkers)]
        taken = []
        for step in range(STEPS + (TAKEN - 1) * APART):
            order = rng.permutation(walkers)
            moving, others = order[: walkers // 2], order[walkers // 2 :]
            proposed = _proposed(step, place[moving], place[others], rng)
            moved = self.holds(proposed)
            place[moving[moved]] = proposed[moved]
            if step >= STEPS - 1 and (step - STEPS + 1) % APART == 0:
                taken.append(place.copy())
        return np.concatenate(taken)


def _proposed(step: int, place: np.ndarray, others: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Where points would move: along a difference of two others, a little along some coordinates, or to new ones."""
    count, dimensions = place.shape
    kind = step % 3
    if kind == 0:
        one, other = rng.choice(len(others), count), rng.choice(len(others), count)
        far = rng.choice([2.38 / np.sqrt(2.0 * dimensions), 1.0], size=(count, 1))
        return np.asarray(place + far * (others[one] - others[other]))
    changed = rng.random(place.shape) < CHANGED
    reach = 2.0 ** -rng.integers(1, 7, size=(count, 1))
    new = place + reach * rng.standard_normal(place.shape) if kind == 1 else rng.random(place.shape)
    return np.where(changed, new, place)


def _power(number: int) -> int:
    return 1 << max(0, number - 1).bit_length()
