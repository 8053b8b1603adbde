"""Holding what was written against the schema, and saying in plain words what does not fit."""

from __future__ import annotations

import math
from typing import Any

from pydantic import BaseModel, ValidationError

from cpi_sim.parameters import REGISTRY
from cpi_sim.scenario.conversions import converted
from cpi_sim.scenario.problems import Problem, nearest, unknown
from cpi_sim.scenario.reading import Written
from cpi_sim.scenario.schema import Path, allowed, field_at, names_beside, path_of, scenario_model

_SHOWN_AT_MOST = 40
_NO_NUMBERS = {"nan": "not-a-number", "inf": "infinity", "-inf": "minus infinity"}

_FIELDS = "fields are wanted under it, one a line, as `name: value`"
_WANTED = {
    "model_type": _FIELDS,
    "dict_type": _FIELDS,
    "list_type": "a list is wanted, as [0, 1, 2]",
    "string_type": "text is wanted (in quotes where it looks like a number)",
    "string_pattern_mismatch": "a name without slashes, colons or a dot at its start is wanted",
}
"""What is wanted instead, for each kind of misfit that pydantic tells apart."""

_NEEDED = {
    "settings": "a site needs a setting where people meet",
    "service_users": "a site needs somebody whom the agency supports",
    "caseload": "a team needs a practitioner who supports somebody",
}
"""Why these cannot be zero."""


_SWITCHES = {"yes": True, "on": True, "y": True, "no": False, "off": False, "n": False}
"""Words that older programs read as switches, and that are text today."""


def check(tree: Written, problems: list[Problem], prefix: Path = ()) -> Written:
    """Note in ``problems`` whatever in ``tree`` the schema does not allow, and return the tree without it.

    ``prefix`` is put before the names of fields, where ``tree`` stands for a part of a file.
    """
    errors = _errors(scenario_model(), tree.plain())
    for path, kind, value in errors:
        place = tree.at(path).place
        problems.append(Problem(place, dotted((*prefix, *path)), _explain(path, kind, value)))
    return without(tree, [path for path, _, _ in errors])


def dotted(path: Path) -> str:
    """A path as people write it: names joined by dots, items of lists in brackets."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def without(tree: Written, paths: list[Path]) -> Written:
    """The tree less what lies at ``paths``."""
    heads = {path[0] for path in paths if len(path) == 1}
    deeper = {path[0]: [other[1:] for other in paths if len(other) > 1 and other[0] == path[0]] for path in paths}
    if isinstance(tree.value, dict):
        kept = {name: without(child, deeper.get(name, [])) for name, child in tree.value.items() if name not in heads}
        return Written(kept, tree.place)
    if isinstance(tree.value, list):
        items = [without(item, deeper.get(n, [])) for n, item in enumerate(tree.value) if n not in heads]
        return Written(items, tree.place)
    return tree


def _errors(model: type[BaseModel], plain: Any) -> list[tuple[Path, str, Any]]:
    """Path, kind and value of everything that the model refuses."""
    try:
        model.model_validate(plain)
    except ValidationError as error:
        return [(found["loc"], found["type"], found["input"]) for found in error.errors(include_url=False)]
    return []


def _explain(path: Path, kind: str, value: Any) -> str:
    if kind == "extra_forbidden":
        return _unknown(str(path[-1]), path)
    if kind == "too_short":
        return f"empty; at least one is wanted{', as [0, 26, 52]' if path[-1] == 'measure_weeks' else ''}"
    if kind in _WANTED:
        return f"{shown(value)} is written, {_WANTED[kind]}"
    field = field_at(path)
    limits = allowed(field) if field else ""
    if kind == "literal_error":
        return f"{shown(value)} is {unknown(str(value), limits.removeprefix('one of ').split(', '))}"
    return f"{_misfit(value, kind)}; allowed: {limits}{_hint(value, path)}"


def _unknown(name: str, path: Path) -> str:
    """What to say of a name that is no field here: where it belongs, or the nearest name."""
    if name in REGISTRY:
        return f"does not belong here; write it as {dotted(path_of(name))}"

    def about(meant: str) -> str:
        field = field_at((*path[:-1], meant))
        return f", {allowed(field)}" if field and field.json_schema_extra else ""

    elsewhere = nearest(name, REGISTRY)
    if elsewhere and not nearest(name, names_beside(path)):
        field = field_at(path_of(elsewhere))
        return f"unknown; did you mean {dotted(path_of(elsewhere))}{', ' + allowed(field) if field else ''}?"
    return unknown(name, names_beside(path), about)


def _misfit(value: Any, kind: str) -> str:
    """Why a value is not the number that is wanted."""
    if isinstance(value, str) and any(letter.isdigit() for letter in value):
        return f"{shown(value)} is text; write the number alone, without unit or quotes"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{shown(value)} is written, a number is wanted"
    if not math.isfinite(value):
        return f"{shown(value)} is written, a finite number is wanted"
    if kind in ("int_type", "int_from_float"):
        return f"{shown(value)} is not a whole number"
    return f"{shown(value)} is out of range"


def _hint(value: Any, path: Path) -> str:
    """What a value that does not fit may have been meant to say."""
    name = f"element_{path[-1]}" if "elements" in path else str(path[-1])
    if value == 0 and name in _NEEDED:
        return f"; {_NEEDED[name]}"
    unit = REGISTRY[name].unit if name in REGISTRY else "weeks" if name.endswith("_weeks") else ""
    if isinstance(value, str):
        if unit == "switch" and value.lower() in _SWITCHES:
            return f"; {value} is written {'true' if _SWITCHES[value.lower()] else 'false'}"
        meant = converted(value, unit)
        return "" if meant is None else f"; {value} is written {meant:g}"
    if unit in ("share", "probability") and type(value) in (int, float) and 2 <= value <= 100:
        return f"; {value:g} % is written {value / 100:g}"
    return ""


def shown(value: Any) -> str:
    """A value as it is shown in a message: short, and in the words of the file."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "a group of fields"
    if isinstance(value, float):
        return _NO_NUMBERS.get(repr(value), f"{value:.12g}")
    text = str(value) if isinstance(value, int) else repr(str(value))
    return text if len(text) <= _SHOWN_AT_MOST else f"{text[:_SHOWN_AT_MOST]}..."
