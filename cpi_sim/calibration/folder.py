"""A calibration in its folder: claimed, lived, judged, and everything that came of it written there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cpi_sim.batches.executors import cores
from cpi_sim.batches.provenance import libraries, now, provenance
from cpi_sim.batches.store import PROVENANCE, claim, identity_of, locked, refuse_other_results
from cpi_sim.calibration.calibrating import Calibrated, Say, Settings, calibrate
from cpi_sim.calibration.ensemble import Ensemble, choose, lived_as_a_whole
from cpi_sim.calibration.kept_runs import KeptRuns, key_of
from cpi_sim.calibration.report import PAGE, PICTURES, write_report
from cpi_sim.calibration.site_runs import Progress, SiteRuns, digest_of_model
from cpi_sim.engine.compilation import Program
from cpi_sim.files import write_json, write_table
from cpi_sim.simulation.warm_up import warm_up

NAME = "calibration"
ENSEMBLE = "ensemble.parquet"
WAVES = "waves"


@dataclass(frozen=True)
class CalibrationResult:
    """What a calibration left behind; ``ensemble`` is None where nothing fits."""

    folder: Path
    calibrated: Calibrated
    ensemble: Ensemble | None
    runs: int
    set_aside: tuple[str, ...]


def run_calibration(
    results_dir: Path | str,
    settings: Settings,
    seed: int = 1,
    workers: int | None = None,
    overwrite: bool = False,
    say: Say = lambda line: None,
    progress: Progress = lambda done, total: None,
) -> CalibrationResult:
    """Calibrate the model in ``results_dir/calibration/``; what was lived there before is used again.

    Args:
        results_dir: folder in which the folder of the calibration is made.
        settings: how much is simulated.
        seed: of everything that is drawn.
        workers: sites lived at a time; one for each core when None. Results do not depend on it.
        overwrite: replace a calibration of another model or with other settings.
        say: told what is being done.
        progress: told how many runs of the present wave are done, and how many it has.

    Raises:
        ResultsError: nothing was run: the folder holds something else, or cannot be written.
        OSError: runs could not be kept; what was finished before is.
    """
    folder = Path(results_dir) / NAME
    certificate = provenance(_identity(settings, seed), NAME, seed, [])
    with locked(folder):
        make_way(folder, certificate["identity"], overwrite)
        claim(folder, certificate, overwrite=overwrite)
        warm_up(say)
        kept = KeptRuns(folder / "runs")
        live = SiteRuns(kept, Program(), workers or cores(), progress)
        calibrated = calibrate(live, folder / WAVES, settings, seed, say)
        ensemble = _ensemble(calibrated, live, settings, seed, say)
        if ensemble is not None:
            write_table(folder / ENSEMBLE, as_table(ensemble))
        write_report(folder, calibrated, ensemble, certificate | {"runs": len(kept)})
        write_json(folder / PROVENANCE, certificate | {"finished": now(), "runs": len(kept)})
    return CalibrationResult(folder, calibrated, ensemble, len(kept), tuple(kept.set_aside))


def make_way(folder: Path, identity: dict[str, str], overwrite: bool) -> None:
    """Remove what another calibration made of its runs; the runs stay, since each says itself what it is of.

    Raises ResultsError where there is another and it is not to be replaced.
    """
    refuse_other_results(folder, identity, overwrite=overwrite)
    if identity_of(folder) not in (None, identity):
        shutil.rmtree(folder / WAVES, ignore_errors=True)
        for name in (ENSEMBLE, PAGE, *(f"{picture}.{form}" for picture in PICTURES for form in ("png", "svg"))):
            (folder / name).unlink(missing_ok=True)


def _identity(settings: Settings, seed: int) -> dict[str, str]:
    """All that can change a number of a calibration, by name."""
    return {
        "scenario": f"calibration {key_of({'settings': asdict(settings), 'seed': seed})}",
        "model": digest_of_model(),
        "libraries": libraries(),
    }


def _ensemble(calibrated: Calibrated, live: SiteRuns, settings: Settings, seed: int, say: Say) -> Ensemble | None:
    if not calibrated.fits:
        return None
    draws = calibrated.draws[: settings.candidates]
    say(f"together: {len(draws)} sets of parameters, each lived as a whole")
    ensemble = choose(draws, lived_as_a_whole(draws, live, settings.site, seed + 1), settings.sets)
    say(f"together: {ensemble.agreeing} of {ensemble.tried} sets agree with what is known")
    return ensemble


def as_table(ensemble: Ensemble) -> pa.Table:
    """The ensemble as a table: a row a set, a column a parameter, and how implausible the set is."""
    columns: Mapping[str, Any] = {name: ensemble.sets[:, column] for column, name in enumerate(ensemble.parameters)} | {
        "implausibility": ensemble.implausibility
    }
    return pa.table(columns).replace_schema_metadata({"cpi_sim": json.dumps({"tried": ensemble.tried})})


def read_sets(path: Path) -> list[dict[str, float]]:
    """The sets of parameters of an ensemble's file."""
    rows = pq.read_table(path).to_pylist()
    return [{name: value for name, value in row.items() if name != "implausibility"} for row in rows]
