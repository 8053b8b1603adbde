"""The plausibility check: simulate sites, compute the statistic of every target on each, compare with what is known."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from cpi_sim.batches.plan import site_seed
from cpi_sim.checks.between_sites import COMPARED_AT_LEAST, OVER_SITES, estimate, scores_at_follow_up
from cpi_sim.checks.history import PARTS, SiteHistory, record_site
from cpi_sim.checks.stationarity import Stationarity, levels_of_site, over_sites
from cpi_sim.checks.statistics import BY_CONSTRUCTION, NOT_COMPUTED, STATISTICS
from cpi_sim.checks.summaries import NAN
from cpi_sim.checks.views import Scores
from cpi_sim.engine.compilation import Program
from cpi_sim.evidence.catalogue import TARGETS, Target

SITES_AT_LEAST = 20
"""With fewer sites the error of the simulated values is itself too uncertain, and there is no verdict."""

PLAUSIBLE_BELOW = 3.0
"""Implausibility below which a target is met."""

Progress = Callable[[int, int], None]


def implausibility(simulated: float, mcse: float, target: Target) -> float:
    """Distance of the simulated value from a target, in tolerances.

    The variance of the model is the squared Monte Carlo error, but never more than a ninth of the tolerance's variance,
    so that a noisy value is not let pass for its noise. NaN where there is no simulated value.
    """
    model_variance = 0.0 if math.isnan(mcse) else min(mcse**2, target.sd**2 / 9.0)
    return abs(simulated - target.value) / math.sqrt(target.sd**2 + model_variance)


@dataclass(frozen=True)
class Comparison:
    """One target and what the sites gave: a mean over sites or a statistic of all of them, and its Monte Carlo error.

    Both are NaN where there is no value (``reason`` says why); the error also with a single site.
    """

    target: Target
    simulated: float
    mcse: float
    by_construction: bool
    reason: str

    @property
    def computed(self) -> bool:
        """Whether there is a simulated value."""
        return not math.isnan(self.simulated)

    @property
    def implausibility(self) -> float:
        """Distance from the target in tolerances."""
        return implausibility(self.simulated, self.mcse, self.target)

    @property
    def met(self) -> bool:
        """Whether the target is met; one without a value is not."""
        return self.computed and self.implausibility < PLAUSIBLE_BELOW

    @property
    def counts(self) -> bool:
        """Whether the target is part of the verdict: core, with a statistic, and not fixed by an input.

        A statistic without a value counts, as a miss: sites that lack what it takes are not as they should be.
        """
        return self.target.core and self.target.id not in NOT_COMPUTED and not self.by_construction


@dataclass(frozen=True)
class CheckReport:
    """The outcome of a check over ``sites`` sites."""

    sites: int
    seed: int
    comparisons: tuple[Comparison, ...]
    stationarity: Stationarity

    @property
    def enough_sites(self) -> bool:
        """Whether there are enough sites for a verdict."""
        return self.sites >= SITES_AT_LEAST

    @property
    def counted(self) -> tuple[Comparison, ...]:
        """The targets that the verdict counts."""
        return tuple(each for each in self.comparisons if each.counts)

    @property
    def missed(self) -> tuple[Comparison, ...]:
        """The targets counted and not met."""
        return tuple(each for each in self.counted if not each.met)

    @property
    def plausible(self) -> bool:
        """Whether all targets counted are met, the community is stationary, and there are enough sites to say so."""
        return self.enough_sites and not self.missed and self.stationarity.holds

    def as_json(self) -> dict[str, Any]:
        """The report as one JSON object; values that do not exist are null."""
        return {
            "targets": [_as_json(each) for each in self.comparisons],
            "stationarity": {
                "drifts": [
                    {"name": d.name, "start": d.start, "end": d.end, "change": d.change}
                    for d in self.stationarity.drifts
                ],
                "ties_kept_7y": _or_null(self.stationarity.ties_kept),
                "holds": self.stationarity.holds,
            },
            "verdict": {
                "counted": len(self.counted),
                "met": len(self.counted) - len(self.missed),
                "missed": [each.target.id for each in self.missed],
                "plausible": self.plausible if self.enough_sites else None,
            },
            "sites": self.sites,
            "sites_at_least": SITES_AT_LEAST,
            "seed": self.seed,
        }


def _or_null(value: float) -> float | None:
    return None if math.isnan(value) else value


def _as_json(each: Comparison) -> dict[str, Any]:
    return {
        "id": each.target.id,
        "weight": each.target.weight,
        "value": each.target.value,
        "sd": each.target.sd,
        "simulated": _or_null(each.simulated),
        "mcse": _or_null(each.mcse),
        "implausibility": _or_null(each.implausibility),
        "by_construction": each.by_construction,
        "mark": each.target.shown_as,
        "reason": each.reason,
    }


@dataclass(frozen=True)
class SiteResult:
    """What one site gives to a check: its statistics by target id, its community's levels, and its users' scores."""

    statistics: dict[str, float]
    levels: dict[str, float]
    scores: Scores


def statistics_of_site(history: SiteHistory) -> dict[str, float]:
    """Every statistic of one site, by target id."""
    return {target: statistic(history) for target, statistic in STATISTICS.items()}


def result_of_site(history: SiteHistory) -> SiteResult:
    """All that one site gives to a check."""
    return SiteResult(statistics_of_site(history), levels_of_site(history), scores_at_follow_up(history))


def mean_over_sites(values: Sequence[float]) -> tuple[float, float]:
    """Mean and its Monte Carlo error over the sites where a statistic is defined; NaN where there are too few."""
    known = np.array([value for value in values if not math.isnan(value)])
    mcse = float(np.std(known, ddof=1) / math.sqrt(len(known))) if len(known) > 1 else NAN
    return float(np.mean(known)) if len(known) else NAN, mcse


def reason_for(target: str, simulated: float) -> str:
    """Why a target has no value, or one that says nothing; nothing for the others."""
    if target in NOT_COMPUTED or target in BY_CONSTRUCTION:
        return NOT_COMPUTED.get(target) or BY_CONSTRUCTION[target]
    if not math.isnan(simulated):
        return ""
    few = f"it compares sites, and takes {COMPARED_AT_LEAST} of them"
    return few if target in OVER_SITES else "on no site is there anything to count it in"


def compare(target: Target, sites: Sequence[SiteResult]) -> Comparison:
    """Compare a target with what the sites give: its statistic over all of them, or the mean of each site's."""
    if target.id in OVER_SITES:
        simulated, mcse = estimate(OVER_SITES[target.id], [site.scores for site in sites])
    else:
        simulated, mcse = mean_over_sites([site.statistics.get(target.id, NAN) for site in sites])
    return Comparison(target, simulated, mcse, target.id in BY_CONSTRUCTION, reason_for(target.id, simulated))


def report_of(sites: Sequence[SiteResult], seed: int) -> CheckReport:
    """The report over sites."""
    comparisons = tuple(compare(target, sites) for target in TARGETS.values())
    return CheckReport(len(sites), seed, comparisons, over_sites([site.levels for site in sites]))


class Interrupted(RuntimeError):
    """Work given up because the check was interrupted elsewhere."""


class _Counter:
    """Counts parts done by several threads, tells how far the check has come, and lets the threads be stopped."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._lock = threading.Lock()
        self._done = 0
        self._total = total
        self._progress = progress
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Let every thread give up when its present part is done."""
        self._stopped.set()

    def one_done(self) -> None:
        """Count one part.

        Raises :class:`Interrupted` once the check has been stopped.
        """
        if self._stopped.is_set():
            raise Interrupted("the check was interrupted")
        with self._lock:
            self._done += 1
            self._progress(self._done, self._total)


def run_check(
    sites: int = SITES_AT_LEAST,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress = lambda done, total: None,
    program: Program | None = None,
    changed: Mapping[str, float] | None = None,
) -> CheckReport:
    """Simulate ``sites`` sites and compare them with the targets.

    Args:
        sites: number of sites; with fewer than :data:`SITES_AT_LEAST` the report holds no verdict.
        seed: seed of the check; site k has the k-th seed that follows from it.
        workers: threads to use; as many as there are processors when None. The result does not depend on it.
        progress: called with parts done and parts in all, from any thread, one call at a time.
        program: the rules; those of the model when None.
        changed: values of parameters that differ from their defaults, in every run.

    Raises:
        ValueError: if there is no site to simulate.
    """
    if sites < 1:
        raise ValueError(f"a check needs at least one site, not {sites}")
    rules = program or Program()
    counter = _Counter(sites * PARTS, progress)

    def one_site(number: int) -> SiteResult:
        return result_of_site(record_site(site_seed(seed, number), rules, counter.one_done, changed))

    pool = ThreadPoolExecutor(min(sites, workers or os.cpu_count() or 1))
    try:
        return report_of(list(pool.map(one_site, range(sites))), seed)
    finally:
        counter.stop()
        pool.shutdown(wait=True, cancel_futures=True)
