"""Statistics of change: how ties last and form, and how service users' scores move by themselves."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.newcomers import HALF_A_YEAR
from cpi_sim.checks.statistics_stigma import YEAR, people_asked
from cpi_sim.checks.summaries import NAN, correlation, mean, share, spread
from cpi_sim.checks.views import Snapshot, count, friends, in_use, named, remembered, share_kept
from cpi_sim.site.tables import COMMUNITY_MEMBER, FROM_SETTING, SOCIAL

SEVEN_YEARS = 364
INNER_CIRCLE = 5
YOUNGER_THAN = 45.0
ISOLATED_BELOW = 5
IMPROVED_BY_TIES = 1
IMPROVED_BY_SHARE = 0.2


def between_members(shot: Snapshot) -> np.ndarray:
    """Ties between two community members, as a mask over ties."""
    member = shot.people["role_in_service"] == COMMUNITY_MEMBER
    return member[shot.ties["low"]] & member[shot.ties["high"]]


def tie_kept_7y(history: SiteHistory) -> float:
    """Expected share of the ties that community members name at week 0 which are alive at week 364.

    A tie counts as much as it is likely to be named: relatives in full, others for what is not forgotten of them.
    """
    first = history.usual[0]
    counted = named(first) & between_members(first)
    return share_kept(first, counted, history.usual[SEVEN_YEARS], remembered(first))


def support_role_kept_7y(history: SiteHistory) -> float:
    """Share of the ties asked for help in the year before week 0 that are asked again in the year before week 364."""
    first, last = history.usual[0], history.usual[SEVEN_YEARS]
    askers, then = people_asked(first, YEAR)
    _, now = people_asked(last, YEAR)
    member = first.people["role_in_service"][askers] == COMMUNITY_MEMBER
    return share(np.isin(then[member], now))


def inner_circle(shot: Snapshot) -> np.ndarray:
    """Ties among the five closest of at least one community member who is part of them, as a mask over ties."""
    closeness = np.where(in_use(shot), shot.ties["closeness_hours"], -1.0)
    person = np.concatenate([shot.ties["low"], shot.ties["high"]])
    tie = np.tile(np.arange(len(shot.ties)), 2)
    order = np.lexsort((-closeness[tie], person))
    person, tie = person[order], tie[order]
    rank = np.arange(len(person)) - np.searchsorted(person, person)
    member = shot.people["role_in_service"][person] == COMMUNITY_MEMBER
    chosen = np.zeros(len(shot.ties), bool)
    chosen[tie[(rank < INNER_CIRCLE) & member & (closeness[tie] >= 0.0)]] = True
    return chosen


def inner_circle_loss_year(history: SiteHistory) -> float:
    """Share of community members' five closest ties that are lost between week 0 and week 52."""
    first = history.usual[0]
    return 1.0 - share_kept(first, inner_circle(first), history.usual[YEAR])


def bridges(shot: Snapshot) -> np.ndarray:
    """Social ties in use that began in a setting and whose two persons know nobody in common, as a mask over ties."""
    ties, people = shot.ties[in_use(shot)], len(shot.people)
    low, high = ties["low"], ties["high"]
    ends = (np.concatenate([low, high]), np.concatenate([high, low]))
    known = sparse.csr_matrix((np.ones(len(ends[0])), ends), shape=(people, people))
    in_common = np.asarray((known @ known)[shot.ties["low"], shot.ties["high"]]).ravel()
    from_setting = (shot.ties["origin"] == FROM_SETTING) & (shot.ties["kind"] == SOCIAL)
    return in_use(shot) & from_setting & (in_common == 0)


def bridge_loss_year(history: SiteHistory) -> float:
    """Share of such ties between community members that are lost between week 0 and week 52."""
    first = history.usual[0]
    return 1.0 - share_kept(first, bridges(first) & between_members(first), history.usual[YEAR])


def median_hours(history: SiteHistory, threshold: str) -> float:
    """Median of the hours spent together when ties first reached a threshold of closeness."""
    hours = history.hours_spent[threshold]
    return float(np.median(hours)) if len(hours) else NAN


def hours_casual_friend(history: SiteHistory) -> float:
    """Hours spent together when a tie first reached the closeness of a casual friend."""
    return median_hours(history, "casual_friend_hours")


def hours_friend(history: SiteHistory) -> float:
    """The same, for the closeness of a friend."""
    return median_hours(history, "friend_hours")


def hours_close_friend(history: SiteHistory) -> float:
    """The same, for the closeness of a close friend."""
    return median_hours(history, "close_friend_hours")


def new_friends_rich_setting(history: SiteHistory) -> float:
    """Mean number of casual friends or closer that newcomers have gained after half a year among peers."""
    shot = history.newcomers[HALF_A_YEAR]
    gained = friends(shot) & (shot.ties["formed_week"] >= 0)
    return mean(count(shot, gained))


def outside_family(shot: Snapshot) -> np.ndarray:
    """Measured ties outside the family, for each service user."""
    return shot.users["friends"] + shot.users["others"]


def control_improved_12m(history: SiteHistory) -> float:
    """Share of isolated service users under 45 whose measured ties outside the family are more at week 52.

    Isolated are those measured at entry with fewer than five; more are one or more, and a fifth or more.
    """
    first = history.usual[0]
    before, after = outside_family(first), outside_family(history.usual[YEAR])
    entered = (first.of_users("age_years") < YOUNGER_THAN) & (before < ISOLATED_BELOW)
    gain = after - before
    return share(((gain >= IMPROVED_BY_TIES) & (gain >= IMPROVED_BY_SHARE * before))[entered])


def rg_stationary_3y(history: SiteHistory) -> float:
    """Change of the mean Resource Generator score from week 52 to week 208 under usual care, in SDs of week 52."""
    before, after = history.usual[52].users["rg_uk"], history.usual[208].users["rg_uk"]
    return (mean(after) - mean(before)) / spread(before)


def swemwbs_drift_cmht_3m(history: SiteHistory) -> float:
    """Mean change of measured SWEMWBS from week 0 to week 13 under usual care."""
    return mean(history.usual[13].users["swemwbs"] - history.usual[0].users["swemwbs"])


def outcome_autocorr(history: SiteHistory) -> float:
    """Correlation of measured wellbeing at week 0 with weeks 26 and 52, averaged."""
    first = history.usual[0].users["swemwbs"]
    return mean(np.array([correlation(first, history.usual[week].users["swemwbs"]) for week in (26, 52)]))
