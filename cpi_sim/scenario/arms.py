"""The arms of a scenario: one, several by name, or one for each value (or combination of values) of what varies."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from cpi_sim.parameters import REGISTRY
from cpi_sim.scenario.checking import check, dotted, shown
from cpi_sim.scenario.elements import FIELD as ELEMENTS
from cpi_sim.scenario.naming import in_words, label_of, number_as_name
from cpi_sim.scenario.problems import Place, Problem, nearest
from cpi_sim.scenario.reading import Written, at_dotted, merge
from cpi_sim.scenario.schema import OWN_ELEMENTS, SECTIONS, Head, path_of

ARMS_AT_MOST = 10_000


@dataclass(frozen=True)
class Variant:
    """An arm before its values are worked out: what it writes over the scenario's own sections."""

    name: str
    label: str
    changes: Written


def variants(tree: Written, name: str, problems: list[Problem]) -> list[Variant]:
    """The arms of a checked tree; a scenario that neither varies anything nor names arms has one, called ``name``."""
    vary, arms = tree.value.get("vary"), tree.value.get("arms")
    if vary is not None and arms is not None:
        message = f"`vary` (line {vary.place.line}) makes arms too; write one of the two"
        problems.append(Problem(arms.place, "arms", message))
        return []
    if vary is not None:
        return _grid(vary, problems)
    if arms is not None:
        found = [_named(arm_name, arm, problems) for arm_name, arm in arms.value.items()]
        _note_labels_alike(found, problems)
        return found
    label = tree.value["title"].value if "title" in tree.value else in_words(name)
    return [Variant(name, label, Written({}, tree.place))]


def _named(name: str, arm: Written, problems: list[Problem]) -> Variant:
    if not name.strip() or any(letter in name for letter in "/\\\n\t"):
        problems.append(Problem(arm.place, f"arms.{name}", "the name of an arm is a word or a number, without slashes"))
    fields = arm.value or {}
    label = fields["label"].value if "label" in fields else in_words(name)
    sections = {section: value for section, value in fields.items() if section in SECTIONS}
    return Variant(name, label, Written(sections, arm.place))


def _note_labels_alike(found: list[Variant], problems: list[Problem]) -> None:
    """Note arms that a figure could not tell apart."""
    called: dict[str, str] = {}
    for variant in found:
        first = called.setdefault(variant.label.casefold(), variant.name)
        if first != variant.name:
            message = f"{variant.label!r} is what arm {first} is called too; a figure could not tell them apart"
            problems.append(Problem(variant.changes.place, f"arms.{variant.name}.label", message))


def _grid(vary: Written, problems: list[Problem]) -> list[Variant]:
    """One variant for each combination of values."""
    count = math.prod(len(values.value) for values in vary.value.values())
    if count > ARMS_AT_MOST:
        problems.append(Problem(vary.place, "vary", f"makes {count} arms; at most {ARMS_AT_MOST} are allowed"))
        return []
    axes = {field: _axis(field, values, problems) for field, values in vary.value.items()}
    points = itertools.product(*axes.values())
    return [_combination(dict(zip(axes, point, strict=True)), vary.place) for point in points]


def _axis(field: str, values: Written, problems: list[Problem]) -> list[Written]:
    """The values that a field takes, those that do not fit noted and left out."""
    if not values.value:
        problems.append(Problem(values.place, f"vary.{field}", "empty; at least one value is wanted"))
        return []
    wrong = _not_a_field(field)
    if wrong:
        problems.append(Problem(values.place, f"vary.{field}", wrong))
        return []
    kept: dict[str, Written] = {}
    for n, item in enumerate(values.value):
        found: list[Problem] = []
        check(at_dotted(field, item), found)
        if found:
            problems += [Problem(item.place, f"vary.{field}[{n}]", problem.message) for problem in found]
        elif number_as_name(item.value) in kept:
            problems.append(Problem(item.place, f"vary.{field}[{n}]", f"{shown(item.value)} is in the list twice"))
        else:
            kept[number_as_name(item.value)] = item
    return list(kept.values())


def _not_a_field(field: str) -> str | None:
    """What is wrong with a dotted name, if anything."""
    allowed = ["agency.kind", *(dotted(path_of(name)) for name in REGISTRY)]
    if field in allowed or field.startswith(f"intervention.{OWN_ELEMENTS}."):
        return None
    if field in Head.model_fields:
        return "the same in all arms, so it cannot vary; write a scenario for each"
    if field == ELEMENTS:
        return f"vary one element, as {ELEMENTS}.reflection, or write named arms"
    same_last_name = (name for name in allowed if name.split(".")[-1] == field.split(".")[-1])
    meant = next(same_last_name, None) or nearest(field, allowed)
    question = f"did you mean {meant}?" if meant else "`cpi-sim params` lists what can vary."
    return f"unknown; {question} A field is written with its section, as agency.caseload"


def _combination(point: dict[str, Written], place: Place) -> Variant:
    last = [field.split(".")[-1] for field in point]
    names = {
        field if last.count(short) > 1 else short: number_as_name(value.value)
        for short, (field, value) in zip(last, point.items(), strict=True)
    }
    changes = Written({}, place)
    for field, value in point.items():
        changes = merge(changes, at_dotted(field, value))
    joined = ",".join(f"{field}={value}" for field, value in names.items())
    label = ", ".join(label_of(field, value) for field, value in names.items())
    return Variant(next(iter(names.values())) if len(names) == 1 else joined, label, changes)
