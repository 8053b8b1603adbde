"""What a calibration found: how good the emulators are, what shrank, what is met, and what conflicts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.stats import qmc

from cpi_sim.calibration.calibrating import BlockResult, aims_of_targets
from cpi_sim.calibration.ensemble import Ensemble, targets_judged
from cpi_sim.calibration.matching import Wave
from cpi_sim.calibration.ruling_out import RULED_OUT_FROM, implausibility
from cpi_sim.checks.statistics import BY_CONSTRUCTION
from cpi_sim.evidence.catalogue import TARGETS, Target

UNIFORM_SD = 12.0**-0.5
LOOKED_AT = 2**12
STEPS_ALONG = 9
DRAWN_AROUND = 50
NINETY_PER_CENT = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Interval:
    """The middle of some values, and where 90 % of them lie."""

    low: float
    median: float
    high: float


def interval(values: np.ndarray) -> Interval:
    """Median and 5 % and 95 % quantiles; values that are not a number are left out, and all three where none is."""
    known = values[~np.isnan(values)]
    return Interval(*np.quantile(known, NINETY_PER_CENT).tolist()) if len(known) else Interval(*[float("nan")] * 3)


@dataclass(frozen=True)
class WaveAccount:
    """One wave: points, share of the block's space left after it, and how well emulators predict points left out.

    ``within_two`` is the part of left-out points within two standard deviations of their prediction (95 % where an
    emulator knows how unsure it is), over all targets; ``worst_within_two`` that of the worst emulator; ``explained``
    the median over targets of the part of the spread between points that the prediction accounts for.
    """

    block: str
    wave: int
    points: int
    left: float
    within_two: float
    worst_within_two: float
    explained: float
    not_emulated: tuple[str, ...]


def waves(result: BlockResult) -> list[WaveAccount]:
    """The waves of a block."""
    return [_wave(result.block.name, number + 1, wave) for number, wave in enumerate(result.matched.waves)]


def _wave(block: str, number: int, wave: Wave) -> WaveAccount:
    within, explained = [], []
    for emulator in wave.judge.emulators.values():
        error, _ = emulator.left_out()
        within.append(float(np.mean(np.abs(error) < 2.0)))
        explained.append(emulator.share_predicted())
    return WaveAccount(
        block, number, len(wave.points), wave.share, float(np.mean(within)), min(within),
        float(np.median(explained)), wave.not_emulated,
    )  # fmt: skip


@dataclass(frozen=True)
class Shrinkage:
    """What is left of a parameter's range; ``spread_left`` is 1 where it is as wide as it was."""

    block: str
    parameter: str
    low: float
    high: float
    left: Interval
    spread_left: float


def shrinkage(result: BlockResult) -> list[Shrinkage]:
    """What is left of every parameter of a block; nothing where nothing fits."""
    if not result.matched.fits:
        return []
    space, sample = result.space, result.matched.sample
    return [
        Shrinkage(
            result.block.name, name, float(space.low[k]), float(space.high[k]),
            interval(space.low[k] + (space.high[k] - space.low[k]) * sample[:, k]),
            float(np.std(sample[:, k])) / UNIFORM_SD,
        )
        for k, name in enumerate(space.names)
    ]  # fmt: skip


@dataclass(frozen=True)
class Reach:
    """How far a statistic moves over a parameter's whole range alone, in tolerances of its target."""

    block: str
    parameter: str
    target: str
    tolerances: float


def furthest_reach(result: BlockResult) -> list[Reach]:
    """For every parameter the target that it moves most, by the emulators of the first wave.

    The other parameters are drawn from what is left, or stand in the middle where nothing is.
    """
    along = np.linspace(0.0, 1.0, STEPS_ALONG)
    middle = np.full((1, result.space.dimensions), 0.5)
    around = result.matched.sample[:DRAWN_AROUND] if result.matched.fits else middle
    found = []
    for column, name in enumerate(result.space.names):
        points = np.repeat(around, len(along), axis=0)
        points[:, column] = np.tile(along, len(around))
        reaches = []
        for target, emulator in result.matched.waves[0].judge.emulators.items():
            means = emulator.predict(points)[0].reshape(len(around), len(along))
            reach = float(np.mean(np.ptp(means, axis=1))) / TARGETS[target].sd
            reaches.append(Reach(result.block.name, name, target, reach))
        found.append(max(reaches, key=lambda each: each.tolerances))
    return found


@dataclass(frozen=True)
class Conflict:
    """Targets that no point tried meets together, or one that none meets at all (``other`` is then empty).

    ``nearest`` is the smallest implausibility that the worse of them has anywhere.
    """

    block: str
    target: str
    other: str
    nearest: float


def conflicts(result: BlockResult, seed: int = 0) -> list[Conflict]:
    """Targets that cannot be met, and pairs of which each can be met alone and both cannot, the worst first.

    Judged by the emulators of the first wave, over the block's whole space.
    """
    judge = result.matched.waves[0].judge
    each = judge.each(qmc.Sobol(result.space.dimensions, rng=np.random.default_rng(seed)).random(LOOKED_AT))
    names, alone = list(judge.emulators), each.min(axis=0)
    found = [
        Conflict(result.block.name, names[a], "", float(alone[a]))
        for a in range(len(names))
        if alone[a] >= RULED_OUT_FROM
    ]
    for a, b in combinations(range(len(names)), 2):
        nearest = float(np.maximum(each[:, a], each[:, b]).min())
        if nearest >= RULED_OUT_FROM > max(alone[a], alone[b]):
            found.append(Conflict(result.block.name, names[a], names[b], nearest))
    return sorted(found, key=lambda conflict: -conflict.nearest)


@dataclass(frozen=True)
class TargetAfter:
    """A target and what the ensemble gives: its sets' statistics, and the implausibility of their median.

    ``judged`` says whether the ensemble was chosen by it, ``by_construction`` whether an input fixes it.
    """

    target: Target
    simulated: Interval
    implausibility: float
    by_construction: bool
    judged: bool

    @property
    def met(self) -> bool:
        """Whether the median is within reach of the target."""
        return self.implausibility < RULED_OUT_FROM


def targets_after(ensemble: Ensemble) -> list[TargetAfter]:
    """Every target that can be computed, with what the ensemble gives."""
    return [_after(name, ensemble.statistics[:, column]) for column, name in enumerate(ensemble.targets)]


def _after(name: str, statistics: np.ndarray) -> TargetAfter:
    simulated = interval(statistics)
    far = implausibility(np.array([simulated.median]), np.zeros(1), aims_of_targets([name])[name])
    return TargetAfter(TARGETS[name], simulated, float(far[0]), name in BY_CONSTRUCTION, name in targets_judged())
