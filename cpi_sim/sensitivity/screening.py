"""Morris screening: one number is moved at a time, along paths through the ranges of all of them.

The mean size of what a move changes (mu star) ranks numbers by their influence; the spread of it (sigma) tells those
whose influence depends on the others. A move changes every later chance meeting of a site too, so that even a number of
no importance seems to change something. What two sites with the same numbers differ by is told beside it, as a floor:
two lives of the same site differ by less, so the floor is rather too high than too low.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from SALib.analyze import morris as analysis
from SALib.sample import morris as sampling

from cpi_sim.batches.plan import site_seed
from cpi_sim.calibration.ensemble import WHOLE_LIFE
from cpi_sim.calibration.known import mean_of_known, variance_of_known
from cpi_sim.calibration.site_runs import Run, SiteRuns
from cpi_sim.calibration.space import Space
from cpi_sim.checks.effects import EFFECTS
from cpi_sim.checks.statistics import STATISTICS
from cpi_sim.evidence.catalogue import TARGETS

LEVELS = 4
STEP = LEVELS / (2.0 * (LEVELS - 1))
"""How far a number is moved, as a part of its range."""
RESAMPLES = 200
TRAJECTORIES_AT_LEAST = 2

OUTPUTS = (*STATISTICS, *EFFECTS)
"""What is looked at: the statistics of all targets, and the effects of the practice."""
CONFIDENCE = 1.0 - 0.05 / len(OUTPUTS)
"""Of the interval of one number and output, so that all of a number hold together (Bonferroni)."""


@dataclass(frozen=True)
class Screening:
    """What moving each number over its range would change, (numbers, outputs) each.

    Statistics of targets are in tolerances of their target, effects in standard deviations of the outcome. ``unsure``
    is half the width of a bootstrap interval of ``mu_star``, wide enough that a number's intervals for all outputs hold
    together in 95 %, as far as so few paths can tell; ``floor`` (outputs,) is what chance gives.
    """

    numbers: tuple[str, ...]
    outputs: tuple[str, ...]
    mu_star: np.ndarray
    unsure: np.ndarray
    sigma: np.ndarray
    floor: np.ndarray
    trajectories: int

    def above_chance(self) -> np.ndarray:
        """By how much each number's influence is surely above what chance gives, as a multiple of that; 0 where not."""
        surely = np.nan_to_num(self.mu_star - self.unsure)
        with np.errstate(divide="ignore", invalid="ignore"):
            times = np.where(surely > 0, surely / np.nan_to_num(self.floor), 0.0)
        return np.where(times > 1.0, times, 0.0)

    def most_influential(self, number: int, outputs: Sequence[str]) -> list[str]:
        """The numbers whose influence on any of some outputs is furthest above chance, at most ``number``."""
        columns = [self.outputs.index(name) for name in outputs]
        furthest = self.above_chance()[:, columns].max(axis=1)
        order = np.argsort(-furthest, kind="stable")
        return [self.numbers[row] for row in order[:number] if furthest[row] > 0]


def problem_of(space: Space) -> dict[str, object]:
    """A space as the library of sensitivity analysis describes it, each number from 0 to 1."""
    return {"num_vars": space.dimensions, "names": list(space.names), "bounds": [[0.0, 1.0]] * space.dimensions}


def scale_of(output: str) -> float:
    """The unit in which an output is told: the tolerance of its target, or 1 for effects."""
    return TARGETS[output].sd if output in TARGETS else 1.0


def screen(live: SiteRuns, space: Space, site: Mapping[str, float], trajectories: int, seed: int = 1) -> Screening:
    """Move each number of ``space`` once along each of some trajectories, every trajectory on a site of its own.

    Args:
        live: lives the sites.
        space: the numbers and their ranges.
        site: values that make the sites.
        trajectories: paths through the space; each costs a run for every number, and two.
        seed: of the paths and the sites.
    """
    points = sampling.sample(problem_of(space), trajectories, num_levels=LEVELS, seed=seed)
    along = space.dimensions + 1
    runs = [_run(space, site, point, site_seed(seed, row // along)) for row, point in enumerate(points)]
    again = [_run(space, site, points[t * along], site_seed(seed, trajectories + t)) for t in range(trajectories)]
    lived = live([*runs, *again]) / np.array([scale_of(output) for output in OUTPUTS])
    return screened(space, points, lived[: len(runs)], lived[len(runs) :], seed)


def screened(space: Space, points: np.ndarray, lived: np.ndarray, again: np.ndarray, seed: int = 1) -> Screening:
    """The screening from what was lived.

    Args:
        space: the numbers.
        points: points of the trajectories one after the other, (runs, numbers).
        lived: outputs at each point, (runs, outputs).
        again: outputs at the first point of each trajectory on another site, (trajectories, outputs).
        seed: of the bootstrap.
    """
    along = space.dimensions + 1
    first = lived[::along]
    noise = mean_of_known(variance_of_known(np.stack([first, again]), axis=0), axis=0)
    found = [_one_output(space, points, lived[:, column], seed) for column in range(lived.shape[1])]
    mu_star, unsure, sigma = (np.stack(each, axis=1) for each in zip(*found, strict=True))
    floor = 2.0 * np.sqrt(noise / np.pi) / STEP  # the mean size of a difference of two draws of that variance
    return Screening(space.names, OUTPUTS[: lived.shape[1]], mu_star, unsure, sigma, floor, len(first))


def _one_output(
    space: Space, points: np.ndarray, output: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mu star, its uncertainty and sigma by number; trajectories on which the output is undefined are left out."""
    along = space.dimensions + 1
    whole = ~np.isnan(output.reshape(-1, along)).any(axis=1)
    if whole.sum() < TRAJECTORIES_AT_LEAST:
        return tuple(np.full((3, space.dimensions), np.nan))  # type: ignore[return-value]
    kept = np.repeat(whole, along)
    found = analysis.analyze(
        problem_of(space),
        points[kept],
        output[kept],
        num_levels=LEVELS,
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        seed=seed,
    )
    return np.asarray(found["mu_star"]), np.asarray(found["mu_star_conf"]), np.asarray(found["sigma"])


def _run(space: Space, site: Mapping[str, float], point: np.ndarray, seed: int) -> Run:
    return Run({**site, **space.values(point)}, seed, WHOLE_LIFE, OUTPUTS)
