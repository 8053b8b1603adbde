"""The model's rules together with what users have added: which elements an arm lives, which instruments are asked."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cpi_sim.engine.compilation import Program
from cpi_sim.extensions.declaring import Element, ScoredByFunction
from cpi_sim.extensions.files import Source, load_sources
from cpi_sim.extensions.watching import watched
from cpi_sim.scenario.instrument import Instrument
from cpi_sim.site.tables import Site
from cpi_sim.week.plan_do_review import plan_do_review

WATCHED_WEEKS = 4
"""In each life of an arm, an element is watched in its first weeks: what it may not write is found there."""

Rule = Callable[..., Any]
Weights = Mapping[str, float]


@dataclass(frozen=True)
class Lived:
    """An element as an arm lives it: compiled, with its weight, in the weeks in which support is offered."""

    element: Element
    compiled: Callable[..., None]
    weight: float

    def __call__(self, site: Site, seed: int, week: int) -> None:
        """Live the element for one week."""
        p = site.parameters[0]
        since_start = week - int(p["start_week"])
        if not 0 <= since_start < p["duration_weeks"]:
            return
        if since_start < WATCHED_WEEKS:
            watched(self.element, self.compiled, site, seed, week, self.weight)
        else:
            self.compiled(site, seed, week, self.element.process, self.weight)


class ExtendedProgram(Program):
    """A program with additions.

    Args:
        replacements: rules in the place of the model's own, as for :class:`~cpi_sim.engine.compilation.Program`.
        sources: Python files, with the text that was read from them.
        instruments: instruments of the scenario, by name.
        weights_of_arm: weights, above 0, of own elements in each arm.

    Raises:
        ExtensionError: for a file that cannot be run.
    """

    def __init__(
        self,
        replacements: Mapping[str, Rule] | None = None,
        sources: Iterable[Source] = (),
        instruments: Mapping[str, Instrument] | None = None,
        weights_of_arm: Mapping[str, Weights] | None = None,
    ) -> None:
        super().__init__(replacements)
        self.sources = tuple(sources)
        self.elements, self.scored_by_function = load_sources(self.sources)
        self.instruments = dict(instruments or {})
        self.weights_of_arm = {arm: dict(weights) for arm, weights in (weights_of_arm or {}).items()}
        self._weights: Weights = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """What another process needs to make the same program: texts and numbers, nothing compiled."""
        return _remade, (self.says(), dict(self._weights))

    def says(self) -> tuple[Any, ...]:
        """All that makes this program what it is: equal for equal programs."""
        return self.replacements, self.sources, self.instruments, self.weights_of_arm

    def in_arm(self, arm: str) -> ExtendedProgram:
        """The program as one arm lives it; what was compiled is shared."""
        return self.weighing(self.weights_of_arm.get(arm, {}))

    def weighing(self, weights: Weights) -> ExtendedProgram:
        """The program of an arm that gives elements these weights."""
        other = object.__new__(ExtendedProgram)
        other.__dict__.update(self.__dict__, _weights=dict(weights))
        return other

    def following(self, step: Callable[..., None]) -> list[Callable[[Site, int, int], None]]:
        """Own elements that are lived right after a step of the week."""
        if step is not plan_do_review:
            return []
        return [
            Lived(self.elements[name], self(self.elements[name].step), weight)
            for name, weight in sorted(self._weights.items())
        ]

    def digests(self) -> dict[str, str]:
        """Twelve hexadecimal digits for each file of Python, that change with its text and all that it calls.

        Of a function that depends on what cannot be seen, they never come twice.
        """
        return {source.name: self._digest_of(source) for source in self.sources}

    def _digest_of(self, source: Source) -> str:
        hasher = hashlib.sha256(source.text.encode())
        for declared in source.declared().values():
            function = declared.step if isinstance(declared, Element) else declared.score
            hasher.update(self.digest(function).encode())
            if not self.can_vouch_for(function):
                hasher.update(uuid.uuid4().bytes)
        return hasher.hexdigest()[:12]


def _remade(made_of: tuple[Any, ...], weights: Weights) -> ExtendedProgram:
    return ExtendedProgram(*made_of).weighing(weights)


def in_arm(program: Program, arm: str) -> Program:
    """The program as one arm lives it: with its own elements, if it has any."""
    return program.in_arm(arm) if isinstance(program, ExtendedProgram) else program


def steps_following(program: Program, step: Callable[..., None]) -> list[Callable[[Site, int, int], None]]:
    """Own elements that are lived right after a step of the week, compiled."""
    return program.following(step) if isinstance(program, ExtendedProgram) else []


def own_parts(program: Program) -> dict[str, str]:
    """What Python files add to the identity of results: nothing, or one entry that names them with their digests."""
    digests = program.digests() if isinstance(program, ExtendedProgram) else {}
    return {"extensions": ", ".join(f"{name} {digest}" for name, digest in sorted(digests.items()))} if digests else {}


def asked_besides(program: Program) -> tuple[dict[str, Instrument], dict[str, ScoredByFunction]]:
    """Instruments of one's own that a program asks: those that are data, and those that a function scores."""
    if not isinstance(program, ExtendedProgram):
        return {}, {}
    return program.instruments, program.scored_by_function


def scored(declared: ScoredByFunction, site: Site, week: int, rows: np.ndarray) -> np.ndarray:
    """True scores that a function gives, shape (rows,), not-a-number where it knows none.

    Raises :class:`ExtensionError` for anything else than one number a person.
    """
    scores = np.asarray(declared.score(site, week, rows))
    if scores.shape != (len(rows),) or scores.dtype.kind not in "fiub":
        given = f"{scores.dtype.name} of shape {scores.shape}"
        raise declared.refused(f"gives {given}; one number for each of the {len(rows)} persons is wanted")
    return scores.astype(float)
