"""One person's time in a site as a picture: symptoms, contacts with workers, places, people, feelings, week by week."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.lines import Line2D

from cpi_sim.engine import processes
from cpi_sim.reports import look, panels
from cpi_sim.reports.life import Life
from cpi_sim.reports.material import ASSUMPTION_NOTE
from cpi_sim.reports.words import EXPERIENCE, describe
from cpi_sim.site.tables import (
    FROM_FAMILY,
    FROM_INTRODUCTION,
    FROM_SETTING,
    FROM_START,
    MAPPING,
    SOCIAL,
    WAITING,
    WINDING_DOWN,
)

_TIES_SHOWN = 18
_WAITING_WORDS_PART = 0.07
"""Part of the axis that the word "waiting" takes up."""
_CRISIS = "#d55e00"
_FAMILY = "#7b8794"
_ORIGIN_COLOURS = {FROM_START: "#0072b2", FROM_SETTING: "#009e73", FROM_INTRODUCTION: "#cc79a7", FROM_FAMILY: _FAMILY}
_TIE_LEGEND = {
    "family, partner": _FAMILY,
    "known since before": _ORIGIN_COLOURS[FROM_START],
    "met at a place": _ORIGIN_COLOURS[FROM_SETTING],
    "introduced by the worker": _ORIGIN_COLOURS[FROM_INTRODUCTION],
}


def draw_person(life: Life, title: str, horizon_weeks: int) -> Figure:
    """Five strips over the same weeks: symptoms, contacts with workers, places, people, feelings."""
    header = panels.Header(title, [describe(life.everybody, life.person).capitalize()])
    height = header.height + 10.0
    figure = Figure(figsize=(11.5, height), dpi=look.DOTS_AN_INCH)
    grid = GridSpec(5, 1, figure, left=0.17, right=0.975, top=1 - header.height / height, bottom=1.3 / height,
                    hspace=0.42, height_ratios=(1.0, 1.0, 0.9, 4.0, 1.2))  # fmt: skip
    header.draw(figure, {})
    strips = [figure.add_subplot(grid[row]) for row in range(5)]
    for axes, draw in zip(strips, (_symptoms, _workers, _places, _people, _feelings), strict=True):
        draw(axes, life)
        panels.week_axis(axes, horizon_weeks)
        axes.spines["left"].set_visible(False)
    strips[-1].set_xlabel("weeks since entry")
    panels.footer(figure, _HOW_TO_READ)
    return figure


_HOW_TO_READ = (
    "Symptoms: 1 is the mean of people with illness; bars: in crisis. Contacts, grey: waiting for connecting support. "
    "Places: grey, a member; dot, went.\nPeople, closest first, by age and id (*: with experience of illness): the "
    "thicker, the closer (hours shared, fading); pale: out of touch; ticks: weeks in\nwhich they met. Feelings: "
    f"standard deviations of the community, 0 its mean. Note: {ASSUMPTION_NOTE}."
)


def _symptoms(axes: Axes, life: Life) -> None:
    symptoms = life.states["symptoms"]
    crisis = life.in_crisis().to_numpy()
    axes.fill_between(symptoms.index, symptoms, color=_CRISIS, alpha=0.15, linewidth=0)
    axes.plot(symptoms.index, symptoms, color=_CRISIS, linewidth=1.4)
    for week in symptoms.index[crisis]:
        axes.axvspan(week - 1, week, color=_CRISIS, alpha=0.28, linewidth=0)
    axes.set_ylim(0, None)
    axes.set_ylabel("symptoms")
    axes.set_title("Symptoms and crises", weight="bold")


def _workers(axes: Axes, life: Life) -> None:
    stage = life.states["stage"]
    for first, last, colour, words in (
        (WAITING, WAITING, look.SHADE, "waiting"),
        (MAPPING, WINDING_DOWN, "#d7e8f4", "connecting support"),
    ):
        within = stage.index[(stage >= first) & (stage <= last)]
        for week in within:
            axes.axvspan(week - 1, week, color=colour, linewidth=0, zorder=0)
        room = _WAITING_WORDS_PART * life.weeks if last == WAITING else 0  # the words of the next band stand behind
        if len(within) > room:
            axes.annotate(words, (within[0] - 0.5, 1), xycoords=("data", "axes fraction"), xytext=(2, -2), va="top",
                          textcoords="offset points", fontsize=look.SMALL_POINTS, color=look.QUIET)  # fmt: skip
    kinds = {
        "connecting": (processes.SESSION_HELD, "#0072b2"),
        "routine": (processes.ROUTINE_CONTACT, look.QUIET),
        "crisis": (processes.CRISIS_CONTACT, _CRISIS),
    }
    for place, (what, colour) in enumerate(kinds.values()):
        weeks = life.events.loc[life.events["what"] == what, "week"]
        axes.plot(weeks - 0.5, np.full(len(weeks), -place), "o", markersize=4.2, color=colour)
    axes.set_yticks([0, -1, -2], list(kinds))
    axes.set_ylim(-2.6, 1.1)
    axes.set_title("Weeks with contacts with workers", weight="bold")


def _places(axes: Axes, life: Life) -> None:
    lived = life.places[life.places["week"] > 0]
    names = list(dict.fromkeys(lived["place"]))
    for row, place in enumerate(names):
        here = lived[lived["place"] == place]
        weeks = here["week"] - 0.5
        axes.plot(weeks, np.full(len(here), -row), "_", color=look.FAINT, markersize=5, markeredgewidth=4)
        went = here["attended"] == 1
        axes.plot(weeks[went], np.full(went.sum(), -row), "o", color="#009e73", markersize=4.2)
    labels = [f"users' group {place}" if place in life.users_only else f"place {place}" for place in names]
    axes.set_yticks([-row for row in range(len(names))], labels)
    axes.set_ylim(-max(len(names), 1) + 0.4, 0.6)
    axes.set_title("Places" if names else "Places: none", weight="bold")


def _people(axes: Axes, life: Life) -> None:
    closest = life.closest(_TIES_SHOWN)
    met = life.events[life.events["what"] == processes.MET]
    for row, other in enumerate(closest):
        ties = life.ties[life.ties["other"] == other]
        colour = _ORIGIN_COLOURS[int(ties["origin"].iloc[0])] if ties["kind"].iloc[0] == SOCIAL else _FAMILY
        _closeness(axes, ties, -row, colour)
        weeks = met.loc[met["other"] == other, "week"] - 0.5
        axes.plot(weeks, np.full(len(weeks), -row - 0.42), "|", color=colour, markersize=4, markeredgewidth=1)
    labels = [_label(life, other) for other in closest]
    axes.set_yticks([-row for row in range(len(labels))], labels)
    axes.set_ylim(-len(labels) + 0.3, 0.7)
    handles = [Line2D([], [], color=colour, linewidth=5, label=words) for words, colour in _TIE_LEGEND.items()]
    axes.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1.0), ncols=4, frameon=False, borderaxespad=0.2,
                fontsize=look.SMALL_POINTS)  # fmt: skip
    axes.set_title("People", weight="bold")


def _label(life: Life, other: int) -> str:
    """``a woman of 34 (12)``, with a star for experience of illness."""
    words = describe(life.everybody, other)
    return words.replace(EXPERIENCE, "") + ("*" if EXPERIENCE in words else "")


def _closeness(axes: Axes, ties: pd.DataFrame, height: float, colour: str) -> None:
    """A ribbon as thick as the tie is close, at most 0.7 for 150 hours and more; pale while out of touch."""
    thickness = 0.35 * np.sqrt(np.minimum(ties["closeness_hours"].to_numpy(), 150.0) / 150.0)
    weeks = ties["week"].to_numpy()
    dormant = ties["dormant"].to_numpy() == 1
    for asleep, opacity in ((False, 0.75), (True, 0.2)):
        axes.fill_between(weeks, height - thickness, height + thickness, where=dormant == asleep, color=colour,
                          alpha=opacity, linewidth=0)  # fmt: skip


def _feelings(axes: Axes, life: Life) -> None:
    for name, colour in (("loneliness", "#cc79a7"), ("inclusion", "#009e73"), ("wellbeing", "#0072b2")):
        series = life.states[name]
        axes.plot(series.index, series, color=colour, linewidth=1.6, label=name)
    axes.axhline(0, color=look.FAINT, linewidth=1)
    axes.set_ylabel("SD of the\ncommunity")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1.0), ncols=3, frameon=False, borderaxespad=0.2,
                fontsize=look.SMALL_POINTS)  # fmt: skip
    axes.set_title("How the person feels", weight="bold")
