"""Pictures of outcomes for the page: levels, differences and spreads of one outcome, and all effects at a glance."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cpi_sim.instruments import Outcome
from cpi_sim.reports import look, panels
from cpi_sim.reports.material import Material
from cpi_sim.reports.page_drawing import HEIGHT, Drawing, said, weeks_below
from cpi_sim.reports.page_markup import Html
from cpi_sim.reports.page_words import listed, number, signed
from cpi_sim.reports.words import lower_first

_ARMS_BESIDE = 6
"""Arms of which the distributions at two weeks fit beside each other."""


def levels(drawing: Drawing, outcome: Outcome, number_of: int) -> Html:
    """Mean score over weeks in each arm, and in which range the middle nine in ten of the comparator's people lie."""
    material = drawing.material
    numbers = {arm: material.summary["arms"][arm][outcome.name] for arm in material.labels}
    context = material.comparator or next(iter(numbers))

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        spread = numbers[context]
        low, high = [np.array([each[q] for each in spread.values()], float) for q in ("q05", "q95")]
        weeks = [int(week) for week in spread]
        axes.fill_between(weeks, low, high, color=drawing.colours[context], alpha=0.17, linewidth=0)
        for arm, by_week in numbers.items():
            means = [each["mean"] for each in by_week.values()]
            axes.plot([int(week) for week in by_week], np.array(means, float), color=drawing.colours[arm],
                      linestyle=drawing.dashes[arm], linewidth=look.LINE)  # fmt: skip
        panels.week_axis(axes, material.horizon_weeks)
        if material.support is not None:
            axes.axvline(material.support[1], color=look.QUIET, linewidth=0.9, linestyle=(0, (2, 2)))
        axes.set_ylabel(textwrap.fill(outcome.unit, 24))
        weeks_below(axes)
        look.quiet_grid(axes)

    first, last = str(material.weeks_measured()[0]), str(material.weeks_measured()[-1])
    means = said(
        f"{material.labels[arm]} {number(each[first]['mean'], 1)} to {number(each[last]['mean'], 1)}"
        for arm, each in numbers.items()
    )
    alt = f"Lines: mean of {outcome.label} in {outcome.unit}, from week {first} to week {last}. {means}."
    caption = f"Mean score. Band: middle nine in ten people, {lower_first(material.labels[context])}."
    caption += " Dotted line: support ends." if material.support is not None else ""
    return drawing.figure(f"levels{number_of}", alt, caption, draw)


def differences(drawing: Drawing, outcome: Outcome, number_of: int) -> Html:
    """Mean difference from the comparator over weeks, with Monte Carlo intervals."""
    material = drawing.material
    effects = {arm: by_outcome[outcome.name] for arm, by_outcome in material.summary["effects"].items()}
    factors = {arm: material.interval_factor(arm) for arm in effects}

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        axes.axhline(0, color=look.COMPARATOR, linewidth=look.LINE)
        panels.lines_with_bands(axes, effects, drawing.colours, factors, drawing.dashes)
        _at_least(axes, 0.1 * material.baseline_sd(outcome.name))
        panels.shade_support(axes, material.support, words=True)
        panels.week_axis(axes, material.horizon_weeks)
        axes.set_ylabel(textwrap.fill(f"difference, {outcome.unit}", 24))
        weeks_below(axes)
        look.quiet_grid(axes)

    end, last = material.weeks_to_show()
    means = said(
        f"{material.labels[arm]} {signed(each[str(end)]['mean'])}, then {signed(each[str(last)]['mean'])}"
        for arm, each in effects.items()
    )
    comparator = lower_first(material.comparator_words)
    alt = (
        f"Lines: mean difference of {outcome.label} from {comparator}, in {outcome.unit}, at week {end} and week "
        f"{last}: {means}. The table of effects has every number."
    )
    caption = f"Difference from {comparator}, with 95% Monte Carlo intervals."
    return drawing.figure(f"differences{number_of}", alt, caption, draw)


def _at_least(axes: Axes, reach: float) -> None:
    """Let an axis of differences reach at least so far on both sides, so that noise never looks large."""
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, -reach), max(high, reach))


def distributions(drawing: Drawing, outcome: Outcome, number_of: int) -> Html:
    """How people's scores are spread in each arm at two weeks."""
    material = drawing.material
    beside = len(material.labels) <= _ARMS_BESIDE
    weeks = list(dict.fromkeys(material.weeks_to_show()))

    def draw(figure: Figure) -> None:
        shape = (1, len(weeks)) if beside else (len(weeks), 1)
        grid = figure.subplots(*shape, sharey=True, squeeze=False)
        for axes, week in zip(grid.flat, weeks, strict=True):
            scores = material.scores(outcome.name, week)
            panels.distributions(axes, scores, drawing.colours, outcome.range, stepped=material.few_values(outcome))
            axes.set_xticks(range(len(scores)), [material.short(arm) for arm in scores])
            axes.set_title(f"week {week}", color=look.QUIET)
            look.quiet_grid(axes)
        panels.within(grid[-1, -1], outcome.range)
        for axes in grid[:, 0]:
            axes.set_ylabel(textwrap.fill(outcome.unit, 24))
        for axes in grid[-1, :]:
            axes.set_xlabel("contacts a month" if beside and material.arms_axis() else material.arms_axis())

    last = str(weeks[-1])
    numbers = {label: material.summary["arms"][arm][outcome.name][last] for arm, label in material.labels.items()}
    medians = said(
        f"{label} {number(each['q50'], 1)} ({number(each['q05'], 1)} to {number(each['q95'], 1)})"
        for label, each in numbers.items()
    )
    alt = (
        f"Shapes: how {outcome.label} is spread over people at {listed(f'week {week}' for week in weeks)}. Median "
        f"and middle nine in ten at week {last}: {medians}."
    )
    caption = "How people's scores are spread. Dot: median; thick line: middle half; thin line: middle nine in ten."
    return drawing.figure(f"spread{number_of}", alt, caption, draw, HEIGHT if beside else 1.6 * HEIGHT)


def overview(drawing: Drawing, week: int) -> Html:
    """Standardised differences of the main outcomes at a week, an outcome a row; the same scale at every week."""
    material = drawing.material
    effects = material.summary["effects"]
    names = list(material.outcomes)

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        axes.axvline(0, color=look.COMPARATOR, linewidth=look.LINE)
        for nth, arm in enumerate(effects):
            off = 0.62 * ((nth + 0.5) / len(effects) - 0.5)
            d, half = _standardised(material, arm, week)
            rows = np.arange(len(names)) + off
            axes.hlines(rows, d - half, d + half, color=drawing.colours[arm], linewidth=1.4)
            axes.plot(d, rows, "o", markersize=3.6, color=drawing.colours[arm])
        axes.set_yticks(range(len(names)), [textwrap.fill(material.outcomes[name].label, 20) for name in names])
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlim(_span(material))
        axes.set_xlabel("difference, SD between people at entry")
        look.quiet_grid(axes, "x")

    alt = (
        f"Dots with intervals: standardised difference from {lower_first(material.comparator_words)} at week {week} in "
        f"{listed(material.outcomes[name].label for name in names)}. The table below has every number."
    )
    caption = (
        f"Week {week}: differences in standard deviations between people at entry, with 95% Monte Carlo intervals."
    )
    return drawing.figure(f"overview{week}", alt, caption, draw, height=1.0 + (0.36 + 0.03 * len(effects)) * len(names))


def _standardised(material: Material, arm: str, week: int) -> tuple[np.ndarray, np.ndarray]:
    """Standardised differences of the main outcomes, and half their intervals; not-a-number where there is none."""
    effects = [material.summary["effects"][arm][name][str(week)] for name in material.outcomes]
    sds = np.array([material.baseline_sd(name) for name in material.outcomes])
    d = np.array([each["d"] for each in effects], float)
    return d, material.interval_factor(arm) * np.array([each["mcse"] for each in effects], float) / sds


def _span(material: Material) -> tuple[float, float]:
    """Ends of the scale of standardised differences: 0 and all intervals at both weeks, and at least 0.1 each way."""
    ends = [-0.1, 0.1]
    for arm in material.summary["effects"]:
        for week in material.weeks_to_show():
            d, half = _standardised(material, arm, week)
            half = np.nan_to_num(half)
            ends += [1.06 * float(np.nan_to_num(d - half).min()), 1.06 * float(np.nan_to_num(d + half).max())]
    return min(ends), max(ends)
