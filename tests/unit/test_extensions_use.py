"""Extensions as a user meets them: the examples and the documentation run, on the command line and in Python."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from cpi_sim import load
from cpi_sim.batches.batch import run_batch
from cpi_sim.cli import app
from cpi_sim.extensions import ExtensionError, program_for, try_out
from cpi_sim.instruments import OUTCOMES
from cpi_sim.reports.material import Material
from cpi_sim.site.tables import digest

ROOT = Path(__file__).parents[2]
EXAMPLE, PEERS = ROOT / "examples" / "outreach_with_peers.yaml", ROOT / "examples" / "peer_support.py"
SMALL = f"""extends: {EXAMPLE.as_posix()}
sites: 1
horizon_weeks: 13
measure_weeks: [0, 13]
site: {{community_members: 300, service_users: 36, settings: 16, burn_in_years: 1}}
agency: {{illness_years_low: 0.3, illness_years_high: 1.0}}
intervention: {{protected_hours: 10, open_plans_at_most: 10}}
"""
DOCS = (ROOT / "docs" / "extending.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCS, re.S)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example on a small site."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


def called(*arguments: str | Path) -> tuple[int, str]:
    """Exit code, and what was said on stderr."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stderr


def test_the_example_leaves_its_instrument_and_its_agency_in_the_results(small: Path) -> None:
    assert called("batch", small, "--with", PEERS, "--workers", "1")[0] == 0
    people = pd.read_parquet("results/small/people.parquet")
    runs = pd.read_parquet("results/small/runs.parquet")
    for column in (people["hope"], runs["hope"]):
        assert column.between(12, 48).all()
    assert list(people.columns)[-1] == "hope"
    summary = pd.read_csv("results/small/summary.csv")
    assert set(summary["outcome"]) == {*OUTCOMES, "hope"}
    resolved = load("results/small/resolved.yaml")
    assert {arm.agency_kind for arm in resolved.arms.values()} == {"assertive_outreach"}
    assert resolved.hash == load(small).hash
    provenance = Path("results/small/provenance.json").read_text()
    assert '"extensions": "peer_support.py ' in provenance
    arms = {"outreach": {"hope": {}}, "with_peers": {"hope": {}}}
    material = Material.of(resolved, {"people": people, "weeks": runs}, {"arms": arms, "effects": {}}, 1)
    assert (list(material.outcomes)[-1], material.agency) == ("hope", "assertive outreach")


@pytest.mark.slow
def test_an_arm_without_the_element_is_the_same_with_and_without_its_file(small: Path) -> None:
    scenario = load(small)
    with_file = run_batch(scenario, Path("a"), workers=1, progress=False, program=program_for(scenario, [PEERS]))
    plain = load(small, {"intervention.own_elements": {}, "arms": {"outreach": {}}, "comparator": "outreach"})
    without = run_batch(plain, Path("b"), workers=1, progress=False)
    tables = [pd.read_parquet(each.folder / "people.parquet") for each in (with_file, without)]
    alone = tables[0][tables[0]["arm"] == "outreach"].reset_index(drop=True)
    assert len(alone) == 72
    pd.testing.assert_frame_equal(alone, tables[1].reset_index(drop=True), check_exact=True)
    peers = tables[0][tables[0]["arm"] == "with_peers"]
    assert peers["hours_connecting"].sum() > alone["hours_connecting"].sum()


@pytest.mark.slow
def test_one_site_is_lived_with_an_element(small: Path) -> None:
    assert called("run", small, "--with", PEERS, "--arm", "with_peers")[0] == 0
    people = pd.read_parquet("results/small-one-site/people.parquet")
    assert set(people["arm"]) == {"outreach", "with_peers"}


@pytest.mark.parametrize("verb", ["run", "batch"])
def test_what_is_missing_is_said_and_nothing_is_written(small: Path, verb: str) -> None:
    code, said = called(verb, small)
    assert code == 2
    assert said.splitlines()[-1] == (
        "small intervention.own_elements.peer_support: needs the Python file that holds it, which runs only where you "
        "name it: --with peer_support.py"
    )
    code, said = called(verb, small, "--with", "nowhere.py")
    assert (code, said.splitlines()[-1]) == (2, "nowhere.py: no such file")
    assert not Path("results").exists()


def test_the_files_of_the_documentation_are_read_and_lived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    agency, outreach, hope, asked, varied = blocks("yaml")
    for folder, name, text in (("agencies", "assertive_outreach", agency), ("instruments", "hope", hope)):
        Path(folder).mkdir()
        Path(folder, f"{name}.yaml").write_text(text)
    for name, text in (("outreach", outreach), ("asked", asked), ("my_scenario", varied)):
        Path(f"{name}.yaml").write_text(text)
    assert load("outreach.yaml").arms["outreach"].values["caseload"] == 10
    assert load("asked.yaml").instruments["hope"].reliability == 0.85
    scenario = load("my_scenario.yaml")
    assert list(scenario.arms) == ["0", "0.5", "1"]
    people_met, advice, _, tried = blocks("python")
    Path("people_met.py").write_text(people_met)
    Path("advice_by_phone.py").write_text(advice)
    program = program_for(scenario, ["advice_by_phone.py", "people_met.py"])
    assert list(program.scored_by_function) == ["people_met"]  # type: ignore[attr-defined]
    wrote = tried.splitlines()[-1].removeprefix("# ")
    assert try_out(["advice_by_phone.py"]) == eval(wrote)


def test_the_documentation_names_every_state_and_field() -> None:
    from cpi_sim.parameters.states import STATES
    from cpi_sim.scenario.instrument import Instrument

    for name in (*STATES, *Instrument.model_fields):
        assert f"`{name}`" in DOCS, name


def test_mesa_and_explain_live_the_element_too(small: Path) -> None:
    from cpi_sim.explain import explain
    from cpi_sim.model import ConnectingPeopleModel

    model = ConnectingPeopleModel(small, rng=1, arm="with_peers", extensions=[PEERS])
    plain = ConnectingPeopleModel(small, rng=1, arm="outreach", past=model.past)
    for _ in range(8):
        model.step()
        plain.step()
    fork = model.fork()
    model.step()
    fork.step()
    assert digest(model.site) == digest(fork.site)
    assert model.site.plans["hours_connecting"].sum() > plain.site.plans["hours_connecting"].sum()
    with pytest.raises(ExtensionError, match=r"--with peer_support\.py"):
        ConnectingPeopleModel(small, rng=1, arm="with_peers")
    scenario = load(small)
    person = int(model.site.people["id"][model.site.plans["person"][0]])
    program = program_for(scenario, [PEERS])
    assert str(explain(scenario, person, 4, arm="with_peers", program=program))
    with pytest.raises(ExtensionError, match=r"--with peer_support\.py"):
        explain(scenario, person, 4, arm="with_peers")
