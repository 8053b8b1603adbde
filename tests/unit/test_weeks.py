"""Running weeks: steps that are readied once a run."""

from __future__ import annotations

import numba
import pytest

from cpi_sim.simulation.weeks import ready_for, run_weeks
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


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")  # type: ignore[attr-defined]
def test_only_compiled_steps_are_readied_and_for_the_tables_at_hand() -> None:
    def own(site: Site, seed: int, week: int) -> None:
        """A step that is plain Python, as elements of one's own are called."""

    compiled = PROGRAM(WEEK[0])
    site = readable(entered("inclusion_project", SEED))
    ready, plain = ready_for(site, [compiled, own])
    assert plain is own
    assert ready is not compiled
    assert ready_for(readable(copy_of(site)), [compiled]) == [ready]
    other_tables = site._replace(knowledge=site.knowledge[:, ::2])
    assert ready_for(other_tables, [compiled]) != [ready]
