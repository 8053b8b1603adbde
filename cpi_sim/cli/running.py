"""The verbs that live a scenario: `run` and `batch`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cpi_sim.cli.common import (
    INTERRUPTED,
    AsJson,
    Overwrite,
    Results,
    ScenarioArgument,
    Seed,
    Sites,
    Workers,
    announce,
    app,
    complain,
    load_scenario,
    plain_result_errors,
)

if TYPE_CHECKING:
    from cpi_sim.scenario import Scenario


@app.command(epilog="Examples: cpi-sim run contact_intensity; cpi-sim run contact_intensity --arm 8 --seed 7")
def run(
    scenario: ScenarioArgument,
    seed: Seed = None,
    arm: Annotated[
        str | None, typer.Option(show_default=False, help="The arm to live; by default the last of the scenario.")
    ] = None,
    sites: Annotated[int, typer.Option(metavar="N", min=1, help="With more than one site: a batch of this arm.")] = 1,
    site: Annotated[int, typer.Option(min=0, help="Which site: its number in a batch of the scenario.")] = 0,
    results: Results = Path("results"),
    as_json: AsJson = False,
    overwrite: Overwrite = False,
) -> None:
    """Live one site of a scenario and tell what happened in it, with pictures and the story of one person."""
    with plain_result_errors():
        loaded = load_scenario(scenario, seed=seed, sites=sites if sites > 1 else None)
        alone = loaded.only(arm if arm is not None else list(loaded.arms)[-1])
        if sites > 1:
            _batch(alone, results, as_json=as_json, overwrite=overwrite)
            return
        from cpi_sim.batch.one_site import run_one

        announce(replace(alone, sites=1))
        lived = run_one(loaded, results, arm=next(iter(alone.arms)), site=site, overwrite=overwrite)
    if as_json:
        typer.echo(json.dumps(lived.summary, allow_nan=False))
        return
    story = lived.folder / "story.md"
    typer.echo(f"{lived.words}\n\nStory of one person: {story}\nPictures: {lived.picture}, {lived.person_picture}")


@app.command(epilog="Example: cpi-sim batch contact_intensity --sites 4 --results results")
def batch(
    scenario: ScenarioArgument,
    seed: Seed = None,
    sites: Sites = None,
    results: Results = Path("results"),
    as_json: AsJson = False,
    workers: Workers = None,
    overwrite: Overwrite = False,
) -> None:
    """Run all arms of a scenario over its sites; leave tables, a summary and pictures.

    Sites finished before an interruption are kept and used again.
    """
    with plain_result_errors():
        loaded = load_scenario(scenario, seed=seed, sites=sites)
        _batch(loaded, results, as_json=as_json, overwrite=overwrite, workers=workers)


def _batch(scenario: Scenario, results: Path, *, as_json: bool, overwrite: bool, workers: int | None = None) -> None:
    """Run a batch and say what it left behind; exits with 130 where it was interrupted."""
    from cpi_sim.batch.batch import run_batch

    announce(scenario)
    result = run_batch(scenario, results, workers=workers, overwrite=overwrite)
    if as_json:
        typer.echo(json.dumps(result.summary, allow_nan=False))
    out = Console(stderr=as_json, soft_wrap=True, highlight=False)
    if result.table is not None and result.picture is not None:
        out.print(f"Table:   {result.table}\nPicture: {result.picture}", markup=False)
    if result.interrupted:
        kept = f"{result.sites_finished} of {result.sites_planned} sites are finished and kept in {result.folder}"
        complain(f"Stopped: {kept}. The same command goes on from there.")
        raise typer.Exit(INTERRUPTED)
