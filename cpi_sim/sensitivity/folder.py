"""A sensitivity analysis in its folder: lived, analysed, and written there; taken up where it stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from cpi_sim.batches.executors import cores
from cpi_sim.batches.provenance import libraries, now, provenance, versions
from cpi_sim.batches.store import PROVENANCE, locked
from cpi_sim.calibration.blocks import SITE
from cpi_sim.calibration.calibrating import QUICK as QUICK_CALIBRATION
from cpi_sim.calibration.calibrating import Say
from cpi_sim.calibration.folder import METHOD_LIBRARIES, open_folder
from cpi_sim.calibration.kept_runs import key_of
from cpi_sim.calibration.site_runs import Progress, SiteRuns, digest_of_model, digest_of_sources
from cpi_sim.calibration.space import space_of
from cpi_sim.checks.effects import EFFECTS
from cpi_sim.engine.compilation import Program
from cpi_sim.evidence.catalogue import TARGETS
from cpi_sim.files import write_json
from cpi_sim.parameters import REGISTRY
from cpi_sim.sensitivity.indices import Indices, indices
from cpi_sim.sensitivity.report import PAGE, PICTURE, write_report
from cpi_sim.sensitivity.screening import Screening, screen
from cpi_sim.simulation.warm_up import warm_up

NAME = "sensitivity"
PRODUCTS = (PAGE, *(f"{PICTURE}.{form}" for form in ("png", "svg")))


@dataclass(frozen=True)
class Settings:
    """How large an analysis is: paths of the screening, how many numbers and points the Sobol indices are made of."""

    trajectories: int
    influential: int
    points: int
    site: Mapping[str, float]


FULL = Settings(trajectories=8, influential=12, points=200, site=SITE)
QUICK = Settings(trajectories=2, influential=2, points=8, site=QUICK_CALIBRATION.site)
"""Shows that all parts work together, and nothing else."""


@dataclass(frozen=True)
class SensitivityResult:
    """What an analysis left behind."""

    folder: Path
    page: Path
    screening: Screening
    indices: tuple[Indices, ...]
    runs: int


def numbers_named(word: str = "") -> list[str]:
    """Numbers that can be moved smoothly and that are no choice of a scenario, with ``word`` in name or meaning."""
    return [
        each.name
        for each in REGISTRY.values()
        if each.section == "parameters" and not each.whole and each.low < each.high
        if word.lower() in f"{each.name} {each.meaning}".lower()
    ]


def run_sensitivity(
    results_dir: Path | str,
    word: str = "",
    settings: Settings = FULL,
    seed: int = 1,
    workers: int | None = None,
    overwrite: bool = False,
    say: Say = lambda line: None,
    progress: Progress = lambda done, total: None,
) -> SensitivityResult:
    """Analyse in ``results_dir/sensitivity/`` what the numbers with ``word`` in name or meaning change.

    Args:
        results_dir: folder in which the folder of the analysis is made.
        word: which numbers; all where it is empty.
        settings: how much is simulated.
        seed: of everything that is drawn.
        workers: sites lived at a time; one for each core when None. Results do not depend on it.
        overwrite: replace another analysis.
        say: told what is being done.
        progress: told how many runs are done, and how many there are.

    Raises:
        ValueError: no number has the word.
        ResultsError: nothing was run: the folder holds something else, or cannot be written.
        OSError: runs could not be kept; what was finished before is.
    """
    names = numbers_named(word)
    if not names:
        raise ValueError(f"no number of the model has {word!r} in its name or meaning")
    folder = Path(results_dir) / NAME
    certificate = provenance(_identity(settings, seed, names), NAME, seed, [])
    with locked(folder):
        kept = open_folder(folder, certificate, PRODUCTS, overwrite)
        warm_up(say)
        live = SiteRuns(kept, Program(), workers or cores(), progress)
        say(f"screening: {len(names)} numbers, {settings.trajectories} paths")
        screening = screen(live, space_of(names), settings.site, settings.trajectories, seed)
        found = _indices(live, screening, settings, seed, say)
        certificate |= {"runs": len(live.asked)}
        page = write_report(folder, screening, found, certificate)
        write_json(folder / PROVENANCE, certificate | {"finished": now()})
    return SensitivityResult(folder, page, screening, tuple(found), len(live.asked))


def _identity(settings: Settings, seed: int, names: Sequence[str]) -> dict[str, str]:
    """All that can change a number of an analysis, by name."""
    ranges = {name: [REGISTRY[name].low, REGISTRY[name].high] for name in names}
    units = {name: target.sd for name, target in TARGETS.items()}
    content = {"settings": asdict(settings), "seed": seed, "ranges": ranges, "units": units}
    return {
        "scenario": f"sensitivity {key_of(content)}",
        "model": digest_of_model(),
        "method": digest_of_sources(Path(__file__).parent),
        "libraries": f"{libraries()}, {versions((*METHOD_LIBRARIES, 'SALib'))}",
    }


def _indices(live: SiteRuns, screening: Screening, settings: Settings, seed: int, say: Say) -> list[Indices]:
    """Sobol indices of the effects over the numbers that they depend on most; none where they depend on none."""
    names = screening.most_influential(settings.influential, list(EFFECTS))
    if not names:
        return []
    say(f"indices: {', '.join(names)}")
    return indices(live, space_of(names), settings.site, list(EFFECTS), settings.points, seed + 1)
