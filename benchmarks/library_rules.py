"""The rules of the week as they stand, but calling the C library's exp and log, which plain Python calls faster.

The engine has an exponential of its own, written in Python and compiled. Called without compilation it is thirty times
slower than ``math.exp``, which would make plain Mesa look slow for a reason that has nothing to do with Mesa.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable
from typing import Any

import cpi_sim.week  # noqa: F401  (declares the rules)
from cpi_sim.engine.compilation import RULES


def exp(x: float) -> float:
    """e to the power ``x``, held where the C library would overflow."""
    return math.exp(min(x, 709.0))


def log(x: float) -> float:
    """Natural logarithm, -745 for 0."""
    return math.log(x) if x > 0.0 else -745.0


def power(base: float, exponent: float) -> float:
    """``base`` (>= 0) to the power ``exponent``."""
    return base**exponent if base > 0.0 else 0.0


def logistic(x: float) -> float:
    """Log-odds to probability."""
    return 1.0 / (1.0 + math.exp(-x)) if x > -700.0 else 0.0


_LIBRARY = {"exp": exp, "log": log, "power": power, "logistic": logistic}


def _rebuilt(rule: Callable[..., Any]) -> Callable[..., Any]:
    scope = rule.__globals__ | _LIBRARY  # type: ignore[attr-defined]
    return types.FunctionType(rule.__code__, scope, rule.__name__, rule.__defaults__)  # type: ignore[attr-defined]


rules = types.SimpleNamespace(**{name: _rebuilt(rule) for name, rule in RULES.items()})
"""Every rule by name, as in ``rules.chance_to_agree(...)``."""
