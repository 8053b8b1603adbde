"""The panels that pictures are made of: each draws one thing on one pair of axes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.stats import gaussian_kde

from cpi_sim.reports import look

_LEFT = 0.35
"""Left margin of titles and notes, in inches."""
_TITLE_CHARACTERS = 74
_LEGEND_WIDTH = 10.8
NOTE_CHARACTERS = 168
"""Characters of a note that fit on a line below a picture."""
_CURVE_POINTS = 161
_BANDWIDTH = 0.25
"""Smoothing of curves, in standard deviations of the scores; at least 0.6 of a point where scores are whole numbers."""


@dataclass(frozen=True)
class Header:
    """What stands at the top left of a picture: a title, quieter lines under it, and the arms with their colours."""

    title: str
    lines: Sequence[str]
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def _title_lines(self) -> list[str]:
        return textwrap.wrap(self.title, _TITLE_CHARACTERS)

    @property
    def _legend_rows(self) -> list[list[str]]:
        """Arms, row by row, as many in a row as fit."""
        rows: list[list[str]] = []
        room = 0.0
        for arm, label in self.labels.items():
            width = 0.62 + 0.083 * len(label)
            if width > room:
                rows.append([])
                room = _LEGEND_WIDTH
            rows[-1].append(arm)
            room -= width
        return rows

    @property
    def height(self) -> float:
        """Inches from the top of the picture to where its first panel may begin."""
        rows = len(self._legend_rows)
        return 0.90 + 0.30 * len(self._title_lines) + 0.23 * len(self.lines) + 0.25 * rows

    def draw(self, figure: Figure, colours: Mapping[str, str]) -> None:
        """Write it on ``figure``."""
        width, height = figure.get_size_inches()
        left, down = _LEFT / width, 0.35
        for text in self._title_lines:
            figure.text(left, 1 - down / height, text, fontsize=look.TITLE_POINTS, weight="bold", va="top")
            down += 0.30
        down += 0.10
        for text in self.lines:
            figure.text(left, 1 - down / height, text, fontsize=look.SUBTITLE_POINTS, color=look.QUIET, va="top")
            down += 0.23
        down += 0.12
        for row in self._legend_rows:
            handles = [_swatch(colours[arm], self.labels[arm]) for arm in row]
            figure.legend(
                handles=handles, loc="upper left", ncols=len(row), frameon=False, fontsize=look.SUBTITLE_POINTS,
                bbox_to_anchor=(left, 1 - down / height), handlelength=1.1, columnspacing=1.8, borderpad=0,
                borderaxespad=0,
            )  # fmt: skip
            down += 0.25


def _swatch(colour: str, label: str) -> Line2D:
    shown = f"\u200b{label}" if label.startswith("_") else label  # Matplotlib keeps labels with a first _ to itself
    return Line2D([], [], color=colour, linewidth=6, solid_capstyle="butt", label=shown)


def footer_height(text: str) -> float:
    """Inches that a note takes up at the bottom, with room for the axis labels above it."""
    return 0.72 + 0.165 * (text.count("\n") + 1)


def footer(figure: Figure, text: str) -> None:
    """A note at the bottom left: how to read the picture."""
    width, height = figure.get_size_inches()
    figure.text(
        _LEFT / width, 0.2 / height, text, fontsize=look.SMALL_POINTS, color=look.QUIET, va="bottom", linespacing=1.45
    )


def shade_support(axes: Axes, support: tuple[int, int] | None, *, words: bool = False) -> None:
    """Shade the weeks in which support is offered."""
    if support is None:
        return
    axes.axvspan(*support, color=look.SHADE, zorder=0, linewidth=0)
    if words:
        axes.annotate(
            "support offered", (sum(support) / 2, 1), xycoords=("data", "axes fraction"), xytext=(0, -3),
            textcoords="offset points", ha="center", va="top", fontsize=look.SMALL_POINTS, color=look.QUIET,
        )  # fmt: skip


def week_axis(axes: Axes, horizon: int) -> None:
    """Weeks since entry, ticked by half years where they are two years or so; closer, or wider, where they are not."""
    step = next((step for step in (2, 4, 13, 26) if horizon <= 6 * step), 52)
    axes.set_xlim(0, horizon)
    axes.set_xticks(range(0, horizon + 1, step))


def lines_with_bands(
    axes: Axes,
    series: Mapping[str, Mapping[str, Mapping[str, Any]]],
    colours: Mapping[str, str],
    factors: Mapping[str, float],
    dashes: Mapping[str, Any],
) -> None:
    """Mean over weeks, a line an arm, with a band of ``factors`` Monte Carlo errors on either side."""
    for arm, weeks in series.items():
        x = np.array([int(week) for week in weeks])
        mean = np.array([numbers["mean"] for numbers in weeks.values()], float)
        band = factors[arm] * np.array([numbers["mcse"] for numbers in weeks.values()], float)
        axes.fill_between(x, mean - band, mean + band, color=colours[arm], alpha=look.BAND_OPACITY, linewidth=0)
        axes.plot(x, mean, color=colours[arm], linewidth=look.LINE, linestyle=dashes[arm], marker="o", markersize=3.2)


def mean_with_spread(axes: Axes, weeks: Sequence[int], scores: Sequence[np.ndarray], colour: str) -> None:
    """Mean over weeks, with bands of the middle half and the middle nine in ten; ``scores`` has an array a week.

    Quantiles are those of the summary.
    """
    low, low_half, high_half, high = np.array([np.nanquantile(values, (0.05, 0.25, 0.75, 0.95)) for values in scores]).T
    axes.fill_between(weeks, low, high, color=colour, alpha=0.14, linewidth=0)
    axes.fill_between(weeks, low_half, high_half, color=colour, alpha=0.22, linewidth=0)
    axes.plot(weeks, [np.nanmean(values) for values in scores], color=colour, linewidth=look.LINE)


def distributions(
    axes: Axes,
    scores: Mapping[str, np.ndarray],
    colours: Mapping[str, str],
    limits: tuple[float, float],
    *,
    stepped: bool = False,
) -> None:
    """The distribution of scores in each arm, side by side, on the same scale of widths.

    Shape: share of people at each score, as a smooth curve or, ``stepped``, in steps around each whole number, never
    beyond ``limits``. Thin line: 5th to 95th percentile; thick: middle half; dot: median.
    """
    known = {arm: values[~np.isnan(values)] for arm, values in scores.items()}
    shapes = {arm: _shape(values, limits, stepped) for arm, values in known.items() if len(values)}
    tallest = max((density.max() for _, density in shapes.values()), default=1.0)
    for place, arm in enumerate(scores):
        if arm not in shapes:
            continue
        points, density = shapes[arm]
        width = 0.45 * density / tallest
        axes.fill_betweenx(points, place - width, place + width, color=colours[arm], alpha=0.5, linewidth=0)
        q05, q25, q50, q75, q95 = np.quantile(known[arm], (0.05, 0.25, 0.5, 0.75, 0.95))
        axes.vlines(place, q05, q95, color=look.INK, linewidth=look.THIN_LINE, zorder=3)
        axes.vlines(place, q25, q75, color=look.INK, linewidth=4.2, zorder=3)
        axes.plot(place, q50, "o", color=look.PAPER, markeredgecolor=look.INK, markersize=4.6, zorder=4, clip_on=False)
    axes.set_xlim(-0.6, len(scores) - 0.4)


def within(axes: Axes, limits: tuple[float, float]) -> None:
    """Let an axis of scores end where scores do. For the last of axes that share it."""
    low, high = axes.get_ylim()
    axes.set_ylim(max(low, limits[0]), min(high, limits[1]))


def _shape(known: np.ndarray, limits: tuple[float, float], stepped: bool) -> tuple[np.ndarray, np.ndarray]:
    """Scores, rising, and how common each is; the rarest half a per cent at either end is left out."""
    low, high = np.quantile(known, (0.005, 0.995))
    spread = known.std()
    if stepped or spread == 0:
        wholes = np.arange(np.floor(low), np.ceil(high) + 1)
        shares = np.array([(np.round(known) == whole).mean() for whole in wholes])
        ends = np.stack([wholes - 0.5, wholes + 0.5], axis=1).ravel()
        return np.clip(ends, *limits), np.repeat(shares, 2)
    whole = bool(np.all(known == np.round(known)))
    bandwidth = max(_BANDWIDTH, 0.6 / spread) if whole else _BANDWIDTH
    points = np.linspace(low, high, _CURVE_POINTS)
    return points, gaussian_kde(known, bw_method=bandwidth)(points)
