"""From the table of people to what a batch says: distributions by arm, and paired effects with Monte Carlo error."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

Numbers = dict[str, float | int | None]

KEYS = ("site", "seed", "arm", "week", "person")
"""Columns of the table of people that say whose row it is; all others are outcomes."""

_QUANTILES = {"q05": 0.05, "q50": 0.50, "q95": 0.95}


def summarise(people: pd.DataFrame, comparator: str | None, past_of_arm: Mapping[str, str]) -> dict[str, Any]:
    """Summary of a batch.

    ``people`` has one row a site, arm, week and person, with the columns ``KEYS`` and one a outcome (not-a-number
    where an outcome does not apply). Returns

    - ``arms -> arm -> outcome -> week -> {mean, sd, q05, q50, q95, n}``: over people, sites pooled;
    - ``effects -> arm -> outcome -> week -> {mean, mcse, d}``: against the comparator, see :func:`effect`.

    Weeks are strings, as keys of JSON; numbers that do not exist (the spread of one person) are None.
    """
    outcomes = [name for name in people.columns if name not in KEYS]
    frames = {
        (str(arm), int(week)): frame.set_index(["site", "person"])[outcomes].sort_index()  # type: ignore[call-overload]
        for (arm, week), frame in people.groupby(["arm", "week"], observed=True, sort=False)
    }
    arms = [arm for arm in past_of_arm if any(arm == name for name, _ in frames)]
    weeks = sorted({week for _, week in frames})
    distributions = {arm: _distributions([(w, frames[arm, w]) for w in weeks], outcomes) for arm in arms}
    if comparator is None:
        return {"arms": distributions, "effects": {}}
    effects = {
        arm: _effects(frames, arm, comparator, weeks, outcomes, past_of_arm[arm] == past_of_arm[comparator])
        for arm in arms
        if arm != comparator
    }
    return {"arms": distributions, "effects": effects}


def distribution(scores: np.ndarray) -> Numbers:
    """Mean, standard deviation (n - 1), 5th, 50th and 95th percentiles and number of the scores that are numbers."""
    known = scores[~np.isnan(scores)]
    if not len(known):
        return {"mean": None, "sd": None, **dict.fromkeys(_QUANTILES), "n": 0}
    quantiles = np.quantile(known, list(_QUANTILES.values()))
    return {
        "mean": float(known.mean()),
        "sd": float(known.std(ddof=1)) if len(known) > 1 else None,
        **dict(zip(_QUANTILES, map(float, quantiles), strict=True)),
        "n": len(known),
    }


def effect(site_differences: np.ndarray, baseline_sd: float) -> Numbers:
    """Mean over sites of the sites' mean differences, its Monte Carlo standard error, and Cohen's d.

    The error is the standard deviation between sites over the square root of their number: what the mean would vary
    by, were the batch repeated with other sites. ``baseline_sd`` is the comparator's, at the first week measured.
    """
    known = site_differences[~np.isnan(site_differences)]
    if not len(known):
        return {"mean": None, "mcse": None, "d": None}
    mean = float(known.mean())
    return {
        "mean": mean,
        "mcse": float(known.std(ddof=1) / math.sqrt(len(known))) if len(known) > 1 else None,
        "d": mean / baseline_sd if baseline_sd > 0 else None,
    }


def site_differences(arm: pd.DataFrame, comparator: pd.DataFrame, same_people: bool) -> pd.DataFrame:
    """Mean difference from the comparator in each site (row) and outcome (column).

    Both tables are indexed by (site, person). Where both arms grew out of one past (``same_people``) the difference is
    taken person by person, over those with both scores; else between the means of the sites.
    """
    if same_people:
        return (arm - comparator).groupby(level="site").mean()
    return arm.groupby(level="site").mean() - comparator.groupby(level="site").mean()


def summary_table(summary: Mapping[str, Any]) -> pd.DataFrame:
    """The summary as a flat table: a row an arm, outcome and week."""
    rows = []
    for arm, outcomes in summary["arms"].items():
        for outcome, weeks in outcomes.items():
            for week, numbers in weeks.items():
                found = summary["effects"].get(arm, {}).get(outcome, {}).get(week, {})
                difference = {f"difference_{name}": found.get(name) for name in ("mean", "mcse", "d")}
                rows.append({"arm": arm, "outcome": outcome, "week": int(week), **numbers, **difference})
    return pd.DataFrame(rows)


def _distributions(frames: Sequence[tuple[int, pd.DataFrame]], outcomes: Sequence[str]) -> dict[str, Any]:
    return {name: {str(week): distribution(frame[name].to_numpy(float)) for week, frame in frames} for name in outcomes}


def _effects(
    frames: Mapping[tuple[str, int], pd.DataFrame],
    arm: str,
    comparator: str,
    weeks: Sequence[int],
    outcomes: Sequence[str],
    same_people: bool,
) -> dict[str, Any]:
    baseline = frames[comparator, weeks[0]].std(ddof=1)
    differences = {week: site_differences(frames[arm, week], frames[comparator, week], same_people) for week in weeks}
    return {
        name: {
            str(week): effect(table[name].to_numpy(float), float(baseline[name])) for week, table in differences.items()
        }
        for name in outcomes
    }
