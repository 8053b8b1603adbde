"""What is wrong with a scenario, said so that it can be put right: file, line, column, field, and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

NAMES_LISTED_AT_MOST = 18


@dataclass(frozen=True, order=True)
class Place:
    """Where something was written; ``line`` and ``column`` count from 1, and 0 stands for no line in particular."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with a scenario. ``field`` is its dotted name, empty where the file as a whole is meant."""

    place: Place
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.place} {self.field}: {self.message}" if self.field else f"{self.place}: {self.message}"


class ScenarioError(Exception):
    """A scenario that cannot be used; ``problems`` holds everything wrong with it, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


def nearest(name: str, allowed: Iterable[str]) -> str | None:
    """The allowed name that a slip of the pen most likely meant, if any is near."""
    names = list(allowed)
    close = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    if close:
        return close[0]
    contained = [other for other in names if len(name) >= 4 and (name.lower() in other or other in name.lower())]
    return min(contained, key=len) if contained else None


def unknown(name: str, allowed: Sequence[str], about: Callable[[str], str] = lambda name: "") -> str:
    """What to say of a name that is not among ``allowed``: the nearest name, and the others unless they are many.

    ``about`` adds to the nearest name what may be written there.
    """
    meant = nearest(name, allowed)
    question = f"unknown; did you mean {meant}{about(meant)}?" if meant else "unknown;"
    if len(allowed) > NAMES_LISTED_AT_MOST:
        return f"{question} `cpi-sim params` lists the {len(allowed)} allowed names"
    return f"{question} {'A' if meant else 'a'}llowed: {', '.join(allowed)}"
