"""Every statistic is tested by name in one of the files beside this one."""

from __future__ import annotations

import re
from pathlib import Path

from cpi_sim.checks.between_sites import OVER_SITES
from cpi_sim.checks.statistics import STATISTICS

NOT_OF_STATISTICS = ("test_statistics_check.py", "test_statistics_named.py")
"""The comparison with targets, where any target may stand as an example, and this file."""


def test_every_statistic_is_named_in_a_test() -> None:
    files = [path for path in Path(__file__).parent.glob("test_statistics_*.py") if path.name not in NOT_OF_STATISTICS]
    words = set(re.findall(r"\w+", "".join(path.read_text(encoding="utf-8") for path in files)))
    assert not {*STATISTICS, *OVER_SITES} - words
