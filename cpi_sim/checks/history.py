"""Living a site for the plausibility check, and what is recorded of it: snapshots, measured scores, hours, asking.

One site is lived several times out of two pasts (a community team's and an early intervention team's): ten years of
usual care, two of early intervention, a year of a weekly befriending offer, nine months of weekly outreach, and nine
months of Connecting People in each kind of agency. Beside it, a small cohort of newcomers lives its first half year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from cpi_sim.checks.newcomers import HALF_A_YEAR, make_newcomers
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

USUAL_WEEKS = (0, 13, 26, 39, 52, 156, 208, 364, 520)
EARLY_WEEKS = (0, 13, 39, 52, 104)
CONNECTING_WEEK = 39
"""Connecting People is offered for so many weeks, and looked at as it ends."""
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
CONNECTING = {"contacts_per_month": 4.0, "duration_weeks": float(CONNECTING_WEEK)}

Lived = Callable[[Site, int], None]
MakePast = Callable[[dict[str, float], int, Program], Site]


@dataclass(frozen=True)
class Lives:
    """Which of its lives a site is put through: a check wants all, a calibration those that its statistics read.

    ``usual_until`` and ``early_until`` are the last week of usual care in the community team and in the early
    intervention team, which is left out where it is None; ``offers`` are befriending, outreach and Connecting People.
    """

    usual_until: int = USUAL_WEEKS[-1]
    early_until: int | None = EARLY_WEEKS[-1]
    offers: bool = True


EVERY_LIFE = Lives()


@dataclass(frozen=True)
class SiteHistory:
    """One site as the statistics see it.

    ``usual``, ``early``, ``befriending``, ``outreach`` and ``newcomers`` hold snapshots by week; ``connecting`` holds
    one at week 39 for each kind of agency. ``hours_spent`` holds, for each threshold of closeness, the hours two people
    had spent together when their tie, begun after week 0, first reached it. ``asked_closeness`` holds the closeness in
    hours of the ties in which community members asked for emotional help.
    """

    seed: int
    usual: dict[int, Snapshot]
    early: dict[int, Snapshot] = field(default_factory=dict)
    befriending: dict[int, Snapshot] = field(default_factory=dict)
    outreach: dict[int, Snapshot] = field(default_factory=dict)
    connecting: dict[str, Snapshot] = field(default_factory=dict)
    hours_spent: dict[str, np.ndarray] = field(default_factory=dict)
    asked_closeness: np.ndarray = field(default_factory=lambda: np.zeros(0))
    newcomers: dict[int, Snapshot] = field(default_factory=dict)


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
    past: Site, values: dict[str, float], seed: int, program: Program, until: int = USUAL_WEEKS[-1]
) -> tuple[dict[int, Snapshot], CrossingWatch, np.ndarray]:
    """Care as usual ``until`` a week: snapshots, hours until friendship, closeness of those asked for help."""
    watch = CrossingWatch()
    asked: list[np.ndarray] = []

    def lived(site: Site, week: int) -> None:
        watch.after_week(site)
        if week < RECORDED_WEEKS:
            asked.append(closeness_of_asked(site))
        else:
            site.counters[RECORDING] = 0

    weeks = tuple(week for week in USUAL_WEEKS if week <= until)
    shots = live(recording(past), values, seed, weeks, program, (0,), lived)
    return shots, watch, np.concatenate([*asked, np.zeros(0)])


def first_half_year(values: dict[str, float], seed: int, program: Program) -> dict[int, Snapshot]:
    """Newcomers after the half year in which they come to know each other."""
    site = run_weeks(make_newcomers(values, seed, program), seed, 0, HALF_A_YEAR, program)
    return {HALF_A_YEAR: snapshot(site, HALF_A_YEAR)}


def values_of(
    changed: Mapping[str, float], kind: str, offer: Mapping[str, float] = NOTHING_OFFERED
) -> dict[str, float]:
    """Parameters of a kind of agency that offers something, with values ``changed`` from their defaults."""
    return defaults(kind) | dict(changed) | dict(offer)


def nine_months(
    past: Site, values: Callable[..., dict[str, float]], kinds: Iterable[str], seed: int, program: Program
) -> dict[str, Snapshot]:
    """Connecting People in each of ``kinds`` of agency, as it stands after nine months.

    They share a past: what differs is how the agency works, not whom it works with.
    """
    return {
        kind: live(past, values(kind, CONNECTING), seed, (CONNECTING_WEEK,), program)[CONNECTING_WEEK] for kind in kinds
    }


def record_site(
    seed: int,
    program: Program,
    on_part: Callable[[], None] = lambda: None,
    changed: Mapping[str, float] | None = None,
    lives: Lives = EVERY_LIFE,
    past_of: MakePast = make_past,
) -> SiteHistory:
    """Live one site through the runs of the check, or through some of them.

    Args:
        seed: seed of the site.
        program: the rules, compiled.
        on_part: called after each of :data:`PARTS` parts.
        changed: values of parameters that differ from their defaults, in every run.
        lives: which lives are wanted.
        past_of: gives the past of a site; one may keep pasts that are needed again.
    """
    values = partial(values_of, changed or {})
    team, early_team = "community_team", "early_intervention"
    past = past_of(values(team), seed, program)
    on_part()
    usual, watch, asked = usual_care(past, values(team), seed, program, lives.usual_until)
    on_part()
    befriending, early, outreach, connecting = {}, {}, {}, {}
    if lives.offers:
        befriending = live(past, values(team, BEFRIENDING), seed, (0, 52), program)
        connecting = nine_months(past, values, (kind for kind in AGENCY_KINDS if kind != early_team), seed, program)
    on_part()
    if lives.early_until is not None:
        past = past_of(values(early_team), seed, program)
        on_part()
        weeks = tuple(week for week in EARLY_WEEKS if week <= lives.early_until)
        early = live(past, values(early_team), seed, weeks, program, (0,))
        if lives.offers:
            outreach = live(past, values(early_team, OUTREACH), seed, (39,), program)
            connecting |= nine_months(past, values, (early_team,), seed, program)
    newcomers = first_half_year(values(team), seed, program)
    on_part()
    return SiteHistory(seed, usual, early, befriending, outreach, connecting, watch.hours(), asked, newcomers)


PARTS = 5
"""Parts of :func:`record_site`, for showing progress."""
