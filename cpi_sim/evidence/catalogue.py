"""The evidence: what is known about the model's numbers, and what a simulated site is compared with.

Two files are read once, when this module is imported: ``parameters.yaml`` (ranges for the numbers of the model) and
``targets.yaml`` (what a simulated site should look like). Every entry has a source and a mark that says how it was
come by; an entry without evidence is an assumption and is always shown as one.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from ruamel.yaml import YAML

ASSUMPTION = "assumption"
"""The evidence id, and the mark shown, of a number for which no evidence was found."""

WITHOUT_SOURCE = {"none": "no source", "remembered": "from memory, no source"}
"""What stands in the place of a source where there is none to name, and what readers are told instead."""

MARKS = {
    "verified": "verified",
    "verified_table": "verified (table)",
    "verified_secondary": "verified (cited by others)",
    "derived": "derived",
    "remembered": "remembered",
    "judgement": ASSUMPTION,
}
"""What is shown for each mark of the files, from the firmest to the least firm."""

Weight = Literal["core", "soft"]
Population = Literal["service_users", "community", "both"]


class EvidenceError(KeyError):
    """An id that is not in the evidence."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Evidence:
    """A range for a number of the model.

    ``low``, ``central`` and ``high`` are in ``unit``; ``distribution`` says in words how the range is to be drawn from.
    ``source`` names the sources in words, with what each says; ``cites`` holds the keys of those that are published in
    the bibliography (:mod:`cpi_sim.evidence.references`), ``doi`` the DOIs of those that have one. ``mark`` is a key of
    :data:`MARKS`.
    """

    id: str
    group: str
    meaning: str
    unit: str
    low: float
    central: float
    high: float
    distribution: str
    source: str
    cites: tuple[str, ...]
    doi: tuple[str, ...]
    mark: str
    note: str

    @property
    def shown_as(self) -> str:
        """The mark as shown to readers; a judgement is an assumption."""
        return MARKS[self.mark]


@dataclass(frozen=True)
class Target:
    """A published figure that a simulated site is compared with.

    ``value`` is the figure and ``sd`` its tolerance, as one standard deviation, both in the unit of ``statistic``;
    ``sd_reason`` says what the tolerance allows for. Core targets (``weight``) must be met, soft ones are reported.
    """

    id: str
    statement: str
    population: Population
    eligibility: str
    mechanism: str
    statistic: str
    value: float
    sd: float
    sd_reason: str
    kind: str
    time: str
    source: str
    cites: tuple[str, ...]
    doi: tuple[str, ...]
    n: str
    mark: str
    weight: Weight
    note: str

    @property
    def core(self) -> bool:
        """Whether the target must be met."""
        return self.weight == "core"

    @property
    def shown_as(self) -> str:
        """The mark as shown to readers; a judgement is an assumption."""
        return MARKS[self.mark]


@dataclass(frozen=True)
class Direction:
    """A published sign or order that a simulated site should show, without a size."""

    id: str
    statement: str
    statistic: str
    source: str
    cites: tuple[str, ...]
    doi: tuple[str, ...]
    mark: str

    @property
    def shown_as(self) -> str:
        """The mark as shown to readers; a judgement is an assumption."""
        return MARKS[self.mark]


def _read(name: str) -> dict[str, Any]:
    text = resources.files("cpi_sim.evidence").joinpath(name).read_text(encoding="utf-8")
    return YAML(typ="safe").load(text)


def _entries(kind: type, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows of a file as records by id, with lists of keys and of DOIs as tuples."""
    entries = [kind(**{**row, "cites": tuple(row["cites"]), "doi": tuple(row["doi"])}) for row in rows]
    return {entry.id: entry for entry in entries}


_TARGETS_FILE = _read("targets.yaml")

PARAMETER_EVIDENCE: dict[str, Evidence] = _entries(Evidence, _read("parameters.yaml")["parameters"])
"""Evidence for numbers of the model, by id, in the order of the file."""

TARGETS: dict[str, Target] = _entries(Target, _TARGETS_FILE["targets"])
"""What a simulated site is compared with, by id, in the order of the file."""

DIRECTIONS: dict[str, Direction] = _entries(Direction, _TARGETS_FILE["directions"])
"""Signs and orders that a simulated site should show, by id."""


def entry_of(evidence_id: str) -> Evidence | Target | None:
    """The entry of one evidence id: of a parameter, else a target; None for an assumption.

    Raises :class:`EvidenceError` for an id that is in neither file.
    """
    if evidence_id == ASSUMPTION:
        return None
    entry = PARAMETER_EVIDENCE.get(evidence_id) or TARGETS.get(evidence_id)
    if entry is None:
        near = difflib.get_close_matches(evidence_id, [*PARAMETER_EVIDENCE, *TARGETS], n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise EvidenceError(f"there is no evidence called {evidence_id}{hint}")
    return entry


def entries_of(evidence: str) -> list[Evidence | Target]:
    """The entries of one or several evidence ids, in their order; none for an assumption.

    Raises :class:`EvidenceError` for an unknown id.
    """
    return [entry for entry in map(entry_of, evidence.split()) if entry is not None]


def mark_of(evidence: str) -> str:
    """How firm the evidence for a number is, in the words shown to readers.

    ``evidence`` is an evidence id, several of them separated by spaces, or the word ``assumption``. A number is as firm
    as the least firm of its sources, so of several marks that one is returned.

    Raises :class:`EvidenceError` for an unknown id, and for a text without any id.
    """
    ids = evidence.split()
    if not ids:
        raise EvidenceError("no evidence is named; write assumption where there is none")
    order = list(MARKS.values())
    entries = [entry_of(evidence_id) for evidence_id in ids]
    return max((entry.shown_as if entry else ASSUMPTION for entry in entries), key=order.index)
