"""The model as a calibration sees it: parameters in, statistics of a few sites out, every run kept."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from cpi_sim import checks
from cpi_sim.batches.provenance import libraries, source_digest
from cpi_sim.calibration.kept_runs import KeptRuns, key_of
from cpi_sim.checks.effects import EFFECTS
from cpi_sim.checks.history import Lives, record_site
from cpi_sim.checks.statistics import STATISTICS
from cpi_sim.engine.compilation import Program
from cpi_sim.simulation.past import make_past, past_key
from cpi_sim.simulation.weeks import TableFull
from cpi_sim.site.tables import Site

PASTS_AT_MOST = 64
KEPT_AT_A_TIME = 8
"""Finished runs that are written together: so many at most are lost where the machine stops."""

MEASURES = {**STATISTICS, **EFFECTS}
"""What a run can be asked for: the statistics of targets, and the effects of the practice."""

Progress = Callable[[int, int], None]
Values = Mapping[str, float]


@dataclass(frozen=True)
class Run:
    """One site to be lived: values that differ from the defaults, the site's seed, which lives, and what to count."""

    values: Values
    seed: int
    lives: Lives
    statistics: tuple[str, ...]

    @property
    def key(self) -> str:
        """Changes with anything that can change a statistic of the run."""
        return key_of(
            {
                "values": dict(self.values), "seed": self.seed, "lives": repr(self.lives),
                "statistics": self.statistics, "model": digest_of_model(),
            }
        )  # fmt: skip


@cache
def digest_of_model() -> str:
    """Changes with the model's source, the libraries that its numbers depend on, and how statistics are counted."""
    said = f"{source_digest()} {libraries()} {digest_of_sources(Path(checks.__file__).parent)}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def digest_of_sources(folder: Path) -> str:
    """Sixteen hexadecimal digits that change with the Python files of a folder."""
    hasher = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        hasher.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return hasher.hexdigest()[:16]


class Interrupted(RuntimeError):
    """A run given up because the user does not want to wait."""


class Pasts:
    """Pasts of sites, the latest kept for as long as there is room: points that differ from entry only share one."""

    def __init__(self, at_most: int = PASTS_AT_MOST) -> None:
        self._pasts: OrderedDict[tuple[str, int], Future[Site]] = OrderedDict()
        self._lock = threading.Lock()
        self._at_most = at_most

    def __call__(self, values: dict[str, float], seed: int, program: Program) -> Site:
        """The past of a site, made by whoever asks first."""
        key = (past_key(values), seed)
        with self._lock:
            mine = key not in self._pasts
            past = self._pasts.setdefault(key, Future())
            self._pasts.move_to_end(key)
            if len(self._pasts) > self._at_most:
                self._pasts.popitem(last=False)
        if mine:
            try:
                past.set_result(make_past(values, seed, program))
            except BaseException as problem:
                past.set_exception(problem)
        return past.result()


class SiteRuns:
    """Lives sites for a calibration, in threads, and keeps their statistics; ``asked`` holds the keys of all asked for.

    Args:
        kept: runs finished earlier; new ones are added.
        program: the rules.
        workers: sites lived at a time.
        progress: told how many of the runs asked for are done, and how many there are.
    """

    def __init__(
        self, kept: KeptRuns, program: Program, workers: int, progress: Progress = lambda done, total: None
    ) -> None:
        self._kept = kept
        self._program = program
        self._workers = workers
        self._progress = progress
        self._stop = threading.Event()
        self._pasts = Pasts()
        self.asked: set[str] = set()

    def __call__(self, runs: Sequence[Run]) -> np.ndarray:
        """Statistics of the runs, (runs, statistics); NaN where one is undefined. Those kept are not lived again.

        Raises OSError where a run cannot be kept; KeyboardInterrupt once what was finished is kept.
        """
        self.asked.update(run.key for run in runs)
        missing = {run.key: run for run in runs if run.key not in self._kept}
        done = len(runs) - len(missing)
        self._progress(done, len(runs))
        with self._threads() as threads:
            waiting = {threads.submit(self._live, run): key for key, run in missing.items()}
            ready: dict[str, dict[str, float]] = {}
            try:
                while waiting:
                    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                        key = waiting.pop(future)
                        ready[key] = future.result()
                        done += 1
                    self._progress(done, len(runs))
                    if len(ready) >= KEPT_AT_A_TIME:
                        self._kept.keep(ready)
                        ready = {}
            finally:
                self._kept.keep(ready)
        nan = float("nan")
        return np.array([[self._kept[run.key].get(name, nan) for name in run.statistics] for run in runs])

    @contextmanager
    def _threads(self) -> Iterator[ThreadPoolExecutor]:
        threads = ThreadPoolExecutor(self._workers)
        try:
            yield threads
        except BaseException:
            self._stop.set()
            raise
        finally:
            threads.shutdown(wait=True, cancel_futures=True)
            self._stop.clear()

    def _live(self, run: Run) -> dict[str, float]:
        def look_up() -> None:
            if self._stop.is_set():
                raise Interrupted

        try:
            history = record_site(run.seed, self._program, look_up, run.values, run.lives, self._pasts)
        except TableFull:  # a site of such parameters knows no bounds; no statistic of it is defined
            return {}
        found = {name: MEASURES[name](history) for name in run.statistics}
        return {name: value for name, value in found.items() if not np.isnan(value)}
