"""How far a batch is, on stderr: a bar where somebody looks at a terminal, lines of JSON where a program listens."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from cpi_sim.batches.plan import SitePlan


class _Rate(ProgressColumn):
    """Runs a second, or seconds a run where they are slow."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("")
        return Text(f"{speed:.1f} runs/s" if speed >= 1 else f"{1 / speed:.1f} s a run")


class _Failed(ProgressColumn):
    """How many runs failed, if any."""

    def render(self, task: Task) -> Text:
        failed = task.fields["failed"]
        return Text(f"{failed} failed", style="bold red") if failed else Text("")


class BatchProgress:
    """Context manager that shows runs done and failed, their rate, and the time left.

    Args:
        title: what is being run.
        runs: number of runs, sites times arms.
        done: runs finished in an earlier start.
        failed: runs that failed in an earlier start and are not run again.
        shown: whether to show anything. The bar is shown on a terminal only; without colours where `NO_COLOR` is set.
        json_lines: whether to write a JSON object a line for each site, in the place of the bar: ``site``, ``seed``,
            ``finished`` (or not, where a run failed), ``runs``, ``done``, ``failed``, ``seconds`` since the start and
            ``seconds_left``.
    """

    def __init__(
        self, title: str, runs: int, done: int, failed: int = 0, *, shown: bool, json_lines: bool = False
    ) -> None:
        self.console = Console(stderr=True)
        self._shown = shown
        self._lines = json_lines
        self._runs, self._done, self._failed = runs, done, failed
        self._before = done + failed
        self._began = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("runs"),
            _Failed(),
            _Rate(),
            TimeRemainingColumn(),
            console=self.console,
            disable=not (shown and self.console.is_terminal) or json_lines,
        )
        self._task = self._bar.add_task(title, total=runs, completed=done + failed, failed=failed)

    def __enter__(self) -> BatchProgress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def advance(self, sites: Iterable[SitePlan], finished: Iterable[int], arms: int, failed: int) -> None:
        """Some sites have been lived: those ``finished`` are kept, of the others ``failed`` runs failed."""
        whole = set(finished)
        self._failed += failed
        for plan in sites:
            self._done += arms if plan.site in whole else 0
            if self._lines:
                self._line(plan, plan.site in whole)
        self._bar.update(self._task, completed=self._done + self._failed, failed=self._failed)

    def _line(self, plan: SitePlan, finished: bool) -> None:
        seconds = time.monotonic() - self._began
        lived = self._done + self._failed - self._before
        left = seconds / lived * (self._runs - self._done - self._failed) if lived else None
        about = {
            "site": plan.site, "seed": plan.seed, "finished": finished, "runs": self._runs, "done": self._done,
            "failed": self._failed, "seconds": round(seconds, 2), "seconds_left": left and round(left, 1),
        }  # fmt: skip
        print(json.dumps(about), file=sys.stderr, flush=True)

    def say(self, message: str) -> None:
        """A line for the user, on stderr, above the bar."""
        if self._lines:
            print(json.dumps({"message": message}), file=sys.stderr, flush=True)
        elif self._shown:
            self.console.print(message, highlight=False, markup=False)
