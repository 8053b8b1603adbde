"""States of a person that an instrument of one's own may reflect, and how they lie in the model's community.

Centre, spread and correlations were found in four communities at the default numbers, as week 0 begins (4,865 members
of 18 to 65 years). They say what "one standard deviation of the community" means for an instrument, and how much of a
score several states explain together. A statistical test holds them to the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    """One state: ``fields`` of a person whose sum it is, its ``centre`` and ``spread`` (SD) in the community."""

    fields: tuple[str, ...]
    centre: float
    spread: float
    meaning: str


STATES: dict[str, State] = {
    "loneliness": State(("loneliness",), 0.12, 0.88, "loneliness"),
    "inclusion": State(("inclusion",), -0.17, 0.72, "perceived inclusion"),
    "wellbeing": State(("wellbeing", "wellbeing_passing"), 0.34, 1.01, "wellbeing, what is passing in it included"),
    "anxiety": State(("anxiety",), 0.0, 0.99, "attachment anxiety"),
    "avoidance": State(("avoidance",), 0.02, 0.99, "attachment avoidance"),
    "security": State(("security_mean",), 0.80, 0.090, "security in close ties, on the average"),
    "confidence": State(("confidence",), 0.59, 0.132, "confidence in asking and in meeting people"),
    "refusal_expected": State(("refusal_expected",), 0.44, 0.141, "refusal expected from others"),
    "access": State(("access",), 18.3, 3.90, "resources within reach"),
}
"""States by the name under which an instrument writes them."""

_CORRELATIONS = """
    1.00
   -0.15  1.00
   -0.44  0.18  1.00
    0.27  0.02 -0.37  1.00
    0.15  0.00 -0.25  0.19  1.00
   -0.14 -0.06  0.16 -0.28 -0.35  1.00
   -0.30  0.11  0.32 -0.36 -0.36  0.19  1.00
    0.13  0.00 -0.19  0.40  0.10 -0.15 -0.20  1.00
   -0.46  0.17  0.43 -0.12 -0.12  0.12  0.30 -0.09  1.00
"""
"""Lower half of the matrix of correlations, in the order of STATES."""


def correlation(one: str, other: str) -> float:
    """Correlation of two states over the members of the community."""
    order = list(STATES)
    low, high = sorted((order.index(one), order.index(other)))
    return float(_CORRELATIONS.split()[high * (high + 1) // 2 + low])


def variance_explained(loadings: Mapping[str, float]) -> float:
    """Part of the variance of a true score that states explain, given its ``loadings`` (correlations with each alone
    if they were independent): above 1 for loadings that cannot be.
    """
    return sum(a * b * correlation(x, y) for x, a in loadings.items() for y, b in loadings.items())
