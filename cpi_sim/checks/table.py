"""The report of a check as a table to read: a line a target, grouped by mechanism, misses marked."""

from __future__ import annotations

import math

from rich.console import Group
from rich.table import Table
from rich.text import Text

from cpi_sim.checks.check import PLAUSIBLE_BELOW, SITES_AT_LEAST, CheckReport, Comparison
from cpi_sim.checks.stationarity import DRIFT_AT_MOST

MECHANISMS = {
    "networks": "Networks",
    "formation": "How ties form",
    "decay": "How ties last",
    "attachment": "Attachment",
    "engagement": "Engagement and alliance",
    "dose": "Contacts and dose",
    "mobilisation": "Help",
    "stigma": "Stigma",
    "subjective": "How people feel",
    "drift": "Change with usual care",
    "observation": "Observation",
}


def shown(value: float) -> str:
    """A number with about three figures, or a dash where there is none."""
    if math.isnan(value):
        return "-"
    decimals = 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3
    return f"{value:.{decimals}f}"


def standing(each: Comparison) -> Text:
    """How a target stands, in words, a miss in red."""
    if not each.computed:
        return Text("not computed", style="dim")
    if each.by_construction:
        return Text("by construction", style="dim")
    if each.met:
        return Text("within", style="green")
    return Text("MISS", style="bold red" if each.target.core else "red")


def line(each: Comparison) -> list[str | Text]:
    """Cells of one target."""
    name = each.target.id if each.target.core else f"{each.target.id} (soft)"
    return [
        Text(name, style="" if each.target.core else "dim"),
        f"{shown(each.target.value)} ± {shown(each.target.sd)}",
        shown(each.simulated),
        shown(each.mcse),
        shown(each.implausibility),
        standing(each),
    ]


def targets_table(report: CheckReport) -> Table:
    """All targets, grouped by mechanism."""
    table = Table(title=f"Plausibility of {report.sites} simulated sites (seed {report.seed})", title_justify="left")
    table.add_column("target", no_wrap=True)
    for heading in ("known ± tolerance", "simulated", "error", "implausibility"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for mechanism, heading in MECHANISMS.items():
        chosen = [each for each in report.comparisons if each.target.mechanism == mechanism]
        chosen.sort(key=lambda each: not each.target.core)
        table.add_section()
        table.add_row(Text(heading, style="bold"))
        for each in chosen:
            table.add_row(*line(each))
    return table


def stationarity_lines(report: CheckReport) -> list[Text]:
    """The community over ten years, a line a level, and how many ties it keeps."""
    lines = [Text("A healthy community over ten years", style="bold")]
    for drift in report.stationarity.drifts:
        style = "green" if drift.stationary else "bold red"
        levels = f"{shown(drift.start)} -> {shown(drift.end)}"
        lines.append(Text(f"  {drift.name}: {levels} ({drift.change:+.1%}, limit {DRIFT_AT_MOST:.0%})", style=style))
    lines.append(Text(f"  ties that are the same after seven years: {report.stationarity.ties_kept:.0%}"))
    return lines


def verdict(report: CheckReport) -> Text:
    """The last line: how many core targets are met, or that there were too few sites to say."""
    counted, missed = len(report.counted), len(report.missed)
    core = [each for each in report.comparisons if each.target.core]
    fixed = sum(each.by_construction for each in core)
    unknown = sum(not each.computed for each in core)
    said = (
        f"{counted - missed} of {counted} core targets within {PLAUSIBLE_BELOW:g}; "
        f"{fixed} more are fixed by inputs and do not count, {unknown} cannot be computed."
    )
    if not report.enough_sites:
        said += f" No verdict: {report.sites} sites are too few, it takes {SITES_AT_LEAST}."
        return Text(said, style="yellow")
    return Text(said, style="bold green" if report.plausible else "bold red")


def as_text(report: CheckReport) -> Group:
    """The whole report, for a rich console."""
    return Group(targets_table(report), Text(""), *stationarity_lines(report), Text(""), verdict(report))
