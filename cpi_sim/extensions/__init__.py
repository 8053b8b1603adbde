"""What users add to the model in files of their own.

A kind of agency and an instrument are data, read with the scenario that names them. An element of the practice, and an
instrument that a function scores, are Python: their file runs only where a user names it, never because of a scenario.
See docs/extending.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cpi_sim.extensions.declaring import ExtensionError, element, instrument
from cpi_sim.extensions.program import ExtendedProgram, in_arm, own_parts

if TYPE_CHECKING:
    from cpi_sim.extensions.making import program_for
    from cpi_sim.extensions.trial import try_out

__all__ = [
    "ExtendedProgram", "ExtensionError", "element", "in_arm", "instrument", "own_parts", "program_for", "try_out",
]  # fmt: skip

_LIVE_SITES = {"program_for": "cpi_sim.extensions.making", "try_out": "cpi_sim.extensions.trial"}
"""Parts that live a site: imported when first asked for, since living a site needs the rest of this package."""


def __getattr__(name: str) -> Any:
    """Import a part that lives a site when it is first asked for."""
    if name not in _LIVE_SITES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LIVE_SITES[name]), name)
