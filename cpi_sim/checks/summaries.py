"""Small statistics over arrays: shares, differences, correlations, regression slopes. NaN where they are undefined."""

from __future__ import annotations

import numpy as np

NAN = float("nan")


def share(mask: np.ndarray) -> float:
    """Share of True in a mask."""
    return float(np.mean(mask)) if len(mask) else NAN


def mean(values: np.ndarray) -> float:
    """Mean."""
    return float(np.mean(values)) if len(values) else NAN


def spread(values: np.ndarray) -> float:
    """Standard deviation of a sample."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else NAN


def gap_in_sds(first: np.ndarray, second: np.ndarray) -> float:
    """Cohen's d: mean of ``first`` minus mean of ``second``, in pooled standard deviations."""
    n, m = len(first), len(second)
    if n < 2 or m < 2:
        return NAN
    pooled = ((n - 1) * np.var(first, ddof=1) + (m - 1) * np.var(second, ddof=1)) / (n + m - 2)
    return float((np.mean(first) - np.mean(second)) / np.sqrt(pooled)) if pooled > 0 else NAN


def correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Pearson's correlation."""
    if len(first) < 3 or np.std(first) == 0 or np.std(second) == 0:
        return NAN
    return float(np.corrcoef(first, second)[0, 1])


def slopes(outcome: np.ndarray, *predictors: np.ndarray) -> np.ndarray:
    """Least-squares slopes of ``outcome`` on all ``predictors`` together, with an intercept, shape (predictors,)."""
    design = np.column_stack([np.ones(len(outcome)), *predictors]).astype(float)
    finite = np.isfinite(design).all() and np.isfinite(outcome).all()
    if not finite or len(outcome) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        return np.full(len(predictors), NAN)
    return np.linalg.lstsq(design, np.asarray(outcome, float), rcond=None)[0][1:]


def standardised(values: np.ndarray) -> np.ndarray:
    """Values less their mean, in their own standard deviations."""
    return (values - np.mean(values)) / np.std(values)


def intraclass_correlation(values: np.ndarray, groups: np.ndarray) -> float:
    """One-way intraclass correlation from analysis of variance; groups may differ in size, and it may be negative."""
    labels, index, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    n, k = len(values), len(labels)
    if k < 2 or n <= k:
        return NAN
    means = np.bincount(index, values) / sizes
    between = float(np.sum(sizes * (means - np.mean(values)) ** 2)) / (k - 1)
    within = float(np.sum((values - means[index]) ** 2)) / (n - k)
    size = (n - np.sum(sizes**2) / n) / (k - 1)
    total = between + (size - 1) * within
    return (between - within) / total if total > 0 else NAN
