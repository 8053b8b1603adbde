"""The verbs for those who write scenarios: `new`, `compare`, `schema`; and the documentation's table of numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from cpi_sim.batches.run import live_arm
from cpi_sim.cli import app
from cpi_sim.evidence.catalogue import mark_of
from cpi_sim.parameters import REGISTRY
from cpi_sim.scenario import Scenario, load, shipped
from cpi_sim.scenario.comparing import compare
from cpi_sim.scenario.editors import json_schema
from cpi_sim.scenario.remarks import remarks
from cpi_sim.scenario.schema import path_of
from cpi_sim.scenario.starting import spread
from cpi_sim.simulation.past import make_past
from docs.parameters import PAGE, page
from tests.sites import PROGRAM

HERE = Path(__file__).parent
CHECKER = jsonschema.Draft202012Validator(json_schema())


def invoke(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def lived_tables(scenario: Scenario) -> dict[str, pd.DataFrame]:
    """The tables of one site of a scenario of one arm."""
    (arm,) = scenario.arms.values()
    past = make_past(arm.values, 1, PROGRAM)
    record = live_arm(past, arm.values, 1, scenario.measure_weeks, scenario.horizon_weeks, PROGRAM)
    return {name: table.to_pandas().drop(columns="arm") for name, table in record.tables(0, arm.name).items()}


def plain(text: str) -> Any:
    return YAML(typ="safe").load(text)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# new


@pytest.mark.parametrize("parent", sorted(shipped()))
def test_new_file_is_its_parent_until_it_is_edited(parent: str) -> None:
    assert invoke("new", "mine", "--from", parent).exit_code == 0
    found = compare(load(parent), load("mine.yaml"))
    assert not found.changes_numbers


def test_new_file_says_which_numbers_are_assumptions() -> None:
    invoke("new", "mine", "--vary", "agency.caseload", "--vary", "friend_forgotten")
    lines = Path("mine.yaml").read_text().splitlines()
    ends = {line.split(":")[0].strip(" #"): line.rsplit("evidence of its default: ")[-1] for line in lines}
    assert (ends["agency.caseload"], ends["parameters.friend_forgotten"]) == ("assumption)", "verified)")
    assert (ends["site"], ends["agency"]) == ("assumption)", "assumption)")


def test_new_file_loads_with_every_line_out_of_its_comments() -> None:
    invoke("new", "mine")
    lines = Path("mine.yaml").read_text().splitlines()
    first_vary = lines.index("# vary:")
    kept = [line.removeprefix("# ") for line in lines[:first_vary] if line.startswith("# ") and ": {" in line]
    Path("mine.yaml").write_text("\n".join([*lines[:first_vary], *kept, *(f"{x[2:]}" for x in lines[first_vary:][:2])]))
    assert list(load("mine.yaml").arms) == ["0", "2", "4"]
    cases = [line.removeprefix("# ") for line in lines[lines.index("# vary:", first_vary + 1) :]]
    Path("mine.yaml").write_text("\n".join([*lines[:first_vary], *cases]))
    assert list(load("mine.yaml").arms) == ["usual_care", "two"]


@pytest.mark.parametrize("name", list(REGISTRY))
def test_every_number_has_values_to_begin_with(name: str) -> None:
    declared = REGISTRY[name]
    values = spread(declared)
    assert len(values) >= 2
    assert all(declared.low <= value <= declared.high for value in values)
    assert not declared.whole or all(value.is_integer() for value in map(float, values))


def test_new_varies_fields_and_says_what_a_number_of_the_past_costs() -> None:
    done = invoke("new", "mine", "--vary", "caseload", "--vary", "agency.lives_alone_share")
    assert "agency.lives_alone_share acts from birth: each site lives 3 pasts instead of one" in done.stderr
    scenario = load("mine.yaml")
    assert len(scenario.arms) == 9
    assert scenario.comparator in scenario.arms
    assert scenario.question == "What changes with caseload and lives alone share?"
    assert all(arm.values["contacts_per_month"] == 4.0 for arm in scenario.arms.values())  # the practice is inherited


def test_new_never_writes_over_a_file() -> None:
    Path("mine.yaml").write_text("precious")
    done = invoke("new", "mine")
    assert (done.exit_code, Path("mine.yaml").read_text()) == (2, "precious")
    assert done.stderr == "mine.yaml: exists already; choose another name\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("../mine",), "../mine: the name of a scenario is made of letters, digits, _ and -, as small_caseloads"),
        (("mine", "--from", "contact_intensty"), "did you mean contact_intensity"),
        (("mine", "--vary", "agency.caselod"), "--vary agency.caselod: unknown; did you mean agency.caseload?"),
        (("mine", "--vary", "intervention.elements"), "vary one element, as intervention.elements.reflection"),
    ],
)
def test_new_refuses_what_cannot_be_and_writes_nothing(
    arguments: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    done = invoke("new", *arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_new_may_start_from_a_file() -> None:
    Path("town.yaml").write_text("extends: usual_care_community_team\nsite: {settings: 40}\n")
    assert invoke("new", "mine", "--from", "town.yaml").exit_code == 0
    assert next(iter(load("mine.yaml").arms.values())).values["settings"] == 40


# remarks


def test_numbers_that_act_from_entry_cost_no_past() -> None:
    assert remarks(load("contact_intensity")) == []
    varied = {"vary": {"agency.lives_alone_share": [0.2, 0.8]}, "comparator": "0.2"}
    (line,) = remarks(load("connecting_people_community_team", varied))
    assert line.startswith("agency.lives_alone_share acts from birth: each site lives 2 pasts instead of one, about ")


def test_a_batch_of_nothing_and_one_that_compares_nothing_are_remarked_on() -> None:
    offered, compared = remarks(load("usual_care_community_team", {"vary": {"agency.caseload": [15, 30]}}))
    assert offered.startswith("no arm intends connecting contacts")
    assert compared.endswith('write, for example, comparator: "15"')
    assert remarks(load("usual_care_community_team")) == []


def test_a_scenario_beside_is_found_by_its_name() -> None:
    Path("town.yaml").write_text("extends: usual_care_community_team\nsite: {settings: 40}\n")
    assert load("town").name == "town"


# compare

SMALL = """\
extends: connecting_people_inclusion_project
site: {community_members: 120, service_users: 16, settings: 8, users_only_groups: 1, burn_in_years: 0}
agency: {illness_years_low: 0.1, illness_years_high: 0.2}
horizon_weeks: 30
measure_weeks: [0, 30]
"""


@pytest.mark.parametrize(
    ("common", "one", "other", "week"),
    [
        ("contacts_per_month: 0", "training: 0.1", "training: 0.9", None),
        ("contacts_per_month: 0", "protected_hours: 0", "protected_hours: 10", 0),
        ("contacts_per_month: 8", "duration_weeks: 12", "duration_weeks: 30", 12),
        ("contacts_per_month: 8", "duration_weeks: 30", "duration_weeks: 60", None),
        ("contacts_per_month: 8, start_week: 9", "equality: 0", "equality: 1", 9),
        ("contacts_per_month: 8, elements: [soft_skills]", "training: 0", "training: 1", None),
    ],
)
def test_what_is_said_of_a_difference_is_what_happens(common: str, one: str, other: str, week: int | None) -> None:
    scenarios = []
    for name, own in (("one", one), ("other", other)):
        text = f"{SMALL}arms:\n  practice: {{intervention: {{{common}, {own}}}}}\n"
        Path(f"{name}.yaml").write_text(text)
        scenarios.append(load(f"{name}.yaml"))
    (difference,) = compare(*scenarios).by_arm["practice"]
    assert difference.from_week == week
    before, after = (lived_tables(scenario) for scenario in scenarios)
    same_until = 30 if week is None else week
    for name in ("people", "weeks", "runs"):
        a, b = before[name], after[name]
        alike = a["week"] <= same_until
        np.testing.assert_array_equal(a[alike].to_numpy(), b[alike].to_numpy())
    if week is not None:
        assert not before["weeks"].equals(after["weeks"]) or not before["people"].equals(after["people"])


def test_comparison_matches_arms_and_says_what_stands_alone() -> None:
    found = compare(load("contact_intensity"), load("contact_intensity_early_intervention"))
    assert {each.field for each in found.shared} >= {"agency.kind", "agency.caseload", "agency.oldest_age"}
    assert all(differences == [] for differences in found.by_arm.values())
    found = compare(load("caseload_by_staff"), load("connecting_people_community_team"))
    assert (found.only_first[0], found.only_second) == ("caseload_40", ["connecting_people"])
    assert found.alike == []


def test_same_arm_under_two_names_is_recognised() -> None:
    Path("one.yaml").write_text("extends: usual_care_community_team\narms: {a: , b: {agency: {caseload: 9}}}\n")
    Path("two.yaml").write_text("extends: usual_care_community_team\narms: {c: {agency: {caseload: 9}}}\n")
    assert compare(load("one.yaml"), load("two.yaml")).alike == [("b", "c")]


def test_comparison_in_words_and_for_machines() -> None:
    text = invoke("compare", "people_living_alone", "connecting_people_inclusion_project").stdout
    assert "In every arm that both have\n  agency.lives_alone_share: 1 -> 0.31 (a part of a whole, 0 to 1)\n" in text
    assert "acts from birth: another past, lived for each; evidence of its default: verified\n" in text
    text = invoke("compare", "contact_intensity", "contact_intensity_early_intervention").stdout
    caseload = text.split("agency.caseload: 18 -> 16 (whole number of people)\n")[1].split("\n")[0].strip()
    assert caseload == "acts from week 0 (entry); evidence of its default: assumption"
    found = json.loads(invoke("compare", "usual_care_community_team", "usual_care_community_team", "--json").stdout)
    assert not found["changes_numbers"]
    assert found["about"] == found["shared"] == found["only_first"] == []
    assert invoke("compare", "usual_care_community_team", "nothing").exit_code == 2


def test_texts_change_no_number() -> None:
    one = load("contact_intensity")
    found = compare(one, load("contact_intensity", {"title": "Other words", "sites": 3, "comparator": "1"}))
    assert [each.field for each in found.about] == ["title", "sites", "comparator"]
    assert not found.changes_numbers


# schema


def test_schema_is_valid_and_printed() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert json.loads(invoke("schema").stdout) == json_schema()
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("path", [*shipped().values(), *sorted((HERE / "valid").glob("*.yaml"))], ids=lambda p: p.stem)
def test_schema_takes_good_files_and_their_resolved_form(path: Path) -> None:
    assert [error.message for error in CHECKER.iter_errors(plain(path.read_text()))] == []
    assert [error.message for error in CHECKER.iter_errors(load(path).resolved())] == []


@pytest.mark.parametrize(
    "text",
    [
        "agency: {caselod: 20}",
        "agency: {caseload: 0}",
        "agency: {caseload: many}",
        "intervention: {elements: [reflexion]}",
        "intervention: {elements: all but nothing}",
        "intervention: {supervised: 2}",
        "vary: {agency.caselod: [10]}",
        "vary: {agency.caseload: []}",
        "vary: [{agency.caseload: 10}]",
        "vary: {agency.caseload: [10]}\narms: {a: {}}",
        "horizon_week: 3",
        "sites: 0",
    ],
)
def test_schema_marks_slips(text: str) -> None:
    assert list(CHECKER.iter_errors(plain(text)))


def test_schema_says_what_every_number_means() -> None:
    schema = json_schema()
    grid = schema["properties"]["vary"]["oneOf"][0]["properties"]
    for name, declared in REGISTRY.items():
        axis = grid[".".join(path_of(name))]
        assert axis["description"].startswith(declared.meaning)
        assert axis["description"].endswith(f"; evidence: {mark_of(declared.evidence)})")
        assert (axis["items"]["minimum"], axis["items"]["maximum"]) == (declared.low, declared.high)


# documentation


def test_table_of_numbers_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m docs.parameters`"


def test_scenarios_of_the_documentation_are_read() -> None:
    text = (HERE.parents[1] / "docs" / "scenarios.md").read_text(encoding="utf-8")
    blocks = [block.split("```")[0] for block in text.split("```yaml\n")[1:]]
    Path("small_caseloads.yaml").write_text(blocks[0])
    assert load("small_caseloads.yaml").comparator == "30"
    for block in blocks[1:]:
        Path("other.yaml").write_text(f"extends: connecting_people_community_team\n{block}")
        assert load("other.yaml").arms
