"""One person's life in a site, cut out of the site's diary: what a story and a picture of it are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from cpi_sim.engine import processes
from cpi_sim.engine.processes import JOINED, LEFT
from cpi_sim.site.tables import SOCIAL

HARDLY_HOURS = 0.5
"""Ties that never come to so many hours, with nobody met, have nothing to show."""


class Written(Protocol):
    """A site's diary, as this module reads it."""

    everybody: pd.DataFrame
    users_only: set[int]

    def states(self) -> pd.DataFrame:
        """A row a week and service user."""

    def ties(self) -> pd.DataFrame:
        """A row a week, service user and tie."""

    def places(self) -> pd.DataFrame:
        """A row a week, service user and place."""

    def events(self) -> pd.DataFrame:
        """A row an event."""


def record_of(row: Any) -> dict[str, Any]:
    """One row of a table, by name of the column."""
    return dict(row.items())


@dataclass(frozen=True)
class Life:
    """One service user from entry on.

    ``states`` is indexed by week, from 0 (entry); ``ties``, ``places`` and ``events`` hold this person's rows, the
    other person of a tie or an event under ``other``. A social tie of ``friend_hours`` or more is a friendship.
    """

    person: int
    states: pd.DataFrame
    ties: pd.DataFrame
    places: pd.DataFrame
    events: pd.DataFrame
    everybody: pd.DataFrame
    users_only: set[int]
    friend_hours: float

    @property
    def weeks(self) -> int:
        """How many weeks since entry are written down."""
        return int(self.states.index.max())

    def state(self, week: int) -> dict[str, Any]:
        """How the person was after so many weeks, by name of the field."""
        return record_of(self.states.loc[week])

    def is_friend(self, ties: pd.DataFrame) -> pd.Series:
        """Which ties are friendships: active, not kin, and close enough."""
        return (ties["kind"] == SOCIAL) & (ties["dormant"] == 0) & (ties["closeness_hours"] >= self.friend_hours)

    def in_crisis(self) -> pd.Series:
        """Whether the person was in a crisis in each week, by week; that of week 0 is the week before entry."""
        return self.states["crisis_until"] > self.states.index - 1

    def weeks_met(self) -> pd.Series:
        """In how many weeks the person met somebody, by the id of whom they met."""
        met = self.events[self.events["what"] == processes.MET]
        return met.groupby("other")["week"].nunique()

    def closest(self, most: int) -> list[int]:
        """The people who were closest at any time, closest first; not those never met and never so much as known."""
        hours = self.ties.groupby("other")["closeness_hours"].max()
        met = self.weeks_met().reindex(hours.index, fill_value=0)
        shown = hours[(hours >= HARDLY_HOURS) | (met > 0)]
        return shown.sort_values(ascending=False, kind="stable").head(most).index.tolist()

    def members_of(self, week: int) -> list[int]:
        """Ids of the places that the person was a member of after so many weeks."""
        return self.places.loc[self.places["week"] == week, "place"].tolist()

    def memberships_ended(self, week: int) -> list[int]:
        """Places that a change of life in a week ended the membership of: gone without having been left."""
        changes = self.events[self.events["week"] == week]
        joined, left = (set(changes.loc[changes["what"] == what, "other"]) for what in (JOINED, LEFT))
        return sorted((set(self.members_of(week - 1)) | joined) - left - set(self.members_of(week)))


def life_of(diary: Written, person: int, friend_hours: float) -> Life:
    """Cut one person's life out of a diary."""
    states, ties, places, events = diary.states(), diary.ties(), diary.places(), diary.events()
    mine = events[(events["who"] == person) | (events["shared"] & (events["whom"] == person))]
    mine = mine.assign(other=mine["whom"].where(mine["who"] == person, mine["who"]))
    return Life(
        person=person,
        states=states[states["person"] == person].set_index("week"),
        ties=ties[ties["person"] == person],
        places=places[places["person"] == person],
        events=mine,
        everybody=diary.everybody,
        users_only=diary.users_only,
        friend_hours=friend_hours,
    )


def choose_person(diary: Written) -> int:
    """Somebody typical to tell of: of those who came to connecting contacts, the one with the middle number of them."""
    states = diary.states()
    last = states[states["week"] == states["week"].max()].sort_values(["sessions_attended", "person"])
    supported = last[last["sessions_attended"] > 0]
    chosen = supported if len(supported) else last
    return int(chosen["person"].iloc[len(chosen) // 2])
