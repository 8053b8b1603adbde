"""Small statistics against answers from paper or from scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from cpi_sim.checks import summaries


def test_shares_and_means_of_nothing_are_undefined() -> None:
    nothing = np.zeros(0)
    for undefined in (summaries.share, summaries.mean, summaries.spread):
        assert np.isnan(undefined(nothing))
    assert summaries.share(np.array([True, False, False, False])) == 0.25


def test_gap_in_sds() -> None:
    first, second = np.array([2.0, 4.0, 6.0]), np.array([1.0, 3.0])
    # variances 4 and 2, pooled (2 * 4 + 1 * 2) / 3
    assert summaries.gap_in_sds(first, second) == pytest.approx(2.0 / np.sqrt(10 / 3))
    assert np.isnan(summaries.gap_in_sds(first, second[:1]))
    assert np.isnan(summaries.gap_in_sds(np.ones(3), np.ones(3)))


def test_correlation_agrees_with_scipy() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=40), rng.normal(size=40)
    assert summaries.correlation(first, second) == pytest.approx(stats.pearsonr(first, second).statistic)
    assert np.isnan(summaries.correlation(first, np.ones(40)))


def test_slopes_recover_a_plane() -> None:
    rng = np.random.default_rng(2)
    one, two = rng.normal(size=30), rng.normal(size=30)
    assert summaries.slopes(3.0 + 2.0 * one - 0.5 * two, one, two) == pytest.approx([2.0, -0.5])
    assert np.isnan(summaries.slopes(one, two, 2.0 * two)).all()


def test_standardised() -> None:
    assert summaries.standardised(np.array([1.0, 3.0])).tolist() == [-1.0, 1.0]


def test_intraclass_correlation() -> None:
    groups = np.array([0, 0, 1, 1, 2, 2])
    assert summaries.intraclass_correlation(np.array([1.0, 1, 2, 2, 3, 3]), groups) == pytest.approx(1.0)
    # between mean square 4, within 1, groups of two: (4 - 1) / (4 + 1)
    root = np.sqrt(0.5)
    values = np.array([-root, root, 2 - root, 2 + root])
    assert summaries.intraclass_correlation(values, groups[:4]) == pytest.approx(0.6)
    assert np.isnan(summaries.intraclass_correlation(values, np.zeros(4)))


def test_slopes_on_what_does_not_vary_are_undefined() -> None:
    """A constant, standardised, is not a number; a site where nobody differs has no slope, and no error."""
    nan = float("nan")
    assert np.isnan(summaries.slopes(np.arange(5.0), np.full(5, nan))).all()
    assert np.isnan(summaries.slopes(np.full(5, nan), np.arange(5.0))).all()
