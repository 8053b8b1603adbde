"""Panels of pictures show no score that cannot be."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from cpi_sim.reports import panels

COUNTS = np.array([0.0] * 8 + [1.0, 1.0, 2.0, 3.0])


def drawn_heights(axes: object) -> np.ndarray:
    """Heights of the corners of every shape on axes."""
    return np.concatenate([path.vertices[:, 1] for each in axes.collections for path in each.get_paths()])  # type: ignore[attr-defined]


def test_distributions_of_counts_stay_within_their_range() -> None:
    for stepped in (True, False):
        axes = Figure().add_subplot()
        panels.distributions(axes, {"a": COUNTS}, {"a": "#000000"}, (0.0, 3.0), stepped=stepped)
        panels.within(axes, (0.0, 3.0))
        heights = drawn_heights(axes)
        assert heights.min() == 0.0
        assert heights.max() <= 3.0
        assert axes.get_ylim() == (0.0, 3.0)


def test_bands_are_the_quantiles_of_the_summary() -> None:
    axes = Figure().add_subplot()
    panels.mean_with_spread(axes, [0, 4], [COUNTS, COUNTS + 1], "#000000")
    at = (0.05, 0.25, 0.75, 0.95)
    expected = {*np.quantile(COUNTS, at), *np.quantile(COUNTS + 1, at)}
    assert set(drawn_heights(axes)) == expected
