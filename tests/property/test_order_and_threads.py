"""Order of persons, number of threads and compilation: same result, bit for bit."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from cpi_sim.simulation.past import make_past
from cpi_sim.simulation.weeks import run_weeks
from cpi_sim.site.tables import digest
from tests.sites import PROGRAM, SEED, STRONG, entered, lived, permuted, values_of

SHORT = """
from cpi_sim.site.tables import digest
from cpi_sim.simulation.past import enter, make_past
from cpi_sim.simulation.weeks import run_weeks
from tests.sites import PROGRAM, STRONG, values_of
values = values_of(community_members=50, service_users=8, settings=6, burn_in_years=0,
                   illness_years_low=0.1, illness_years_high=0.3, **STRONG)
past = make_past(values, 7, PROGRAM)
print(digest(run_weeks(enter(past, values, 7, PROGRAM), 7, 0, 16, PROGRAM)))
"""


@pytest.mark.parametrize("shuffle", [1, 2, 3])
def test_the_order_of_persons_changes_nothing(shuffle: int) -> None:
    site = entered(**STRONG)
    order = np.random.default_rng(shuffle).permutation(site.people.shape[0])
    moved = run_weeks(permuted(site, order), SEED, 0, 30, PROGRAM)
    straight = run_weeks(site, SEED, 0, 30, PROGRAM)
    back = permuted(moved, np.argsort(order))
    assert straight.plans["sessions_attended"].sum() > 0
    assert digest(back) == digest(straight)


def test_threads_change_nothing() -> None:
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(lambda _: digest(lived(26, **STRONG)), range(3)))
    assert set(together) == {digest(lived(26, **STRONG))}


def test_compilation_changes_nothing() -> None:
    def run(switched_off: str) -> str:
        environment = os.environ | {"NUMBA_DISABLE_JIT": switched_off}
        return subprocess.run(
            [sys.executable, "-c", SHORT], env=environment, capture_output=True, text=True, check=True
        ).stdout

    assert run("0") == run("1")


def test_the_seed_changes_everything() -> None:
    one = make_past(values_of(burn_in_years=0), 1, PROGRAM)
    two = make_past(values_of(burn_in_years=0), 2, PROGRAM)
    assert digest(one) != digest(two)
    assert np.mean(one.people["sociability"] == two.people["sociability"]) < 0.01
