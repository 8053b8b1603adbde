"""History matching in waves: simulate, emulate, rule out, and look closer at what is left, until nothing shrinks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from threadpoolctl import threadpool_limits

from cpi_sim.calibration.emulator import CannotEmulate, Emulator, data_of
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

    ``statistics`` is (points, sites, targets); ``share`` is the part of the whole space that is left after it;
    ``not_emulated`` names targets that do not differ between sites.
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
    region, sample, share = Region(dimensions), latin_hypercube(effort.first_points, dimensions, seed), 1.0
    waves: list[Wave] = []
    with threadpool_limits(limits=1):  # sums in one order: the same waves on any number of cores
        for number in range(effort.waves):
            points = remember(number, sample if number == 0 else spread_out(sample, effort.points))
            simulated = simulate(points, number)
            so_far = [*((wave.points, wave.statistics) for wave in waves), (points, simulated)]
            judge, not_emulated = judge_of(so_far, region, aims)
            region = Region(dimensions, (*region.judges, judge))
            earlier, before = (sample if waves else None), share
            wanted = max(left, CANDIDATES_A_POINT * effort.points)
            sample, share = _left(region, wanted, seed + 1 + number, earlier, share)
            waves.append(Wave(points, simulated, judge, share, not_emulated))
            if not len(sample) or (number and share > SHRINKS_BELOW * before):
                break
    return Matched(tuple(aims), tuple(waves), region, sample[:left])


def _left(
    region: Region, points: int, seed: int, before: np.ndarray | None, share_before: float
) -> tuple[np.ndarray, float]:
    """Points of the region and its share; none, and 0, where nothing fits."""
    try:
        return region.sample(points, seed, before, share_before)
    except NothingFits:
        return np.zeros((0, region.dimensions)), 0.0


def judge_of(
    simulated: Sequence[tuple[np.ndarray, np.ndarray]], region: Region, aims: Mapping[str, Aim]
) -> tuple[Judge, tuple[str, ...]]:
    """Emulators of every statistic, and the targets left out.

    ``simulated`` holds points and statistics of each wave. All of the latest wave is learnt from, and of earlier ones
    what lies in the ``region`` that it looked at.

    Raises CannotEmulate where no target can be emulated.
    """
    points = np.concatenate([points for points, _ in simulated])
    statistics = np.concatenate([statistics for _, statistics in simulated])
    newest = np.arange(len(points)) >= len(points) - len(simulated[-1][0])
    near = newest | region.holds(points)
    emulators: dict[str, Emulator] = {}
    left_out = []
    for column, name in enumerate(aims):
        try:
            emulators[name] = Emulator(data_of(points[near], statistics[near, :, column]))
        except CannotEmulate:
            left_out.append(name)
    if not emulators:
        raise CannotEmulate("none of the targets differs between sites: there is nothing to calibrate by")
    columns = [list(aims).index(name) for name in emulators]
    clusters = clusters_of(mean_of_known(statistics[near][:, :, columns], axis=1))
    return Judge(emulators, aims, clusters.tolist()), tuple(left_out)
