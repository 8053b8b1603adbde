"""The verb that says what happened to one person in one week, and with which chances: `explain`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cpi_sim.cli.common import (
    BAD_INPUT,
    AsJson,
    ScenarioArgument,
    Seed,
    announce,
    app,
    complain,
    load_scenario,
    plain_errors,
)
from cpi_sim.cli.own_files import With, program_of

if TYPE_CHECKING:
    from cpi_sim.explain import Explanation

TABLE_WIDTH = 150


@app.command(
    epilog="Examples: cpi-sim explain contact_intensity --person 17 --week 12; "
    "cpi-sim explain contact_intensity --person 17 --week 12 --arm 8 --table"
)
def explain(
    scenario: ScenarioArgument,
    person: Annotated[int, typer.Option(metavar="ID", show_default=False, help="Id of a person who lives there.")],
    week: Annotated[int, typer.Option(metavar="N", show_default=False, help="The week, from 1, as in stories.")],
    arm: Annotated[
        str | None, typer.Option(show_default=False, help="The arm; by default the last of the scenario.")
    ] = None,
    site: Annotated[int, typer.Option(min=0, help="Which site: its number in a batch of the scenario.")] = 0,
    seed: Seed = None,
    own_files: With = None,
    table: Annotated[bool, typer.Option("--table", help="Add a table of all decisions of the week.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say in plain words what happened to one person in one week, and how likely it was."""
    with plain_errors():
        from dataclasses import replace

        from cpi_sim.explain import ExplainError, check_week
        from cpi_sim.explain import explain as work_out

        loaded = load_scenario(scenario, seed=seed)
        alone = loaded.only(arm if arm is not None else list(loaded.arms)[-1])
        try:
            check_week(alone, week)
            _get_ready()
            program = program_of(loaded if own_files else alone, own_files)
            announce(replace(alone, sites=1))
            explained = work_out(alone, person, week, site=site, program=program)
        except ExplainError as error:
            complain(str(error))
            raise typer.Exit(BAD_INPUT) from None
    if as_json:
        where = {"scenario": alone.name, "arm": next(iter(alone.arms)), "site": site, "seed": alone.seed}
        typer.echo(json.dumps(where | explained.as_json(), allow_nan=False))
        return
    typer.echo(str(explained))
    if table:
        typer.echo()
        _print_table(explained)


def _get_ready() -> None:
    """Compile the model where it has not been, and say so."""
    from cpi_sim.simulation.warm_up import warm_up

    warm_up(complain)


def _print_table(explained: Explanation) -> None:
    """Every decision of the week: what, how likely, the number drawn, what came of it, and the rule with its inputs."""
    from rich.table import Table

    from cpi_sim.explain import TITLES

    shown = Table("Step", "What", "Chance or number", "Drawn", "Came of it", "Rule and what went into it", box=None)
    before = ""
    for each in explained.decisions:
        step = TITLES[each.step] if each.step != before else ""
        before = each.step
        shown.add_row(step, each.what, each.odds(), each.numbers(), each.result(), each.grounds())
    out = Console(markup=False, highlight=False)
    out.width = max(out.width, TABLE_WIDTH)
    out.print(shown)
