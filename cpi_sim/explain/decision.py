"""What an explanation is made of: decisions, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cpi_sim.explain.words import unit_of

Result = bool | int | float | str | None
"""What came of a decision; None stands for nobody or nothing."""


@dataclass(frozen=True)
class Basis:
    """Where a chance comes from: a rule applied to inputs, or (``rule`` empty) a parameter read as it stands."""

    rule: str
    inputs: dict[str, float]
    value: float


@dataclass(frozen=True)
class Decision:
    """One thing that was decided for a person in one step of a week.

    Attributes:
        step: name of the step of the week.
        what: what was decided, in plain words.
        rule: name of the rule that gives the chance, the expected number or the new value; empty where it is a
            parameter as it stands, or the consequence of other decisions.
        inputs: what the rule was given, by the name of the argument.
        value: what the rule gave, or the parameter.
        chances: probability of each thing that had to be drawn; empty where nothing is left to chance.
        expected: expected number, where a number was drawn rather than a yes or no.
        drawn: the keyed numbers: uniform (0 to 1) for chances and counts, standard normal for shocks.
        outcome: what follows from rule and numbers, worked out again here.
        happened: what the recorded tables and events of the site say.
    """

    step: str
    what: str
    rule: str = ""
    inputs: Mapping[str, float] = field(default_factory=dict)
    value: float | None = None
    chances: tuple[float, ...] = ()
    expected: float | None = None
    drawn: tuple[float, ...] = ()
    outcome: Result = None
    happened: Result = None

    @property
    def agrees(self) -> bool:
        """Whether what was worked out here is, to the last bit, what happened in the engine."""
        return self.outcome == self.happened

    def odds(self) -> str:
        """The chances, or the expected number, for a table."""
        if self.expected is not None:
            return f"{self.expected:.3g} expected"
        return ", ".join(f"{chance:.4f}" for chance in self.chances)

    def numbers(self) -> str:
        """The numbers drawn, for a table."""
        return ", ".join(f"{number:.4f}" for number in self.drawn)

    def result(self) -> str:
        """What came of it, for a table; what happened otherwise is shown beside it."""
        return _shown(self.outcome) if self.agrees else f"{_shown(self.outcome)} (recorded: {_shown(self.happened)})"

    def grounds(self) -> str:
        """The rule with its inputs, for a table."""
        inputs = ", ".join(f"{name} {value:.3g}" for name, value in self.inputs.items())
        return f"{self.rule}: {inputs}" if self.rule else inputs

    def as_json(self) -> dict[str, Any]:
        """The decision as plain data, each input with its unit."""
        return {
            "step": self.step,
            "what": self.what,
            "rule": self.rule,
            "inputs": {name: {"value": value, "unit": unit_of(name)} for name, value in self.inputs.items()},
            "value": self.value,
            "chances": list(self.chances),
            "expected": self.expected,
            "drawn": list(self.drawn),
            "outcome": self.outcome,
            "happened": self.happened,
        }


def _shown(result: Result) -> str:
    """A result as a reader would write it."""
    if result is None:
        return "none"
    if isinstance(result, bool):
        return "yes" if result else "no"
    return f"{result:.4g}" if isinstance(result, float) else str(result)


@dataclass
class Telling:
    """What is told of one step: sentences for everybody, and the decisions behind them."""

    step: str
    sentences: list[str] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    def say(self, *sentences: str) -> None:
        """Add sentences."""
        self.sentences += sentences

    def decide(self, what: str, basis: Basis | None = None, **found: Any) -> Decision:
        """Add a decision, its rule and inputs taken from ``basis``; returns it."""
        if basis is not None:
            found |= {"rule": basis.rule, "inputs": basis.inputs, "value": basis.value}
        self.decisions.append(Decision(self.step, what, **found))
        return self.decisions[-1]

    def draw(self, what: str, basis: Basis, mark: float, happened: bool, chance: float | None = None) -> bool:
        """Add a yes or no that one number decides, and return it: yes where the number drawn lies below the chance.

        The chance is what ``basis`` gives, where it is not given.
        """
        chance = float(basis.value if chance is None else chance)
        yes = bool(mark < chance)
        self.decide(what, basis, chances=(chance,), drawn=(mark,), outcome=yes, happened=happened)
        return yes
