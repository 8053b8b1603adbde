"""What a tie is born with, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace as Numbers

import pytest

from cpi_sim.week.affinity import affinity_of_pair, security_at_birth

CLICKING = Numbers(
    affinity_mean=-0.25, affinity_spread=0.75, affinity_interest=0.5, affinity_sex=0.5, affinity_age=1.0,
    affinity_position=0.25,
)  # fmt: skip


@pytest.mark.parametrize(
    ("shared_interest", "same_sex", "age_gap_years", "position_gap", "click", "affinity"),
    [
        # logs: mean -0.25, interest -0.15 or +0.35, sex -0.25 or +0.25, age 0.55 at no gap, position +0.275 at no gap
        (0, 0, 0.0, 0.0, 0.0, 1.1912462166),  # 0.175
        (1, 0, 0.0, 0.0, 0.0, 1.9640329760),  # + 0.5
        (0, 1, 0.0, 0.0, 0.0, 1.9640329760),  # + 0.5
        (0, 0, 10.0, 0.0, 0.0, 0.6331040092),  # age: e^-1 - 0.45 in place of 0.55
        (0, 0, 0.0, 2.0, 0.0, 0.7225273536),  # - 0.5
        (0, 0, 0.0, 0.0, 1.0, 2.5218682604),  # + 0.75
        (0, 0, 0.0, 0.0, -2.0, 0.2658029591),  # - 1.5
    ],
)
def test_how_well_two_people_click(
    shared_interest: int, same_sex: int, age_gap_years: float, position_gap: float, click: float, affinity: float
) -> None:
    found = affinity_of_pair(shared_interest, same_sex, age_gap_years, position_gap, click, CLICKING)
    assert found == pytest.approx(affinity, rel=1e-9)


@pytest.mark.parametrize(
    ("anxiety", "avoidance", "trait", "security"),
    [
        (0.0, 0.0, 0.0, 0.5986876601),  # log-odds 0.4
        (3.0, 0.0, 0.0, 0.3775406688),  # anxious: - 0.9
        (0.0, 3.0, 0.0, 0.3775406688),  # avoidant: - 0.9
        (0.0, 0.0, 1.0, 0.7310585786),  # a tie that inspires trust: + 0.6
        (1.0, 1.0, -2.0, 0.1978161114),  # 0.4 - 0.6 - 1.2 = -1.4
    ],
)
def test_security_at_birth(anxiety: float, avoidance: float, trait: float, security: float) -> None:
    p = Numbers(security_base=0.4, security_style=0.3, security_spread=0.6)
    found = security_at_birth(anxiety, avoidance, trait, p)
    assert found == pytest.approx(security, rel=1e-9)
