"""The page of the evidence: its tables, read back, hold what the catalogue holds, value by value."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module

import pytest

from cpi_sim.checks.check import compare
from cpi_sim.checks.statistics import BY_CONSTRUCTION, NOT_COMPUTED
from cpi_sim.checks.table import MECHANISMS
from cpi_sim.evidence.catalogue import DIRECTIONS, PARAMETER_EVIDENCE, TARGETS, WITHOUT_SOURCE, entries_of
from cpi_sim.evidence.references import REFERENCES
from cpi_sim.instruments.outcomes import OUTCOMES
from cpi_sim.parameters import REGISTRY
from cpi_sim.scenario.schema import path_of
from docs.evidence import PAGE, page

TEXT = PAGE.read_text(encoding="utf-8")
Row = dict[str, str]


def quoted(cell: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", cell)


def rows_under(heading: str) -> list[Row]:
    """The rows of the first table under a heading, by column."""
    part = TEXT.split(f"\n{heading}\n")[1].split("\n#")[0]
    head, rule, *body = [line for line in part.splitlines() if line.startswith("|")]
    columns = head.strip("| ").split(" | ")
    cells = [[cell.strip() for cell in line[1:-1].split("|")] for line in body]
    assert rule == len(columns) * "|---" + "|"
    assert {len(row) for row in cells} == {len(columns)}
    return [dict(zip(columns, row, strict=True)) for row in cells]


TARGET_ROWS = {
    quoted(row["target"])[0]: (mechanism, row)
    for mechanism, heading in MECHANISMS.items()
    for row in rows_under(f"### Targets: {heading.lower()}")
}
RANGE_ROWS = {
    quoted(row["entry"])[0]: (group, row)
    for group in dict.fromkeys(entry.group for entry in PARAMETER_EVIDENCE.values())
    for row in rows_under(f"### Ranges: {group}")
}
DIRECTION_ROWS = {quoted(row["direction"])[0]: row for row in rows_under("## Directions")}
SOURCE_ROWS = {quoted(row["key"])[0]: row for row in rows_under("## Bibliography")}


def assert_mark_and_source(entry, row: Row, column: str) -> None:
    """The mark is shown, in bold where nobody has read a source; so are the source in words and the keys."""
    not_read = entry.mark in ("judgement", "remembered")
    assert row["mark"] == (f"**{entry.shown_as}**" if not_read else entry.shown_as)
    assert row[column].startswith(WITHOUT_SOURCE.get(entry.source, entry.source))
    assert quoted(row[column]) == list(entry.cites)


def test_the_page_is_up_to_date() -> None:
    assert page() == TEXT, "run `python -m docs.evidence`"


def test_every_entry_has_one_row() -> None:
    for rows, entries in ((TARGET_ROWS, TARGETS), (RANGE_ROWS, PARAMETER_EVIDENCE), (DIRECTION_ROWS, DIRECTIONS)):
        assert sorted(rows) == sorted(entries)
    assert list(SOURCE_ROWS) == list(REFERENCES)
    assert TEXT.count("\n| `") == len(TARGETS) + len(PARAMETER_EVIDENCE) + len(DIRECTIONS) + len(REFERENCES)


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.id)
def test_a_row_of_a_target(target) -> None:
    mechanism, row = TARGET_ROWS[target.id]
    assert (mechanism, row["what is known"], row["weight"]) == (target.mechanism, target.statement, target.weight)
    assert (float(row["known"]), float(row["tolerance"])) == (target.value, target.sd)
    assert_mark_and_source(target, row, "sources")


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.id)
def test_how_a_target_is_computed(target) -> None:
    """A function of its name where it is computed, in a module of the checks; else the reason that a check gives."""
    _, row = TARGET_ROWS[target.id]
    reason = compare(target, []).reason
    assert row["statistic"].startswith(target.statistic)
    if target.id in NOT_COMPUTED:
        assert row["statistic"] == target.statistic
        assert row["computed"] == f"not computed: {reason}"
        return
    module, function = quoted(row["statistic"])[0].split(".")
    statistic: Callable[..., float] = getattr(import_module(f"cpi_sim.checks.{module}"), function)
    assert (function, statistic.__name__) == (target.id, target.id)
    assert row["computed"] == (f"by construction: {reason}" if target.id in BY_CONSTRUCTION else "yes")


@pytest.mark.parametrize("entry", PARAMETER_EVIDENCE.values(), ids=lambda entry: entry.id)
def test_a_row_of_a_range(entry) -> None:
    group, row = RANGE_ROWS[entry.id]
    told = tuple(row[column] for column in ("meaning", "unit", "distribution"))
    assert (group, *told) == (entry.group, entry.meaning, entry.unit, entry.distribution)
    assert tuple(float(row[column]) for column in ("low", "central", "high")) == (entry.low, entry.central, entry.high)
    assert_mark_and_source(entry, row, "source")


def test_every_number_stands_beside_all_that_it_rests_on() -> None:
    numbers = {(".".join(path_of(name)), id_) for name, each in REGISTRY.items() for id_ in each.evidence.split()}
    scores = {(name, id_) for name, each in OUTCOMES.items() for id_ in each.evidence.split()}
    shown_numbers, shown_scores = set(), set()
    for id_, (_, row) in RANGE_ROWS.items():
        before, _, after = row["what rests on it"].partition("scores ")
        shown_numbers |= {(field, id_) for field in quoted(before)}
        shown_scores |= {(name, id_) for name in quoted(after)}
        assert (row["what rests on it"] == "none") == (not quoted(before) and not quoted(after))
    of_ranges = PARAMETER_EVIDENCE.keys()
    assert shown_numbers == {(field, id_) for field, id_ in numbers if id_ in of_ranges}
    assert shown_scores == {(name, id_) for name, id_ in scores if id_ in of_ranges}


def test_targets_that_numbers_were_set_from_are_named() -> None:
    listed = dict(re.findall(r"^- `(\w+)`: (.*)$", TEXT, flags=re.M))
    expected: dict[str, list[str]] = {}
    for name, each in REGISTRY.items():
        for entry in entries_of(each.evidence):
            if entry.id in TARGETS:
                expected.setdefault(entry.id, []).append(".".join(path_of(name)))
    assert {id_: quoted(fields) for id_, fields in listed.items()} == expected
    assert expected["community_met_weekly"] == ["parameters.kin_met_rate"]


@pytest.mark.parametrize("direction", DIRECTIONS.values(), ids=lambda direction: direction.id)
def test_a_row_of_a_direction(direction) -> None:
    row = DIRECTION_ROWS[direction.id]
    assert (row["what is known"], row["statistic"]) == (direction.statement, direction.statistic)
    assert_mark_and_source(direction, row, "source")


@pytest.mark.parametrize("source", REFERENCES.values(), ids=lambda source: source.key)
def test_a_row_of_the_bibliography(source) -> None:
    row = SOURCE_ROWS[source.key]
    citing = {
        id_
        for entries in (TARGETS, PARAMETER_EVIDENCE, DIRECTIONS)
        for id_, entry in entries.items()
        if source.key in entry.cites
    }
    assert row["source"] == source.described
    assert row["DOI"] == (f"[{source.doi}](https://doi.org/{source.doi})" if source.doi else "")
    assert set(quoted(row["cited by"])) == citing


def test_the_counts_at_the_head() -> None:
    marks = [entry.mark for entry in PARAMETER_EVIDENCE.values()]
    assumed, remembered = marks.count("judgement"), marks.count("remembered")
    told = f"Of {len(marks)} ranges {assumed} are assumptions and {remembered} remembered; of\n{len(TARGETS)} targets"
    assert told in TEXT
