"""A progress bar on stderr: runs done, rate, time left. Silent where stderr is not a terminal."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text


class _Rate(ProgressColumn):
    """Runs a second, or seconds a run where they are slow."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("")
        return Text(f"{speed:.1f} runs/s" if speed >= 1 else f"{1 / speed:.1f} s a run")


class BatchProgress:
    """Context manager that shows how far a batch is; ``shown=False`` shows nothing."""

    def __init__(self, title: str, runs: int, done: int, *, shown: bool) -> None:
        self.console = Console(stderr=True)
        self._shown = shown
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("runs"),
            _Rate(),
            TimeRemainingColumn(),
            console=self.console,
            disable=not (shown and self.console.is_terminal),
        )
        self._task = self._bar.add_task(title, total=runs, completed=done)

    def __enter__(self) -> BatchProgress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def advance(self) -> None:
        """One more run is done; may be called from any thread."""
        self._bar.advance(self._task)

    def say(self, message: str) -> None:
        """A line for the user, on stderr, above the bar."""
        if self._shown:
            self.console.print(message, highlight=False, markup=False)
