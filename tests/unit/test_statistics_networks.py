"""Network statistics on a world of ten people whose answers can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from cpi_sim.checks import statistics_networks as networks
from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.views import count, friends, named, pairs, share_kept, snapshot
from cpi_sim.instruments import measure
from cpi_sim.site.tables import ILL_NOT_IN_SERVICE, KIN, SERVICE_USER, SOCIAL
from tests.worlds import laid_out, tie, world

MEMBERS = (4, 5, 6, 7)
PEOPLE = [
    {"role_in_service": SERVICE_USER, "age_years": 20.0, "symptoms": 0.0, "acts": 2, "onset_week": -300},
    {"role_in_service": SERVICE_USER, "age_years": 25.0, "symptoms": 1.0, "acts": 0, "onset_week": -300},
    {"role_in_service": SERVICE_USER, "age_years": 40.0, "symptoms": 2.0, "acts": 1, "onset_week": -52},
    {"role_in_service": SERVICE_USER, "age_years": 30.5, "symptoms": 3.0, "acts": 1, "onset_week": -300},
    {"age_years": 20.0},
    {"age_years": 29.0},
    {"age_years": 60.0},
    {"age_years": 30.0},
    {"role_in_service": ILL_NOT_IN_SERVICE},
]  # fmt: skip
TIES = [
    tie(0, 1, closeness_hours=60, contacts_this_week=1),  # two service users, casual friends, met this week
    tie(0, 4, closeness_hours=120, last_contact_week=-5, security=(0.6, 0.4)),  # a close friend of 0
    tie(0, 5, KIN, closeness_hours=300, contacts_this_week=6, shares_home=1, security=(0.4, 0.9)),
    tie(1, 6, closeness_hours=10, contacts_this_week=1),  # an acquaintance of 1
    tie(2, 4, closeness_hours=200, dormant=1, last_contact_week=-60),  # a lost friend
    tie(2, 6, KIN, closeness_hours=80, last_contact_week=-20),  # a relative not met within the quarter
    tie(3, 8, closeness_hours=50, last_contact_week=-2),  # a friend who is ill too
    tie(4, 5, closeness_hours=115, contacts_this_week=2),  # close friends in the community
    tie(5, 6, KIN, closeness_hours=40, contacts_this_week=1),
    tie(6, 7, closeness_hours=44, last_contact_week=-2),
]


def site_of(**parameters: float):
    return world(PEOPLE, TIES, friend_forgotten=0.0, acquaintance_forgotten=0.0, **parameters)


def history_of(site) -> SiteHistory:
    shot = snapshot(site, 0, measure(site, 1, 0), measure(site, 1, 0, MEMBERS))
    return SiteHistory(1, usual={0: shot}, early={0: shot})


@pytest.fixture(scope="module")
def history() -> SiteHistory:
    return history_of(site_of())


EXPECTED = {
    # named, each with the worker: 0 names 1, 4, 5; 1 names 0, 6; 2 nobody; 3 names 8
    "net_size_mean_su": (4 + 3 + 1 + 2) / 4,
    "friends_mean_su": (2 + 1 + 0 + 1) / 4,
    "kin_share_su": 1 / 10,
    "friend_share_su": 4 / 10,
    "friends_none_su": 1 / 4,
    "has_friend_se_england": 3 / 3,
    "friends_fellow_users": 3 / 3,
    "close_friend_any_su": 1 / 4,
    "saw_friend_week_su": 2 / 4,
    # met in the week, not at home: 0 met 1; 1 met 0 and 6
    "weekly_contacts_median_su": 0.5,
    "weekly_contacts_q25_su": 0.0,
    "weekly_contacts_q75_su": 1.25,
    "weekly_contacts_mean_outpatients": 3 / 4,
    "contacts_le3_share_su": 1.0,
    # 0 feels secure with the close friend 4, but not with the relative at home
    "no_confidant_fep": 3 / 4,
    "kin_daily_contact_su": 1 / 4,
    "community_no_close_friend": 2 / 4,
    "no_close_friend_gap": 3 / 4 - 2 / 4,
    "community_two_or_three_close_friends": 1 / 4,
    "community_more_than_ten_close_friends": 0.0,
    # 4 met 5; 5 met 4 and a relative elsewhere; 6 met that relative
    "community_met_weekly": 3 / 4,
    "community_layer5": (1 + 2 + 0 + 0) / 4,
    "community_layer15": (1 + 3 + 3 + 1) / 4,
    "activities_mean_su": 1.0,
    "activities_sd_su": np.sqrt(2 / 3),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_statistic(history: SiteHistory, name: str) -> None:
    assert getattr(networks, name)(history) == pytest.approx(EXPECTED[name])


def test_community_counts(history: SiteHistory) -> None:
    shot = history.usual[0]
    close = count(shot, friends(shot, "close_friend_hours"))
    assert close[list(MEMBERS)].tolist() == [2, 1, 0, 0]
    assert count(shot, named(shot))[list(MEMBERS)].tolist() == [2, 3, 3, 1]
    assert networks.friends_of_community(shot) == pytest.approx((2 + 1 + 0 + 0) / 4)
    assert networks.network_size_of_community(shot) == pytest.approx(9 / 4)
    assert networks.closeness_of_community(shot) == pytest.approx((235 + 115 + 54 + 44) / 4)


def test_gaps_compare_the_young_only(history: SiteHistory) -> None:
    # users of 20, 25 and 30 years name 2, 1 and 1 friends; members of 20, 29 and 30 name 2, 1 and 0
    users, members = np.array([2.0, 1.0, 1.0]), np.array([2.0, 1.0, 0.0])
    pooled = np.sqrt((np.var(users, ddof=1) + np.var(members, ddof=1)) / 2)
    assert networks.friends_gap_d(history) == pytest.approx((members.mean() - users.mean()) / pooled)
    # with the worker users name 4, 3 and 2; members name 2, 3 and 1
    assert networks.net_size_gap_d(history) == pytest.approx((2.0 - 3.0) / 1.0)
    # relatives: 1, 0 and 0 against 0, 2 and 0
    assert networks.kin_gap_d(history) == pytest.approx((2 / 3 - 1 / 3) / np.sqrt((1 / 3 + 4 / 3) / 2))


def test_symptoms_and_size_correlate(history: SiteHistory) -> None:
    expected = np.corrcoef([4, 3, 1, 2], [0, 1, 2, 3])[0, 1]
    assert networks.neg_symptoms_net_size(history) == pytest.approx(expected)


def test_names_of_ties_do_not_depend_on_rows() -> None:
    site = site_of()
    moved = laid_out(site, [8, 3, 5, 1, 0, 7, 2, 6, 4])
    first, second = snapshot(site, 0), snapshot(moved, 0)
    assert pairs(first, named(first)).tolist() == pairs(second, named(second)).tolist()
    assert share_kept(first, named(first), second) == 1.0


def test_a_dormant_or_ended_tie_is_not_kept() -> None:
    before = snapshot(world(4, [tie(0, 1), tie(0, 2), tie(1, 3)]), 0)
    after = snapshot(world(4, [tie(0, 1), tie(0, 2, dormant=1)]), 52)
    assert share_kept(before, named(before), after) == pytest.approx(1 / 3)
    assert np.isnan(share_kept(before, np.zeros(3, bool), after))


def test_threshold_of_friendship_is_the_runs_own() -> None:
    shot = snapshot(world(2, [tie(0, 1, SOCIAL, closeness_hours=50)], casual_friend_hours=55), 0)
    assert friends(shot).tolist() == [False]
    assert friends(snapshot(world(2, [tie(0, 1, SOCIAL, closeness_hours=50)]), 0)).tolist() == [True]
