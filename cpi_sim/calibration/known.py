"""Means and variances of statistics that are undefined at some sites."""

from __future__ import annotations

import numpy as np


def mean_of_known(values: np.ndarray, axis: int) -> np.ndarray:
    """Mean over an axis of the values that are numbers; not a number where none is."""
    return np.asarray(np.ma.masked_invalid(values).mean(axis=axis).filled(np.nan))


def variance_of_known(values: np.ndarray, axis: int) -> np.ndarray:
    """Sample variance over an axis of the values that are numbers; not a number where fewer than two are."""
    masked = np.ma.masked_invalid(values)
    few = np.sum(~np.ma.getmaskarray(masked), axis=axis) < 2
    return np.where(few, np.nan, np.ma.filled(masked.var(axis=axis, ddof=1), np.nan))
