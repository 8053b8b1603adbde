"""The verb that joins the shards of a batch: `merge`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cpi_sim.cli.common import Overwrite, Results, app, complain, plain_result_errors

FAILED = 1


@app.command(
    epilog="Example: cpi-sim batch contact_intensity --shard 1/2 && cpi-sim batch contact_intensity --shard 2/2 && "
    "cpi-sim merge results/contact_intensity-shard-* --results merged"
)
def merge(
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER...", show_default=False, help="Results folders of one batch.")
    ],
    results: Results = Path("merged"),
    overwrite: Overwrite = False,
) -> None:
    """Join the folders of a batch that was shared out with --shard; leave tables, a summary and pictures.

    The folders stay as they are. Sites that are missing are named; the exit code is 1 then.
    """
    from cpi_sim.batches.merge import merge_batches
    from cpi_sim.batches.store import Unfinished
    from cpi_sim.reports.page import PAGE

    with plain_result_errors():
        try:
            merged = merge_batches(folders, results, overwrite=overwrite)
        except Unfinished as problem:
            complain(f"Stopped: {problem}. The folders are as they were.")
            raise typer.Exit(FAILED) from None
    out = Console(soft_wrap=True, highlight=False)
    out.print(f"{merged.sites} sites joined\nTable:   {merged.table}\nPicture: {merged.picture}", markup=False)
    out.print(f"Report:  {merged.folder / PAGE}", markup=False)
    for part in merged.damaged:
        complain(f"Damaged, and left out: {part}")
    if merged.missing:
        complain(f"Missing: {in_ranges(merged.missing)}. `cpi-sim batch` with --results {results} lives them.")
    for run in merged.failed:
        complain(f"Failed: site {run.site}, arm {run.arm}: {run.error}")
    if merged.missing or merged.damaged:
        raise typer.Exit(FAILED)


def in_ranges(sites: Sequence[int]) -> str:
    """Numbers of sites in words: `site 4`, or `sites 1-3, 7`."""
    runs: list[list[int]] = []
    for site in sorted(sites):
        if runs and site == runs[-1][-1] + 1:
            runs[-1].append(site)
        else:
            runs.append([site])
    words = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    return f"site{'s' if len(sites) > 1 else ''} {words}"
