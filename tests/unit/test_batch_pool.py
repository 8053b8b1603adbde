"""Working through sites on several threads, and stopping without losing what is finished."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from cpi_sim.batch.plan import SitePlan
from cpi_sim.batch.pool import Stopped, work_through


def some_sites(number: int) -> list[SitePlan]:
    return [SitePlan(site, site, (("past", ("0",)),)) for site in range(number)]


def quietly(message: str) -> None:
    """Say nothing."""


@pytest.mark.parametrize("workers", [1, 3])
def test_every_site_is_lived_once(workers: int) -> None:
    lived: list[int] = []
    interrupted = work_through(
        some_sites(10), lambda plan: lived.append(plan.site), workers, threading.Event(), quietly
    )
    assert sorted(lived) == list(range(10))
    assert interrupted is False


def test_an_error_in_a_site_is_raised_and_stops_the_rest() -> None:
    lived: list[int] = []

    def live(plan: SitePlan) -> None:
        lived.append(plan.site)
        if plan.site == 2:
            raise ValueError("site 2 is broken")
        time.sleep(0.02)

    with pytest.raises(ValueError, match="site 2 is broken"):
        work_through(some_sites(500), live, 1, threading.Event(), quietly)
    assert len(lived) < 500


def test_ctrl_c_once_finishes_the_site_in_hand() -> None:
    begun: list[int] = []
    kept: list[int] = []
    said: list[str] = []
    let_go = threading.Event()

    def live(plan: SitePlan) -> None:
        begun.append(plan.site)
        if plan.site == 1:
            os.kill(os.getpid(), signal.SIGINT)
            assert let_go.wait(10)
        kept.append(plan.site)

    def say(message: str) -> None:
        said.append(message)
        let_go.set()

    assert work_through(some_sites(50), live, 1, threading.Event(), say) is True
    assert kept == begun == [0, 1]
    assert "Ctrl-C again" in said[0]


def test_ctrl_c_twice_stops_the_site_in_hand() -> None:
    kept: list[int] = []
    stop_now = threading.Event()

    def live(plan: SitePlan) -> None:
        if plan.site == 1:
            os.kill(os.getpid(), signal.SIGINT)
            assert stop_now.wait(10)
            raise Stopped
        kept.append(plan.site)

    def again(message: str) -> None:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()

    assert work_through(some_sites(50), live, 1, stop_now, again) is True
    assert kept == [0]
