"""Statistics of attachment and engagement: style, working alliance, who leaves, what an alliance is worth.

A style is insecure where anxiety or avoidance lies above one cut for everybody. Correlations are of measured scores.
"""

from __future__ import annotations

import numpy as np

from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.summaries import correlation, share, slopes, standardised
from cpi_sim.checks.views import Snapshot
from cpi_sim.site.tables import DECLINED, NOT_OFFERED

INSECURE_ABOVE = 0.73
"""Cut in anxiety and in avoidance, in community SDs: with a correlation of .3 it makes 38 % of a community insecure."""

SILENT_WEEKS = 13
FOLLOWED_WEEKS = 104
ADOLESCENT_BELOW = 19.0


def above_cut(shot: Snapshot, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Masks over the persons in ``rows``: anxious, and avoidant."""
    people = shot.people[rows]
    return people["anxiety"] > INSECURE_ABOVE, people["avoidance"] > INSECURE_ABOVE


def insecure_su(history: SiteHistory) -> float:
    """Share of service users above the cut in anxiety or in avoidance."""
    anxious, avoidant = above_cut(history.usual[0], history.usual[0].user_rows)
    return share(anxious | avoidant)


def insecure_community(history: SiteHistory) -> float:
    """Share of community members above the same cut."""
    anxious, avoidant = above_cut(history.usual[0], history.usual[0].community_rows)
    return share(anxious | avoidant)


def fearful_commonest_su(history: SiteHistory) -> float:
    """Of insecure service users, the share above both cuts minus the larger of the shares above one."""
    anxious, avoidant = above_cut(history.usual[0], history.usual[0].user_rows)
    insecure = anxious | avoidant
    fearful, anxious_alone = anxious & avoidant, anxious & ~avoidant
    avoidant_alone = avoidant & ~anxious
    return share(fearful[insecure]) - max(share(anxious_alone[insecure]), share(avoidant_alone[insecure]))


def community_avoidant_share(history: SiteHistory) -> float:
    """Share of community members above the cut in avoidance alone."""
    anxious, avoidant = above_cut(history.usual[0], history.usual[0].community_rows)
    return share(avoidant & ~anxious)


def community_anxious_share(history: SiteHistory) -> float:
    """Share of community members above the cut in anxiety alone."""
    anxious, avoidant = above_cut(history.usual[0], history.usual[0].community_rows)
    return share(anxious & ~avoidant)


def alliance_and(history: SiteHistory, name: str) -> float:
    """Correlation of an attachment score with alliance after three months, in people still with the service."""
    shot = history.usual[13]
    engaged = shot.plans_of_users("engaged") == 1
    return correlation(shot.users[name][engaged], shot.users["alliance"][engaged])


def alliance_avoidance_r(history: SiteHistory) -> float:
    """Correlation of avoidance with alliance after three months."""
    return alliance_and(history, "pam_avoidance")


def alliance_anxiety_r(history: SiteHistory) -> float:
    """Correlation of attachment anxiety with alliance after three months."""
    return alliance_and(history, "pam_anxiety")


def alliance_security_r(history: SiteHistory) -> float:
    """Correlation of security (minus mean standardised anxiety and avoidance) with alliance after three months."""
    shot = history.usual[13]
    engaged = shot.plans_of_users("engaged") == 1
    anxiety, avoidance = (standardised(shot.users[name][engaged]) for name in ("pam_anxiety", "pam_avoidance"))
    return correlation(-(anxiety + avoidance) / 2, shot.users["alliance"][engaged])


def wellbeing_slopes(history: SiteHistory) -> np.ndarray:
    """Standardised slopes of wellbeing on anxiety and avoidance together, (2,)."""
    users = history.usual[0].users
    scores = (standardised(users[name]) for name in ("swemwbs", "pam_anxiety", "pam_avoidance"))
    return slopes(*scores)


def qol_anxiety_beta(history: SiteHistory) -> float:
    """Standardised slope of wellbeing on anxiety, with avoidance in the regression."""
    return float(wellbeing_slopes(history)[0])


def qol_avoidance_beta(history: SiteHistory) -> float:
    """Standardised slope of wellbeing on avoidance, with anxiety in the regression."""
    return float(wellbeing_slopes(history)[1])


def without_contact(shot: Snapshot) -> np.ndarray:
    """Service users without contact for 13 weeks or more: those who left at least so long ago."""
    left = shot.plans_of_users("left_service_week")
    return (shot.plans_of_users("engaged") == 0) & (left <= shot.week - SILENT_WEEKS)


def eip_disengaged(history: SiteHistory) -> float:
    """Share of early intervention users without contact for 13 weeks or more, by month 24."""
    return share(without_contact(history.early[FOLLOWED_WEEKS]))


def eip_disengaged_young(history: SiteHistory) -> float:
    """The same share, aged 18 or under."""
    shot = history.early[FOLLOWED_WEEKS]
    return share(without_contact(shot)[shot.of_users("age_years") < ADOLESCENT_BELOW])


def alliance_outcome_r(history: SiteHistory) -> float:
    """Correlation of mean alliance with the change of wellbeing over twelve months."""
    last = history.usual[52]
    engaged = last.plans_of_users("engaged") == 1
    alliance = np.mean([history.usual[week].users["alliance"] for week in (13, 26, 52)], axis=0)
    change = last.users["swemwbs"] - history.usual[0].users["swemwbs"]
    return correlation(alliance[engaged], change[engaged])


def willing_befriender(history: SiteHistory) -> float:
    """Share of service users who accept one-to-one support with contacts, of those offered it."""
    stage = history.befriending[52].plans_of_users("stage")
    return share(stage[stage != NOT_OFFERED] != DECLINED)
