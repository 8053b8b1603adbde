"""Writes the table of outcomes into ``docs/results.md`` from their declarations: ``python -m docs.outcomes``."""

from __future__ import annotations

import math
from pathlib import Path

from cpi_sim.instruments.outcomes import OUTCOMES, Outcome

PAGE = Path(__file__).with_name("results.md")
MARK = "<!-- outcomes: written by `python -m docs.outcomes`, held by a test -->\n"


def row(outcome: Outcome) -> str:
    """One outcome as a row of the table."""
    low, high = outcome.range
    limits = f"{low:g} and more" if math.isinf(high) else f"{low:g} to {high:g}"
    better = {"higher": "more is better", "lower": "less is better", "none": ""}[outcome.direction]
    cells = (
        f"`{outcome.name}`",
        outcome.label,
        outcome.unit,
        limits,
        better,
        f"{outcome.reliability:.2g}",
        outcome.mark,
    )
    return f"| {' | '.join(cells)} |"


def page_with_table(text: str) -> str:
    """The page with the table as it should be now."""
    head = "| column | outcome | unit | range | | reliability | level and reliability rest on |\n" + 7 * "|---" + "|\n"
    before = text.split(MARK)[0]
    return before + MARK + "\n" + head + "\n".join(map(row, OUTCOMES.values())) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page_with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
