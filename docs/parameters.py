"""Writes ``docs/parameters.md``, the table of every number of the model: ``python -m docs.parameters``."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from cpi_sim.evidence.catalogue import mark_of
from cpi_sim.parameters import ASSUMPTION, REGISTRY, Parameter
from cpi_sim.parameters.declaration import UNITS
from cpi_sim.scenario.naming import in_words
from cpi_sim.scenario.schema import path_of

PAGE = Path(__file__).with_name("parameters.md")

HEAD = """# The numbers of the model

Written by `python -m docs.parameters` from their declarations in `cpi_sim/parameters/`, and held by a test: not to be
edited by hand. `cpi-sim params WORD` finds the same in a terminal. The range is what a scenario may write, and what
sensitivity analysis sweeps. A number that acts *from birth* shapes the past of a site, so that each value of it costs
a burn-in of its own; one that acts *from entry* shares its past with every other value. *Assumption*: no source was
found.
"""


def page() -> str:
    """The whole page."""
    sections = [_section(name, list(members)) for name, members in groupby(_ordered(), lambda each: each.section)]
    return "\n".join([HEAD, *sections])


def _ordered() -> list[Parameter]:
    order = ("site", "agency", "intervention", "parameters")
    return sorted(REGISTRY.values(), key=lambda each: order.index(each.section))


def _section(name: str, members: list[Parameter]) -> str:
    head = "| field | meaning | default | range | unit | acts from | rests on |\n" + 7 * "|---" + "|"
    return "\n".join([f"## `{name}`", "", head, *map(_row, members), ""])


def _row(parameter: Parameter) -> str:
    grounds = ASSUMPTION
    if parameter.evidence != ASSUMPTION:
        grounds = f"{mark_of(parameter.evidence)}: {', '.join(f'`{each}`' for each in parameter.evidence.split())}"
    default = f"{parameter.default:.4g}"
    if parameter.by_agency:
        default = ", ".join(f"{value:.4g} {in_words(kind)}" for kind, value in parameter.by_agency.items())
    cells = (
        f"`{'.'.join(path_of(parameter.name)[1:])}`",
        parameter.meaning,
        default,
        f"{parameter.low:g} to {parameter.high:g}",
        UNITS[parameter.unit],
        parameter.acts_from,
        grounds,
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
