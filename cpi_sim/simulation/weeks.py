"""Run weeks: the ten steps in their order, compiled, with the tables growing when they must."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from cpi_sim.engine.compilation import Program
from cpi_sim.extensions.program import steps_following
from cpi_sim.site.tables import EVENT, EVENTS, OVERFLOW, RECORDING, TIE, TIES, Site, readable
from cpi_sim.week import WEEK


class TableFull(RuntimeError):
    """A table of fixed room ran over in one week: a bug, or absurd parameters."""


OnWeek = Callable[[Site, int], None]

_TYPE_OF: dict[tuple[Any, ...], Any] = {}
"""Numba's type of a site, by what its tables are made of: it takes milliseconds to find."""


def with_room(site: Site) -> Site:
    """The site, with a larger tie table where a week might fill the present one."""
    used = int(site.counters[TIES])
    room = site.ties.shape[0]
    if used + site.births.shape[0] <= room:
        return site
    larger = np.zeros(2 * room + site.births.shape[0], TIE).view(np.recarray)
    larger[:used] = site.ties[:used]
    tie_of = np.zeros(2 * larger.shape[0], np.int32)
    tie_of[: site.tie_of.shape[0]] = site.tie_of
    with_whom = np.zeros_like(tie_of)
    with_whom[: site.with_whom.shape[0]] = site.with_whom
    return site._replace(ties=larger, tie_of=tie_of, with_whom=with_whom)


def recording(site: Site, events_at_most: int | None = None) -> Site:
    """The site, writing down the events of each week (``events[:counters[EVENTS]]``, emptied as the next week
    begins).
    """
    room = events_at_most or 40 * site.people.shape[0] + 1000
    events = np.zeros(room, EVENT).view(np.recarray)
    counters = site.counters.copy()
    counters[RECORDING] = 1
    return site._replace(events=events, counters=counters)


def type_of(site: Site) -> Any:
    """Numba's type of a site."""
    made_of = tuple((table.dtype, table.ndim, table.flags.num) for table in site)
    if made_of not in _TYPE_OF:
        _TYPE_OF[made_of] = numba.typeof(site)
    return _TYPE_OF[made_of]


def run_weeks(
    site: Site,
    seed: int,
    first_week: int,
    last_week: int,
    program: Program,
    on_week: OnWeek | None = None,
) -> Site:
    """Live through weeks ``first_week`` to ``last_week - 1``.

    Args:
        site: changed in place, but for tables that had to grow: use the site returned.
        seed: seed of the site.
        first_week: week to begin with (0 is entry).
        last_week: week to stop before.
        program: the rules, compiled.
        on_week: called with the site and the week just lived, after each.

    Returns:
        The site after the last week.

    Raises:
        TableFull: if a table of fixed room ran over.
    """
    site = readable(site)
    steps: list[Callable[[Site, int, int], None]] = []
    for each, step in zip(WEEK, program.ready_for(WEEK, (type_of(site), numba.int64, numba.int64)), strict=True):
        steps += [step, *steps_following(program, each)]
    for week in range(first_week, last_week):
        site = with_room(site)
        for step in steps:
            step(site, seed, week)
        if site.counters[OVERFLOW]:
            raise TableFull(f"week {week}: more new ties or events in one week than the site has room for")
        if on_week is not None:
            on_week(site, week)
    return site


def events_of(site: Site) -> np.ndarray:
    """Events recorded in the week just lived, shape (events,), EVENT records."""
    return np.array(site.events[: int(site.counters[EVENTS])])
