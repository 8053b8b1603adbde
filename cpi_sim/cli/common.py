"""What the verbs of the command line share: the application, common options, and how errors are said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

if TYPE_CHECKING:
    from cpi_sim.scenario import Scenario

BAD_INPUT = 2
INTERRUPTED = 130

_ORDER = (
    "scenarios", "params", "new", "compare", "schema",
    "run", "explain", "batch", "report", "merge", "check", "calibrate", "sensitivity", "viz",
)  # fmt: skip


class InOrder(TyperGroup):
    """Verbs in the order in which somebody new meets them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of the verbs."""
        return sorted(super().list_commands(ctx), key=_ORDER.index)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A verb, its help in paragraphs that fill the width of the terminal, wherever the source breaks its lines."""
        command = super().get_command(ctx, cmd_name)
        if command is not None and command.help:
            command.help = "\n\n".join(" ".join(part.split()) for part in command.help.split("\n\n"))
        return command


app = typer.Typer(
    cls=InOrder,
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
    str,
    typer.Argument(
        metavar="SCENARIO", show_default=False, help="A scenario file, or the name of one that ships or lies here."
    ),
]
Seed = Annotated[int | None, typer.Option(show_default=False, help="Seed, instead of the scenario's.")]
Sites = Annotated[
    int | None, typer.Option(metavar="N", show_default=False, help="Number of sites, instead of the scenario's.")
]
Results = Annotated[Path, typer.Option(metavar="DIR", help="Folder in which the folder of the results is made.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, and nothing else there.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace results of something else in the same folder.")]
Workers = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, show_default=False, help="Sites lived at a time; by default one for each core."),
]


@contextmanager
def plain_errors() -> Iterator[None]:
    """What the user can put right is said in a line, without a traceback."""
    from cpi_sim.scenario import ScenarioError

    try:
        yield
    except ScenarioError as error:
        complain(str(error))
        raise typer.Exit(BAD_INPUT) from None
    except KeyboardInterrupt:
        complain("Stopped.")
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def plain_result_errors() -> Iterator[None]:
    """As :func:`plain_errors`, for verbs that write results."""
    from cpi_sim.batches.store import ResultsError

    with plain_errors():
        try:
            yield
        except ResultsError as error:
            complain(str(error))
            raise typer.Exit(BAD_INPUT) from None


def complain(message: str) -> None:
    """Tell the user what is wrong, on stderr."""
    typer.echo(message, err=True)


def load_scenario(scenario: str, **given: int | None) -> Scenario:
    """A scenario with the options that were given laid over it."""
    from cpi_sim.scenario import load

    return load(scenario, {name: value for name, value in given.items() if value is not None})


def announce(scenario: Scenario) -> None:
    """Say what is about to be run."""
    sites = "1 site" if scenario.sites == 1 else f"{scenario.sites} sites"
    arms = "1 arm" if len(scenario.arms) == 1 else f"{len(scenario.arms)} arms"
    weeks = f"{scenario.horizon_weeks} weeks"
    Console(stderr=True, soft_wrap=True, highlight=False).print(
        f"{scenario.title}: {arms}, {sites}, {weeks}, seed {scenario.seed}", markup=False
    )
    from cpi_sim.scenario.remarks import remarks

    for remark in remarks(scenario):
        complain(f"Note: {remark}")
