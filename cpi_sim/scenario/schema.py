"""What a scenario file may say: one model a section, grown from the declared parameters, so no number stands twice.

Names end in their unit. The sections ``site``, ``agency``, ``intervention`` and ``parameters`` hold the registered
numbers; six of them, the weights of the practice's elements, are written together under ``intervention.elements``.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, create_model
from pydantic.fields import FieldInfo

from cpi_sim.parameters import REGISTRY, Parameter
from cpi_sim.parameters.agency import AGENCY_KINDS
from cpi_sim.parameters.declaration import UNITS
from cpi_sim.scenario.instrument import Instrument, Reflects

SECTIONS: tuple[str, ...] = ("site", "agency", "intervention", "parameters")
Path = tuple[str | int, ...]

_ELEMENT = "element_"
_STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
_NAME = r"^[^./\\:\x00-\x1f][^/\\:\x00-\x1f]*$"


def _whole(default: int, low: int, high: int, unit: str, meaning: str) -> Any:
    """A whole number within limits."""
    return Field(default, ge=low, le=high, description=meaning, json_schema_extra={"unit": unit})


class Head(BaseModel):
    """The fields that say what a scenario is for, how long it is followed and how often it is repeated."""

    model_config = _STRICT

    name: str = Field("", pattern=_NAME, description="short name; by default that of the file")
    title: str = Field("", description="what a figure or table of this scenario is headed with")
    why: str = Field("", description="what the scenario is for, and where its choices come from")
    question: str = Field("", description="the question that its outcomes answer")
    topic: str = Field("", description="heading under which `cpi-sim scenarios` lists it")
    horizon_weeks: int = _whole(104, 1, 2_600, "weeks", "weeks lived after entry")
    measure_weeks: list[Annotated[int, Field(ge=0)]] = Field(
        [], min_length=1, description="weeks from 0 (entry) to the horizon; by default every 13th and the last"
    )
    sites: int = _whole(20, 1, 100_000, "count", "independent sites, each lived once in every arm")
    seed: int = _whole(1, 0, 2**63 - 1, "count", "number that all random numbers are keyed with")
    comparator: str | None = Field(None, description="the arm that effects are counted from")


MEASURED_EVERY_WEEKS = 13
TEXTS = ("name", "title", "why", "question", "topic")
TOP_LEVEL = ("extends", *Head.model_fields, *SECTIONS, "instruments", "vary", "arms")
OWN_ELEMENTS = "own_elements"
"""Field of the intervention with the weights of elements that are no part of the model."""


def default_measure_weeks(horizon_weeks: int) -> list[int]:
    """Every 13th week from entry, and the last."""
    return sorted({*range(0, horizon_weeks + 1, MEASURED_EVERY_WEEKS), horizon_weeks})


def element_names() -> tuple[str, ...]:
    """The elements of the practice, in the order of declaration."""
    return tuple(name.removeprefix(_ELEMENT) for name in REGISTRY if name.startswith(_ELEMENT))


def path_of(name: str) -> tuple[str, ...]:
    """Where a registered parameter is written: its section, then its name; elements one level further down."""
    if name.startswith(_ELEMENT):
        return "intervention", "elements", name.removeprefix(_ELEMENT)
    return REGISTRY[name].section, name


def _switched(value: object) -> object:
    return int(value) if isinstance(value, bool) else value


def _number(parameter: Parameter) -> tuple[Any, Any]:
    """The type and limits of one registered number."""
    kind: Any = int if parameter.whole else float
    if parameter.unit == "switch":
        kind = Annotated[int, BeforeValidator(_switched)]
    return kind, Field(
        parameter.default,
        ge=parameter.low,
        le=parameter.high,
        allow_inf_nan=None if parameter.whole else False,
        description=parameter.meaning,
        json_schema_extra={"unit": parameter.unit},
    )


_KIND_FOR_EDITORS: dict[str, Any] = {"anyOf": [{"enum": list(AGENCY_KINDS)}, {"type": "string"}]}
_own_element = Field(
    ge=0, le=1, allow_inf_nan=False, description="weight of the element", json_schema_extra={"unit": "share"}
)
_WEIGHT = Annotated[float, _own_element]


@cache
def section_models() -> dict[str, type[BaseModel]]:
    """One model for each section, and one for the elements."""
    fields: dict[str, dict[str, Any]] = {section: {} for section in (*SECTIONS, "elements")}
    kind = Field("", description=f"one of {', '.join(AGENCY_KINDS)}, or one of your own, from a file in agencies/")
    fields["agency"]["kind"] = (Annotated[str, WithJsonSchema(_KIND_FOR_EDITORS)], kind)
    for name, parameter in REGISTRY.items():
        *_, section, field = path_of(name)
        fields[section][field] = _number(parameter)
    models = {"elements": create_model("Elements", __config__=_STRICT, **fields.pop("elements"))}
    elements: Any = Field({}, description="`all`, a list, or weights from 0 to 1")
    fields["intervention"]["elements"] = (models["elements"], elements)
    fields["intervention"][OWN_ELEMENTS] = (dict[str, _WEIGHT], Field({}, description="weights by name, from 0 to 1"))
    for section, members in fields.items():
        models[section] = create_model(section.capitalize(), __config__=_STRICT, **members)
    return models


@cache
def arm_model() -> type[BaseModel]:
    """What an arm may say: a label, and anything in the four sections."""
    sections: dict[str, Any] = {section: (section_models()[section], Field({})) for section in SECTIONS}
    label = Field("", description="how figures call it")
    return create_model("Arm", __config__=_STRICT, label=(str, label), **sections)


@cache
def scenario_model() -> type[BaseModel]:
    """A whole file, once what it extends is under it."""
    sections: dict[str, Any] = {section: (section_models()[section], Field({})) for section in SECTIONS}
    return create_model(
        "Scenario",
        __base__=Head,
        **sections,
        instruments=(dict[str, Instrument], Field({}, description="a list of names of files in instruments/")),
        vary=(dict[str, list[Any]], Field({}, min_length=1, description="dotted fields and the values they take")),
        arms=(_mapping_of(arm_model()), Field({}, min_length=1, description="named arms")),
    )


def _mapping_of(model: type[BaseModel]) -> Any:
    """Type of a mapping from names to a model, which may be left empty."""
    return dict[str, model | None]  # type: ignore[valid-type]


def without_arm(path: Path) -> Path:
    """A field's path inside its arm, or the path itself where it is in no arm."""
    return path[2:] if len(path) > 2 and path[0] == "arms" else path


def names_beside(path: Path) -> list[str]:
    """Names allowed where ``path`` ends."""
    inner = without_arm(path)
    if inner[0] == "instruments" and len(inner) > 1:
        return list((Reflects if inner[-2] == "reflects" else Instrument).model_fields)
    if len(inner) > 1:
        return list(section_models()[str(inner[-2])].model_fields)
    return list(TOP_LEVEL) if inner == path else list(arm_model().model_fields)


def field_at(path: Path) -> FieldInfo | None:
    """The declaration of the field that ``path`` leads to (items of lists lead to their list)."""
    names = [step for step in without_arm(path) if isinstance(step, str)]
    if len(names) > 2 and names[-2] == OWN_ELEMENTS:
        return _own_element  # type: ignore[no-any-return]
    if len(names) > 2 and names[0] == "instruments":
        return (Reflects if names[-2] == "reflects" else Instrument).model_fields.get(names[-1])
    model = section_models().get(names[-2]) if len(names) > 1 else scenario_model()
    return model.model_fields.get(names[-1]) if model and names else None


def allowed(field: FieldInfo) -> str:
    """What a field may hold, in words."""
    limits = {side: getattr(limit, side) for limit in field.metadata for side in ("ge", "le") if hasattr(limit, side)}
    if len(limits) < 2:
        return str(field.description)
    unit = str((field.json_schema_extra or {}).get("unit", ""))  # type: ignore[union-attr]
    return f"{limits['ge']} to {limits['le']} ({UNITS[unit]})"
