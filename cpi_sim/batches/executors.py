"""Who does the work: threads of this process, processes of this machine, or the workers of a Dask scheduler."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cpi_sim.batches.store import ResultsError

THREADS, PROCESSES, DASK = "threads", "processes", "dask://"
_WAIT_FOR_SCHEDULER_SECONDS = 10


@dataclass(frozen=True)
class Team:
    """An executor, how many tasks it works on at a time, and how to end at once those that run elsewhere."""

    executor: Executor
    workers: int
    end_at_once: Callable[[], None] = lambda: None


def cores() -> int:
    """Number of processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def team(on: str, workers: int | None) -> Iterator[Team]:
    """A team on ``threads``, ``processes`` or ``dask://host:port``; by default one worker for each core.

    A Dask scheduler has its own workers: ``workers`` then says how many tasks it is given at a time.

    Raises :class:`~cpi_sim.batches.store.ResultsError` where there is no such team.
    """
    if on == THREADS:
        number = workers or cores()
        with ThreadPoolExecutor(number, thread_name_prefix="site") as threads:
            yield Team(threads, number)
    elif on == PROCESSES:
        yield from _processes(workers or cores())
    elif on.startswith(DASK):
        yield from _dask(on, workers)
    else:
        raise ResultsError(f"--on {on}: unknown; allowed: {THREADS}, {PROCESSES}, {DASK}host:port")


def _processes(workers: int) -> Iterator[Team]:
    """Fresh processes; threads and compiled code do not survive a fork."""
    before = set(multiprocessing.active_children())

    def end_at_once() -> None:
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()

    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=fresh, initializer=_leave_ctrl_c_to_the_parent) as processes:
        yield Team(processes, workers, end_at_once)


def _leave_ctrl_c_to_the_parent() -> None:
    """Ctrl-C reaches all processes of a terminal; the one that gathers decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _dask(on: str, workers: int | None) -> Iterator[Team]:
    client = _client(on)
    try:
        threads = sum(client.nthreads().values())
        yield Team(client.get_executor(pure=False), workers or max(threads, 1))
    finally:
        client.close()


def _client(on: str) -> Any:
    """A connection to a Dask scheduler."""
    try:
        from distributed import Client
    except ImportError:
        raise ResultsError(f"--on {on}: Dask is not installed; pip install 'cpi-sim[dask]'") from None
    try:
        return Client(f"tcp://{on.removeprefix(DASK)}", timeout=_WAIT_FOR_SCHEDULER_SECONDS)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as problem:
        raise ResultsError(f"--on {on}: no Dask scheduler answers there ({problem})") from None
