"""The verbs that help to write scenarios: `new`, `compare` and `schema`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cpi_sim.cli.common import AsJson, app, complain, plain_errors

if TYPE_CHECKING:
    from cpi_sim.scenario import Scenario
    from cpi_sim.scenario.comparing import Comparison, Difference


@app.command(
    epilog="Examples: cpi-sim new my_team; cpi-sim new my_team --from contact_intensity --vary agency.caseload"
)
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False, help="Name; the file is NAME.yaml here.")],
    parent: Annotated[
        str, typer.Option("--from", metavar="SCENARIO", help="The scenario to start from: a shipped one, or a file.")
    ] = "connecting_people_community_team",
    vary: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD", show_default=False, help="A number to vary; may be given several times."),
    ] = None,
) -> None:
    """Write a short scenario file with comments, to go on from. An existing file is never written over."""
    with plain_errors():
        from cpi_sim.scenario import load
        from cpi_sim.scenario.remarks import remarks
        from cpi_sim.scenario.starting import check_free, check_name, starter

        check_name(name)
        path = Path(f"{name}.yaml")
        check_free(path)
        text = starter(name, _as_parent(parent), load(parent), vary or [])
        _write_new(path, text)
        try:
            written = load(path)
        except BaseException:
            path.unlink()
            raise
        for line in remarks(written):
            complain(f"Note: {line}")
    typer.echo(f"{path} is written. Try: cpi-sim batch {path} --sites 2")


def _as_parent(parent: str) -> str:
    """A scenario as a file in this folder names the one that it extends."""
    from cpi_sim.scenario import shipped

    path = Path(parent)
    return parent if parent in shipped() and not path.is_file() else path.as_posix()


def _write_new(path: Path, text: str) -> None:
    """Write a file that does not exist yet; never one that somebody made in between."""
    from cpi_sim.scenario.problems import Place, Problem, ScenarioError

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ScenarioError([Problem(Place(path.as_posix()), "", f"cannot be written: {error.strerror}")]) from None


@app.command(epilog="Example: cpi-sim compare people_living_alone connecting_people_inclusion_project")
def compare(
    first: Annotated[str, typer.Argument(metavar="A", show_default=False, help="A scenario file, or a shipped name.")],
    second: Annotated[str, typer.Argument(metavar="B", show_default=False, help="What it is set beside.")],
    as_json: AsJson = False,
) -> None:
    """Say what differs between two scenarios, and which differences can change a number, and from when."""
    with plain_errors():
        from cpi_sim.scenario import load
        from cpi_sim.scenario.comparing import compare as set_side_by_side

        one, other = load(first), load(second)
        found = set_side_by_side(one, other)
    if as_json:
        typer.echo(json.dumps({"first": one.name, "second": other.name, **found.as_json()}, allow_nan=False))
        return
    _print_comparison(one, other, found)


def _print_comparison(one: Scenario, other: Scenario, found: Comparison) -> None:
    from cpi_sim.scenario.schema import TEXTS

    out = Console(soft_wrap=True, highlight=False)

    def heading(text: str) -> None:
        out.print(text, style="bold", markup=False)

    heading(f"{one.name} -> {other.name}")
    if not found.changes_numbers:
        out.print("No difference can change a number of the sites that both have.", markup=False)
    words = [each.field for each in found.about if each.field in TEXTS]
    if words:
        out.print(f"Words alone: {', '.join(words)}", markup=False)
    whole = [each for each in found.about if each.field not in TEXTS]
    for title, differences in (("Of the whole", whole), ("In every arm that both have", found.shared)):
        if differences:
            heading(title)
            _print_differences(out, differences)
    for name, differences in found.by_arm.items():
        if differences:
            heading(f"Arm {name}")
            _print_differences(out, differences)
    for scenario, names in ((one, found.only_first), (other, found.only_second)):
        if names:
            heading(f"Arms of {scenario.name} alone")
            out.print("  " + "; ".join(f"{name} ({scenario.arms[name].label})" for name in names), markup=False)
    for a, b in found.alike:
        out.print(f"{a} of {one.name} and {b} of {other.name} are the same under two names.", markup=False)


def _print_differences(out: Console, differences: list[Difference]) -> None:
    from cpi_sim.scenario.comparing import value_in_words

    for each in differences:
        unit = f" ({each.unit})" if each.unit else ""
        change = f"{value_in_words(each.first)} -> {value_in_words(each.second)}"
        evidence = f"; evidence of its default: {each.mark}" if each.mark else ""
        out.print(f"  {each.field}: {change}{unit}\n      {each.effect}{evidence}", markup=False)


@app.command(epilog="Example: cpi-sim schema > cpi_sim_scenario.schema.json")
def schema() -> None:
    """Print the JSON Schema of scenario files, so that an editor can complete fields and mark slips.

    In the first line of a file: # yaml-language-server: $schema=cpi_sim_scenario.schema.json
    """
    from cpi_sim.scenario.editors import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, allow_nan=False))
