"""What came of it: effects in a few sentences, and in tables with their Monte Carlo error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cpi_sim.instruments import OUTCOMES, Outcome
from cpi_sim.reports.dose_figure import dose_of_support
from cpi_sim.reports.material import Material
from cpi_sim.reports.page_markup import Html, caption_of, framed, items, more, paragraph, section, tag
from cpi_sim.reports.page_words import decimals_for, listed, number, percent, signed
from cpi_sim.reports.words import lower_first

Numbers = Mapping[str, Any]

_COLUMNS = ("Difference", "95% interval", "d")
_SAVED = "Variance saved"
_LISTED_AT_MOST = 8
"""Arms whose dose is told in a list."""


def in_short(material: Material) -> list[Html]:
    """The largest difference in each main outcome as support ends, and how large that is; the last week without any."""
    if not material.summary["effects"]:
        return _changes(material)
    weeks = material.weeks_of_effects()
    week = weeks[0] if material.support else weeks[-1]
    comparator = lower_first(material.comparator_words)
    effects = material.summary["effects"]
    ds = [
        abs(effects[arm][name][str(week)]["d"] or 0.0)
        for arm in effects
        for name in material.outcomes
        for week in weeks
    ]
    when = f"week {week}" + (", as support ends" if material.support else "")
    return [
        paragraph(f"Mean difference from {comparator} at {when}, in the arm in which it is largest:"),
        items((_largest(material, outcome, week) for outcome in material.outcomes.values()), "findings"),
        *_given(material),
        paragraph(
            "The largest standardised difference among these outcomes, at "
            f"{listed((f'week {each}' for each in weeks), 'or')}, is "
            f"d\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{number(max(ds), 2)} (in standard deviations between people at "
            "entry; by a common convention 0.2 is small, 0.5 medium and 0.8 large)."
        ),
    ]


def _given(material: Material) -> list[Html]:
    """How many contacts were intended in each arm, and how many of them delivered; nothing where none were intended."""
    if material.support is None:
        return []
    dose = dose_of_support(material)
    dose = dose[dose["intended"] > 0]
    lines = [
        f"{material.labels[str(arm)]}: {number(row['intended'])} intended, {number(row['delivered'], 2)} delivered"
        for arm, row in dose.iterrows()
    ]
    beyond = [f"and {len(lines) - _LISTED_AT_MOST} more arms: see Dose"] if len(lines) > _LISTED_AT_MOST else []
    alike = "" if len(dose) == 1 else " (arms that intend different numbers may deliver much the same)"
    return [
        paragraph(f"Connecting contacts a month, mean of all people of the agency{alike}:"),
        items([*lines[:_LISTED_AT_MOST], *beyond]),
    ]


def _largest(material: Material, outcome: Outcome, week: int) -> Html:
    effects = {arm: by[outcome.name][str(week)] for arm, by in material.summary["effects"].items()}
    arm = max(effects, key=lambda each: abs(effects[each]["mean"] or 0.0))
    low, high = interval(effects[arm], material.interval_factor(arm))
    decimals = _decimals(material, outcome.name, [week])
    size = f"{signed(effects[arm]['mean'], decimals)} {outcome.unit}"
    if low is None or high is None:
        return tag("span", tag("strong", outcome.label), f": {size} ({material.labels[arm]})")
    between = f"{material.labels[arm]}, 95% interval {signed(low, decimals)} to {signed(high, decimals)}"
    if low <= 0 <= high:
        return tag(
            "span", tag("strong", outcome.label), f": no difference beyond Monte Carlo error: {size} ({between})"
        )
    return tag("span", tag("strong", outcome.label), f": {size} ({between})")


def _changes(material: Material) -> list[Html]:
    """Without a comparator: mean scores at entry and at the last week, a line an outcome; and how to get effects."""
    weeks = list(dict.fromkeys((material.weeks_measured()[0], material.weeks_measured()[-1])))
    lines = [
        f"{outcome.label}: {', '.join(_means(material, outcome, week) for week in weeks)}."
        for outcome in material.outcomes.values()
    ]
    one = len(material.labels) == 1
    return [
        _not_compared(material),
        paragraph("Mean scores:" if one else "Mean scores, from the lowest arm to the highest:"),
        items(lines, "findings"),
        *_given(material),
    ]


def _not_compared(material: Material) -> Html:
    """Why there are no effects, and how to get them."""
    if len(material.labels) == 1:
        return paragraph("There is one arm, so nothing is compared here.")
    example = tag("code", f'comparator: "{next(iter(material.labels))}"')
    return paragraph(
        "No arm is named from which effects could be counted. A line like ", example, " in the scenario file, with the "
        "name of one of its arms, gives the differences from it, with their error."
    )  # fmt: skip


def _means(material: Material, outcome: Outcome, week: int) -> str:
    """The mean score at a week, or those of the arms in which it is lowest and highest."""
    means = {arm: material.summary["arms"][arm][outcome.name][str(week)]["mean"] for arm in material.labels}
    known = {arm: mean for arm, mean in means.items() if mean is not None}
    if len(known) < 2:
        return f"{number(next(iter(known.values()), None), 1)} at week {week}"
    low, high = min(known, key=lambda arm: known[arm]), max(known, key=lambda arm: known[arm])
    if number(known[low], 1) == number(known[high], 1):
        return f"{number(known[low], 1)} in every arm at week {week}"
    return (
        f"{number(known[low], 1)} ({material.labels[low]}) to {number(known[high], 1)} ({material.labels[high]}) "
        f"at week {week}"
    )


def interval(effect: Numbers, factor: float) -> tuple[float | None, float | None]:
    """Ends of the 95 % Monte Carlo interval; None where there is one site only."""
    if effect["mean"] is None or effect["mcse"] is None:
        return None, None
    half = factor * effect["mcse"]
    return effect["mean"] - half, effect["mean"] + half


def effects_section(material: Material, key: Html, overviews: Sequence[Html]) -> Html:
    """Paired effects of the main outcomes, and the other outcomes for who opens them."""
    if not material.summary["effects"]:
        return section("effects", "Effects", _not_compared(material))
    others = [outcome for name, outcome in OUTCOMES.items() if name not in material.outcomes]
    same = all(material.same_people.values())
    how = (
        "Each person is compared with the same person in the comparator's arm"
        if same
        else "Sites are compared with those of the same seed in the comparator's arm"
    )
    return section(
        "effects",
        "Effects, with their Monte Carlo error",
        paragraph(
            f"{how}. The interval says how far the mean would vary if the batch were repeated with "
            f"other sites ({material.sites:,} lived; Student's t over sites). It is not a confidence interval of "
            "a trial, and says nothing of whether the assumptions are right. d is the difference over the standard "
            "deviation between people at entry." + (f" {_ABOUT_SAVED}" if _has_saved(material) else "")
        ),
        key,
        *_given(material),
        tag("div", *overviews, class_="figures two"),
        effects_table("Differences in the main outcomes", material, list(material.outcomes.values())),
        more(
            f"The other {len(others)} outcomes",
            *_about_dashes(material, others),
            effects_table("Differences in the other outcomes", material, others),
        ),
    )


_ABOUT_SAVED = (
    "Variance saved is the part of the variance of the difference that disappears because arms share their random "
    "numbers: at 90%, ten times as many unpaired sites would be needed for the same precision. "
    "It has no meaning, and a dash, where arms do not differ at all."
)


def _about_dashes(material: Material, outcomes: Sequence[Outcome]) -> list[Html]:
    """Which outcomes have dashes for differences, and why."""
    week = str(material.weeks_of_effects()[-1])
    effects = material.summary["effects"].values()
    without = [each.label for each in outcomes if all(by[each.name][week]["mean"] is None for by in effects)]
    if not without:
        return []
    return [
        paragraph(
            f"Dashes stand where an arm or the comparator has no score, so that there is no difference. Here: "
            f"{listed(without)}. Fidelity, for example, is not defined where nothing is intended."
        )
    ]


def _has_saved(material: Material) -> bool:
    effects = material.summary["effects"].values()
    return any("variance_saved" in numbers for by in effects for weeks in by.values() for numbers in weeks.values())


def effects_table(caption: str, material: Material, outcomes: Sequence[Outcome]) -> Html:
    """A row an arm, under a heading an outcome; for each of two weeks difference, interval, d, and variance saved."""
    weeks = material.weeks_of_effects()
    columns = [*_COLUMNS, *([_SAVED] if _has_saved(material) else [])]
    groups = [tag("colgroup", span=1), *(tag("colgroup", span=len(columns)) for _ in weeks)]
    above = tag(
        "tr",
        tag("th", "Outcome and arm", scope="col", rowspan=2),
        *(tag("th", week_heading(material, week), scope="colgroup", colspan=len(columns)) for week in weeks),
    )
    below = tag("tr", *(tag("th", words, scope="col") for _ in weeks for words in columns))
    bodies = [_outcome_rows(material, outcome, weeks, columns) for outcome in outcomes]
    content = tag("table", caption_of(caption), *groups, tag("thead", above, below), *bodies, class_="effects")
    return framed(caption, content)


def week_heading(material: Material, week: int) -> str:
    """A week, and where in the support it lies."""
    return material.week_words(week).removeprefix("scores at ").capitalize()


def _outcome_rows(material: Material, outcome: Outcome, weeks: Sequence[int], columns: Sequence[str]) -> Html:
    better = {"higher": ", higher is better", "lower": ", lower is better", "none": ""}[outcome.direction]
    words = tag("span", outcome.label, " ", tag("small", f"{outcome.unit}{better}"))
    heading = tag("th", words, scope="rowgroup", colspan=1 + len(weeks) * len(columns))
    rows = [tag("tr", heading, class_="group")]
    decimals = _decimals(material, outcome.name, weeks)
    for arm, by_outcome in material.summary["effects"].items():
        cells: list[str] = []
        for week in weeks:
            effect = by_outcome[outcome.name][str(week)]
            cells += _cells(effect, material.interval_factor(arm), decimals, len(columns) > len(_COLUMNS))
        numbers = (tag("td", cell, class_="number") for cell in cells)
        rows.append(tag("tr", tag("th", material.labels[arm], scope="row"), *numbers))
    return tag("tbody", *rows)


def _cells(effect: Numbers, factor: float, decimals: int, saved: bool) -> list[str]:
    """Difference, interval, d and, where it is known of any, the variance saved."""
    low, high = interval(effect, factor)
    between = number(None) if low is None else f"{signed(low, decimals)} to {signed(high, decimals)}"
    cells = [signed(effect["mean"], decimals), between, signed(effect["d"], 2)]
    share = effect.get("variance_saved") if effect["mean"] or effect["mcse"] else None
    return [*cells, *([percent(share, 1)] if saved else [])]


def _decimals(material: Material, outcome: str, weeks: Sequence[int]) -> int:
    """Decimals worth printing of an outcome: the same in all its rows."""
    shown = [by[outcome][str(week)] for by in material.summary["effects"].values() for week in weeks]
    errors = [each["mcse"] for each in shown if each["mcse"]]
    return decimals_for(max(abs(each["mean"] or 0.0) for each in shown), min(errors, default=0.0))
