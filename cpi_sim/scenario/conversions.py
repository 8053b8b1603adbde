"""Numbers that were written with a unit: what they come to in the unit of their field."""

from __future__ import annotations

import re

_WEEKS = {"day": 1 / 7, "week": 1.0, "month": 52 / 12, "year": 52.0}

_FACTORS: dict[str, dict[str, float]] = {
    "weeks": _WEEKS,
    "years": {name: weeks / 52 for name, weeks in _WEEKS.items()},
    "hours": {"minute": 1 / 60, "hour": 1.0},
    "hours a week": {"hour": 1.0, **{f"hour a {name}": 1 / weeks for name, weeks in _WEEKS.items()}},
    "contacts a month": {name: _WEEKS["month"] / weeks for name, weeks in _WEEKS.items()},
    "per week": {name: 1 / weeks for name, weeks in _WEEKS.items()},
    "share": {"%": 0.01, "percent": 0.01, "per cent": 0.01},
    "probability": {"%": 0.01, "percent": 0.01, "per cent": 0.01},
}
"""For the unit of a field: other units that people write, and what one of them is worth."""

_NUMBER_AND_UNIT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z% ]+?)\s*")
_RATES = ("contacts a month", "per week")


def converted(text: str, unit: str) -> float | None:
    """What ``text`` ("9 months", "4 a week") comes to in ``unit``; None where that cannot be told."""
    found = _NUMBER_AND_UNIT.fullmatch(text.lower())
    if not found:
        return None
    number, written = float(found[1]), found[2]
    if unit in _RATES:
        written = re.sub(r"^(contacts?|times|hours?)?\s*(an?|per)\s+", "", written)
    written = re.sub(r"\b(minute|hour|day|week|month|year)s\b", r"\1", written.replace("per ", "a "))
    factor = _FACTORS.get(unit, {}).get(written)
    return None if factor is None else float(f"{number * factor:.4g}")
