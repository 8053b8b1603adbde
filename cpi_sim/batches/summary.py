"""What a batch says: distributions by arm, and paired effects with Monte Carlo error, taken in site by site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cpi_sim.batches.moments import Counts, Moments

Numbers = dict[str, float | int | None]

KEYS = ("site", "seed", "arm", "week", "person")
"""Columns of the table of people that say whose row it is; all others are outcomes."""

_QUANTILES = {"q05": 0.05, "q50": 0.50, "q95": 0.95}
OF_EFFECTS = ("mean", "mcse", "d", "variance_saved")


def summarise(people: pd.DataFrame, comparator: str | None, past_of_arm: Mapping[str, str]) -> dict[str, Any]:
    """Summary of a table of people that is at hand as a whole; see :meth:`Summary.result`."""
    summary = Summary(comparator, past_of_arm)
    summary.add(people.sort_values(["site", "person"], kind="stable"))
    return summary.result()


class Summary:
    """The summary of a batch, from portions of the table of people; each holds whole sites.

    The table has one row a site, arm, week and person, with the columns ``KEYS`` and one a outcome (not-a-number where
    an outcome does not apply). What is kept does not grow with the number of sites: of each arm, outcome and week the
    moments, and how often each score came. Scores of an outcome with many different values are rounded for the
    quantiles (see :mod:`cpi_sim.batches.moments`). The same portions in the same order give the same bits.
    """

    def __init__(self, comparator: str | None, past_of_arm: Mapping[str, str]) -> None:
        self._comparator = comparator
        self._past_of_arm = past_of_arm
        self._outcomes: list[str] = []
        self._scores: dict[tuple[str, int], _Scores] = {}
        self._effects: dict[tuple[str, int], _Effects] = {}

    def add(self, people: pd.DataFrame) -> None:
        """Take in all rows of some sites."""
        self._outcomes = [name for name in people.columns if name not in KEYS]
        frames = {
            (str(arm), int(week)): frame.set_index(["site", "person"])[self._outcomes]  # type: ignore[call-overload]
            for (arm, week), frame in people.groupby(["arm", "week"], observed=True, sort=True)
        }
        for cell, frame in frames.items():
            self._scores.setdefault(cell, _Scores(len(self._outcomes))).add(frame.to_numpy(float))
        if self._comparator is None:
            return
        for (arm, week), frame in frames.items():
            other = frames.get((self._comparator, week))
            if arm != self._comparator and other is not None:
                same_people = self._past_of_arm[arm] == self._past_of_arm[self._comparator]
                effects = self._effects.setdefault((arm, week), _Effects(len(self._outcomes)))
                effects.add(frame, other, same_people)

    def result(self) -> dict[str, Any]:
        """What has been taken in, as

        - ``arms -> arm -> outcome -> week -> {mean, sd, q05, q50, q95, n}``: over people, sites pooled;
        - ``effects -> arm -> outcome -> week -> {mean, mcse, d, variance_saved}``: against the comparator.

        An effect is the mean over sites of the sites' mean differences. ``mcse`` is its Monte Carlo standard error: the
        standard deviation between sites over the square root of their number, what the mean would vary by, were the
        batch repeated with other sites. ``d`` is the effect in standard deviations of the comparator at the first week
        measured. ``variance_saved`` is the share of the variance of a difference that was saved by living both arms
        at the same sites with the same random numbers: 1 - var(paired site differences) / (var(means of sites in the
        arm) + var(means of sites in the comparator)).

        Weeks are strings, as keys of JSON; numbers that do not exist (the spread of one person) are None.
        """
        arms = [arm for arm in self._past_of_arm if any(arm == name for name, _ in self._scores)]
        weeks = sorted({week for _, week in self._scores})
        distributions = {arm: self._by_outcome({w: self._scores[arm, w].numbers() for w in weeks}) for arm in arms}
        if self._comparator is None:
            return {"arms": distributions, "effects": {}}
        baseline = np.sqrt(self._scores[self._comparator, weeks[0]].moments.variance)
        effects = {
            arm: self._by_outcome({week: self._effects[arm, week].numbers(baseline) for week in weeks})
            for arm in arms
            if arm != self._comparator
        }
        return {"arms": distributions, "effects": effects}

    def _by_outcome(self, by_week: Mapping[int, list[Numbers]]) -> dict[str, dict[str, Numbers]]:
        return {
            name: {str(week): numbers[place] for week, numbers in by_week.items()}
            for place, name in enumerate(self._outcomes)
        }


class _Scores:
    """Scores of one arm at one week, all outcomes."""

    def __init__(self, outcomes: int) -> None:
        self.moments = Moments(outcomes)
        self._counts = [Counts() for _ in range(outcomes)]

    def add(self, scores: np.ndarray) -> None:
        """Take in scores, shape (people, outcomes)."""
        self.moments.add(scores)
        for counts, column in zip(self._counts, scores.T, strict=True):
            counts.add(column[~np.isnan(column)])

    def numbers(self) -> list[Numbers]:
        """Mean, standard deviation (n - 1), percentiles and number of scores, of each outcome."""
        at = np.array(list(_QUANTILES.values()))
        spread = np.sqrt(self.moments.variance)
        return [
            {
                "mean": _or_none(mean) if n else None,
                "sd": _or_none(sd),
                **dict(zip(_QUANTILES, map(_or_none, counts.quantiles(at)), strict=True)),
                "n": int(n),
            }
            for mean, sd, n, counts in zip(self.moments.mean, spread, self.moments.n, self._counts, strict=True)
        ]


class _Effects:
    """Differences of one arm from the comparator at one week, all outcomes, over sites."""

    def __init__(self, outcomes: int) -> None:
        self._differences = Moments(outcomes)
        self._means = Moments(outcomes)
        self._means_of_comparator = Moments(outcomes)

    def add(self, arm: pd.DataFrame, comparator: pd.DataFrame, same_people: bool) -> None:
        """Take in scores of some sites, indexed by (site, person)."""
        self._differences.add(site_differences(arm, comparator, same_people).to_numpy(float))
        self._means.add(_site_means(arm).to_numpy(float))
        self._means_of_comparator.add(_site_means(comparator).to_numpy(float))

    def numbers(self, baseline_sd: np.ndarray) -> list[Numbers]:
        """Numbers of each outcome (``OF_EFFECTS``)."""
        found = self._differences
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(found.n > 0, found.mean, np.nan)
            mcse = np.sqrt(found.variance / found.n)
            d = np.where(baseline_sd > 0, mean / baseline_sd, np.nan)
            unpaired = self._means.variance + self._means_of_comparator.variance
            saved = np.where(unpaired > 0, 1.0 - found.variance / unpaired, np.nan)
        return [
            dict(zip(OF_EFFECTS, map(_or_none, numbers), strict=True))
            for numbers in zip(mean, mcse, d, saved, strict=True)
        ]


def _or_none(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None


def _site_means(scores: pd.DataFrame) -> pd.DataFrame:
    return scores.groupby(level="site").mean()


def site_differences(arm: pd.DataFrame, comparator: pd.DataFrame, same_people: bool) -> pd.DataFrame:
    """Mean difference from the comparator in each site (row) and outcome (column).

    Both tables are indexed by (site, person). Where both arms grew out of one past (``same_people``) the difference is
    taken person by person, over those with both scores; else between the means of the sites.
    """
    if same_people:
        return _site_means(arm - comparator)
    return _site_means(arm) - _site_means(comparator)


def summary_table(summary: Mapping[str, Any]) -> pd.DataFrame:
    """The summary as a flat table: a row an arm, outcome and week."""
    rows = []
    for arm, outcomes in summary["arms"].items():
        for outcome, weeks in outcomes.items():
            for week, numbers in weeks.items():
                found = summary["effects"].get(arm, {}).get(outcome, {}).get(week, {})
                difference = {f"difference_{name}": found.get(name) for name in OF_EFFECTS}
                rows.append({"arm": arm, "outcome": outcome, "week": int(week), **numbers, **difference})
    return pd.DataFrame(rows)
