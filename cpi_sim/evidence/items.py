"""Reading the list of resource items: what people may be able to offer, who tends to have it, who knows of it.

The list shipped is a stand-in (see its first lines); any file of the same form can take its place. A bad file is
refused with every problem named by line and field, and what would be allowed.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from cpi_sim.site.tables import ADVICE_AID, COMPANY, EMOTIONAL, ITEM, LARGE_AID, RESOURCE_ITEMS, SMALL_AID

SUBSCALES = ("domestic", "expert_advice", "personal_skills", "problem_solving")
"""The four parts of the Resource Generator, in the order of ``items.subscale``."""
LIFE_SITUATIONS = ("young", "working", "not_working", "retired")
"""Aged 16 to 24; 25 to 64 in work; 25 to 64 not in work; 65 and over. The order of the columns of ``owns``."""
AIDS = {"emotional": EMOTIONAL, "small": SMALL_AID, "large": LARGE_AID, "company": COMPANY, "advice": ADVICE_AID}

HEADING = ("mark", "question")
FIELDS = ("id", "part", "aid", "text", "offered_by", "position_slope", "reach_hours", "need_weight")
NUMBERS = {
    # field: lowest, highest, in words
    "position_slope": (-5.0, 5.0, "a number from -5 to 5 (log-odds per SD of social position)"),
    "reach_hours": (0.1, 10_000.0, "hours from 0.1 to 10000"),
    "need_weight": (0.0, 1e6, "a number of 0 or more"),
}


class ItemsError(ValueError):
    """A list of resource items that cannot be used; ``problems`` holds one line of text for each thing wrong."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class ResourceItems:
    """A list of resource items, in the order of the file.

    ``table`` (27,) ITEM goes into ``site.items``. ``owns`` (27, 4) is the share of adults in each life situation who
    could offer the item, at average social position; ``position_slope`` (27,) the log-odds per SD of position.
    ``mark`` says how firm the list is, ``question`` how an item is asked, ``texts`` how each item ends the question.
    """

    source: str
    mark: str
    question: str
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    table: np.ndarray
    owns: np.ndarray
    position_slope: np.ndarray


class _Reader:
    """Goes through one file and collects what is wrong with it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []

    def refuse(self, line: int, what: str) -> None:
        self.problems.append(f"{self.name}:{line}: {what}")

    def fields(self, found: Any, line: int, where: str, allowed: Sequence[str]) -> Mapping[str, Any]:
        """A mapping with exactly the allowed fields, or what there is of it."""
        if not isinstance(found, Mapping):
            self.refuse(line, f"{where}: should hold the fields {', '.join(allowed)}")
            return {}
        for key in found:
            if key not in allowed:
                near = difflib.get_close_matches(str(key), allowed, n=1)
                hint = f"did you mean {near[0]}?" if near else f"allowed are {', '.join(allowed)}"
                self.refuse(_line_of(found, key), f"{where}: unknown field {key}; {hint}")
        for key in allowed:
            if key not in found:
                self.refuse(line, f"{where}: {key} is missing")
        return found

    def number(self, found: Mapping[str, Any], key: str, where: str, low: float, high: float, words: str) -> float:
        """A finite number within bounds; 0 where there is none."""
        value = found.get(key, low)
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        self.refuse(_line_of(found, key), f"{where} {key}: {value!r} should be {words}")
        return 0.0

    def choice(self, found: Mapping[str, Any], key: str, where: str, allowed: Sequence[str]) -> int:
        """Position of a word among those allowed; 0 where there is none."""
        value = found.get(key, allowed[0])
        if value in allowed:
            return list(allowed).index(value)
        self.refuse(_line_of(found, key), f"{where} {key}: {value!r} should be one of {', '.join(allowed)}")
        return 0

    def text(self, found: Mapping[str, Any], key: str, where: str) -> str:
        """A text that says something."""
        value = found.get(key, "-")
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.refuse(_line_of(found, key), f"{where} {key}: {value!r} should be a text")
        return ""


def _line_of(found: Any, key: str | int | None = None) -> int:
    """Line, from 1, of a mapping or sequence read by ruamel, or of one of its entries."""
    if key is None or key not in found.lc.data:
        return int(found.lc.line) + 1
    return int(found.lc.data[key][0]) + 1


def load_items(path: str | Path | None = None) -> ResourceItems:
    """The resource items of a file, or the list shipped.

    Raises :class:`ItemsError` for a file that is missing, is not YAML, or does not have the form of the list shipped.
    """
    return _shipped() if path is None else _read(str(path), _text_of(Path(path)))


@cache
def _shipped() -> ResourceItems:
    name = "resource_items.yaml"
    return _read(name, resources.files("cpi_sim.evidence").joinpath(name).read_text(encoding="utf-8"))


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ItemsError([f"{path}: cannot be read: {reason}"]) from error


def _read(name: str, text: str) -> ResourceItems:
    reader = _Reader(name)
    document = reader.fields(_parsed(name, text), 1, "the list", ("meta", "items"))
    if reader.problems:
        raise ItemsError(reader.problems)
    meta = reader.fields(document["meta"], _line_of(document, "meta"), "meta", HEADING)
    heading = {key: reader.text(meta, key, "meta") for key in HEADING}
    rows = document["items"]
    if not isinstance(rows, list) or len(rows) != RESOURCE_ITEMS:
        count = len(rows) if isinstance(rows, list) else 0
        reader.refuse(_line_of(document, "items"), f"items: {count} items; there should be {RESOURCE_ITEMS}")
        raise ItemsError(reader.problems)
    items = [_item(reader, row, _line_of(rows, k), k) for k, row in enumerate(rows)]
    if not reader.problems:
        _check_together(reader, rows, items)
    if reader.problems:
        raise ItemsError(reader.problems)
    return _assembled(name, heading, items)


def _parsed(name: str, text: str) -> Any:
    try:
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ItemsError([f"{name}:{line}: {error.problem or 'this is not YAML'}"]) from error
    except YAMLError as error:
        raise ItemsError([f"{name}: this is not YAML: {error}"]) from error


def _item(reader: _Reader, row: Any, line: int, k: int) -> dict[str, Any]:
    """One item, checked: plain values by field, with the positions of ``part`` and ``aid`` among their words."""
    named = isinstance(row, Mapping) and isinstance(row.get("id"), str)
    where = str(row["id"]) if named else f"item {k + 1}"
    found = reader.fields(row, line, where, FIELDS)
    item: dict[str, Any] = {key: reader.text(found, key, where) for key in ("id", "text")}
    item["part"] = reader.choice(found, "part", where, SUBSCALES)
    item["aid"] = list(AIDS.values())[reader.choice(found, "aid", where, list(AIDS))]
    for key, (low, high, words) in NUMBERS.items():
        item[key] = reader.number(found, key, where, low, high, words)
    item["offered_by"] = _shares(reader, found, where)
    return item


def _shares(reader: _Reader, found: Mapping[str, Any], where: str) -> list[float]:
    """Who could offer an item: a share for each life situation, in their order."""
    if "offered_by" not in found:
        return []
    where = f"{where} offered_by"
    shares = reader.fields(found["offered_by"], _line_of(found, "offered_by"), where, LIFE_SITUATIONS)
    return [reader.number(shares, key, where, 0.0, 1.0, "a share from 0 to 1") for key in LIFE_SITUATIONS]


def _check_together(reader: _Reader, rows: Any, items: list[dict[str, Any]]) -> None:
    """What no single item can be asked: distinct ids, all four parts, some need, room for the reach classes."""
    first = _line_of(rows)
    seen: set[str] = set()
    for k, item in enumerate(items):
        if item["id"] in seen:
            reader.refuse(_line_of(rows, k), f"item {k + 1}: the id {item['id']} stands twice")
        seen.add(item["id"])
    for part, name in enumerate(SUBSCALES):
        if all(item["part"] != part for item in items):
            reader.refuse(first, f"items: no item belongs to the part {name}")
    if sum(item["need_weight"] for item in items) <= 0.0:
        reader.refuse(first, "items: at least one need_weight should be above 0")


def _assembled(name: str, heading: dict[str, str], items: list[dict[str, Any]]) -> ResourceItems:
    reaches = sorted({item["reach_hours"] for item in items})
    table = np.zeros(len(items), ITEM)
    for k, item in enumerate(items):
        reach_class = reaches.index(item["reach_hours"])
        table[k] = (item["reach_hours"], item["need_weight"], item["aid"], item["part"], reach_class)
    return ResourceItems(
        source=name,
        mark=heading["mark"],
        question=heading["question"],
        ids=tuple(item["id"] for item in items),
        texts=tuple(item["text"] for item in items),
        table=table,
        owns=np.array([item["offered_by"] for item in items]),
        position_slope=np.array([item["position_slope"] for item in items]),
    )
