"""The verb that opens the page with a living site: `viz`."""

from __future__ import annotations

import json
import os
import socket
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from cpi_sim.cli.common import BAD_INPUT, Seed, app, complain, load_scenario, plain_errors

HOST = "127.0.0.1"
NEEDED = ("solara", "altair")
HARMLESS = (r".*ComponentsView: `use_state` found despite early return", "Cookies with samesite=none require https")
"""Warnings that are not the reader's: of Mesa's page, as Solara reads its code; of a page served on one machine."""


@app.command(
    epilog="Examples: cpi-sim viz; cpi-sim viz connecting_people_community_team --seed 7; cpi-sim viz --no-browser"
)
def viz(
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="A scenario file, or the name of a shipped one.")
    ] = "connecting_people_early_intervention",
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port on this machine that the page is served at.")
    ] = 8765,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser window.")] = True,
    seed: Seed = None,
) -> None:
    """Open a page in the browser with a living site: sliders, one person's network, everybody over time.

    The last arm of the scenario is shown. Nothing leaves this machine; Ctrl-C stops the page.
    """
    with plain_errors():
        load_scenario(scenario, seed=seed)
        missing = [name for name in NEEDED if find_spec(name) is None]
        if missing:
            complain(f'The page needs {" and ".join(missing)}. Install it with: pip install "cpi-sim[viz]"')
            raise typer.Exit(BAD_INPUT)
        if not _is_free(port):
            complain(f"Port {port} is in use on this machine; choose another with --port.")
            raise typer.Exit(BAD_INPUT)
        from cpi_sim.simulation.warm_up import warm_up

        warm_up(complain)
        typer.echo(f"The page is at http://{HOST}:{port} (Ctrl-C stops it)")
        _serve(scenario, port, seed, browser=browser)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _serve(scenario: str, port: int, seed: int | None, *, browser: bool) -> None:
    """Serve the page until Ctrl-C, with Solara's own command."""
    path = Path(scenario)
    named = str(path.resolve()) if path.is_file() else scenario
    os.environ["CPI_SIM_VIZ"] = json.dumps({"scenario": named, "seed": seed})
    os.environ.update(SOLARA_TELEMETRY_MIXPANEL_ENABLE="False", SOLARA_THEME_SHOW_BANNER="False")
    for message in HARMLESS:
        warnings.filterwarnings("ignore", message, UserWarning)
    from solara.__main__ import run

    opening = "--open" if browser else "--no-open"
    options = ["--host", HOST, "--port", str(port), "--production", "--log-level", "warning", opening]
    run.main(["cpi_sim.viz.app", *options], standalone_mode=False)
