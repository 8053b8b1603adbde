"""Rules of the working alliance, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace as Numbers

import pytest

from cpi_sim.week.alliance import level_of_alliance, next_alliance, trained_quality

ALLIANCE = Numbers(
    alliance_base=0.4, alliance_empathy=1.0, alliance_equality=2.0, alliance_contacts=0.15, alliance_avoidance=0.1,
    alliance_anxiety=0.05, alliance_dyad=0.7, attachment_shift=0.95,
)  # fmt: skip


@pytest.mark.parametrize(
    ("empathy", "equality", "contacts", "anxiety", "avoidance", "dyad", "level"),
    [
        (0.5, 0.5, 0.5, 0.95, 0.95, 0.0, 0.5986876601),  # log-odds 0.4
        (0.6, 0.5, 0.5, 0.95, 0.95, 0.0, 0.6224593312),  # empathy: + 0.1
        (0.5, 0.8, 0.5, 0.95, 0.95, 0.0, 0.7310585786),  # equality: + 0.6
        (0.5, 0.5, 2.218281828459045, 0.95, 0.95, 0.0, 0.6341355910),  # ln(contacts + 0.5) = 1: + 0.15
        (0.5, 0.5, 0.0, 0.95, 0.95, 0.0, 0.5734712236),  # no contacts: 0.15 ln 0.5 = - 0.1039720771
        (0.5, 0.5, 0.5, 2.95, 0.95, 0.0, 0.5744425168),  # anxiety two SDs up: - 0.1
        (0.5, 0.5, 0.5, 0.95, 4.95, 0.0, 0.5),  # avoidance four SDs up: - 0.4
        (0.5, 0.5, 0.5, 0.95, 0.95, -2.0, 0.2689414214),  # an ill-suited pair: - 1.4
    ],
)
def test_where_the_alliance_tends(
    empathy: float, equality: float, contacts: float, anxiety: float, avoidance: float, dyad: float, level: float
) -> None:
    found = level_of_alliance(empathy, equality, contacts, anxiety, avoidance, dyad, ALLIANCE)
    assert found == pytest.approx(level, rel=1e-9)


def test_alliance_moves_a_step_of_the_way_at_each_contact() -> None:
    p = Numbers(alliance_step=0.2, alliance_gain_avoidance=0.25, attachment_shift=0.95)
    assert next_alliance(0.3, 0.8, 0.95, p) == pytest.approx(0.4)
    assert next_alliance(0.8, 0.3, 0.95, p) == pytest.approx(0.7)


def test_the_more_avoidant_gain_trust_more_slowly_and_lose_it_no_faster() -> None:
    p = Numbers(alliance_step=0.2, alliance_gain_avoidance=0.25, attachment_shift=0.95)
    assert next_alliance(0.3, 0.8, 2.95, p) == pytest.approx(0.35)  # two SDs above: half the gain
    assert next_alliance(0.3, 0.8, -3.0, p) == pytest.approx(0.4)  # below average: the plain gain
    assert next_alliance(0.3, 0.8, 9.0, p) == pytest.approx(0.3)  # never a gain turned into a loss
    assert next_alliance(0.8, 0.3, 2.95, p) == pytest.approx(0.7)


def test_quality_needs_training_and_a_gift() -> None:
    assert trained_quality(0.7, 0.6) == pytest.approx(0.42)
    assert trained_quality(0.0, 0.9) == 0.0
