"""Good files: what they come to, what they inherit, and that their resolved form is the same scenario again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from cpi_sim.parameters import REGISTRY, defaults
from cpi_sim.parameters.agency import AGENCY_KINDS
from cpi_sim.scenario import Scenario, ScenarioError, load, shipped
from cpi_sim.scenario.conversions import converted
from cpi_sim.scenario.naming import label_of, number_as_name
from cpi_sim.scenario.schema import TOP_LEVEL, element_names

VALID = Path(__file__).parent / "valid"
FILES = sorted(VALID.glob("*.yaml"))


def weights(scenario: Scenario, arm: str) -> dict[str, float]:
    return {name: scenario.arms[arm].values[f"element_{name}"] for name in element_names()}


def same(one: Scenario, other: Scenario) -> bool:
    return one.hash == other.hash and one.resolved() == other.resolved() and one == other


# Defaults


def test_smallest_scenario_takes_every_default() -> None:
    scenario = load(VALID / "smallest.yaml")
    assert scenario.name == "smallest"
    assert list(scenario.arms) == ["smallest"]
    assert scenario.arms["smallest"].agency_kind == "housing_support"
    assert scenario.arms["smallest"].values == defaults("housing_support")
    assert scenario.comparator is None
    assert scenario.measure_weeks[0] == 0
    assert scenario.measure_weeks[-1] == scenario.horizon_weeks


def test_last_week_is_measured_when_no_13th_week() -> None:
    assert load(VALID / "smallest.yaml", {"horizon_weeks": 30}).measure_weeks == (0, 13, 26, 30)


def test_every_arm_has_a_number_for_every_parameter() -> None:
    for arm in load("contact_intensity").arms.values():
        assert arm.values.keys() == REGISTRY.keys()
        assert all(isinstance(value, float | int) for value in arm.values.values())


def test_names_of_fields_and_parameters_do_not_clash() -> None:
    assert not REGISTRY.keys() & set(TOP_LEVEL) - {"parameters"}


# Elements


def test_listed_elements_are_on_and_others_off() -> None:
    found = weights(load(VALID / "elements_listed.yaml"), "connecting_people")
    assert {name for name, weight in found.items() if weight == 1} == {"reflection", "soft_skills"}
    assert set(found.values()) == {0, 1}


def test_elements_of_a_child_replace_those_of_its_parent() -> None:
    found = weights(load(VALID / "elements_weighted.yaml"), "connecting_people")
    assert found == {name: 0.5 if name == "new_opportunities" else 0 for name in element_names()}


def test_intervention_without_elements() -> None:
    assert set(weights(load(VALID / "no_element.yaml"), "connecting_people").values()) == {0}


# Arms


def test_arms_of_a_varied_number_are_named_by_it() -> None:
    scenario = load("contact_intensity")
    assert list(scenario.arms) == ["0", "1", "2", "4", "8"]
    assert [arm.values["contacts_per_month"] for arm in scenario.arms.values()] == [0, 1, 2, 4, 8]
    assert scenario.arms["1"].label == "1 contact a month"
    assert scenario.comparator == "0"


@given(st.one_of(st.integers(0, 10**9), st.floats(0, 1e9)))
def test_name_of_a_number_can_be_read_back(value: float) -> None:
    assert float(number_as_name(value)) == value


def test_several_fields_make_a_grid() -> None:
    scenario = load(VALID / "two_things_varied.yaml")
    assert list(scenario.arms) == [
        "contacts_per_month=0,caseload=15",
        "contacts_per_month=0,caseload=30",
        "contacts_per_month=2.5,caseload=15",
        "contacts_per_month=2.5,caseload=30",
    ]
    arm = scenario.arms["contacts_per_month=2.5,caseload=15"]
    assert (arm.values["contacts_per_month"], arm.values["caseload"]) == (2.5, 15)
    assert arm.label == "2.5 contacts a month, caseload 15"


def test_kind_of_agency_brings_its_own_defaults() -> None:
    arms = load(VALID / "agencies_compared.yaml").arms
    assert [arm.agency_kind for arm in arms.values()] == list(arms) == ["community_team", "inclusion_project"]
    caseload = REGISTRY["caseload"].by_agency
    assert caseload is not None
    assert [arm.values["caseload"] for arm in arms.values()] == [caseload[name] for name in arms]


def test_one_element_may_vary() -> None:
    scenario = load(VALID / "one_element_varied.yaml")
    assert [weights(scenario, arm)["reflection"] for arm in ("0", "0.5", "1")] == [0, 0.5, 1]
    assert all(weights(scenario, arm)["soft_skills"] == 1 for arm in scenario.arms)
    assert scenario.comparator == "0"


def test_named_arms() -> None:
    scenario = load(VALID / "named_arms.yaml")
    assert (scenario.sites, scenario.seed, scenario.measure_weeks) == (3, 42, (0, 13, 26))
    assert [arm.label for arm in scenario.arms.values()] == ["usual care", "A more open town", "without supervision"]
    assert scenario.arms["open_town"].values["openness_shift"] == 0.5
    assert scenario.arms["usual_care"].values["openness_shift"] == REGISTRY["openness_shift"].default
    assert scenario.arms["without_supervision"].values["supervised"] == 0


# Inheritance


def test_child_that_varies_drops_its_parents_arms_and_comparator() -> None:
    scenario = load(VALID / "arms_dropped.yaml")
    assert list(scenario.arms) == ["0", "4"]
    assert scenario.comparator is None
    assert scenario.horizon_weeks == 26


def test_texts_are_not_inherited() -> None:
    assert load(VALID / "two_things_varied.yaml").title == "Contact and caseload"
    assert load(VALID / "agencies_compared.yaml").title == "agencies compared"
    assert load(VALID / "agencies_compared.yaml").why == ""


def test_file_may_take_the_name_of_the_shipped_scenario_it_extends() -> None:
    scenario = load(VALID / "usual_care_community_team.yaml")
    assert scenario.arms["usual_care_community_team"].values["settings"] == 40


def test_shipped_scenario_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load("contact_intensity").name == "contact_intensity"


# Values given beside the file


def test_overrides_by_field_by_dotted_name_and_by_parameter() -> None:
    given = {"sites": 2, "agency.caseload": 12, "settings": 33, "elements": ["reflection"]}
    scenario = load("connecting_people_housing_support", given)
    values = scenario.arms["connecting_people"].values
    assert (scenario.sites, values["caseload"], values["settings"]) == (2, 12, 33)
    assert weights(scenario, "connecting_people") == {name: float(name == "reflection") for name in element_names()}


def test_override_of_one_element_leaves_the_others() -> None:
    found = weights(load("connecting_people_housing_support", {"element_reflection": 0.25}), "connecting_people")
    assert found == {name: 0.25 if name == "reflection" else 1 for name in element_names()}


def test_overriding_what_varies_replaces_the_arms() -> None:
    scenario = load("contact_intensity", {"vary": {"intervention.contacts_per_month": [3]}, "comparator": 3})
    assert (list(scenario.arms), scenario.comparator) == (["3"], "3")


# The resolved form


@pytest.mark.parametrize("path", [*FILES, *shipped().values()], ids=lambda path: path.stem)
@pytest.mark.parametrize("form", ["json", "yaml"])
def test_resolved_file_resolves_to_itself(path: Path, form: str, tmp_path: Path) -> None:
    scenario = load(path)
    resolved = tmp_path / f"another_name.{form}"
    if form == "json":
        resolved.write_text(json.dumps(scenario.resolved(), allow_nan=False))
    else:
        YAML(typ="safe").dump(scenario.resolved(), resolved)
    assert same(load(resolved), scenario)


def test_resolved_form_leaves_nothing_unsaid() -> None:
    scenario = load("contact_intensity")
    resolved = scenario.resolved()
    assert "vary" not in resolved
    assert "extends" not in resolved
    said = {*resolved["site"], *resolved["agency"], *resolved["parameters"], *resolved["intervention"]}
    said |= {f"element_{name}" for name in resolved["intervention"]["elements"]}
    assert set(REGISTRY) - said == {"contacts_per_month"}
    assert {arm["intervention"]["contacts_per_month"] for arm in resolved["arms"].values()} == {0, 1, 2, 4, 8}


def test_hash_changes_with_numbers_and_not_with_words() -> None:
    plain = load("contact_intensity")
    assert load("contact_intensity", {"title": "Other words", "why": "Because"}).hash == plain.hash
    for change in ({"seed": 2}, {"caseload": 12}, {"horizon_weeks": 117}, {"comparator": "1"}):
        assert load("contact_intensity", change).hash != plain.hash


NUMBERS: dict[str, Any] = {
    name: st.integers(int(declared.low), int(declared.high))
    if declared.whole
    else st.floats(declared.low, declared.high)
    for name, declared in REGISTRY.items()
    if declared.section in ("intervention", "parameters") and name != "start_week"
}


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(AGENCY_KINDS),
    numbers=st.fixed_dictionaries({}, optional=NUMBERS).map(lambda found: dict(list(found.items())[:8])),
    seed=st.integers(0, 2**63 - 1),
)
def test_any_numbers_within_their_ranges_survive_resolving(
    kind: str, numbers: dict[str, float], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    scenario = load("usual_care_community_team", {"agency.kind": kind, "seed": seed, **numbers})
    assert {name: scenario.arms["usual_care_community_team"].values[name] for name in numbers} == numbers
    resolved = tmp_path_factory.mktemp("resolved") / "resolved.json"
    resolved.write_text(json.dumps(scenario.resolved()))
    assert same(load(resolved), scenario)


# One arm alone


def test_one_arm_alone_has_nothing_to_be_compared_with() -> None:
    alone = load("contact_intensity").only("4")
    assert (list(alone.arms), alone.comparator) == (["4"], None)
    with pytest.raises(ScenarioError, match="'5' is unknown; allowed: 0, 1, 2, 4, 8"):
        load("contact_intensity").only("5")


# Cases, and all elements but some


def test_cases_are_arms_with_dotted_names_or_sections(tmp_path: Path) -> None:
    as_cases, as_arms = tmp_path / "cases.yaml", tmp_path / "arms.yaml"
    head = "extends: connecting_people_community_team\nname: same\ntitle: same\n"
    as_cases.write_text(
        f"{head}vary:\n  - {{name: 0, label: none, intervention.contacts_per_month: 0}}\n"
        "  - name: some\n    agency: {caseload: 20}\n    agency.crisis_hours: 2\n"
        "    intervention.elements: [reflection]\n"
    )
    as_arms.write_text(
        f'{head}arms:\n  "0": {{label: none, intervention: {{contacts_per_month: 0}}}}\n'
        "  some: {agency: {caseload: 20, crisis_hours: 2}, intervention: {elements: [reflection]}}\n"
    )
    assert same(load(as_cases), load(as_arms))
    assert load(
        "usual_care_community_team", {"vary": [{"name": "a"}, {"name": "b", "agency.caseload": 9}]}
    ).arms.keys() == {
        "a",
        "b",
    }


def test_all_elements_but_some() -> None:
    scenario = load("connecting_people_community_team", {"elements": "all but reflection, soft_skills"})
    found = weights(scenario, "connecting_people")
    assert {name for name, weight in found.items() if weight == 0} == {"reflection", "soft_skills"}


@pytest.mark.parametrize(
    ("field", "value", "label"),
    [
        ("agency.caseload", "20", "caseload 20"),
        ("agency.lives_alone_share", "0.25", "lives alone 25 %"),
        ("intervention.duration_weeks", "26", "duration 26 weeks"),
        ("intervention.supervised", "0", "not supervised"),
        ("intervention.contacts_per_month", "1", "1 contact a month"),
        ("intervention.elements.reflection", "0.5", "reflection 50 %"),
        ("agency.kind", "community_team", "community team"),
    ],
)
def test_labels_of_a_grid_read_as_words(field: str, value: str, label: str) -> None:
    assert label_of(field, value) == label


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("9 months", "weeks", 39),
        ("4 a week", "contacts a month", 17.33),
        ("2 contacts per month", "contacts a month", 2),
        ("25 %", "share", 0.25),
        ("45 minutes", "hours", 0.75),
        ("3 hours a month", "hours a week", 0.6923),
        ("2 per year", "per week", 0.03846),
        ("20 people", "people", None),
        ("soon", "weeks", None),
    ],
)
def test_numbers_with_units_are_converted(text: str, unit: str, number: float | None) -> None:
    assert converted(text, unit) == number
