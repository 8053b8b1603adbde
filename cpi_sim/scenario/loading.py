"""From a file, or the name of a shipped scenario, to a scenario that can be run; or to everything wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cpi_sim.parameters import REGISTRY, defaults
from cpi_sim.parameters.agency import AGENCY_KINDS
from cpi_sim.scenario import cases, own_instruments
from cpi_sim.scenario.arms import Variant, variants
from cpi_sim.scenario.checking import check, dotted
from cpi_sim.scenario.elements import spell_out
from cpi_sim.scenario.inheritance import find, lay_over, read_with_parents
from cpi_sim.scenario.limits import check_arm, check_batch
from cpi_sim.scenario.model import Arm, Scenario
from cpi_sim.scenario.naming import number_as_name
from cpi_sim.scenario.own_agencies import OwnKind, own_kinds
from cpi_sim.scenario.problems import Place, Problem, ScenarioError
from cpi_sim.scenario.reading import Written, merge, written
from cpi_sim.scenario.schema import OWN_ELEMENTS, SECTIONS, Head, default_measure_weeks, path_of

OVERRIDE = "override"


def load(path_or_name: str | Path, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Read a scenario file, or a shipped scenario by name, check it and fill in everything it leaves out.

    ``overrides`` are laid over the file: fields of the top level, dotted names (``"agency.caseload"``), or names of
    parameters alone (``"caseload"``).

    Raises :class:`ScenarioError`, which lists everything found wrong, each with file, line, column and field.
    """
    path = find(path_or_name)
    problems: list[Problem] = []
    tree = read_with_parents(path, problems)
    given = _overrides(overrides or {}, problems)
    fields = (lay_over if {"vary", "arms"} & given.value.keys() else merge)(tree, given).value
    fields = {name: value for name, value in fields.items() if name != "extends"}
    tree = own_instruments.spell_out(Written(fields, tree.place), path.parent, problems)
    tree = check(_named_comparator(tree), problems)
    tree, kinds = own_kinds(tree, path.parent, problems)
    scenario = _scenario(tree, path.stem, given, kinds, problems)
    if problems or scenario is None:
        raise ScenarioError(problems)
    return scenario


def as_scenario(scenario: Scenario | str | Path) -> Scenario:
    """A scenario as it is, or read by its name or path as :func:`load` does."""
    return scenario if isinstance(scenario, Scenario) else load(scenario)


def _overrides(overrides: Mapping[str, Any], problems: list[Problem]) -> Written:
    """Values given beside a file, as a tree."""
    place = Place(OVERRIDE)
    tree = Written({}, place)
    for name, value in overrides.items():
        path = _path_of_override(name)
        part = written(value, place)
        for step in reversed(path):
            part = Written({step: part}, place)
        part = cases.spell_out(part, problems)
        tree = merge(
            tree, spell_out(part, problems) if path[-1] in ("elements", "intervention", "arms", "vary") else part
        )
    return tree


def _path_of_override(name: str) -> tuple[str, ...]:
    if name in REGISTRY:
        return path_of(name)
    return ("intervention", "elements") if name == "elements" else tuple(name.split("."))


def _named_comparator(tree: Written) -> Written:
    """The tree with a comparator written as a number (``comparator: 0``) named as its arm is ("0")."""
    comparator = tree.value.get("comparator")
    if comparator is None or isinstance(comparator.value, bool) or not isinstance(comparator.value, int | float):
        return tree
    named = Written(number_as_name(comparator.value), comparator.place)
    return Written({**tree.value, "comparator": named}, tree.place)


def _scenario(
    tree: Written, stem: str, given: Written, kinds: dict[str, OwnKind], problems: list[Problem]
) -> Scenario | None:
    """The scenario of a checked tree, or None where it has no arms to speak of; problems are noted."""
    written_in_head = {name: tree.value[name].plain() for name in Head.model_fields if name in tree.value}
    head = Head.model_validate({name: value for name, value in written_in_head.items() if value != []})
    name = head.name or stem
    found = variants(tree, name, problems)
    _check_overrides_stand(found, given, problems)
    arms = {variant.name: arm for variant in found if (arm := _arm(variant, tree, head, kinds, problems))}
    instruments = own_instruments.checked(tree, problems)
    weeks = _measure_weeks(head, tree, problems)
    if head.comparator is not None and found and head.comparator not in {variant.name for variant in found}:
        message = f"{head.comparator!r} is no arm; the arms are {', '.join(variant.name for variant in found)}"
        problems.append(Problem(tree.at(("comparator",)).place, "comparator", message))
    if not arms:
        return None
    check_batch([arm.values for arm in arms.values()], head, len(weeks), tree, problems)
    title = head.title or name.replace("_", " ")
    horizon = head.horizon_weeks
    return Scenario(
        name,
        title,
        head.why,
        head.question,
        horizon,
        weeks,
        head.sites,
        head.seed,
        head.comparator,
        arms,
        instruments,
        head.topic,
    )


def _measure_weeks(head: Head, tree: Written, problems: list[Problem]) -> tuple[int, ...]:
    """The weeks of measurement in their order, each once, none beyond the horizon."""
    if not head.measure_weeks:
        return tuple(default_measure_weeks(head.horizon_weeks))
    for n, week in enumerate(head.measure_weeks):
        if week > head.horizon_weeks and not any(problem.field == "horizon_weeks" for problem in problems):
            message = f"week {week} is beyond the horizon of {head.horizon_weeks} weeks (horizon_weeks)"
            problems.append(Problem(tree.at(("measure_weeks", n)).place, f"measure_weeks[{n}]", message))
    return tuple(sorted(set(head.measure_weeks)))


def _arm(variant: Variant, tree: Written, head: Head, kinds: dict[str, OwnKind], problems: list[Problem]) -> Arm | None:
    """An arm with a value of every parameter; None where no kind of agency is written."""
    own = Written({section: tree.value[section] for section in SECTIONS if section in tree.value}, tree.place)
    sections = merge(own, variant.changes)
    kind = sections.plain().get("agency", {}).get("kind")
    if kind is None:
        if not any(problem.field in ("extends", "agency", "agency.kind") for problem in problems):
            message = f"missing; one of {', '.join(AGENCY_KINDS)} (or extend a scenario that has one)"
            problems.append(Problem(tree.at(("agency",)).place, "agency.kind", message))
        return None
    like = kind
    if kind in kinds:
        like = kinds[kind].like
        sections = merge(Written({"agency": kinds[kind].numbers}, tree.place), sections)
    plain = sections.plain()
    weights = plain.get("intervention", {}).get(OWN_ELEMENTS, {})
    lived = {name: float(weight) for name, weight in weights.items() if weight > 0}
    values = {**defaults(like), **_values(plain)}
    arm = Arm(variant.name, variant.label, kind, values, lived)
    prefix = f"arms.{variant.name}." if "arms" in tree.value and len(tree.value["arms"].value) > 1 else ""
    check_arm(arm, sections, head.horizon_weeks, prefix, problems)
    return arm


def _values(plain: dict[str, Any]) -> dict[str, float]:
    """Registered parameters that a plain tree of sections writes."""
    found = {}
    for name in REGISTRY:
        value: Any = plain
        for step in path_of(name):
            value = value.get(step) if isinstance(value, dict) else None
        if value is not None:
            found[name] = float(value)
    return found


def _check_overrides_stand(found: list[Variant], given: Written, problems: list[Problem]) -> None:
    """Note values given beside the file that every arm would silently replace by its own."""
    for path in _leaves({name: given.value[name] for name in SECTIONS if name in given.value}):
        if any(variant.changes.has(path) for variant in found):
            message = "cannot be given here, since the arms of the scenario set it"
            problems.append(Problem(given.place, dotted(path), message))


def _leaves(fields: dict[str, Written]) -> list[tuple[str, ...]]:
    leaves: list[tuple[str, ...]] = []
    for name, value in fields.items():
        leaves += [(name, *deeper) for deeper in _leaves(value.value)] if isinstance(value.value, dict) else [(name,)]
    return leaves
