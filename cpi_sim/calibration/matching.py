"""History matching in waves: simulate, emulate, rule out, and look closer at what is left, until nothing shrinks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from threadpoolctl import threadpool_limits

from cpi_sim.calibration.emulator import Emulator, data_of
from cpi_sim.calibration.known import mean_of_known
from cpi_sim.calibration.region import NothingFits, Region
from cpi_sim.calibration.ruling_out import Aim, Judge, clusters_of
from cpi_sim.calibration.space import latin_hypercube, spread_out

SHRINKS_BELOW = 0.8
"""A wave that leaves more than this part of what the wave before left has found nothing more to rule out."""
CANDIDATES_A_POINT = 8


class Simulator(Protocol):
    """What is calibrated: something that gives statistics at points of a unit cube."""

    def __call__(self, points: np.ndarray, wave: int) -> np.ndarray:
        """Statistics at each of the points (n, dimensions), of several sites each: (n, sites, targets)."""


@dataclass(frozen=True)
class Effort:
    """How much is simulated: points in the first wave and in every later one, and waves at most."""

    first_points: int
    points: int
    waves: int


@dataclass(frozen=True)
class Wave:
    """What one wave did.

    ``statistics`` is (points, sites, targets); ``judge`` is None where nothing could be emulated; ``share`` is the part
    of the whole space that is left after it; ``not_emulated`` names targets that hardly differ between points.
    """

    points: np.ndarray
    statistics: np.ndarray
    judge: Judge
    share: float
    not_emulated: tuple[str, ...]


@dataclass(frozen=True)
class Matched:
    """What is left of a space: the waves, the region that none of them ruled out, and points drawn evenly from it.

    ``sample`` is empty, (0, dimensions), where nothing fits.
    """

    targets: tuple[str, ...]
    waves: tuple[Wave, ...]
    region: Region
    sample: np.ndarray

    @property
    def fits(self) -> bool:
        """Whether anything is left."""
        return len(self.sample) > 0


def match(
    simulate: Simulator,
    dimensions: int,
    aims: Mapping[str, Aim],
    effort: Effort,
    seed: int,
    left: int = 1_000,
    remember: Callable[[int, np.ndarray], np.ndarray] = lambda wave, points: points,
) -> Matched:
    """Rule out what does not agree with ``aims``, wave by wave.

    Args:
        simulate: gives the statistics, in the order of ``aims``.
        dimensions: number of parameters.
        aims: what each statistic should be.
        effort: how much to simulate.
        seed: of designs and samples.
        left: points to draw from what is left.
        remember: gives the points of a wave that an earlier start chose, or keeps those chosen now and gives them back.

    Returns:
        The waves and what is left; a wave that rules everything out is the last one, and nothing is left.
    """
    region, sample = Region(dimensions), latin_hypercube(effort.first_points, dimensions, seed)
    waves: list[Wave] = []
    share = 1.0
    with threadpool_limits(limits=1):  # sums in one order: the same waves on any number of cores
        for number in range(effort.waves):
            points = remember(number, sample if number == 0 else spread_out(sample, effort.points))
            simulated = simulate(points, number)
            judge, not_emulated = judge_of([*waves, (points, simulated)], region, aims, seed)
            region = Region(dimensions, (*region.judges, judge))
            before = share
            try:
                sample, share = region.sample(max(left, CANDIDATES_A_POINT * effort.points), seed + 1 + number)
            except NothingFits:
                sample, share = np.zeros((0, dimensions)), 0.0
            waves.append(Wave(points, simulated, judge, share, not_emulated))
            if not len(sample) or (number > 0 and share > SHRINKS_BELOW * before):
                break
    return Matched(tuple(aims), tuple(waves), region, sample[:left])


def judge_of(
    simulated: Sequence[Wave | tuple[np.ndarray, np.ndarray]], region: Region, aims: Mapping[str, Aim], seed: int
) -> tuple[Judge, tuple[str, ...]]:
    """Emulators of every statistic from what was simulated inside the region so far, and the targets left out.

    Raises ValueError where no target can be emulated.
    """
    pairs = [(each.points, each.statistics) if isinstance(each, Wave) else each for each in simulated]
    points = np.concatenate([points for points, _ in pairs])
    statistics = np.concatenate([statistics for _, statistics in pairs])
    near = region.holds(points) if len(pairs) > 1 else np.ones(len(points), bool)
    newest = np.arange(len(points)) >= len(points) - len(pairs[-1][0])
    near = near | newest
    emulators: dict[str, Emulator] = {}
    left_out = []
    for column, name in enumerate(aims):
        try:
            emulators[name] = Emulator(data_of(points[near], statistics[near, :, column]), seed)
        except ValueError:
            left_out.append(name)
    if not emulators:
        raise ValueError("none of the targets differs between points: there is nothing to calibrate by")
    columns = [list(aims).index(name) for name in emulators]
    clusters = clusters_of(mean_of_known(statistics[near][:, :, columns], axis=1))
    return Judge(emulators, aims, clusters.tolist()), tuple(left_out)
