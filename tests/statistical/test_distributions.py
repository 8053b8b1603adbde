"""Poisson, gamma, normal, beta and exponential numbers against their distributions, by moments and by shape.

Each check fails below one in a million (or beyond 4.9 standard errors); there are about fifty, so that with fresh seeds
all together would raise a false alarm once in twenty thousand runs. The seeds are fixed.
"""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from cpi_sim.engine.keyed import beta, exponential_from, gamma, normal, normal_two, poisson_from, process_key, uniform
from tests.sites import PROGRAM

pytestmark = pytest.mark.statistical

FALSE_ALARM = 1e-6
STANDARD_ERRORS = 4.9
MANY = 200_000


def normals(seed: int, out: np.ndarray) -> None:
    key = process_key(seed, 50, 1)
    for i in range(out.size):
        out[i] = normal(key, i)


def normals_of_pairs(seed: int, out: np.ndarray) -> None:
    key = process_key(seed, 50, 1)
    for i in range(out.size):
        out[i] = normal_two(key, i // 500, i % 500)


def exponentials(seed: int, out: np.ndarray) -> None:
    key = process_key(seed, 50, 1)
    for i in range(out.size):
        out[i] = exponential_from(uniform(key, i))


def gammas(seed: int, shape: float, out: np.ndarray) -> None:
    key = process_key(seed, 50, 1)
    for i in range(out.size):
        out[i] = gamma(key, i, shape)


def betas(seed: int, first: float, second: float, out: np.ndarray) -> None:
    key = process_key(seed, 50, 1)
    for i in range(out.size):
        out[i] = beta(key, i, first, second)


def poissons(seed: int, mean: float, out: np.ndarray) -> None:
    key = process_key(seed, 50, 1)
    for i in range(out.size):
        out[i] = poisson_from(uniform(key, i), mean)


def check(numbers: np.ndarray, distribution: scipy.stats.rv_continuous) -> None:
    """Shape by Kolmogorov and Smirnov; mean and variance by their standard errors; neighbours uncorrelated."""
    assert scipy.stats.kstest(numbers, distribution.cdf).pvalue > FALSE_ALARM
    check_moments(numbers, distribution)


def check_moments(numbers: np.ndarray, distribution: scipy.stats.rv_continuous) -> None:
    mean, variance, excess = (float(each) for each in distribution.stats(moments="mvk"))
    root = np.sqrt(numbers.size)
    assert abs(numbers.mean() - mean) < STANDARD_ERRORS * np.sqrt(variance) / root
    assert abs(numbers.var() - variance) < STANDARD_ERRORS * variance * np.sqrt(2.0 + excess) / root
    assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < STANDARD_ERRORS / root


@pytest.mark.parametrize("seed", [1, 2])
def test_normal(seed: int) -> None:
    out = np.empty(MANY)
    for generator in (normals, normals_of_pairs):
        PROGRAM(generator)(seed, out)
        check(out, scipy.stats.norm())


def test_exponential() -> None:
    out = np.empty(MANY)
    PROGRAM(exponentials)(1, out)
    check(out, scipy.stats.expon())


@pytest.mark.parametrize("shape", [0.2, 0.4, 1.0, 1.384, 2.0, 20.0])
def test_gamma(shape: float) -> None:
    out = np.empty(MANY)
    PROGRAM(gammas)(1, shape, out)
    check(out, scipy.stats.gamma(shape))


@pytest.mark.parametrize(("first", "second"), [(2.2, 2.6), (0.5, 0.5), (8.0, 1.5)])
def test_beta(first: float, second: float) -> None:
    out = np.empty(MANY)
    PROGRAM(betas)(1, first, second, out)
    check(out, scipy.stats.beta(first, second))


@pytest.mark.parametrize("mean", [0.002, 0.1, 1.0, 2.3, 8.0, 40.0])
def test_poisson(mean: float) -> None:
    out = np.empty(MANY)
    PROGRAM(poissons)(1, mean, out)
    check_moments(out, scipy.stats.poisson(mean))
    usual = np.arange(scipy.stats.poisson.ppf(1e-4, mean), scipy.stats.poisson.ppf(1.0 - 1e-4, mean) + 1)
    observed = np.array([(out == count).sum() for count in usual])
    expected = MANY * scipy.stats.poisson.pmf(usual, mean)
    observed = np.append(observed, MANY - observed.sum())
    expected = np.append(expected, MANY - expected.sum())
    assert scipy.stats.chisquare(observed, expected).pvalue > FALSE_ALARM
