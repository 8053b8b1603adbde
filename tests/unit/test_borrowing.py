"""Who counts the users of a table: compiled functions that make or return arrays do, all others only borrow."""

from __future__ import annotations

import numpy as np
import pytest
from numba.core.runtime import _nrt_python, rtsys

from cpi_sim.engine.compilation import Program, machinery, step
from cpi_sim.site.tables import Site
from cpi_sim.week.attachment import security_gained
from tests.worlds import world


@machinery
def sum_where(values: np.ndarray, least: float) -> float:
    total = 0.0
    for value in values:
        if value >= least:
            total += value
    return total


@machinery
def the_larger(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return one if one.sum() > other.sum() else other


@machinery
def doubled(values: np.ndarray) -> np.ndarray:
    return 2.0 * values


@machinery
def sum_at_once(values: np.ndarray) -> float:
    return (2.0 * values).sum()


@machinery
def sum_of_doubled(values: np.ndarray) -> float:
    total = 0.0
    for value in doubled(values):
        total += value
    return total


@step
def makes_and_returns_often(values: np.ndarray, times: int) -> float:
    total = 0.0
    for _ in range(times):
        total += the_larger(values, doubled(values))[0] + sum_of_doubled(values) - sum_at_once(values)
    return total


def counts_users(program: Program) -> bool:
    """Whether users of tables are counted in a step that asks for everybody's security in close ties."""
    once = 1.0  # what a step finds around it cannot be vouched for, so this one is compiled anew each time

    @step
    def notes_security(site: Site, seed: int, week: int) -> None:
        for i in range(site.people.shape[0]):
            site.people[i].access = once * security_gained(site, site.people[i])

    site = world([{"security_sum": 0.6, "close_ties": 1.0, "security_at_entry": 0.5}, {}])
    compiled = program(notes_security)
    compiled(site, 1, 0)
    assert site.people["access"].tolist() == pytest.approx([0.1, 0.0])
    return "NRT_incref" in next(iter(compiled.inspect_llvm().values())).split("\ndefine ")[1]


def test_what_only_borrows_tables_does_not_count_their_users(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not counts_users(Program())
    monkeypatch.setattr(Program, "_only_borrows", lambda self, function: False)
    assert counts_users(Program())


def test_what_makes_or_returns_arrays_does_so_that_none_is_lost_or_freed_too_early() -> None:
    _nrt_python.memsys_enable_stats()
    values = np.arange(1.0, 1001.0)
    program = Program()
    program(makes_and_returns_often)(values, 1)
    before = rtsys.get_allocation_stats()
    assert program(makes_and_returns_often)(values, 50) == 50 * 2.0
    after = rtsys.get_allocation_stats()
    _nrt_python.memsys_disable_stats()
    assert after.alloc - before.alloc == after.free - before.free >= 150
    assert values.sum() == 500500.0


def test_what_makes_or_returns_an_array_or_calls_what_does_counts_users() -> None:
    borrowing = {each.__name__: Program()._only_borrows(each) for each in (the_larger, sum_at_once, sum_of_doubled)}
    assert borrowing == {"the_larger": False, "sum_at_once": False, "sum_of_doubled": False}
    assert Program()._only_borrows(sum_where)
