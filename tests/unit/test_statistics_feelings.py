"""Statistics of loneliness, wellbeing and the wish for contact on given scores."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from cpi_sim.checks import statistics_feelings as feelings
from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.views import snapshot
from cpi_sim.site.tables import SERVICE_USER
from tests.worlds import world


def history_of(people: list[dict], users: dict, community: dict | None = None, **parameters: float) -> SiteHistory:
    def scores(given: dict) -> dict:
        return {name: np.array(values, float) for name, values in given.items()}

    shot = snapshot(world(people, **parameters), 0, scores(users), scores(community or {}))
    return SiteHistory(1, usual={0: shot})


def users_of(n: int, **columns) -> list[dict]:
    return [
        {"role_in_service": SERVICE_USER, **{name: values[k] for name, values in columns.items()}} for k in range(n)
    ]


def test_cuts_are_placed_by_a_normal_community() -> None:
    for answer, below in (("lonely in the past year", 0.65), ("often or always lonely", 0.93), ("never lonely", 0.20)):
        assert feelings.PLACES_ON_SCALE[answer] == pytest.approx(stats.norm.ppf(below), abs=0.001)


def test_shares_of_the_lonely() -> None:
    # mean 15, SD 5: cuts at 16.9, 22.4 and 10.8
    numbers = {"uls8_mean": 15.0, "uls8_slope": 4.0, "uls8_error": 3.0}
    people = [*users_of(3), *[{"age_years": age} for age in (20.0, 20.0, 50.0, 24.9, 16.0, 25.0, 15.9)]]
    scores = {"uls8": [17.0, 16.0, 30.0]}, {"uls8": [23.0, 9.0, 30.0, 18.0, 22.0, 9.0, 10.0]}
    history = history_of(people, *scores, **numbers)
    assert feelings.lonely_su(history) == pytest.approx(2 / 3)
    assert feelings.lonely_community(history) == pytest.approx(4 / 7)
    assert feelings.community_lonely_often(history) == pytest.approx(2 / 7)
    assert feelings.community_lonely_often_young(history) == pytest.approx(1 / 4)
    assert feelings.community_never_lonely(history) == pytest.approx(3 / 7)


def test_gap_and_levels() -> None:
    people = [*users_of(3), {}, {}, {}]
    users = {"uls8": [20.0, 22, 24], "swemwbs": [18.0, 20, 22], "wemwbs": [36.0, 40, 44]}
    history = history_of(people, users, {"uls8": [14.0, 16, 18], "swemwbs": [23.0, 24, 25]})
    assert feelings.loneliness_gap_d(history) == pytest.approx(3.0)
    assert feelings.swemwbs_su(history) == pytest.approx(20.0)
    assert feelings.swemwbs_sd_su(history) == pytest.approx(2.0)
    assert feelings.swemwbs_community(history) == pytest.approx(24.0)
    assert feelings.wemwbs14_inclusion_service(history) == pytest.approx(40.0)


def test_loneliness_slopes_hold_the_rest_constant() -> None:
    rng = np.random.default_rng(4)
    symptoms, points = rng.gamma(1.0, size=60), rng.integers(0, 30, 60)
    onset = -rng.integers(30, 700, 60)
    lonely = 20 - 0.5 * points + 2.0 * symptoms + 0.1 * (-onset / 52)
    history = history_of(users_of(60, symptoms=symptoms, onset_week=onset), {"uls8": lonely, "lsns6": points})
    assert feelings.loneliness_network_slope(history) == pytest.approx(-0.5)
    assert feelings.loneliness_symptom_r(history) == pytest.approx(np.corrcoef(lonely, symptoms)[0, 1])


def test_loneliness_of_the_long_ill() -> None:
    symptoms = np.array([0.0, 1.0, 0.5, 2.0])
    lonely = 18 + 3.0 * symptoms + 2.0 * np.array([0, 0, 1, 1])
    history = history_of(users_of(4, symptoms=symptoms, onset_week=[-52, -104, -105, -400]), {"uls8": lonely})
    assert feelings.loneliness_duration(history) == pytest.approx(2.0)


def test_activities_and_contacts_in_one_regression() -> None:
    rng = np.random.default_rng(5)
    acts, contacts = rng.integers(0, 5, 80), rng.integers(0, 8, 80)
    wellbeing = 20 + 0.8 * acts + 0.3 * contacts
    history = history_of(users_of(80, acts=acts), {"swemwbs": wellbeing, "contacts_last_week": contacts})
    sd = np.std(wellbeing)
    assert feelings.activity_qol_slope(history) == pytest.approx(0.8 / sd)
    assert feelings.contacts_qol_slope(history) == pytest.approx(0.3 * np.std(contacts) / sd)


def test_wish_for_contact() -> None:
    people = users_of(2, loneliness=[0.9, 1.9], wish_for_contact=[0.0, -1.0])
    history = history_of(people, {}, wish_base=0.0, wish_loneliness=0.5, wish_spread=0.5)
    assert feelings.want_more_contacts_su(history) == pytest.approx(0.5)
    assert feelings.want_more_contacts_su(history_of(people[:1], {}, wish_base=np.log(3.0))) == pytest.approx(0.75)
