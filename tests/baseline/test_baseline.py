"""The baseline stands still unless somebody moves it."""

from __future__ import annotations

import pytest

from tests.baseline.numbers import kept, numbers


def test_numbers_are_those_of_the_baseline() -> None:
    now = numbers()
    before = kept()
    assert now.keys() == before.keys()
    for arm in now:
        assert now[arm] == pytest.approx(before[arm], rel=1e-9), f"{arm}: run `make baseline` if this is meant"
