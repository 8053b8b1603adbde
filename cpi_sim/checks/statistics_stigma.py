"""Statistics of stigma, and of who can be relied on and is asked for help."""

from __future__ import annotations

import numpy as np

from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.summaries import mean, share
from cpi_sim.checks.views import Snapshot, sides

WELCOMING_FROM = 0.5
LIKELY_FROM = 0.5
HALF_A_YEAR = 26
YEAR = 52


def happened(shot: Snapshot, column: str) -> np.ndarray:
    """Service users to whom something counted in ``column`` has ever happened."""
    return shot.of_users(column) > 0


def discrim_friends_su(history: SiteHistory) -> float:
    """Share of service users whom a friend or acquaintance has refused because of the illness, ever since onset."""
    return share(happened(history.usual[0], "refused_for_stigma_friends"))


def discrim_family_su(history: SiteHistory) -> float:
    """The same, refused by relatives."""
    return share(happened(history.usual[0], "refused_for_stigma_kin"))


def lost_friends_su(history: SiteHistory) -> float:
    """Share of service users with a friendship ended since onset in which illness played a part."""
    return share(happened(history.usual[0], "friends_lost_to_illness"))


def conceal_su(history: SiteHistory) -> float:
    """Share of service users who conceal their illness from people they get to know."""
    return share(happened(history.usual[0], "conceals"))


def within_year(history: SiteHistory, *columns: str) -> np.ndarray:
    """Service users to whom something counted in ``columns`` happened between week 0 and week 52."""
    first, last = history.usual[0], history.usual[YEAR]
    more = sum((last.of_users(column) - first.of_users(column) for column in columns), np.zeros(len(last.user_rows)))
    return more > 0


def stopped_close_relationship_su(history: SiteHistory) -> float:
    """Share of service users who, expecting refusal, held back from asking somebody within the year."""
    return share(within_year(history, "held_back"))


def discrim_any_year_su(history: SiteHistory) -> float:
    """Share of service users refused because of the illness at least once in 52 weeks."""
    return share(within_year(history, "refused_for_stigma_friends", "refused_for_stigma_kin"))


def accept_neighbour_schizophrenia(history: SiteHistory) -> float:
    """Share of community members whose openness reaches one half."""
    return share(history.usual[0].of_community("openness") >= WELCOMING_FROM)


def no_one_to_rely_on_su(history: SiteHistory) -> float:
    """Share of service users with no tie that would more likely than not support them."""
    shot = history.usual[0]
    return share(shot.support[shot.user_rows] < LIKELY_FROM)


def community_help_there(history: SiteHistory) -> float:
    """Share of community members with a tie that would more likely than not support them."""
    shot = history.usual[0]
    return share(shot.support[shot.community_rows] >= LIKELY_FROM)


def confide_not_important(history: SiteHistory) -> float:
    """Share of occasions of asking for emotional help in which the other was no close tie."""
    return share(history.asked_closeness < history.usual[0].number("close_friend_hours"))


def people_asked(shot: Snapshot, weeks: int) -> tuple[np.ndarray, np.ndarray]:
    """Whom each person has asked for help within ``weeks``: rows of the askers, and keys that name asker and asked."""
    ends = sides(shot)
    asked_week = np.concatenate([shot.ties["asked_week_low"], shot.ties["asked_week_high"]])
    lately = asked_week >= shot.week - weeks
    ids = shot.people["id"]
    return ends.person[lately], ids[ends.person[lately]] * (int(ids.max()) + 1) + ids[ends.other[lately]]


def community_discussion_network(history: SiteHistory) -> float:
    """Mean number of people whom a community member asked for help or advice within half a year."""
    shot = history.usual[HALF_A_YEAR]
    askers, _ = people_asked(shot, HALF_A_YEAR)
    return mean(np.bincount(askers, minlength=len(shot.people))[shot.community_rows])
