"""Pictures of a calibration: how far targets are met, and what is left of the ranges of parameters."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from cpi_sim.calibration.account import Shrinkage, TargetAfter
from cpi_sim.calibration.ruling_out import RULED_OUT_FROM
from cpi_sim.reports.look import FAINT, INK, QUIET, SHADE, SMALL_POINTS, look, quiet_grid

_ROW_INCHES = 0.19
_HEAD_INCHES = 1.6
_WIDE_INCHES = 8.5
_SHOWN_TOLERANCES = 8.0
_COLOURS = {"core": "#0072b2", "soft": "#d55e00"}
_MARKS = {"core": "o", "soft": "D"}


def draw_targets(after: Sequence[TargetAfter]) -> Figure:
    """Each target not fixed by an input: where 90 % of the sets of the ensemble lie, in tolerances from it."""
    rows = sorted((each for each in after if not each.by_construction), key=lambda each: each.target.weight)
    with look():
        figure, axes = plt.subplots(figsize=_size(len(rows)), layout="constrained")
        axes.axvspan(-RULED_OUT_FROM, RULED_OUT_FROM, color=SHADE, zorder=0)
        axes.axvline(0.0, color=QUIET, linewidth=0.9)
        for row, each in enumerate(rows):
            value, sd, colour = each.target.value, each.target.sd, _COLOURS[each.target.weight]
            ends = [(each.simulated.low - value) / sd, (each.simulated.high - value) / sd]
            axes.plot(ends, [row, row], color=colour, linewidth=2.2, solid_capstyle="butt")
            middle = (each.simulated.median - value) / sd
            axes.plot([middle], [row], marker=_MARKS[each.target.weight], color=colour, markersize=4)
        axes.set_yticks(range(len(rows)), [each.target.id for each in rows], fontsize=SMALL_POINTS)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(-_SHOWN_TOLERANCES, _SHOWN_TOLERANCES)
        axes.set_xlabel(f"simulated minus published, in tolerances (beyond {RULED_OUT_FROM:g}: missed)")
        axes.set_title("Targets: median and 90 % of the ensemble (circles: core; diamonds: soft)", color=INK)
        quiet_grid(axes, "x")
    return figure


def draw_ranges(left: Sequence[Shrinkage]) -> Figure:
    """Each parameter: the median of what is left of its range and 90 % of it, as a part of the range."""
    with look():
        figure, axes = plt.subplots(figsize=_size(len(left)), layout="constrained")
        for row, each in enumerate(left):
            low, middle, high = (
                (value - each.low) / (each.high - each.low)
                for value in (each.left.low, each.left.median, each.left.high)
            )
            axes.plot([0.0, 1.0], [row, row], color=FAINT, linewidth=4, solid_capstyle="butt")
            axes.plot([low, high], [row, row], color=_COLOURS["core"], linewidth=4, solid_capstyle="butt")
            axes.plot([middle], [row], "|", color=INK, markersize=7, markeredgewidth=1.5)
        names = [f"{each.parameter} ({each.block})" for each in left]
        axes.set_yticks(range(len(left)), names, fontsize=SMALL_POINTS)
        axes.set_ylim(len(left) - 0.4, -0.6)
        axes.set_xticks([0.0, 0.5, 1.0], ["lowest", "middle", "highest allowed"])
        axes.set_title("Parameters: what is left of each range (90 % and median)", color=INK)
    return figure


def _size(rows: int) -> tuple[float, float]:
    """Inches wide and high of a picture with so many rows."""
    return _WIDE_INCHES, _HEAD_INCHES + _ROW_INCHES * rows
