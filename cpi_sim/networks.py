"""The ties of a site as Mesa users ask for them: counts for each person, and a networkx graph."""

from __future__ import annotations

import networkx as nx
import numpy as np

from cpi_sim.agents import KIND_OF_PERSON, TIE_KINDS
from cpi_sim.site.tables import MOVED_AWAY, SOCIAL, TIES, Site


def ties_of(site: Site) -> np.ndarray:
    """The ties that there are, dormant ones included, shape (ties,)."""
    return np.asarray(site.ties[: site.counters[TIES]])


def in_touch(site: Site, week: int) -> np.ndarray:
    """Whether each tie is active and was used within the past quarter, shape (ties,)."""
    ties = ties_of(site)
    recent = week - ties["last_contact_week"] <= site.parameters["named_within_weeks"][0]
    return np.asarray((ties["dormant"] == 0) & recent)


def as_friends(site: Site) -> np.ndarray:
    """Whether each tie is outside the family and as close as what surveys call a friend, shape (ties,)."""
    ties = ties_of(site)
    return np.asarray((ties["kind"] == SOCIAL) & (ties["closeness_hours"] >= site.parameters["casual_friend_hours"][0]))


def count_by_person(site: Site, chosen: np.ndarray) -> np.ndarray:
    """How many of the ``chosen`` ties, shape (ties,), each person has, shape (people,), by row."""
    ties, people = ties_of(site), site.people.shape[0]
    sides = (np.bincount(ties[side][chosen], minlength=people) for side in ("low", "high"))
    return sum(sides, np.zeros(people, np.int64))


def graph_of(site: Site, *, dormant: bool) -> nx.Graph:
    """The ties as edges between person ids; see :meth:`~cpi_sim.model.ConnectingPeopleModel.network`."""
    people = site.people
    graph = nx.Graph()
    for who, role in zip(people["id"].tolist(), people["role_in_service"].tolist(), strict=True):
        if role != MOVED_AWAY:
            graph.add_node(who, role=KIND_OF_PERSON[role].__name__)
    for tie in ties_of(site):
        if tie["dormant"] and not dormant:
            continue
        low, high = float(tie["security_low"]), float(tie["security_high"])
        graph.add_edge(
            int(people["id"][tie["low"]]),
            int(people["id"][tie["high"]]),
            kind=TIE_KINDS[tie["kind"]],
            closeness_hours=float(tie["closeness_hours"]),
            security=(low + high) / 2.0,
            security_low=low,
            security_high=high,
            dormant=bool(tie["dormant"]),
        )
    return graph
