"""Batches: working in parallel, stopping and going on, runs that fail, what belongs to which results."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cpi_sim.batches import batch, job, run
from cpi_sim.batches.batch import BatchResult, run_batch
from cpi_sim.batches.conclude import resolved_yaml
from cpi_sim.batches.plan import SitePlan, site_seed
from cpi_sim.batches.provenance import _ONLY_SHOW_OR_CHECK, that_change_numbers
from cpi_sim.batches.store import ResultsError
from cpi_sim.engine.compilation import Program
from cpi_sim.scenario import load
from cpi_sim.week import WEEK
from tests.batches import RESULTS, SMALL, assert_same_results, small_scenario, tables_in

pytestmark = pytest.mark.usefixtures("without_pictures")

# A real batch, on sites of fifty people


def test_a_batch_leaves_what_it_promises(undisturbed: BatchResult) -> None:
    promised = {*RESULTS, "resolved.yaml", "provenance.json", "outcomes.png", "outcomes.svg", "dose.png", "parts"}
    assert promised <= {path.name for path in undisturbed.folder.iterdir()}
    assert len(list((undisturbed.folder / "parts").iterdir())) == 1
    assert (undisturbed.interrupted, undisturbed.sites_finished) == (False, 4)
    assert json.loads((undisturbed.folder / "summary.json").read_text()) == undisturbed.summary
    certificate = json.loads((undisturbed.folder / "provenance.json").read_text())
    assert certificate["identity"]["scenario"] == small_scenario().hash
    assert certificate["seed"] == 5


def test_people_are_measured_at_entry_and_at_the_weeks_asked_for(undisturbed: BatchResult) -> None:
    people = tables_in(undisturbed.folder)["people"]
    counts = people.groupby(["site", "arm", "week"]).size()
    assert counts.index.get_level_values("week").unique().tolist() == [0, 4, 8]
    assert set(counts) == {int(SMALL["service_users"])}


def test_arms_begin_alike_and_only_support_differs(undisturbed: BatchResult) -> None:
    tables = tables_in(undisturbed.folder)
    at_entry = tables["people"][tables["people"]["week"] == 0].set_index("arm")
    first, second = (at_entry.loc[arm].reset_index(drop=True) for arm in ("0", "4"))
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    delivered = tables["weeks"].groupby("arm")["contacts_delivered"].sum()
    assert delivered["0"] == 0
    assert delivered["4"] > 0


def test_weeks_and_people_agree_on_contacts(undisturbed: BatchResult) -> None:
    tables = tables_in(undisturbed.folder)
    by_week = tables["weeks"].groupby(["site", "arm"])["contacts_delivered"].sum()
    last = tables["people"][tables["people"]["week"] == 8]
    by_person = last.groupby(["site", "arm"])["contacts_connecting"].sum()
    pd.testing.assert_series_equal(by_week, by_person, check_names=False)
    runs = tables["runs"].set_index(["site", "arm", "week"])
    assert runs["contacts_delivered"].xs(8, level="week").tolist() == by_person.tolist()


def test_two_workers_give_the_tables_of_one(undisturbed: BatchResult, tmp_path: Path) -> None:
    assert_same_results(run_batch(small_scenario(), tmp_path, workers=2, progress=False).folder, undisturbed.folder)


def test_an_interrupted_batch_goes_on_to_the_same_tables(
    undisturbed: BatchResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived: list[int] = []
    honest = job.live_site

    def interrupting(plan: SitePlan, *arguments: Any) -> Any:
        lived.append(plan.site)
        if plan.site == 1:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.5)
        return honest(plan, *arguments)

    monkeypatch.setattr(job, "live_site", interrupting)
    stopped = run_batch(small_scenario(), tmp_path, workers=1, progress=False)
    assert (stopped.interrupted, stopped.sites_finished) == (True, 2)
    assert tables_in(stopped.folder)["people"]["site"].unique().tolist() == [0, 1]
    resumed = run_batch(small_scenario(), tmp_path, workers=1, progress=False)
    assert lived == [0, 1, 2, 3]
    assert (resumed.interrupted, resumed.sites_finished) == (False, 4)
    assert_same_results(resumed.folder, undisturbed.folder)
    assert resumed.summary == undisturbed.summary


def test_more_sites_extend_a_batch(undisturbed: BatchResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_batch(small_scenario(sites=2), tmp_path, workers=1, progress=False)
    lived: list[int] = []
    honest = job.live_site

    def counting(plan: SitePlan, *arguments: Any) -> Any:
        lived.append(plan.site)
        return honest(plan, *arguments)

    monkeypatch.setattr(job, "live_site", counting)
    extended = run_batch(small_scenario(), tmp_path, workers=1, progress=False)
    assert lived == [2, 3]
    assert_same_results(extended.folder, undisturbed.folder)


class Elsewhere(Executor):
    """An executor that is no pool of threads: it does what it is given at once."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(work(*arguments, **named))
        return future


def test_anything_with_the_interface_of_an_executor_does(undisturbed: BatchResult, tmp_path: Path) -> None:
    done = run_batch(small_scenario(), tmp_path, executor=Elsewhere(), progress=False)
    assert_same_results(done.folder, undisturbed.folder)


def trained_quality(skill: float, soft_skill: float) -> float:
    return 0.5 * skill * soft_skill


@pytest.mark.slow
def test_processes_give_the_tables_of_threads_with_a_replaced_rule_too(tmp_path: Path) -> None:
    changed = Program({"trained_quality": trained_quality})
    folders = [
        run_batch(small_scenario(sites=3), tmp_path / on, workers=2, on=on, progress=False, program=changed).folder
        for on in ("threads", "processes")
    ]
    assert_same_results(*folders)


def test_rules_that_cannot_be_sent_and_places_that_do_not_exist_are_refused(tmp_path: Path) -> None:
    def within(skill: float, soft_skill: float) -> float:
        return skill

    with pytest.raises(ResultsError, match="define it at the top of a module"):
        run_batch(small_scenario(), tmp_path, on="processes", program=Program({"trained_quality": within}))
    with pytest.raises(ResultsError, match="--on cloud: unknown; allowed: threads, processes, dask://host:port"):
        run_batch(small_scenario(), tmp_path, on="cloud")
    assert list(tmp_path.iterdir()) == []


def test_a_worker_with_another_model_is_not_let_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "this_model", lambda: "another")
    monkeypatch.setattr(job, "_workshops", NothingStays())
    with pytest.raises(batch.Unfinished, match="another model or other libraries"):
        run_batch(small_scenario(), tmp_path, workers=1, progress=False)


class NothingStays(dict[str, Any]):
    """As another process sees it: the workshop that this process opened is not there."""

    def __contains__(self, key: object) -> bool:
        return False


# Runs that fail


def failing(monkeypatch: pytest.MonkeyPatch, *cells: tuple[int, str]) -> list[tuple[int, str]]:
    """Arms (site, arm) that raise; returns the list of those begun."""
    begun: list[tuple[int, str]] = []
    honest = run.live_arm
    seeds = {site_seed(5, site): site for site in range(10)}

    def live_arm(past: Any, values: Any, seed: int, *arguments: Any) -> Any:
        cell = seeds[seed], f"{values['contacts_per_month']:g}"
        begun.append(cell)
        if cell in cells:
            raise ZeroDivisionError(f"site {cell[0]} divides by nought")
        return honest(past, values, seed, *arguments)

    monkeypatch.setattr(run, "live_arm", live_arm)
    return begun


def test_a_run_that_fails_is_written_down_and_the_others_go_on(
    undisturbed: BatchResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        begun = failing(broken, (1, "0"), (3, "4"))
        result = run_batch(small_scenario(), tmp_path, workers=1, progress=False)
        assert len(begun) == 8
        assert [(each.site, each.seed, each.arm) for each in result.failed] == [
            (1, site_seed(5, 1), "0"), (3, site_seed(5, 3), "4"),
        ]  # fmt: skip
        assert result.sites_finished == 2
        assert tables_in(result.folder)["people"]["site"].unique().tolist() == [0, 2]
        (noted,) = json.loads((result.folder / "failures" / "site-000001.json").read_text())
        assert "ZeroDivisionError: site 1 divides by nought" in noted["traceback"]
        assert "live_arm" in noted["traceback"]
        assert json.loads((result.folder / "summary.json").read_text())["failures"][1] == {
            "site": 3, "seed": site_seed(5, 3), "arm": "4", "error": "ZeroDivisionError: site 3 divides by nought",
        }  # fmt: skip
        begun.clear()
        again = run_batch(small_scenario(), tmp_path, workers=1, progress=False)
        assert begun == []
        assert again.failed == result.failed
    retried = run_batch(small_scenario(), tmp_path, workers=1, progress=False, retry_failed=True)
    assert retried.failed == ()
    assert_same_results(retried.folder, undisturbed.folder)


def test_a_past_that_fails_fails_all_its_arms_and_a_batch_may_have_no_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_past(*arguments: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(run, "make_past", no_past)
    result = run_batch(small_scenario(sites=1), tmp_path, workers=1, progress=False)
    assert [each.arm for each in result.failed] == ["0", "4"]
    assert (result.summary, result.table, result.sites_finished) == ({}, None, 0)


# What belongs to what


def test_another_scenario_of_that_name_is_refused(tmp_path: Path) -> None:
    run_batch(small_scenario(sites=1), tmp_path, workers=1, progress=False)
    with pytest.raises(ResultsError, match=r"scenario: .*--overwrite"):
        run_batch(small_scenario(sites=1, seed=6), tmp_path, workers=1, progress=False)
    replaced = run_batch(small_scenario(sites=1, seed=6), tmp_path, workers=1, progress=False, overwrite=True)
    assert tables_in(replaced.folder)["people"]["seed"].unique().tolist() == [site_seed(6, 0)]


def test_all_that_can_change_a_number_is_part_of_the_identity() -> None:
    package = Path(batch.__file__).parents[1]
    names = {path.relative_to(package).as_posix() for path in that_change_numbers(package)}
    assert {"week/meeting.py", "engine/keyed.py", "instruments/scales.py", "batches/run.py", "batches/plan.py"} <= names
    assert "evidence/resource_items.yaml" in names
    assert {"reports/look.py", "batches/pool.py", "batches/moments.py", "cli/running.py"}.isdisjoint(names)


def test_what_is_left_out_of_the_identity_is_there() -> None:
    package = Path(batch.__file__).parents[1]
    assert [name for name in _ONLY_SHOW_OR_CHECK if not (package / name).exists()] == []


def test_a_replaced_rule_makes_other_results(tmp_path: Path) -> None:
    before = run_batch(small_scenario(sites=1), tmp_path, workers=1, progress=False)
    changed = Program({"trained_quality": trained_quality})
    with pytest.raises(ResultsError, match="model: "):
        run_batch(small_scenario(sites=1), tmp_path, workers=1, progress=False, program=changed)
    assert before.folder.is_dir()


def test_threads_that_share_a_program_agree_on_what_is_compiled() -> None:
    alone = [Program()(each).__name__ for each in WEEK]
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(5):
            shared = Program()
            with ThreadPoolExecutor(4) as threads:
                found = list(threads.map(lambda _, p=shared: [p(each).__name__ for each in WEEK], range(4)))
            assert found == [alone] * 4
    finally:
        sys.setswitchinterval(switching)


def test_the_reference_results_are_those_of_the_scenario_as_it_ships() -> None:
    reference = Path(__file__).parents[2] / "results" / "reference" / "resolved.yaml"
    assert reference.read_text() == resolved_yaml(load("contact_intensity"))
