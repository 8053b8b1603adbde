"""Sobol indices: which part of the variance of an output each number accounts for, alone and with the others.

Tens of thousands of values are wanted, so they are those of an emulator. Its own uncertainty is told beside the
indices: an index can be no better than the part of the spread that the emulator accounts for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from SALib.analyze import sobol as analysis
from SALib.sample import sobol as sampling

from cpi_sim.batches.plan import site_seed
from cpi_sim.calibration.calibrating import SITES_A_POINT
from cpi_sim.calibration.emulator import CannotEmulate, Emulator, data_of
from cpi_sim.calibration.ensemble import WHOLE_LIFE
from cpi_sim.calibration.site_runs import Run, SiteRuns
from cpi_sim.calibration.space import Space, latin_hypercube
from cpi_sim.sensitivity.screening import problem_of

DRAWN = 512
RESAMPLES = 200


@dataclass(frozen=True)
class Indices:
    """Sobol indices of one output by number: ``first`` alone, ``total`` with all that it takes part in.

    The two ``unsure`` are half the widths of 95 % bootstrap intervals; ``explained`` is the part of the spread between
    points that the emulator predicts of points left out.
    """

    output: str
    numbers: tuple[str, ...]
    first: np.ndarray
    first_unsure: np.ndarray
    total: np.ndarray
    total_unsure: np.ndarray
    explained: float


def indices(
    live: SiteRuns, space: Space, site: Mapping[str, float], outputs: Sequence[str], points: int, seed: int = 1
) -> list[Indices]:
    """Sobol indices of some outputs over a space; outputs that do not differ between sites are left out.

    Args:
        live: lives the sites.
        space: the numbers and their ranges; best the influential ones only.
        site: values that make the sites.
        outputs: names of statistics and effects.
        points: points at which sites are lived, two at each, to emulate the outputs.
        seed: of points, sites and draws.
    """
    design = latin_hypercube(points, space.dimensions, seed)
    runs = [
        Run({**site, **space.values(point)}, site_seed(seed, SITES_A_POINT * row + each), WHOLE_LIFE, tuple(outputs))
        for row, point in enumerate(design)
        for each in range(SITES_A_POINT)
    ]
    lived = live(runs).reshape(points, SITES_A_POINT, len(outputs))
    found = []
    for column, output in enumerate(outputs):
        try:
            emulator = Emulator(data_of(design, lived[:, :, column]))
        except CannotEmulate:
            continue
        found.append(indices_of(output, emulator, space, seed))
    return found


def indices_of(output: str, emulator: Emulator, space: Space, seed: int = 1) -> Indices:
    """Sobol indices of what an emulator predicts."""
    problem = problem_of(space)
    draws = sampling.sample(problem, DRAWN, calc_second_order=False, seed=seed)
    found = analysis.analyze(
        problem, emulator.predict(draws)[0], calc_second_order=False, num_resamples=RESAMPLES, seed=seed
    )
    return Indices(
        output, space.names, np.asarray(found["S1"]), np.asarray(found["S1_conf"]), np.asarray(found["ST"]),
        np.asarray(found["ST_conf"]), emulator.share_predicted(),
    )  # fmt: skip
