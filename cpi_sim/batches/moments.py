"""Means, spreads and distributions of numbers that come in portions, without keeping the numbers."""

from __future__ import annotations

import numpy as np

FEW_VALUES = 8_192
"""Up to so many different values are counted as they are; where there are more, all are rounded first."""
DIGITS = 4
"""Significant digits that are kept then."""


class Moments:
    """Number, mean and variance of some columns, from portions of rows (Chan's form of Welford's method).

    The same portions in the same order give the same bits. Not-a-number is left out.
    """

    def __init__(self, columns: int) -> None:
        self.n = np.zeros(columns, np.int64)
        self.mean = np.zeros(columns)
        self._squares = np.zeros(columns)

    def add(self, rows: np.ndarray) -> None:
        """Take in a portion, shape (rows, columns)."""
        rows = np.ascontiguousarray(rows, np.float64)
        known = ~np.isnan(rows)
        n = known.sum(axis=0)
        some = np.maximum(n, 1)
        mean = np.where(known, rows, 0.0).sum(axis=0) / some
        squares = (np.where(known, rows - mean, 0.0) ** 2).sum(axis=0)
        total = self.n + n
        share = n / np.maximum(total, 1)
        apart = mean - self.mean
        self._squares += np.where(n > 0, squares + apart**2 * self.n * share, 0.0)
        self.mean += np.where(n > 0, apart * share, 0.0)
        self.n = total

    @property
    def variance(self) -> np.ndarray:
        """Variance (n - 1) of each column; not-a-number where there are fewer than two numbers."""
        return np.where(self.n > 1, self._squares / np.maximum(self.n - 1, 1), np.nan)


class Counts:
    """How often each value came, from portions; enough for quantiles."""

    def __init__(self) -> None:
        self._values = np.empty(0)
        self._times = np.empty(0, np.int64)
        self._rounded = False

    def add(self, scores: np.ndarray) -> None:
        """Take in a portion of numbers, none of which is not-a-number."""
        self._merge(*np.unique(self._as_kept(scores), return_counts=True))
        if len(self._values) > FEW_VALUES and not self._rounded:
            self._rounded = True
            values, times = self._as_kept(self._values), self._times
            self._values, self._times = np.empty(0), np.empty(0, np.int64)
            self._merge(values, times)

    def _as_kept(self, values: np.ndarray) -> np.ndarray:
        return to_digits(values) if self._rounded else values

    def _merge(self, values: np.ndarray, times: np.ndarray) -> None:
        merged, place = np.unique(np.concatenate([self._values, values]), return_inverse=True)
        counted = np.zeros(len(merged), np.int64)
        np.add.at(counted, place, np.concatenate([self._times, times]))
        self._values, self._times = merged, counted

    def quantiles(self, at: np.ndarray) -> np.ndarray:
        """Quantiles, between values as :func:`numpy.quantile` has them; not-a-number where there are no numbers."""
        if not len(self._values):
            return np.full(len(at), np.nan)
        up_to = np.cumsum(self._times)
        place = at * (up_to[-1] - 1)
        below = np.floor(place)
        low = self._values[np.searchsorted(up_to, below, side="right")]
        high = self._values[np.searchsorted(up_to, np.minimum(below + 1, up_to[-1] - 1), side="right")]
        return low + (high - low) * (place - below)


def to_digits(values: np.ndarray) -> np.ndarray:
    """Values rounded to ``DIGITS`` significant digits."""
    size = np.where(values == 0.0, 1.0, np.abs(values))
    unit = 10.0 ** (np.floor(np.log10(size)) - (DIGITS - 1))
    return np.round(values / unit) * unit
