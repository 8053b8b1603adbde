"""The page that describes the model says of it what is so: its tables are read back, its equations worked out."""

from __future__ import annotations

import inspect
import re
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from cpi_sim.checks.table import MECHANISMS
from cpi_sim.engine.compilation import RULES
from cpi_sim.evidence.catalogue import PARAMETER_EVIDENCE, TARGETS, mark_of
from cpi_sim.parameters import ASSUMPTION, REGISTRY, Parameter, defaults
from cpi_sim.parameters.agency import AGENCY_KINDS
from cpi_sim.site.tables import ELEMENTS
from cpi_sim.week import WEEK
from cpi_sim.week.touches import ELEMENT_TOUCHES, STEP_TOUCHES
from docs.odd import PAGE, page_with_tables, places
from docs.odd_tables import DTYPES, FIELDS, table

TEXT = PAGE.read_text(encoding="utf-8")
ELEVEN_CONCEPTS = (
    "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction",
    "Stochasticity", "Collectives", "Observation",
)  # fmt: skip


def part(asked: str) -> str:
    """What stands on the page in the place of one table."""
    return TEXT.split(f"<!-- table: {asked} -->")[1].split("<!-- end -->")[0]


def rows(asked: str) -> list[list[str]]:
    """Cells of a table of the page, its head left out."""
    lines = [line for line in part(asked).splitlines() if line.startswith("| ")]
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def names(cell: str) -> list[str]:
    """What is set as code in a cell."""
    return re.findall(r"`(.+?)`", cell)


def asked_for(maker: str) -> list[str]:
    """Places of the page that one maker fills."""
    return [each for each in places(TEXT) if each.split()[0] == maker]


def holds(parameter: Parameter, unit: str, limits: str, rests_on: str) -> None:
    """Assert what a row says of a parameter besides its value."""
    assert unit == parameter.unit
    assert [float(limit) for limit in limits.split(" to ")] == pytest.approx([parameter.low, parameter.high], rel=1e-5)
    if parameter.evidence == ASSUMPTION:
        assert rests_on == ASSUMPTION
    else:
        assert rests_on.split(":")[0] == mark_of(parameter.evidence)
        assert names(rests_on) == parameter.evidence.split()


def test_the_tables_are_those_of_the_declarations() -> None:
    assert page_with_tables(TEXT) == TEXT, "run `python -m docs.odd`"


def test_the_seven_elements_and_the_eleven_concepts_stand_in_their_order() -> None:
    assert re.findall(r"^## (\d) ([A-Z]\w+)", TEXT, flags=re.M) == [
        ("1", "Purpose"), ("2", "Entities"), ("3", "Process"), ("4", "Design"), ("5", "Initialization"), ("6", "Input"),
        ("7", "Submodels"),
    ]  # fmt: skip
    concepts = TEXT.split("\n## 4 ")[1].split("\n## 5 ")[0]
    assert tuple(re.findall(r"^### (.+)$", concepts, flags=re.M)) == ELEVEN_CONCEPTS


def test_every_parameter_stands_once_with_its_value() -> None:
    found = [row for asked in asked_for("numbers") for row in rows(asked)]
    told = [names(row[0])[0] for row in found] + [names(row[0])[0] for row in rows("agencies")]
    assert sorted(told) == sorted(REGISTRY)
    for name, meaning, value, *others in found:
        parameter = REGISTRY[names(name)[0]]
        assert meaning == parameter.meaning
        assert float(value) == pytest.approx(parameter.default, rel=1e-3)
        holds(parameter, *others)


def test_every_kind_of_agency_has_its_numbers() -> None:
    values = {kind: defaults(kind) for kind in AGENCY_KINDS}
    for name, _, *numbers, unit, limits, rests_on in rows("agencies"):
        parameter = REGISTRY[names(name)[0]]
        assert [float(each) for each in numbers] == [values[kind][parameter.name] for kind in AGENCY_KINDS]
        holds(parameter, unit, limits, rests_on)


@pytest.mark.parametrize("name", DTYPES)
def test_every_state_variable_is_described_with_the_steps_that_change_it(name: str) -> None:
    found = rows(f"fields {name}")
    assert [names(row[0])[0] for row in found] == list(DTYPES[name].names or ()) == list(FIELDS[name])
    for field, unit, meaning, changed_by in found:
        changing = [step.__name__ for step in WEEK if names(field)[0] in STEP_TOUCHES[step.__name__].get(name, ())]
        assert names(changed_by) == changing
        assert (changed_by == "no step") is (not changing)
        assert f"{unit}; {meaning}" == FIELDS[name][names(field)[0]]
        assert unit
        assert meaning


def test_the_week_stands_in_its_order() -> None:
    assert [(int(row[0]), names(row[1])[0]) for row in rows("week")] == [
        (number, step.__name__) for number, step in enumerate(WEEK, 1)
    ]
    submodels = re.findall(r"^### 7\.(\d+) (.+)$", TEXT, flags=re.M)
    assert [int(number) for number, _ in submodels] == list(range(1, len(WEEK) + 2))
    assert [title.split()[0].strip(",").lower() for _, title in submodels[:-1]] == [
        step.__name__.split("_")[0] for step in WEEK
    ]


def test_what_a_step_may_touch_is_what_it_may() -> None:
    found = {(names(step)[0], names(where)[0]): set(names(what)) for step, where, what in rows("touches")}
    assert found == {
        (step, where): set(what) for step, all_of in STEP_TOUCHES.items() for where, what in all_of.items()
    }


def test_every_element_is_told_with_the_steps_that_it_can_act_in() -> None:
    assert {names(row[0])[0]: names(row[2]) for row in rows("elements")} == {
        element: list(ELEMENT_TOUCHES[element]) for element in ELEMENTS
    }


def test_sizes_and_numbers_of_patterns_are_counted_right() -> None:
    for _, number, name in rows("scales"):
        if name != "fixed":
            assert float(number) == REGISTRY[names(name)[0]].default
    assert [int(number) for _, number, name in rows("scales") if name == "fixed"] == [4, 6, 27, 6]
    counted = {title: (int(core), int(soft)) for title, core, soft in rows("patterns")}
    for mechanism, title in MECHANISMS.items():
        cores = [target.core for target in TARGETS.values() if target.mechanism == mechanism]
        assert counted[title] == (cores.count(True), cores.count(False))
    assert sum(map(sum, counted.values())) == len(TARGETS)


def test_every_rule_is_told_in_the_words_of_its_docstring() -> None:
    found = {names(row[0])[0]: row[1] for asked in asked_for("rules") for row in rows(asked)}
    assert sorted(found) == sorted(RULES)
    for name, told in found.items():
        first = (inspect.getdoc(RULES[name]) or "").split("\n\n")[0]
        assert told.startswith(" ".join(first.split()).replace("``", "`"))


def written_rules() -> dict[str, Any]:
    """Rules as functions, made from what the page prints of them, among the names that their files have."""
    made: dict[str, Any] = {}
    for source in re.findall(r"^def (?:.|\n)*?(?=\n\ndef |\n```)", TEXT, flags=re.M):
        name = re.match(r"def (\w+)", source)[1]  # type: ignore[index]
        module: ModuleType = inspect.getmodule(RULES[name])  # type: ignore[assignment]
        among = dict(vars(module))
        exec(compile(source, "odd.md", "exec", flags=annotations.compiler_flag), among)
        assert name not in made, f"{name} is printed twice"
        made[name] = among[name]
    return made


@pytest.mark.parametrize("level", [0.2, 0.7])
def test_every_equation_gives_what_its_rule_gives(level: float) -> None:
    p = SimpleNamespace(**defaults())
    printed = written_rules()
    assert sorted(printed) == sorted(RULES)
    for name, rule in RULES.items():
        kinds = inspect.get_annotations(rule)
        assert inspect.signature(printed[name]).parameters.keys() == inspect.signature(rule).parameters.keys()
        given = {
            argument: p if argument == "p" else (1 if kinds[argument] == "int" else level)
            for argument in inspect.signature(rule).parameters
        }
        assert printed[name](**given) == rule(**given), name


def test_a_bar_in_a_cell_ends_no_cell() -> None:
    assert table("a | b", [("one | two", "three")]) == "| a | b |\n| --- | --- |\n| one \\| two | three |"


@pytest.mark.parametrize("page", ["odd.md", "claims.md"])
def test_names_in_the_words_are_names_of_something(page: str) -> None:
    words = re.sub(r"<!-- table.*?<!-- end -->", "", PAGE.with_name(page).read_text(encoding="utf-8"), flags=re.S)
    fields = {field for described in FIELDS.values() for field in described}
    steps = {step.__name__ for step in WEEK}
    known = {*REGISTRY, *RULES, *fields, *steps, *PARAMETER_EVIDENCE, *TARGETS}
    found = {name for name in names(words) if re.fullmatch(r"[a-z]+(_[a-z]+)+", name)}
    assert len(found) > 3
    assert found <= known
