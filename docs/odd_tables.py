"""The tables and equations of ``docs/odd.md``, each made from what the model declares."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

from cpi_sim.checks.table import MECHANISMS
from cpi_sim.engine.compilation import RULES
from cpi_sim.evidence.catalogue import TARGETS, mark_of
from cpi_sim.parameters import ASSUMPTION, REGISTRY, Parameter
from cpi_sim.parameters.agency import AGENCY_KINDS
from cpi_sim.scenario.naming import in_words
from cpi_sim.site import tables
from cpi_sim.week import WEEK
from cpi_sim.week.touches import ELEMENT_TOUCHES, STEP_TOUCHES

FIELDS: dict[str, dict[str, str]] = YAML(typ="safe").load(Path(__file__).with_name("odd_fields.yaml"))
"""Unit and meaning of every state variable, parted by a semicolon, by table and field."""

DTYPES: dict[str, np.dtype] = {
    "people": tables.PERSON,
    "ties": tables.TIE,
    "memberships": tables.MEMBERSHIP,
    "needs": tables.NEED,
    "settings": tables.SETTING,
    "posts": tables.POST,
    "plans": tables.PLAN,
    "items": tables.ITEM,
}
"""Tables with named fields, by their names in a site."""


def table(head: str, rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown; ``head`` holds the names of its columns, parted by a bar."""
    columns = head.split(" | ")
    lines = [columns, ["---"] * len(columns), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def said_of(thing: object) -> str:
    """What a docstring says, on one line."""
    return " ".join((inspect.getdoc(thing) or "").split()).replace("``", "`")


def code(names: Iterable[str]) -> str:
    """Names, each set as code."""
    return ", ".join(f"`{name}`" for name in names)


def patterns() -> str:
    """How many published patterns there are of each mechanism."""
    rows = []
    for mechanism, title in MECHANISMS.items():
        weights = [target.weight for target in TARGETS.values() if target.mechanism == mechanism]
        rows.append((title, str(weights.count("core")), str(weights.count("soft"))))
    return table("patterns of | core | soft", rows)


def scales() -> str:
    """How large a site is and how long it lives, where nothing else is said, and what cannot be more."""
    sizes = ("community_members", "service_users", "ill_not_in_service_share", "settings", "users_only_groups")
    rows = [(REGISTRY[name].meaning, f"{REGISTRY[name].default:g}", f"`{name}`") for name in (*sizes, "burn_in_years")]
    fixed = {
        "settings that a person can belong to, at most": tables.MEMBERSHIPS_AT_MOST,
        "needs that a person can have open, at most": tables.NEEDS_AT_MOST,
        "resource items": tables.RESOURCE_ITEMS,
        "elements of the practice": len(tables.ELEMENTS),
    }
    rows += [(what, str(number), "fixed") for what, number in fixed.items()]
    return table("what | number | parameter", rows)


def fields(name: str) -> str:
    """State variables of a table: unit, meaning, and the steps of the week that may change them."""
    return table("field | unit | meaning | changed by", [_field(name, field) for field in DTYPES[name].names or ()])


def _field(name: str, field: str) -> tuple[str, ...]:
    unit, meaning = FIELDS[name][field].split("; ", 1)
    changed_by = [step for step, touched in STEP_TOUCHES.items() if field in touched.get(name, ())]
    return f"`{field}`", unit, meaning, code(changed_by) or "no step"


def week() -> str:
    """The order of the week."""
    rows = [(str(number), f"`{step.__name__}`", _what_happens(step)) for number, step in enumerate(WEEK, 1)]
    return table("step | name | what happens", rows)


def _what_happens(step: Callable[..., object]) -> str:
    """What the file of a step says first, after its number and name."""
    first = (inspect.getdoc(import_module(step.__module__)) or "").splitlines()[0]
    return first.split(": ", 1)[1]


def touches() -> str:
    """What each step of the week may change."""
    rows = [
        (f"`{step}`", f"`{name}`", code(sorted(changed)))
        for step, touched in STEP_TOUCHES.items()
        for name, changed in touched.items()
    ]
    return table("step | table | what it may change", rows)


def elements() -> str:
    """The elements of the practice: what they are, and in which steps they can act within a week."""
    rows = []
    for element in tables.ELEMENTS:
        weight = REGISTRY[f"element_{element}"]
        rows.append((f"`{element}`", weight.meaning.removeprefix("weight of "), code(ELEMENT_TOUCHES[element])))
    return table("element | what it is | can act within a week in", rows)


def rules(*files: str) -> str:
    """What each rule of some files of the week gives."""
    return table("rule | what it gives", [(f"`{each.__name__}`", said_of(each)) for each in _rules_of(files)])


def equations(*files: str) -> str:
    """The rules of some files of the week as they are compiled."""
    return "\n".join(["```python", "\n\n\n".join(map(_equation, _rules_of(files))), "```"])


def _rules_of(files: tuple[str, ...]) -> list[Callable[..., object]]:
    return [rule for file in files for rule in RULES.values() if rule.__module__ == f"cpi_sim.week.{file}"]


def _equation(rule: Callable[..., object]) -> str:
    """The source of a rule without its docstring."""
    source = textwrap.dedent(inspect.getsource(rule))
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    said = function.body[0]
    lines = source.rstrip().splitlines()
    return "\n".join([*lines[function.lineno - 1 : said.lineno - 1], *lines[said.end_lineno :]])


def numbers(file: str) -> str:
    """The parameters that a file of `cpi_sim/parameters/` declares."""
    return table("parameter | meaning | value | unit | range | rests on", map(_number, _declared_in(file)))


def agencies() -> str:
    """The numbers that kinds of agency differ in."""
    rows = [
        (
            f"`{each.name}`", each.meaning, *(f"{(each.by_agency or {})[kind]:.4g}" for kind in AGENCY_KINDS),
            each.unit, _range(each), grounds(each),
        )
        for each in _declared_in("agency")
    ]  # fmt: skip
    kinds = " | ".join(map(in_words, AGENCY_KINDS))
    return table(f"parameter | meaning | {kinds} | unit | range | rests on", rows)


@cache
def _declared_in(file: str) -> tuple[Parameter, ...]:
    """Parameters in the order in which a file declares them."""
    source = inspect.getsource(import_module(f"cpi_sim.parameters.{file}"))
    alone = [node.value for node in ast.parse(source).body if isinstance(node, ast.Expr)]
    return tuple(REGISTRY[ast.literal_eval(call.args[0])] for call in alone if isinstance(call, ast.Call))


def _number(parameter: Parameter) -> tuple[str, ...]:
    value = f"{parameter.default:.4g}"
    return f"`{parameter.name}`", parameter.meaning, value, parameter.unit, _range(parameter), grounds(parameter)


def _range(parameter: Parameter) -> str:
    return f"{parameter.low:g} to {parameter.high:g}"


def grounds(parameter: Parameter) -> str:
    """What a number rests on: a mark and the entries of the evidence, or the word assumption."""
    if parameter.evidence == ASSUMPTION:
        return ASSUMPTION
    return f"{mark_of(parameter.evidence)}: {code(parameter.evidence.split())}"


MAKERS: dict[str, Callable[..., str]] = {
    each.__name__: each
    for each in (patterns, scales, fields, week, touches, elements, rules, equations, numbers, agencies)
}
"""What makes the tables of the page, by the name that the page asks for them by."""
