"""What the identity of results covers."""

from __future__ import annotations

from pathlib import Path

import cpi_sim
from cpi_sim.batches.provenance import _ONLY_SHOW_OR_CHECK, that_change_numbers

PACKAGE = Path(cpi_sim.__file__).parent


def test_what_is_left_out_of_the_identity_is_there() -> None:
    assert [name for name in _ONLY_SHOW_OR_CHECK if not (PACKAGE / name).exists()] == []


def test_the_identity_covers_the_rules_and_what_lives_and_measures_them() -> None:
    covered = {path.relative_to(PACKAGE).as_posix() for path in that_change_numbers(PACKAGE)}
    assert {"week/practice.py", "engine/keyed.py", "simulation/past.py", "instruments/resources.py"} <= covered
    assert {"batches/run.py", "batches/dose.py", "batches/plan.py", "evidence/resource_items.yaml"} <= covered
    assert not any(name.startswith(("reports/", "cli/", "viz/", "checks/")) for name in covered)
