"""Three people and the exact answer: security in ties and the general style."""

from __future__ import annotations

from typing import Any

import pytest

from cpi_sim.site.tables import (
    KIN,
    SERVICE_USER,
)
from cpi_sim.week.attachment import attachment
from tests.unit.steps import STEADY_STYLE, live
from tests.worlds import tie, world


def after_attachment(week: int = 7, person: dict[str, float] | None = None, **fields: Any) -> Any:
    """The tie of person 0 and person 1 after the eighth step of a week."""
    site = world([person or {}, {}], [tie(0, 1, **fields)], security_lapse=0.05, security_lapse_weeks=8, **STEADY_STYLE)
    return live(site, attachment, week=week).ties[0]


def test_responsive_contact_makes_both_more_secure() -> None:
    met = after_attachment(contacts_this_week=2, last_contact_week=7)
    assert (met.security_low, met.security_high) == pytest.approx((0.5198, 0.5198))  # 0.51, 0.5198


def test_no_more_contacts_count_than_days() -> None:
    met = after_attachment(contacts_this_week=40, last_contact_week=7)
    assert met.security_low == pytest.approx(1.0 - 0.5 * 0.98**7)


@pytest.mark.parametrize(
    ("fields", "security"),
    [
        ({"last_contact_week": -2}, 0.475),  # nine weeks of silence
        ({"last_contact_week": -1}, 0.5),  # eight
        ({"last_contact_week": -2, "closeness_hours": 44.0}, 0.5),  # no friend
        ({"last_contact_week": -2, "kind": KIN}, 0.5),
        ({"last_contact_week": -40, "dormant": 1}, 0.5),
    ],
)
def test_a_friend_silent_for_too_long_makes_less_secure(fields: dict[str, Any], security: float) -> None:
    assert after_attachment(**fields).security_low == pytest.approx(security)


def test_silence_hurts_the_anxious_more() -> None:
    silent = after_attachment(last_contact_week=-2, person={"anxiety": 1.0})
    assert silent.security_low == pytest.approx(0.4694649310, rel=1e-9)  # 0.5 (1 - 0.05 e^0.2)
    assert silent.security_high == pytest.approx(0.475)


def test_every_fourth_week_security_goes_a_little_of_its_way_home() -> None:
    """Home is 0.6225 for the average person in a tie that inspires no special trust (log-odds 0.5)."""
    numbers = STEADY_STYLE | {"security_return_weeks": 100.0, "security_base": 0.5}
    site = world(2, [tie(0, 1, last_contact_week=7)], **numbers)
    live(site, attachment, week=7)
    assert site.ties[0].security_low == 0.5
    live(site, attachment, week=8)
    assert site.ties[0].security_low == pytest.approx(0.5048983732, rel=1e-9)  # 0.5 + 0.1224593312 x 4 / 100


def test_the_general_style_follows_what_close_ties_have_become_since_entry() -> None:
    """Mean security of the close ties of 0 is 0.7, at entry it was 0.5: a fall of 0.015 x 0.2 in both styles."""
    ties = [tie(0, 1, security=(0.8, 0.5)), tie(0, 2, security=(0.6, 0.5)), tie(1, 2, closeness_hours=10.0)]
    site = live(world(3, ties, style_from_ties=0.015, **STEADY_STYLE), attachment, week=7)
    assert site.people.security_mean[0] == pytest.approx(0.7)
    assert (site.people.anxiety[0], site.people.avoidance[0]) == pytest.approx((-0.003, -0.003))
    assert site.people.anxiety[1] == pytest.approx(0.0)


def test_a_working_alliance_counts_among_the_ties_that_shape_the_style() -> None:
    """One close tie as at entry and an alliance of 0.9, 0.3 above a usual one: on average 0.15 more secure.

    Whoever leaves the service loses nothing and gains nothing by it.
    """
    people = [{"role_in_service": SERVICE_USER}, {}]
    numbers = STEADY_STYLE | {"style_from_ties": 0.015, "style_alliance_weight": 1.0, "style_symptoms": 0.0}
    site = live(world(people, [tie(0, 1)], plans={0: {"alliance": 0.9}}, **numbers), attachment, week=7)
    assert site.people.anxiety[0] == pytest.approx(-0.00225)
    assert site.people.security_mean[0] == pytest.approx(0.5)
    left = live(world(people, [tie(0, 1)], plans={0: {"alliance": 0.9, "engaged": 0}}, **numbers), attachment, week=7)
    assert left.people.anxiety[0] == pytest.approx(0.0)
