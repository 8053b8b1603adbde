"""`cpi-sim explain` and `model.explain`: what they print, and what is said when there is nothing to explain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cpi_sim.cli import app
from cpi_sim.explain import ExplainError, explain
from cpi_sim.model import ConnectingPeopleModel, Past
from cpi_sim.scenario import load
from tests.unit.conftest import PERSONS, SCENARIO, SMALL, SUPPORT

EXAMPLES = Path(__file__).parents[2] / "examples"

TINY = """\
extends: contact_intensity
horizon_weeks: 8
measure_weeks: [0, 8]
site: {community_members: 80, service_users: 10, settings: 8, burn_in_years: 0}
vary:
  intervention.contacts_per_month: [0, 4]
comparator: "0"
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("explain") / "tiny.yaml"
    path.write_text(TINY)
    return str(path)


def invoke(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["explain", *arguments], catch_exceptions=False)


def test_words_and_table(tiny: str) -> None:
    result = invoke(tiny, "--person", "3", "--week", "5", "--table")
    assert result.exit_code == 0
    assert result.stdout.startswith("Person 3, week 5: a ")
    assert "Feelings\n" in result.stdout
    assert "Rule and what went into it" in result.stdout
    assert "level_of_loneliness" in result.stdout


def test_an_arm_is_explained_without_the_file_of_an_element_that_only_another_arm_has(tmp_path: Path) -> None:
    path = tmp_path / "peers.yaml"
    path.write_text(
        TINY.replace("vary:\n  intervention.contacts_per_month: [0, 4]\n", "").replace(
            'comparator: "0"', "comparator: plain"
        )
        + "arms:\n  plain: {}\n  peers: {intervention: {own_elements: {peer_support: 1}}}\n"
    )
    asked = ("--person", "3", "--week", "5", "--arm")
    assert invoke(str(path), *asked, "plain").stdout.startswith("Person 3, week 5: a ")
    assert invoke(str(path), *asked, "peers").exit_code == 2
    with_file = invoke(str(path), *asked, "peers", "--with", str(EXAMPLES / "peer_support.py"))
    assert with_file.stdout.startswith("Person 3, week 5: a ")


def test_json_is_the_explanation_of_that_arm_and_site(tiny: str) -> None:
    result = invoke(tiny, "--person", "3", "--week", "5", "--arm", "0", "--site", "1", "--seed", "4", "--json")
    printed = json.loads(result.stdout)
    assert {name: printed.pop(name) for name in ("scenario", "arm", "site", "seed")} == {
        "scenario": "tiny", "arm": "0", "site": 1, "seed": 4,
    }  # fmt: skip
    found = explain(load(tiny, {"seed": 4}), 3, 5, arm="0", site=1)
    assert printed == json.loads(json.dumps(found.as_json()))
    assert all(each.agrees for each in found.decisions)
    assert explain(load(tiny, {"seed": 4}), 3, 5, arm="0", site=0).as_json() != found.as_json()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--person", "3", "--week", "9"), "week 9: tiny has weeks 1 to 8"),
        (("--person", "3", "--week", "0"), "week 0: tiny has weeks 1 to 8"),
        (("--person", "5000", "--week", "2"), "person 5000: nobody here has this id; ids are 0 to "),
        (("--person", "-1", "--week", "2"), "person -1: nobody here has this id; ids are 0 to "),
        (("--person", "3", "--week", "2", "--arm", "8"), "tiny arms: '8' is unknown; allowed: 0, 4"),
    ],
)
def test_what_is_not_there_is_said_in_a_line(tiny: str, arguments: tuple[str, ...], message: str) -> None:
    result = invoke(tiny, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr.replace("tiny: arms", "tiny arms")
    assert result.stdout == ""


def test_a_model_explains_the_last_week_lived_or_another(lived: ConnectingPeopleModel) -> None:
    last = lived.explain(40)
    assert (last.person, last.week) == (40, 10)
    assert all(each.agrees for each in last.decisions)
    assert lived.explain(40, 10).as_json() == last.as_json()
    assert lived.explain(40, 3).week == 3
    feels = next(each for each in last.decisions if each.what.startswith("loneliness"))
    assert feels.happened == lived.person(40).loneliness


def test_a_model_says_what_it_cannot_explain(past: Past) -> None:
    model = ConnectingPeopleModel(SCENARIO, past=past, **SMALL, **SUPPORT)
    with pytest.raises(ExplainError, match="week 0: none is lived"):
        model.explain(3)
    model.step()
    with pytest.raises(ExplainError, match="week 2: lived are weeks 1 to 1"):
        model.explain(3, 2)
    with pytest.raises(ExplainError, match=f"ids are 0 to {PERSONS - 1}"):
        model.explain(PERSONS, 1)


def test_a_fork_explains_the_weeks_since_it_was_made(past: Past) -> None:
    model = ConnectingPeopleModel(SCENARIO, past=past, **SMALL, **SUPPORT)
    model.step()
    fork = model.fork(contacts_per_month=4)
    fork.step()
    explanation = fork.explain(3)
    assert explanation.week == 2
    assert all(each.agrees for each in explanation.decisions)
    with pytest.raises(ExplainError, match="week 1: lived are weeks 2 to 2"):
        fork.explain(3, 1)


def test_what_was_changed_by_hand_is_not_explained_away(past: Past) -> None:
    model = ConnectingPeopleModel(SCENARIO, past=past, **SMALL, **SUPPORT)
    model.step()
    model.person(3).confidence = 0.99
    with pytest.raises(ExplainError, match="changed by hand"):
        model.explain(3)
