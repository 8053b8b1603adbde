"""The few numbers that the page lets a reader move, grown from their declarations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cpi_sim.evidence.catalogue import mark_of
from cpi_sim.parameters import REGISTRY, Parameter

_ELEMENT = "element_"


@dataclass(frozen=True)
class Choice:
    """A slider: the number that it moves, what the page calls it, its step, and the stretch of its range to offer.

    ``low`` and ``high`` are the declared ones where they are None; ``ends`` says in words what the two ends mean.
    """

    name: str
    label: str
    step: float
    low: float | None = None
    high: float | None = None
    ends: tuple[str, str] | None = None

    @property
    def declared(self) -> Parameter:
        """Where default, unit, range and meaning come from."""
        return REGISTRY[self.name]

    def span(self, value: float) -> tuple[float, float]:
        """The stretch of the range on offer, made wider where the scenario's own value lies outside."""
        low = self.declared.low if self.low is None else self.low
        high = self.declared.high if self.high is None else self.high
        return min(low, value), max(high, value)

    def said(self, value: float) -> str:
        """A value with its unit."""
        return f"{value:{'+.1f' if self.ends else 'g'}} {self.declared.unit}"

    @property
    def help(self) -> str:
        """What the number means, how firm the evidence for its default is, and what a change of it costs."""
        again = " Changing it lives the years before entry again: some seconds."
        meaning = self.declared.meaning
        about = f"{meaning[0].upper()}{meaning[1:]}. Evidence of its default: {mark_of(self.declared.evidence)}."
        return about + (again if self.declared.acts_from == "birth" else "")


CHOICES = (
    Choice("contacts_per_month", "Connecting contacts", 1, high=16),
    Choice("duration_weeks", "How long support is offered", 1, high=104),
    Choice("caseload", "Caseload", 1, low=5, high=60),
    Choice("protected_hours", "Protected hours", 1, high=20),
    Choice("openness_shift", "Openness of the community", 0.1, ends=("more hostile", "more welcoming")),
)
"""The sliders, in the order in which they stand on the page."""

ELEMENTS = tuple(name for name in REGISTRY if name.startswith(_ELEMENT))
"""The elements of the practice, each with a switch."""


def element_label(name: str) -> str:
    """What the page calls an element: ``Soft skills``."""
    return name.removeprefix(_ELEMENT).replace("_", " ").capitalize()


def element_help(name: str) -> str:
    """What an element is: its meaning without the words that make it a weight."""
    meaning = REGISTRY[name].meaning.removeprefix("weight of ")
    return f"{meaning[0].upper()}{meaning[1:]}."


def on_the_page(values: Mapping[str, float]) -> dict[str, float]:
    """What the sliders and switches stand at when an arm with these values is opened."""
    names = (*(choice.name for choice in CHOICES), *ELEMENTS)
    return {name: int(values[name]) if REGISTRY[name].whole else float(values[name]) for name in names}


def differences(before: Mapping[str, float], after: Mapping[str, float]) -> Iterator[str]:
    """What was moved, in words: ``Caseload 30 people, was 16``."""
    for choice in CHOICES:
        if before[choice.name] != after[choice.name]:
            yield f"{choice.label} {choice.said(after[choice.name])}, was {before[choice.name]:g}"
    for name in ELEMENTS:
        if before[name] != after[name]:
            yield f"{element_label(name)} {'on' if after[name] else 'off'}"
