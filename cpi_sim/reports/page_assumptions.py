"""What is assumption: of all numbers how many, which of them weigh most here, and what the scenario sets itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cpi_sim.evidence.catalogue import ASSUMPTION, MARKS, WITHOUT_SOURCE, entries_of, mark_of
from cpi_sim.evidence.references import REFERENCES
from cpi_sim.parameters import REGISTRY, Parameter, defaults
from cpi_sim.parameters.agency import AGENCY_KINDS
from cpi_sim.reports.page_markup import Html, items, more, name_of_field, paragraph, section, table, tag
from cpi_sim.reports.page_results import Results
from cpi_sim.reports.page_scenario import choice_or_mark, differing, said
from cpi_sim.reports.page_words import amount, bare, in_order
from cpi_sim.scenario import Arm
from cpi_sim.scenario.schema import path_of

_WEIGHTY = (
    "new_tie_chance", "fading_social", "moves_per_week", "accept_chance", "ask_base", "agree_base", "needs_per_week",
    "style_from_ties", "well_capital", "well_loneliness",
)  # fmt: skip
"""Numbers that decide how ties begin, last and help in any scenario."""

_WEIGHTY_WITH_SUPPORT = (
    "introduction_multiplier", "connecting_share", "attend_base", "alliance_base", "join_base",
    "attend_meeting_accompanied", "own_step_base", "ownership_gain", "awareness_gain", "reflection_gain",
    "training_soft_skills",
)  # fmt: skip
"""Numbers that decide how much connecting work is done, and what it sets going."""

_LISTED_AT_MOST = 24

_MARKS_IN_WORDS = {
    "verified": "read in the source",
    "verified (table)": "read in a table of the source",
    "verified (cited by others)": "read where others cite the source",
    "derived": "worked out from figures that were read",
    "remembered": "from memory, not checked",
    ASSUMPTION: "no source: an assumption",
}


def assumptions_section(results: Results) -> Html:
    """The section: counts, the assumptions of most weight, what differs from the defaults, and the sources."""
    arms = [results.scenario.arms[name] for name in results.material.labels]
    marks = Counter(mark_of(declared.evidence) for declared in REGISTRY.values())
    assumed = marks[ASSUMPTION]
    rows = [[mark, _MARKS_IN_WORDS[mark], str(marks[mark])] for mark in MARKS.values() if mark != ASSUMPTION]
    rows.append([ASSUMPTION, _MARKS_IN_WORDS[ASSUMPTION], str(assumed)])
    return section(
        "assumptions",
        "What is assumption",
        paragraph(
            f"Of the {len(REGISTRY)} numbers of the model, ",
            tag("strong", f"{assumed} are assumptions"),
            f" ({assumed / len(REGISTRY):.0%}) and {len(REGISTRY) - assumed} rest on a source. None was fitted "
            "to data: they are set by hand, not calibrated. Results of trials of network-building practice were not "
            "used.",
        ),
        table("How the numbers were come by", ["Mark", "Meaning", "Numbers"], rows),
        tag("h3", "Assumptions of most weight for this scenario"),
        paragraph(
            "Assumptions about the world, beside the choices that the scenario makes. Those that it varies or sets "
            "come first, then those by which connecting work takes hold, and through which ties begin, last and help. "
            "They were chosen by how the model works: how far each moves the results of this scenario has not been "
            "measured. The range is what may be tried."
        ),
        table(
            "Assumptions of most weight",
            ["Number", "Here", "Range", "Evidence"],
            [_row(arms, REGISTRY[name]) for name in _most_weight(arms)],
        ),
        tag("h3", "What the scenario sets differently from the defaults"),
        *_set_here(arms),
        _sources(),
    )


def _most_weight(arms: list[Arm]) -> list[str]:
    """Names of assumptions: varied here, set here, then those of most weight by the way the model works."""
    support = _WEIGHTY_WITH_SUPPORT if any(arm.values["contacts_per_month"] > 0 for arm in arms) else ()
    names = in_order([*differing(arms), *changed(arms), *support, *_WEIGHTY])
    return [name for name in names if _is_assumed(REGISTRY[name])][:_LISTED_AT_MOST]


def _is_assumed(declared: Parameter) -> bool:
    """Whether a number is an assumption about the world; what a practice intends is a choice of the scenario."""
    return declared.section != "intervention" and mark_of(declared.evidence) == ASSUMPTION


def changed(arms: list[Arm]) -> list[str]:
    """Names of the parameters that some arm has otherwise than its kind of agency has by default."""
    return [name for name in REGISTRY if any(arm.values[name] != _default(arm, name) for arm in arms)]


def _default(arm: Arm, name: str) -> float:
    """The default for the arm's kind of agency; for a kind of somebody's own, that of a community team."""
    return defaults(arm.agency_kind if arm.agency_kind in AGENCY_KINDS else AGENCY_KINDS[1])[name]


def _row(arms: list[Arm], declared: Parameter) -> list[str]:
    return [
        _named(declared),
        said(arms, declared.name),
        f"{bare(declared.name, declared.low)} to {amount(declared.name, declared.high)}",
        _grounds(declared),
    ]


def _named(declared: Parameter) -> Html:
    """What a number means, and under it where a scenario writes it."""
    return tag("span", declared.meaning, tag("br"), name_of_field(".".join(path_of(declared.name))))


def _grounds(declared: Parameter) -> str:
    """What a number rests on: its mark, then the source or the note of each piece of evidence."""
    mark = mark_of(declared.evidence)
    if declared.evidence == ASSUMPTION:
        return "none found"
    return f"{mark}: {'; '.join(in_order(_said_by(declared)))}"


def _said_by(declared: Parameter) -> Iterator[str]:
    for entry in entries_of(declared.evidence):
        yield entry.source if entry.source not in WITHOUT_SOURCE else entry.note or "no source"


def _set_here(arms: list[Arm]) -> list[Html]:
    names = changed(arms)
    if not names:
        return [paragraph("Nothing: every number has the default of its kind of agency.")]
    rows = []
    for name in names:
        usual = in_order(amount(name, _default(arm, name)) for arm in arms)
        rows.append([_named(REGISTRY[name]), said(arms, name), " or ".join(usual), choice_or_mark(REGISTRY[name])])
    head = ["Number", "Here", "Default", "Mark"]
    return [table("Numbers that differ from the defaults of their kind of agency", head, rows)]


def _sources() -> Html:
    """The published sources of the numbers that have one, with their DOIs, in alphabetical order."""
    cited = {
        key
        for declared in REGISTRY.values()
        if mark_of(declared.evidence) != ASSUMPTION
        for entry in entries_of(declared.evidence)
        for key in entry.cites
    }
    sources = [source for key, source in REFERENCES.items() if key in cited]
    lines = [tag("span", each.described, *((" ", _doi(each.doi)) if each.doi else ())) for each in sources]
    return more(f"The {len(lines)} sources of the numbers that have one", items(lines))


def _doi(doi: str) -> Html:
    return tag("a", f"doi:{doi}", href=f"https://doi.org/{doi}")
