"""Every rule of a file of the week is worked out by hand in the tests of that file."""

from __future__ import annotations

from pathlib import Path

import pytest

import cpi_sim.week  # noqa: F401  (declares the rules)
from cpi_sim.engine.compilation import RULES


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_has_a_test(name: str) -> None:
    week_file = RULES[name].__module__.removeprefix("cpi_sim.week.")
    text = Path(__file__).with_name(f"test_rules_{week_file}.py").read_text(encoding="utf-8")
    calls = text.count(f"{name}(")
    assert calls > 0
