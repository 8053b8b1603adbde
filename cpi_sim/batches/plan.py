"""What a batch will do, decided before anything is done: which sites, with which seeds, sharing which pasts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Values = Mapping[str, float]
Groups = tuple[tuple[str, tuple[str, ...]], ...]
"""Pairs of (past key, names of the arms that grow out of that past)."""

_SEED_BITS = 52
"""Seeds stay whole in every reader of JSON, which keeps numbers as doubles."""


@dataclass(frozen=True)
class SitePlan:
    """One site: its number, its seed, and its arms, grouped so that the arms of a group share one past."""

    site: int
    seed: int
    groups: Groups


@dataclass(frozen=True)
class Shard:
    """A share of a batch for one machine of several: every ``of``-th site, beginning with number ``number`` - 1."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """The shard that ``i/n`` means, ``i`` from 1 to ``n``. Raises :class:`ValueError`."""
        number, _, of = text.partition("/")
        if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
            raise ValueError(f"{text!r} is no shard; write i/n with i from 1 to n, as in 2/8")
        return cls(int(number), int(of))

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


WHOLE = Shard(1, 1)


@dataclass(frozen=True)
class Plan:
    """The sites of a batch by number, its seed, the arms by their pasts, and the past of each arm, by key."""

    numbers: range
    seed: int
    groups: Groups
    past_of_arm: dict[str, str]

    @property
    def runs(self) -> int:
        """Number of runs: sites times arms."""
        return len(self.numbers) * len(self.past_of_arm)

    def site(self, number: int) -> SitePlan:
        """The plan of one site; it does not depend on how many there are."""
        return SitePlan(number, site_seed(self.seed, number), self.groups)


def site_seed(seed: int, site: int) -> int:
    """Seed of one site, hashed from the scenario's seed and the site's number.

    A hash, so that neighbouring seeds of scenarios never share sites; and the same for every arm and scenario, so that
    they are paired over the same sites.
    """
    digest = hashlib.sha256(f"cpi_sim site {int(seed)} {int(site)}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - _SEED_BITS)


def make_plan(
    values_of_arm: Mapping[str, Values],
    sites: int,
    seed: int,
    past_key: Callable[[dict[str, float]], str],
    shard: Shard = WHOLE,
) -> Plan:
    """Plan ``sites`` sites (those of a ``shard``), each with all arms.

    ``past_key`` names the past that a set of values leads to.
    """
    past_of_arm = {arm: past_key(dict(values)) for arm, values in values_of_arm.items()}
    groups: dict[str, list[str]] = {}
    for arm, past in past_of_arm.items():
        groups.setdefault(past, []).append(arm)
    return Plan(
        numbers=range(shard.number - 1, sites, shard.of),
        seed=seed,
        groups=tuple((past, tuple(arms)) for past, arms in groups.items()),
        past_of_arm=past_of_arm,
    )
