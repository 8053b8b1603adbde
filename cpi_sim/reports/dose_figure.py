"""Pictures of dose: contacts intended, what became of them, and the hours there were."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.ticker import NullLocator, PercentFormatter

from cpi_sim.reports import look, panels
from cpi_sim.reports.material import Material

WEEKS_A_MONTH = 52 / 12
_BLOCK_WEEKS = 4
_AGREE_WITHIN = 0.05
"""Part of the hours available by which arms may differ and be drawn as one line."""
_ALL_ARMS = "all arms"
_HOURS_ALIKE = 1e-6


def dose_of_support(material: Material) -> pd.DataFrame:
    """Dose of each arm over the weeks in which it offers support, contacts a month for each person of the agency.

    Arms that offer none are counted over all weeks in which another does.

    Columns: ``intended`` (what the scenario intends for everybody), ``taken_up`` (for those who accepted the offer, as
    long as they stayed), ``agreed`` (a worker had the time), ``delivered`` (the person came), ``affordable`` (contacts
    that the hours available would have paid for, at the hours that one took in that arm).
    """
    assert material.support is not None
    weeks = material.weeks
    spans = {arm: material.offered.get(arm, material.support) for arm in material.labels}
    first = weeks["arm"].map({arm: span[0] for arm, span in spans.items()})
    last = weeks["arm"].map({arm: span[1] for arm, span in spans.items()})
    inside = weeks[(weeks["week"] > first) & (weeks["week"] <= last)]
    sums = inside.groupby("arm").sum(numeric_only=True).loc[list(material.labels)]
    person_months = sums["people"] / WEEKS_A_MONTH
    dose = pd.DataFrame({"intended": pd.Series(material.contacts)})
    dose["taken_up"] = sums["contacts_intended"] / person_months
    dose["agreed"] = sums["contacts_agreed"] / person_months
    dose["delivered"] = sums["contacts_delivered"] / person_months
    hours_a_contact = (sums["hours_delivered"] / sums["contacts_agreed"]).where(sums["contacts_agreed"] > 0)
    dose["affordable"] = sums["hours_available"] / hours_a_contact / person_months
    return dose


def dose_by_arm(axes: Axes, material: Material, colours: Mapping[str, str]) -> None:
    """Intended beside delivered contacts a month in each arm, and what hours would pay for, on a doubling scale."""
    dose = dose_of_support(material)
    for place, arm in enumerate(dose.index):
        row = dose.loc[arm]
        colour = colours[arm]
        axes.vlines(place, row["delivered"], row["intended"], color=look.FAINT, linewidth=2.5, zorder=1)
        if np.isfinite(row["affordable"]):
            axes.hlines(row["affordable"], place - 0.28, place + 0.28, color=look.INK, linewidth=1.6, zorder=2)
        axes.plot(place, row["intended"], "o", markersize=8, color=look.PAPER, markeredgecolor=colour,
                  markeredgewidth=1.8, zorder=3)  # fmt: skip
        axes.plot(place, row["delivered"], "o", markersize=8, color=colour, zorder=4, clip_on=False)
        if row["intended"] > 0:
            axes.annotate(f"{row['delivered']:.2f}", (place, row["delivered"]), xytext=(9, 0), va="center",
                          textcoords="offset points", fontsize=look.SMALL_POINTS)  # fmt: skip
    axes.set_xticks(range(len(dose)), [material.short(arm) for arm in dose.index])
    axes.set_xlim(-0.6, len(dose) - 0.4)
    _doubling_scale(axes, max(dose["intended"].max(), 0.5))
    look.quiet_grid(axes)


def _doubling_scale(axes: Axes, highest: float) -> None:
    """An axis from 0 on which each step up, beyond the first, is twice as much."""
    ticks = [0.0, *(2.0**power for power in range(-2, 10) if 2.0**power <= highest * 1.001)]
    axes.set_yscale("symlog", base=2, linthresh=0.25, linscale=1)
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylim(0, highest * 1.35)


def dose_over_time(axes: Axes, material: Material, colours: Mapping[str, str]) -> None:
    """Contacts delivered a month for each person of the agency, in blocks of four weeks."""
    weeks = material.weeks[material.weeks["week"] > 0]
    block = (weeks["week"] - 1) // _BLOCK_WEEKS
    sums = weeks.groupby(["arm", block])[["contacts_delivered", "people"]].sum()
    rates = sums["contacts_delivered"] / sums["people"] * WEEKS_A_MONTH
    dashes = look.dashes(list(material.labels), material.comparator)
    for arm in material.labels:
        edges = np.append(rates[arm].index.to_numpy() * _BLOCK_WEEKS, material.horizon_weeks)
        axes.stairs(rates[arm].to_numpy(), edges, color=colours[arm], linewidth=look.LINE,
                    linestyle=dashes[arm], baseline=None)  # fmt: skip
    panels.shade_support(axes, material.support, words=True)
    panels.week_axis(axes, material.horizon_weeks)
    axes.set_ylim(0, max(1.25 * rates.max(), 0.1))
    look.quiet_grid(axes)


def draw_dose(material: Material) -> Figure:
    """What became of the contacts that were intended, and of the hours that were there."""
    colours = look.colours(list(material.labels), material.comparator)
    header = panels.Header(
        "How much of the support that was intended reached people?", material.subtitle(), material.keys()
    )
    height = header.height + 7.7
    figure = Figure(figsize=(11.5, height), dpi=look.DOTS_AN_INCH)
    grid = GridSpec(2, 2, figure, left=0.125, right=0.97, top=1 - header.height / height, bottom=1.6 / height,
                    hspace=0.5, wspace=0.22)  # fmt: skip
    header.draw(figure, colours)
    what_became(figure.add_subplot(grid[0, 0]), material)
    hours_given(figure.add_subplot(grid[0, 1]), material, colours)
    people_supported(figure.add_subplot(grid[1, 0]), material, colours)
    contacts_of_people(figure.add_subplot(grid[1, 1]), material, colours)
    panels.footer(figure, "\n".join([_HOW_TO_READ, *textwrap.wrap(about_hours(material), panels.NOTE_CHARACTERS)]))
    return figure


_HOW_TO_READ = (
    "Contacts are connecting contacts, beyond routine care. Intended: what the scenario intends for every person the "
    "agency supports, over the weeks of its offer.\nWorkers' hours go to crises first, then to routine contact; of "
    "what is left, the agency allows a part for connecting work. Hours are means over four weeks."
)

FATES = {
    "delivered": "#0072b2",
    "agreed, person did not come": "#9ecae1",
    "waiting, or no worker had time": "#e69f00",
    "offer declined, or left early": "#c5ccd4",
}


def fates_of_contacts(material: Material) -> pd.DataFrame:
    """Of the contacts intended, the share with each fate (columns, as ``FATES``), in each arm that intends any."""
    dose = dose_of_support(material)
    dose = dose[dose["intended"] > 0]
    reached = pd.Series(0.0, index=dose.index)
    fates = {}
    for words, step in zip(FATES, ("delivered", "agreed", "taken_up", "intended"), strict=True):
        up_to = (dose[step] / dose["intended"]).clip(lower=reached, upper=1.0)
        fates[words] = up_to - reached
        reached = up_to
    return pd.DataFrame(fates)


def what_became(axes: Axes, material: Material) -> None:
    """What became of each contact intended: delivered, agreed but not attended, no time for it, offer not taken up."""
    fates = fates_of_contacts(material)
    reached = np.zeros(len(fates))
    for words, colour in FATES.items():
        shares = fates[words].to_numpy()
        bars = axes.barh(range(len(fates)), shares, left=reached, color=colour, height=0.68, label=words)
        for bar, share in zip(bars, shares, strict=True):
            if share > 0.05:
                ink = look.ON_DEEP_COLOUR if words == "delivered" else look.ON_COLOUR
                axes.text(bar.get_x() + share / 2, bar.get_y() + 0.34, f"{share:.0%}", ha="center", va="center",
                          fontsize=look.SMALL_POINTS, color=ink)  # fmt: skip
        reached = reached + shares
    axes.set_yticks(range(len(fates)), [textwrap.fill(material.labels[arm], 18) for arm in fates.index])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_title("What became of the contacts intended", weight="bold")
    axes.legend(loc="upper left", bbox_to_anchor=(-0.01, -0.09), ncols=2, frameon=False, fontsize=look.SMALL_POINTS)
    axes.spines["left"].set_visible(False)


def _per_week(material: Material, column: str) -> pd.DataFrame:
    """Mean over sites of a column of the table of weeks: a row a week lived, a column an arm."""
    weeks = material.weeks[material.weeks["week"] > 0]
    return weeks.pivot_table(index="week", columns="arm", values=column, aggfunc="mean")[list(material.labels)]


def _over_four_weeks(weekly: pd.DataFrame) -> pd.DataFrame:
    """Means of each week and the three before it."""
    return weekly.rolling(_BLOCK_WEEKS, min_periods=1).mean()


def available_by_arm(material: Material) -> pd.DataFrame:
    """Hours for connecting work that a team has, mean over sites and four weeks: a row a week, a column an arm.

    Where arms agree (crises, and so the hours that they leave, may differ a little) there is one column, their mean.
    """
    hours = _over_four_weeks(_per_week(material, "hours_available"))
    means = hours.mean()
    agree = means.max() - means.min() <= _AGREE_WITHIN * means.max()
    return hours.mean(axis=1).to_frame(_ALL_ARMS) if agree else hours


def hours_given(axes: Axes, material: Material, colours: Mapping[str, str]) -> None:
    """Hours given to connecting work by each site's team, against the hours there were: in each arm, or in all."""
    available = available_by_arm(material)
    used = _over_four_weeks(_per_week(material, "hours_delivered"))
    for arm in available:
        axes.plot(available.index, available[arm], color=colours.get(str(arm), look.INK), linewidth=1.2,
                  linestyle=(0, (5, 2)))  # fmt: skip
    dashes = look.dashes(list(material.labels), material.comparator)
    for arm in material.labels:
        axes.plot(used.index, used[arm], color=colours[arm], linewidth=look.LINE, linestyle=dashes[arm])
    panels.shade_support(axes, material.support)
    panels.week_axis(axes, material.horizon_weeks)
    axes.set_ylim(0, None)
    axes.set_title("Hours a week, each team (thin dashes: available)", weight="bold")
    axes.set_xlabel("weeks since entry")
    look.quiet_grid(axes)


def about_hours(material: Material) -> str:
    """What the dashes of :func:`hours_given` are; where more was given in some week than there was, how that can be."""
    one = list(available_by_arm(material)) == [_ALL_ARMS]
    whose = "in all arms, which agree" if one and len(material.labels) > 1 else "" if one else "in the arm's colour"
    dashes = f"Thin dashes: hours available{f' ({whose})' if whose else ''}."
    if not (material.weeks["hours_delivered"] > material.weeks["hours_available"] + _HOURS_ALIKE).any():
        return dashes
    return (
        f"{dashes} More can be given in a week than is available in it: a worker may save up connecting hours, at most "
        f"those of {material.diary_weeks} weeks (diary_weeks), for a longer visit."
    )


def people_supported(axes: Axes, material: Material, colours: Mapping[str, str]) -> None:
    """Share of the agency's people with connecting support under way."""
    share = _per_week(material, "supported") / _per_week(material, "people")
    dashes = look.dashes(list(material.labels), material.comparator)
    for arm in material.labels:
        axes.plot(share.index, share[arm], color=colours[arm], linewidth=look.LINE, linestyle=dashes[arm])
    panels.shade_support(axes, material.support, words=True)
    panels.week_axis(axes, material.horizon_weeks)
    axes.set_ylim(0, max(1.25 * share.max().max(), 0.05))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_title("People with support under way", weight="bold")
    axes.set_xlabel("weeks since entry")
    look.quiet_grid(axes)


def contacts_of_people(axes: Axes, material: Material, colours: Mapping[str, str]) -> None:
    """How many connecting contacts each person had had by the last week measured."""
    last = material.people[material.people["week"] == material.people["week"].max()]
    arms = [arm for arm in material.labels if material.contacts[arm] > 0]
    edges = np.array([0, 1, 6, 13, 26, np.inf])
    words = ("none", "1-5", "6-12", "13-25", "26 or more")
    width = 0.8 / max(len(arms), 1)
    for nth, arm in enumerate(arms):
        contacts = last.loc[last["arm"] == arm, "contacts_connecting"].to_numpy()
        share = np.histogram(contacts, edges)[0] / len(contacts)
        axes.bar(np.arange(len(words)) + (nth - (len(arms) - 1) / 2) * width, share, width * 0.92, color=colours[arm],
                 label=material.labels[arm])  # fmt: skip
    axes.set_xticks(range(len(words)), words)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_title(f"Contacts each person had had by week {material.horizon_weeks}", weight="bold")
    axes.set_xlabel("contacts")
    look.quiet_grid(axes)
