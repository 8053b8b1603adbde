"""When a batch has sites enough: a Monte Carlo error that is small enough, and the rounds in which sites are added."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cpi_sim.batches.gather import portions
from cpi_sim.batches.plan import Plan
from cpi_sim.batches.store import ResultsError, Store
from cpi_sim.batches.summary import KEYS, Summary
from cpi_sim.scenario import Scenario
from cpi_sim.scenario.problems import nearest, unknown

SITES_AT_MOST_TIMES = 10
"""Without another limit a batch grows to so many times the scenario's sites."""
SITES_AT_LEAST = 10
"""With fewer sites the error itself is not known well: two sites may agree by chance."""
_GROWTH = 1.5
_FORM = "OUTCOME [ARM] [WEEK]: mcse < NUMBER"
_WRITTEN = re.compile(r"\s*(?P<outcome>\w+)(?:\s+(?P<where>[^:]*?))?\s*:\s*mcse\s*<\s*(?P<limit>[0-9.eE+-]+)\s*")


@dataclass(frozen=True)
class Until:
    """The Monte Carlo error of the effect on ``outcome`` at ``week`` is below ``limit``, in each of ``arms``."""

    outcome: str
    arms: tuple[str, ...]
    week: int
    limit: float

    def __str__(self) -> str:
        arms = "all arms" if len(self.arms) > 1 else f"arm {self.arms[0]}"
        return f"{self.outcome} at week {self.week}, {arms}: mcse < {self.limit:g}"

    def holds(self, errors: dict[str, float | None], sites: int) -> bool:
        """Whether there are ``SITES_AT_LEAST``, and every arm's error is known and small enough."""
        return sites >= SITES_AT_LEAST and all(error is not None and error < self.limit for error in errors.values())


def parse_until(text: str, scenario: Scenario, outcomes: list[str]) -> Until:
    """What ``text`` asks for: `OUTCOME [ARM] [WEEK]: mcse < NUMBER`, by default in all arms, at the last week.

    A single word after the outcome is an arm if there is an arm of that name, else a week.

    Raises :class:`~cpi_sim.batches.store.ResultsError` for anything that cannot be found in the summary.
    """
    wrong: Callable[[str], ResultsError] = lambda message: ResultsError(f"--until {text!r}: {message}")  # noqa: E731
    written = _WRITTEN.fullmatch(text)
    limit = _number(written["limit"]) if written else None
    if written is None or limit is None:
        raise wrong(f"not understood; write {_FORM}, as in 'rg_uk 4 39: mcse < 0.1'")
    if written["outcome"] not in outcomes:
        near = nearest(written["outcome"], outcomes)
        question = f"; did you mean {near}?" if near else ";"
        raise wrong(f"{written['outcome']} is unknown{question} outcomes are {', '.join(outcomes)}")
    if scenario.comparator is None:
        raise wrong("the scenario has no comparator, so there is no effect to have an error")
    others = tuple(arm for arm in scenario.arms if arm != scenario.comparator)
    if not others:
        raise wrong("the scenario has one arm only, so there is no effect to have an error")
    arms, week = _where((written["where"] or "").strip(), others, scenario.measure_weeks[-1])
    strange = [arm for arm in arms if arm not in others]
    if strange:
        raise wrong(f"{strange[0]!r} is {unknown(strange[0], list(others))} (arms), or a week")
    if week not in scenario.measure_weeks:
        weeks = [str(measured) for measured in scenario.measure_weeks]
        raise wrong(f"nobody is measured at week {week}; weeks are {', '.join(weeks)}")
    return Until(written["outcome"], arms, week, limit)


def _where(where: str, others: tuple[str, ...], last: int) -> tuple[tuple[str, ...], int]:
    """Arms and week that the words after the outcome mean."""
    if not where:
        return others, last
    if where in others:
        return (where,), last
    arm, _, week = where.rpartition(" ")
    if not week.isdecimal():
        return (where,), last
    return ((arm.strip(),) if arm else others), int(week)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number > 0 else None


def rounds(first: int, at_most: int) -> Iterator[int]:
    """Numbers of sites to try: ``first``, then half as many more each time, to ``at_most`` at last."""
    sites = min(first, at_most)
    yield sites
    while sites < at_most:
        sites = min(at_most, max(sites + 1, int(sites * _GROWTH)))
        yield sites


def errors_now(until: Until, scenario: Scenario, plan: Plan, store: Store) -> dict[str, float | None]:
    """Monte Carlo error of each arm over the sites of ``plan`` that are finished."""
    finished = sorted(store.finished().intersection(plan.numbers))
    if not finished:
        return dict.fromkeys(until.arms)
    summary = Summary(scenario.comparator, plan.past_of_arm)
    for portion in portions(store, "people", finished, [*KEYS, until.outcome]):
        summary.add(portion.to_pandas())
    effects = summary.result()["effects"]
    return {arm: effects[arm][until.outcome][str(until.week)]["mcse"] for arm in until.arms}
