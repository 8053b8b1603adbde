"""What ships: each scenario asks one thing, says why, loads, and its arms can be told apart."""

from __future__ import annotations

import pytest

from cpi_sim.parameters import REGISTRY
from cpi_sim.scenario import load, shipped
from cpi_sim.scenario.schema import element_names
from cpi_sim.simulation.past import posts_needed

NAMES = sorted(shipped())


@pytest.mark.parametrize("name", NAMES)
def test_shipped_scenario_says_what_it_is(name: str) -> None:
    scenario = load(name)
    assert all((scenario.title, scenario.why, scenario.question, scenario.topic))
    assert 80 <= len(scenario.why) <= 400
    labels = [arm.label for arm in scenario.arms.values()]
    assert all(len(label) <= 40 for label in labels) or len(labels) == 1
    assert (scenario.comparator is None) == (len(labels) == 1)


@pytest.mark.parametrize("name", NAMES)
def test_arms_of_a_shipped_scenario_differ(name: str) -> None:
    arms = [tuple(arm.values.values()) for arm in load(name).arms.values()]
    assert len(set(arms)) == len(arms)


def test_caseload_varies_by_staff_and_not_by_users() -> None:
    arms = load("caseload_by_staff").arms
    assert {arm.values["service_users"] for arm in arms.values()} == {120}
    staff = {name: posts_needed(arm.values)[0] for name, arm in arms.items()}
    assert staff == {"usual_care": 4, "caseload_40": 3, "caseload_30": 4, "caseload_20": 6, "caseload_10": 12}


def test_each_element_stands_alone_and_is_left_out_once() -> None:
    arms = load("elements_alone_and_left_out").arms
    for element in element_names():
        alone, left_out = arms[f"only_{element}"].values, arms[f"all_but_{element}"].values
        for other in element_names():
            assert alone[f"element_{other}"] == float(other == element)
            assert left_out[f"element_{other}"] == float(other != element)


def test_communities_differ_from_the_default_in_nothing_else() -> None:
    usual = load("connecting_people_inclusion_project").arms["connecting_people"].values
    for name, sign in (("welcoming_community", 1), ("hostile_community", -1)):
        values = load(name).arms["connecting_people"].values
        changed = {field: values[field] - usual[field] for field in REGISTRY if values[field] != usual[field]}
        assert changed == pytest.approx({"openness_shift": sign, "setting_welcome": sign})


def test_practice_stops_when_it_is_said_to() -> None:
    scenario = load("practice_that_stops")
    ends = {name: arm.values["duration_weeks"] for name, arm in scenario.arms.items() if name != "usual_care"}
    assert ends == {"stops_6_months": 26, "stops_9_months": 39, "stops_18_months": 78}
    assert scenario.horizon_weeks >= 78 + 52
