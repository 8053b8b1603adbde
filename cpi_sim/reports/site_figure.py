"""One site over time: how its service users' scores spread and move, and the support they were given."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

from cpi_sim.instruments import Outcome
from cpi_sim.reports import look, panels
from cpi_sim.reports.material import Material
from cpi_sim.reports.words import lower_first

_ARM_COLOUR = "#0072b2"
_CRISIS = "#d55e00"


def draw_site(material: Material, arm: str) -> Figure:
    """Six outcomes over time in one arm of one site, the comparator's mean dashed; below, hours and people."""
    header = panels.Header(f"One site over time: {material.labels[arm]}", material.subtitle())
    height = header.height + 8.2
    figure = Figure(figsize=(11.5, height), dpi=look.DOTS_AN_INCH)
    grid = GridSpec(3, 3, figure, left=0.07, right=0.975, top=1 - header.height / height, bottom=1.1 / height,
                    hspace=0.5, wspace=0.25)  # fmt: skip
    header.draw(figure, {})
    for place, outcome in enumerate(material.outcomes.values()):
        _outcome(figure.add_subplot(grid[place // 3, place % 3]), material, arm, outcome)
    _hours(figure.add_subplot(grid[2, 0]), material, arm)
    _people(figure.add_subplot(grid[2, 1]), material, arm)
    _contacts(figure.add_subplot(grid[2, 2]), material, arm)
    compared = (
        f" Dashes: mean of the same people in {lower_first(material.comparator_words)}."
        if material.comparator not in (None, arm)
        else ""
    )
    panels.footer(
        figure,
        "Line: mean of the people whom the agency supports; dark band: middle half; light band: middle nine in ten."
        f"{compared}\nHours are a week's, for the whole team; of the hours left after crises and routine contact, the "
        "agency allows a part for connecting work.",
    )
    return figure


def _outcome(axes: Axes, material: Material, arm: str, outcome: Outcome) -> None:
    weeks = sorted(material.people["week"].unique())
    scores = [material.scores(outcome.name, week) for week in weeks]
    panels.mean_with_spread(axes, weeks, [s[arm] for s in scores], _ARM_COLOUR)
    if material.comparator not in (None, arm):
        usual = [np.nanmean(s[material.comparator]) for s in scores]
        axes.plot(weeks, usual, color=look.INK, linewidth=1.2, linestyle=(0, (4, 2)))
    _finish(axes, material, outcome.label, textwrap.fill(outcome.unit, 18))


def _named_lines(axes: Axes, weeks: pd.DataFrame, lines: Mapping[str, tuple[str, str]]) -> None:
    """A line for each column, with its words above its highest point in the first or the last quarter."""
    for column, (words, colour) in lines.items():
        values = weeks[column]
        axes.plot(values.index, values, color=colour, linewidth=look.LINE)
        place = values.idxmax()
        late = place > values.index[-1] / 2
        axes.annotate(words, (values.index[-1] if late else place, values.max()), xytext=(0, 3), va="bottom",
                      textcoords="offset points", ha="right" if late else "left", fontsize=look.SMALL_POINTS,
                      color=colour)  # fmt: skip
    axes.set_ylim(0, max(1.0, 1.16 * max(weeks[column].max() for column in lines)))


def _hours(axes: Axes, material: Material, arm: str) -> None:
    weeks = _weeks(material, arm)
    axes.fill_between(weeks.index, weeks["hours_available"], color=look.FAINT, step="mid", linewidth=0)
    axes.step(weeks.index, weeks["hours_delivered"], color=_ARM_COLOUR, where="mid", linewidth=1.3)
    axes.annotate("available", (1, 0.93), xycoords="axes fraction", xytext=(-4, 0), ha="right", color=look.QUIET,
                  textcoords="offset points", fontsize=look.SMALL_POINTS)  # fmt: skip
    axes.annotate("delivered", (0.02, 0.04), xycoords="axes fraction", color=_ARM_COLOUR, fontsize=look.SMALL_POINTS)
    axes.set_ylim(0, None)
    _finish(axes, material, "Connecting hours", "hours a week")


def _people(axes: Axes, material: Material, arm: str) -> None:
    lines = {
        "engaged": ("in the service", look.QUIET),
        "supported": ("connecting support", _ARM_COLOUR),
        "in_crisis": ("in crisis", _CRISIS),
    }
    _named_lines(axes, _weeks(material, arm), lines)
    _finish(axes, material, "People of the agency", "people")


def _contacts(axes: Axes, material: Material, arm: str) -> None:
    weeks = _weeks(material, arm)[["contacts_agreed", "contacts_delivered"]].cumsum()
    _named_lines(
        axes, weeks, {"contacts_agreed": ("agreed", look.QUIET), "contacts_delivered": ("delivered", _ARM_COLOUR)}
    )
    _finish(axes, material, "Connecting contacts so far", "contacts")


def _weeks(material: Material, arm: str) -> pd.DataFrame:
    weeks = material.weeks
    return weeks[(weeks["arm"] == arm) & (weeks["week"] > 0)].set_index("week")


def _finish(axes: Axes, material: Material, title: str, unit: str) -> None:
    panels.shade_support(axes, material.support)
    panels.week_axis(axes, material.horizon_weeks)
    axes.set_title(title, weight="bold")
    axes.set_ylabel(unit)
    axes.set_xlabel("weeks since entry")
    look.quiet_grid(axes)
