"""Statistics of networks at entry: their size, who is in them, who was seen, how service users differ from peers.

What the source asked in an interview (size, relatives, friends, contacts) is taken as the instrument measures it,
with forgetting; a plain question (any friend? a close friend? seen one this week?) is answered from the ties.
"""

from __future__ import annotations

import numpy as np

from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.summaries import NAN, correlation, gap_in_sds, mean, share, spread
from cpi_sim.checks.views import Snapshot, count, family, friends, has_side, in_use, met_within, named, sides
from cpi_sim.site.tables import COMMUNITY_MEMBER, SOCIAL

CLOSE = "close_friend_hours"
LONG_STANDING_WEEKS = 5 * 52
YOUNG = (16.0, 30.0)


def named_size(scores: dict[str, np.ndarray]) -> np.ndarray:
    """Size of the named network of each person measured, practitioners included."""
    return scores["network_size"] + scores["practitioners"]


def net_size_mean_su(history: SiteHistory) -> float:
    """Mean size of the named network at entry, the practitioner in charge included."""
    return mean(named_size(history.usual[0].users))


def friends_mean_su(history: SiteHistory) -> float:
    """Mean number of friends named at entry."""
    return mean(history.usual[0].users["friends"])


def friend_counts(shot: Snapshot, threshold: str = "casual_friend_hours") -> np.ndarray:
    """Friends of every person of the site, (people,)."""
    return count(shot, friends(shot, threshold))


def friends_none_su(history: SiteHistory) -> float:
    """Share of service users without any tie of casual friendship or more."""
    shot = history.usual[0]
    return share(friend_counts(shot)[shot.user_rows] == 0)


def long_ill(shot: Snapshot) -> np.ndarray:
    """Rows of the service users five or more years after onset."""
    return shot.user_rows[shot.of_users("onset_week") <= shot.week - LONG_STANDING_WEEKS]


def has_friend_se_england(history: SiteHistory) -> float:
    """Share with a friend, of service users five or more years after onset."""
    shot = history.usual[0]
    return share(friend_counts(shot)[long_ill(shot)] > 0)


def friends_fellow_users(history: SiteHistory) -> float:
    """Of those service users who have a friend, the share with a friend who has a mental illness too."""
    shot = history.usual[0]
    ends = sides(shot)
    friend = friends(shot)[ends.tie]
    fellow = shot.people["role_in_service"][ends.other] != COMMUNITY_MEMBER
    any_friend = has_side(shot, ends, friend)[long_ill(shot)] > 0
    any_fellow = has_side(shot, ends, friend & fellow)[long_ill(shot)] > 0
    return share(any_fellow[any_friend])


def share_of_named(history: SiteHistory, kind: str) -> float:
    """Part of all that service users name together which is of one kind ("kin", "friends")."""
    users = history.usual[0].users
    total = float(named_size(users).sum())
    return float(users[kind].sum()) / total if total > 0 else NAN


def kin_share_su(history: SiteHistory) -> float:
    """Relatives and partners among all ties named at entry."""
    return share_of_named(history, "kin")


def friend_share_su(history: SiteHistory) -> float:
    """Friends among all ties named at entry."""
    return share_of_named(history, "friends")


def close_friend_any_su(history: SiteHistory) -> float:
    """Share of service users with a close friend."""
    shot = history.usual[0]
    return share(friend_counts(shot, CLOSE)[shot.user_rows] > 0)


def saw_friend_week_su(history: SiteHistory) -> float:
    """Share of service users who met a friend in the past week."""
    shot = history.usual[0]
    return share(count(shot, friends(shot) & met_within(shot, 1))[shot.user_rows] > 0)


def weekly_contacts(history: SiteHistory) -> np.ndarray:
    """Distinct people met in the past week, for each service user at entry."""
    return history.usual[0].users["contacts_last_week"]


def weekly_contacts_median_su(history: SiteHistory) -> float:
    """Median of weekly contacts."""
    return float(np.median(weekly_contacts(history)))


def weekly_contacts_q25_su(history: SiteHistory) -> float:
    """Lower quartile of weekly contacts."""
    return float(np.quantile(weekly_contacts(history), 0.25))


def weekly_contacts_q75_su(history: SiteHistory) -> float:
    """Upper quartile of weekly contacts."""
    return float(np.quantile(weekly_contacts(history), 0.75))


def weekly_contacts_mean_outpatients(history: SiteHistory) -> float:
    """Mean of weekly contacts."""
    return mean(weekly_contacts(history))


def contacts_le3_share_su(history: SiteHistory) -> float:
    """Share of service users with at most three weekly contacts."""
    return share(weekly_contacts(history) <= 3)


def no_confidant_fep(history: SiteHistory) -> float:
    """Share of early intervention users without a close tie in which they feel secure."""
    shot = history.early[0]
    ends = sides(shot)
    close = in_use(shot) & (shot.ties["closeness_hours"] >= shot.number(CLOSE))
    confides = close[ends.tie] & (ends.security >= 0.5)
    return share(has_side(shot, ends, confides)[shot.user_rows] == 0)


def kin_daily_contact_su(history: SiteHistory) -> float:
    """Share of service users with five or more meetings with relatives in the week."""
    shot = history.usual[0]
    meetings = count(shot, family(shot), shot.ties["contacts_this_week"])
    return share(meetings[shot.user_rows] >= 5)


def young_gap(history: SiteHistory, counted: str) -> float:
    """Difference in a measured count between community members and early intervention users aged 16 to 30, in SDs."""
    shot = history.early[0]
    low, high = YOUNG
    ages, peers = shot.of_users("age_years"), shot.of_community("age_years")
    users = named_size(shot.users) if counted == "size" else shot.users[counted]
    community = named_size(shot.community) if counted == "size" else shot.community[counted]
    return gap_in_sds(community[(peers >= low) & (peers < high + 1)], users[(ages >= low) & (ages < high + 1)])


def friends_gap_d(history: SiteHistory) -> float:
    """Fewer friends of young people with early psychosis, in SDs."""
    return young_gap(history, "friends")


def net_size_gap_d(history: SiteHistory) -> float:
    """Smaller network of young people with early psychosis, in SDs."""
    return young_gap(history, "size")


def kin_gap_d(history: SiteHistory) -> float:
    """Fewer relatives named by young people with early psychosis, in SDs."""
    return young_gap(history, "kin")


def community_no_close_friend(history: SiteHistory) -> float:
    """Share of community members without a close friend."""
    shot = history.usual[0]
    return share(friend_counts(shot, CLOSE)[shot.community_rows] == 0)


def no_close_friend_gap(history: SiteHistory) -> float:
    """Share without a close friend: service users minus community."""
    return 1.0 - close_friend_any_su(history) - community_no_close_friend(history)


def community_two_or_three_close_friends(history: SiteHistory) -> float:
    """Share of community members with exactly two or three close friends."""
    shot = history.usual[0]
    return share(np.isin(friend_counts(shot, CLOSE)[shot.community_rows], (2, 3)))


def community_more_than_ten_close_friends(history: SiteHistory) -> float:
    """Share of community members with more than ten close friends."""
    shot = history.usual[0]
    return share(friend_counts(shot, CLOSE)[shot.community_rows] > 10)


def community_met_weekly(history: SiteHistory) -> float:
    """Share of community members who met a friend or relative from another home in the past week."""
    shot = history.usual[0]
    elsewhere = shot.ties["shares_home"] == 0
    met = (friends(shot) | family(shot)) & elsewhere & met_within(shot, 1)
    return share(count(shot, met)[shot.community_rows] > 0)


def community_layer5(history: SiteHistory) -> float:
    """Mean number of close ties of community members met in the past week."""
    shot = history.usual[0]
    close = in_use(shot) & (shot.ties["closeness_hours"] >= shot.number(CLOSE))
    return mean(count(shot, close & met_within(shot, 1))[shot.community_rows])


def community_layer15(history: SiteHistory) -> float:
    """Mean number of ties of community members met within four weeks."""
    shot = history.usual[0]
    return mean(count(shot, in_use(shot) & met_within(shot, 4))[shot.community_rows])


def neg_symptoms_net_size(history: SiteHistory) -> float:
    """Correlation of network size with severity of symptoms."""
    shot = history.usual[0]
    return correlation(named_size(shot.users), shot.of_users("symptoms"))


def activities(shot: Snapshot) -> np.ndarray:
    """Settings attended and friends visited in the past week, for each service user."""
    return shot.of_users("acts").astype(float)


def activities_mean_su(history: SiteHistory) -> float:
    """Mean of the activities of service users in the past week."""
    return mean(activities(history.usual[0]))


def activities_sd_su(history: SiteHistory) -> float:
    """Standard deviation of the activities of service users in the past week."""
    return spread(activities(history.usual[0]))


def friends_of_community(shot: Snapshot) -> float:
    """Mean number of friends of community members."""
    return mean(friend_counts(shot)[shot.community_rows])


def closeness_of_community(shot: Snapshot) -> float:
    """Mean closeness in hours that community members have in social ties in use, all their ties together."""
    social = in_use(shot) & (shot.ties["kind"] == SOCIAL)
    return mean(count(shot, social, shot.ties["closeness_hours"])[shot.community_rows])


def network_size_of_community(shot: Snapshot) -> float:
    """Mean size of the network of community members, forgetting nobody."""
    return mean(count(shot, named(shot))[shot.community_rows])
