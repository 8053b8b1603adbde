"""Pictures of networks: how many kin, friends, acquaintances and practitioners people name, by arm and over time."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

from cpi_sim.reports import look, panels
from cpi_sim.reports.material import Material

KINDS = {"kin": "Kin", "friends": "Friends", "others": "Acquaintances", "practitioners": "Practitioners"}
"""Kinds of people whom an instrument lets a person name, by outcome; together the whole network."""
KIND_COLOURS = {"kin": "#e69f00", "friends": "#0072b2", "others": "#9ecae1", "practitioners": "#c5ccd4"}


def composition(material: Material, week: int) -> pd.DataFrame:
    """Mean number of people named of each kind (columns) in each arm (rows) at a week measured."""
    arms = material.summary["arms"]
    return pd.DataFrame(
        {kind: {arm: arms[arm][kind][str(week)]["mean"] for arm in material.labels} for kind in KINDS}, dtype=float
    )


def composition_by_arm(axes: Axes, material: Material, week: int) -> None:
    """Stacked bars: an arm a bar, the kinds of people named in it."""
    table = composition(material, week)
    reached = np.zeros(len(table))
    for kind, words in KINDS.items():
        number = table[kind].to_numpy()
        axes.barh(range(len(table)), number, left=reached, color=KIND_COLOURS[kind], height=0.7, label=words)
        ink = look.ON_DEEP_COLOUR if kind == "friends" else look.ON_COLOUR
        for place, (start, length) in enumerate(zip(reached, number, strict=True)):
            if length > 0.45:
                axes.text(start + length / 2, place, f"{length:.1f}", ha="center", va="center",
                          fontsize=look.SMALL_POINTS, color=ink)  # fmt: skip
        reached = reached + number
    axes.set_yticks(range(len(table)), [textwrap.fill(material.labels[arm], 18) for arm in table.index])
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_xlabel("people named, mean")
    axes.spines["left"].set_visible(False)


def kind_over_time(axes: Axes, material: Material, kind: str, colours: Mapping[str, str]) -> None:
    """Mean number of people named of one kind, over weeks, a line an arm; the axis begins at 0."""
    dashes = look.dashes(list(material.labels), material.comparator)
    top = 0.0
    for arm in material.labels:
        numbers = material.summary["arms"][arm][kind]
        means = np.array([each["mean"] for each in numbers.values()], float)
        axes.plot([int(week) for week in numbers], means, color=colours[arm], linewidth=look.LINE,
                  linestyle=dashes[arm], marker="o", markersize=2.8)  # fmt: skip
        top = max(top, float(np.nanmax(means)))
    panels.shade_support(axes, material.support)
    panels.week_axis(axes, material.horizon_weeks)
    axes.set_ylim(0, max(1.2 * top, 0.5))
    look.quiet_grid(axes)


def draw_network(material: Material) -> Figure:
    """Whom people name at entry, as support ends and at the last week; below, each kind over time."""
    colours = look.colours(list(material.labels), material.comparator)
    weeks = list(dict.fromkeys((material.weeks_measured()[0], *material.weeks_to_show())))
    header = panels.Header("Whom do people name in their networks?", material.subtitle(), material.keys())
    bars = 1.1 + 0.34 * len(material.labels)
    height = header.height + bars + 5.6
    figure = Figure(figsize=(11.5, height), dpi=look.DOTS_AN_INCH)
    header.draw(figure, colours)
    top = 1 - (header.height + 0.1) / height
    upper = GridSpec(1, len(weeks), figure, left=0.125, right=0.97, top=top, bottom=top - bars / height, wspace=0.08)
    lower = GridSpec(2, 2, figure, left=0.075, right=0.97, top=top - (bars + 1.25) / height, bottom=0.95 / height,
                     hspace=0.55, wspace=0.17)  # fmt: skip
    shared: Axes | None = None
    for place, week in enumerate(weeks):
        axes = figure.add_subplot(upper[place], sharex=shared, sharey=shared)
        composition_by_arm(axes, material, week)
        axes.tick_params(labelleft=place == 0)
        axes.set_title(f"Week {week}", weight="bold")
        shared = shared or axes
    assert shared is not None
    shared.invert_yaxis() if len(weeks) % 2 == 0 else None
    shared.legend(loc="upper left", bbox_to_anchor=(-0.01, -0.5 / bars), ncols=4, frameon=False)
    for place, (kind, words) in enumerate(KINDS.items()):
        axes = figure.add_subplot(lower[place // 2, place % 2])
        kind_over_time(axes, material, kind, colours)
        axes.set_title(f"{words} over time", weight="bold")
        axes.set_ylabel("people named, mean")
        axes.set_xlabel("weeks since entry" if place > 1 else "")
    panels.footer(figure, "Means over people. Friends are those close enough to be called so in surveys. "
                          "Some people are forgotten when a person is asked to name them.")  # fmt: skip
    return figure
