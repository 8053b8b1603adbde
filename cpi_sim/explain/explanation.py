"""The explanation of one person's week, as text, as a table, and as plain data."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

from cpi_sim.explain.decision import Decision, Telling

WIDTH = 100
TITLES = {
    "circumstances": "Circumstances",
    "practice": "The service",
    "plan_do_review": "Planning, doing, looking back",
    "taking_part": "Taking part",
    "meeting": "Meeting people",
    "keeping_in_touch": "Keeping in touch",
    "needs_and_help": "Needs and help",
    "attachment": "Feeling secure",
    "fading": "Ties that fade or turn",
    "feeling": "Feelings",
}
LISTED = ("feeling",)
"""Steps told with a line of its own for each sentence."""
KEY = (
    "Loneliness, inclusion, wellbeing, anxiety and avoidance are in standard deviations of the community: 0 is its "
    "average, and about two people in three lie between -1 and +1. What raised or lowered a feeling is counted from "
    "the average community member here. Chances are those of the model, worked out again from its rules; many of the "
    "numbers in them are assumptions: `cpi-sim params` says which."
)


@dataclass(frozen=True)
class Explanation:
    """What happened to one person in one week.

    ``week`` counts from 1, as in stories and results; ``note`` says what is left out, if anything.
    """

    person: int
    week: int
    who: str
    tellings: tuple[Telling, ...]
    note: str = ""

    @property
    def decisions(self) -> list[Decision]:
        """All decisions, in the order of the week."""
        return [decision for telling in self.tellings for decision in telling.decisions]

    def __str__(self) -> str:
        """Short paragraphs, one a step in which something was decided."""
        parts = [textwrap.fill(f"Person {self.person}, week {self.week}: {self.who}.", WIDTH)]
        for telling in self.tellings:
            if telling.sentences:
                parts.append("\n".join([TITLES[telling.step], *_paragraphs(telling)]))
        parts += [textwrap.fill(each, WIDTH) for each in (self.note, KEY) if each]
        return "\n\n".join(parts)

    def as_json(self) -> dict[str, Any]:
        """The explanation as plain data."""
        return {
            "person": self.person,
            "week": self.week,
            "who": self.who,
            "note": self.note,
            "steps": [
                {
                    "step": telling.step,
                    "told": telling.sentences,
                    "decisions": [decision.as_json() for decision in telling.decisions],
                }
                for telling in self.tellings
            ],
        }


def _paragraphs(telling: Telling) -> list[str]:
    """What stands under the title of a step: one paragraph, or a list."""
    if telling.step in LISTED:
        return [textwrap.fill(each, WIDTH, initial_indent="  ", subsequent_indent="    ") for each in telling.sentences]
    return [textwrap.fill(" ".join(telling.sentences), WIDTH, initial_indent="  ", subsequent_indent="  ")]
