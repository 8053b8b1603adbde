"""Working through the sites of a plan with an executor, and stopping without losing what is finished."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from types import FrameType
from typing import Any

from cpi_sim.batches.executors import Team
from cpi_sim.batches.job import AnotherModel, Lived, Stopped
from cpi_sim.batches.store import Unfinished

LOOK_UP_SECONDS = 0.2
"""How often the gathering thread looks up from waiting."""
TASK_SECONDS = 0.5
"""How long a task should take: long enough to be worth sending, short enough to stop soon and to share out evenly."""
SITES_AT_MOST = 1_000
_QUEUED = 2
"""Tasks handed out for each worker: one in hand, one to go on with."""


class CtrlC:
    """Counts Ctrl-C while sites are lived; a context manager. The third time it interrupts as usual.

    Only the main thread of a program hears signals; elsewhere nothing is counted.
    """

    def __init__(self) -> None:
        self.times = 0
        self._usual: Any = None

    def __enter__(self) -> CtrlC:
        if threading.current_thread() is threading.main_thread():
            self._usual = signal.signal(signal.SIGINT, self._count)
        return self

    def __exit__(self, *problem: object) -> None:
        if self._usual is not None:
            signal.signal(signal.SIGINT, self._usual)

    def _count(self, number: int, frame: FrameType | None) -> None:
        self.times += 1
        if self.times > 2:
            raise KeyboardInterrupt


def work_through(
    sites: Sequence[int],
    submit: Callable[[Sequence[int]], Future[Lived]],
    keep: Callable[[Lived], None],
    team: Team,
    stop_now: threading.Event,
    say: Callable[[str], None],
) -> bool:
    """Have all ``sites`` lived, a few to a task, and ``keep`` what comes back; returns whether the user interrupted.

    Ctrl-C once: sites in hand are finished and kept, no other is begun. Twice: ``stop_now`` is set, which a run answers
    by raising :class:`~cpi_sim.batches.job.Stopped`.

    Raises :class:`~cpi_sim.batches.store.Unfinished` where a worker is lost or nothing more can be written.
    """
    work = _Work(sites, submit, team)
    with CtrlC() as ctrl_c:
        try:
            while work.waiting or (work.left and not ctrl_c.times):
                if ctrl_c.times:
                    _stop(ctrl_c, work, team, stop_now, say)
                else:
                    work.hand_out()
                for lived in work.come_back(patient=not stop_now.is_set()):
                    keep(lived)
        except BaseException as problem:
            stop_now.set()
            work.call_back()
            team.end_at_once()
            wait(work.waiting)
            raise _in_words(problem) from problem
    return ctrl_c.times > 0


class _Work:
    """Sites still to be lived, and tasks that have been handed out."""

    def __init__(self, sites: Sequence[int], submit: Callable[[Sequence[int]], Future[Lived]], team: Team) -> None:
        self.left = len(sites)
        self.waiting: set[Future[Lived]] = set()
        self.called_back = False
        self._sites = sites
        self._submit = submit
        self._workers = team.workers
        self._sites_a_task = 1

    def hand_out(self) -> None:
        """Give every worker something to do; towards the end in smaller tasks, so that all end together."""
        while self.left and len(self.waiting) < _QUEUED * self._workers:
            even = -(-self.left // (_QUEUED * self._workers))
            number = min(self._sites_a_task, even)
            first = len(self._sites) - self.left
            self.waiting.add(self._submit(self._sites[first : first + number]))
            self.left -= number

    def come_back(self, *, patient: bool) -> list[Lived]:
        """What has been finished, after waiting a little; where not ``patient``, tasks may have been stopped."""
        done, self.waiting = wait(self.waiting, timeout=LOOK_UP_SECONDS, return_when=FIRST_COMPLETED)
        back = []
        for future in done:
            try:
                back.append(future.result())
            except (Stopped, CancelledError, BrokenProcessPool):
                if patient:
                    raise
        for lived in back:
            a_site = max(lived.seconds / len(lived.planned), 1e-6)
            self._sites_a_task = max(1, min(SITES_AT_MOST, round(TASK_SECONDS / a_site)))
        return sorted(back, key=lambda lived: lived.planned[0].site)

    def call_back(self) -> None:
        """Take back tasks that nobody has begun."""
        self.called_back = True
        self.waiting = {future for future in self.waiting if not future.cancel()}


def _stop(ctrl_c: CtrlC, work: _Work, team: Team, stop_now: threading.Event, say: Callable[[str], None]) -> None:
    """Answer Ctrl-C: call back what is not begun; the second time, end what is."""
    if not work.called_back:
        work.call_back()
        say("Stopping: the sites in hand are being finished. Ctrl-C again stops at once.")
    if ctrl_c.times > 1 and not stop_now.is_set():
        stop_now.set()
        team.end_at_once()


def _in_words(problem: BaseException) -> BaseException:
    """What a user can do something about, in words; everything else as it is."""
    if isinstance(problem, OSError):
        return Unfinished(f"cannot write: {problem.strerror or problem}")
    if isinstance(problem, AnotherModel):
        return Unfinished(str(problem))
    if isinstance(problem, CancelledError | BrokenProcessPool):
        return Unfinished(f"the workers are gone ({type(problem).__name__} {problem})".replace(" )", ")"))
    return problem
