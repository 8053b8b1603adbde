"""The verb that calibrates the model: `calibrate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cpi_sim.cli.common import AsJson, Overwrite, Results, Workers, app, complain, plain_result_errors
from cpi_sim.cli.long_work import missing_extra, shown_runs, what_cannot_be_written

if TYPE_CHECKING:
    from cpi_sim.calibration.folder import CalibrationResult

NOTHING_FITS = 1


@app.command(epilog="Examples: cpi-sim calibrate --quick; cpi-sim calibrate --results calibrations --seed 2")
def calibrate(
    quick: Annotated[
        bool, typer.Option("--quick", help="Tiny sites and few runs: shows that all works, and proves nothing.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the calibration.")] = 1,
    results: Results = Path("results"),
    workers: Workers = None,
    as_json: AsJson = False,
    overwrite: Overwrite = False,
) -> None:
    """Find the values of the model's assumptions that what is known does not rule out, by history matching.

    Takes some hours on two cores. Sites lived before an interruption are kept: the same command goes on from there.
    Where nothing fits, the report says which targets conflict, and the exit code is 1.
    """
    with plain_result_errors(), missing_extra("calibrate"), what_cannot_be_written(), shown_runs() as (say, progress):
        from cpi_sim.calibration.calibrating import FULL, QUICK
        from cpi_sim.calibration.folder import run_calibration

        found = run_calibration(results, QUICK if quick else FULL, seed, workers, overwrite, say, progress)
    for name in found.set_aside:
        complain(f"Damaged: {name} was set aside; its sites were lived again.")
    typer.echo(json.dumps(_as_json(found), allow_nan=False) if as_json else _in_words(found))
    if found.ensemble is None:
        raise typer.Exit(NOTHING_FITS)


def _in_words(found: CalibrationResult) -> str:
    report = found.folder / "calibration.md"
    if found.ensemble is None:
        return f"Nothing fits in the block {found.calibrated.blocks[-1].block.name}. Report: {report}"
    return (
        f"{found.ensemble.agreeing} of {found.ensemble.tried} sets of parameters agree with what is known; "
        f"{len(found.ensemble.sets)} make the ensemble.\nReport: {report}"
    )


def _as_json(found: CalibrationResult) -> dict[str, Any]:
    ensemble = found.ensemble
    return {
        "folder": str(found.folder),
        "runs": found.runs,
        "blocks": [
            {"name": each.block.name, "left": [wave.share for wave in each.matched.waves], "fits": each.matched.fits}
            for each in found.calibrated.blocks
        ],
        "ensemble": None
        if ensemble is None
        else {"tried": ensemble.tried, "agreeing": ensemble.agreeing, "sets": len(ensemble.sets)},
        "set_aside": list(found.set_aside),
    }
