"""Sections of the page that show pictures: outcomes, dose and networks, each with its numbers."""

from __future__ import annotations

import pandas as pd

from cpi_sim.instruments import Outcome
from cpi_sim.reports import page_figures, page_support_figures
from cpi_sim.reports.dose_figure import dose_of_support, fates_of_contacts
from cpi_sim.reports.material import Material
from cpi_sim.reports.network_figure import KINDS, composition
from cpi_sim.reports.page_drawing import Drawing, said
from cpi_sim.reports.page_markup import Html, items, joined, more, paragraph, section, table, tag
from cpi_sim.reports.page_results import Results
from cpi_sim.reports.page_words import number, percent


def arms_key(drawing: Drawing) -> Html:
    """The arms with their colours, and their letters where pictures use those."""
    if not drawing.material.keys():
        return Html("")
    lines = []
    for arm, words in drawing.material.keys().items():
        variable = drawing.variables[drawing.colours[arm]][0]
        lines.append(joined([_swatch(variable, drawing.dashes[arm]), words]))
    return tag("ul", *(tag("li", line) for line in lines), class_="key", aria_label="Arms and their colours")


def _swatch(variable: str, dash: object) -> Html:
    pattern = None if dash == "solid" else " ".join(f"{length * 3:g}" for length in dash[1])  # type: ignore[index]
    line = tag(
        "line", x1=0, x2=30, y1=6, y2=6, stroke_width=6, style=f"stroke:var({variable})", stroke_dasharray=pattern
    )
    return tag("svg", line, viewBox="0 0 30 12", aria_hidden="true")


def outcomes_section(results: Results, drawing: Drawing) -> Html:
    """Each main outcome over time and as it spreads over people."""
    material = results.material
    drawn = f" Spreads are drawn from the first {results.sites_drawn:,} sites." * (results.sites_drawn < material.sites)
    return section(
        "outcomes",
        "Outcomes by arm and over time",
        paragraph(
            "For each outcome: the mean of everybody's scores over time; "
            + ("the difference from the comparator, with its interval; " if material.summary["effects"] else "")
            + f"and how scores are spread over people {_weeks_of_spreads(material)}. Scores carry the error of their "
            f"instruments, as in life.{drawn}"
        ),
        arms_key(drawing),
        *(_outcome(outcome, drawing, nth) for nth, outcome in enumerate(material.outcomes.values())),
    )


def _weeks_of_spreads(material: Material) -> str:
    first, last = material.weeks_to_show()
    if first == last:
        return f"at week {last}"
    return "as support ends and at the last week" if material.support else f"at week {first} and at week {last}"


def _outcome(outcome: Outcome, drawing: Drawing, nth: int) -> Html:
    better = {"higher": "Higher is better.", "lower": "Lower is better.", "none": "Neither way is better by itself."}
    low, high = outcome.range
    limits = f"from {number(low)} to {number(high)}" if high < float("inf") else f"from {number(low)} up"
    about = f"{outcome.unit}, {limits}. {better[outcome.direction]}"
    if outcome.reliability < 1:
        about += f" Reliability {number(outcome.reliability, 2)} ({outcome.mark})."
    figures = [page_figures.levels(drawing, outcome, nth)]
    if drawing.material.summary["effects"]:
        figures.append(page_figures.differences(drawing, outcome, nth))
    figures.append(page_figures.distributions(drawing, outcome, nth))
    return joined([
        tag("h3", outcome.label),
        paragraph(about[:1].upper() + about[1:]),
        tag("div", *figures, class_="figures"),
    ])  # fmt: skip


def dose_section(material: Material, drawing: Drawing) -> Html:
    """Dose intended and delivered, and why less was delivered."""
    title = "Dose intended and delivered"
    if material.support is None:
        return section("dose", title, paragraph("No arm intends any connecting contact, so there is no dose to show."))
    dose, fates = dose_of_support(material), fates_of_contacts(material)
    dose["of_intended"] = (dose["delivered"] / dose["intended"]).where(dose["intended"] > 0)
    rows = [
        [
            material.labels[arm],
            *(number(float(dose[name][arm]), 2) for name in ("intended", "taken_up", "agreed", "delivered")),
            percent(float(dose["of_intended"][arm])),
            number(float(dose["affordable"][arm]), 2),
        ]
        for arm in material.labels
    ]
    head = ["Arm", "Intended", "Taken up", "Agreed", "Delivered", "Of intended", "Hours allow"]
    return section(
        "dose",
        title,
        paragraph(
            "Contacts are connecting contacts, beyond routine care, counted for everybody the agency supports, over "
            f"{weeks_counted(material)}. Taken up: for those who accepted, as long as they stayed. Agreed: a worker "
            "had the time. Delivered: the person came. Hours allow: what the hours left after crises and routine "
            "would have paid for. In weeks.parquet and runs.parquet the column contacts_intended is what is called "
            "taken up here."
        ),
        items(_why_less(material, fates)),
        table("Contacts a month for each person of the agency", head, rows, numeric=True, class_="numeric"),
        arms_key(drawing),
        tag("div", *page_support_figures.dose(drawing), class_="figures two"),
    )


def weeks_counted(material: Material) -> str:
    """The weeks of the offer, arm by arm where they differ."""
    spans = {arm: f"{first} to {last}" for arm, (first, last) in material.offered.items()}
    if len(set(spans.values())) == 1:
        return f"the weeks of the offer ({next(iter(spans.values()))})"
    return (
        f"the weeks in which each arm offers support ({said(f'{material.labels[a]}: {w}' for a, w in spans.items())})"
    )


def _why_less(material: Material, fates: pd.DataFrame) -> list[str]:
    """For each arm, of a hundred contacts intended, how many were given and what became of the others."""
    return [
        f"{material.labels[str(arm)]}: of 100 contacts intended, {_were(row['delivered'])} delivered. For "
        f"{100 * row['offer declined, or left early']:.0f} the person had declined the offer or left early, for "
        f"{100 * row['waiting, or no worker had time']:.0f} the person was waiting or no worker had time, and "
        f"{_were(row['agreed, person did not come'])} agreed but the person did not come."
        for arm, row in fates.iterrows()
    ]


def _were(share: float) -> str:
    """So many of a hundred, with the verb: ``1 was``, ``12 were``."""
    whole = f"{100 * share:.0f}"
    return f"{whole} {'was' if whole == '1' else 'were'}"


def network_section(material: Material, drawing: Drawing) -> Html:
    """Composition of networks by arm and over time."""
    weeks = list(dict.fromkeys((material.weeks_measured()[0], *material.weeks_to_show())))
    tables = {week: composition(material, week) for week in weeks}
    rows = [
        [f"{label}, week {week}", *(number(each, 2) for each in (*named, sum(named)))]
        for arm, label in material.labels.items()
        for week in weeks
        for named in [[float(tables[week][kind][arm]) for kind in KINDS]]
    ]
    return section(
        "networks",
        "Whom people's networks are made of",
        paragraph(
            "People are asked to name those they are in touch with; some are forgotten. Kin are relatives and "
            "partners; friends are as close as those whom people call friends in surveys; acquaintances are the others "
            "named; practitioners are the workers of the agency."
        ),
        tag("div", *page_support_figures.composition(drawing), class_="figures"),
        tag("h3", "Each kind over time"),
        arms_key(drawing),
        tag("div", *page_support_figures.kinds_over_time(drawing), class_="figures two"),
        more(
            "The numbers",
            table("People named, mean", ["Arm and week", *KINDS.values(), "All"], rows, numeric=True, class_="numeric"),
        ),
    )
