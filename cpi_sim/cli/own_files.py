"""The option `--with`: Python files of one's own, which run because the user names them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cpi_sim.engine.compilation import Program
    from cpi_sim.scenario import Scenario

With = Annotated[
    list[Path] | None,
    typer.Option(
        "--with",
        metavar="FILE.py",
        show_default=False,
        help="A Python file with elements or instruments of your own. It is run: name only files that you trust.",
    ),
]


def program_of(scenario: Scenario, own_files: list[Path] | None) -> Program:
    """What a scenario is lived by: the model, and the files of one's own that the user names."""
    from cpi_sim.extensions import program_for

    return program_for(scenario, own_files or [])
