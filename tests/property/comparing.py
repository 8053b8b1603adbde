"""Comparing sites field by field: what a step changed, and in what two arms differ."""

from __future__ import annotations

import numpy as np

from cpi_sim.site.tables import TIES, Site
from cpi_sim.week.touches import BEGUN, GONE, WHOLE

Tables = dict[str, np.ndarray]
NAMED = ("people", "memberships", "needs", "settings", "posts", "plans")
NEVER_TOUCHED = ("items", "parameters", "row_of_id", "scratch")


def tables_of(site: Site) -> Tables:
    """Copies of all tables of state, and of those that no step may touch."""
    kept = {name: np.array(getattr(site, name)) for name in (*NAMED, "knowledge", *NEVER_TOUCHED)}
    return kept | {"ties": np.array(site.ties[: int(site.counters[TIES])])}


def pairs_of(tables: Tables) -> np.ndarray:
    """One number a tie that says who the two persons are, in the order of the tie table, shape (ties,)."""
    ids = tables["people"]["id"]
    return ids[tables["ties"]["low"]] * 4294967296 + ids[tables["ties"]["high"]]


def fields_that_differ(one: np.ndarray, other: np.ndarray) -> set[str]:
    """Names of the fields that differ between two tables with the same rows."""
    if one.tobytes() == other.tobytes():
        return set()
    return {name for name in one.dtype.names if not np.array_equal(one[name], other[name], equal_nan=True)}


def differences(one: Tables, other: Tables) -> dict[str, set[str]]:
    """Fields that differ, by table. A tie only in ``other`` counts as begun, one only in ``one`` as gone."""
    found = {name: fields_that_differ(one[name], other[name]) for name in NAMED}
    found["knowledge"] = set() if np.array_equal(one["knowledge"], other["knowledge"]) else {WHOLE}
    pairs, pairs_other = pairs_of(one), pairs_of(other)
    if np.array_equal(pairs, pairs_other):
        found["ties"] = fields_that_differ(one["ties"], other["ties"])
    else:
        _, here, there = np.intersect1d(pairs, pairs_other, return_indices=True)
        found["ties"] = fields_that_differ(one["ties"][here], other["ties"][there])
        found["ties"] |= {BEGUN} if len(there) < len(pairs_other) else set()
        found["ties"] |= {GONE} if len(here) < len(pairs) else set()
    return {name: fields for name, fields in found.items() if fields}
