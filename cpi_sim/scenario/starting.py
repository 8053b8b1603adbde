"""A first scenario file for somebody to go on with: short, commented, and sure to load."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

from cpi_sim.evidence.catalogue import mark_of
from cpi_sim.parameters import REGISTRY, Parameter
from cpi_sim.parameters.declaration import UNITS
from cpi_sim.scenario.elements import FIELD as ELEMENTS
from cpi_sim.scenario.model import Scenario
from cpi_sim.scenario.problems import Place, Problem, ScenarioError, nearest
from cpi_sim.scenario.schema import path_of

FIRST_PARENT = "connecting_people_community_team"


def starter(name: str, parent: str, inherited: Scenario, vary: Sequence[str]) -> str:
    """The text of a scenario called ``name`` that extends ``parent`` (read as ``inherited``) and varies fields.

    ``vary`` holds names of parameters, alone or dotted. Raises :class:`ScenarioError` for a name that is none.
    """
    varied = [_parameter(field) for field in vary]
    lines = [
        f"# {name}: say in a line or two what this scenario asks, and what is special in it.",
        "# Every field is optional but `extends`; `cpi-sim params WORD` finds numbers, with unit, range and evidence.",
        f"extends: {_quoted(parent)}",
        f"title: {_quoted(name.replace('_', ' ').capitalize())}",
        "why: >-",
        "  Two lines: what it is for, and where its choices come from.",
        f"question: {_quoted(_question(varied))}",
        f"sites: {inherited.sites}  # independent sites; more of them narrow the Monte Carlo error",
        f"horizon_weeks: {inherited.horizon_weeks}  # weeks lived after entry",
        "# What differs from the scenario above, for example:",
        *_examples(inherited),
    ]
    if varied:
        lines += ["vary:  # one arm for each value, or for each combination of values", *map(_axis, varied)]
    else:
        arms = ", ".join(inherited.arms)
        lines += [
            f"# The arms are those of the scenario above: {arms}. To make others:",
            "# vary:",
            "#   intervention.contacts_per_month: [0, 2, 4]",
            "# or a list of cases:",
            "# vary:",
            "#   - {name: usual_care, intervention.contacts_per_month: 0}",
            "#   - {name: two, label: two elements, intervention.elements: [reflection, soft_skills]}",
        ]
    if varied:
        lines.append(f"comparator: {_quoted(_first_arm(varied))}  # the arm that effects are counted from")
    return "\n".join(lines) + "\n"


def _question(varied: Sequence[Parameter]) -> str:
    if not varied:
        return "What would you like to know?"
    return f"What changes with {' and '.join(parameter.name.replace('_', ' ') for parameter in varied)}?"


def check_name(name: str) -> None:
    """Refuse a name that would make a file elsewhere, or one that is hard to type.

    Raises :class:`ScenarioError`.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
        message = "the name of a scenario is made of letters, digits, _ and -, as small_caseloads"
        raise ScenarioError([Problem(Place(name), "", message)])


def check_free(path: Path) -> None:
    """Refuse to write over a file.

    Raises :class:`ScenarioError`.
    """
    if path.exists() or path.is_symlink():
        raise ScenarioError([Problem(Place(path.as_posix()), "", "exists already; choose another name")])


def _parameter(field: str) -> Parameter:
    """The parameter that a field names."""
    dotted = {".".join(path_of(name)): parameter for name, parameter in REGISTRY.items()}
    if field in dotted:
        return dotted[field]
    name = field.split(".")[-1]
    if field == name and name in REGISTRY:
        return REGISTRY[name]
    if field == ELEMENTS:
        message = f"vary one element, as {ELEMENTS}.reflection, or write a list of cases"
    else:
        meant = nearest(name, REGISTRY) or nearest(field, dotted)
        shown = "" if meant is None else f" did you mean {'.'.join(path_of(meant)) if meant in REGISTRY else meant}?"
        message = f"unknown;{shown} `cpi-sim params` lists what can vary"
    raise ScenarioError([Problem(Place("--vary"), field, message)])


def _axis(parameter: Parameter) -> str:
    values = ", ".join(f"{value:g}" for value in spread(parameter))
    limits = f"{parameter.low:g} to {parameter.high:g}, {UNITS[parameter.unit]}"
    return f"  {'.'.join(path_of(parameter.name))}: [{values}]  # {_about(parameter, limits)}"


def _about(parameter: Parameter, *more: str) -> str:
    """What a number means, and how firm the evidence for its default is."""
    return f"{parameter.meaning} ({'; '.join((*more, f'evidence of its default: {mark_of(parameter.evidence)}'))})"


def spread(parameter: Parameter) -> list[float]:
    """Some values to begin with: the default, and others on the way to both ends of the range."""
    low, default, high = parameter.low, parameter.default, parameter.high
    if parameter.unit == "switch":
        return [0, 1]
    if default == low:
        wanted = [low, low + (high - low) / 10, low + (high - low) / 5]
    else:
        above = 1.5 * default if default > 0 else (default + high) / 2
        wanted = [(low + default) / 2, default, min(above, high)]
    if parameter.whole:
        wanted = [float(math.floor(value)) for value in wanted]
    rounded = [min(max(float(f"{value:.3g}"), low), high) for value in wanted]
    return sorted(set(rounded))


def _first_arm(varied: Sequence[Parameter]) -> str:
    """The name of the arm with the first value of everything."""
    first = {parameter.name: f"{spread(parameter)[0]:g}" for parameter in varied}
    if len(first) == 1:
        return next(iter(first.values()))
    short = {path_of(name)[-1]: value for name, value in first.items()}
    return ",".join(f"{name}={value}" for name, value in short.items())


def _examples(inherited: Scenario) -> list[str]:
    """Lines, commented out, for two numbers that people ask about first, with the values they have now."""
    values = next(iter(inherited.arms.values())).values
    users, caseload = values["service_users"], values["caseload"]
    return [
        f"# site: {{service_users: {users:g}}}  # {_about(REGISTRY['service_users'])}",
        f"# agency: {{caseload: {caseload:g}}}  # {_about(REGISTRY['caseload'])}",
    ]


def _quoted(text: str) -> str:
    """Text as YAML reads it back."""
    return text if re.fullmatch(r"[A-Za-z][A-Za-z_ -]*", text) and text.lower() not in _SWITCHES else f'"{text}"'


_SWITCHES = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
