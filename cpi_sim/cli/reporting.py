"""The verb that makes the report of a batch again: `report`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cpi_sim.cli.common import BAD_INPUT, AsJson, app, complain, plain_errors


@app.command(epilog="Examples: cpi-sim report results/contact_intensity; cpi-sim report . --json")
def report(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTS", show_default=False, help="The folder that a batch left its results in.")
    ],
    as_json: AsJson = False,
) -> None:
    """Make the report of a batch again, and its pictures, from the folder of its results alone.

    The report is one HTML file, report.html, that can be sent to anybody: it fetches nothing from anywhere.
    """
    with plain_errors():
        from cpi_sim.reports.page import remake
        from cpi_sim.reports.page_results import UnreadableResults

        try:
            page, *pictures = remake(results)
        except UnreadableResults as error:
            complain(str(error))
            raise typer.Exit(BAD_INPUT) from None
        except OSError as error:
            complain(f"{results}: cannot write the report here ({error.strerror})")
            raise typer.Exit(BAD_INPUT) from None
    if as_json:
        typer.echo(json.dumps({"report": str(page), "pictures": [str(picture) for picture in pictures]}))
        return
    typer.echo(f"Report:   {page}\nPictures: {', '.join(picture.name for picture in pictures)}")
