"""What a worker does: live a few sites and pack what came of them. Workers may be threads, processes or machines."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from cpi_sim.batches.failures import FailedRun
from cpi_sim.batches.parts import TABLES, Packed, pack
from cpi_sim.batches.plan import SitePlan, Values
from cpi_sim.batches.provenance import libraries, now, source_digest
from cpi_sim.batches.run import live_site
from cpi_sim.engine.compilation import Program
from cpi_sim.site.tables import Site


class Stopped(BaseException):
    """Raised inside a site's run when the user has asked, twice, to stop at once. No error of the run."""


class AnotherModel(Exception):
    """A worker whose model or libraries are not those of the batch: its numbers would be others."""


@dataclass(frozen=True)
class Job:
    """What all runs of a batch have in common; it can be sent to other processes and machines.

    ``key`` tells batches apart; ``recipe`` is a function and its arguments that make the program, since compiled code
    does not travel; ``model`` is what a worker's must be equal to.
    """

    key: str
    values_of_arm: Mapping[str, Values]
    measure_weeks: tuple[int, ...]
    horizon_weeks: int
    recipe: tuple[Callable[..., Program], tuple[Any, ...]]
    model: str


@dataclass(frozen=True)
class Lived:
    """What came of a few sites: the packed tables of those that are ``finished``, and the runs that failed.

    ``runs`` counts both; ``seconds`` is how long it took.
    """

    planned: tuple[SitePlan, ...]
    finished: tuple[int, ...]
    packed: Packed
    failed: tuple[FailedRun, ...]
    seconds: float


@dataclass(frozen=True)
class _Workshop:
    """What the workers of one process share: the compiled rules, and a sign to stop."""

    program: Program
    stop_now: threading.Event


_workshops: dict[str, _Workshop] = {}
_opening = threading.Lock()
_WORKSHOPS_AT_MOST = 4


def recipe_of(program: Program) -> tuple[Callable[..., Program], tuple[Any, ...]]:
    """How another process makes a program; a kind of program with more than rules says so itself, as pickle asks it."""
    if type(program) is Program:
        return Program, (program.replacements,)
    made: Any = program.__reduce__()
    return made[0], made[1]


def this_model() -> str:
    """Source of the model and versions of the libraries, as this process has them."""
    return f"{source_digest()}, {libraries()}"


@contextmanager
def workshop(job: Job, program: Program) -> Iterator[threading.Event]:
    """Let threads of this process work on ``job`` with ``program``; gives the event that tells them to stop at once."""
    _workshops[job.key] = _Workshop(program, threading.Event())
    try:
        yield _workshops[job.key].stop_now
    finally:
        del _workshops[job.key]


def live_together(job: Job, plans: Sequence[SitePlan]) -> Lived:
    """Live a few sites one after the other: the same result wherever it is called.

    A site of which any arm fails is not finished: nothing of it is kept, since effects are differences within sites.

    Raises :class:`AnotherModel`, and :class:`Stopped` where the user does not want to wait.
    """
    here = _workshop_of(job)

    def look_up(site: Site, week: int) -> None:
        if here.stop_now.is_set():
            raise Stopped

    began = time.perf_counter()
    finished: list[SitePlan] = []
    kept: list[dict[str, pa.Table]] = []
    failed: list[FailedRun] = []
    for plan in plans:
        tables, errors = live_site(plan, job.values_of_arm, job.measure_weeks, job.horizon_weeks, here.program, look_up)
        failed += [_failed_run(plan, arm, error) for arm, error in errors.items()]
        if not errors:
            finished.append(plan)
            kept.append(tables)
    packed = pack(finished, {name: pa.concat_tables([each[name] for each in kept]) for name in TABLES}) if kept else {}
    return Lived(
        planned=tuple(plans),
        finished=tuple(plan.site for plan in finished),
        packed=packed,
        failed=tuple(failed),
        seconds=time.perf_counter() - began,
    )


def _failed_run(plan: SitePlan, arm: str, error: Exception) -> FailedRun:
    said = traceback.format_exception_only(error)[-1].strip()
    return FailedRun(plan.site, plan.seed, arm, said, "".join(traceback.format_exception(error)), now())


def _workshop_of(job: Job) -> _Workshop:
    """This process's workshop for a job; made now where the job comes from another process."""
    with _opening:
        if job.key not in _workshops:
            if this_model() != job.model:
                raise AnotherModel(f"a worker has another model or other libraries ({this_model()}; here {job.model})")
            if len(_workshops) >= _WORKSHOPS_AT_MOST:
                del _workshops[next(iter(_workshops))]
            make, arguments = job.recipe
            _workshops[job.key] = _Workshop(make(*arguments), threading.Event())
        return _workshops[job.key]
