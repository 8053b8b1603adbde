"""Batches: planning, keeping parts whole, working in parallel, stopping and going on."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from cpi_sim.batch import batch
from cpi_sim.batch.batch import BatchResult, run_batch
from cpi_sim.batch.gather import gather
from cpi_sim.batch.one_site import run_one
from cpi_sim.batch.plan import SitePlan, make_plan, site_seed
from cpi_sim.batch.provenance import that_change_numbers
from cpi_sim.batch.store import TABLES, ResultsError, Store, write_whole
from cpi_sim.engine.compilation import Program
from cpi_sim.parameters import defaults
from cpi_sim.report.dose_figure import dose_of_support
from cpi_sim.report.material import Material
from cpi_sim.scenario import Arm, Scenario
from cpi_sim.week import WEEK

SMALL = {
    "community_members": 40.0,
    "service_users": 8.0,
    "settings": 8.0,
    "users_only_groups": 1.0,
    "burn_in_years": 0.0,
    "illness_years_low": 0.5,
    "illness_years_high": 1.0,
}
IDENTITY = {"scenario": "abc", "model": "123"}


def past_of(values: dict[str, float]) -> str:
    return f"openness {values['openness']}"


def tables_of(site: int) -> dict[str, pa.Table]:
    return {name: pa.table({"site": [site, site], "score": [site + 0.5, site * 2.0]}) for name in TABLES}


def open_store(folder: Path, identity: dict[str, str] = IDENTITY, *, overwrite: bool = False) -> Store:
    return Store(folder, {"identity": identity}, overwrite=overwrite)


# Plan


def test_arms_that_share_a_past_are_lived_out_of_one_past() -> None:
    values = {"0": {"openness": 1.0}, "4": {"openness": 1.0}, "open": {"openness": 2.0}}
    plan = make_plan(values, sites=3, seed=7, past_key=past_of)
    assert plan.runs == 9
    assert plan.sites[0].groups == (("openness 1.0", ("0", "4")), ("openness 2.0", ("open",)))
    assert plan.past_of_arm["open"] == "openness 2.0"


def test_site_seeds_are_stable_and_far_apart() -> None:
    assert site_seed(1, 0) == 2431741933871356
    seeds = {site_seed(seed, site) for seed in range(50) for site in range(50)}
    assert len(seeds) == 2500
    assert all(0 <= seed < 2**52 for seed in seeds)


def test_more_sites_keep_the_first_ones() -> None:
    few = make_plan({"0": {"openness": 1.0}}, sites=2, seed=7, past_key=past_of)
    more = make_plan({"0": {"openness": 1.0}}, sites=5, seed=7, past_key=past_of)
    assert more.sites[:2] == few.sites


# Store


def test_a_part_appears_whole_and_reads_back(tmp_path: Path) -> None:
    store = open_store(tmp_path / "batch")
    store.keep(3, tables_of(3))
    assert store.finished() == {3}
    assert store.read(3, "people").equals(tables_of(3)["people"])
    assert [path.name for path in store.parts.iterdir()] == ["site-000003"]


def test_a_damaged_part_is_made_again(tmp_path: Path) -> None:
    store = open_store(tmp_path / "batch")
    store.keep(0, tables_of(0))
    store.keep(1, tables_of(1))
    damaged = store.parts / "site-000001" / "runs.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-9])
    assert store.finished() == {0}
    store.keep(1, tables_of(1))
    assert store.finished() == {0, 1}


def test_a_failing_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "summary.csv"
    path.write_text("old")

    def fail(temporary: Path) -> None:
        temporary.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_whole(path, fail)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_results_of_something_else_are_refused_and_stay(tmp_path: Path) -> None:
    open_store(tmp_path / "batch").keep(0, tables_of(0))
    with pytest.raises(ResultsError, match=r"model: 123 there, 456 now.*--overwrite"):
        open_store(tmp_path / "batch", IDENTITY | {"model": "456"})
    assert open_store(tmp_path / "batch").finished() == {0}


def test_overwrite_removes_old_results_and_nothing_else(tmp_path: Path) -> None:
    open_store(tmp_path / "batch").keep(0, tables_of(0))
    (tmp_path / "batch" / "my notes.txt").write_text("keep me")
    store = open_store(tmp_path / "batch", IDENTITY | {"scenario": "new"}, overwrite=True)
    assert store.finished() == set()
    assert (tmp_path / "batch" / "my notes.txt").read_text() == "keep me"


def test_a_folder_of_somebody_else_is_never_taken_over(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(ResultsError, match="no results of cpi-sim"):
        open_store(tmp_path, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_file_where_the_folder_should_be_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("")
    with pytest.raises(ResultsError, match="results"):
        open_store(tmp_path / "results" / "batch")


def test_gathered_tables_are_in_the_order_of_sites(tmp_path: Path) -> None:
    store = open_store(tmp_path / "batch")
    for site in (2, 0, 1):
        store.keep(site, tables_of(site))
    gathered = gather(store, {2, 1, 0})
    assert gathered["people"]["site"].tolist() == [0, 0, 1, 1, 2, 2]
    assert (tmp_path / "batch" / "weeks.parquet").is_file()


# A real batch, on sites of fifty people


def small_scenario(seed: int = 5, sites: int = 4) -> Scenario:
    arms = {}
    for contacts in (0.0, 4.0):
        values = defaults("inclusion_project") | SMALL | {"contacts_per_month": contacts}
        name = f"{contacts:g}"
        arms[name] = Arm(name, f"{name} a month", "inclusion_project", values)
    return Scenario(
        name="small",
        title="A small batch",
        why="for tests",
        question="Does it run?",
        horizon_weeks=8,
        measure_weeks=(4, 8),
        sites=sites,
        seed=seed,
        comparator="0",
        arms=arms,
    )


def tables_in(folder: Path) -> dict[str, pd.DataFrame]:
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}


def assert_same_tables(one: Path, other: Path) -> None:
    for name, table in tables_in(one).items():
        pd.testing.assert_frame_equal(table, tables_in(other)[name], check_exact=True)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> BatchResult:
    return run_batch(small_scenario(), tmp_path_factory.mktemp("results"), workers=1, progress=False)


def test_a_batch_leaves_what_it_promises(undisturbed: BatchResult) -> None:
    promised = {"people.parquet", "runs.parquet", "weeks.parquet", "summary.csv", "summary.json", "resolved.yaml",
                "provenance.json", "outcomes.png", "outcomes.svg", "dose.png", "dose.svg", "parts"}  # fmt: skip
    assert {path.name for path in undisturbed.folder.iterdir()} == promised
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
    assert_same_tables(run_batch(small_scenario(), tmp_path, workers=2, progress=False).folder, undisturbed.folder)


def test_an_interrupted_batch_goes_on_to_the_same_tables(
    undisturbed: BatchResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived: list[int] = []
    honest = batch.live_site

    def interrupting(plan: SitePlan, *arguments: object, **named: object) -> dict[str, pa.Table]:
        lived.append(plan.site)
        if plan.site == 1:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.5)
        return honest(plan, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(batch, "live_site", interrupting)
    stopped = run_batch(small_scenario(), tmp_path, workers=1, progress=False)
    assert (stopped.interrupted, stopped.sites_finished) == (True, 2)
    assert tables_in(stopped.folder)["people"]["site"].unique().tolist() == [0, 1]
    resumed = run_batch(small_scenario(), tmp_path, workers=1, progress=False)
    assert lived == [0, 1, 2, 3]
    assert (resumed.interrupted, resumed.sites_finished) == (False, 4)
    assert_same_tables(resumed.folder, undisturbed.folder)
    assert resumed.summary == undisturbed.summary


def test_another_scenario_of_that_name_is_refused(tmp_path: Path) -> None:
    run_batch(small_scenario(sites=1), tmp_path, workers=1, progress=False)
    with pytest.raises(ResultsError, match=r"scenario: .*--overwrite"):
        run_batch(small_scenario(sites=1, seed=6), tmp_path, workers=1, progress=False)
    replaced = run_batch(small_scenario(sites=1, seed=6), tmp_path, workers=1, progress=False, overwrite=True)
    assert tables_in(replaced.folder)["people"]["seed"].unique().tolist() == [site_seed(6, 0)]


def test_all_that_can_change_a_number_is_part_of_the_identity() -> None:
    package = Path(batch.__file__).parents[1]
    names = {path.relative_to(package).as_posix() for path in that_change_numbers(package)}
    assert {"week/meeting.py", "engine/keyed.py", "instruments/scales.py", "batch/run.py", "batch/plan.py"} <= names
    assert "evidence/resource_items.yaml" in names
    assert {"cli.py", "report/look.py", "batch/pool.py"}.isdisjoint(names)


def test_a_replaced_rule_makes_other_results(tmp_path: Path) -> None:
    def trained_quality(skill: float, soft_skill: float) -> float:
        return 0.5 * skill * soft_skill

    before = run_batch(small_scenario(sites=1), tmp_path, workers=1, progress=False)
    changed = Program({"trained_quality": trained_quality})
    with pytest.raises(ResultsError, match="model: "):
        run_batch(small_scenario(sites=1), tmp_path, workers=1, progress=False, program=changed)
    assert before.folder.is_dir()


def test_one_site_is_the_site_of_the_batch(undisturbed: BatchResult, tmp_path: Path) -> None:
    alone = run_one(small_scenario(), tmp_path, site=2)
    in_batch = tables_in(undisturbed.folder)["people"]
    in_batch = in_batch[(in_batch["site"] == 2) & (in_batch["week"] == 8)].reset_index(drop=True)
    people = tables_in(alone.folder)["people"]
    pd.testing.assert_frame_equal(
        people[people["week"] == 8].reset_index(drop=True), in_batch, check_exact=True, check_dtype=False
    )
    assert alone.arm == "4"
    assert {"site.png", "person.png", "story.md"} <= {path.name for path in alone.folder.iterdir()}


def test_the_story_tells_of_the_person_asked_for(tmp_path: Path) -> None:
    somebody = run_one(small_scenario(), tmp_path / "first").person
    told = run_one(small_scenario(), tmp_path / "second", person=somebody)
    assert f"# Person {somebody}: 8 weeks" in told.story
    assert "| 5-8 |" in told.story


def test_an_arm_or_a_person_that_is_not_there_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no arm '16'; it has 0, 4"):
        run_one(small_scenario(), tmp_path, arm="16")
    with pytest.raises(ValueError, match="not a service user of this site"):
        run_one(small_scenario(), tmp_path, person=10_000)
    assert list(tmp_path.iterdir()) == []


def test_dose_picture_counts_the_weeks_of_the_offer(undisturbed: BatchResult) -> None:
    scenario = small_scenario()
    dose = dose_of_support(Material.of(scenario, tables_in(undisturbed.folder), undisturbed.summary, 4))
    assert dose.loc["0"].drop("affordable").tolist() == [0.0] * 4
    steps = dose.loc["4", ["delivered", "agreed", "taken_up", "intended"]].tolist()
    assert steps == sorted(steps)
    assert 0.0 < steps[0] < steps[-1] == 4.0


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
