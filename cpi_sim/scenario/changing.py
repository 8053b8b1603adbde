"""Laying values over a scenario that has been read already: at entry, or in a life that has begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cpi_sim.parameters import REGISTRY
from cpi_sim.scenario.checking import check, dotted
from cpi_sim.scenario.elements import spell_out
from cpi_sim.scenario.limits import check_arm
from cpi_sim.scenario.model import Scenario
from cpi_sim.scenario.problems import Place, Problem, ScenarioError
from cpi_sim.scenario.reading import Written, merge, written
from cpi_sim.scenario.schema import path_of

ONLY_AT_ENTRY = ("caseload", "peer_share")
"""Numbers that act from entry, and at entry only: the posts are made by them."""

_PLACE = Place("change")


def changed(scenario: Scenario, changes: Mapping[str, Any], *, begun: bool) -> Scenario:
    """A scenario of one arm with values laid over it.

    Args:
        scenario: of one arm.
        changes: names of parameters (``caseload``, ``agency.caseload``, ``elements``) or ``horizon_weeks``, and what
            they become.
        begun: whether the site has entered already, so that what acts from birth or at entry is past.

    Raises:
        ScenarioError: everything wrong with the changes: names, ranges, what does not go together, what is past.
    """
    problems: list[Problem] = []
    tree = check(spell_out(_tree(changes), problems), problems)
    (arm,) = scenario.arms.values()
    values = dict(arm.values)
    for name, parameter in REGISTRY.items():
        path = path_of(name)
        if tree.has(path):
            values[name] = float(tree.at(path).value)
            if begun and (parameter.acts_from == "birth" or name in ONLY_AT_ENTRY):
                when = "from birth" if parameter.acts_from == "birth" else "at entry"
                problems.append(Problem(_PLACE, dotted(path), f"acts {when} only, which is past; begin a new model"))
    horizon = int(tree.value["horizon_weeks"].value) if "horizon_weeks" in tree.value else scenario.horizon_weeks
    problems += [Problem(_PLACE, dotted(path), "is not a number that can be changed here") for path in _others(tree)]
    other = replace(arm, values=values)
    if not problems:
        check_arm(other, tree, horizon, "", problems)
    if problems:
        raise ScenarioError(problems)
    return replace(scenario, horizon_weeks=horizon, arms={arm.name: other})


def _tree(changes: Mapping[str, Any]) -> Written:
    """Names and values as a file would write them."""
    tree = Written({}, _PLACE)
    for name, value in changes.items():
        path = path_of(name) if name in REGISTRY else tuple(name.split("."))
        part = written(value, _PLACE)
        for step in reversed(("intervention", "elements") if path == ("elements",) else path):
            part = Written({step: part}, _PLACE)
        tree = merge(tree, part)
    return tree


def _others(tree: Written) -> list[tuple[str, ...]]:
    """Paths that are allowed in a file but are neither a registered number nor the horizon."""
    known = {path_of(name) for name in REGISTRY} | {("horizon_weeks",)}
    return [path for path in _leaves(tree) if path not in known]


def _leaves(tree: Written) -> list[tuple[str, ...]]:
    if not isinstance(tree.value, dict):
        return [()]
    return [(name, *deeper) for name, child in tree.value.items() for deeper in _leaves(child)]
