"""Watching an element: it may write what plan, do, review may write, and closeness only as hours spent together.

An element that wrote loneliness, access or wellbeing would put into the model what the model is meant to find out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from cpi_sim.extensions.declaring import Element
from cpi_sim.site.tables import BIRTHS, TIES, Site
from cpi_sim.week.touches import STEP_TOUCHES, WHOLE

Tables = dict[str, np.ndarray]

MAY_WRITE = STEP_TOUCHES["plan_do_review"]
_KEPT = (
    "people", "memberships", "needs", "settings", "posts", "plans", "knowledge", "items", "parameters", "row_of_id",
    "scratch", "first_tie",
)  # fmt: skip
_WHY = "effects come only through hours, people met, help asked and given"
_A_ROUNDING = 1e-9


def watched(
    element: Element, compiled: Callable[..., None], site: Site, seed: int, week: int, weight: float
) -> dict[str, set[str]]:
    """Live an element for a week, and return the fields that it wrote, by table.

    Raises :class:`ExtensionError` where it wrote what an element may not.
    """
    before = tables_of(site)
    compiled(site, seed, week, element.process, weight)
    after = tables_of(site)
    wrong = [*_fields_refused(before, after), *_hours_refused(before, after)]
    if site.counters[BIRTHS] > 0:
        wrong.append(
            "begins a tie: bring people together (plan.introduced_to); whether they take to each other is theirs"
        )
    if wrong:
        raise element.refused("; ".join(wrong))
    return {table: fields for table in before if (fields := fields_changed(before[table], after[table]))}


def tables_of(site: Site) -> Tables:
    """Copies of everything that an element might write."""
    kept = {name: np.array(getattr(site, name)) for name in _KEPT}
    used = int(site.counters[TIES])
    return kept | {"ties": np.array(site.ties[:used]), "tie_of": np.array(site.tie_of[: 2 * used])}


def fields_changed(before: np.ndarray, after: np.ndarray) -> set[str]:
    """Names of the fields that differ (WHOLE for a table without fields)."""
    if before.shape == after.shape and before.tobytes() == after.tobytes():
        return set()
    if before.shape != after.shape or before.dtype.names is None:
        return {WHOLE}
    return {name for name in before.dtype.names if not np.array_equal(before[name], after[name], equal_nan=True)}


def _fields_refused(before: Tables, after: Tables) -> Iterator[str]:
    for table in before:
        may = MAY_WRITE.get(table, frozenset())
        refused = sorted(fields_changed(before[table], after[table]) - may)
        if not refused:
            continue
        written = table if refused == [WHOLE] else ", ".join(f"{table}.{field}" for field in refused)
        allowed = f"of {table} it may write {', '.join(sorted(may))}" if may else f"it may write nothing of {table}"
        yield f"writes {written}: {_WHY}, so {allowed}"


def _hours_refused(before: Tables, after: Tables) -> Iterator[str]:
    """What is wrong with the hours that ties have gained: they are spent by both, and booked by both."""
    old, new = before["ties"], after["ties"]
    if old.shape != new.shape:
        return
    spent = new["spent_hours"] - old["spent_hours"]
    gained = new["closeness_hours"] - old["closeness_hours"]
    renewed = (old["dormant"] == 1) & (new["dormant"] == 0) & (spent > 0.0)
    if np.any(spent < -_A_ROUNDING) or np.any(~renewed & (np.abs(gained - spent) > _A_ROUNDING)):
        yield f"writes ties.closeness_hours without hours: closeness is hours spent together (spend_time); {_WHY}"
        return
    booked = after["people"]["hours_booked"] - before["people"]["hours_booked"]
    together = np.zeros(len(booked))
    for side in ("low", "high"):
        np.add.at(together, new[side], np.where(new["shares_home"] == 1, 0.0, spent))
    if np.any(together > booked + _A_ROUNDING):
        yield "spends hours on ties without booking them: add them to people.hours_booked of both people"
    limit = before["parameters"]["social_hours_at_most"][0]
    if np.any((booked > _A_ROUNDING) & (after["people"]["hours_booked"] > limit + _A_ROUNDING)):
        yield f"books more than the {limit:g} hours a week that a person has (parameters.social_hours_at_most)"
