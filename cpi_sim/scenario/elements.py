"""The elements of the practice as a scenario writes them: `all`, `all but NAME`, a list of names, or weights by name.

An element that a list or the weights leave out is off. However they are written, elements become one weight each.
"""

from __future__ import annotations

from cpi_sim.scenario.checking import shown
from cpi_sim.scenario.problems import Place, Problem, unknown
from cpi_sim.scenario.reading import Written
from cpi_sim.scenario.schema import element_names

FIELD = "intervention.elements"
ALL_BUT = "all but "


def spell_out(tree: Written, problems: list[Problem], field: str = FIELD) -> Written:
    """The tree of a file with the elements of its intervention, and of its arms', spelt out as weights."""
    fields = dict(tree.value)
    intervention = fields.get("intervention")
    if intervention and isinstance(intervention.value, dict) and "elements" in intervention.value:
        weights = _weights(intervention.value["elements"], problems, field)
        fields["intervention"] = Written({**intervention.value, "elements": weights}, intervention.place)
    arms = fields.get("arms")
    if arms and isinstance(arms.value, dict):
        spelt = {
            name: spell_out(arm, problems, f"arms.{name}.{FIELD}") if isinstance(arm.value, dict) else arm
            for name, arm in arms.value.items()
        }
        fields["arms"] = Written(spelt, arms.place)
    return Written(fields, tree.place)


def _weights(elements: Written, problems: list[Problem], field: str) -> Written:
    names, place = element_names(), elements.place
    off = {name: Written(0, place) for name in names}
    if elements.value == "all":
        return Written({name: Written(1, place) for name in names}, place)
    if isinstance(elements.value, str) and elements.value.startswith(ALL_BUT):
        left_out = [Written(name.strip(), place) for name in elements.value.removeprefix(ALL_BUT).split(",")]
        without = _named(left_out, problems, field)
        return Written({name: Written(0 if name in without else 1, place) for name in names}, place)
    if isinstance(elements.value, dict):
        return Written({**off, **elements.value}, place)
    if isinstance(elements.value, list):
        return Written({**off, **_named(elements.value, problems, field)}, place)
    ways = (
        f"`all`, `all but {names[-1]}`, a list such as [{names[0]}, {names[-1]}], "
        f"or weights such as {{{names[0]}: 0.5}}"
    )
    problems.append(Problem(place, field, f"elements are written as {ways}"))
    return Written({}, place)


def _named(items: list[Written], problems: list[Problem], field: str) -> dict[str, Written]:
    """Full weight for each name of a list."""
    names = element_names()
    on: dict[str, Written] = {}
    for n, item in enumerate(items):
        if not isinstance(item.value, str):
            message = f"{shown(item.value)} is written, the name of an element is wanted"
            _note(problems, item.place, f"{field}[{n}]", message)
        elif item.value not in names:
            _note(problems, item.place, f"{field}[{n}]", f"{shown(item.value)} is {unknown(item.value, names)}")
        elif item.value in on:
            _note(problems, item.place, f"{field}[{n}]", f"{item.value} is named twice")
        else:
            on[item.value] = Written(1, item.place)
    return on


def _note(problems: list[Problem], place: Place, field: str, message: str) -> None:
    problems.append(Problem(place, field, message))
