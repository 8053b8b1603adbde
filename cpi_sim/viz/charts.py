"""Pictures over time: the site's service users together, and the people around one of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cpi_sim.reports import look
from cpi_sim.viz.ego import BEFORE, FAMILY
from cpi_sim.viz.page_model import CIRCLES, PageModel, Week, a_month, mean_and_middle_half

SITE = "#0072b2"
PERSON = "#d55e00"
FORMER = "#7b8794"
INTENDED = "intended (none for whoever declined or has ended)"
BEFORE_PLAY = "press ▶ to begin"
_RUN_BEFORE: dict[str, Any] = {"color": FORMER, "linestyle": (0, (4, 2)), "zorder": 4, "label": "run before"}
_CIRCLE_COLOURS = (FAMILY, BEFORE, "#9ecae1")

_drawing = Lock()  # Matplotlib's settings belong to the process, and readers draw in threads of their own


@dataclass(frozen=True)
class Panel:
    """One quantity of service users over time."""

    title: str
    unit: str
    of: Callable[[Week], np.ndarray]
    least: float | None = None


PANELS = (
    Panel("Network size", "people in touch with", lambda week: week.network_size, 0.0),
    Panel("Loneliness", "SD of the community (0: its mean)", lambda week: week.loneliness),
    Panel("Wellbeing", "SD of the community (0: its mean)", lambda week: week.wellbeing),
)


def draw_site(model: PageModel, person: int, former: list[Week] | None) -> str:
    """Four panels over the weeks, as SVG text.

    Args:
        model: the site now.
        person: row of the plan of the person who is followed.
        former: weeks of the run before, drawn in grey; None where there was none.
    """
    with _drawing, look.look():
        figure = Figure(figsize=(12.4, 3.1), layout="constrained")
        axes = figure.subplots(1, 4)
        for each, panel in zip(axes, PANELS, strict=False):
            _panel(each, panel, model.weeks, person, former)
        _contacts(axes[3], model.weeks, former)
        for each in axes:
            _weeks_along(each, model)
            if model.week == 0:
                each.text(0.5, 0.5, BEFORE_PLAY, transform=each.transAxes, ha="center", color=look.QUIET)
        entries = dict(zip(*reversed(_entries(axes)), strict=True))
        figure.legend(entries.values(), entries.keys(), loc="outside lower center", ncols=6, frameon=False)
        return _svg(figure, f"The site's service users to week {model.week}: {_in_words(model.weeks)}")


def _entries(axes: np.ndarray) -> tuple[list[object], list[str]]:
    """Handles and labels of all panels."""
    found = [each.get_legend_handles_labels() for each in axes]
    return [handle for handles, _ in found for handle in handles], [label for _, labels in found for label in labels]


def _panel(axes: Axes, panel: Panel, weeks: list[Week], person: int, former: list[Week] | None) -> None:
    mean, low, high = mean_and_middle_half(weeks, panel.of)
    along = np.arange(len(weeks))
    axes.fill_between(along, low, high, color=SITE, alpha=look.BAND_OPACITY, linewidth=0, label="middle half of people")
    if former:
        axes.plot(mean_and_middle_half(former, panel.of)[0], **_RUN_BEFORE)
    axes.plot(along, [panel.of(week)[person] for week in weeks], color=PERSON, linewidth=1.0, label="the person above")
    axes.plot(along, mean, color=SITE, linewidth=2.2, label="mean of service users")
    axes.set_ylim(bottom=panel.least)
    axes.set_title(panel.title, weight="bold")
    axes.set_ylabel(panel.unit)


def _contacts(axes: Axes, weeks: list[Week], former: list[Week] | None) -> None:
    held = a_month(weeks, lambda week: week.held)
    intended = a_month(weeks, lambda week: week.intended, over=1)
    if former:
        axes.plot(a_month(former, lambda week: week.held), **_RUN_BEFORE)
    axes.plot(np.arange(1, len(weeks)), intended[1:], color=look.INK, linewidth=1.2, linestyle=":", label=INTENDED)
    axes.plot(held, color=SITE, linewidth=2.2, label="mean of service users")
    axes.set_ylim(bottom=0.0, top=max(1.0, 1.08 * float(max(intended.max(), held.max()))))
    axes.set_title("Connecting contacts held", weight="bold")
    axes.set_ylabel("a month, mean of all people")


def draw_circles(model: PageModel, person: int) -> str:
    """Family, friends and acquaintances of one person, week by week, as SVG text; ``person``: row of the plan."""
    counts = np.stack([week.circles[person] for week in model.weeks])
    tops = np.cumsum(counts, axis=1)
    edges = np.arange(len(counts) + 1) - 0.5
    with _drawing, look.look():
        figure = Figure(figsize=(5.0, 2.3), layout="constrained")
        axes = figure.subplots()
        for top, circle, name, colour in reversed(list(zip(tops.T, counts.T, CIRCLES, _CIRCLE_COLOURS, strict=True))):
            axes.stairs(top, edges, baseline=top - circle, fill=True, color=colour, linewidth=0, label=name)
        axes.set_ylim(0, max(5.0, 1.1 * float(tops[:, -1].max())))
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.set_title("People in touch with", weight="bold")
        axes.set_ylabel("people")
        _weeks_along(axes, model)
        figure.legend(loc="outside lower center", ncols=3, frameon=False)
        family, friends, acquaintances = counts[-1]
        words = f"In week {model.week}: {family} family, {friends} friends, {acquaintances} acquaintances"
        return _svg(figure, words)


def _weeks_along(axes: Axes, model: PageModel) -> None:
    """Weeks since entry: as far as the next half year, and a tick each quarter."""
    last = min(model.spec.horizon_weeks, max(26, 26 * (model.week // 26 + 1)))
    axes.set_xlim(-0.5, max(last, model.week) + 0.5)
    axes.set_xticks(range(0, last + 1, 13 if last <= 78 else 26))
    axes.set_xlabel("weeks since entry")
    look.quiet_grid(axes)


def _in_words(weeks: list[Week]) -> str:
    """The means of the last week, for readers who do not see the picture."""
    means = (f"{panel.title.lower()} {panel.of(weeks[-1]).mean():.2f}" for panel in PANELS)
    return f"{', '.join(means)}, contacts held a month {a_month(weeks, lambda week: week.held)[-1]:.2f}"


def _svg(figure: Figure, words: str) -> str:
    """The figure as an SVG element that fills the width it is given and says in words what it shows."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    text = file.getvalue()
    text = text[text.index("<svg") :]
    head, rest = text.split(">", 1)
    kept = " ".join(part for part in head.split() if not part.startswith(("width=", "height=")))
    return f'{kept} role="img" aria-label="{words}">{rest}'
