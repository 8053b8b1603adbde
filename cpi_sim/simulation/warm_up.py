"""Compile the model once, before the first run, on all cores, and say so.

Compiling takes about a minute on one core and its result is kept beside the source (or in the user's cache folder where
that cannot be written). Later starts load it in a second or two.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba
import numpy as np

from cpi_sim.engine.compilation import Program
from cpi_sim.evidence.items import load_items
from cpi_sim.instruments.error import table_of_answers
from cpi_sim.instruments.network import NAMED, ask_lsns6, name_people
from cpi_sim.instruments.resources import PARTS, ask_about_resources
from cpi_sim.parameters import defaults
from cpi_sim.site.first_ties import make_first_ties
from cpi_sim.site.people import make_people
from cpi_sim.site.synthesis import empty_site
from cpi_sim.week import WEEK

Announce = Callable[[str], None]
ANNOUNCEMENT = "Compiling the model: once after installation or a change of its rules, about a minute."


def entries() -> Iterator[tuple[Callable[..., Any], tuple[Any, ...]]]:
    """The functions that Python calls and that take long to compile, with arguments of the types they get."""
    items = load_items()
    site = empty_site(defaults(), 3, items)
    rows = np.zeros(1, np.int64)
    for each in WEEK:
        yield each, (site, 0, 0)
    yield make_people, (site, 0, rows, items.owns, items.position_slope)
    yield make_first_ties, (site, 0, 0)
    answers = table_of_answers(1, NAMED)
    yield name_people, (site, 0, 0, rows, answers)
    yield ask_lsns6, (site, 0, 0, rows, answers)
    yield ask_about_resources, (site, 0, 0, rows, np.zeros((1, PARTS)))


def compile_share(program: Program, share: int, shares: int) -> None:
    """Compile every ``shares``-th entry, beginning with number ``share``; the compile cache keeps them."""
    for number, (function, arguments) in enumerate(entries()):
        if number % shares == share:
            program(function).compile(tuple(numba.typeof(argument) for argument in arguments))  # type: ignore[attr-defined]


def _marker(program: Program) -> Path:
    """File whose existence says that exactly this model has been compiled here."""
    digests = "".join(program.digest(function) for function, _ in entries())
    versions = f"{numba.__version__} {np.__version__} {sys.version}"
    name = hashlib.sha256((digests + versions).encode()).hexdigest()[:16]
    return Path(program(WEEK[0]).stats.cache_path) / f"compiled-{name}"  # type: ignore[attr-defined]


def warm_up(announce: Announce, workers: int | None = None) -> None:
    """Make sure that the model is compiled; quick when it is already.

    Args:
        announce: told once, if there is something to compile.
        workers: processes to compile with; by default one a core.
    """
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return
    marker = _marker(Program())
    if marker.exists():
        return
    announce(ANNOUNCEMENT)
    shares = workers or os.cpu_count() or 1
    command = [sys.executable, "-m", "cpi_sim.simulation.warm_up"]
    running = [subprocess.Popen([*command, str(share), str(shares)]) for share in range(shares)]
    failed = [process.wait() for process in running]
    if any(failed):
        return  # whatever went wrong there will show itself, with its own message, when the model runs here
    try:
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
    except OSError:
        return  # nowhere to remember it: the next start will look again


if __name__ == "__main__":
    compile_share(Program(), int(sys.argv[1]), int(sys.argv[2]))
