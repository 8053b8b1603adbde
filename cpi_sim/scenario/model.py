"""A scenario that can be run: everything inherited, defaults filled in, a value of every parameter in every arm."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from cpi_sim.parameters import REGISTRY
from cpi_sim.scenario.instrument import WORDS, Instrument
from cpi_sim.scenario.problems import Place, Problem, ScenarioError, unknown
from cpi_sim.scenario.schema import OWN_ELEMENTS, SECTIONS, TEXTS, path_of

_WRITTEN_WHOLE = ("elements",)
"""Groups of fields that a file writes whole or not at all, since what it leaves out is off."""


@dataclass(frozen=True)
class Arm:
    """One arm: ``values`` holds every registered parameter by name, in its own unit.

    ``own_elements`` has the weights, above 0, of elements that are no part of the model (see
    :mod:`cpi_sim.extensions`).
    """

    name: str
    label: str
    agency_kind: str
    values: dict[str, float]
    own_elements: dict[str, float] = field(default_factory=dict)

    def sections(self) -> dict[str, Any]:
        """The values as a file writes them, section by section."""
        written: dict[str, Any] = {section: {} for section in SECTIONS}
        written["agency"]["kind"] = self.agency_kind
        for name, value in self.values.items():
            *outer, last = path_of(name)
            target = written
            for step in outer:
                target = target.setdefault(step, {})
            target[last] = int(value) if REGISTRY[name].whole else float(value)
        if self.own_elements:
            written["intervention"][OWN_ELEMENTS] = dict(self.own_elements)
        return written


@dataclass(frozen=True)
class Scenario:
    """What to live, for how long, how often, and what to compare. Weeks count from entry.

    ``instruments`` are those of one's own, by name, asked besides the model's.
    """

    name: str
    title: str
    why: str
    question: str
    horizon_weeks: int
    measure_weeks: tuple[int, ...]
    sites: int
    seed: int
    comparator: str | None
    arms: dict[str, Arm]
    instruments: dict[str, Instrument] = field(default_factory=dict)
    topic: str = ""

    def only(self, arm: str) -> Scenario:
        """The same scenario with one of its arms, and nothing to compare it with.

        Raises :class:`ScenarioError` where there is no such arm.
        """
        if arm not in self.arms:
            raise ScenarioError([Problem(Place(self.name), "arms", f"{arm!r} is {unknown(arm, list(self.arms))}")])
        return replace(self, arms={arm: self.arms[arm]}, comparator=None)

    def resolved(self) -> dict[str, Any]:
        """The scenario with everything written out, fit for JSON and YAML; read again, it is the same scenario.

        What all arms share stands in the sections at the top; an arm holds its label and what it has of its own.
        """
        whole = {name: arm.sections() for name, arm in self.arms.items()}
        shared = _shared(list(whole.values()))
        arms = {name: {"label": self.arms[name].label, **_beyond(shared, sections)} for name, sections in whole.items()}
        head = {
            "name": self.name,
            "title": self.title,
            "why": self.why,
            "question": self.question,
            "topic": self.topic,
            "horizon_weeks": self.horizon_weeks,
            "measure_weeks": list(self.measure_weeks),
            "sites": self.sites,
            "seed": self.seed,
            "comparator": self.comparator,
        }
        own = {name: instrument.written() for name, instrument in self.instruments.items()}
        return {**head, **shared, **({"instruments": own} if own else {}), "arms": arms}

    @cached_property
    def hash(self) -> str:
        """Sixteen hexadecimal digits that change with anything that can change a site: all but names and texts, and the
        number of sites, so that more sites extend a batch.
        """
        content = self.resolved()
        for name in (*TEXTS, "sites"):
            del content[name]
        for arm in content["arms"].values():
            del arm["label"]
        for instrument in content.get("instruments", {}).values():
            for text in WORDS:
                del instrument[text]
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _shared(trees: list[dict[str, Any]]) -> dict[str, Any]:
    """What is the same in all trees."""
    found = {}
    for name, value in trees[0].items():
        if any(name not in tree for tree in trees):
            continue
        others = [tree[name] for tree in trees]
        if isinstance(value, dict) and name not in _WRITTEN_WHOLE:
            found[name] = _shared(others)
        elif all(other == value for other in others):
            found[name] = value
    return found


def _beyond(shared: dict[str, Any], tree: dict[str, Any]) -> dict[str, Any]:
    """What a tree has besides what is shared."""
    own: dict[str, Any] = {}
    for name, value in tree.items():
        if name not in shared:
            own[name] = value
        elif isinstance(value, dict) and (inner := _beyond(shared[name], value)):
            own[name] = inner
    return own
