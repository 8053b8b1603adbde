"""Keyed numbers: known answers, exact inversions, and a number for each decision that nothing else can move."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from cpi_sim.engine import processes
from cpi_sim.engine.keyed import (
    beta,
    exponential_from,
    gamma,
    key_one,
    key_three,
    key_two,
    mix,
    normal,
    normal_from,
    normal_two,
    poisson_from,
    process_key,
    to_unit,
    uniform,
    uniform_three,
    uniform_two,
)

GOLDEN = 0x9E3779B97F4A7C15
LARGEST = np.uint64(2**64 - 1)
ids = st.integers(0, 2_000_000)
seeds = st.integers(0, 2**62)
weeks = st.integers(-5000, 5000)


@pytest.fixture(autouse=True)
def _wrapping() -> Iterator[None]:
    """Plain Python over NumPy's integers warns where they wrap, as they are meant to."""
    with np.errstate(over="ignore"):
        yield


@pytest.mark.parametrize(
    ("state", "output"),
    [
        (0, 0xE220A8397B1DCDAF),
        (1234567, 6457827717110365317),
        (1234567 + GOLDEN, 3203168211198807973),
        (1234567 + 2 * GOLDEN, 9817491932198370423),
        (1234567 + 3 * GOLDEN, 4593380528125082431),
        (1234567 + 4 * GOLDEN, 16408922859458223821),
    ],
)
def test_the_mixing_is_that_of_splitmix64(state: int, output: int) -> None:
    """Published outputs of SplitMix64, which adds the golden number to its state and then mixes."""
    assert int(mix(np.uint64((state + GOLDEN) % 2**64))) == output


def test_a_uniform_number_is_never_nought_and_never_one() -> None:
    assert 0.0 < to_unit(np.uint64(0)) < 2.0**-52
    assert 1.0 - 2.0**-52 < to_unit(LARGEST) < 1.0


@given(st.integers(0, 2**64 - 1))
def test_uniform_numbers_lie_between(bits: int) -> None:
    assert 0.0 < to_unit(np.uint64(bits)) < 1.0
    assert to_unit(np.uint64(bits)) == pytest.approx(bits / 2**64, abs=2.0**-52)


@given(seeds, weeks, ids, ids, ids)
def test_every_part_of_a_key_matters(seed: int, week: int, who: int, whom: int, which: int) -> None:
    key = process_key(seed, 7, week)
    assert key != process_key(seed + 1, 7, week)
    assert key != process_key(seed, 8, week)
    assert key != process_key(seed, 7, week + 1)
    mine = key_three(key, who, whom, which)
    assert mine != key_three(key, who + 1, whom, which)
    assert mine != key_three(key, who, whom + 1, which)
    assert mine != key_three(key, who, whom, which + 1)
    assert len({int(key_one(key, who)), int(key_two(key, who, whom)), int(mine)}) == 3


@given(seeds, weeks, ids, ids)
def test_who_and_whom_are_not_the_same_decision(seed: int, week: int, who: int, whom: int) -> None:
    key = process_key(seed, 7, week)
    if who != whom:
        assert uniform_two(key, who, whom) != uniform_two(key, whom, who)
        assert uniform_three(key, who, whom, 1) != uniform_three(key, whom, who, 1)


def test_numbers_are_those_of_the_keys_and_stay_the_same() -> None:
    key = process_key(5, 7, 3)
    assert uniform(key, 11) == to_unit(key_one(key, 11)) == uniform(process_key(5, 7, 3), 11)
    assert uniform_two(key, 11, 12) == to_unit(key_two(key, 11, 12))
    assert uniform_three(key, 11, 12, 13) == to_unit(key_three(key, 11, 12, 13))
    assert normal(key, 11) == normal_from(uniform(key, 11))
    assert normal_two(key, 11, 12) == normal_from(uniform_two(key, 11, 12))


def test_neighbouring_keys_never_meet() -> None:
    """Ids, weeks and processes together: by chance, two of 600,000 keys would be alike once in 10^8 tries."""
    found = [
        int(key_one(process_key(5, process, week), who))
        for process in range(60)
        for week in range(-50, 50)
        for who in range(100)
    ]
    assert len(set(found)) == len(found)


@given(st.floats(1e-300, 1.0 - 1e-16))
def test_normal_quantiles(u: float) -> None:
    assert normal_from(u) == pytest.approx(scipy.stats.norm.ppf(u), rel=1e-13, abs=1e-15)


@given(st.floats(1e-9, 0.4999))
def test_normal_quantiles_are_the_same_on_both_sides(u: float) -> None:
    assert normal_from(1.0 - u) == pytest.approx(-normal_from(u), rel=1e-6)
    assert normal_from(0.5) == 0.0


@given(st.floats(1e-300, 1.0 - 1e-16))
def test_exponential_quantiles(u: float) -> None:
    assert exponential_from(u) == pytest.approx(-math.log(u), rel=1e-12, abs=1e-16)


@given(st.floats(1e-12, 1.0 - 1e-12), st.floats(0.0, 30.0))
def test_poisson_quantiles(u: float, mean: float) -> None:
    """The smallest count whose cumulative chance reaches ``u``, but for a rounding of the sum."""
    count = poisson_from(u, mean)
    below = scipy.stats.poisson.cdf(count - 1, mean) if count > 0 else -1.0
    assert below <= u * (1.0 + 1e-13)
    assert scipy.stats.poisson.cdf(count, mean) >= u * (1.0 - 1e-13)


@pytest.mark.parametrize(
    ("u", "count"),
    [(0.36, 0), (0.37, 1), (0.73, 1), (0.74, 2), (0.91, 2), (0.92, 3), (0.98, 3), (0.982, 4)],
)
def test_poisson_counts_of_mean_one(u: float, count: int) -> None:
    """Cumulative chances of mean 1: 0.3679, 0.7358, 0.9197, 0.9810."""
    assert poisson_from(u, 1.0) == count


def test_a_poisson_count_of_mean_nought_is_nought() -> None:
    assert poisson_from(1.0 - 1e-16, 0.0) == 0


@given(st.floats(1e-9, 1.0 - 1e-9), st.floats(0.0, 20.0), st.floats(0.0, 1.0))
def test_a_poisson_count_never_falls_when_its_mean_rises(u: float, mean: float, more: float) -> None:
    assert poisson_from(u, mean + more) >= poisson_from(u, mean)


@given(seeds, ids, st.floats(0.2, 50.0))
def test_gamma_and_beta_numbers_lie_where_they_should(seed: int, who: int, shape: float) -> None:
    key = process_key(seed, 7, 0)
    assert 0.0 < gamma(key, who, shape) < math.inf
    assert 0.0 < beta(key, who, shape, 2.0) < 1.0


def test_no_two_kinds_of_decision_share_a_number() -> None:
    """Kinds that draw numbers, and apart from them kinds of recorded event."""
    lines = inspect.getsource(processes).splitlines()
    events = lines[next(n for n, line in enumerate(lines) if line.startswith("# Kinds of recorded event")) :]
    named_events = {name.strip() for line in events if "=" in line for name in line.split("=")[0].split(",")}
    numbers = {name: value for name, value in vars(processes).items() if name.isupper()}
    draws = [value for name, value in numbers.items() if name not in named_events]
    assert len(named_events) > 20
    assert len(draws) > 90
    assert len(set(draws)) == len(draws)
    assert len({numbers[name] for name in named_events}) == len(named_events)
