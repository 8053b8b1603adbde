"""One step of one week as one person lived it: the tables before and after, and the rules and numbers in between."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from cpi_sim.engine.keyed import normal, process_key, uniform, uniform_three, uniform_two
from cpi_sim.evidence.items import load_items
from cpi_sim.explain.decision import Basis, Telling
from cpi_sim.explain.plain import Function, Plain
from cpi_sim.reports.words import help_in_words
from cpi_sim.site.tables import COMMUNITY_MEMBER, KIN, PARTNER, TIES, Row, Site
from cpi_sim.site.tie_table import other

_UNIFORM: dict[int, Function] = {1: uniform, 2: uniform_two, 3: uniform_three}


@dataclass(frozen=True)
class Moment:
    """A step of a week, recorded, and the person (row ``i``) whose part in it is to be told.

    ``before`` and ``after`` are the site before and after the step (only read them), ``events`` what was recorded in
    it, ``plain`` the rules that were lived by. Weeks count from 0 here, as in the engine.
    """

    step: str
    before: Site
    after: Site
    events: np.ndarray
    seed: int
    week: int
    i: int
    plain: Plain

    @property
    def me(self) -> Row:
        """The person, as the step began."""
        return self.before.people[self.i]

    @property
    def now(self) -> Row:
        """The person, as the step ended."""
        return self.after.people[self.i]

    @property
    def id(self) -> int:
        """Id of the person."""
        return self.id_of(self.i)

    def id_of(self, row: int) -> int:
        """Id of the person in a row."""
        return int(self.before.people["id"][row])

    def of_plan(self, field: str) -> float:
        """A number of the person's plan before the step; 0 for somebody without one."""
        return float(self.before.plans[field][self.me.plan]) if self.me.plan >= 0 else 0.0

    @property
    def p(self) -> Row:
        """The parameters."""
        return self.before.parameters[0]

    @cached_property
    def telling(self) -> Telling:
        """What is told of this step."""
        return Telling(self.step)

    # Rules and numbers

    def apply(self, rule: Function, *arguments: Any) -> Basis:
        """A rule, or what replaces it, applied to its arguments; the parameters are added as the last where it has
        them.
        """
        names = list(inspect.signature(rule).parameters)
        given = (*arguments, self.p) if names[-1] == "p" else arguments
        inputs = {name: float(value) for name, value in zip(names, arguments, strict=False)}
        return Basis(rule.__name__, inputs, float(self.plain(rule)(*given)))

    def parameter(self, name: str, value: float | None = None) -> Basis:
        """A parameter as it stands, or the chance ``value`` that is worked out from it."""
        own = float(self.p[name])
        return Basis("", {name: own}, own if value is None else float(value))

    def key(self, process: int, week: int | None = None) -> np.uint64:
        """The key of a kind of decision in this week (or in another: 0 for what is decided once)."""
        return process_key(self.seed, process, self.week if week is None else week)

    def uniform(self, process: int, *ids: int, week: int | None = None) -> float:
        """The uniform number of one person, of one about another, or about another in a third thing."""
        return float(_UNIFORM[len(ids)](self.key(process, week), *ids))

    def normal(self, process: int) -> float:
        """The person's standard normal number."""
        return float(normal(self.key(process), self.id))

    # What was recorded

    def happenings(self, what: int) -> Iterator[Any]:
        """Events of one kind that the person had a part in."""
        mine = (self.events["who"] == self.id) | (self.events["whom"] == self.id)
        yield from self.events[(self.events["what"] == what) & mine]

    def ties(self, row: int | None = None, site: Site | None = None) -> Iterator[tuple[int, Row, int]]:
        """Ties of the person (or of the one in ``row``) before the step: row of the tie, the tie, row of the other."""
        site = self.before if site is None else site
        row = self.i if row is None else row
        for k in range(site.first_tie[row], site.first_tie[row + 1]):
            t = int(site.tie_of[k])
            tie = site.ties[t]
            yield t, tie, int(other(tie, row))

    def tie_after(self, low: int, high: int) -> Row | None:
        """The tie between two persons (rows) after the step, or None."""
        used = int(self.after.counters[TIES])
        ties = self.after.ties
        found = np.flatnonzero(
            (ties["low"][:used] == low) & (ties["high"][:used] == high) & (ties["ended"][:used] == 0)
        )
        return ties[int(found[0])] if len(found) else None

    # Names

    def name(self, row: int) -> str:
        """``a woman of 34 (person 12)``."""
        person = self.before.people[row]
        return f"a {'woman' if person.female == 1 else 'man'} of {person.age_years:.0f} (person {person.id})"

    def name_of_tie(self, tie: Row) -> str:
        """``a friend (person 12)``: what the other of a tie is to the person."""
        return f"{kind_of_tie(tie, self.p)} (person {self.id_of(other(tie, self.i))})"

    def place(self, s: int) -> str:
        """``place 3``, or that it is a group for people who use services."""
        setting = self.before.settings[s]
        kind = "the users' group at place" if setting.users_only == 1 else "place"
        return f"{kind} {setting.id}"

    def item(self, item: int) -> str:
        """What is asked for, for a resource item: ``a small loan``."""
        return help_in_words(load_items().ids[item])

    @property
    def ill(self) -> bool:
        """Whether the person has fallen ill by this week."""
        return bool(self.me.role_in_service != COMMUNITY_MEMBER and self.week >= self.me.onset_week)


def kind_of_tie(tie: Row, p: Row) -> str:
    """What two people are to each other."""
    if tie.kind == PARTNER:
        return "their partner"
    if tie.kind == KIN:
        return "a relative"
    if tie.dormant == 1:
        return "a friend they had lost touch with"
    return "a friend" if tie.closeness_hours >= p.casual_friend_hours else "an acquaintance"
