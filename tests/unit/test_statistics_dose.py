"""Statistics of contacts, sessions and fidelity on a hand-made team."""

from __future__ import annotations

import numpy as np
import pytest

from cpi_sim.checks import statistics_dose as dose
from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.views import Snapshot, snapshot
from cpi_sim.site.tables import DECLINED, DOING, NEVER, NOT_OFFERED, SERVICE_USER
from tests.worlds import world

YEAR = 52


def team(plans: list[dict], week: int = YEAR, posts: list[dict] | None = None, **parameters: float) -> Snapshot:
    people = [{"role_in_service": SERVICE_USER} for _ in plans]
    return snapshot(world(people, plans=dict(enumerate(plans)), posts=posts or [{}], **parameters), week)


def test_contacts_a_week_stop_when_somebody_leaves() -> None:
    stays = {"contacts_routine": 20, "contacts_crisis": 4, "hours_crisis": 4.0, "sessions_attended": 2}
    leaves = {"contacts_routine": 6, "engaged": 0, "left_service_week": 26}
    history = SiteHistory(1, usual={YEAR: team([stays, leaves], posts=[{"fte": 0.5}])}, early={YEAR: team([stays])})
    assert dose.cmht_contacts_week(history) == pytest.approx(32 / 78)
    assert dose.assertive_contacts_week(history) == pytest.approx(26 / 52)
    assert dose.contacts_per_fte_month(history) == pytest.approx(32 / 0.5 / 12)
    assert dose.minutes_per_contact(history) == pytest.approx(60.0)


def test_minutes_are_those_of_crisis_contacts() -> None:
    plan = {"contacts_crisis": 1, "hours_crisis": 0.5, "contacts_routine": 7, "hours_routine": 30.0}
    assert dose.minutes_per_contact(SiteHistory(1, usual={YEAR: team([plan])})) == pytest.approx(30.0)


def test_minutes_are_undefined_without_a_contact() -> None:
    assert np.isnan(dose.minutes_per_contact(SiteHistory(1, usual={YEAR: team([{}])})))


def test_meetings_of_those_offered_a_befriender() -> None:
    plans = [
        {"stage": NOT_OFFERED, "sessions_attended": 0},
        {"stage": DECLINED, "sessions_attended": 0},
        *[{"stage": DOING, "sessions_attended": meetings} for meetings in (1, 12, 13, 40, 50)],
    ]
    history = SiteHistory(1, usual={}, befriending={YEAR: team(plans)})
    assert dose.befriender_met_once(history) == pytest.approx(5 / 6)
    assert dose.befriender_gt12(history) == pytest.approx(3 / 6)


def test_sessions_of_those_who_accepted() -> None:
    attended = [0, 10, 20]
    plans = [{"stage": DOING, "opened_week": 0, "sessions_attended": n} for n in attended]
    plans.append({"stage": DECLINED, "opened_week": NEVER})
    history = SiteHistory(1, usual={}, outreach={39: team(plans, 39)})
    assert dose.srt_sessions_mean(history) == pytest.approx(10.0)
    assert dose.srt_sessions_sd(history) == pytest.approx(10.0)


def test_fidelity_is_what_was_delivered_of_what_was_intended_times_quality() -> None:
    # ten sessions intended; the two elements that take turns are meant for five of them
    full = {
        "stage": DOING,
        "sessions_intended": 10.0,
        "delivered": [10.0, 5, 5, 10, 10, 10],
        "quality": [8.0, 4, 4, 8, 8, 8],
    }
    half = {**full, "delivered": [5.0, 2.5, 5, 5, 5, 5], "quality": [4.0, 2, 4, 4, 4, 4]}
    none = {"stage": DECLINED, "sessions_intended": 0.0}
    values = dose.fidelity(team([full, half, none, {"stage": NOT_OFFERED}]))
    assert values == pytest.approx([0.8, (5 * 0.4 + 0.8) / 6, 0.0])


def test_fidelity_leaves_out_elements_that_are_not_part_of_the_practice() -> None:
    plan = {
        "stage": DOING,
        "sessions_intended": 4.0,
        "delivered": [2.0, 0, 0, 0, 0, 0],
        "quality": [3.0, 0, 0, 0, 0, 0],
    }
    others = ("new_opportunities", "resourceful_people", "mobilisation_advice", "reflection", "soft_skills")
    absent = {f"element_{name}": 0.0 for name in others}
    # at half weight two bookings of one half are one full delivery each: four times, three quarters good
    shot = team([plan], element_working_relationship=0.5, **absent)
    assert dose.fidelity(shot) == pytest.approx([0.75])


def test_high_fidelity_weighs_agencies_alike() -> None:
    good = {"stage": DOING, "sessions_intended": 1.0, "delivered": [1.0] * 6, "quality": [1.0] * 6}
    poor = {"stage": DOING, "sessions_intended": 1.0}
    connecting = {"one": team([good]), "other": team([good, poor, poor, poor])}
    assert dose.fidelity_high_share(SiteHistory(1, usual={}, connecting=connecting)) == pytest.approx((1 + 0.25) / 2)


def test_high_fidelity_is_above_the_cut() -> None:
    cut = dose.HIGH_FIDELITY
    plans = [
        {"stage": DOING, "sessions_intended": 1.0, "delivered": [1.0] * 6, "quality": [quality] * 6}
        for quality in (cut - 0.001, cut + 0.001)
    ]
    assert cut == 0.6
    assert dose.fidelity_high_share(SiteHistory(1, usual={}, connecting={"one": team(plans)})) == pytest.approx(0.5)


def test_variance_between_workers() -> None:
    supported = {"opened_week": 0}
    plans = [{"post": m, **supported} for m in (0, 0, 1, 1)]
    plans += [{"post": 0, "opened_week": NEVER}, {"post": 0, **supported, "workers_met": 2}]
    posts = [{}, {}]
    first, last = team(plans, 0, posts), team(plans, YEAR, posts)
    # mean squares of 4 between two workers and of 1 within, two people with each: (4 - 1) / (4 + 1)
    root = np.sqrt(0.5)
    first.users["swemwbs"] = np.array([20.0, 24, 17, 30, 20, 20])
    last.users["swemwbs"] = first.users["swemwbs"] + np.array([-root, root, 2 - root, 2 + root, 90.0, -90.0])
    history = SiteHistory(1, usual={}, befriending={0: first, YEAR: last})
    assert dose.worker_variance_share(history) == pytest.approx(0.6)
