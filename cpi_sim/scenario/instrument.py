"""What an instrument of one's own says of itself: range, mean and spread, reliability, and the states it reflects."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from cpi_sim.parameters.declaration import ASSUMPTION
from cpi_sim.parameters.states import STATES, variance_explained

_STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
_COUNT: dict[str, Any] = {"unit": "count"}
_SHARE: dict[str, Any] = {"unit": "share"}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LOADING = {"ge": -1, "le": 1, "allow_inf_nan": False, "json_schema_extra": {"unit": "number"}}

WORDS = ("title", "unit", "evidence", "why")
"""Fields of an instrument that cannot change a number."""
WANTED = ("title", "items", "range", "reflects", "mean", "sd", "reliability", "evidence")
"""Fields that every instrument must write."""

_states: dict[str, Any] = {
    name: (float, Field(0.0, description=state.meaning, **_LOADING))  # type: ignore[call-overload]
    for name, state in STATES.items()
}
Reflects: type[BaseModel] = create_model("Reflects", __config__=_STRICT, **_states)
"""Loadings by state: SDs that the true score moves with one SD of the state, the other states held as they are."""


class Instrument(BaseModel):
    """An instrument of one's own. What the loadings leave of the true score is the person's own, and lasting."""

    model_config = _STRICT

    title: str = Field("", description="what figures call the score")
    unit: str = Field("points", description="unit of the score")
    items: int = Field(1, ge=1, le=500, description="number of items", json_schema_extra=_COUNT)
    score: Literal["total", "mean"] = Field("total", description="one of total, mean")
    range: list[float] = Field([], description="lowest and highest score, as [12, 48]")
    better: Literal["higher", "lower", "none"] = Field("none", description="one of higher, lower, none")
    reflects: Reflects = Field(  # type: ignore[valid-type]
        Reflects(), description="states and their loadings from -1 to 1, as {wellbeing: 0.6, loneliness: -0.3}"
    )
    mean: float = Field(0.0, allow_inf_nan=False, description="mean score in the community, within the range")
    sd: float = Field(1.0, gt=0, allow_inf_nan=False, description="spread of scores in the community, above 0")
    reliability: float = Field(
        1.0, ge=0.05, le=1, allow_inf_nan=False, description="share of variance that is true", json_schema_extra=_SHARE
    )
    evidence: str = Field("", min_length=1, description=f"what its numbers rest on, or the word {ASSUMPTION}")
    why: str = Field("", description="what it is for")

    @property
    def loadings(self) -> dict[str, float]:
        """States that the score reflects, with their loadings."""
        return {name: loading for name, loading in self.reflects.model_dump().items() if loading != 0.0}  # type: ignore[attr-defined]

    @property
    def step(self) -> float:
        """By how much two neighbouring scores differ."""
        return 1.0 if self.score == "total" else 1.0 / self.items

    def written(self) -> dict[str, Any]:
        """The instrument as a file writes it."""
        return {**self.model_dump(mode="json"), "reflects": self.loadings}


def misfits(name: str, instrument: Instrument) -> Iterator[tuple[str, str]]:
    """Field and message for everything in an instrument that does not go together."""
    if not _NAME.fullmatch(name):
        yield "", f"{name!r} is no name for an instrument: small letters, digits and _ are allowed, a letter first"
    limits = instrument.range
    if len(limits) != 2 or not all(map(math.isfinite, limits)) or limits[0] >= limits[1]:
        yield "range", "two numbers are wanted, the lowest and the highest score, as [12, 48]"
        return
    low, high = limits
    if instrument.score == "total" and not (low.is_integer() and high.is_integer()):
        yield "range", "a total of items moves in whole points; write whole numbers, or `score: mean`"
    if not low <= instrument.mean <= high:
        yield "mean", f"{instrument.mean:g} is outside the range of the score, {low:g} to {high:g}"
    if instrument.sd > (high - low) / 2:
        yield "sd", f"{instrument.sd:g} is more than scores from {low:g} to {high:g} can spread ({(high - low) / 2:g})"
    if instrument.sd < instrument.step:
        yield "sd", f"{instrument.sd:g} is less than the step between two scores, {instrument.step:.3g}"
    if not instrument.loadings:
        yield "reflects", f"no loading is written; the states are {', '.join(STATES)}"
    explained = variance_explained(instrument.loadings)
    if explained > 1.0 + 1e-9:
        yield (
            "reflects",
            f"these loadings explain {100 * explained:.0f} % of the true score; multiplied by "
            f"{math.floor(100 / math.sqrt(explained)) / 100:g} they explain all of it",
        )
