"""A calibration in its folder: claimed, lived, judged, and everything that came of it written there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cpi_sim.batches.executors import cores
from cpi_sim.batches.provenance import libraries, now, provenance, versions
from cpi_sim.batches.store import PROVENANCE, claim, identity_of, locked, refuse_other_results
from cpi_sim.calibration.calibrating import Calibrated, Say, Settings, calibrate
from cpi_sim.calibration.ensemble import Ensemble, choose, lived_as_a_whole, seen_afresh
from cpi_sim.calibration.kept_runs import KeptRuns, key_of
from cpi_sim.calibration.report import PAGE, PICTURES, write_report
from cpi_sim.calibration.site_runs import Progress, SiteRuns, digest_of_model, digest_of_sources
from cpi_sim.engine.compilation import Program
from cpi_sim.evidence.catalogue import TARGETS
from cpi_sim.files import remove_unfinished, write_json, write_table
from cpi_sim.simulation.warm_up import warm_up

NAME = "calibration"
ENSEMBLE = "ensemble.parquet"
WAVES, RUNS = "waves", "runs"
IMPLAUSIBILITY = "implausibility"
PRODUCTS = (WAVES, ENSEMBLE, PAGE, *(f"{picture}.{form}" for picture in PICTURES for form in ("png", "svg")))
METHOD_LIBRARIES = ("scipy", "scikit-learn")


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
        kept = open_folder(folder, certificate, PRODUCTS, overwrite)
        warm_up(say)
        live = SiteRuns(kept, Program(), workers or cores(), progress)
        calibrated = calibrate(live, folder / WAVES, settings, seed, say)
        ensemble = _ensemble(calibrated, live, settings, seed, say)
        if ensemble is not None:
            write_table(folder / ENSEMBLE, as_table(ensemble))
        certificate |= {"runs": len(live.asked)}
        write_report(folder, calibrated, ensemble, certificate)
        write_json(folder / PROVENANCE, certificate | {"finished": now()})
    return CalibrationResult(folder, calibrated, ensemble, len(live.asked), tuple(kept.set_aside))


def open_folder(folder: Path, certificate: dict[str, Any], products: Sequence[str], overwrite: bool) -> KeptRuns:
    """Make a folder, held by this process, the home of an analysis, and give the runs that lie there.

    ``products`` of another analysis are removed. Its runs stay, since each says itself what it is of.

    Raises ResultsError where there is another and it is not to be replaced, or nothing can be written.
    """
    identity = certificate["identity"]
    refuse_other_results(folder, identity, overwrite=overwrite)
    if identity_of(folder) not in (None, identity):
        for name in products:
            shutil.rmtree(folder / name) if (folder / name).is_dir() else (folder / name).unlink(missing_ok=True)
    claim(folder, certificate, overwrite=overwrite)
    for place in (folder, folder / RUNS, folder / WAVES):
        remove_unfinished(place)
    return KeptRuns(folder / RUNS)


def _identity(settings: Settings, seed: int) -> dict[str, str]:
    """All that can change a number of a calibration, by name: what is searched, by what, and how."""
    judged_by = {name: [target.value, target.sd, target.weight] for name, target in TARGETS.items()}
    content = {"settings": asdict(settings), "blocks": repr(settings.blocks()), "targets": judged_by, "seed": seed}
    return {
        "scenario": f"calibration {key_of(content)}",
        "model": digest_of_model(),
        "method": digest_of_sources(Path(__file__).parent),
        "libraries": f"{libraries()}, {versions(METHOD_LIBRARIES)}",
    }


def _ensemble(calibrated: Calibrated, live: SiteRuns, settings: Settings, seed: int, say: Say) -> Ensemble | None:
    """The sets that agree with what is known, as other sites than those they were chosen by show them."""
    if not calibrated.fits:
        return None
    draws = calibrated.draws[: settings.candidates]
    say(f"together: {len(draws)} sets of parameters, each lived as a whole")
    ensemble = choose(draws, lived_as_a_whole(draws, live, settings.site, seed + 1), settings.sets)
    say(f"together: {ensemble.agreeing} of {ensemble.tried} sets agree with what is known; they are lived afresh")
    return seen_afresh(ensemble, lived_as_a_whole(ensemble.draws, live, settings.site, seed + 2))


def as_table(ensemble: Ensemble) -> pa.Table:
    """The ensemble as a table: a row a set, a column a parameter, and how implausible the set is."""
    columns: dict[str, Any] = {name: ensemble.sets[:, column] for column, name in enumerate(ensemble.parameters)}
    table = pa.table(columns | {IMPLAUSIBILITY: ensemble.implausibility})
    return table.replace_schema_metadata({"cpi_sim": json.dumps({"tried": ensemble.tried})})


def read_sets(path: Path) -> list[dict[str, float]]:
    """The sets of parameters of an ensemble's file, the least implausible first."""
    rows = pq.read_table(path).to_pylist()
    return [{name: value for name, value in row.items() if name != IMPLAUSIBILITY} for row in rows]
