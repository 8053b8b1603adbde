"""What verbs that live very many sites share: progress, and how it is said that something stands in the way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from cpi_sim.cli.common import BAD_INPUT, complain

UNFINISHED = 1


@contextmanager
def shown_runs() -> Iterator[tuple[Callable[[str], None], Callable[[int, int], None]]]:
    """A bar on stderr, on a terminal only: gives what to tell a line to, and runs done and in all."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Sites", total=None)
        yield (
            lambda line: bar.console.print(line, markup=False, highlight=False),
            lambda done, total: bar.update(task, completed=done, total=total),
        )


@contextmanager
def missing_extra(extra: str) -> Iterator[None]:
    """A library that only some verbs need is named, with how to get it."""
    try:
        yield
    except ModuleNotFoundError as missing:
        complain(f"{missing.name} is not installed; pip install 'cpi-sim[{extra}]'")
        raise typer.Exit(BAD_INPUT) from None


@contextmanager
def what_cannot_be_written() -> Iterator[None]:
    """A full disk, and the like, is said in a line."""
    try:
        yield
    except OSError as problem:
        complain(f"Cannot write: {problem.strerror or problem}. What was finished is kept.")
        raise typer.Exit(UNFINISHED) from None
