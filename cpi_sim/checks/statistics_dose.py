"""Statistics of what is offered and what is received: contacts, sessions, fidelity, and what a worker accounts for."""

from __future__ import annotations

import numpy as np

from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.summaries import NAN, intraclass_correlation, mean, share, spread
from cpi_sim.checks.views import Snapshot
from cpi_sim.instruments.service import fidelity_of_plans
from cpi_sim.site.tables import NOT_OFFERED

MINUTES = 60.0
MONTHS_A_YEAR = 12.0
HIGH_FIDELITY = 0.6
"""Fidelity above which the practice counts as carried out at high fidelity. Assumption: the study's cut is unknown."""


def contacts(shot: Snapshot) -> np.ndarray:
    """Contacts in person since entry, for each service user."""
    names = ("contacts_routine", "contacts_crisis", "sessions_attended")
    return sum((shot.plans_of_users(name) for name in names), np.zeros(len(shot.user_rows)))


def weeks_in_service(shot: Snapshot) -> np.ndarray:
    """Weeks since entry that each service user has spent with the service."""
    left = np.where(shot.plans_of_users("engaged") == 1, shot.week, shot.plans_of_users("left_service_week"))
    return np.minimum(left, shot.week).astype(float)


def contacts_a_week(shot: Snapshot) -> float:
    """Contacts in person for each service user and week with the service."""
    return float(contacts(shot).sum() / weeks_in_service(shot).sum())


def contacts_per_fte_month(history: SiteHistory) -> float:
    """Contacts with all service users in a month for one full-time post, first year."""
    shot = history.usual[52]
    return float(contacts(shot).sum() / shot.posts["fte"].sum() / MONTHS_A_YEAR)


def cmht_contacts_week(history: SiteHistory) -> float:
    """Contacts in person for each service user and week, community team, first year."""
    return contacts_a_week(history.usual[52])


def assertive_contacts_week(history: SiteHistory) -> float:
    """Contacts in person for each service user and week in the team with small caseloads, first year."""
    return contacts_a_week(history.early[52])


def minutes_per_contact(history: SiteHistory) -> float:
    """Minutes of a contact in person: crisis contacts, whose hours hold no missed appointments."""
    shot = history.usual[52]
    made = float(shot.plans_of_users("contacts_crisis").sum())
    return MINUTES * float(shot.plans_of_users("hours_crisis").sum()) / made if made > 0 else NAN


def meetings_with_befriender(history: SiteHistory) -> np.ndarray:
    """Meetings within the year of weekly company offered, for each service user offered it."""
    shot = history.befriending[52]
    offered = shot.plans_of_users("stage") != NOT_OFFERED
    return shot.plans_of_users("sessions_attended")[offered]


def befriender_met_once(history: SiteHistory) -> float:
    """Share with at least one meeting, of those offered weekly one-to-one company for twelve months."""
    return share(meetings_with_befriender(history) >= 1)


def befriender_gt12(history: SiteHistory) -> float:
    """Share with more than 12 meetings in the twelve months of that offer."""
    return share(meetings_with_befriender(history) > 12)


def outreach_sessions(history: SiteHistory) -> np.ndarray:
    """Sessions attended in 39 weeks of a weekly offer, for each early intervention user who accepted it."""
    shot = history.outreach[39]
    return shot.plans_of_users("sessions_attended")[shot.plans_of_users("opened_week") >= 0].astype(float)


def srt_sessions_mean(history: SiteHistory) -> float:
    """Mean sessions attended in 39 weeks of a weekly offer to early intervention users."""
    return mean(outreach_sessions(history))


def srt_sessions_sd(history: SiteHistory) -> float:
    """Standard deviation of those sessions."""
    return spread(outreach_sessions(history))


def fidelity(shot: Snapshot) -> np.ndarray:
    """Fidelity of the practice, 0 to 1, for each service user offered it (see the instrument of that name)."""
    scores = fidelity_of_plans(shot.plans[shot.of_users("plan")], shot.numbers)
    return scores[~np.isnan(scores)]


def fidelity_high_share(history: SiteHistory) -> float:
    """Share of service users worked with at high fidelity after nine months, each kind of agency weighing alike."""
    return mean(np.array([share(fidelity(shot) > HIGH_FIDELITY) for shot in history.connecting.values()]))


def worker_variance_share(history: SiteHistory) -> float:
    """Intraclass correlation, by worker, of the change in wellbeing over a year of weekly support.

    Whoever has had two workers in the year belongs to neither and is left out.
    """
    first, last = history.befriending[0], history.befriending[52]
    change = last.users["swemwbs"] - first.users["swemwbs"]
    supported = (last.plans_of_users("opened_week") >= 0) & (last.plans_of_users("workers_met") == 1)
    return intraclass_correlation(change[supported], last.plans_of_users("post")[supported])
