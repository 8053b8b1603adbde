"""What differs between two scenarios, and which differences can change a number at all, and from when."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from cpi_sim.evidence.catalogue import mark_of
from cpi_sim.parameters import REGISTRY, Parameter
from cpi_sim.parameters.declaration import UNITS
from cpi_sim.scenario.model import Arm, Scenario
from cpi_sim.scenario.naming import in_words
from cpi_sim.scenario.schema import TEXTS, path_of

_ONLY_WORDS = "changes no number"

_ACTS_WITHOUT_PRACTICE = ("protected_hours",)
"""Fields of the intervention that are counted even where nothing is intended: hours available are booked each week."""

_CONTENT = tuple(name for name in REGISTRY if name.startswith("element_") and name != "element_soft_skills")
"""Elements that are something to do; soft skills only colour the others."""


@dataclass(frozen=True)
class Difference:
    """One field that differs: its value in each scenario, and what that can do.

    ``from_week`` is the first week in which the difference can act: 0 is entry, None where it can change no number,
    and a negative number where it shapes the past (its value is minus the years of that past, at most). ``mark`` says
    how firm the evidence for a number's default is; it is empty for fields that are no number of the model.
    """

    field: str
    first: Any
    second: Any
    unit: str
    effect: str
    from_week: int | None
    mark: str = ""


@dataclass(frozen=True)
class Comparison:
    """Differences of the whole (``shared``: the same in every arm that both have) and of each arm that both have."""

    about: list[Difference]
    shared: list[Difference]
    by_arm: dict[str, list[Difference]]
    only_first: list[str]
    only_second: list[str]
    alike: list[tuple[str, str]]

    @property
    def changes_numbers(self) -> bool:
        """Whether any number can differ between runs of the two."""
        found = [*self.about, *self.shared, *(each for arm in self.by_arm.values() for each in arm)]
        return bool(self.only_first or self.only_second or any(each.from_week is not None for each in found))

    def as_json(self) -> dict[str, Any]:
        """The comparison fit for JSON."""
        return {**asdict(self), "changes_numbers": self.changes_numbers}


def compare(first: Scenario, second: Scenario) -> Comparison:
    """Set two scenarios side by side; arms are matched by name, or as the only arms of both."""
    pairs = [(name, name) for name in first.arms if name in second.arms]
    if not pairs and len(first.arms) == len(second.arms) == 1:
        pairs = [(next(iter(first.arms)), next(iter(second.arms)))]
    horizon = min(first.horizon_weeks, second.horizon_weeks)
    by_arm = {
        one if one == other else f"{one} / {other}": _arms(first.arms[one], second.arms[other], horizon)
        for one, other in pairs
    }
    all_arms = list(by_arm.values())
    shared = [each for each in all_arms[0] if all(each in arm for arm in all_arms)] if len(all_arms) > 1 else []
    matched_first, matched_second = {one for one, _ in pairs}, {other for _, other in pairs}
    only_first = [name for name in first.arms if name not in matched_first]
    only_second = [name for name in second.arms if name not in matched_second]
    return Comparison(
        about=_about(first, second),
        shared=shared,
        by_arm={name: [each for each in arm if each not in shared] for name, arm in by_arm.items()},
        only_first=only_first,
        only_second=only_second,
        alike=[(a, b) for a in only_first for b in only_second if first.arms[a].values == second.arms[b].values],
    )


def _about(first: Scenario, second: Scenario) -> list[Difference]:
    """Differences in what is said of the whole scenario."""
    horizon = min(first.horizon_weeks, second.horizon_weeks)
    effects: dict[str, tuple[str, int | None]] = {
        **dict.fromkeys(TEXTS, (_ONLY_WORDS, None)),
        "horizon_weeks": (f"the first {horizon} weeks are lived alike", horizon),
        "measure_weeks": ("weeks measured in both have the same scores", None),
        "sites": ("sites of the same number are the same; more of them narrow the Monte Carlo error", None),
        "seed": ("all sites are others: nothing is paired", 0),
        "comparator": ("what effects are counted from; no score changes", None),
    }
    units = {"horizon_weeks": "weeks", "measure_weeks": "weeks"}
    found = []
    for field, (effect, week) in effects.items():
        one, other = getattr(first, field), getattr(second, field)
        if one != other:
            found.append(Difference(field, _plain(one), _plain(other), units.get(field, ""), effect, week))
    if first.instruments != second.instruments:
        effect = "other questions asked; what is lived stays the same"
        found.append(Difference("instruments", [*first.instruments], [*second.instruments], "", effect, None))
    return found


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _arms(first: Arm, second: Arm, horizon: int) -> list[Difference]:
    """Differences between two arms that are followed for ``horizon`` weeks."""
    found = []
    if first.agency_kind != second.agency_kind:
        effect = "its numbers that differ are listed"
        found.append(Difference("agency.kind", first.agency_kind, second.agency_kind, "", effect, None))
    for name, declared in REGISTRY.items():
        one, other = first.values[name], second.values[name]
        if one != other:
            week = _acts_from(declared, first.values, second.values, horizon)
            effect, mark = _effect(declared, week, horizon), mark_of(declared.evidence)
            found.append(Difference(".".join(path_of(name)), one, other, UNITS[declared.unit], effect, week, mark))
    if first.own_elements != second.own_elements:
        week = 0  # what an element of one's own does, and when, only its author knows
        effect = "acts from week 0 (entry) at the earliest"
        weights = first.own_elements, second.own_elements
        found.append(Difference("intervention.own_elements", *weights, "", effect, week))
    return found


def _acts_from(declared: Parameter, first: dict[str, float], second: dict[str, float], horizon: int) -> int | None:
    """The first week in which a difference in one number can act, None where it cannot within ``horizon`` weeks."""
    if declared.acts_from == "birth":
        return -1
    if declared.section != "intervention" or declared.name in _ACTS_WITHOUT_PRACTICE:
        return 0
    week = _start(first, second, horizon)
    if week is None or declared.name != "duration_weeks":
        return week
    both_run = _runs(first, horizon) and _runs(second, horizon)
    if both_run and first["start_week"] == second["start_week"]:
        week = int(first["start_week"] + min(first["duration_weeks"], second["duration_weeks"]))
    return week if week < horizon else None


def _start(first: dict[str, float], second: dict[str, float], horizon: int) -> int | None:
    """Week in which practice begins in the arm that has it earlier; None where neither has it."""
    starts = [int(values["start_week"]) for values in (first, second) if _runs(values, horizon)]
    return min(starts) if starts else None


def _runs(values: dict[str, float], horizon: int) -> bool:
    """Whether an arm offers any connecting work within ``horizon`` weeks."""
    content = sum(values[name] for name in _CONTENT)
    offered = values["contacts_per_month"] > 0 and values["duration_weeks"] > 0 and content > 0
    return bool(offered and values["start_week"] < horizon)


def _effect(declared: Parameter, week: int | None, horizon: int) -> str:
    """What a difference in one number can do, in words."""
    if week is None:
        reason = f"both end in week {horizon} or before" if declared.name == "duration_weeks" else ""
        return f"changes no number: {reason or 'neither arm offers connecting work'}"
    if week < 0:
        return "acts from birth: another past, lived for each"
    return f"acts from week {week}{' (entry)' if week == 0 else ''}"


def value_in_words(value: Any, unit: str = "") -> str:
    """A value as people say it; ``unit`` is left out where it is long."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.6g}"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{in_words(name)} {weight:g}" for name, weight in value.items()) or "none"
    return f'"{value}"' if value else "nothing"
