"""Writes ``docs/evidence.md``, the tables of all that is known, with its sources: ``python -m docs.evidence``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from itertools import groupby
from pathlib import Path
from pkgutil import iter_modules

import cpi_sim.checks
from cpi_sim.checks.statistics import BY_CONSTRUCTION, NOT_COMPUTED
from cpi_sim.checks.table import MECHANISMS
from cpi_sim.evidence.catalogue import (
    ASSUMPTION,
    DIRECTIONS,
    MARKS,
    PARAMETER_EVIDENCE,
    TARGETS,
    WITHOUT_SOURCE,
    Direction,
    Evidence,
    Target,
)
from cpi_sim.evidence.references import REFERENCES, Reference
from cpi_sim.instruments.outcomes import OUTCOMES
from cpi_sim.parameters import REGISTRY
from cpi_sim.scenario.schema import path_of

PAGE = Path(__file__).with_name("evidence.md")
NOT_FIRM = (ASSUMPTION, MARKS["remembered"])
"""Marks that are printed in bold: nobody has read a source for the number."""

HEAD = """# The evidence

Written by `python -m docs.evidence` from the catalogue in `cpi_sim/evidence/`, and held by a test: not to be edited by
hand. [Targets](#targets) are what a simulated site is compared with; [ranges](#ranges), what is known about the numbers
that go in; [directions](#directions), signs without a size. The [bibliography](#bibliography) comes with the program as
`cpi_sim/evidence/references.bib`. Results of trials of network-building practice were left out on purpose.

The mark says how a figure was come by, from the firmest to the least firm: *verified*, read in the source; *verified
(table)*, read in a table of it; *verified (cited by others)*, read in a press page or another paper; *derived*, worked
out from figures that were read; **remembered**, not checked, and not to be cited; **assumption**, no source for the
size, though one may be named for the sign. Of {ranges} ranges {assumed} are assumptions and {remembered} remembered; of
{targets} targets {not_firm}.
"""

TARGETS_SAID = """## Targets

The tolerance is one standard deviation: sampling error, spread between studies and differences of instrument together.
Core targets are to be met, soft ones are reported. The statistic is a function of that name in `cpi_sim/checks/`. A
target that an input fixes *by construction* is shown by `cpi-sim check`, and does not count. Some targets are the
evidence of numbers of the model as well, so that they test those numbers less than others do:

{set_from}
"""

RANGES_SAID = """## Ranges

The last column says which numbers of the model rest on an entry, as a scenario writes them, and which scores of
instruments; *none*: the entry is known, but no number of the model rests on it. The defaults are in
[parameters.md](parameters.md).
"""

DIRECTIONS_SAID = """## Directions

Published signs and orders that a site should show, without a size. No target is made of them.
"""

BIBLIOGRAPHY_SAID = """## Bibliography

Each source with what was noted of it; what was not is left out, not guessed. The *nd* in a key means that no year was.
Journals by their initials: AJS American Journal of Sociology; ANZJP Australian and New Zealand Journal of Psychiatry;
BJPsych British Journal of Psychiatry; HQLO Health and Quality of Life Outcomes; IJSP International Journal of Social
Psychiatry; JPSP Journal of Personality and Social Psychology; QoLR Quality of Life Research; SPPE Social Psychiatry and
Psychiatric Epidemiology.
"""


def page() -> str:
    """The whole page."""
    parts = [_head(), TARGETS_SAID.format(set_from="\n".join(_set_from_targets()))]
    for mechanism, heading in MECHANISMS.items():
        members = [target for target in TARGETS.values() if target.mechanism == mechanism]
        columns = "target | what is known | statistic | known | tolerance | weight | mark | computed | sources"
        parts += [f"### Targets: {heading.lower()}\n", _table(columns, map(_target, members))]
    parts.append(RANGES_SAID)
    for group, found in groupby(PARAMETER_EVIDENCE.values(), lambda each: each.group):
        columns = "entry | meaning | unit | low | central | high | distribution | mark | source | what rests on it"
        parts += [f"### Ranges: {group}\n", _table(columns, map(_range, found))]
    directions = _table("direction | what is known | statistic | mark | source", map(_direction, DIRECTIONS.values()))
    sources = _table("key | source | DOI | cited by", map(_reference, REFERENCES.values()))
    return "\n".join([*parts, DIRECTIONS_SAID, directions, BIBLIOGRAPHY_SAID, sources])


def _head() -> str:
    marks = [entry.shown_as for entry in PARAMETER_EVIDENCE.values()]
    not_firm = sum(target.shown_as in NOT_FIRM for target in TARGETS.values())
    assumed, remembered = (marks.count(mark) for mark in NOT_FIRM)
    counts = {"ranges": len(marks), "targets": len(TARGETS), "assumed": assumed, "remembered": remembered}
    return HEAD.format(not_firm=not_firm or "none is either", **counts)


def _set_from_targets() -> Iterator[str]:
    """Items of a list: the targets that numbers of the model name as their evidence."""
    for target_id in TARGETS:
        if (numbers := _rests_on(target_id)) != "none":
            yield f"- `{target_id}`: {numbers}"


def _table(columns: str, rows: Iterable[tuple[str, ...]]) -> str:
    head = f"| {columns} |\n{(columns.count('|') + 1) * '|---'}|"
    body = (f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |" for cells in rows)
    return "\n".join([head, *body, ""])


def _target(target: Target) -> tuple[str, ...]:
    module = modules_of_statistics().get(target.id)
    return (
        f"`{target.id}`",
        target.statement,
        target.statistic + (f" (`{module}.{target.id}`)" if module else ""),
        f"{target.value:g}",
        f"{target.sd:g}",
        target.weight,
        _mark(target),
        computed(target.id),
        _sources(target),
    )


@cache
def modules_of_statistics() -> dict[str, str]:
    """The module of `cpi_sim.checks` that holds the function named after a target, by target id."""
    modules = [import_module(f"cpi_sim.checks.{each.name}") for each in iter_modules(cpi_sim.checks.__path__)]
    return {
        name: module.__name__.rsplit(".", 1)[-1]
        for module in modules
        for name, found in vars(module).items()
        if name in TARGETS and getattr(found, "__module__", "") == module.__name__
    }


def computed(target_id: str) -> str:
    """Whether a check computes a target, and why not, or why it does not count."""
    if target_id in BY_CONSTRUCTION:
        return f"by construction: {BY_CONSTRUCTION[target_id]}"
    return f"not computed: {NOT_COMPUTED[target_id]}" if target_id in NOT_COMPUTED else "yes"


def _range(entry: Evidence) -> tuple[str, ...]:
    limits = (f"{value:g}" for value in (entry.low, entry.central, entry.high))
    about = (f"`{entry.id}`", entry.meaning, entry.unit)
    return *about, *limits, entry.distribution, _mark(entry), _sources(entry), _rests_on(entry.id)


def _direction(direction: Direction) -> tuple[str, ...]:
    about = (f"`{direction.id}`", direction.statement, direction.statistic)
    return *about, _mark(direction), _sources(direction)


def _mark(entry: Evidence | Target | Direction) -> str:
    return f"**{entry.shown_as}**" if entry.shown_as in NOT_FIRM else entry.shown_as


def _sources(entry: Evidence | Target | Direction) -> str:
    """The sources in words, and their keys in the bibliography."""
    words = WITHOUT_SOURCE.get(entry.source, entry.source)
    return f"{words} [{_quoted(entry.cites)}]" if entry.cites else words


def _rests_on(evidence_id: str) -> str:
    """The numbers and scores that name an entry as their evidence, or the word none."""
    numbers = [".".join(path_of(name)) for name, each in REGISTRY.items() if evidence_id in each.evidence.split()]
    scores = [name for name, each in OUTCOMES.items() if evidence_id in each.evidence.split()]
    said = (_quoted(numbers), f"scores {_quoted(scores)}" if scores else "")
    return "; ".join(filter(None, said)) or "none"


def _reference(reference: Reference) -> tuple[str, ...]:
    link = f"[{reference.doi}](https://doi.org/{reference.doi})" if reference.doi else ""
    catalogues: tuple[Mapping[str, Evidence | Target | Direction], ...] = (TARGETS, PARAMETER_EVIDENCE, DIRECTIONS)
    citing = [name for each in catalogues for name, entry in each.items() if reference.key in entry.cites]
    return f"`{reference.key}`", reference.described, link, _quoted(dict.fromkeys(citing))


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
