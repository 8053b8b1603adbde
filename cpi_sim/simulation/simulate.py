"""One site, lived through: the simplest way in from Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cpi_sim.extensions.making import program_for
from cpi_sim.extensions.program import in_arm
from cpi_sim.scenario import Scenario, as_scenario
from cpi_sim.simulation.past import enter, make_past
from cpi_sim.simulation.weeks import OnWeek, run_weeks
from cpi_sim.site.tables import Site


def simulate(
    scenario: Scenario | str | Path,
    *,
    arm: str | None = None,
    seed: int | None = None,
    weeks: int | None = None,
    rules: Mapping[str, Callable[..., Any]] | None = None,
    extensions: Sequence[str | Path] = (),
    on_week: OnWeek | None = None,
) -> Site:
    """Live through one site of a scenario.

    Args:
        scenario: a scenario, or the name or path of one.
        arm: name of the arm; by default the last one.
        seed: seed of the site; by default the scenario's.
        weeks: weeks to live from entry; by default the scenario's horizon.
        rules: rules to put in the place of the model's own, by name. The past is lived under them too.
        extensions: Python files with elements or instruments of one's own, which are run.
        on_week: called with the site and the week just lived, after each.

    Returns:
        The site after the last week: ``site.people``, ``site.ties`` and so on are record arrays.

    Raises:
        ScenarioError: for a scenario that cannot be read, or an arm it does not have.
        ExtensionError: for an extension that is missing, or does what it may not.
        ReplacementError: for a rule that does not exist or takes other arguments.
    """
    loaded = as_scenario(scenario)
    chosen = loaded.only(arm).arms[arm] if arm is not None else list(loaded.arms.values())[-1]
    program = in_arm(program_for(loaded, extensions, rules), chosen.name)
    own_seed = loaded.seed if seed is None else seed
    past = make_past(chosen.values, own_seed, program)
    site = enter(past, chosen.values, own_seed, program)
    return run_weeks(site, own_seed, 0, loaded.horizon_weeks if weeks is None else weeks, program, on_week)
