"""The command line: `cpi-sim run`, `batch`, `check`, `params`, `scenarios`.

What a user gets wrong is printed on stderr, one problem a line, without a traceback, and the exit code is 2. After
Ctrl-C it is 130, and what was finished is kept.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from cpi_sim import __version__

if TYPE_CHECKING:
    from cpi_sim.parameters import Parameter
    from cpi_sim.scenario import Scenario

BAD_INPUT = 2
INTERRUPTED = 130

app = typer.Typer(
    name="cpi-sim",
    help=(
        "Simulate network-building practice in mental health services, week by week.\n\n"
        "Start with: cpi-sim scenarios, then: cpi-sim batch contact_intensity"
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", show_default=False, help="A scenario file, or the name of a shipped one.")
]
Seed = Annotated[int | None, typer.Option(show_default=False, help="Seed, instead of the scenario's.")]
Sites = Annotated[
    int | None, typer.Option(metavar="N", show_default=False, help="Number of sites, instead of the scenario's.")
]
Results = Annotated[Path, typer.Option(metavar="DIR", help="Folder in which the folder of the results is made.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, and nothing else there.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace results of something else in the same folder.")]
Workers = Annotated[
    int | None, typer.Option(metavar="N", min=1, show_default=False, help="Threads; by default one for each core.")
]


def main() -> None:
    """Entry point of the command `cpi-sim`."""
    app()


@contextmanager
def plain_errors() -> Iterator[None]:
    """What the user can put right is said in a line, without a traceback."""
    from cpi_sim.scenario import ScenarioError

    try:
        yield
    except ScenarioError as error:
        _complain(str(error))
        raise typer.Exit(BAD_INPUT) from None
    except KeyboardInterrupt:
        _complain("Stopped.")
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def plain_result_errors() -> Iterator[None]:
    """As :func:`plain_errors`, for verbs that write results."""
    from cpi_sim.batch.store import ResultsError

    with plain_errors():
        try:
            yield
        except ResultsError as error:
            _complain(str(error))
            raise typer.Exit(BAD_INPUT) from None


def _complain(message: str) -> None:
    typer.echo(message, err=True)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cpi-sim {__version__}")
        raise typer.Exit


@app.callback()
def entry(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Options that stand before a verb."""


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
        loaded = _load(scenario, seed=seed, sites=sites if sites > 1 else None)
        alone = loaded.only(arm if arm is not None else list(loaded.arms)[-1])
        if sites > 1:
            _batch(alone, results, as_json=as_json, overwrite=overwrite)
            return
        from cpi_sim.batch.one_site import run_one

        _announce(replace(alone, sites=1))
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
        loaded = _load(scenario, seed=seed, sites=sites)
        _batch(loaded, results, as_json=as_json, overwrite=overwrite, workers=workers)


def _batch(scenario: Scenario, results: Path, *, as_json: bool, overwrite: bool, workers: int | None = None) -> None:
    """Run a batch and say what it left behind; exits with 130 where it was interrupted."""
    from cpi_sim.batch.batch import run_batch

    _announce(scenario)
    result = run_batch(scenario, results, workers=workers, overwrite=overwrite)
    if as_json:
        typer.echo(json.dumps(result.summary, allow_nan=False))
    out = Console(stderr=as_json, soft_wrap=True, highlight=False)
    if result.table is not None and result.picture is not None:
        out.print(f"Table:   {result.table}\nPicture: {result.picture}", markup=False)
    if result.interrupted:
        kept = f"{result.sites_finished} of {result.sites_planned} sites are finished and kept in {result.folder}"
        _complain(f"Stopped: {kept}. The same command goes on from there.")
        raise typer.Exit(INTERRUPTED)


@app.command(epilog="Example: cpi-sim check --sites 20")
def check(
    sites: Annotated[int, typer.Option(metavar="N", min=1, help="Sites; fewer than 20 give no verdict.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the check.")] = 1,
    as_json: AsJson = False,
    workers: Workers = None,
) -> None:
    """Compare the model with the evidence: a line a target, and whether a community without illness stays as it is."""
    from rich.progress import Progress

    with plain_errors(), Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        from cpi_sim.check.check import run_check

        task = bar.add_task("Simulating sites", total=None)
        report = run_check(
            sites, seed, workers, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
    if as_json:
        typer.echo(json.dumps(report.as_json(), allow_nan=False))
        return
    from cpi_sim.check.table import as_text

    Console().print(as_text(report))


@app.command(epilog="Examples: cpi-sim params; cpi-sim params contacts; cpi-sim params assumption")
def params(
    word: Annotated[
        str, typer.Argument(help="Show those with this word in name, section, meaning or evidence.", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the numbers of the model: where a scenario writes them, default, range, unit, meaning, evidence."""
    from cpi_sim.parameters import REGISTRY

    found = [parameter for parameter in REGISTRY.values() if word.lower() in _searched(parameter)]
    if as_json:
        typer.echo(json.dumps([_as_json(parameter) for parameter in found], allow_nan=False))
        return
    if not found:
        _complain(f"No number of the model has the word {word!r} in name, section, meaning or evidence.")
        raise typer.Exit(BAD_INPUT)
    out = Console(soft_wrap=True, highlight=False)
    for parameter in found:
        out.print(_described(parameter))


def _searched(parameter: Parameter) -> str:
    """The text that `params` looks for a word in."""
    from cpi_sim.scenario.schema import path_of

    return " ".join((*path_of(parameter.name), parameter.meaning, _grounds(parameter), parameter.unit)).lower()


def _grounds(parameter: Parameter) -> str:
    """What a number rests on: each piece of evidence with its mark, or the word assumption."""
    from cpi_sim.evidence.catalogue import mark_of
    from cpi_sim.parameters.declaration import ASSUMPTION

    if parameter.evidence == ASSUMPTION:
        return ASSUMPTION
    marks = ", ".join(f"{each}: {mark_of(each)}" for each in parameter.evidence.split())
    return f"{mark_of(parameter.evidence)} ({marks})"


def _described(parameter: Parameter) -> str:
    """One number of the model in three lines."""
    from cpi_sim.parameters.declaration import UNITS
    from cpi_sim.scenario.schema import path_of

    defaults = f"{parameter.default:.6g}"
    if parameter.by_agency:
        defaults = ", ".join(f"{value:.6g} {kind}" for kind, value in parameter.by_agency.items())
    return (
        f"[bold]{'.'.join(path_of(parameter.name))}[/bold] = {defaults}\n"
        f"    {escape(parameter.meaning)}\n"
        f"    [dim]{parameter.low:.6g} to {parameter.high:.6g}, {escape(UNITS[parameter.unit])}; "
        f"acts from {parameter.acts_from}; evidence: {escape(_grounds(parameter))}[/dim]"
    )


def _as_json(parameter: Parameter) -> dict[str, Any]:
    from dataclasses import asdict

    from cpi_sim.evidence.catalogue import mark_of
    from cpi_sim.scenario.schema import path_of

    return {"field": ".".join(path_of(parameter.name)), **asdict(parameter), "mark": mark_of(parameter.evidence)}


@app.command(epilog="Example: cpi-sim scenarios --json")
def scenarios(as_json: AsJson = False) -> None:
    """List the scenarios that come with the program."""
    from cpi_sim.scenario import load, shipped

    with plain_errors():
        loaded = {name: load(path) for name, path in shipped().items()}
    if as_json:
        about = {name: {"title": s.title, "question": s.question, "arms": list(s.arms)} for name, s in loaded.items()}
        typer.echo(json.dumps(about))
        return
    out = Console(soft_wrap=True, highlight=False)
    for name, each in loaded.items():
        arms = ", ".join(arm.label for arm in each.arms.values())
        question = f"\n    {escape(each.question)}" if each.question else ""
        out.print(f"[bold]{name}[/bold]: {escape(each.title)}{question}\n    [dim]{escape(arms)}[/dim]")


def _load(scenario: str, **given: int | None) -> Scenario:
    """A scenario with the options that were given laid over it."""
    from cpi_sim.scenario import load

    return load(scenario, {name: value for name, value in given.items() if value is not None})


def _announce(scenario: Scenario) -> None:
    """Say what is about to be run."""
    sites = "1 site" if scenario.sites == 1 else f"{scenario.sites} sites"
    arms = "1 arm" if len(scenario.arms) == 1 else f"{len(scenario.arms)} arms"
    weeks = f"{scenario.horizon_weeks} weeks"
    Console(stderr=True, soft_wrap=True, highlight=False).print(
        f"{scenario.title}: {arms}, {sites}, {weeks}, seed {scenario.seed}", markup=False
    )
