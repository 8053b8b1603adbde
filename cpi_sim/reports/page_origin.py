"""Where results come from: failed runs, provenance, how to cite them and how to make them again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from cpi_sim import __version__
from cpi_sim.reports.citation import MESSAGE, bibtex, citation
from cpi_sim.reports.page_markup import Html, facts, more, paragraph, section, table, tag
from cpi_sim.reports.page_results import Results
from cpi_sim.reports.page_words import in_order, listed

_FAILURES_LISTED_AT_MOST = 50
_FILES = {
    "resolved.yaml": "the scenario with nothing left unsaid",
    "provenance.json": "versions, seed, hashes, command and times",
    "summary.csv, summary.json": "distributions by arm, outcome and week; effects with their Monte Carlo error",
    "people.parquet": "one row for each person, arm and week measured",
    "runs.parquet": "one row for each site, arm and week measured",
    "weeks.parquet": "one row for each site, arm and week lived",
    "outcomes, network, dose (.png, .svg)": "pictures for slides and papers",
}


def failures_section(failures: Sequence[Mapping[str, Any]]) -> Html:
    """Runs that failed: which, with what seed and error."""
    rows = [[str(each.get(name, "")) for name in ("site", "arm", "seed", "error")] for each in failures]
    shown = rows[:_FAILURES_LISTED_AT_MOST]
    beyond = f" The first {len(shown)} are listed." if len(rows) > len(shown) else ""
    failed = "1 run failed and is" if len(rows) == 1 else f"{len(rows):,} runs failed and are"
    return section(
        "failures",
        "Runs that failed",
        paragraph(
            f"{failed} left out of everything above.{beyond} If failing has to do with what was measured, the results "
            "are biased by it. The same command with --retry-failed tries them again.",
            class_="warning",
        ),
        table("Runs that failed", ["Site", "Arm", "Seed", "Error"], shown),
    )


def provenance_section(results: Results) -> Html:
    """Versions, seed, hashes, command, dates, and the files beside the page."""
    held = results.certificate
    identity = held.get("identity", {})
    pairs = [
        ("Scenario", str(held.get("scenario", results.scenario.name))),
        ("Seed", str(held.get("seed", results.scenario.seed))),
        ("Hash of the scenario", str(identity.get("scenario", "unknown"))),
        ("Digest of the model", str(identity.get("model", "unknown"))),
        ("cpi_sim", str(held.get("cpi_sim", "unknown"))),
        ("Libraries", str(identity.get("libraries", "unknown"))),
        ("Python", str(held.get("python", "unknown"))),
        ("Machine", f"{held.get('platform', 'unknown')} ({held.get('processor', 'unknown')})"),
        ("Command", command_of(str(held.get("command", "")))),
        ("Started", str(held.get("started", "unknown"))),
        ("Finished", str(held.get("finished", "not yet"))),
        ("Sites", f"{results.material.sites} of {results.material.sites_planned} planned"),
    ]
    until = held.get("until") or {}
    if until:
        pairs.append(("Sites added until", f"{until.get('wanted', '')} ({until.get('stopped', '')})"))
    replaced = held.get("replaced_rules") or []
    if replaced:
        pairs.append(("Rules replaced", ", ".join(map(str, replaced))))
    made_by = str(held.get("cpi_sim", __version__))
    note = [] if made_by == __version__ else [paragraph(
        f"The results were made by cpi_sim {made_by}; this page was written by cpi_sim {__version__}.", class_="warning"
    )]  # fmt: skip
    return section(
        "provenance",
        "Provenance",
        *note,
        facts(pairs),
        more("Files in the folder of the results", facts(_FILES.items())),
    )


def command_of(recorded: str) -> str:
    """The command as it was typed: the program's name instead of the path of its file."""
    try:
        words = shlex.split(recorded)
    except ValueError:
        return recorded
    if not words:
        return "unknown"
    program = PurePath(words[0]).name
    if program == "__main__.py":
        return shlex.join(["python", "-m", "cpi_sim", *words[1:]])
    return shlex.join([program, *words[1:]])


def cite_section(results: Results) -> Html:
    """How to cite the program and these results."""
    version = str(results.certificate.get("cpi_sim", __version__))
    identity = results.certificate.get("identity", {})
    these = (
        f"Results: scenario {results.scenario.name}, hash {identity.get('scenario', results.scenario.hash)}, model "
        f"{identity.get('model', 'unknown')}, seed {results.scenario.seed}, {results.material.sites} sites."
    )
    return section(
        "cite",
        "How to cite",
        paragraph(MESSAGE),
        tag("blockquote", paragraph(citation(version)), paragraph(these)),
        more("BibTeX", tag("pre", tag("code", bibtex(version)), tabindex=0)),
    )


def rerun_section(results: Results) -> Html:
    """The commands that make these results again."""
    held = results.certificate
    libraries = str(held.get("identity", {}).get("libraries", "")).split(", ")
    commands = [
        shlex.join(["pip", "install", *(words.replace(" ", "==") for words in libraries if words)]),
        _again(held.get("identity", {})),
    ]
    return section(
        "rerun",
        "How to make it again",
        paragraph(
            f"With Python {held.get('python', '')}, cpi_sim {held.get('cpi_sim', '')} (the model's digest above must "
            "be the same) and the same versions of its libraries, in the folder of these results, where resolved.yaml "
            "lies, this gives the same numbers, bit for bit:"
        ),
        tag("pre", tag("code", "\n".join(commands)), tabindex=0, role="region", aria_label="Commands"),
        *_rules_needed(results),
        paragraph(tag("code", "cpi-sim report ."), " makes this page and its pictures again, from the files there."),
    )


def _again(identity: Mapping[str, str]) -> str:
    """The command for a batch, or for the one site that was lived."""
    if "site" not in identity:
        return "cpi-sim batch resolved.yaml --results again"
    arm, site = identity.get("arm", ""), identity["site"]
    return shlex.join(["cpi-sim", "run", "resolved.yaml", "--arm", arm, "--site", site, "--results", "again"])


def _rules_needed(results: Results) -> list[Html]:
    """A warning where the results came of rules or elements that no command can give."""
    rules = results.certificate.get("replaced_rules") or []
    elements = {name for arm in results.scenario.arms.values() for name in arm.own_elements}
    own = in_order([*map(str, rules), *sorted(elements)])
    if not own:
        return []
    words = f"These results used rules or elements written in Python ({listed(own)}), which are needed for it too."
    return [paragraph(words, class_="warning")]
