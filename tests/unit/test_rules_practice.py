"""Rules of the second step, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace as Numbers

import pytest

from cpi_sim.week.practice import (
    chance_to_attend_session,
    hours_for_connecting,
    hours_of_a_week,
    ratio_of_leaving,
)

COMING = Numbers(
    attend_base=0.2, attend_routine=1.1, attend_alliance=0.8, attend_anxiety=0.15, attend_avoidance=0.25,
    attend_symptoms=0.3, attachment_shift=0.95,
)  # fmt: skip
LEAVING = Numbers(leave_alliance=0.5, leave_avoidance=0.15, leave_anxiety=0.10, attachment_shift=0.95)


def test_hours_of_a_full_time_worker() -> None:
    p = Numbers(contacts_per_fte_month=52.0, contact_hours=0.9, support_worker_share=0.25)
    assert hours_of_a_week(1.0, p) == pytest.approx(13.5)  # 12 contacts a week of 0.9 h, a quarter more with support
    assert hours_of_a_week(0.4, p) == pytest.approx(5.4)


def test_connecting_hours_are_a_share_of_what_is_left_and_any_protected_hours() -> None:
    p = Numbers(connecting_share=0.25, protected_hours=2.0)
    assert hours_for_connecting(6.0, 0.5, p) == pytest.approx(2.5)
    assert hours_for_connecting(0.0, 1.0, p) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("alliance", "anxiety", "avoidance", "symptoms", "routine", "chance"),
    [
        (0.6, 0.95, 0.95, 1.0, 0, 0.5498339973),  # all at the users' average: log-odds 0.2
        (0.75, 0.95, 0.95, 1.0, 0, 0.7310585786),  # alliance one unit up: 0.2 + 0.8 = 1
        (0.6, 2.95, 0.95, 1.0, 0, 0.6224593312),  # anxiety two SDs up: 0.2 + 0.3 = 0.5
        (0.6, 0.95, 3.75, 1.0, 0, 0.3775406688),  # avoidance 2.8 SDs up: 0.2 - 0.7 = -0.5
        (0.6, 0.95, 0.95, 5.0, 0, 0.2689414214),  # symptoms four up: 0.2 - 1.2 = -1
        (0.6, 0.95, 0.95, 2.0, 1, 0.7310585786),  # routine, symptoms one up: 0.2 + 1.1 - 0.3 = 1
    ],
)
def test_coming_to_a_session(
    alliance: float, anxiety: float, avoidance: float, symptoms: float, routine: int, chance: float
) -> None:
    assert chance_to_attend_session(alliance, anxiety, avoidance, symptoms, routine, COMING) == pytest.approx(
        chance, rel=1e-9
    )


@pytest.mark.parametrize(
    ("alliance", "anxiety", "avoidance", "ratio"),
    [
        (0.6, 0.95, 0.95, 1.0),
        (0.9, 0.95, 0.95, 0.3678794412),  # two units of alliance: e^-1
        (0.6, 5.95, 0.95, 0.6065306597),  # anxiety five SDs up: e^-0.5
        (0.6, 0.95, 4.283333333333333, 1.6487212707),  # avoidance 3.33 SDs up: e^0.5
    ],
)
def test_who_stays_and_who_leaves(alliance: float, anxiety: float, avoidance: float, ratio: float) -> None:
    assert ratio_of_leaving(alliance, anxiety, avoidance, LEAVING) == pytest.approx(ratio, rel=1e-9)
