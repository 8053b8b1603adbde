"""Rules of access, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace as Numbers

import pytest

from cpi_sim.week.access import accessible, chance_known


@pytest.mark.parametrize(
    ("closeness", "reach", "known"),
    [(0.0, 40.0, 0.0), (40.0, 40.0, 0.6321205588), (20.0, 40.0, 0.3934693403), (80.0, 40.0, 0.8646647168)],
)
def test_what_a_tie_has_is_known_the_closer_it_is(closeness: float, reach: float, known: float) -> None:
    assert chance_known(closeness, reach, 1.0) == pytest.approx(known, rel=1e-9, abs=1e-15)


def test_mapping_lets_one_see_more_of_what_is_there_and_nothing_where_there_is_nothing() -> None:
    assert chance_known(40.0, 40.0, 1.5) == pytest.approx(0.7768698399, rel=1e-9)  # 1 - e^-1.5
    assert chance_known(0.0, 40.0, 1.5) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize(("exponent", "within_reach"), [(1.0, 0.2), (0.5, 0.4), (0.0, 0.8)])
def test_a_resource_is_within_reach_where_one_feels_secure_enough_to_turn_to(
    exponent: float, within_reach: float
) -> None:
    found = accessible(0.8, 0.25, Numbers(access_security_exponent=exponent))
    assert found == pytest.approx(within_reach, rel=1e-12)
