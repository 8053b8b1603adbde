"""cpi_sim: an agent-based simulation of network-building practice in mental health services.

The verbs, the same as in a terminal::

    import cpi_sim

    scenario = cpi_sim.load("contact_intensity", {"sites": 4})
    site = cpi_sim.simulate(scenario, arm="4", seed=7, weeks=52)
    result = cpi_sim.batch(scenario, "results")
    people = result.people
    page, *pictures = cpi_sim.report(result.folder)

and ``cpi_sim.run``, ``cpi_sim.check``. Each is imported when it is first used, so that importing the package takes no
time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cpi_sim.batches.batch import run_batch as batch
    from cpi_sim.batches.one_site import run_one as run
    from cpi_sim.checks.check import run_check as check
    from cpi_sim.reports.page import remake as report
    from cpi_sim.scenario import load
    from cpi_sim.simulation.simulate import simulate

__version__ = "0.1.0"
__all__ = ["__version__", "batch", "check", "load", "report", "run", "simulate"]

_VERBS = {
    "load": ("cpi_sim.scenario", "load"),
    "simulate": ("cpi_sim.simulation.simulate", "simulate"),
    "run": ("cpi_sim.batches.one_site", "run_one"),
    "batch": ("cpi_sim.batches.batch", "run_batch"),
    "report": ("cpi_sim.reports.page", "remake"),
    "check": ("cpi_sim.checks.check", "run_check"),
}


def __getattr__(name: str) -> Any:
    """Import a verb when it is first asked for."""
    if name not in _VERBS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, function = _VERBS[name]
    return getattr(import_module(module), function)
