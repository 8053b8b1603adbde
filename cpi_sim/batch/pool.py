"""Working through the sites of a plan on several threads, and stopping without losing what is finished."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from cpi_sim.batch.plan import SitePlan

_LOOK_UP_SECONDS = 0.2
"""How often the main thread looks up from waiting; on Windows it cannot be interrupted while it waits."""


class Stopped(Exception):
    """Raised inside a site's run when the user has asked, twice, to stop at once."""


def cores() -> int:
    """Number of processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def work_through(
    sites: Iterable[SitePlan],
    live_and_keep: Callable[[SitePlan], None],
    workers: int,
    stop_now: threading.Event,
    say: Callable[[str], None],
) -> bool:
    """Call ``live_and_keep`` for every site, ``workers`` at a time; returns whether the user interrupted.

    Ctrl-C once: sites in hand are finished and no other is begun. Twice: ``stop_now`` is set, which a run answers by
    raising :class:`Stopped`. An error in one site lets the sites in hand finish, then is raised.
    """
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="site") as pool:
        waiting = {pool.submit(live_and_keep, site) for site in sites}
        try:
            _await(waiting)
        except KeyboardInterrupt:
            say("Stopping: the sites in hand are being finished. Ctrl-C again stops at once.")
            _finish_in_hand(pool, waiting, stop_now)
            return True
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return False


def _await(waiting: set[Future[None]]) -> None:
    """Wait for all; raises the first error as soon as it comes."""
    while waiting:
        done, waiting = wait(waiting, timeout=_LOOK_UP_SECONDS, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()


def _finish_in_hand(pool: ThreadPoolExecutor, waiting: set[Future[None]], stop_now: threading.Event) -> None:
    pool.shutdown(wait=False, cancel_futures=True)
    in_hand = {future for future in waiting if not future.cancelled()}
    unfinished = in_hand
    try:
        while unfinished:
            _, unfinished = wait(unfinished, timeout=_LOOK_UP_SECONDS)
    except KeyboardInterrupt:
        stop_now.set()
        wait(in_hand)
    for future in in_hand:
        error = future.exception()
        if error is not None and not isinstance(error, Stopped):
            raise error
