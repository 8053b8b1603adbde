"""Running weeks: steps that are readied once a run."""

from __future__ import annotations

import numba

from cpi_sim.simulation.weeks import run_weeks, type_of
from cpi_sim.site.tables import Site, copy_of, digest, readable
from cpi_sim.week import WEEK
from tests.sites import PROGRAM, entered

SEED = 3


def called_as_usual(site: Site, weeks: int) -> Site:
    """Weeks lived by calling each step as Python calls compiled functions."""
    site = readable(copy_of(site))
    for week in range(weeks):
        for each in WEEK:
            PROGRAM(each)(site, SEED, week)
    return site


def test_steps_readied_once_do_what_steps_do() -> None:
    site = entered("inclusion_project", SEED)
    assert digest(run_weeks(copy_of(site), SEED, 0, 4, PROGRAM)) == digest(called_as_usual(site, 4))


def test_steps_are_readied_for_the_tables_at_hand() -> None:
    site = readable(entered("inclusion_project", SEED))
    kind = (type_of(site), numba.int64, numba.int64)
    again = (type_of(readable(copy_of(site))), numba.int64, numba.int64)
    other = (type_of(site._replace(knowledge=site.knowledge[:, ::2])), numba.int64, numba.int64)
    [ready] = PROGRAM.ready_for(WEEK[:1], kind)
    assert PROGRAM.ready_for(WEEK[:1], again) == [ready]
    assert PROGRAM.ready_for(WEEK[:1], other) != [ready]
