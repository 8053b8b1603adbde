"""Numbers in words, with the units that they are declared in."""

from __future__ import annotations

import math
from collections.abc import Iterable

from cpi_sim.parameters import REGISTRY

MINUS = "\N{MINUS SIGN}"

_AFTER = {
    "per week": "a week",
    "per year": "a year",
    "hours a week": "hours a week",
    "hours": "hours",
    "weeks": "weeks",
    "years": "years",
    "people": "people",
    "contacts a month": "contacts a month",
    "log-odds": "log-odds",
    "log": "(log)",
    "SD": "SD",
}
"""What follows a number in each unit; units left out are written another way or need no word."""


def number(value: float | None, decimals: int | None = None) -> str:
    """A number for readers: thousands set apart, a real minus sign, a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "\N{EN DASH}"
    text = f"{value:,.{decimals}f}" if decimals is not None else _plain(value)
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def _plain(value: float) -> str:
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.1f}"


def signed(value: float | None, decimals: int = 2) -> str:
    """A difference: with its sign, unless it rounds to nought."""
    text = number(value, decimals)
    return f"+{text}" if value is not None and value > 0 and any(digit in text for digit in "123456789") else text


def amount(name: str, value: float) -> str:
    """The value of a registered parameter with its unit: ``70%``, ``4 contacts a month``, ``39 weeks``."""
    unit = REGISTRY[name].unit
    if unit in ("share", "probability"):
        return f"{number(round(100 * value, 1))}%"
    if unit == "switch":
        return "on" if value else "off"
    if unit == "ratio":
        return f"\N{MULTIPLICATION SIGN} {number(value)}"
    if unit.startswith("GBP"):
        return f"\N{POUND SIGN}{number(value)}"
    words = _AFTER.get(unit, "")
    if value == 1:
        words = {"hours": "hour", "weeks": "week", "years": "year", "people": "person", "hours a week": "hour a week",
                 "contacts a month": "contact a month"}.get(words, words)  # fmt: skip
    return f"{number(value)} {words}".strip()


def bare(name: str, value: float) -> str:
    """A value before another of the same parameter, which bears the unit for both."""
    return amount(name, value) if REGISTRY[name].unit in _AT_ONCE else number(value)


_AT_ONCE = ("share", "probability", "switch", "ratio", "GBP", "GBP an hour")


def in_order(values: Iterable[str]) -> list[str]:
    """Each text once, in the order in which it first came."""
    return list(dict.fromkeys(values))


def listed(texts: Iterable[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *first, end = texts
    return f"{', '.join(first)} {last} {end}" if first else end


def percent(share: float | None, decimals: int = 0) -> str:
    """A share in per cent; a dash where there is none. What is less than all never reads as all."""
    if share is None or not math.isfinite(share):
        return number(None)
    text = number(100 * share, decimals)
    nearly = f"over {number(100 - 10.0**-decimals, decimals)}%"
    return nearly if share < 1 and text == number(100, decimals) else f"{text}%"


def quoted(text: str) -> str:
    """A name that somebody gave, between quotation marks."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}"


def decimals_for(size: float, error: float) -> int:
    """Decimals worth printing of a number of this size and Monte Carlo error: at most three."""
    if size >= 100:
        return 0
    return max(1 if size >= 10 else 2, min(3, math.ceil(-math.log10(error)))) if error > 0 else 2
