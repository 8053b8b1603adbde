"""Whether a healthy community stays what it is over ten years, while its ties turn over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.statistics_dynamics import tie_kept_7y
from cpi_sim.checks.statistics_networks import (
    closeness_of_community,
    friends_of_community,
    network_size_of_community,
)

DRIFT_AT_MOST = 0.10
"""Largest change in ten years, as a share of the level at week 0, that still counts as stationary."""

TEN_YEARS = 520

LEVELS = {
    "friends": friends_of_community,
    "closeness": closeness_of_community,
    "network size": network_size_of_community,
}
"""What must not drift, each as a mean over community members."""

KEPT_BETWEEN = (0.24, 0.72)
"""Share of ties kept for seven years that still counts as about half: the published share and three tolerances."""


@dataclass(frozen=True)
class Drift:
    """One level of the community at week 0 and ten years later, as means over sites."""

    name: str
    start: float
    end: float

    @property
    def change(self) -> float:
        """Change in ten years as a share of the level at the start."""
        return self.end / self.start - 1.0 if self.start > 0 else float("nan")

    @property
    def stationary(self) -> bool:
        """Whether the level has stayed."""
        return abs(self.change) < DRIFT_AT_MOST


@dataclass(frozen=True)
class Stationarity:
    """Drift of the community's levels, and the share of its ties that are the same after seven years."""

    drifts: tuple[Drift, ...]
    ties_kept: float

    @property
    def holds(self) -> bool:
        """Whether levels have stayed while ties turned over."""
        low, high = KEPT_BETWEEN
        return all(drift.stationary for drift in self.drifts) and low <= self.ties_kept <= high


def levels_of_site(history: SiteHistory) -> dict[str, float]:
    """Levels of one site's community at both ends of the ten years, and the share of its ties kept."""
    levels = {"ties kept": tie_kept_7y(history)}
    for name, level in LEVELS.items():
        levels[f"{name} at start"] = level(history.usual[0])
        levels[f"{name} at end"] = level(history.usual[TEN_YEARS])
    return levels


def over_sites(levels: list[dict[str, float]]) -> Stationarity:
    """Stationarity of the mean over sites."""
    means = {name: float(np.mean([site[name] for site in levels])) for name in levels[0]}
    drifts = tuple(Drift(name, means[f"{name} at start"], means[f"{name} at end"]) for name in LEVELS)
    return Stationarity(drifts, means["ties kept"])
