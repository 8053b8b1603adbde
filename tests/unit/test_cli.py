"""The command line: what each verb passes on and prints, and what is said when the input is wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cpi_sim
import cpi_sim.batches.batch
import cpi_sim.batches.one_site
import cpi_sim.checks.check
from cpi_sim.batches.batch import BatchResult
from cpi_sim.batches.failures import FailedRun
from cpi_sim.batches.plan import WHOLE, Shard
from cpi_sim.batches.store import ResultsError, Unfinished
from cpi_sim.cli import app
from cpi_sim.scenario import Scenario, ScenarioError, load

MUSEUM = Path(__file__).parents[1] / "scenarios" / "invalid"
SUMMARY = {"arms": {"0": {"friends": {"0": {"mean": 2.5}}}}, "effects": {}}
TINY = """\
extends: contact_intensity
sites: 2
horizon_weeks: 8
measure_weeks: [0, 8]
site: {community_members: 80, service_users: 10, settings: 8, burn_in_years: 0}
vary:
  intervention.contacts_per_month: [0, 4]
comparator: "0"
"""


def invoke(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


@dataclass
class Called:
    """What a stand-in for a verb's work was called with."""

    scenario: Scenario | None = None
    folder: Path | None = None
    options: dict[str, Any] | None = None


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Called:
    """A batch that does nothing but remember what it was asked for."""
    record = Called()

    def run_batch(scenario: Scenario, results_dir: Path, **options: Any) -> BatchResult:
        record.scenario, record.folder, record.options = scenario, results_dir, options
        folder = results_dir / scenario.name
        return BatchResult(folder, SUMMARY, folder / "summary.csv", folder / "outcomes.png", False, 2, 2)

    monkeypatch.setattr(cpi_sim.batches.batch, "run_batch", run_batch)
    return record


def fails_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def run_batch(*arguments: Any, **options: Any) -> BatchResult:
        raise error

    monkeypatch.setattr(cpi_sim.batches.batch, "run_batch", run_batch)


# Help


@pytest.mark.parametrize("verb", ["run", "batch", "check", "params", "scenarios"])
def test_help_of_every_verb_has_an_example(verb: str) -> None:
    shown = invoke(verb, "--help")
    assert shown.exit_code == 0
    assert f"cpi-sim {verb}" in shown.stdout


def test_help_fills_the_width_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer.rich_utils.MAX_WIDTH", 140)
    shown = invoke("batch", "--help").stdout
    assert "the same command goes on from there, and a larger number of sites extends" in shown
    assert max(map(len, shown.splitlines())) <= 140


def test_version() -> None:
    assert invoke("--version").stdout == f"cpi-sim {cpi_sim.__version__}\n"


def test_command_starts_without_loading_the_engine() -> None:
    code = "import sys, cpi_sim.cli; print([name for name in ('numba', 'pandas', 'matplotlib') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_verbs_of_the_package() -> None:
    verbs = set(cpi_sim.__all__) - {"__version__"}
    assert verbs == {"load", "simulate", "run", "batch", "report", "check"}
    assert cpi_sim.load is load
    assert cpi_sim.batch is cpi_sim.batches.batch.run_batch
    assert cpi_sim.check is cpi_sim.checks.check.run_check
    with pytest.raises(AttributeError, match="no attribute 'explode'"):
        _ = cpi_sim.explode


# batch


def test_batch_passes_on_its_options(called: Called, tmp_path: Path) -> None:
    options = ("--seed", "7", "--sites", "3", "--results", str(tmp_path), "--workers", "2", "--overwrite")
    done = invoke("batch", "contact_intensity", *options)
    assert done.exit_code == 0
    assert called.scenario == load("contact_intensity", {"seed": 7, "sites": 3})
    assert called.folder == tmp_path
    assert called.options is not None
    assert called.options.items() >= {"workers": 2, "overwrite": True, "on": "threads", "shard": WHOLE}.items()
    assert done.stdout == (
        f"Table:   {tmp_path}/contact_intensity/summary.csv\nPicture: {tmp_path}/contact_intensity/outcomes.png\n"
        f"Report:  {tmp_path}/contact_intensity/report.html\n"
    ).replace("/", os.sep)
    assert "5 arms, 3 sites, 104 weeks, seed 7" in done.stderr


def test_batch_prints_one_json_object_and_nothing_else(called: Called, tmp_path: Path) -> None:
    done = invoke("batch", "contact_intensity", "--json", "--results", str(tmp_path))
    assert json.loads(done.stdout) == SUMMARY
    assert "outcomes.png" in done.stderr


def test_interrupted_batch_exits_with_130_and_says_what_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def run_batch(scenario: Scenario, results_dir: Path, **options: Any) -> BatchResult:
        return BatchResult(results_dir, {}, None, None, True, 3, 20)

    monkeypatch.setattr(cpi_sim.batches.batch, "run_batch", run_batch)
    done = invoke("batch", "contact_intensity", "--results", str(tmp_path))
    assert done.exit_code == 130
    assert f"Stopped: 3 of 20 sites are finished and kept in {tmp_path}." in done.stderr


def test_options_for_large_batches_are_passed_on(called: Called, tmp_path: Path) -> None:
    options = ("--on", "processes", "--shard", "2/8", "--retry-failed", "--json-lines", "--results", str(tmp_path))
    done = invoke("batch", "contact_intensity", *options)
    assert done.exit_code == 0
    assert done.stderr == ""
    wanted = {"on": "processes", "shard": Shard(2, 8), "retry_failed": True, "json_lines": True}
    assert called.options is not None
    assert called.options.items() >= wanted.items()
    assert invoke("batch", "contact_intensity", "--until", "uls8: mcse < 1", "--sites-at-most", "90").exit_code == 0
    assert called.options.items() >= {"until": "uls8: mcse < 1", "sites_at_most": 90}.items()


def test_a_shard_that_is_none_exits_with_2(called: Called) -> None:
    done = invoke("batch", "contact_intensity", "--shard", "3/2")
    assert done.exit_code == 2
    assert done.stderr == "--shard: '3/2' is no shard; write i/n with i from 1 to n, as in 2/8\n"
    assert called.scenario is None


def test_failed_runs_are_said_and_exit_with_1(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def run_batch(scenario: Scenario, results_dir: Path, **options: Any) -> BatchResult:
        failed = tuple(FailedRun(site, 99, "8", "ValueError: [no]", "", "") for site in range(7))
        return BatchResult(results_dir, SUMMARY, tmp_path / "a.csv", tmp_path / "b.png", False, 3, 10, failed)

    monkeypatch.setattr(cpi_sim.batches.batch, "run_batch", run_batch)
    done = invoke("batch", "contact_intensity", "--results", str(tmp_path))
    assert done.exit_code == 1
    assert "7 runs failed; their sites are left out of the results:\n  site 0, arm 8: ValueError: [no]\n" in done.stderr
    assert "  and 2 more\nSeeds and tracebacks are in" in done.stderr
    assert "a.csv" in done.stdout


def test_a_batch_that_had_to_stop_exits_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(monkeypatch, Unfinished("cannot write: No space left on device"))
    done = invoke("batch", "contact_intensity")
    assert done.exit_code == 1
    assert "Stopped: cannot write: No space left on device. What is finished is kept in results;" in done.stderr


def test_interruption_outside_the_sites_exits_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(monkeypatch, KeyboardInterrupt())
    done = invoke("batch", "contact_intensity")
    assert (done.exit_code, done.stdout) == (130, "")


def test_results_in_the_way_are_said_without_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(monkeypatch, ResultsError("results/x: holds results of something else"))
    done = invoke("batch", "contact_intensity")
    assert done.exit_code == 2
    assert done.stderr.endswith("results/x: holds results of something else\n")


def test_errors_of_the_program_are_not_dressed_up_as_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(monkeypatch, ZeroDivisionError("a bug"))
    with pytest.raises(ZeroDivisionError):
        invoke("batch", "contact_intensity")


# run


@dataclass
class Lived:
    """Stand-in for what living one site leaves behind."""

    folder: Path
    summary: dict[str, Any]
    words: str
    picture: Path
    person_picture: Path


def test_run_lives_one_site_of_one_arm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: dict[str, Any] = {}

    def run_one(scenario: Scenario, results_dir: Path, **options: Any) -> Lived:
        asked.update(options, scenario=scenario)
        return Lived(tmp_path, SUMMARY, "Nothing much happened.", tmp_path / "site.png", tmp_path / "person.png")

    monkeypatch.setattr(cpi_sim.batches.one_site, "run_one", run_one)
    done = invoke("run", "contact_intensity", "--arm", "4", "--seed", "9", "--site", "2", "--results", str(tmp_path))
    assert done.exit_code == 0
    assert "Nothing much happened." in done.stdout
    assert "story.md" in done.stdout
    assert (asked["arm"], asked["site"], asked["overwrite"]) == ("4", 2, False)
    assert asked["scenario"] == load("contact_intensity", {"seed": 9})
    assert json.loads(invoke("run", "contact_intensity", "--json").stdout) == SUMMARY
    assert asked["arm"] == "8"


def test_run_of_several_sites_is_a_batch_of_one_arm(called: Called) -> None:
    assert invoke("run", "contact_intensity", "--sites", "3").exit_code == 0
    assert called.scenario is not None
    assert (list(called.scenario.arms), called.scenario.sites) == (["8"], 3)


def test_run_of_an_unknown_arm(called: Called) -> None:
    done = invoke("run", "contact_intensity", "--arm", "5")
    assert done.exit_code == 2
    assert done.stderr == "contact_intensity arms: '5' is unknown; allowed: 0, 1, 2, 4, 8\n"
    assert called.scenario is None


# Bad input


@pytest.mark.parametrize("verb", ["run", "batch"])
@pytest.mark.parametrize("name", sorted(path.name for path in MUSEUM.glob("*.yaml")))
def test_bad_files_exit_with_2_and_nothing_is_written(
    verb: str, name: str, called: Called, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(MUSEUM)
    with pytest.raises(ScenarioError) as refused:
        load(name)
    done = invoke(verb, name, "--results", str(tmp_path / "results"))
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"{refused.value}\n")
    assert called.scenario is None
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("option", [("--sites", "0"), ("--sites", "-3"), ("--seed", "-1"), ("--sites", "many")])
def test_bad_options_exit_with_2(option: tuple[str, str], called: Called) -> None:
    done = invoke("batch", "contact_intensity", *option)
    assert done.exit_code == 2
    assert option[0].strip("-") in done.stderr
    assert called.scenario is None


def test_missing_file_exits_with_2() -> None:
    done = invoke("batch", "contact_intensty.yaml")
    assert done.exit_code == 2
    assert done.stderr == "contact_intensty.yaml: no such file or shipped scenario; did you mean contact_intensity?\n"


# check


def test_check_prints_the_report_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass
    class Report:
        sites: int
        seed: int

        def as_json(self) -> dict[str, Any]:
            return {"targets": [], "sites": self.sites, "seed": self.seed}

    def run_check(sites: int, seed: int, workers: int | None, progress: Any) -> Report:
        progress(1, 2)
        return Report(sites, seed)

    monkeypatch.setattr(cpi_sim.checks.check, "run_check", run_check)
    done = invoke("check", "--json", "--sites", "4", "--seed", "5")
    assert json.loads(done.stdout) == {"targets": [], "sites": 4, "seed": 5}


# The real thing


def start(*arguments: str, folder: Path) -> subprocess.Popen[str]:
    """The command in a process of its own, working in ``folder``."""
    code = "from cpi_sim.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(Path(cpi_sim.__file__).parents[1])}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.slow
def test_batch_from_file_to_json(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(TINY)
    running = start("batch", "tiny.yaml", "--json", folder=tmp_path)
    printed, said = running.communicate(timeout=400)
    assert running.returncode == 0, said
    found = json.loads(printed)
    assert found["arms"].keys() == {"0", "4"}
    assert found["effects"].keys() == {"4"}
    assert found["arms"]["4"]["friends"]["8"].keys() == {"mean", "sd", "q05", "q50", "q95", "n"}
    assert found["effects"]["4"]["friends"]["8"].keys() == {"mean", "mcse", "d", "variance_saved"}
    resolved = load(tmp_path / "results" / "tiny" / "resolved.yaml")
    assert resolved == load(tmp_path / "tiny.yaml")
    assert (tmp_path / "results" / "tiny" / "outcomes.png").stat().st_size > 0


@pytest.mark.slow
def test_ctrl_c_keeps_finished_sites(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(TINY.replace("sites: 2", "sites: 5000"))
    parts = tmp_path / "results" / "tiny" / "parts"
    running = start("batch", "tiny.yaml", folder=tmp_path)
    deadline = time.monotonic() + 240
    while not list(parts.glob("sites-*")) and time.monotonic() < deadline and running.poll() is None:
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=120)
    assert running.returncode == 130, said
    assert "sites are finished and kept in" in said
    assert list(parts.glob("*.zip"))
    assert (tmp_path / "results" / "tiny" / "summary.csv").exists()
