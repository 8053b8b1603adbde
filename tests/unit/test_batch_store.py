"""Plans and stores: seeds, parts kept whole, damaged ones set aside, many put together, one process at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

import cpi_sim
from cpi_sim.batches import store as store_module
from cpi_sim.batches.failures import FailedRun, write_failures
from cpi_sim.batches.gather import gather, portions
from cpi_sim.batches.plan import Shard, make_plan, site_seed
from cpi_sim.batches.store import ResultsError, Store
from cpi_sim.files import write_whole
from tests.batches import IDENTITY, open_store, packed

HOLD = """
import pathlib, sys
from tests.batches import open_store
with open_store(pathlib.Path(sys.argv[1])):
    print("mine", flush=True)
    sys.stdin.read()
"""


def past_of(values: dict[str, float]) -> str:
    return f"openness {values['openness']}"


def sites_gathered(store: Store, table: str = "people") -> list[int]:
    seen: list[int] = []

    def see(name: str, portion: pa.Table) -> None:
        if name == table:
            seen.extend(portion["site"].to_pylist())

    gather(store, sorted(store.finished()), see)
    return seen


# Plan


def test_arms_that_share_a_past_are_lived_out_of_one_past() -> None:
    values = {"0": {"openness": 1.0}, "4": {"openness": 1.0}, "open": {"openness": 2.0}}
    plan = make_plan(values, sites=3, seed=7, past_key=past_of)
    assert plan.runs == 9
    assert plan.site(0).groups == (("openness 1.0", ("0", "4")), ("openness 2.0", ("open",)))
    assert plan.past_of_arm["open"] == "openness 2.0"


def test_site_seeds_are_stable_and_far_apart() -> None:
    assert site_seed(1, 0) == 2431741933871356
    seeds = {site_seed(seed, site) for seed in range(50) for site in range(50)}
    assert len(seeds) == 2500
    assert all(0 <= seed < 2**52 for seed in seeds)


def test_a_site_is_the_same_however_many_there_are() -> None:
    few = make_plan({"0": {"openness": 1.0}}, sites=2, seed=7, past_key=past_of)
    more = make_plan({"0": {"openness": 1.0}}, sites=5, seed=7, past_key=past_of)
    assert [more.site(n) for n in few.numbers] == [few.site(n) for n in few.numbers]


def test_shards_share_out_all_sites() -> None:
    shards = [Shard.parse(f"{number}/3") for number in (1, 2, 3)]
    sites = [make_plan({"0": {"openness": 1.0}}, 8, 7, past_of, shard).numbers for shard in shards]
    assert [list(numbers) for numbers in sites] == [[0, 3, 6], [1, 4, 7], [2, 5]]


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "1/0", "-1/2", "1/2/3"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no shard; write i/n"):
        Shard.parse(text)


# Parts


def test_a_part_appears_whole_and_reads_back(tmp_path: Path) -> None:
    with open_store(tmp_path / "batch") as store:
        store.keep(packed(3), [3])
        assert store.finished() == {3}
        assert [path.name for path in store.parts.iterdir()] == ["sites-000003.zip"]
        (rows,) = portions(store, "people", [3])
        assert rows.to_pydict() == {"site": [3, 3], "score": [3.5, 6.0]}
    with open_store(tmp_path / "batch") as store:
        assert store.finished() == {3}


def flip_a_byte(part: Path) -> None:
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(bytes(content))


def cut_short(part: Path) -> None:
    part.write_bytes(part.read_bytes()[:-9])


def empty(part: Path) -> None:
    part.write_bytes(b"")


@pytest.mark.parametrize("damage", [flip_a_byte, cut_short, empty])
def test_a_damaged_part_is_set_aside_and_named(damage: Callable[[Path], None], tmp_path: Path) -> None:
    with open_store(tmp_path / "batch") as store:
        store.keep(packed(0), [0])
        store.keep(packed(1, 2), [1, 2])
        (part,) = store.parts.glob("sites-000001-*.zip")
    damage(part)
    damaged = part.read_bytes()
    with open_store(tmp_path / "batch") as store:
        assert store.finished() == {0}
        assert store.set_aside == [part.name]
        assert (tmp_path / "batch" / "set-aside" / part.name).read_bytes() == damaged
        store.keep(packed(1, 2), [1, 2])
        assert store.finished() == {0, 1, 2}
    damage(part)
    with open_store(tmp_path / "batch") as store:
        assert store.ever_set_aside() == sorted([part.name, f"{part.stem}-2.zip"])


def test_many_parts_become_few_and_hold_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "LOOSE_AT_MOST", 4)
    monkeypatch.setattr(store_module, "JOINED_AT_MOST", 3)
    sites = list(range(60))
    with open_store(tmp_path / "batch") as store:
        for site in reversed(sites):
            store.keep(packed(site), [site])
            assert len(list(store.parts.iterdir())) <= 4 + 3 + 1
            assert store.finished() == set(range(site, 60))
        store.join_all()
        assert len(list(store.parts.iterdir())) == 1
        assert sites_gathered(store) == [site for site in sites for _ in range(2)]
    with open_store(tmp_path / "batch") as store:
        assert sites_gathered(store, "weeks") == [site for site in sites for _ in range(2)]


def test_a_crash_between_joining_and_removing_leaves_sites_twice_and_they_count_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(tmp_path / "batch") as store:
        for site in range(4):
            store.keep(packed(site), [site])
        with monkeypatch.context() as crashing:
            crashing.setattr(Path, "unlink", lambda path, missing_ok=False: (_ for _ in ()).throw(OSError("crash")))
            with pytest.raises(OSError, match="crash"):
                store.join_all()
        assert len(list(store.parts.glob("*.zip"))) == 5
    with open_store(tmp_path / "batch") as store:
        assert sites_gathered(store) == [0, 0, 1, 1, 2, 2, 3, 3]
        assert [part.name[:6] for part in store.parts.glob("*.zip")] == ["joined"]


def test_sites_kept_in_two_overlapping_parts_count_once(tmp_path: Path) -> None:
    with open_store(tmp_path / "batch") as store:
        store.keep(packed(0, 1, 2), [0, 1, 2])
        store.keep(packed(2, 3), [2, 3])
    with open_store(tmp_path / "batch") as store:
        assert sites_gathered(store) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_what_a_killed_process_left_half_written_is_removed(tmp_path: Path) -> None:
    with open_store(tmp_path / "batch") as store:
        store.keep(packed(0), [0])
    (tmp_path / "batch" / "parts" / ".sites-000001.zip.4711.part").write_bytes(b"half")
    with open_store(tmp_path / "batch") as store:
        assert store.finished() == {0}
        assert [path.name for path in store.parts.iterdir()] == ["sites-000000.zip"]


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


def test_gathered_tables_are_in_the_order_of_sites_a_portion_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cpi_sim.batches.gather.ROWS_AT_ONCE", 6)
    with open_store(tmp_path / "batch") as store:
        for sites in ((5, 6), (0, 3), (1, 2, 4)):
            store.keep(packed(*sites), sites)
        found = [rows["site"].to_pylist() for rows in portions(store, "people", range(7))]
        assert found == [[0, 0, 1, 1, 2, 2], [3, 3, 4, 4, 5, 5], [6, 6]]
        assert sites_gathered(store) == [site for rows in found for site in rows]
        written = pa.parquet.ParquetFile(tmp_path / "batch" / "people.parquet")
        assert written.num_row_groups == 3
        assert written.read()["site"].to_pylist() == [site for rows in found for site in rows]


# Failures


def test_failures_are_noted_by_site_and_forgotten_when_the_site_is_finished(tmp_path: Path) -> None:
    failed = [FailedRun(2, 77, arm, "ValueError: no", "Traceback ...", "2026-01-01T00:00:00+00:00") for arm in "ab"]
    with open_store(tmp_path / "batch") as store:
        store.note_failures(failed)
        noted = json.loads((tmp_path / "batch" / "failures" / "site-000002.json").read_text())
        assert noted[0] == {
            "site": 2, "seed": 77, "arm": "a", "error": "ValueError: no", "traceback": "Traceback ...",
            "time": "2026-01-01T00:00:00+00:00",
        }  # fmt: skip
        assert store.failed() == {2: failed}
        store.keep(packed(2), [2])
        assert store.failed() == {}
        assert list((tmp_path / "batch" / "failures").iterdir()) == []


def test_a_note_of_failure_that_cannot_be_read_has_its_site_run_again(tmp_path: Path) -> None:
    write_failures(tmp_path / "batch" / "failures", [])
    with open_store(tmp_path / "batch") as store:
        (store.folder / "failures").mkdir()
        (store.folder / "failures" / "site-000001.json").write_text("[{")
        assert store.failed() == {}


# Whose folder it is


def test_results_of_something_else_are_refused_and_stay(tmp_path: Path) -> None:
    with open_store(tmp_path / "batch") as store:
        store.keep(packed(0), [0])
    with pytest.raises(ResultsError, match=r"model: 123 there, 456 now.*--overwrite"):
        open_store(tmp_path / "batch", IDENTITY | {"model": "456"})
    with open_store(tmp_path / "batch") as store:
        assert store.finished() == {0}


def test_overwrite_removes_old_results_and_nothing_else(tmp_path: Path) -> None:
    with open_store(tmp_path / "batch") as store:
        store.keep(packed(0), [0])
    (tmp_path / "batch" / "my notes.txt").write_text("keep me")
    with open_store(tmp_path / "batch", IDENTITY | {"scenario": "new"}, overwrite=True) as store:
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


def test_one_process_at_a_time_and_the_next_when_it_is_gone(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(cpi_sim.__file__).parents[1])}
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "batch")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    assert other.stdout is not None
    assert other.stdout.readline() == "mine\n"
    before = (tmp_path / "batch" / "provenance.json").stat().st_mtime_ns
    with pytest.raises(ResultsError, match="another process is working in this folder"):
        open_store(tmp_path / "batch", overwrite=True)
    assert (tmp_path / "batch" / "provenance.json").stat().st_mtime_ns == before
    other.kill()
    other.communicate()
    with open_store(tmp_path / "batch") as store:
        assert store.finished() == set()
