"""A diary of one site: week by week, how its service users are, whom they know, and what happened to them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cpi_sim.engine import processes
from cpi_sim.instruments.measure import rows_measured
from cpi_sim.simulation.weeks import events_of
from cpi_sim.site.tables import TIES, Site

FIXED = ("id", "age_years", "female", "role_in_service", "lives_alone", "has_role", "onset_week", "sociability")
PERSON_STATES = (
    "symptoms", "anxiety", "avoidance", "confidence", "refusal_expected", "loneliness", "inclusion", "wellbeing",
    "people_seen", "acts", "crisis_until",
)  # fmt: skip
PLAN_STATES = (
    "engaged", "stage", "aim", "target", "alliance", "ownership", "sessions_attended", "contacts_routine",
    "contacts_crisis", "workers_met", "post",
)  # fmt: skip
TIE_FIELDS = ("kind", "origin", "shares_home", "dormant", "formed_week", "closeness_hours", "contacts_this_week")

BETWEEN_PERSONS = (
    processes.MET, processes.TIE_BEGAN, processes.TIE_ENDED, processes.TIE_RENEWED, processes.ASKED_FOR_HELP,
    processes.WAS_HELPED, processes.WAS_REFUSED, processes.INTRODUCED,
)  # fmt: skip
"""Events whose ``whom`` is a person; in others it is a place, a worker, or the person again."""
OF_ONE_PERSON = (
    processes.JOINED, processes.LEFT, processes.SESSION_HELD, processes.ROUTINE_CONTACT, processes.CRISIS_CONTACT,
    processes.AIM_CHOSEN, processes.AIM_REACHED, processes.CRISIS_BEGAN, processes.LIFE_CHANGED,
)  # fmt: skip


class Diary:
    """Written while a recording site is lived (see :func:`~cpi_sim.simulation.weeks.recording`), read afterwards.

    ``everybody`` holds who lives in the site, a row a person; ``users_only`` the ids of the
    groups for people who use services.
    """

    def __init__(self) -> None:
        self.everybody = pd.DataFrame()
        self.users_only: set[int] = set()
        self._states: list[pd.DataFrame] = []
        self._ties: list[pd.DataFrame] = []
        self._places: list[pd.DataFrame] = []
        self._events: list[pd.DataFrame] = []

    def after_week(self, site: Site, week: int) -> None:
        """Write down the state after ``week`` weeks since entry, and the events of the week just lived."""
        rows = rows_measured(site, None)
        self._states.append(_states(site, week, rows))
        self._ties.append(_ties(site, week, rows))
        self._places.append(_places(site, week, rows))
        if week == 0:
            self.everybody = pd.DataFrame({name: np.array(site.people[name]) for name in FIXED}).set_index("id")
            self.users_only = set(np.array(site.settings["id"][site.settings["users_only"] == 1]).tolist())
        else:
            self._events.append(_events(site, week, rows))

    def states(self) -> pd.DataFrame:
        """A row a week and service user: ``week``, ``person`` (id), ``PERSON_STATES`` and ``PLAN_STATES``."""
        return pd.concat(self._states, ignore_index=True)

    def ties(self) -> pd.DataFrame:
        """A row a week, service user and tie: ``week``, ``person`` and ``other`` (ids), ``TIE_FIELDS``."""
        return pd.concat(self._ties, ignore_index=True)

    def places(self) -> pd.DataFrame:
        """A row a week, service user and place they are a member of: ``place`` (id), ``attended``, ``accompanied``;
        of week 0, the memberships at entry.
        """
        return pd.concat(self._places, ignore_index=True)

    def events(self) -> pd.DataFrame:
        """A row an event that a service user had a part in: ``week`` (from 1), ``what``, ``who``, ``whom``, ``value``;
        ``shared`` where ``whom`` is a person too.
        """
        return pd.concat(self._events, ignore_index=True)


def _states(site: Site, week: int, rows: np.ndarray) -> pd.DataFrame:
    people = site.people[rows]
    plans = site.plans[people["plan"]]
    of_people = {name: np.array(people[name]) for name in PERSON_STATES}
    of_plans = {name: np.array(plans[name]) for name in PLAN_STATES}
    return pd.DataFrame({"week": week, "person": np.array(people["id"]), **of_people, **of_plans})


def _ties(site: Site, week: int, rows: np.ndarray) -> pd.DataFrame:
    ties = np.asarray(site.ties[: int(site.counters[TIES])])
    is_user = np.zeros(len(site.people), bool)
    is_user[rows] = True
    frames = []
    for own, others in (("low", "high"), ("high", "low")):
        mine = ties[is_user[ties[own]] & (ties["ended"] == 0)]
        ids = {"person": site.people["id"][mine[own]], "other": site.people["id"][mine[others]]}
        frames.append(pd.DataFrame({"week": week, **ids, **{name: mine[name] for name in TIE_FIELDS}}))
    return pd.concat(frames, ignore_index=True)


def _places(site: Site, week: int, rows: np.ndarray) -> pd.DataFrame:
    mine = np.asarray(site.memberships[rows])
    person, slot = np.nonzero(mine["setting"] >= 0)
    kept = mine[person, slot]
    return pd.DataFrame(
        {
            "week": week,
            "person": np.array(site.people["id"][rows[person]]),
            "place": np.array(site.settings["id"][kept["setting"]]),
            "attended": kept["attended"],
            "accompanied": kept["accompanied"],
        }
    )


def _events(site: Site, week: int, rows: np.ndarray) -> pd.DataFrame:
    events = events_of(site)
    users = np.array(site.people["id"][rows])
    shared = np.isin(events["what"], BETWEEN_PERSONS)
    own = np.isin(events["what"], OF_ONE_PERSON)
    seen = np.isin(events["who"], users) & (own | shared) | np.isin(events["whom"], users) & shared
    kept = events[seen]
    columns = {name: kept[name] for name in ("what", "who", "whom", "value")}
    return pd.DataFrame({"week": week, **columns, "shared": shared[seen]})
