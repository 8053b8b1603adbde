"""Kinds of agency and instruments of one's own: read from files beside a scenario, checked, written out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cpi_sim.parameters import REGISTRY, defaults
from cpi_sim.parameters.agency import AGENCY_KINDS
from cpi_sim.scenario import Scenario, ScenarioError, load
from cpi_sim.scenario.own_agencies import NUMBERS

EXAMPLES = Path(__file__).parents[2] / "examples"
AGENCY = "like: housing_support\nwhy: For tests.\ncaseload: 9\n"
INSTRUMENT = """title: Hope
items: 12
range: [12, 48]
reflects: {wellbeing: 0.6}
mean: 35
sd: 6
reliability: 0.85
evidence: assumption
"""
BASE = "extends: usual_care_community_team\nhorizon_weeks: 13\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a kind of agency and an instrument; messages name files as seen from it."""
    for folder, name, text in (("agencies", "team", AGENCY), ("instruments", "hope", INSTRUMENT)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def loaded(text: str, name: str = "mine") -> Scenario:
    Path(f"{name}.yaml").write_text(BASE + text)
    return load(f"{name}.yaml")


def refused(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        loaded(text)
    return str(error.value).splitlines()


# --- A kind of agency ------------------------------------------------------------------------------------------------


def test_kinds_differ_only_in_the_numbers_that_a_file_may_write() -> None:
    assert {name for name, declared in REGISTRY.items() if declared.by_agency} == set(NUMBERS)


def test_a_kind_has_its_own_numbers_and_otherwise_those_of_the_kind_it_is_like(place: Path) -> None:
    arm = loaded("agency: {kind: team}\n").arms["mine"]
    assert arm.agency_kind == "team"
    assert arm.values == defaults("housing_support") | {"caseload": 9, "contacts_per_month": 0}


def test_what_a_scenario_writes_stands_over_the_numbers_of_the_kind(place: Path) -> None:
    assert loaded("agency: {kind: team, caseload: 11}\n").arms["mine"].values["caseload"] == 11


@pytest.mark.parametrize("written", ["kinds/other.yaml", "./agencies/team.yaml"])
def test_a_kind_may_be_named_by_a_path(place: Path, written: str) -> None:
    Path("kinds").mkdir()
    shutil.copy("agencies/team.yaml", "kinds/other.yaml")
    arm = loaded(f"agency: {{kind: {written}}}\n").arms["mine"]
    assert (arm.agency_kind, arm.values["caseload"]) == (Path(written).stem, 9)


def test_arms_of_several_kinds_do_not_share_their_numbers(place: Path) -> None:
    arms = loaded("vary: {agency.kind: [community_team, team, inclusion_project]}\n").arms
    assert {name: (arm.agency_kind, arm.values["caseload"]) for name, arm in arms.items()} == {
        "community_team": ("community_team", 30),
        "team": ("team", 9),
        "inclusion_project": ("inclusion_project", 18),
    }
    named = loaded("agency: {kind: team}\narms: {ours: {}, theirs: {agency: {kind: community_team}}}\n").arms
    assert [named[name].values["caseload"] for name in ("ours", "theirs")] == [9, 30]


def test_a_kind_is_looked_for_beside_the_file_that_names_it(place: Path) -> None:
    loaded("agency: {kind: team}\n", "parent")
    (place / "deeper").mkdir()
    Path("deeper/child.yaml").write_text("extends: ../parent.yaml\nsites: 3\n")
    assert load("deeper/child.yaml").arms["child"].values["caseload"] == 9
    assert load("parent.yaml", {"agency.kind": "team"}).arms["parent"].values["caseload"] == 9


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            "agency: {kind: teem}\n",
            [
                "mine.yaml:3:10 agency.kind: 'teem' is unknown; did you mean team? "
                f"Allowed: {', '.join(AGENCY_KINDS)}, team"
            ],
        ),
        (
            "arms:\n  a: {agency: {kind: zzz}}\n",
            [
                f"mine.yaml:4:16 arms.a.agency.kind: 'zzz' is unknown; allowed: {', '.join(AGENCY_KINDS)}, team "
                "(a kind of your own is a file agencies/zzz.yaml beside the scenario)"
            ],
        ),
        (
            "vary:\n  agency.kind: [team, teem]\n",
            [
                "mine.yaml:4:23 vary.agency.kind[1]: 'teem' is unknown; did you mean team? "
                f"Allowed: {', '.join(AGENCY_KINDS)}, team"
            ],
        ),
    ],
)
def test_a_kind_that_there_is_not(place: Path, text: str, messages: list[str]) -> None:
    assert refused(text) == messages


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("like: housing_support\nwhy: x\ncaseload: 900\n", "3:1 caseload: 900 is out of range; allowed: 1 to 100"),
        ("like: housing_support\nwhy: x\ncase_load: 9\n", "3:1 case_load: unknown; did you mean caseload?"),
        ("like: housing\nwhy: x\n", "1:1 like: 'housing' is unknown; did you mean housing_support?"),
        ("why: x\n", "1:1 like: missing; one of early_intervention, community_team"),
        ("like: housing_support\n", "1:1 why: missing; a line on what this kind of agency is"),
        ("like: housing_support\nwhy: 3\n", "2:1 why: 3 is written, a line of text is wanted"),
        ("name: tram\nlike: housing_support\nwhy: x\n", "1:1 name: 'tram' is written, but the file is called team"),
        ("like: housing_support\nwhy: x\nsettings: 9\n", "3:1 settings: kinds of agency do not differ in it; write"),
        ("like: housing_support\nwhy: x\nyoungest_age: 70\n", "3:1 agency.youngest_age: youngest_age (70) is above"),
        ("like: !!python/name:os.system x\nwhy: x\n", "1:1 like: tags (!!python/name:os.system) are not part"),
        ("[", "1:2: not valid YAML"),
    ],
)
def test_what_is_wrong_in_the_file_of_a_kind_is_told_where_it_stands(place: Path, content: str, message: str) -> None:
    Path("agencies/team.yaml").write_text(content)
    (line, *_) = refused("agency: {kind: team}\n")
    assert line.startswith(f"agencies/team.yaml:{message}")


def test_a_kind_may_not_take_the_name_of_a_shipped_one(place: Path) -> None:
    Path("agencies/team.yaml").rename("agencies/housing_support.yaml")
    (line,) = refused("agency: {kind: ./agencies/housing_support.yaml}\n")
    assert "housing_support is a kind that comes with the program" in line
    assert loaded("agency: {kind: housing_support}\n").arms["mine"].values["caseload"] == 15


# --- An instrument ---------------------------------------------------------------------------------------------------


def test_an_instrument_is_listed_by_name_or_path_and_keeps_its_numbers(place: Path) -> None:
    for written in ("hope", "./instruments/hope.yaml"):
        hope = loaded(f"instruments: [{written}]\n").instruments["hope"]
        assert (hope.title, hope.items, hope.range, hope.mean, hope.sd) == ("Hope", 12, [12, 48], 35, 6)
        assert (hope.loadings, hope.reliability, hope.step, hope.unit) == ({"wellbeing": 0.6}, 0.85, 1.0, "points")


def changed(**lines: str | None) -> str:
    """The instrument with some lines written otherwise, or left out."""
    kept = {line.split(":")[0]: line for line in INSTRUMENT.splitlines()}
    kept |= {name: f"{name}: {value}" for name, value in lines.items() if value is not None}
    return "".join(f"{line}\n" for name, line in kept.items() if lines.get(name, "") is not None)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ({"reliability": "1.2"}, "7:1 instruments.hope.reliability: 1.2 is out of range; allowed: 0.05 to 1"),
        ({"reliability": None}, "1:1 instruments.hope.reliability: missing; share of variance that is true"),
        (
            {"evidence": None},
            "1:1 instruments.hope.evidence: missing; what its numbers rest on, or the word assumption",
        ),
        (
            {"sd": "0"},
            "6:1 instruments.hope.sd: 0 is out of range; allowed: spread of scores in the community, above 0",
        ),
        ({"sd": ".nan"}, "6:1 instruments.hope.sd: not-a-number is written, a finite number is wanted"),
        ({"sd": "0.5"}, "6:1 instruments.hope.sd: 0.5 is less than the step between two scores, 1"),
        ({"sd": "20"}, "6:1 instruments.hope.sd: 20 is more than scores from 12 to 48 can spread (18)"),
        ({"mean": "60"}, "5:1 instruments.hope.mean: 60 is outside the range of the score, 12 to 48"),
        ({"range": "[48, 12]"}, "3:1 instruments.hope.range: two numbers are wanted, the lowest and the highest"),
        ({"range": "[12, .inf]"}, "3:1 instruments.hope.range: two numbers are wanted"),
        ({"range": "[12.5, 48]"}, "3:1 instruments.hope.range: a total of items moves in whole points"),
        ({"score": "sum"}, "9:1 instruments.hope.score: 'sum' is unknown; allowed: total, mean"),
        ({"reliabilty": "0.8"}, "9:1 instruments.hope.reliabilty: unknown; did you mean reliability, 0.05 to 1"),
        (
            {"reflects": "{wellbing: 0.6}"},
            "4:12 instruments.hope.reflects.wellbing: unknown; did you mean wellbeing, -1 to 1",
        ),
        (
            {"reflects": "{wellbeing: 2}"},
            "4:12 instruments.hope.reflects.wellbeing: 2 is out of range; allowed: -1 to 1",
        ),
        ({"reflects": "{}"}, "4:1 instruments.hope.reflects: no loading is written; the states are loneliness, incl"),
        (
            {"reflects": "{wellbeing: 1, loneliness: -0.5}"},
            "4:1 instruments.hope.reflects: these loadings explain 169 % of the true score; multiplied by 0.76 they",
        ),
        ({"name": "hop"}, "9:1 name: 'hop' is written, but the file is called hope"),
    ],
)
def test_what_is_wrong_in_the_file_of_an_instrument_is_told_where_it_stands(
    place: Path, lines: dict[str, str | None], message: str
) -> None:
    Path("instruments/hope.yaml").write_text(changed(**lines))
    (line,) = refused("instruments: [hope]\n")
    assert line.startswith(f"instruments/hope.yaml:{message}")


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        ("[hop]", "[0]: 'hop' is unknown; did you mean hope? Allowed: hope; a file instruments/hop.yaml beside"),
        ("[hope, hope]", "[1]: hope is in the list twice"),
        ("[3]", "[0]: 3 is written, the name of a file is wanted"),
        ("hope", ": 'hope' is written, fields are wanted under it"),
    ],
)
def test_what_is_wrong_in_the_list_of_instruments(place: Path, listed: str, message: str) -> None:
    (line,) = refused(f"instruments: {listed}\n")
    assert line.split(" ", 1)[1].startswith(f"instruments{message}")


@pytest.mark.parametrize("name", ["rg_uk", "week", "hours_routine", "latent_hope"])
def test_an_instrument_may_not_take_the_name_of_a_column(place: Path, name: str) -> None:
    Path("instruments/hope.yaml").rename(f"instruments/{name}.yaml")
    (line,) = refused(f"instruments: [{name}]\n")
    assert f"instruments.{name}: {name} is a column of the results already" in line


# --- Resolved --------------------------------------------------------------------------------------------------------


def test_a_resolved_scenario_needs_no_file_any_more(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    scenario = loaded(
        "instruments: [hope]\narms:\n  a: {agency: {kind: team}}\n  b: {intervention: {own_elements: {meal: 0.5}}}\n"
    )
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "mine.json"
    elsewhere.write_text(json.dumps(scenario.resolved(), allow_nan=False))
    again = load(elsewhere)
    assert again == scenario
    assert again.hash == scenario.hash
    assert (again.arms["a"].agency_kind, again.arms["b"].own_elements) == ("team", {"meal": 0.5})


def test_the_hash_changes_with_the_numbers_of_an_instrument_and_not_with_its_words(place: Path) -> None:
    plain = loaded("instruments: [hope]\n").hash
    assert loaded("").hash != plain
    Path("instruments/hope.yaml").write_text(changed(title="Other words", why="Because"))
    assert loaded("instruments: [hope]\n").hash == plain
    Path("instruments/hope.yaml").write_text(changed(reliability="0.8"))
    assert loaded("instruments: [hope]\n").hash != plain


def test_weights_of_own_elements_vary_and_nought_is_none() -> None:
    varied = load("usual_care_community_team", {"vary": {"intervention.own_elements.meal": [0, 0.5, 1]}})
    assert [arm.own_elements for arm in varied.arms.values()] == [{}, {"meal": 0.5}, {"meal": 1.0}]
    with pytest.raises(ScenarioError, match=r"own_elements.meal: 1.5 is out of range; allowed: 0 to 1"):
        load("usual_care_community_team", {"intervention.own_elements": {"meal": 1.5}})


def test_the_example_loads() -> None:
    scenario = load(EXAMPLES / "outreach_with_peers.yaml")
    assert {arm.agency_kind for arm in scenario.arms.values()} == {"assertive_outreach"}
    assert list(scenario.instruments) == ["hope"]
    assert [arm.own_elements for arm in scenario.arms.values()] == [{}, {"peer_support": 1.0}]
