"""Rules of choosing an aim, a place or a person, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace as Numbers

import pytest

from cpi_sim.week.aims import weight_of_aim, weight_of_introduction, weight_of_setting


def test_an_aim_weighs_what_is_lacking_and_whose_wish_counts() -> None:
    p = Numbers(person_centredness=0.75, aim_sharpness=2.0, aim_own_wish=4.0)
    assert weight_of_aim(0.5, 0.0, 0.0, p) == pytest.approx(1.0)
    assert weight_of_aim(0.0, 0.5, 0.0, p) == pytest.approx(1.5)  # the person's wish: 4 x 0.75 x 0.5
    assert weight_of_aim(0.0, 0.0, 0.5, p) == pytest.approx(0.5)  # what the service has: 4 x 0.25 x 0.5


@pytest.mark.parametrize(("centred", "fits", "habitual"), [(1.0, 1.0, 0.0), (0.0, 0.0, 1.0), (0.7, 0.7, 0.3)])
def test_a_place_is_chosen_for_the_person_or_out_of_habit(centred: float, fits: float, habitual: float) -> None:
    p = Numbers(person_centredness=centred)
    assert weight_of_setting(1.0, 0, p) == pytest.approx(fits)
    assert weight_of_setting(0.0, 1, p) == pytest.approx(habitual)


def test_introductions_go_to_people_with_much_to_offer() -> None:
    p = Numbers(introduction_sharpness=0.5)
    assert weight_of_introduction(0.0, 0.0, p) == pytest.approx(1.0)
    assert weight_of_introduction(0.6, 0.4, p) == pytest.approx(1.6487212707, rel=1e-9)  # e^0.5
    assert weight_of_introduction(-2.0, 0.0, p) == pytest.approx(0.3678794412, rel=1e-9)  # e^-1
