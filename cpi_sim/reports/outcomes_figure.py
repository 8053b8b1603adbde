"""The main picture of a batch: what was given, what it changed over time, and how people's scores spread."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec, SubplotSpec
from matplotlib.ticker import MaxNLocator

from cpi_sim.instruments import Outcome
from cpi_sim.reports import look, panels
from cpi_sim.reports.dose_figure import dose_by_arm, dose_over_time
from cpi_sim.reports.material import Material
from cpi_sim.reports.words import lower_first

_WIDTH = 11.5
_ROW_HEIGHT = 1.85
_SMALLEST_SPAN = 0.25
"""Panels of differences reach at least this many baseline standard deviations, so that noise never looks large."""


def draw_outcomes(material: Material) -> Figure:
    """A row of dose, then a row an outcome: change over time beside the distributions of scores at two weeks."""
    with_dose = material.support is not None
    rows = len(material.outcomes) + with_dose
    header = panels.Header(material.title, material.subtitle(), material.keys())
    note = _how_to_read(material)
    bottom = panels.footer_height(note)
    height = header.height + rows * _ROW_HEIGHT + bottom
    figure = Figure(figsize=(_WIDTH, height), dpi=look.DOTS_AN_INCH)
    grid = GridSpec(
        rows, 3, figure, left=0.075, right=0.985, top=1 - header.height / height, bottom=bottom / height,
        width_ratios=(1.15, 1, 1), hspace=0.55, wspace=0.27,
    )  # fmt: skip
    colours = look.colours(list(material.labels), material.comparator)
    header.draw(figure, colours)
    columns = (1, 2) if len(set(material.weeks_to_show())) == 2 else (slice(1, 3),)
    if with_dose:
        _dose_row(figure, grid, material, colours)
    for row, outcome in enumerate(material.outcomes.values(), start=int(with_dose)):
        places = [grid[row, 0], *(grid[row, column] for column in columns)]
        _outcome_row(figure, places, material, outcome, colours, last=row == rows - 1)
    panels.footer(figure, note)
    return figure


def _dose_row(figure: Figure, grid: GridSpec, material: Material, colours: Mapping[str, str]) -> None:
    over_time = figure.add_subplot(grid[0, 0])
    dose_over_time(over_time, material, colours)
    over_time.set_title("Connecting contacts delivered", weight="bold")
    over_time.set_ylabel("a month, each person")
    by_arm = figure.add_subplot(grid[0, 1:])
    dose_by_arm(by_arm, material, colours)
    by_arm.set_title("Intended (ring), delivered (dot), most that hours allow (bar)", weight="bold")
    by_arm.set_ylabel("contacts a month")
    by_arm.set_xlabel(material.arms_axis())


def _outcome_row(
    figure: Figure,
    places: list[SubplotSpec],
    material: Material,
    outcome: Outcome,
    colours: Mapping[str, str],
    *,
    last: bool,
) -> None:
    over_time = figure.add_subplot(places[0])
    if material.summary["effects"]:
        _differences(over_time, material, outcome, colours)
    else:
        _levels(over_time, material, outcome, colours)
    over_time.set_title(outcome.label, weight="bold")
    over_time.set_ylabel(textwrap.fill(outcome.unit, 18))
    if last:
        over_time.set_xlabel("weeks since entry")
    weeks = list(dict.fromkeys(material.weeks_to_show()))
    shared: Axes | None = None
    for place, week in zip(places[1:], weeks, strict=True):
        shared = figure.add_subplot(place, sharey=shared)
        _distributions(shared, material, outcome, week, colours)
        if last:
            shared.set_xlabel(material.arms_axis())
    if shared is not None:
        panels.within(shared, outcome.range)


def _distributions(axes: Axes, material: Material, outcome: Outcome, week: int, colours: Mapping[str, str]) -> None:
    scores = material.scores(outcome.name, week)
    panels.distributions(axes, scores, colours, outcome.range, stepped=material.few_values(outcome))
    if material.comparator is not None and len(scores) > 1:
        middle = np.nanmedian(scores[material.comparator])
        axes.axhline(middle, color=look.COMPARATOR, linewidth=look.THIN_LINE, linestyle=(0, (4, 3)), zorder=2)
    axes.set_xticks(range(len(scores)), [material.short(arm) for arm in scores])
    axes.set_title(material.week_words(week), color=look.QUIET, fontsize=look.TEXT_POINTS)
    look.quiet_grid(axes)


def _differences(axes: Axes, material: Material, outcome: Outcome, colours: Mapping[str, str]) -> None:
    """Mean difference from the comparator over weeks, on a scale that is the same for all outcomes in baseline SDs."""
    effects = material.summary["effects"]
    axes.axhline(0, color=look.COMPARATOR, linewidth=look.LINE)
    series = {arm: effects[arm][outcome.name] for arm in effects}
    factors = {arm: material.interval_factor(arm) for arm in effects}
    panels.lines_with_bands(axes, series, colours, factors, look.dashes(list(material.labels), material.comparator))
    low, high = _span_of_differences(material)
    sd = material.baseline_sd(outcome.name)
    axes.set_ylim(low * sd, high * sd)
    in_sd = axes.secondary_yaxis("right", functions=(partial(np.multiply, 1 / sd), partial(np.multiply, sd)))
    in_sd.set_ylabel("SD", labelpad=1)
    in_sd.tick_params(length=0, pad=2)
    in_sd.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    in_sd.spines["right"].set_visible(False)
    panels.shade_support(axes, material.support)
    panels.week_axis(axes, material.horizon_weeks)
    look.quiet_grid(axes)


def _span_of_differences(material: Material) -> tuple[float, float]:
    """Lowest and highest difference to show with its interval, in baseline SDs: one span for all outcomes."""
    ends = [0.0]
    for arm, outcomes in material.summary["effects"].items():
        factor = material.interval_factor(arm)
        for name in material.outcomes:
            sd = material.baseline_sd(name)
            for numbers in outcomes[name].values():
                d = numbers["d"] or 0.0
                half = np.fmax(1.04 * factor * (numbers["mcse"] or 0.0) / sd, _SMALLEST_SPAN / 10)
                ends += [d * 1.08, d - half, d + half]
    low, high = min(ends), max(ends)
    spare = max(0.0, _SMALLEST_SPAN - (high - low)) / 2
    return low - spare, high + spare


def _levels(axes: Axes, material: Material, outcome: Outcome, colours: Mapping[str, str]) -> None:
    """Without a comparator: means over weeks, and how scores spread around them where there is but one arm."""
    weeks = material.weeks_measured()
    for arm in material.labels:
        scores = [material.scores(outcome.name, week)[arm] for week in weeks]
        if len(material.labels) == 1:
            panels.mean_with_spread(axes, weeks, scores, colours[arm])
        else:
            axes.plot(weeks, [np.nanmean(values) for values in scores], color=colours[arm], linewidth=look.LINE)
    panels.shade_support(axes, material.support)
    panels.week_axis(axes, material.horizon_weeks)
    look.quiet_grid(axes)


def _how_to_read(material: Material) -> str:
    if material.summary["effects"]:
        left = (
            f"Left: mean difference from {lower_first(material.comparator_words)}: the same sites, lived through in "
            "each arm. Bands: 95 % Monte Carlo intervals (Student's t over\nsites). Scale at the right of it: standard "
            "deviations between people at entry, the same span for all outcomes."
        )
    else:
        one = len(material.labels) == 1
        bands = "bands: middle half, and middle nine people in ten." if one else "a line an arm."
        left = f"Left: mean over weeks; {bands}"
    right = "Right: how people's scores spread; dot: median; thick line: middle half; thin line: middle nine in ten"
    dashes = "; dashes: median of the comparator." if material.summary["effects"] else "."
    return f"{left}\n{right}{dashes}" + (f"\n{_ABOUT_DOSE}" if material.support is not None else "")


_ABOUT_DOSE = (
    "Contacts are connecting contacts, beyond routine care, counted for every person the agency supports, whether or "
    "not they took up the offer or came.\nThe bar is what workers' hours, after crises and routine, would pay for."
)
