"""What the pictures of a batch are drawn from: its tables and summary, and how the scenario calls things."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

from cpi_sim.instruments import OUTCOMES, Outcome
from cpi_sim.instruments.own import outcomes_with
from cpi_sim.parameters import REGISTRY
from cpi_sim.reports.look import is_number
from cpi_sim.scenario import Arm, Scenario

ASSUMPTION_NOTE = "hand-set parameters, not calibrated"


_FEW_VALUES = 12

SHOWN = ("network_size", "friends", "rg_uk", "scope_inclusion", "uls8", "wemwbs")
"""Outcomes on the main picture, from the network to what it brings."""

ARMS_SHOWN_AT_MOST = 24


@dataclass(frozen=True)
class Material:
    """Tables, summary and words of a batch.

    ``people`` and ``weeks`` are the gathered tables; ``labels`` has the words for each arm, in the order of the file;
    ``contacts`` the contacts a month that each arm plans; ``offered`` the first and last week of support in each arm
    that has any; ``support`` those of all arms together, or None where no arm has any. ``diary_weeks`` are the weeks
    over which a worker can save up connecting hours, in the arm that allows most. ``outcomes`` are the main ones, and
    those of instruments of the scenario's own; ``same_people`` says of each arm whether its people are the
    comparator's, living on from the same past.
    """

    title: str
    labels: dict[str, str]
    comparator: str | None
    contacts: dict[str, float]
    offered: dict[str, tuple[int, int]]
    support: tuple[int, int] | None
    diary_weeks: int
    agency: str
    horizon_weeks: int
    sites_planned: int
    outcomes: dict[str, Outcome]
    same_people: dict[str, bool]
    people: pd.DataFrame
    weeks: pd.DataFrame
    summary: Mapping[str, Any]

    @classmethod
    def of(
        cls, scenario: Scenario, tables: Mapping[str, pd.DataFrame], summary: Mapping[str, Any], sites_planned: int
    ) -> Material:
        """The material of a batch of ``scenario``, from its gathered ``tables`` (people, weeks) and ``summary``."""
        lived = set(summary["arms"])
        arms = {name: arm for name, arm in scenario.arms.items() if name in lived}
        kinds = dict.fromkeys(arm.agency_kind.replace("_", " ") for arm in arms.values())
        comparator = scenario.comparator if scenario.comparator in lived else None
        like = scenario.arms[comparator or next(iter(arms))]
        offered = {
            name: _weeks_of_offer(arm.values, scenario.horizon_weeks)
            for name, arm in arms.items()
            if arm.values["contacts_per_month"] > 0
        }
        return cls(
            title=scenario.question or scenario.title,
            labels={name: _label(name, arm) for name, arm in arms.items()},
            comparator=comparator,
            contacts={name: arm.values["contacts_per_month"] for name, arm in arms.items()},
            offered=offered,
            support=_together(offered.values()),
            diary_weeks=int(max(arm.values["diary_weeks"] for arm in arms.values())),
            agency=", ".join(kinds),
            horizon_weeks=scenario.horizon_weeks,
            sites_planned=sites_planned,
            outcomes={name: OUTCOMES[name] for name in SHOWN}
            | {name: outcomes_with(scenario.instruments)[name] for name in scenario.instruments},
            same_people={name: _share_a_past(arm, like) for name, arm in arms.items()},
            people=tables["people"],
            weeks=tables["weeks"],
            summary=summary,
        )

    def of_few_arms(self) -> Material:
        """The same with at most ``ARMS_SHOWN_AT_MOST`` arms: the comparator, and others evenly spread over the file."""
        if len(self.labels) <= ARMS_SHOWN_AT_MOST:
            return self
        others = [arm for arm in self.labels if arm != self.comparator]
        places = np.linspace(0, len(others) - 1, ARMS_SHOWN_AT_MOST - 1).round().astype(int)
        kept = {others[place] for place in places} | {self.comparator}
        few = [arm for arm in self.labels if arm in kept]
        return replace(
            self,
            labels={arm: self.labels[arm] for arm in few},
            contacts={arm: self.contacts[arm] for arm in few},
            offered={arm: self.offered[arm] for arm in few if arm in self.offered},
            same_people={arm: self.same_people[arm] for arm in few},
            people=self.people[self.people["arm"].isin(few)],
            weeks=self.weeks[self.weeks["arm"].isin(few)],
            summary={
                **self.summary,
                **{
                    part: {arm: self.summary[part][arm] for arm in few if arm in self.summary[part]} for part in _BY_ARM
                },
            },
        )

    @property
    def sites(self) -> int:
        """Number of sites lived in at least one arm."""
        return int(self.weeks["site"].nunique())

    @property
    def persons(self) -> int:
        """Number of people who use services, each counted once, however many arms they are lived in."""
        at_entry = self.weeks[self.weeks["week"] == 0]
        return int(at_entry.groupby("site")["people"].max().sum())

    def interval_factor(self, arm: str) -> float:
        """Monte Carlo errors in half a 95 % interval: Student's t over sites lived in this arm and the comparator.

        Not-a-number for a single site.
        """
        sites = set(self.weeks.loc[self.weeks["arm"] == arm, "site"])
        if self.comparator is not None:
            sites &= set(self.weeks.loc[self.weeks["arm"] == self.comparator, "site"])
        return float(student.ppf(0.975, len(sites) - 1)) if len(sites) > 1 else float("nan")

    @property
    def comparator_words(self) -> str:
        """What the comparator is called."""
        return "" if self.comparator is None else self.labels[self.comparator]

    def short(self, arm: str) -> str:
        """The name of an arm under an axis: its number, or a letter; nothing where it is alone."""
        if len(self.labels) == 1:
            return ""
        if all(is_number(name) for name in self.labels):
            return arm
        return ascii_uppercase[list(self.labels).index(arm) % len(ascii_uppercase)]

    def keys(self) -> dict[str, str]:
        """The words for each arm as a legend gives them: with its letter, if it has one; none for a single arm."""
        if len(self.labels) == 1:
            return {}
        lettered = not all(is_number(name) for name in self.labels)
        return {arm: f"{self.short(arm)}  {label}" if lettered else label for arm, label in self.labels.items()}

    def subtitle(self) -> list[str]:
        """What was simulated: how many sites and people, of which agency, for how long, on what footing."""
        sites, persons = self.sites, self.persons
        of = f" of {self.sites_planned} planned" if sites < self.sites_planned else ""
        same = "the same in every arm" if all(self.same_people.values()) else "arms have pasts of their own"
        many = same if len(self.labels) > 1 else "one arm"
        shorter = ", in some arms for a part of them" if len(set(self.offered.values())) > 1 else ""
        support = f"Support offered in weeks {self.support[0]} to {self.support[1]}{shorter}. " if self.support else ""
        return [
            f"{sites} simulated site{'s' if sites > 1 else ''}{of}, {persons:,} people who use services ({many}). "
            f"Agency: {self.agency}.",
            f"{support}Followed for {self.horizon_weeks} weeks. Note: {ASSUMPTION_NOTE}.",
        ]

    def arms_axis(self) -> str:
        """What the numbers under an axis of arms count; nothing where arms have names."""
        contacts = all(is_number(arm) and float(arm) == self.contacts[arm] for arm in self.labels)
        return "contacts a month, intended" if contacts and len(self.labels) > 1 else ""

    def week_words(self, week: int) -> str:
        """A week, and where in the support it lies."""
        if week == 0:
            return "scores at entry"
        if self.support is None or week < self.support[1] - 2:
            return f"scores at week {week}"
        late = week - self.support[1]
        return f"scores at week {week}, as support ends" if late <= 2 else f"scores at week {week}, {late} weeks later"

    def weeks_measured(self) -> list[int]:
        """Weeks since entry at which people were measured."""
        return sorted(int(week) for week in self.people["week"].unique())

    def weeks_to_show(self) -> tuple[int, int]:
        """Two weeks to show distributions at: measured nearest to the end of support (else the first), and the last."""
        measured = self.weeks_measured()
        if self.support is None:
            return measured[0], measured[-1]
        end = self.support[1]
        return min(measured, key=lambda week: abs(week - end)), measured[-1]

    def weeks_of_effects(self) -> list[int]:
        """Weeks to show effects at: as support ends, or first, and the last.

        Entry is left out where arms share a past, since nothing can differ there.
        """
        weeks = list(dict.fromkeys(self.weeks_to_show()))
        if len(weeks) > 1 and all(self.same_people.values()):
            weeks = [week for week in weeks if week > 0]
        return weeks

    def scores(self, outcome: str, week: int) -> dict[str, np.ndarray]:
        """Everybody's scores in each arm at a week."""
        at_week = self.people[self.people["week"] == week]
        return {arm: at_week.loc[at_week["arm"] == arm, outcome].to_numpy(float) for arm in self.labels}

    def few_values(self, outcome: Outcome) -> bool:
        """Whether an outcome is a count with so few values that each can be shown."""
        low, high = self.people[outcome.name].quantile([0.01, 0.99])
        return outcome.whole and high - low < _FEW_VALUES

    def baseline_sd(self, outcome: str) -> float:
        """Standard deviation of the comparator at the first week measured, or 1 where it is nought."""
        weeks = self.summary["arms"][self.comparator][outcome]
        return float(weeks[min(weeks, key=int)]["sd"] or 1.0)


_BY_ARM = ("arms", "effects")


def _share_a_past(arm: Arm, other: Arm) -> bool:
    """Whether two arms agree in every number that shapes a site's past."""
    shaping = [name for name, declared in REGISTRY.items() if declared.acts_from == "birth"]
    return all(arm.values[name] == other.values[name] for name in shaping)


def _label(name: str, arm: Arm) -> str:
    """The scenario's words for an arm; an arm of a varied number that intends no contact is usual care."""
    if is_number(name) and float(name) == arm.values["contacts_per_month"] == 0:
        return "Usual care"
    return arm.label


def _weeks_of_offer(values: Mapping[str, float], horizon_weeks: int) -> tuple[int, int]:
    """First and last week in which an arm offers support, within the horizon."""
    return int(values["start_week"]), min(int(values["start_week"] + values["duration_weeks"]), horizon_weeks)


def _together(spans: Collection[tuple[int, int]]) -> tuple[int, int] | None:
    """From the first week of any span to the last of any; None without spans."""
    return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None
