"""Service use and costs, against sums done by hand."""

from __future__ import annotations

import numpy as np
import pytest

from cpi_sim.instruments import OUTCOMES, measure
from cpi_sim.instruments.service import BOOKED, bed_days, price_of_an_hour
from cpi_sim.site.tables import PEER, QUALIFIED, SERVICE_USER, SUPPORT_WORKER
from tests.worlds import world

USER = {"role_in_service": SERVICE_USER}
BUSY = {
    "contacts_routine": 10, "contacts_crisis": 4, "sessions_attended": 7, "sessions_agreed": 9, "hours_routine": 11.0,
    "hours_crisis": 3.0, "hours_connecting": 16.0,
}  # fmt: skip
OF_SERVICE = (*BOOKED, "bed_days", "cost_contacts", "cost_total")


def test_what_stands_in_the_books() -> None:
    scores = measure(world([USER], plans={0: BUSY}), 1, 39)
    assert scores["contacts_routine"] == 10
    assert scores["contacts_crisis"] == 4
    assert scores["contacts_connecting"] == 7
    assert [scores[f"hours_{kind}"][0] for kind in ("routine", "crisis", "connecting")] == [11, 3, 16]


def test_cost_of_contacts_is_hours_times_price() -> None:
    """30 hours of a qualified worker, 3.1 working hours paid for each: 30 * 3.1 * 61 = 5,673."""
    site = world([USER], plans={0: BUSY}, support_worker_share=0.0)
    assert measure(site, 1, 39)["cost_contacts"] == pytest.approx(5673.0)


def test_price_of_an_hour_by_kind_of_worker() -> None:
    posts = [{"kind": QUALIFIED}, {"kind": SUPPORT_WORKER}, {"kind": PEER}]
    alone = world(1, posts=posts, support_worker_share=0.0)
    np.testing.assert_allclose(price_of_an_hour(alone.posts, alone.parameters[0]), np.array([61, 41, 41]) * 3.1)
    helped = world(1, posts=posts, support_worker_share=0.25)
    expected = np.array([(61 + 0.25 * 41) / 1.25, 41, 41]) * 3.1
    np.testing.assert_allclose(price_of_an_hour(helped.posts, helped.parameters[0]), expected)


def test_each_person_pays_the_price_of_their_own_worker() -> None:
    site = world(
        [USER, USER],
        posts=[{"kind": QUALIFIED}, {"kind": PEER}],
        plans={0: {"post": 1, "hours_routine": 1.0}, 1: {"post": 0, "hours_routine": 1.0}},
        support_worker_share=0.0,
    )
    np.testing.assert_allclose(measure(site, 1, 39)["cost_contacts"], [41 * 3.1, 61 * 3.1])


def test_a_share_of_weeks_in_crisis_is_spent_in_hospital() -> None:
    """400 persons of 50 weeks in crisis: 2,000 weeks in hospital expected, SD 42; bound at five SD."""
    site = world([USER] * 400, plans={i: {"crisis_weeks": 50} for i in range(400)})
    days = measure(site, 1, 39)["bed_days"]
    assert abs(days.sum() / 7 - 2000) < 5 * 42.4
    assert np.all(days % 7 == 0)


def test_days_in_hospital_never_become_fewer() -> None:
    site = world([USER] * 30)
    before = np.zeros(30)
    for weeks in range(0, 60, 5):
        site.plans["crisis_weeks"] = weeks
        days = bed_days(site.people, site.plans, site.parameters[0], 1)
        assert np.all(days >= before)
        before = days
    assert before.sum() > 0


def test_total_cost_adds_the_hospital() -> None:
    site = world([USER], plans={0: {**BUSY, "crisis_weeks": 3}}, crisis_admission=0.3)
    site.parameters["crisis_admission"] = 1.0
    scores = measure(site, 1, 39)
    assert scores["bed_days"] == 21
    assert scores["cost_total"] == pytest.approx(scores["cost_contacts"] + 21 * 520)


def test_people_whom_the_agency_does_not_support_have_no_scores_of_service() -> None:
    scores = measure(world([USER, {}]), 1, 0, [0, 1])
    for name in (*OF_SERVICE, "alliance"):
        assert np.isfinite(scores[name][0])
        assert np.isnan(scores[name][1])
    assert np.all(np.isnan(scores["fidelity"])), "nobody was offered the practice"
    others = set(OUTCOMES) - set(OF_SERVICE) - {"alliance", "fidelity"}
    assert all(np.all(np.isfinite(scores[name])) for name in others)
