"""Living one site: its past once, then every arm out of a copy of that past, measured at the scenario's weeks.

Everybody is measured at entry (week 0) too, whatever the scenario says: effects are scaled by the spread at entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa

from cpi_sim.batches.dose import (
    COUNTS,
    SUMS,
    Columns,
    dose_when_measured,
    given_since_entry,
    hours_available,
    people_in_week,
)
from cpi_sim.batches.plan import SitePlan, Values
from cpi_sim.engine.compilation import Program
from cpi_sim.extensions.program import in_arm
from cpi_sim.instruments.measure import measure, rows_measured
from cpi_sim.simulation.past import enter, make_past
from cpi_sim.simulation.weeks import run_weeks
from cpi_sim.site.tables import Site

OnWeek = Callable[[Site, int], None]


def live_site(
    plan: SitePlan,
    values_of_arm: Mapping[str, Values],
    measure_weeks: Sequence[int],
    horizon_weeks: int,
    program: Program,
    on_week: OnWeek = lambda site, week: None,
) -> tuple[dict[str, pa.Table], dict[str, Exception]]:
    """The tables of one site: a pure function of its plan, the arms' values and the program's rules.

    Returns ``people`` (a row an arm, week measured and service user), ``runs`` (a row an arm and week measured) and
    ``weeks`` (a row an arm and week lived), and the errors that arms raised, by arm. An arm that fails lets the others
    go on; its rows are missing. ``on_week`` is called with the site and the weeks lived since entry, at entry and after
    each week.
    """
    lived: dict[str, dict[str, pa.Table]] = {}
    failed: dict[str, Exception] = {}
    for _, arms in plan.groups:
        try:
            past = make_past(dict(values_of_arm[arms[0]]), plan.seed, program)
        except Exception as error:
            failed |= dict.fromkeys(arms, error)
            continue
        for arm in arms:
            try:
                own = in_arm(program, arm)
                record = live_arm(past, values_of_arm[arm], plan.seed, measure_weeks, horizon_weeks, own, on_week)
                lived[arm] = record.tables(plan.site, arm)
            except Exception as error:
                failed[arm] = error
    in_order = [lived[arm] for arm in values_of_arm if arm in lived]
    names = in_order[0] if in_order else ()
    return {name: pa.concat_tables([tables[name] for tables in in_order]) for name in names}, failed


def live_arm(
    past: Site,
    values: Values,
    seed: int,
    measure_weeks: Sequence[int],
    horizon_weeks: int,
    program: Program,
    on_week: OnWeek = lambda site, week: None,
) -> ArmRecord:
    """Live one arm of a site out of a copy of ``past``, from week 0 to ``horizon_weeks``; ``program`` is the arm's."""
    site = enter(past, dict(values), seed, program)
    record = ArmRecord(seed, measure_weeks, program)

    def each_week(site: Site, week: int) -> None:
        record.after_week(site, week + 1)
        on_week(site, week + 1)

    record.after_week(site, 0)
    on_week(site, 0)
    run_weeks(site, seed, 0, horizon_weeks, program, each_week)
    return record


class ArmRecord:
    """What is written down about one arm of a site, as it is lived."""

    def __init__(self, seed: int, measure_weeks: Sequence[int], program: Program) -> None:
        self._seed = seed
        self._program = program
        self._measure_weeks = frozenset((0, *measure_weeks))
        self._hours_available = 0.0
        self._weeks: list[int] = []
        self._given: list[list[float]] = []
        self._counts: list[list[float]] = []
        self._people: list[Columns] = []

    def after_week(self, site: Site, week: int) -> None:
        """Record the state after ``week`` weeks since entry; 0 is entry itself, before anything was given."""
        if week > 0:
            self._hours_available += hours_available(site)
        self._weeks.append(week)
        self._given.append([*given_since_entry(site), self._hours_available])
        self._counts.append(people_in_week(site, week))
        if week in self._measure_weeks:
            self._people.append(self._scores(site, week))

    def _scores(self, site: Site, week: int) -> Columns:
        rows = rows_measured(site, None)
        scores = measure(site, self._seed, week, rows, self._program)
        columns = {name: np.asarray(score, np.float64) for name, score in scores.items()}
        return {"week": np.full(len(rows), week, np.int32), "person": np.array(site.people["id"][rows]), **columns}

    def tables(self, site_number: int, arm: str) -> dict[str, pa.Table]:
        """The record as tables, each row saying which site and arm it belongs to."""
        people = {name: np.concatenate([scores[name] for scores in self._people]) for name in self._people[0]}
        given_in_week = np.diff(np.array(self._given), axis=0, prepend=0.0)
        weeks: Columns = {"week": np.array(self._weeks, np.int32)}
        weeks |= dict(zip(SUMS, given_in_week.T, strict=True))
        weeks |= dict(zip(COUNTS, np.array(self._counts).T, strict=True))
        runs = {name: np.array([mean_of_known(scores[name]) for scores in self._people]) for name in people}
        runs["week"] = np.array([scores["week"][0] for scores in self._people])
        del runs["person"]
        runs |= dose_when_measured(weeks, runs["week"])
        tables = {"people": people, "runs": runs, "weeks": weeks}
        return {name: _labelled(columns, site_number, arm, self._seed) for name, columns in tables.items()}


def mean_of_known(scores: np.ndarray) -> float:
    """Mean of the scores that are numbers; not-a-number where there are none."""
    known = scores[~np.isnan(scores)]
    return float(known.mean()) if len(known) else np.nan


def _labelled(columns: Columns, site_number: int, arm: str, seed: int) -> pa.Table:
    """The columns as an Arrow table, with the columns site, seed and arm in front."""
    rows = len(columns["week"])
    keys = {
        "site": pa.array(np.full(rows, site_number, np.int32)),
        "seed": pa.array(np.full(rows, seed, np.int64)),
        "arm": pa.array([arm] * rows, pa.string()),
    }
    return pa.table({**keys, **{name: pa.array(column) for name, column in columns.items()}})
