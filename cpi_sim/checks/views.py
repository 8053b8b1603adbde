"""Counting in recorded snapshots of a site: who is tied to whom, how closely, and since when.

All functions are vectorised over a snapshot's tables and change nothing. "Week w" is the state after w weeks lived
since entry, so what happened "in the past week" happened in week w - 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from cpi_sim.checks.summaries import NAN
from cpi_sim.site.tables import COMMUNITY_MEMBER, SERVICE_USER, SOCIAL, TIES, Site

Scores = dict[str, np.ndarray]


@dataclass(frozen=True)
class Snapshot:
    """A site at one week, and what instruments said of it.

    Tables are copies, ties only those in use. ``users`` and ``community`` hold measured scores by name, one value a
    person in order of person id: (service users,) and (community members,). ``community`` is empty where the community
    was not measured. ``support`` is the highest chance of support that each person has in any tie, (people,), in the
    order of rows.
    """

    week: int
    people: np.ndarray
    ties: np.ndarray
    memberships: np.ndarray
    plans: np.ndarray
    posts: np.ndarray
    numbers: np.ndarray
    users: Scores = field(default_factory=dict)
    community: Scores = field(default_factory=dict)
    support: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @cached_property
    def user_rows(self) -> np.ndarray:
        """Rows of the service users, in order of person id."""
        return self._rows(SERVICE_USER)

    @cached_property
    def community_rows(self) -> np.ndarray:
        """Rows of the community members, in order of person id."""
        return self._rows(COMMUNITY_MEMBER)

    def _rows(self, role: int) -> np.ndarray:
        rows = np.flatnonzero(self.people["role_in_service"] == role)
        return rows[np.argsort(self.people["id"][rows])]

    def number(self, name: str) -> float:
        """Value of a parameter in this run."""
        return float(self.numbers[name][0])

    def of_users(self, column: str) -> np.ndarray:
        """A column of the table of people, for the service users."""
        return self.people[column][self.user_rows]

    def of_community(self, column: str) -> np.ndarray:
        """A column of the table of people, for the community members."""
        return self.people[column][self.community_rows]

    def plans_of_users(self, column: str) -> np.ndarray:
        """A column of the table of plans, for the service users in order of person id."""
        return self.plans[column][self.of_users("plan")]


def snapshot(
    site: Site,
    week: int,
    users: Scores | None = None,
    community: Scores | None = None,
    support: np.ndarray | None = None,
) -> Snapshot:
    """Copy what the statistics read out of a live site at ``week``; the rest as in :class:`Snapshot`."""
    return Snapshot(
        week=week,
        people=np.array(site.people),
        ties=np.array(site.ties[: int(site.counters[TIES])]),
        memberships=np.array(site.memberships),
        plans=np.array(site.plans),
        posts=np.array(site.posts),
        numbers=np.array(site.parameters),
        users=users or {},
        community=community or {},
        support=np.zeros(0) if support is None else support,
    )


def in_use(shot: Snapshot) -> np.ndarray:
    """Ties that are not dormant, as a mask over ties."""
    return shot.ties["dormant"] == 0


def family(shot: Snapshot) -> np.ndarray:
    """Ties in use to relatives and partners."""
    return in_use(shot) & (shot.ties["kind"] != SOCIAL)


def friends(shot: Snapshot, threshold: str = "casual_friend_hours") -> np.ndarray:
    """Social ties in use whose closeness is that of a casual friend, or of another ``threshold``, or more."""
    close_enough = shot.ties["closeness_hours"] >= shot.number(threshold)
    return in_use(shot) & (shot.ties["kind"] == SOCIAL) & close_enough


def met_within(shot: Snapshot, weeks: int) -> np.ndarray:
    """Ties whose two persons have been in touch within the past ``weeks`` weeks."""
    return shot.ties["last_contact_week"] >= shot.week - weeks


def named(shot: Snapshot) -> np.ndarray:
    """Ties that a person with a perfect memory would name."""
    return in_use(shot) & met_within(shot, int(shot.number("named_within_weeks")))


def remembered(shot: Snapshot) -> np.ndarray:
    """Chance that somebody asked to name people does not forget the other of each tie, (ties,), 0 to 1."""
    social = np.where(friends(shot), shot.number("friend_forgotten"), shot.number("acquaintance_forgotten"))
    return 1.0 - np.where(shot.ties["kind"] == SOCIAL, social, 0.0)


def count(shot: Snapshot, chosen: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """How many of the ``chosen`` ties (mask) each person has, (people,); or the sum of ``weights`` over them."""
    low, high = shot.ties["low"][chosen], shot.ties["high"][chosen]
    weight = None if weights is None else weights[chosen]
    people = len(shot.people)
    return np.bincount(low, weight, people) + np.bincount(high, weight, people)


@dataclass(frozen=True)
class Sides:
    """Every tie seen from both ends: twice as many rows as there are ties."""

    person: np.ndarray
    other: np.ndarray
    tie: np.ndarray
    security: np.ndarray


def sides(shot: Snapshot) -> Sides:
    """Both ends of every tie: rows of the person and the other, row of the tie, and the person's security in it."""
    ties = shot.ties
    row = np.arange(len(ties))
    return Sides(
        person=np.concatenate([ties["low"], ties["high"]]),
        other=np.concatenate([ties["high"], ties["low"]]),
        tie=np.concatenate([row, row]),
        security=np.concatenate([ties["security_low"], ties["security_high"]]),
    )


def has_side(shot: Snapshot, ends: Sides, chosen: np.ndarray) -> np.ndarray:
    """How many of the ``chosen`` ends (mask over sides) each person has, (people,)."""
    return np.bincount(ends.person[chosen], minlength=len(shot.people))


def pairs(shot: Snapshot, chosen: np.ndarray) -> np.ndarray:
    """A number for each chosen tie that names its two persons by id, whatever their rows."""
    ids = shot.people["id"]
    return ids[shot.ties["low"][chosen]] * (int(ids.max()) + 1) + ids[shot.ties["high"][chosen]]


def share_kept(before: Snapshot, chosen: np.ndarray, after: Snapshot, weights: np.ndarray | None = None) -> float:
    """Share of the ties chosen in ``before`` that are still in use in ``after``; NaN when none was chosen.

    ``weights`` (ties of ``before``,) says how much each counts; all alike without.
    """
    kept = np.isin(pairs(before, chosen), pairs(after, in_use(after)))
    return float(np.average(kept, weights=None if weights is None else weights[chosen])) if len(kept) else NAN
