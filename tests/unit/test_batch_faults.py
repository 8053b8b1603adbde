"""Batches that meet with accidents, for real: killed, disk full, two at once, read-only, cut short, a worker lost.

After each, the same command gives the tables and the summary of a batch to which nothing happened, byte for byte.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import cpi_sim
from cpi_sim.simulation.warm_up import warm_up
from tests.batches import FILE, assert_same_results

pytestmark = pytest.mark.slow

SITES = 120
KILLS = 24
PATIENCE_SECONDS = 240
FAST = """
from cpi_sim.batches import pool, store
from cpi_sim.cli import main
from cpi_sim.reports import page
page.batch_figures = lambda material: {}  # pictures take longer than everything else here
pool.TASK_SECONDS = 0.1  # many parts,
store.LOOSE_AT_MOST = 3  # which are often put together
store.JOINED_AT_MOST = 2
main()
"""
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(cpi_sim.__file__).parents[1]), "PYTHONUNBUFFERED": "1"}


def start(folder: Path, *options: str, results: Path | None = None, **how: Any) -> subprocess.Popen[str]:
    """`cpi-sim batch` of the small scenario in ``folder``, in a process of its own."""
    where = str(results or folder / "results")
    return subprocess.Popen(
        [sys.executable, "-c", FAST, "batch", "fault.yaml", "--results", where, "--workers", "2", *options],
        cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **how,
    )  # fmt: skip


def finish(folder: Path, *options: str, results: Path | None = None, **how: Any) -> tuple[int, str]:
    """Exit code and stderr of the same, run to its end."""
    running = start(folder, *options, results=results, **how)
    _, said = running.communicate(timeout=PATIENCE_SECONDS)
    return running.returncode, said


def wait_for(condition: Callable[[], object], running: subprocess.Popen[str]) -> None:
    """Wait until something is so, or the process has ended."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition() and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)


def lines_until(running: subprocess.Popen[str], done: int) -> None:
    """Read lines of JSON until so many runs are done."""
    assert running.stderr is not None
    for line in running.stderr:
        if line.startswith("{") and json.loads(line).get("done", 0) >= done:
            return


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fault.yaml").write_text(FILE.format(sites=SITES))
    return tmp_path


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of a batch to which nothing happened."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "fault.yaml").write_text(FILE.format(sites=SITES))
    warm_up(lambda message: None)  # else the first batch says that it compiles
    assert finish(folder) == (0, f"fault: 2 arms, {SITES} sites, 4 weeks, seed 1\n")
    return folder / "results" / "fault"


def test_killed_at_random_moments(folder: Path, undisturbed: Path) -> None:
    """Batches are killed while they start, live sites, put parts together and gather; each is resumed to its end."""
    chance = random.Random(20)
    batch, kills, kills_before_the_end, finished = 0, 0, 0, 0
    while kills < KILLS or not kills_before_the_end:
        results = folder / f"results-{batch}"
        running = start(folder, results=results)
        wait_for(lambda parts=results / "fault" / "parts": parts.exists(), running)  # type: ignore[misc]
        time.sleep(chance.uniform(0.0, 3.0))
        if running.poll() is None:
            running.kill()
            kills += 1
            kills_before_the_end += not (results / "fault" / "summary.csv").exists()
        _, said = running.communicate(timeout=PATIENCE_SECONDS)
        if running.returncode == 0:
            assert_same_results(results / "fault", undisturbed)
            finished += 1
            batch += 1
        else:
            assert running.returncode == -signal.SIGKILL, said
    assert kills_before_the_end >= KILLS // 2
    assert finish(folder, results=results)[0] == 0
    assert_same_results(results / "fault", undisturbed)


@contextmanager
def mounted(where: Path, size: str) -> Iterator[bool]:
    """A file system of its own, of a given size; gives False where this user may not mount one."""
    where.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(where)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        done = False
    try:
        yield done
    finally:
        if done:
            subprocess.run(["umount", "-l", str(where)], check=True)


def no_file_longer_than_60_kb() -> None:
    """Enough for a part, too little for several together."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))


def test_full_disk(folder: Path, undisturbed: Path) -> None:
    """By a small file system, or, where none may be mounted, by a limit on the length of files."""
    disk = folder / "disk"
    with mounted(disk, "600k") as small:
        how: dict[str, Any] = {} if small else {"preexec_fn": no_file_longer_than_60_kb}
        code, said = finish(folder, results=disk, **how)
        assert code == 1, said
        assert "Stopped: cannot write: " + ("No space left on device" if small else "File too large") in said
        assert "the same command goes on from there" in said
        kept = list((disk / "fault" / "parts").glob("*.zip"))
        assert kept
        if small:
            subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        code, said = finish(folder, results=disk)
        assert code == 0, said
        assert_same_results(disk / "fault", undisturbed)
    print("The disk was full by", "a small file system." if small else "a limit on the length of files.")


def test_two_processes_on_one_folder(folder: Path, undisturbed: Path) -> None:
    first = start(folder, "--json-lines")
    lines_until(first, 4)
    first.send_signal(signal.SIGSTOP)  # so that it does not end while the other tries
    before = (folder / "results" / "fault" / "provenance.json").read_bytes()
    code, said = finish(folder, "--overwrite")
    assert code == 2
    assert said.splitlines()[-1] == (
        "results/fault: another process is working in this folder; wait for it, or choose another with --results"
    ).replace("results/fault", str(folder / "results" / "fault"))
    assert (folder / "results" / "fault" / "provenance.json").read_bytes() == before
    first.send_signal(signal.SIGCONT)
    _, said = first.communicate(timeout=PATIENCE_SECONDS)
    assert first.returncode == 0, said
    assert_same_results(folder / "results" / "fault", undisturbed)


def test_read_only_folder(folder: Path) -> None:
    """A file system mounted read-only, or, where none may be mounted, a file in the place of the folder."""
    disk = folder / "disk"
    with mounted(disk, "1m") as small:
        if small:
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        else:
            disk.rmdir()
            disk.write_text("")
        code, said = finish(folder, results=disk)
        assert code == 2
        refused = "cannot write results here (Read-only file system)"
        if not small:
            refused = "cannot read what it holds (Not a directory)"
        assert said.splitlines()[-1] == f"{disk / 'fault'}: {refused}"
        if not small:
            disk.unlink()
            disk.mkdir()


def test_truncated_part(folder: Path, undisturbed: Path) -> None:
    assert finish(folder)[0] == 0
    results = folder / "results" / "fault"
    (part,) = (results / "parts").iterdir()
    part.write_bytes(part.read_bytes()[: part.stat().st_size // 2])
    code, said = finish(folder)
    assert code == 0, said
    assert f"Damaged: {part.name} was set aside in {results / 'set-aside'}; its sites are lived again.\n" in said
    assert json.loads((results / "provenance.json").read_text())["set_aside"] == [part.name]
    assert (results / "set-aside" / part.name).exists()
    assert_same_results(results, undisturbed)


@pytest.mark.parametrize("on", ["threads", "processes"])
def test_ctrl_c_in_a_terminal_keeps_what_is_finished(on: str, folder: Path, undisturbed: Path) -> None:
    """Ctrl-C reaches all processes of a terminal."""
    running = start(folder, "--json-lines", "--on", on, start_new_session=True)
    lines_until(running, 20)
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=PATIENCE_SECONDS)
    assert running.returncode == 130, said
    assert '{"message": "Stopping: the sites in hand are being finished.' in said
    assert (folder / "results" / "fault" / "summary.csv").exists()
    assert finish(folder)[0] == 0
    assert_same_results(folder / "results" / "fault", undisturbed)


# Dask


@contextmanager
def dask_command(name: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A scheduler or worker of Dask, until the end of the block."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{name}", *options]
    quiet = subprocess.DEVNULL
    running = subprocess.Popen(command, env=ENVIRONMENT, stdout=quiet, stderr=quiet)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def test_dask_with_a_worker_killed_in_mid_batch(folder: Path, undisturbed: Path) -> None:
    about = folder / "scheduler.json"
    here = ("--host", "127.0.0.1", "--no-dashboard")
    with dask_command("scheduler", *here, "--port", "0", "--scheduler-file", str(about)) as scheduler:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (about.exists() and about.stat().st_size) and time.monotonic() < deadline:
            assert scheduler.poll() is None
            time.sleep(0.05)
        address = json.loads(about.read_text())["address"]
        worker = ("worker", address, *here, "--no-nanny", "--nthreads", "1", "--local-directory", str(folder))
        with dask_command(*worker) as killed, dask_command(*worker) as other:
            on = address.replace("tcp://", "dask://")
            running = start(folder, "--json-lines", "--on", on)
            lines_until(running, 40)
            killed.kill()
            _, said = running.communicate(timeout=PATIENCE_SECONDS)
            assert running.returncode == 0, said
            assert other.poll() is None
    assert_same_results(folder / "results" / "fault", undisturbed)


def test_a_scheduler_that_is_not_there(folder: Path) -> None:
    code, said = finish(folder, "--on", "dask://127.0.0.1:9")
    assert code == 2
    assert "--on dask://127.0.0.1:9: no Dask scheduler answers there" in said
    assert not (folder / "results").exists()
