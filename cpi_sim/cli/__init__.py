"""The command line: a file a family of verbs.

What a user gets wrong is printed on stderr, one problem a line, without a traceback, and the exit code is 2. After
Ctrl-C it is 130, and what was finished is kept.
"""

from __future__ import annotations

from typing import Annotated

import typer

from cpi_sim import __version__
from cpi_sim.cli import (  # noqa: F401  (each adds its verbs to the application)
    calibrating,
    checking,
    explaining,
    listing,
    merging,
    reporting,
    running,
    screening,
    viewing,
    writing,
)
from cpi_sim.cli.common import app


def main() -> None:
    """Entry point of the command `cpi-sim`."""
    app()


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cpi-sim {__version__}")
        raise typer.Exit


@app.callback()
def entry(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Options that stand before a verb."""
