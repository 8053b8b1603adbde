"""The report of a check as a text to read in 80 columns: two lines a target, grouped by mechanism, misses marked."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rich.console import Group
from rich.table import Table
from rich.text import Text

from cpi_sim.checks.check import PLAUSIBLE_BELOW, SITES_AT_LEAST, CheckReport, Comparison
from cpi_sim.checks.stationarity import DRIFT_AT_MOST

_STANDING_WIDTH = 19

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


def standing(each: Comparison, *, enough_sites: bool) -> Text:
    """How a target stands, in words, a miss in red; with too few sites for a verdict, that there are few."""
    if not each.computed and not each.counts:
        return Text("not computed", style="dim")
    if each.by_construction:
        return Text("by construction", style="dim")
    words, style = ("within", "green") if each.met else ("MISS", "bold red" if each.target.core else "red")
    return Text(words, style=style) if enough_sites else Text(f"{words}, few sites", style="yellow")


def numbers(each: Comparison) -> str:
    """The id of a target and its numbers, in columns under :data:`HEAD`."""
    known = f"{shown(each.target.value)} ± {shown(each.target.sd)}"
    return _columns(each.target.id, known, shown(each.simulated), shown(each.mcse), shown(each.implausibility))


def _columns(name: str, known: str, simulated: str, error: str, implausibility: str) -> str:
    return f"{name:<37}{known:>18}{simulated:>10}{error:>6}{implausibility:>9}"


HEAD = _columns("target", "known ± tolerance", "simulated", "error", "implaus.")


def meaning(each: Comparison, *, enough_sites: bool) -> Table:
    """How a target stands, and beside it what it says and why it has no value, in as many lines as the screen needs."""
    line = Table.grid(padding=(0, 2))
    line.add_column(width=_STANDING_WIDTH, no_wrap=True)
    line.add_column()
    line.add_row(Text("  ") + standing(each, enough_sites=enough_sites), each.target.statement)
    if each.reason:
        line.add_row("", Text(each.reason, style="dim"))
    return line


def target_lines(report: CheckReport) -> Iterator[Text | Table]:
    """All targets, grouped by mechanism, those that count before the others: the numbers, and below what they say."""
    yield Text(f"Plausibility of {report.sites} simulated sites (seed {report.seed})", style="bold")
    for mechanism, heading in MECHANISMS.items():
        for core, words in ((True, heading), (False, f"{heading}: soft")):
            wanted = (mechanism, core)
            chosen = [each for each in report.comparisons if (each.target.mechanism, each.target.core) == wanted]
            if chosen:
                yield Text(f"\n{words}", style="bold")
                yield Text(HEAD, style="dim")
            for each in chosen:
                yield Text(numbers(each))
                yield meaning(each, enough_sites=report.enough_sites)


LEGEND = {
    "known ± tolerance": "the published figure, and by how much a good model may miss it (one standard deviation)",
    "error": "Monte Carlo error of the simulated value: by how much it would vary with other sites",
    "implaus.": f"implausibility: distance from the known figure in tolerances; {PLAUSIBLE_BELOW:g} or more is a MISS",
    "within": f"implausibility below {PLAUSIBLE_BELOW:g}",
    "soft": "reported, but not counted in the verdict",
    "by construction": "an input of the model fixes it, as said below each, so agreement says nothing; not counted",
    "not computed": "the sites do not hold what it takes, as said below each",
}


def legend(report: CheckReport) -> Table:
    """What the words of the table mean."""
    words = Table.grid(padding=(0, 2))
    words.add_column(no_wrap=True, style="bold")
    words.add_column()
    for word, meaning in LEGEND.items():
        words.add_row(word, meaning)
    if not report.enough_sites:
        words.add_row(
            "few sites",
            f"with {report.sites} of the {SITES_AT_LEAST} sites that it takes, the error is large and itself "
            "uncertain: no target can be called within, or a miss",
        )
    return words


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
    unknown = len(core) - counted - fixed
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
    return Group(
        *target_lines(report),
        Text(""),
        legend(report),
        Text(""),
        *stationarity_lines(report),
        Text(""),
        verdict(report),
    )
