"""cpi_sim: an agent-based simulation of network-building practice in mental health services.

The verbs, the same as in a terminal::

    from pathlib import Path

    import cpi_sim

    scenario = cpi_sim.load("contact_intensity", {"sites": 4})
    site = cpi_sim.simulate(scenario, arm="4", seed=7, weeks=52)
    result = cpi_sim.run_batch(scenario, Path("results"))
    report = cpi_sim.run_check()

Each is imported when it is first used, so that importing the package takes no time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cpi_sim.batch.batch import run_batch
    from cpi_sim.batch.one_site import run_one
    from cpi_sim.check.check import run_check
    from cpi_sim.scenario import load
    from cpi_sim.simulation.simulate import simulate

__version__ = "0.1.0"
__all__ = ["__version__", "load", "run_batch", "run_check", "run_one", "simulate"]

_VERBS = {
    "load": "cpi_sim.scenario",
    "simulate": "cpi_sim.simulation.simulate",
    "run_one": "cpi_sim.batch.one_site",
    "run_batch": "cpi_sim.batch.batch",
    "run_check": "cpi_sim.check.check",
}


def __getattr__(name: str) -> Any:
    """Import a verb when it is first asked for."""
    if name not in _VERBS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_VERBS[name]), name)
