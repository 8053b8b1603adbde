"""The same week written twice, compiled and in plain Mesa, must give the same distributions: a rule's loop with a
mistake in it would have to be wrong in both.
"""

from __future__ import annotations

import pytest

from benchmarks.same_distributions import FALSE_ALARM, SUPPORT, compare

SEEDS = 8


@pytest.mark.statistical
def test_plain_mesa_and_the_compiled_week_give_the_same_distributions() -> None:
    """48 means and spreads after a year of support. False alarm: 1 in 100 (Bonferroni), and the seeds are fixed."""
    lines = compare(SEEDS, SUPPORT)
    assert len(lines) == 48
    limit = FALSE_ALARM / len(lines)
    assert [f"{line.group}: {line.statistic} of {line.measure}" for line in lines if line.p_value < limit] == []
    friends = next(line for line in lines if (line.group, line.measure, line.statistic)[::2] == ("community", "mean"))
    assert friends.error < 0.02 * friends.compiled  # sharp enough to see a difference of a few percent
