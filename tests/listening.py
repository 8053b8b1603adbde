"""The engine's own steps as plain Python, listened to: what rules gave, and what each keyed number was held against.

A chance leaves no trace in the tables; only the decision does. So the steps of a week are lived once more, unchanged
but for the numbers that they draw: these remember what they are compared with, scaled by, or raced against.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from cpi_sim.engine.compilation import RULES
from cpi_sim.engine.keyed import exponential_from, poisson_from, uniform, uniform_three, uniform_two
from cpi_sim.explain.plain import Plain
from cpi_sim.week.aims import choose_aim
from cpi_sim.week.meeting import pick_partners
from cpi_sim.week.needs_and_help import whom_to_ask
from cpi_sim.week.practice import whole_number

Function = Callable[..., Any]
Key = tuple[str, tuple[float, ...]]
Race = dict[float, float]
"""Weight of each competitor, by the number drawn for it."""

RACES = (choose_aim, pick_partners, whom_to_ask)
"""What chooses the competitor whose clock, a number drawn over a weight, stops first."""


def takes_parameters(rule: Function) -> bool:
    """Whether the last argument of a rule is the record of parameters."""
    return rule.__code__.co_varnames[: rule.__code__.co_argcount][-1] == "p"


class Drawn(float):
    """A keyed number that tells the listener what the engine holds it against."""

    def __new__(cls, value: float, listener: Listener) -> Drawn:
        number = super().__new__(cls, value)
        number.listener = listener
        return number

    listener: Listener

    def __lt__(self, chance: float) -> bool:
        self.listener.held_against[float(self)].append(float(chance))
        return float(self) < chance

    def __ge__(self, chance: float) -> bool:
        return not self < chance

    def __rsub__(self, one: float) -> FromAbove:
        return FromAbove(one - float(self), self)

    def __mul__(self, total: float) -> float:
        self.listener.scaled[float(self)] = float(total)
        return float(self) * total


class FromAbove(float):
    """One less a number drawn, where the engine looks at its upper end."""

    def __new__(cls, value: float, drawn: Drawn) -> FromAbove:
        number = super().__new__(cls, value)
        number.drawn = drawn
        return number

    drawn: Drawn

    def __lt__(self, chance: float) -> bool:
        self.drawn.listener.held_from_above[float(self.drawn)].append(float(chance))
        return float(self) < chance


class Clock(float):
    """The clock of a competitor in a race, before it is divided by a weight."""

    def __new__(cls, value: float, drawn: float, race: Race) -> Clock:
        clock = super().__new__(cls, value)
        clock.drawn, clock.race = drawn, race
        return clock

    drawn: float
    race: Race

    def __truediv__(self, weight: float) -> float:
        self.race[self.drawn] = float(weight)
        return float(self) / weight


class Listener(Plain):
    """Steps to be lived as plain Python, that remember what they were given and what they drew.

    ``rules`` holds what each rule gave, by its name and what it was given; ``drawn`` the key and ids of each number;
    ``held_against`` what it was compared with, in order, and ``held_from_above`` what one less it was; ``means`` the
    expected number of a count drawn with it; ``scaled`` what it was multiplied by; ``races`` every race.
    """

    def __init__(self) -> None:
        super().__init__({name: self._listening(name, rule) for name, rule in RULES.items()})
        self.rules: dict[Key, float] = {}
        self.drawn: dict[float, tuple[int, ...]] = {}
        self.held_against: dict[float, list[float]] = defaultdict(list)
        self.held_from_above: dict[float, list[float]] = defaultdict(list)
        self.means: dict[float, float] = {}
        self.scaled: dict[float, float] = {}
        self.races: list[Race] = [{}]
        self._instead: dict[Function, Function] = {
            **{function: self._drawing(function) for function in (uniform, uniform_two, uniform_three)},
            **{function: self._racing(function) for function in RACES},
            **self._counting(),
        }

    def _chosen(self, function: Function, caller: Function | None = None) -> Function:
        return self._instead.get(function) or super()._chosen(function, caller)

    def _get(self, chosen: Function) -> Function:
        return chosen if chosen.__module__ == __name__ else super()._get(chosen)

    def _listening(self, name: str, rule: Function) -> Function:
        with_parameters = takes_parameters(rule)

        def listening(*arguments: Any) -> Any:
            result = rule(*arguments)
            given = arguments[:-1] if with_parameters else arguments
            self.rules[name, tuple(map(float, given))] = float(result)
            return result

        listening.__name__ = name
        return listening

    def _drawing(self, function: Function) -> Function:
        def drawing(key: int, *ids: int) -> Drawn:
            number = function(key, *ids)
            self.drawn[number] = (int(key), *map(int, ids))
            return Drawn(number, self)

        return drawing

    def _racing(self, function: Function) -> Function:
        def racing(*arguments: Any) -> Any:
            self.races.append({})
            return self._get(function)(*arguments)

        return racing

    def _counting(self) -> dict[Function, Function]:
        def from_rate(u: float, mean: float) -> int:
            self.means[float(u)] = float(mean)
            return poisson_from(float(u), mean)

        def rounded(expected: float, u: float) -> int:
            self.means[float(u)] = float(expected)
            return whole_number(expected, float(u))

        def clock(u: float) -> Clock:
            return Clock(exponential_from(float(u)), float(u), self.races[-1])

        return {poisson_from: from_rate, whole_number: rounded, exponential_from: clock}

    def shares(self, number: float) -> list[dict[float, float]]:
        """For each race in which a number was drawn: the share of every competitor of the same chooser.

        The engine compares clocks and never works out a share; here it is a competitor's weight over the sum of the
        weights that the engine gave them.
        """
        found = []
        for race in self.races:
            if number in race:
                same = {each: weight for each, weight in race.items() if self.drawn[each][0] == self.drawn[number][0]}
                found.append({each: weight / sum(same.values()) for each, weight in same.items()})
        return found
