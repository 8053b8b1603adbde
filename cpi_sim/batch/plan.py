"""What a batch will do, decided before anything is done: which sites, with which seeds, sharing which pasts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Values = Mapping[str, float]

_SEED_BITS = 52
"""Seeds stay whole in every reader of JSON, which keeps numbers as doubles."""


@dataclass(frozen=True)
class SitePlan:
    """One site: its number, its seed, and its arms, grouped so that the arms of a group share one past.

    ``groups`` holds pairs of (past key, names of the arms that grow out of that past).
    """

    site: int
    seed: int
    groups: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Plan:
    """All sites of a batch, and the past that each arm has, by key."""

    sites: tuple[SitePlan, ...]
    past_of_arm: dict[str, str]

    @property
    def runs(self) -> int:
        """Number of runs: sites times arms."""
        return len(self.sites) * len(self.past_of_arm)


def site_seed(seed: int, site: int) -> int:
    """Seed of one site, hashed from the scenario's seed and the site's number.

    A hash, so that neighbouring seeds of scenarios never share sites; and the same for every arm and scenario, so that
    they are paired over the same sites.
    """
    digest = hashlib.sha256(f"cpi_sim site {int(seed)} {int(site)}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - _SEED_BITS)


def make_plan(
    values_of_arm: Mapping[str, Values], sites: int, seed: int, past_key: Callable[[dict[str, float]], str]
) -> Plan:
    """Plan ``sites`` sites, each with all arms; ``past_key`` names the past that a set of values leads to."""
    past_of_arm = {arm: past_key(dict(values)) for arm, values in values_of_arm.items()}
    groups: dict[str, list[str]] = {}
    for arm, past in past_of_arm.items():
        groups.setdefault(past, []).append(arm)
    grouped = tuple((past, tuple(arms)) for past, arms in groups.items())
    return Plan(
        sites=tuple(SitePlan(site, site_seed(seed, site), grouped) for site in range(sites)), past_of_arm=past_of_arm
    )
