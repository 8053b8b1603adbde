"""The bibliography of the evidence: ``references.bib``, read once when this module is imported.

The file is plain BibTeX, for reference managers and LaTeX. It is read here by its fixed layout alone (a line that opens
an entry, a line for each field, a line that closes it), which saves a dependency; anything else in it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

_OPENS = re.compile(r"@(?P<kind>\w+)\{(?P<key>[a-z0-9]+),")
_FIELD = re.compile(r"  (\w+) = \{(.+)\},")


class ReferencesError(ValueError):
    """A bibliography that is not laid out as it should be."""


@dataclass(frozen=True)
class Reference:
    """A published source, as far as it was noted; what was not is an empty text.

    ``kind`` is BibTeX's (article, misc), ``author`` holds surnames as BibTeX writes them, and ``note`` where the source
    was found or how far it was seen.
    """

    key: str
    kind: str
    author: str = ""
    title: str = ""
    year: str = ""
    journal: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    doi: str = ""
    note: str = ""

    @property
    def authors(self) -> tuple[str, ...]:
        """Surnames and organisations in order, ``others`` among them where not all were noted."""
        return tuple(name.strip("{}") for name in self.author.split(" and ")) if self.author else ()

    @property
    def described(self) -> str:
        """All that was noted but the DOI: ``Eglit et al. 2018. PLoS ONE 13:e0194021.``"""
        names = ", ".join(self.authors).replace(", others", " et al.")
        first, *rest = filter(None, (names, self.title, self.journal))
        volume = f"{self.volume}({self.number})" if self.number else self.volume
        where = ":".join(filter(None, (volume, self.pages)))
        if rest and self.journal:
            where = f"{rest.pop()} {where}".strip()
        said = ". ".join(filter(None, (f"{first} {self.year}".strip(), *rest, where)))
        note = f" ({self.note})" if self.note else ""
        return f"{said}{note}.".replace("al.. ", "al. ")


def parsed(text: str) -> dict[str, Reference]:
    """The entries of a bibliography by key, in the order of the text.

    Raises :class:`ReferencesError` for a line that is not laid out as expected, and for a key or field that stands
    twice.
    """
    found: dict[str, Reference] = {}
    entry: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not entry and (opens := _OPENS.fullmatch(line)) and opens["key"] not in found:
            entry = opens.groupdict()
        elif entry and (field := _FIELD.fullmatch(line)) and field[1] in _FIELDS - entry.keys():
            entry[field[1]] = field[2]
        elif entry and line == "}":
            found[entry["key"]] = Reference(**entry)
            entry = {}
        elif entry or (line and not line.startswith("%")):
            raise ReferencesError(f"references.bib:{number}: not laid out as expected, or not the first: {line!r}")
    if entry:
        raise ReferencesError(f"references.bib: {entry['key']} is not closed")
    return found


_FIELDS = Reference.__dataclass_fields__.keys()

REFERENCES: dict[str, Reference] = parsed(
    resources.files("cpi_sim.evidence").joinpath("references.bib").read_text(encoding="utf-8")
)
"""Every published source of the evidence by its key, in alphabetical order."""


def dois_of(keys: Iterable[str]) -> dict[str, str]:
    """The DOIs of those sources that have one, by key."""
    return {key: REFERENCES[key].doi for key in keys if REFERENCES[key].doi}
