"""Joining the folders of a batch that was shared out between machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cpi_sim.batches.conclude import conclude
from cpi_sim.batches.failures import FOLDER, FailedRun, read_failures
from cpi_sim.batches.parts import DamagedPart, leaves_of
from cpi_sim.batches.plan import make_plan
from cpi_sim.batches.provenance import now, provenance
from cpi_sim.batches.store import PROVENANCE, ResultsError, Store, Unfinished, differences, identity_of
from cpi_sim.files import write_json
from cpi_sim.scenario import Scenario, load
from cpi_sim.simulation.past import past_key


@dataclass(frozen=True)
class Merged:
    """What joining left behind: ``sites`` are finished, ``missing`` are not; ``damaged`` parts were left out."""

    folder: Path
    table: Path
    picture: Path
    sites: int
    missing: tuple[int, ...]
    failed: tuple[FailedRun, ...]
    damaged: tuple[Path, ...]


def merge_batches(folders: Sequence[Path], results_dir: Path, *, overwrite: bool = False) -> Merged:
    """Join results ``folders`` of one identity into ``results_dir/<name>/``, and make tables, summary and pictures.

    The folders stay as they are. What is planned is the most sites that any of them was planned with.

    Raises :class:`~cpi_sim.batches.store.ResultsError` where they do not hold results of the same thing, or no finished
    site at all; :class:`~cpi_sim.batches.store.Unfinished` where nothing more can be written.
    """
    identity = _one_identity(folders)
    scenario = _scenario(folders, identity)
    certificate = provenance(identity, scenario.name, scenario.seed, [])
    certificate["merged"] = [str(folder) for folder in folders]
    target = results_dir / scenario.name
    if target.resolve() in {folder.resolve() for folder in folders}:
        raise ResultsError(f"{target}: is one of the folders to be joined; choose another with --results")
    parts = [part for folder in folders for part in sorted((folder / "parts").glob("*.zip"))]
    if not parts:
        raise ResultsError("none of these folders holds a finished site")
    with Store(target, certificate, overwrite=overwrite) as store:
        try:
            damaged = _copy(parts, store)
            store.join_all()
        except OSError as problem:
            raise Unfinished(f"cannot write: {problem.strerror or problem}") from problem
        return _conclude(scenario, folders, store, certificate, damaged)


def _one_identity(folders: Sequence[Path]) -> dict[str, str]:
    """The identity that all folders share."""
    first: dict[str, str] | None = None
    for folder in folders:
        held = identity_of(folder)
        if held is None:
            raise ResultsError(f"{folder}: no results of cpi-sim here")
        first = first or held
        if held != first:
            what = "; ".join(differences(first, held))
            raise ResultsError(f"{folder}: holds results of something else than {folders[0]} ({what})")
    assert first is not None
    return first


def _scenario(folders: Sequence[Path], identity: dict[str, str]) -> Scenario:
    """The scenario of the folders, with the most sites that any of them was planned with."""
    found = [load(folder / "resolved.yaml") for folder in folders]
    for folder, scenario in zip(folders, found, strict=True):
        if scenario.hash != identity["scenario"]:
            raise ResultsError(f"{folder / 'resolved.yaml'}: is not the scenario that these results were made from")
    return max(found, key=lambda scenario: scenario.sites)


def _copy(parts: Sequence[Path], store: Store) -> tuple[Path, ...]:
    """Copy what the store does not have; returns parts that are damaged."""
    damaged = []
    for part in parts:
        try:
            for leaf in leaves_of(part):
                if not store.finished() >= set(leaf.sites):
                    store.keep_copy(leaf)
        except DamagedPart:
            damaged.append(part)
    return tuple(damaged)


def _conclude(
    scenario: Scenario, folders: Sequence[Path], store: Store, certificate: dict[str, Any], damaged: tuple[Path, ...]
) -> Merged:
    plan = make_plan({name: arm.values for name, arm in scenario.arms.items()}, scenario.sites, scenario.seed, past_key)
    finished = store.finished().intersection(plan.numbers)
    if not finished:
        raise ResultsError("none of these folders holds a site that is whole")
    noted = [runs for folder in folders for runs in read_failures(folder / FOLDER).values()]
    unfinished = {runs[0].site: runs for runs in noted if runs[0].site not in finished}
    failed = tuple(run for site in sorted(unfinished) for run in unfinished[site])
    store.note_failures(failed)
    certificate |= {"finished": now(), "sites_finished": len(finished), "sites_planned": scenario.sites}
    write_json(store.folder / PROVENANCE, certificate | {"runs_failed": len(failed)})
    conclude(scenario, store, finished, plan.past_of_arm, failed)
    return Merged(
        folder=store.folder,
        table=store.folder / "summary.csv",
        picture=store.folder / "outcomes.png",
        sites=len(finished),
        missing=tuple(site for site in plan.numbers if site not in finished),
        failed=failed,
        damaged=damaged,
    )
