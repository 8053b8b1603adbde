"""The verb that says which numbers matter: `sensitivity`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cpi_sim.cli.common import BAD_INPUT, AsJson, Overwrite, Results, Workers, app, complain, plain_result_errors
from cpi_sim.cli.long_work import missing_extra, shown_runs, what_cannot_be_written

if TYPE_CHECKING:
    from cpi_sim.sensitivity.folder import SensitivityResult


@app.command(epilog="Examples: cpi-sim sensitivity alliance --quick; cpi-sim sensitivity --results analyses")
def sensitivity(
    word: Annotated[
        str, typer.Argument(metavar="[WORD]", help="Only numbers with this in name or meaning.", show_default=False)
    ] = "",
    quick: Annotated[
        bool, typer.Option("--quick", help="Tiny sites and few paths: shows that all works, and proves nothing.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the analysis.")] = 1,
    results: Results = Path("results"),
    workers: Workers = None,
    as_json: AsJson = False,
    overwrite: Overwrite = False,
) -> None:
    """Find which numbers the model's statistics and the effects of the practice depend on (Morris, then Sobol).

    With all numbers it takes some hours on two cores. Sites lived before an interruption are kept: the same command
    goes on from there.
    """
    with plain_result_errors(), missing_extra("calibrate"), what_cannot_be_written(), shown_runs() as (say, progress):
        from cpi_sim.sensitivity.folder import FULL, QUICK, run_sensitivity

        try:
            settings = QUICK if quick else FULL
            found = run_sensitivity(results, word, settings, seed, workers, overwrite, say, progress)
        except ValueError as problem:
            complain(f"{problem}. `cpi-sim params {word}` lists what has it anywhere.")
            raise typer.Exit(BAD_INPUT) from None
    typer.echo(json.dumps(_as_json(found), allow_nan=False) if as_json else f"Report: {found.page}")


def _as_json(found: SensitivityResult) -> dict[str, Any]:
    from cpi_sim.sensitivity.report import effects_looked_at, uninformed

    screening = found.screening
    return {
        "folder": str(found.folder),
        "runs": found.runs,
        "numbers": len(screening.numbers),
        "influential": {effect: screening.most_influential(10, [effect]) for effect in effects_looked_at(screening)},
        "uninformed": uninformed(screening),
    }
