"""Sources of the evidence as a list to read: each once, under its fullest name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cpi_sim.evidence.catalogue import Evidence, Target

FROM_MEMORY = ("none", "remembered")
"""What stands in the place of a source where there is none to name."""

_BETWEEN = re.compile(r"; | x (?=[A-Z])")
_ASIDE = re.compile(r"\s*(\((?![^)]*(\d{4}|cited by))[^)]*\)|'[^']*'|: \d.*| Table \d+)")
"""Figures and remarks, which are no part of a source's name; in brackets, years and second-hand readings stay."""
_AUTHOR_AND_YEAR = re.compile(r"([\w'-]+)\b.*?\b((?:19|20)\d\d)")


def named_sources(entries: Iterable[Evidence | Target]) -> dict[str, list[str]]:
    """The DOIs (often none) of each source, by its fullest name, in alphabetical order.

    An entry may name several sources; its DOIs are given to the first. Names that begin with the same word and hold the
    same first year are one source.
    """
    names: dict[tuple[str, str], str] = {}
    dois: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        parts = [part for part in _BETWEEN.split(entry.source) if part not in FROM_MEMORY]
        for nth, part in enumerate(parts):
            name = _ASIDE.sub("", part).strip()
            key = _key(name)
            names[key] = max(names.get(key, ""), name, key=len)
            known = dois.setdefault(key, [])
            known += [doi for doi in entry.doi if nth == 0 and doi not in known]
    return {names[key]: dois[key] for key in sorted(names, key=lambda each: names[each].lower())}


def _key(name: str) -> tuple[str, str]:
    found = _AUTHOR_AND_YEAR.match(name)
    return (found[1].lower(), found[2]) if found else (name.lower(), "")
