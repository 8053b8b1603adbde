"""Keyed numbers are uniform and independent: across ids, weeks, processes and seeds, and between both sides of a pair.

Neighbouring keys are what the model uses, so neighbouring keys are what is tested. Each check gives a p-value and fails
below one in a million; there are some ninety, so that on fresh seeds all of them together would raise a false alarm
less than once in ten thousand runs. The seeds are fixed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import scipy.stats

from cpi_sim.engine.keyed import key_three, process_key, uniform, uniform_three, uniform_two
from tests.sites import PROGRAM

pytestmark = pytest.mark.statistical

FALSE_ALARM = 1e-6
MANY = 400_000
SEEDS = (0, 5, 123_456_789)


def over_ids(seed: int, process: int, week: int, out: np.ndarray) -> None:
    key = process_key(seed, process, week)
    for i in range(out.size):
        out[i] = uniform(key, i)


def over_weeks(seed: int, process: int, week: int, out: np.ndarray) -> None:
    for i in range(out.size):
        out[i] = uniform(process_key(seed, process, week + i), 7)


def over_processes(seed: int, process: int, week: int, out: np.ndarray) -> None:
    for i in range(out.size):
        out[i] = uniform(process_key(seed, process + i, week), 7)


def over_seeds(seed: int, process: int, week: int, out: np.ndarray) -> None:
    for i in range(out.size):
        out[i] = uniform(process_key(seed + i, process, week), 7)


def over_pairs(seed: int, process: int, week: int, out: np.ndarray) -> None:
    """All pairs of a square of ids, row by row."""
    key = process_key(seed, process, week)
    side = int(np.sqrt(out.size))
    for i in range(side):
        for j in range(side):
            out[i * side + j] = uniform_two(key, i, j)


def over_third_things(seed: int, process: int, week: int, out: np.ndarray) -> None:
    key = process_key(seed, process, week)
    for i in range(out.size):
        out[i] = uniform_three(key, i // 100, (i // 10) % 10, i % 10)


def bits_over_ids(seed: int, process: int, week: int, out: np.ndarray) -> None:
    key = process_key(seed, process, week)
    for i in range(out.size):
        out[i] = key_three(key, i, i + 1, 0)


STREAMS = [over_ids, over_weeks, over_processes, over_seeds, over_pairs, over_third_things]


def draw(stream: Callable[..., None], seed: int, process: int = 100, week: int = 3, many: int = MANY) -> np.ndarray:
    out = np.empty(many)
    PROGRAM(stream)(seed, process, week, out)
    return out


def p_of_independence(one: np.ndarray, other: np.ndarray, bins: int = 32) -> float:
    """Chi-square of the joint distribution of two uniform numbers over squares."""
    square = (one * bins).astype(int) * bins + (other * bins).astype(int)
    return float(scipy.stats.chisquare(np.bincount(square, minlength=bins * bins)).pvalue)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("stream", STREAMS)
def test_uniform(stream: Callable[..., None], seed: int) -> None:
    numbers = draw(stream, seed)
    assert scipy.stats.kstest(numbers, "uniform").pvalue > FALSE_ALARM
    counts = np.bincount((numbers * 1000).astype(int), minlength=1000)
    assert scipy.stats.chisquare(counts).pvalue > FALSE_ALARM


@pytest.mark.parametrize("lag", [1, 2, 3, 10, 64, 632])
@pytest.mark.parametrize("stream", STREAMS)
def test_neighbours_are_independent(stream: Callable[..., None], lag: int) -> None:
    """Serial test; a lag of 632 is the person beneath in the square of pairs."""
    numbers = draw(stream, 5, many=632 * 632)
    assert p_of_independence(numbers[:-lag], numbers[lag:]) > FALSE_ALARM


@pytest.mark.parametrize("stream", STREAMS)
def test_runs_of_three_are_independent(stream: Callable[..., None]) -> None:
    numbers = draw(stream, 11)[: MANY // 3 * 3].reshape(-1, 3)
    cube = (numbers * 10).astype(int) @ [100, 10, 1]
    assert scipy.stats.chisquare(np.bincount(cube, minlength=1000)).pvalue > FALSE_ALARM


@pytest.mark.parametrize(
    ("process", "week", "seed"), [(101, 3, 5), (100, 4, 5), (100, 3, 6), (100, -4, 5), (200, 3, 5), (100, 55, 5)]
)
def test_the_same_people_in_another_week_process_or_seed(process: int, week: int, seed: int) -> None:
    one = draw(over_ids, 5)
    other = draw(over_ids, seed, process, week)
    assert p_of_independence(one, other) > FALSE_ALARM
    correlation = np.corrcoef(one, other)[0, 1]
    assert abs(correlation) < scipy.stats.norm.isf(FALSE_ALARM / 2) / np.sqrt(MANY)


def test_both_sides_of_a_pair_are_independent() -> None:
    side = 632
    square = draw(over_pairs, 5, many=side * side).reshape(side, side)
    above = np.triu_indices(side, 1)
    assert p_of_independence(square[above], square.T[above], bins=20) > FALSE_ALARM


def test_no_person_and_no_week_is_luckier_than_others() -> None:
    """Means over weeks of 500 persons, and over persons of 800 weeks, against the spread that chance gives them."""
    numbers = np.array([draw(over_ids, 5, week=week, many=500) for week in range(800)])
    for axis, many in ((0, 800), (1, 500)):
        z = (numbers.mean(axis=axis) - 0.5) * np.sqrt(12.0 * many)
        assert scipy.stats.kstest(z, "norm").pvalue > FALSE_ALARM
        assert 2.0 * scipy.stats.norm.sf(np.abs(z).max()) * z.size > FALSE_ALARM


def test_every_bit_of_a_key_is_on_half_of_the_time_and_independent_of_the_next() -> None:
    bits = np.empty(MANY, np.uint64)
    PROGRAM(bits_over_ids)(5, 100, 3, bits)
    table = np.unpackbits(bits.view(np.uint8).reshape(-1, 8), axis=1).astype(np.int64)
    limit = scipy.stats.norm.isf(FALSE_ALARM / 64 / 2) * np.sqrt(MANY) / 2.0
    assert np.abs(table.sum(axis=0) - MANY / 2.0).max() < limit
    changes = (table[:, 1:] != table[:, :-1]).sum(axis=0)
    assert np.abs(changes - MANY / 2.0).max() < limit
