"""One declaration for each number of the model: name, default, unit, range, meaning, evidence, and from when it acts.

Schema, help texts, tables in the documentation and the record that compiled rules read all grow from these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ASSUMPTION = "assumption"
"""The word that stands where no evidence was found: such a number is shown as an assumption wherever it is printed."""

ActsFrom = Literal["birth", "entry"]
Section = Literal["site", "agency", "intervention", "parameters"]

UNITS = {
    "probability": "a chance, 0 to 1",
    "share": "a part of a whole, 0 to 1",
    "per week": "expected number a week",
    "per year": "hazard a year",
    "hours": "hours",
    "hours a week": "hours a week",
    "weeks": "weeks",
    "years": "years",
    "people": "whole number of people",
    "count": "whole number",
    "number": "a number",
    "log-odds": "change on the log-odds scale",
    "log": "change on the natural logarithm",
    "ratio": "multiplier",
    "SD": "standard deviations of the general community",
    "coefficient of variation": "standard deviation over mean",
    "contacts a month": "contacts a month of 52/12 weeks",
    "exponent": "power",
    "switch": "0 is off, 1 is on",
    "GBP an hour": "pounds sterling, 2025 prices, for an hour of direct contact",
    "GBP": "pounds sterling, 2025 prices",
}

WHOLE_NUMBERS = frozenset({"people", "count", "switch"})


@dataclass(frozen=True)
class Parameter:
    """One number of the model.

    ``low`` and ``high`` bound what a scenario may set; they are also the range that sensitivity analysis sweeps.
    ``evidence`` is the name of an entry in the evidence catalogue, or :data:`ASSUMPTION`.
    ``acts_from`` says whether the number shapes the site's past (``birth``) or only what happens from week 0
    (``entry``).
    ``by_agency`` holds the default for each kind of agency where kinds differ.
    """

    name: str
    default: float
    unit: str
    low: float
    high: float
    meaning: str
    evidence: str
    acts_from: ActsFrom
    section: Section
    by_agency: dict[str, float] | None = None

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return self.unit in WHOLE_NUMBERS


REGISTRY: dict[str, Parameter] = {}
"""All parameters by name, in the order of declaration."""


def _declare(parameter: Parameter) -> Parameter:
    if parameter.name in REGISTRY:
        raise ValueError(f"parameter {parameter.name} is declared twice")
    if parameter.unit not in UNITS:
        raise ValueError(f"parameter {parameter.name} has an unknown unit {parameter.unit!r}")
    values = [parameter.default, *(parameter.by_agency or {}).values()]
    if not all(parameter.low <= value <= parameter.high for value in values):
        raise ValueError(f"parameter {parameter.name} has a default outside {parameter.low} to {parameter.high}")
    REGISTRY[parameter.name] = parameter
    return parameter


def parameter(
    name: str,
    default: float,
    unit: str,
    bounds: tuple[float, float],
    meaning: str,
    evidence: str = ASSUMPTION,
    acts_from: ActsFrom = "birth",
    section: Section = "parameters",
) -> Parameter:
    """Declare a number of the model."""
    return _declare(Parameter(name, default, unit, bounds[0], bounds[1], meaning, evidence, acts_from, section))


def agency_field(
    name: str,
    by_agency: dict[str, float],
    unit: str,
    bounds: tuple[float, float],
    meaning: str,
    evidence: str = ASSUMPTION,
    acts_from: ActsFrom = "entry",
) -> Parameter:
    """Declare a number that the kinds of agency differ in."""
    default = by_agency["community_team"]
    return _declare(
        Parameter(name, default, unit, bounds[0], bounds[1], meaning, evidence, acts_from, "agency", by_agency)
    )
