"""What pulled something up or down where nothing, or only a shock, is left to chance."""

from __future__ import annotations

from collections.abc import Mapping

from cpi_sim.explain.moment import Moment
from cpi_sim.explain.plain import Function
from cpi_sim.explain.words import listed

TOLD_AT_LEAST = 0.005
"""Smaller pulls are not told: they would be printed as 0.00."""


def pulls_of(
    m: Moment,
    rule: Function,
    inputs: Mapping[str, float],
    instead: Mapping[str, float],
    words: Mapping[str, tuple[str, str]],
) -> list[tuple[str, float]]:
    """What each input adds to a rule's result, largest first.

    Each is the difference that one input makes: the result as it is, less the result with what stands in ``instead``.
    For a rule that is a sum these differences add up; for others they are what each would change alone. ``words`` says
    of each what it is to have more of it, or less.
    """
    result = m.apply(rule, *inputs.values()).value
    found = []
    for name, value in instead.items():
        other_result = m.apply(rule, *(dict(inputs) | {name: value}).values()).value
        found.append((words[name][0 if inputs[name] >= value else 1], result - other_result))
    return sorted(found, key=lambda pull: -abs(pull[1]))


def say_pulls(pulls: list[tuple[str, float]], up: str, down: str, most: int = 3) -> str:
    """The largest pulls in words, as in ``: pulled up by a (+0.20); pulled down by b (-0.10)``.

    ``up`` and ``down`` are the words for either way, the first of them with what joins it to the sentence before.
    Nothing where no pull is worth telling.
    """
    told = [(words, size) for words, size in pulls if abs(size) >= TOLD_AT_LEAST][:most]
    ups = [f"{words} ({size:+.2f})" for words, size in told if size > 0.0]
    downs = [f"{words} ({size:+.2f})" for words, size in told if size < 0.0]
    joint = up[: len(up) - len(up.lstrip(": ,;"))]
    if not ups:
        return f"{joint}{down}{listed(downs)}" if downs else ""
    return f"{up}{listed(ups)}" + (f"; {down}{listed(downs)}" if downs else "")
