"""The report of a sensitivity analysis: a page of tables in Markdown, with a picture of what matters for effects."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cpi_sim.calibration.report import table
from cpi_sim.checks.effects import EFFECTS
from cpi_sim.evidence.catalogue import TARGETS, mark_of
from cpi_sim.files import write_text
from cpi_sim.parameters import REGISTRY
from cpi_sim.reports.figures import write_figures
from cpi_sim.reports.look import INK, QUIET, SMALL_POINTS, look, quiet_grid
from cpi_sim.sensitivity.indices import Indices
from cpi_sim.sensitivity.screening import Screening

PAGE = "sensitivity.md"
PICTURE = "sensitivity"
SHOWN = 15
ROWS_AT_LEAST = 6
_COLOUR = "#0072b2"

HOW = """\
Numbers of the model are moved one at a time along paths through their declared ranges, each path on a site of its own
(Morris). Mu star is the mean size of what moving a number over its range changes: in tolerances for the statistics of
targets, in standard deviations of the outcome for effects of the practice. A move changes every later chance meeting
too; what two sites with the same numbers differ by stands beside it as *by chance*. Intervals are wide enough to hold
for all outputs of a number together, and only what lies above chance with its whole interval is called influence. Sobol
indices, from an emulator over the most influential numbers, tell which part of an output's variance each accounts for.
"""


def write_report(folder: Path, screening: Screening, found: Sequence[Indices], certificate: dict[str, Any]) -> Path:
    """Write ``sensitivity.md`` and its picture into ``folder`` and return the page's path."""
    write_figures({PICTURE: draw_effects(screening)}, folder)
    parts = [
        f"# Sensitivity\n\n{HOW}\n{len(screening.numbers)} numbers, {screening.trajectories} paths, seed "
        f"{certificate['seed']}, {certificate['runs']:,} sites lived, model {certificate['identity']['model']}, begun "
        f"{certificate['started']}.\n",
        _effects(screening),
        _targets(screening),
        _uninformed(screening),
        _indices(found),
    ]
    path = folder / PAGE
    write_text(path, "\n".join(part for part in parts if part))
    return path


def effects_looked_at(screening: Screening) -> list[str]:
    """The effects among the outputs."""
    return [output for output in screening.outputs if output in EFFECTS]


def draw_effects(screening: Screening) -> Figure:
    """The most influential numbers for each effect of the practice: mu star with its interval, and the floor."""
    effects = effects_looked_at(screening)
    with look():
        figure, grid = plt.subplots(
            (len(effects) + 1) // 2, 2, figsize=(11, 2.6 * len(effects) / 2 + 1), layout="constrained", squeeze=False
        )
        for axes, effect in zip(grid.T.flat, effects, strict=False):
            _draw_effect(axes, screening, effect)
        figure.supxlabel(
            "change over the range, in standard deviations of the outcome (dashed: what chance alone gives)"
        )
    return figure


def _draw_effect(axes: Axes, screening: Screening, effect: str) -> None:
    """The numbers that move one effect most, the first above; those that do not move it are left out."""
    column = screening.outputs.index(effect)
    mu_star = np.nan_to_num(screening.mu_star[:, column])
    rows = [row for row in np.argsort(-mu_star, kind="stable")[:SHOWN] if mu_star[row] > 0]
    axes.set_title(effect.removeprefix("effect_").replace("_", " "), color=INK)
    axes.set_yticks(range(len(rows)), [screening.numbers[row] for row in rows], fontsize=SMALL_POINTS - 1)
    quiet_grid(axes, "x")
    if not rows:
        axes.set_xticks([])
        axes.text(0.5, 0.5, "nothing moves it", transform=axes.transAxes, ha="center", color=QUIET)
        return
    axes.barh(range(len(rows)), mu_star[rows], color=_COLOUR, height=0.7)
    unsure = np.nan_to_num(screening.unsure[rows, column])
    axes.errorbar(mu_star[rows], range(len(rows)), xerr=unsure, fmt="none", ecolor=INK, linewidth=0.9)
    if np.isfinite(screening.floor[column]):
        axes.axvline(screening.floor[column], color=QUIET, linestyle="--", linewidth=0.9)
    axes.set_xlim(left=0.0)
    axes.set_ylim(max(len(rows), ROWS_AT_LEAST) - 0.4, -0.6)


def _effects(screening: Screening) -> str:
    rows = []
    for effect in effects_looked_at(screening):
        for name in screening.most_influential(SHOWN, [effect]):
            rows.append([effect, *_line(screening, name, effect), mark_of(REGISTRY[name].evidence)])
    columns = ("effect", "number", "mu star", "half its interval", "sigma", "by chance", "mark")
    head = f"## Effects of the practice\n\n![What effects depend on]({PICTURE}.png)\n\n"
    return head + (table(columns, rows) if rows else "No number's influence is surely above what chance gives.\n")


def _targets(screening: Screening) -> str:
    rows = []
    for output in screening.outputs:
        if output in TARGETS:
            rows += [[output, *_line(screening, name, output)] for name in screening.most_influential(3, [output])]
    columns = ("target", "number", "mu star", "half its interval", "sigma", "by chance")
    return "## Targets\n\nThe three numbers that move each most, in tolerances.\n\n" + table(columns, rows)


def _line(screening: Screening, name: str, output: str) -> list[object]:
    row, column = screening.numbers.index(name), screening.outputs.index(output)
    of_number = (float(values[row, column]) for values in (screening.mu_star, screening.unsure, screening.sigma))
    return [name, *of_number, float(screening.floor[column])]


def uninformed(screening: Screening) -> list[str]:
    """Numbers that move no target by more than a tolerance, surely above chance: no target says anything of them."""
    columns = [k for k, output in enumerate(screening.outputs) if output in TARGETS]
    moved = (screening.above_chance()[:, columns] > 0) & (np.nan_to_num(screening.mu_star[:, columns]) >= 1.0)
    return [name for name, some in zip(screening.numbers, moved.any(axis=1), strict=True) if not some]


def _uninformed(screening: Screening) -> str:
    """Numbers that no target informs, those that effects depend on first."""
    effects = effects_looked_at(screening)
    matter = screening.most_influential(len(screening.numbers), effects)
    none = uninformed(screening)
    rows = [[name, "yes" if name in matter else "no", mark_of(REGISTRY[name].evidence)] for name in none]
    rows.sort(key=lambda row: (row[1] == "no", row[0]))
    said = (
        "Numbers that were not found to move any target by a tolerance over their range, surely and above chance. "
        "Those that effects depend on are what a result must be swept over.\n\n"
    )
    return "## What no target informs\n\n" + said + table(("number", "do effects depend on it?", "mark"), rows)


def _indices(found: Sequence[Indices]) -> str:
    rows = [
        [each.output, name, float(each.first[k]), float(each.first_unsure[k]), float(each.total[k]),
         float(each.total_unsure[k]), each.explained]
        for each in found
        for k, name in enumerate(each.numbers)
    ]  # fmt: skip
    if not rows:
        return ""
    columns = ("output", "number", "first order", "unsure", "total", "unsure", "predicted by the emulator")
    return "## Sobol indices\n\n" + table(columns, rows)
