"""The verb that compares the model with the evidence: `check`."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer
from rich.console import Console

from cpi_sim.cli.common import AsJson, Workers, app, plain_errors

_WIDTH_OF_A_FILE = 160
"""Columns of a report that no terminal shows: no line of it is broken."""


@app.command(epilog="Example: cpi-sim check --sites 20")
def check(
    sites: Annotated[int, typer.Option(metavar="N", min=1, help="Sites; fewer than 20 give no verdict.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the check.")] = 1,
    as_json: AsJson = False,
    workers: Workers = None,
) -> None:
    """Compare the model with the evidence: a line a target, and whether a community without illness stays as it is."""
    from rich.progress import Progress

    with plain_errors(), Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        from cpi_sim.checks.check import run_check

        task = bar.add_task("Simulating sites", total=None)
        report = run_check(
            sites, seed, workers, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
    if as_json:
        typer.echo(json.dumps(report.as_json(), allow_nan=False))
        return
    from cpi_sim.checks.table import as_text

    Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_FILE).print(as_text(report))
