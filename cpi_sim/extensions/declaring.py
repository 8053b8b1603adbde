"""Marks for functions of one's own: an element of the practice, an instrument."""

from __future__ import annotations

import hashlib
import inspect
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar
from weakref import WeakKeyDictionary

from cpi_sim.evidence.catalogue import ASSUMPTION
from cpi_sim.scenario.instrument import Instrument, Reflects
from cpi_sim.scenario.problems import Place, Problem, ScenarioError

Function = TypeVar("Function", bound=Callable[..., Any])

ELEMENT_TAKES = ("site", "seed", "week", "process", "weight")
INSTRUMENT_TAKES = ("site", "week", "rows")
_PROCESSES_FROM = 2**32
"""Own processes lie above all that the model draws by, which are small numbers."""


class ExtensionError(ScenarioError):
    """An extension that cannot be used; ``problems`` holds everything wrong with it."""


@dataclass(frozen=True)
class Element:
    """An element of the practice of one's own, ``step(site, seed, week, process, weight)``.

    ``process`` is the number that keys its random numbers, made from its name: the same wherever the file lies.
    """

    name: str
    step: Callable[..., None]

    @property
    def process(self) -> int:
        """Key of the element's own random numbers."""
        digest = hashlib.sha256(f"cpi_sim element {self.name}".encode()).digest()
        return _PROCESSES_FROM + int.from_bytes(digest[:4], "big")

    @property
    def place(self) -> Place:
        """Where the element is written."""
        return place_of(self.step)

    def refused(self, message: str) -> ExtensionError:
        """The error that says what is wrong with this element."""
        return ExtensionError([Problem(self.place, self.name, message)])


@dataclass(frozen=True)
class ScoredByFunction:
    """An instrument whose true score is what ``score(site, week, rows)`` gives, shape (rows,)."""

    name: str
    score: Callable[..., Any]
    said: Instrument

    @property
    def place(self) -> Place:
        """Where the function is written."""
        return place_of(self.score)

    def refused(self, message: str) -> ExtensionError:
        """The error that says what is wrong with this instrument."""
        return ExtensionError([Problem(self.place, self.name, message)])


Declared = Element | ScoredByFunction
DECLARED: WeakKeyDictionary[Callable[..., Any], Declared] = WeakKeyDictionary()
"""What each marked function is."""


def element(function: Function) -> Function:
    """Mark a function ``(site, seed, week, process, weight) -> None`` as an element of the practice, named as it is.

    It is compiled, and lived within the week, after plan, do, review, in the weeks in which an arm that gives it a
    weight offers support. It may write what plan, do, review may write, and draws with
    ``process_key(seed, process, week)``.

    Raises :class:`ExtensionError` for a function with other arguments.
    """
    _check_arguments(function, ELEMENT_TAKES, "an element")
    DECLARED[function] = Element(function.__name__, function)
    return function


def instrument(
    *,
    title: str,
    unit: str,
    range: tuple[float, float],
    step: float = 1.0,
    better: Literal["higher", "lower", "none"] = "none",
    sd: float = 1.0,
    reliability: float = 1.0,
    evidence: str = ASSUMPTION,
) -> Callable[[Function], Function]:
    """Mark a function ``(site, week, rows) -> true scores`` as an instrument, named as it is.

    The function only reads the site. With a reliability below 1, the error that it asks for beside true scores of
    spread ``sd * sqrt(reliability)`` is added; scores are held within ``range`` (lowest, highest) in steps of
    ``step``, one over a whole number.

    Raises :class:`ExtensionError` for a function with other arguments, or numbers that do not go together.
    """

    def mark(function: Function) -> Function:
        _check_arguments(function, INSTRUMENT_TAKES, "an instrument")
        try:
            said = Instrument(
                title=title, unit=unit, items=round(1.0 / step), score="total" if step == 1.0 else "mean",
                range=[float(limit) for limit in range], better=better, mean=sum(range) / 2, sd=sd,
                reliability=reliability, evidence=evidence,
                reflects=Reflects(), why="",
            )  # fmt: skip
        except ValueError as error:
            wrong = "; ".join(str(error).splitlines()[1:3])
            raise _refused(function, f"its numbers do not go together: {wrong}") from None
        DECLARED[function] = ScoredByFunction(function.__name__, function, said)
        return function

    return mark


def place_of(function: Callable[..., Any]) -> Place:
    """File and line of a function."""
    code = function.__code__
    return Place(Path(code.co_filename).as_posix(), code.co_firstlineno, 1)


def _refused(function: Callable[..., Any], message: str) -> ExtensionError:
    return ExtensionError([Problem(place_of(function), function.__name__, message)])


def _check_arguments(function: Callable[..., Any], wanted: tuple[str, ...], what: str) -> None:
    if not isinstance(function, types.FunctionType):
        raise TypeError(f"{what} is a function, not {function!r}")
    given = tuple(inspect.signature(function).parameters)
    if given != wanted:
        raise _refused(function, f"takes ({', '.join(given)}); {what} takes ({', '.join(wanted)}), in this order")
