"""Network statistics where somebody stands on either side of every limit: ages, years, counts, closeness, weeks."""

from __future__ import annotations

import numpy as np
import pytest

from cpi_sim.checks import statistics_networks as networks
from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.views import Scores, snapshot
from cpi_sim.site.tables import ILL_NOT_IN_SERVICE, KIN, SERVICE_USER
from tests.worlds import tie, world

USER = {"role_in_service": SERVICE_USER}


def history_of(people, ties=(), users: Scores | None = None, community: Scores | None = None) -> SiteHistory:
    shot = snapshot(world(people, ties), 0, users, community)
    return SiteHistory(1, usual={0: shot}, early={0: shot})


def scores(**given: list[float]) -> Scores:
    return {name: np.array(values, float) for name, values in given.items()}


def test_long_standing_illness_is_of_five_years_or_more() -> None:
    people = [{**USER, "onset_week": onset} for onset in (-260, -259, -300, -300)]
    people += [{}, {"role_in_service": ILL_NOT_IN_SERVICE}]
    ties = [
        tie(0, 4),  # a friend who has never been ill
        tie(1, 5),  # a friend who is ill, of somebody ill for less than five years
        tie(2, 5, closeness_hours=44),  # ill, but an acquaintance
        tie(3, 5),
    ]
    history = history_of(people, ties)
    assert networks.has_friend_se_england(history) == pytest.approx(2 / 3)
    assert networks.friends_fellow_users(history) == pytest.approx(1 / 2)


def test_weekly_contacts() -> None:
    history = history_of([USER] * 5, users=scores(contacts_last_week=[0, 3, 4, 10, 2]))
    assert networks.contacts_le3_share_su(history) == pytest.approx(3 / 5)
    assert networks.weekly_contacts_q25_su(history) == 2.0
    assert networks.weekly_contacts_median_su(history) == 3.0
    assert networks.weekly_contacts_q75_su(history) == 4.0
    assert networks.weekly_contacts_mean_outpatients(history) == pytest.approx(19 / 5)
    # quartiles lie between whole numbers where they must
    assert networks.weekly_contacts_q25_su(history_of([USER] * 2, users=scores(contacts_last_week=[0, 4]))) == 1.0


def test_a_confidant_is_close_and_safe() -> None:
    people = [*[USER] * 5, {}]
    ties = [
        tie(0, 5, closeness_hours=110, security=(0.5, 0.0)),
        tie(1, 5, closeness_hours=110, security=(0.49, 1.0)),  # who is confided in, but does not feel secure
        tie(2, 5, closeness_hours=109, security=1.0),
        tie(3, 5, closeness_hours=300, security=1.0, dormant=1),
        tie(4, 5, KIN, closeness_hours=300, security=1.0),
    ]
    assert networks.no_confidant_fep(history_of(people, ties)) == pytest.approx(3 / 5)


def test_daily_contact_with_relatives_is_five_meetings_a_week() -> None:
    people = [*[USER] * 4, {}, {}]
    ties = [
        tie(0, 4, KIN, contacts_this_week=5),
        tie(1, 4, KIN, contacts_this_week=3),
        tie(1, 5, KIN, contacts_this_week=1),
        tie(2, 4, KIN, contacts_this_week=3),
        tie(2, 5, KIN, contacts_this_week=2),
        tie(3, 4, contacts_this_week=7),
    ]
    assert networks.kin_daily_contact_su(history_of(people, ties)) == pytest.approx(2 / 4)


def test_counts_of_close_friends() -> None:
    counts = (0, 1, 2, 3, 3, 4, 10, 11)
    members, friends = len(counts), max(counts)
    ties = [
        tie(i, members + k, closeness_hours=110 if k < count else 109)
        for i, count in enumerate(counts)
        for k in range(friends)
    ]
    history = history_of([*[{}] * members, *[USER] * friends], ties)
    assert networks.community_no_close_friend(history) == pytest.approx(1 / 8)
    assert networks.community_two_or_three_close_friends(history) == pytest.approx(3 / 8)
    assert networks.community_more_than_ten_close_friends(history) == pytest.approx(1 / 8)
    assert networks.close_friend_any_su(history) == 1.0
    assert networks.no_close_friend_gap(history) == pytest.approx(-1 / 8)


def test_met_in_the_past_week_and_elsewhere() -> None:
    people = [*[{}] * 6, *[USER] * 6]
    ties = [
        tie(0, 6),
        tie(1, 7, last_contact_week=-2),
        tie(2, 8, KIN, shares_home=1),
        tie(3, 9, KIN),
        tie(4, 10, closeness_hours=44),  # an acquaintance
        tie(5, 11, dormant=1),
    ]
    assert networks.community_met_weekly(history_of(people, ties)) == pytest.approx(2 / 6)
    assert networks.saw_friend_week_su(history_of(people, ties)) == pytest.approx(1 / 6)


def test_layers_are_close_ties_of_the_week_and_ties_of_the_month() -> None:
    people = [{}, *[USER] * 5]
    ties = [
        tie(0, 1, closeness_hours=110),
        tie(0, 2, closeness_hours=109, last_contact_week=-4),
        tie(0, 3, closeness_hours=300, last_contact_week=-2),
        tie(0, 4, closeness_hours=300, last_contact_week=-5),
        tie(0, 5, closeness_hours=300, dormant=1),
    ]
    assert networks.community_layer5(history_of(people, ties)) == 1.0
    assert networks.community_layer15(history_of(people, ties)) == 3.0


def test_the_young_are_16_to_30() -> None:
    ages = (16.0, 30.9, 15.9, 31.0)
    people = [*[{**USER, "age_years": age} for age in ages], *[{"age_years": age} for age in ages]]
    users = scores(friends=[1, 3, 90, 90], kin=[2, 4, 90, 90], network_size=[3, 7, 90, 90], practitioners=[1, 1, 1, 1])
    community = scores(friends=[5, 7, 0, 0], kin=[2, 4, 0, 0], network_size=[8, 12, 0, 0], practitioners=[0] * 4)
    history = history_of(people, users=users, community=community)
    assert networks.friends_gap_d(history) == pytest.approx((6 - 2) / np.sqrt(2))
    assert networks.kin_gap_d(history) == 0.0
    assert networks.net_size_gap_d(history) == pytest.approx((10 - 6) / np.sqrt(8))


@pytest.mark.parametrize(("relatives", "expected"), [(1.0, 1.0), (0.0, float("nan"))])
def test_share_of_a_single_tie_and_of_none(relatives: float, expected: float) -> None:
    named = scores(kin=[relatives], friends=[0], network_size=[relatives], practitioners=[0])
    history = history_of([USER], users=named)
    assert networks.kin_share_su(history) == pytest.approx(expected, nan_ok=True)
    assert networks.friend_share_su(history) == pytest.approx(0.0 * expected, nan_ok=True)
