"""Pictures of dose and of networks for the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cpi_sim.reports import dose_figure, network_figure
from cpi_sim.reports.page_drawing import HEIGHT, POINTS, Drawing, said
from cpi_sim.reports.page_markup import Html
from cpi_sim.reports.page_words import listed, number

_WEEKS = "weeks since entry"


def dose(drawing: Drawing) -> list[Html]:
    """Contacts intended and delivered, what became of the others, hours, and people supported."""
    material, colours = drawing.material, drawing.colours
    pictures = [_intended_and_delivered(drawing), _fates(drawing)]
    over_time = {
        "delivery": (
            dose_figure.dose_over_time,
            "Contacts delivered a month for each person, in blocks of four weeks.",
        ),
        "hours": (
            dose_figure.hours_given,
            "Hours a week that a team gives to connecting work (means over four weeks). "
            + dose_figure.about_hours(material),
        ),
        "supported": (dose_figure.people_supported, "People with connecting support under way."),
    }
    for name, (draw, caption) in over_time.items():
        whole = _alone(partial(draw, material=material, colours=colours), _WEEKS)
        pictures.append(drawing.figure(name, f"Lines over weeks, by arm. {caption}", caption, whole))
    caption = f"How many connecting contacts each person had had by week {material.horizon_weeks}."
    whole = _alone(partial(dose_figure.contacts_of_people, material=material, colours=colours), "connecting contacts")
    return [*pictures, drawing.figure("contacts", f"Bars: share of people, by arm. {caption}", caption, whole)]


def _intended_and_delivered(drawing: Drawing) -> Html:
    material = drawing.material
    rows = dose_figure.dose_of_support(material).iterrows()
    rates = said(
        f"{material.labels[str(a)]} {number(r['delivered'], 2)} of {number(r['intended'], 1)}" for a, r in rows
    )
    return drawing.figure(
        "dose",
        f"Contacts a month delivered of those intended, for each person: {rates}.",
        "Contacts a month for each person: intended (ring), delivered (dot), and what hours would pay for (bar).",
        _alone(partial(dose_figure.dose_by_arm, material=material, colours=drawing.colours), material.arms_axis()),
    )


def _fates(drawing: Drawing) -> Html:
    material = drawing.material
    fates = dose_figure.fates_of_contacts(material)
    shares = said(f"{material.labels[str(arm)]} {row['delivered']:.0%} delivered" for arm, row in fates.iterrows())
    return drawing.figure(
        "fates",
        f"Bars: what became of the contacts intended. {shares}.",
        "What became of the contacts intended, for everybody the agency supports.",
        _alone(partial(dose_figure.what_became, material=material), "", legend_columns=1),
        _height_of(len(fates)),
    )


def composition(drawing: Drawing) -> Iterator[Html]:
    """Whom people name at entry, as support ends and at the last week."""
    material = drawing.material
    for week in dict.fromkeys((material.weeks_measured()[0], *material.weeks_to_show())):
        table = network_figure.composition(material, week)
        means = said(f"{material.labels[str(arm)]}: {_kinds(row)}" for arm, row in table.iterrows())
        yield drawing.figure(
            f"composition{week}",
            f"Bars: people named at week {week}, mean. {means}.",
            f"Whom people name at week {week}{' (entry)' if week == 0 else ''}, mean number of each kind.",
            _alone(
                partial(network_figure.composition_by_arm, material=material, week=week),
                "people named, mean",
                legend_columns=2,
            ),
            _height_of(len(table)),
        )


def _kinds(means: pd.Series) -> str:
    return listed(
        f"{network_figure.KINDS[kind].lower()} {number(float(means[kind]), 1)}" for kind in network_figure.KINDS
    )


def kinds_over_time(drawing: Drawing) -> Iterator[Html]:
    """Each kind of people named, over weeks."""
    material = drawing.material
    last = material.weeks_measured()[-1]
    at_last = network_figure.composition(material, last)
    for kind, words in network_figure.KINDS.items():
        means = said(f"{label} {number(float(at_last[kind][arm]), 2)}" for arm, label in material.labels.items())
        draw = partial(network_figure.kind_over_time, material=material, kind=kind, colours=drawing.colours)
        yield drawing.figure(
            f"kind-{kind}",
            f"Lines: mean number of {words.lower()} named, over weeks, by arm. At week {last}: {means}.",
            f"{words}: mean number named, over time.",
            _alone(draw, _WEEKS),
        )


def _height_of(bars: int) -> float:
    """Inches for so many horizontal bars and their legend."""
    return max(HEIGHT, 1.4 + 0.36 * bars)


def _alone(draw: Callable[[Axes], None], below: str, *, legend_columns: int = 0) -> Callable[[Figure], None]:
    """A panel as a picture of its own: without the title, since its caption says it; its legend, if any, underneath."""

    def whole(figure: Figure) -> None:
        axes = figure.add_subplot()
        draw(axes)
        axes.set_title("")
        axes.set_xlabel(below)
        legend = axes.get_legend()
        if legend is not None:
            legend.remove()
        if legend_columns:
            handles, labels = axes.get_legend_handles_labels()
            figure.legend(handles, labels, loc="outside lower left", ncols=legend_columns, frameon=False,
                          fontsize=POINTS - 1, handlelength=1.2)  # fmt: skip

    return whole
