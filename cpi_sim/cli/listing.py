"""The verbs that list what there is: `params` and `scenarios`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from cpi_sim.cli.common import BAD_INPUT, AsJson, app, complain, plain_errors

if TYPE_CHECKING:
    from cpi_sim.evidence.catalogue import Evidence, Target
    from cpi_sim.parameters import Parameter
    from cpi_sim.scenario import Scenario


@app.command(epilog="Examples: cpi-sim params; cpi-sim params contacts; cpi-sim params assumption")
def params(
    word: Annotated[
        str, typer.Argument(help="Show those with this word in name, section, meaning or evidence.", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the numbers of the model: where a scenario writes them, default, range, unit, meaning, evidence, sources.

    A number is as firm as the least firm of what it rests on.
    """
    from cpi_sim.parameters import REGISTRY

    found = [parameter for parameter in REGISTRY.values() if word.lower() in _searched(parameter)]
    if as_json:
        typer.echo(json.dumps([_as_json(parameter) for parameter in found], allow_nan=False))
        return
    if not found:
        complain(f"No number of the model has the word {word!r} in name, section, meaning or evidence.")
        raise typer.Exit(BAD_INPUT)
    out = Console(soft_wrap=True, highlight=False)
    for parameter in found:
        out.print(_described(parameter))


def _searched(parameter: Parameter) -> str:
    """The text that `params` looks for a word in."""
    from cpi_sim.scenario.schema import path_of

    return " ".join((*path_of(parameter.name), parameter.meaning, *_grounds(parameter), parameter.unit)).lower()


def _grounds(parameter: Parameter) -> list[str]:
    """What a number rests on: its mark, then a line for each piece of evidence with its own mark and its sources."""
    from cpi_sim.evidence.catalogue import entries_of, mark_of

    return [mark_of(parameter.evidence), *map(_piece, entries_of(parameter.evidence))]


def _piece(entry: Evidence | Target) -> str:
    """One piece of evidence: its id and mark, the sources in words, and the DOIs of those that have one."""
    from cpi_sim.evidence.catalogue import WITHOUT_SOURCE
    from cpi_sim.evidence.references import dois_of

    source = WITHOUT_SOURCE.get(entry.source, entry.source)
    dois = ", ".join(f"{key} doi:{doi}" for key, doi in dois_of(entry.cites).items())
    return f"{entry.id}, {entry.shown_as}: {source}{f' [{dois}]' if dois else ''}"


def _described(parameter: Parameter) -> str:
    """One number of the model in three lines, and one for each piece of evidence."""
    from cpi_sim.parameters.declaration import UNITS
    from cpi_sim.scenario.schema import path_of

    defaults = f"{parameter.default:.6g}"
    if parameter.by_agency:
        defaults = ", ".join(f"{value:.6g} {kind}" for kind, value in parameter.by_agency.items())
    grounds = "\n        ".join(_grounds(parameter))
    return (
        f"[bold]{'.'.join(path_of(parameter.name))}[/bold] = {defaults}\n"
        f"    {escape(parameter.meaning)}\n"
        f"    [dim]{parameter.low:.6g} to {parameter.high:.6g}, {escape(UNITS[parameter.unit])}; "
        f"acts from {parameter.acts_from}; evidence: {escape(grounds)}[/dim]"
    )


def _as_json(parameter: Parameter) -> dict[str, Any]:
    from dataclasses import asdict

    from cpi_sim.evidence.catalogue import entries_of, mark_of
    from cpi_sim.scenario.schema import path_of

    sources = [
        {"evidence": entry.id, "mark": entry.shown_as, "source": entry.source, "cites": entry.cites, "doi": entry.doi}
        for entry in entries_of(parameter.evidence)
    ]
    field, mark = ".".join(path_of(parameter.name)), mark_of(parameter.evidence)
    return {"field": field, **asdict(parameter), "mark": mark, "sources": sources}


@app.command(epilog="Example: cpi-sim scenarios --json")
def scenarios(as_json: AsJson = False) -> None:
    """List the scenarios that come with the program, by topic: what each asks, why, and its arms."""
    from cpi_sim.scenario import load, shipped

    with plain_errors():
        loaded = {name: load(path) for name, path in shipped().items()}
    if as_json:
        typer.echo(json.dumps({name: _about(each) for name, each in loaded.items()}))
        return
    out = Console(soft_wrap=True, highlight=False)
    for topic in dict.fromkeys(each.topic for each in loaded.values()):
        out.print(f"[bold]{escape(topic)}[/bold]")
        for name, each in loaded.items():
            if each.topic == topic:
                out.print(f"  [bold]{name}[/bold]: {escape(each.question)}\n    {escape(each.why)}")
                out.print(f"    [dim]{escape(_arms_in_words(each))}[/dim]")


def _about(scenario: Scenario) -> dict[str, Any]:
    return {
        "title": scenario.title,
        "topic": scenario.topic,
        "question": scenario.question,
        "why": scenario.why,
        "arms": list(scenario.arms),
    }


def _arms_in_words(scenario: Scenario) -> str:
    arms = [arm.label for arm in scenario.arms.values()]
    return f"{len(arms)} arms: {'; '.join(arms)}" if len(arms) > 1 else "1 arm"
