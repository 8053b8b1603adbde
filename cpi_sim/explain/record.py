"""One week of a site, lived step by step, with the tables as they stood before and after each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cpi_sim.engine.compilation import Program
from cpi_sim.explain.moment import Moment
from cpi_sim.explain.plain import Plain
from cpi_sim.extensions.program import steps_following
from cpi_sim.simulation.weeks import TableFull, recording, with_room
from cpi_sim.site.tables import EVENTS, OVERFLOW, Site, copy_of, readable
from cpi_sim.week import WEEK


@dataclass(frozen=True)
class WeekRecord:
    """A week as it was lived: for each step the site before and after it, and the site at the end of the week.

    ``week`` counts from 0, as in the engine. Elements of one's own that follow a step come after its ``after`` and
    before the next step's ``before``.
    """

    seed: int
    week: int
    program: Program
    steps: tuple[tuple[Site, Site], ...]
    end: Site
    own_elements: bool = False

    @property
    def begun(self) -> Site:
        """The site as the week begins."""
        return self.steps[0][0]

    def moments(self, person_id: int) -> Iterator[Moment]:
        """The steps of the week as one person lived them, in their order."""
        plain = Plain(self.program.replacements)
        for n, (each, (before, after)) in enumerate(zip(WEEK, self.steps, strict=True)):
            row = int(before.row_of_id[person_id])
            events = _events(before, after, first=n == 0)
            yield Moment(each.__name__, before, after, events, self.seed, self.week, row, plain)


def _events(before: Site, after: Site, *, first: bool) -> np.ndarray:
    """Events recorded in one step; the first step of the week empties the list."""
    start = 0 if first else int(before.counters[EVENTS])
    return np.asarray(after.events[start : int(after.counters[EVENTS])])


def record_week(site: Site, seed: int, week: int, program: Program) -> WeekRecord:
    """Live one week from a copy of ``site``, keeping the tables before and after each step.

    Args:
        site: the site as the week begins; not changed.
        seed: seed of the site.
        week: the week, from 0.
        program: the rules, compiled.

    Raises :class:`~cpi_sim.simulation.weeks.TableFull` if a table of fixed room ran over.
    """
    lived = with_room(readable(recording(copy_of(site))))
    steps, own_elements = [], False
    before = readable(copy_of(lived))
    for each in WEEK:
        program(each)(lived, seed, week)
        after = readable(copy_of(lived))
        steps.append((before, after))
        followed = list(steps_following(program, each))
        for own in followed:
            own(lived, seed, week)
        own_elements = own_elements or bool(followed)
        before = readable(copy_of(lived)) if followed else after
    if lived.counters[OVERFLOW]:
        raise TableFull(f"week {week}: more new ties or events in one week than the site has room for")
    return WeekRecord(seed, week, program, tuple(steps), before, own_elements)
