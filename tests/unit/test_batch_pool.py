"""Working through sites with an executor, and stopping without losing what is finished."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest

from cpi_sim.batches.executors import Team
from cpi_sim.batches.job import Lived, Stopped
from cpi_sim.batches.plan import SitePlan
from cpi_sim.batches.pool import work_through
from cpi_sim.batches.store import Unfinished


def lived_by(
    live: Callable[[int], None], workers: int, sites: int, stop_now: threading.Event, say: Callable[[str], None]
) -> tuple[bool, list[int]]:
    """Work through some sites with a stand-in for living; returns whether it was interrupted, and who was kept."""
    kept: list[int] = []

    def work(numbers: Sequence[int]) -> Lived:
        for number in numbers:
            live(number)
        plans = tuple(SitePlan(number, number, ()) for number in numbers)
        return Lived(plans, tuple(numbers), {}, (), 1.0)

    with ThreadPoolExecutor(workers) as threads:
        interrupted = work_through(
            range(sites), lambda numbers: threads.submit(work, numbers),
            lambda lived: kept.extend(lived.finished), Team(threads, workers), stop_now, say,
        )  # fmt: skip
    return interrupted, kept


def quietly(message: str) -> None:
    """Say nothing."""


@pytest.mark.parametrize("workers", [1, 3])
def test_every_site_is_lived_once(workers: int) -> None:
    lived: list[int] = []
    interrupted, kept = lived_by(lived.append, workers, 10, threading.Event(), quietly)
    assert sorted(lived) == sorted(kept) == list(range(10))
    assert interrupted is False


def test_short_runs_are_sent_in_tasks_of_half_a_second_and_the_last_ones_in_smaller() -> None:
    sizes: list[int] = []
    with ThreadPoolExecutor(1) as threads:

        def submit(numbers: Sequence[int]) -> Future[Lived]:
            sizes.append(len(numbers))
            plans = tuple(SitePlan(number, number, ()) for number in numbers)
            return threads.submit(lambda: Lived(plans, tuple(numbers), {}, (), 0.01 * len(numbers)))

        work_through(range(400), submit, lambda lived: None, Team(threads, 1), threading.Event(), quietly)
    assert sum(sizes) == 400
    assert max(sizes) == 50
    assert sizes[:2] == [1, 1]
    assert sizes[-1] <= 2


def test_an_error_of_the_program_is_raised_and_stops_the_rest() -> None:
    lived: list[int] = []

    def live(site: int) -> None:
        lived.append(site)
        if site == 2:
            raise ValueError("site 2 is broken")
        time.sleep(0.02)

    with pytest.raises(ValueError, match="site 2 is broken"):
        lived_by(live, 1, 500, threading.Event(), quietly)
    assert len(lived) < 500


def test_what_cannot_be_written_stops_the_batch_in_words() -> None:
    def keep(lived: Lived) -> None:
        raise OSError(28, "No space left on device")

    plan = SitePlan(0, 0, ())
    with ThreadPoolExecutor(1) as threads:

        def submit(numbers: Sequence[int]) -> Future[Lived]:
            return threads.submit(Lived, (plan,), (0,), {}, (), 1.0)

        with pytest.raises(Unfinished, match="cannot write: No space left on device"):
            work_through(range(9), submit, keep, Team(threads, 1), threading.Event(), quietly)


def test_workers_that_are_gone_stop_the_batch_in_words() -> None:
    def gone(numbers: Sequence[int]) -> Future[Lived]:
        future: Future[Lived] = Future()
        future.set_exception(BrokenProcessPool("a process was terminated"))
        return future

    with ThreadPoolExecutor(1) as threads, pytest.raises(Unfinished, match="the workers are gone"):
        work_through(range(9), gone, lambda lived: None, Team(threads, 1), threading.Event(), quietly)


def test_ctrl_c_once_finishes_the_site_in_hand() -> None:
    begun: list[int] = []
    said: list[str] = []
    let_go = threading.Event()

    def live(site: int) -> None:
        begun.append(site)
        if site == 1:
            os.kill(os.getpid(), signal.SIGINT)
            assert let_go.wait(10)

    def say(message: str) -> None:
        said.append(message)
        let_go.set()

    assert lived_by(live, 1, 50, threading.Event(), say) == (True, [0, 1])
    assert begun == [0, 1]
    assert "Ctrl-C again" in said[0]


def test_ctrl_c_twice_stops_the_site_in_hand() -> None:
    stop_now = threading.Event()

    def live(site: int) -> None:
        if site == 1:
            os.kill(os.getpid(), signal.SIGINT)
            assert stop_now.wait(10)
            raise Stopped

    def again(message: str) -> None:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()

    assert lived_by(live, 1, 50, stop_now, again) == (True, [0])


def test_ctrl_c_is_the_usual_one_again_afterwards() -> None:
    lived_by(lambda site: None, 1, 2, threading.Event(), quietly)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
