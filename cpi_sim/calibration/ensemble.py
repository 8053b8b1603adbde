"""The ensemble: sets of parameters that agree with what is known, each lived as a whole, all targets together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cpi_sim.batches.plan import site_seed
from cpi_sim.calibration.calibrating import SITES_A_POINT, aims_of_targets
from cpi_sim.calibration.known import mean_of_known, variance_of_known
from cpi_sim.calibration.ruling_out import RULED_OUT_FROM, clusters_of, implausibility, largest_but
from cpi_sim.calibration.site_runs import Run, SiteRuns
from cpi_sim.checks.history import Lives
from cpi_sim.checks.statistics import BY_CONSTRUCTION, STATISTICS
from cpi_sim.evidence.catalogue import TARGETS

WHOLE_LIFE = Lives(usual_until=364, early_until=104, offers=True)
"""What the statistics of all blocks read."""
SETS_AT_LEAST = 200
NOISE_AT_MOST = 9.0
"""The noise of a mean counts up to the tolerance's variance over this, as in a check."""


@dataclass(frozen=True)
class Ensemble:
    """Sets of parameters, with what they gave.

    ``sets`` is (sets, parameters) in the parameters' units; ``statistics`` (sets, targets) are means over sites of each
    set; ``implausibility`` (sets,) is that of all core targets together, by which sets were chosen; ``tried`` counts
    the sets chosen from. Where too few agree, the least implausible of the others are among them. ``undefined`` names
    core targets that have no value in any set, and judge none.
    """

    parameters: tuple[str, ...]
    targets: tuple[str, ...]
    sets: np.ndarray
    statistics: np.ndarray
    implausibility: np.ndarray
    tried: int
    undefined: tuple[str, ...] = ()

    @property
    def agreeing(self) -> int:
        """Sets that are not ruled out."""
        return int(np.sum(self.implausibility < RULED_OUT_FROM))

    @property
    def draws(self) -> list[dict[str, float]]:
        """The sets as values by name, the least implausible first."""
        return [dict(zip(self.parameters, row, strict=True)) for row in self.sets.tolist()]


def targets_judged() -> tuple[str, ...]:
    """Core targets that a site can be judged by: computed, and not fixed by an input."""
    return tuple(name for name in STATISTICS if TARGETS[name].core and name not in BY_CONSTRUCTION)


def lived_as_a_whole(
    draws: Sequence[Mapping[str, float]], live: SiteRuns, site: Mapping[str, float], seed: int
) -> np.ndarray:
    """All statistics of each draw at a few sites, (draws, sites, statistics), in the order of ``STATISTICS``."""
    runs = [
        Run({**site, **draw}, site_seed(seed, SITES_A_POINT * number + each), WHOLE_LIFE, tuple(STATISTICS))
        for number, draw in enumerate(draws)
        for each in range(SITES_A_POINT)
    ]
    return live(runs).reshape(len(draws), SITES_A_POINT, len(STATISTICS))


def choose(draws: Sequence[Mapping[str, float]], lived: np.ndarray, at_least: int = SETS_AT_LEAST) -> Ensemble:
    """The draws that all core targets together do not rule out; the least implausible where those are too few.

    Args:
        draws: candidate sets of parameters, all with the same names.
        lived: their statistics, (draws, sites, statistics), in the order of ``STATISTICS``.
        at_least: sets wanted.
    """
    means = mean_of_known(lived, axis=1)
    noise = mean_of_known(variance_of_known(lived, axis=1), axis=0) / lived.shape[1]
    judged = targets_judged()
    column = {name: list(STATISTICS).index(name) for name in judged}
    defined = [name for name in judged if not np.isnan(means[:, column[name]]).all()]
    each = np.stack([_implausibility(name, means[:, column[name]], noise[column[name]]) for name in defined], axis=1)
    clusters = clusters_of(means[:, [column[name] for name in defined]])
    together = largest_but(np.nan_to_num(each, nan=np.inf), clusters)
    order = np.argsort(together, kind="stable")
    kept = order[: max(at_least, int(np.sum(together < RULED_OUT_FROM)))]
    parameters = tuple(draws[0])
    return Ensemble(
        parameters=parameters,
        targets=tuple(STATISTICS),
        sets=np.array([[draws[i][name] for name in parameters] for i in kept]),
        statistics=means[kept],
        implausibility=together[kept],
        tried=len(draws),
        undefined=tuple(name for name in judged if name not in defined),
    )


def _implausibility(name: str, means: np.ndarray, noise: float) -> np.ndarray:
    """Implausibility of means by a target; a noisy mean is not let pass for its noise."""
    aim = aims_of_targets([name])[name]
    return implausibility(means, np.full(len(means), min(noise, aim.sd**2 / NOISE_AT_MOST)), aim)


def seen_afresh(ensemble: Ensemble, lived: np.ndarray) -> Ensemble:
    """The ensemble with the statistics of other sites than those by which its sets were chosen.

    Sets were chosen for what they gave at some sites, and chance had a part in that. ``lived`` is as in
    :func:`choose`, for the ensemble's own sets in their order.
    """
    return replace(ensemble, statistics=mean_of_known(lived, axis=1))
