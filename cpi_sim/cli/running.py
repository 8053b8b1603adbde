"""The verbs that live a scenario: `run` and `batch`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from cpi_sim.cli.common import (
    BAD_INPUT,
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
from cpi_sim.cli.own_files import With, program_of

if TYPE_CHECKING:
    from cpi_sim.batches.batch import BatchResult
    from cpi_sim.scenario import Scenario

FAILED = 1
_FAILURES_SHOWN = 5

On = Annotated[str, typer.Option(metavar="WHERE", help="threads, processes, or dask://host:port.")]
OneOf = Annotated[
    str, typer.Option(metavar="I/N", show_default=False, help="Every N-th site only, in a folder of its own.")
]
EnoughWhen = Annotated[
    str | None,
    typer.Option(
        metavar="'OUTCOME [ARM] [WEEK]: mcse < NUMBER'",
        show_default=False,
        help="Add sites until the Monte Carlo error of an effect is small enough, by default in all arms at the last "
        "week.",
    ),
]
SitesAtMost = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, show_default=False, help="Where --until gives up; by default ten times the sites."
    ),
]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="Run again what failed before.")]
JsonLines = Annotated[
    bool, typer.Option("--json-lines", help="Say progress on stderr as a JSON object a line, one for each site.")
]


@app.command(epilog="Examples: cpi-sim run contact_intensity; cpi-sim run contact_intensity --arm 8 --seed 7")
def run(
    scenario: ScenarioArgument,
    seed: Seed = None,
    arm: Annotated[
        str | None, typer.Option(show_default=False, help="The arm to live; by default the last of the scenario.")
    ] = None,
    sites: Annotated[int, typer.Option(metavar="N", min=1, help="With more than one site: a batch of this arm.")] = 1,
    site: Annotated[int, typer.Option(min=0, help="Which site: its number in a batch of the scenario.")] = 0,
    own_files: With = None,
    results: Results = Path("results"),
    as_json: AsJson = False,
    overwrite: Overwrite = False,
) -> None:
    """Live one site of a scenario and tell what happened in it, with pictures and the story of one person."""
    with plain_result_errors():
        loaded = load_scenario(scenario, seed=seed, sites=sites if sites > 1 else None)
        alone = loaded.only(arm if arm is not None else list(loaded.arms)[-1])
        program = program_of(loaded, own_files)
        if sites > 1:
            _batch(alone, results, as_json=as_json, overwrite=overwrite, program=program)
            return
        from cpi_sim.batches.one_site import run_one

        announce(replace(alone, sites=1))
        only = next(iter(alone.arms))
        lived = run_one(loaded, results, arm=only, site=site, overwrite=overwrite, program=program)
    if as_json:
        typer.echo(json.dumps(lived.summary, allow_nan=False))
        return
    story = lived.folder / "story.md"
    typer.echo(f"{lived.words}\n\nStory of one person: {story}\nPictures: {lived.picture}, {lived.person_picture}")


@app.command(
    epilog="Examples: cpi-sim batch contact_intensity --sites 4; "
    "cpi-sim batch contact_intensity --until 'rg_uk 8: mcse < 0.005'; "
    "cpi-sim batch contact_intensity --on dask://host:8786; cpi-sim batch contact_intensity --shard 2/8"
)
def batch(
    scenario: ScenarioArgument,
    seed: Seed = None,
    sites: Sites = None,
    own_files: With = None,
    results: Results = Path("results"),
    as_json: AsJson = False,
    workers: Workers = None,
    on: On = "threads",
    shard: OneOf = "1/1",
    until: EnoughWhen = None,
    sites_at_most: SitesAtMost = None,
    retry_failed: RetryFailed = False,
    json_lines: JsonLines = False,
    overwrite: Overwrite = False,
) -> None:
    """Run all arms of a scenario over its sites; leave tables, a summary and pictures.

    Sites finished before an interruption are kept and used again: the same command goes on from there, and a larger
    number of sites extends what there is. A run that fails is written down and the others go on; the exit code is
    then 1.
    """
    with plain_result_errors():
        from cpi_sim.batches.plan import Shard

        try:
            share = Shard.parse(shard)
        except ValueError as problem:
            complain(f"--shard: {problem}")
            raise typer.Exit(BAD_INPUT) from None
        loaded = load_scenario(scenario, seed=seed, sites=sites)
        _batch(
            loaded,
            results,
            as_json=as_json,
            quiet=json_lines,
            workers=workers,
            on=on,
            shard=share,
            until=until,
            sites_at_most=sites_at_most,
            retry_failed=retry_failed,
            json_lines=json_lines,
            overwrite=overwrite,
            program=program_of(loaded, own_files),
        )


def _batch(scenario: Scenario, results: Path, *, as_json: bool, quiet: bool = False, **wishes: Any) -> None:
    """Run a batch and say what it left behind; exits with 130 where it was interrupted, with 1 where runs failed."""
    from cpi_sim.batches.batch import run_batch
    from cpi_sim.batches.store import Unfinished

    if not quiet:
        announce(scenario)
    try:
        result = run_batch(scenario, results, **wishes)
    except Unfinished as problem:
        complain(f"Stopped: {problem}. What is finished is kept in {results}; the same command goes on from there.")
        raise typer.Exit(FAILED) from None
    if as_json:
        typer.echo(json.dumps(result.summary, allow_nan=False))
    out = Console(stderr=as_json, soft_wrap=True, highlight=False)
    if result.reason:
        out.print(f"Stopped adding sites: {result.reason}", markup=False)
    if result.table is not None and result.picture is not None:
        from cpi_sim.reports.page import PAGE

        report = result.folder / PAGE
        out.print(f"Table:   {result.table}\nPicture: {result.picture}\nReport:  {report}", markup=False)
    if result.failed:
        complain(_failures_in_words(result))
    if result.interrupted:
        kept = f"{result.sites_finished} of {result.sites_planned} sites are finished and kept in {result.folder}"
        complain(f"Stopped: {kept}. The same command goes on from there.")
        raise typer.Exit(INTERRUPTED)
    if result.failed:
        raise typer.Exit(FAILED)


def _failures_in_words(result: BatchResult) -> str:
    """How many runs failed, the first of them, and what to do."""
    shown = [f"  site {run.site}, arm {run.arm}: {run.error}" for run in result.failed[:_FAILURES_SHOWN]]
    more = len(result.failed) - len(shown)
    runs = "1 run" if len(result.failed) == 1 else f"{len(result.failed)} runs"
    return "\n".join(
        [
            f"{runs} failed; their sites are left out of the results:",
            *shown,
            *([f"  and {more} more"] if more else []),
            f"Seeds and tracebacks are in {result.folder / 'failures'}; --retry-failed runs them again.",
        ]
    )
