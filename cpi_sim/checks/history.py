"""Living a site for the plausibility check, and what is recorded of it: snapshots, measured scores, hours, asking.

One site is lived several times out of two pasts (a community team's and an early intervention team's): ten years of
usual care, two of early intervention, a year of a weekly befriending offer, nine months of weekly outreach, and nine
months of Connecting People in each kind of agency.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from cpi_sim.checks.support import best_support
from cpi_sim.checks.views import Scores, Snapshot, snapshot
from cpi_sim.engine import processes
from cpi_sim.engine.compilation import Program
from cpi_sim.instruments import measure
from cpi_sim.parameters import defaults
from cpi_sim.parameters.agency import AGENCY_KINDS
from cpi_sim.simulation.past import enter, make_past
from cpi_sim.simulation.weeks import events_of, recording, run_weeks
from cpi_sim.site.tables import COMMUNITY_MEMBER, EMOTIONAL, RECORDING, SOCIAL, TIES, Site

USUAL_WEEKS = (0, 13, 26, 52, 156, 208, 364, 520)
EARLY_WEEKS = (0, 13, 52, 104)
RECORDED_WEEKS = 13
"""For so many weeks of usual care it is written down who asks whom for help."""

THRESHOLDS = ("casual_friend_hours", "friend_hours", "close_friend_hours")
CONTACTS_WEEKLY = 52 / 12
"""A weekly offer, in contacts a month."""

PLENTY = {"protected_hours": 40.0, "open_plans_at_most": 40.0}
"""So many hours and places that nobody's dose is limited by the worker's."""

BEFRIENDING = PLENTY | {
    "contacts_per_month": CONTACTS_WEEKLY,
    "duration_weeks": 52.0,
    "element_new_opportunities": 0.0,
    "element_resourceful_people": 0.0,
    "element_mobilisation_advice": 0.0,
    "element_reflection": 0.0,
}
"""Weekly company for a year: a relationship, without the other elements of the practice."""

NOTHING_OFFERED: dict[str, float] = {}
OUTREACH = PLENTY | {"contacts_per_month": CONTACTS_WEEKLY, "duration_weeks": 39.0}
CONNECTING = {"contacts_per_month": 4.0, "duration_weeks": 39.0}

Lived = Callable[[Site, int], None]


@dataclass(frozen=True)
class SiteHistory:
    """One site as the statistics see it.

    ``usual``, ``early``, ``befriending`` and ``outreach`` hold snapshots by week; ``connecting`` holds one at week 39
    for each kind of agency. ``hours_spent`` holds, for each threshold of closeness, the hours two people had spent
    together when their tie, begun after week 0, first reached it. ``asked_closeness`` holds the closeness in hours of
    the ties in which community members asked for emotional help.
    """

    seed: int
    usual: dict[int, Snapshot]
    early: dict[int, Snapshot] = field(default_factory=dict)
    befriending: dict[int, Snapshot] = field(default_factory=dict)
    outreach: dict[int, Snapshot] = field(default_factory=dict)
    connecting: dict[str, Snapshot] = field(default_factory=dict)
    hours_spent: dict[str, np.ndarray] = field(default_factory=dict)
    asked_closeness: np.ndarray = field(default_factory=lambda: np.zeros(0))


class CrossingWatch:
    """Watches a run for ties begun after week 0 that reach a threshold of closeness for the first time."""

    def __init__(self) -> None:
        self._reached: dict[str, set[tuple[int, int, int]]] = {name: set() for name in THRESHOLDS}
        self._hours: dict[str, list[float]] = {name: [] for name in THRESHOLDS}

    def after_week(self, site: Site) -> None:
        """Take in the ties as they stand at the end of a week."""
        ties = np.asarray(site.ties[: int(site.counters[TIES])])
        lowest = float(site.parameters[THRESHOLDS[0]][0])
        met = ties[(ties["contacts_this_week"] > 0) & (ties["peak_hours"] >= lowest)]
        new = met[(met["formed_week"] >= 0) & (met["kind"] == SOCIAL)]
        ids = site.people["id"]
        low, high = ids[new["low"]].tolist(), ids[new["high"]].tolist()
        tied = list(zip(low, high, new["formed_week"].tolist(), strict=True))
        for name in THRESHOLDS:
            for t in np.flatnonzero(new["peak_hours"] >= float(site.parameters[name][0])).tolist():
                if tied[t] not in self._reached[name]:
                    self._reached[name].add(tied[t])
                    self._hours[name].append(float(new["spent_hours"][t]))

    def hours(self) -> dict[str, np.ndarray]:
        """Hours spent together at each crossing, by threshold."""
        return {name: np.array(found) for name, found in self._hours.items()}


def closeness_of_asked(site: Site) -> np.ndarray:
    """Closeness in hours of the ties in which community members asked for emotional help in the week just lived."""
    events = events_of(site)
    asked = events[events["what"] == processes.ASKED_FOR_HELP]
    asked = asked[site.items["aid"][asked["value"].astype(np.int64)] == EMOTIONAL]
    asked = asked[site.people["role_in_service"][site.row_of_id[asked["who"]]] == COMMUNITY_MEMBER]
    ties = site.ties[: int(site.counters[TIES])]
    ids = site.people["id"]
    people = int(ids.max()) + 1
    keys = ids[ties["low"]] * people + ids[ties["high"]]  # ascending: the table is sorted by the two ids
    wanted = np.minimum(asked["who"], asked["whom"]).astype(np.int64) * people + np.maximum(asked["who"], asked["whom"])
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.array(ties["closeness_hours"][place[keys[place] == wanted]])


def community_scores(site: Site, seed: int, week: int, program: Program) -> Scores:
    """Measured scores of all community members, in order of person id."""
    rows = np.flatnonzero(site.people["role_in_service"] == COMMUNITY_MEMBER)
    return measure(site, seed, week, rows[np.argsort(site.people["id"][rows])], program)


def live(
    past: Site,
    values: dict[str, float],
    seed: int,
    weeks: tuple[int, ...],
    program: Program,
    community_weeks: tuple[int, ...] = (),
    lived: Lived | None = None,
) -> dict[int, Snapshot]:
    """Live an arm out of a copy of ``past`` and return its snapshots at ``weeks``.

    The community is measured at ``community_weeks``; ``lived`` is called with the site and the week just lived.
    """
    site = enter(past, values, seed, program)
    shots: dict[int, Snapshot] = {}

    def take(site: Site, week: int) -> None:
        if week in weeks:
            users = measure(site, seed, week, program=program)
            community = community_scores(site, seed, week, program) if week in community_weeks else {}
            shots[week] = snapshot(site, week, users, community, best_support(site, program))

    def after(site: Site, week: int) -> None:
        if lived is not None:
            lived(site, week)
        take(site, week + 1)

    take(site, 0)
    run_weeks(site, seed, 0, max(weeks), program, after)
    return shots


def usual_care(
    past: Site, values: dict[str, float], seed: int, program: Program
) -> tuple[dict[int, Snapshot], CrossingWatch, np.ndarray]:
    """Ten years of care as usual: snapshots, hours until friendship, closeness of those asked for help."""
    watch = CrossingWatch()
    asked: list[np.ndarray] = []

    def lived(site: Site, week: int) -> None:
        watch.after_week(site)
        if week < RECORDED_WEEKS:
            asked.append(closeness_of_asked(site))
        else:
            site.counters[RECORDING] = 0

    shots = live(recording(past), values, seed, USUAL_WEEKS, program, (0,), lived)
    return shots, watch, np.concatenate(asked)


def record_site(
    seed: int, program: Program, on_part: Callable[[], None] = lambda: None, changed: Mapping[str, float] | None = None
) -> SiteHistory:
    """Live one site through all the runs of the check.

    Connecting People in the four kinds of agency shares the two pasts: what differs there is how the agency works, not
    whom it works with.

    Args:
        seed: seed of the site.
        program: the rules, compiled.
        on_part: called after each of :data:`PARTS` parts.
        changed: values of parameters that differ from their defaults, in every run.
    """

    def values(kind: str, offer: Mapping[str, float] = NOTHING_OFFERED) -> dict[str, float]:
        return defaults(kind) | dict(changed or {}) | dict(offer)

    team, early_team = "community_team", "early_intervention"
    past = make_past(values(team), seed, program)
    on_part()
    usual, watch, asked = usual_care(past, values(team), seed, program)
    on_part()
    befriending = live(past, values(team, BEFRIENDING), seed, (0, 52), program)
    connecting = {}
    for kind in AGENCY_KINDS:
        if kind != early_team:
            connecting[kind] = live(past, values(kind, CONNECTING), seed, (39,), program)[39]
    on_part()
    past = make_past(values(early_team), seed, program)
    on_part()
    early = live(past, values(early_team), seed, EARLY_WEEKS, program, (0,))
    outreach = live(past, values(early_team, OUTREACH), seed, (39,), program)
    connecting[early_team] = live(past, values(early_team, CONNECTING), seed, (39,), program)[39]
    on_part()
    return SiteHistory(seed, usual, early, befriending, outreach, connecting, watch.hours(), asked)


PARTS = 5
"""Parts of :func:`record_site`, for showing progress."""
