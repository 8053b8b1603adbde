"""What a Mesa model begins with: the seed of its site, the one arm that it lives, its program, and its past."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cpi_sim.engine.compilation import Program
from cpi_sim.extensions.files import read_sources
from cpi_sim.extensions.making import fitted
from cpi_sim.extensions.program import ExtendedProgram, in_arm
from cpi_sim.scenario import load
from cpi_sim.scenario.changing import changed
from cpi_sim.scenario.model import Scenario
from cpi_sim.simulation.past import past_key
from cpi_sim.site.tables import Site
from cpi_sim.week import WEEK

Rule = Callable[..., Any]
SEEDS = 2**62
"""Seeds of a site are whole numbers from 0 to one less than this."""

_DEFAULT_PROGRAM = Program()


@dataclass(frozen=True)
class Past:
    """A site as it stood before entry, and what made it; a model given it need not live it again."""

    site: Site
    seed: int
    key: str


def site_seed(rng: Any, past: Past | None) -> int:
    """The seed of a site from whatever Mesa takes as ``rng``: that of the past, if there is one, where it is None.

    Raises :class:`ValueError` for a whole number out of range.
    """
    if rng is None and past is not None:
        return past.seed
    if isinstance(rng, int | np.integer) and not isinstance(rng, bool):
        if not 0 <= rng < SEEDS:
            raise ValueError(f"the seed of a site is a whole number from 0 to 2**62 - 1, not {rng}")
        return int(rng)
    return int(np.random.default_rng(rng).integers(2**31))


def one_arm(scenario: str | Path | Scenario, arm: str | None, overrides: Mapping[str, Any]) -> Scenario:
    """One arm of a scenario, the last where none is named, with fields laid over it.

    Raises :class:`ScenarioError` for a scenario, arm or field that does not exist or cannot be lived.
    """
    spec = scenario if isinstance(scenario, Scenario) else load(scenario, overrides)
    spec = spec.only(list(spec.arms)[-1] if arm is None else arm)
    return changed(spec, overrides, begun=False) if isinstance(scenario, Scenario) else spec


def program_with(rules: Mapping[str, Rule] | None, extensions: Sequence[str | Path]) -> Program:
    """The model's rules with those that replace them and with extensions; one shared program where there are neither.

    Raises :class:`ReplacementError` for a rule that cannot stand in, :class:`ExtensionError` for a file that cannot be
    run.
    """
    if extensions:
        return ExtendedProgram(rules, read_sources(extensions))
    return Program(rules) if rules else _DEFAULT_PROGRAM


def fitted_to_arm(spec: Scenario, program: Program) -> Program:
    """A program with the elements and instruments of one's own that the one arm of a scenario names.

    Raises :class:`ExtensionError` for one that is missing, or does what it may not.
    """
    (arm,) = spec.arms
    return in_arm(fitted(spec, program), arm)


def key_of_past(values: dict[str, float], program: Program) -> str:
    """What the past of a site depends on beside its seed: numbers that act from birth, and rules."""
    births = past_key({name: float(value) for name, value in values.items()})
    return " ".join([births, *(program.digest(each) for each in WEEK)])


def checked_past(past: Past, values: dict[str, float], seed: int, program: Program) -> Past:
    """The past given, if it is that of the site with these values, seed and rules; else :class:`ValueError`."""
    if (past.seed, past.key) != (seed, key_of_past(values, program)):
        what = "seed" if past.seed != seed else "numbers that act from birth, or rules"
        raise ValueError(f"the past given belongs to a site with another {what}")
    return past
