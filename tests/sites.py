"""Small whole sites for tests: a past lived once and shared, arms entered from it."""

from __future__ import annotations

from functools import cache

import numpy as np

from cpi_sim.engine.compilation import Program
from cpi_sim.parameters import defaults
from cpi_sim.simulation.past import enter, make_past
from cpi_sim.simulation.weeks import run_weeks
from cpi_sim.site.tables import Site
from cpi_sim.site.tie_table import index_ties

SEED = 5
PROGRAM = Program()

SMALL = {
    "community_members": 300,
    "service_users": 36,
    "settings": 16,
    "users_only_groups": 1,
    "burn_in_years": 1,
    "illness_years_low": 0.3,
    "illness_years_high": 1.0,
}
"""A site small enough for seconds: fewer people, a short past."""

STRONG = {"contacts_per_month": 8, "protected_hours": 20, "open_plans_at_most": 20}
"""Connecting work with hours to spare, so that every element is practised within weeks."""


def values_of(kind: str = "inclusion_project", **changes: float) -> dict[str, float]:
    """Parameters of a small site of one kind of agency."""
    return defaults(kind) | SMALL | changes


@cache
def shared_past(kind: str = "inclusion_project", seed: int = SEED) -> Site:
    """The past of a small site; never change it, enter it."""
    return make_past(values_of(kind), seed, PROGRAM)


def entered(kind: str = "inclusion_project", seed: int = SEED, **changes: float) -> Site:
    """Week 0 of an arm on the shared past."""
    return enter(shared_past(kind, seed), values_of(kind, **changes), seed, PROGRAM)


def lived(weeks: int, kind: str = "inclusion_project", seed: int = SEED, **changes: float) -> Site:
    """An arm after some weeks."""
    return run_weeks(entered(kind, seed, **changes), seed, 0, weeks, PROGRAM)


def permuted(site: Site, order: np.ndarray) -> Site:
    """The same site with its people in other rows: row ``r`` holds who was in row ``order[r]``."""
    row_now = np.empty_like(order)
    row_now[order] = np.arange(order.size)
    ties = site.ties.copy()
    for side in ("low", "high"):
        ties[side] = row_now[ties[side]]
    plans = site.plans.copy()
    plans["person"] = row_now[plans["person"]]
    moved = site._replace(
        people=site.people[order].copy(),
        memberships=site.memberships[order].copy(),
        needs=site.needs[order].copy(),
        scratch=site.scratch.copy(),
        row_of_id=row_now[site.row_of_id],
        ties=ties,
        plans=plans,
        first_tie=site.first_tie.copy(),
        tie_of=site.tie_of.copy(),
        with_whom=site.with_whom.copy(),
        settings=site.settings.copy(),
        posts=site.posts.copy(),
        knowledge=site.knowledge.copy(),
        counters=site.counters.copy(),
        births=site.births.copy(),
    )
    PROGRAM(index_ties)(moved)
    return moved
