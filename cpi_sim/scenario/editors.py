"""JSON Schema (draft 2020-12) of scenario files, for editors: grown from the models that the loader checks with."""

from __future__ import annotations

from typing import Any

from cpi_sim.evidence.catalogue import mark_of
from cpi_sim.parameters import REGISTRY
from cpi_sim.parameters.agency import AGENCY_KINDS
from cpi_sim.parameters.declaration import UNITS, Parameter
from cpi_sim.scenario.elements import ALL_BUT
from cpi_sim.scenario.naming import in_words
from cpi_sim.scenario.schema import OWN_ELEMENTS, SECTIONS, TOP_LEVEL, element_names, path_of, scenario_model

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FILE = "cpi_sim_scenario.schema.json"
"""Name under which the schema is kept beside scenario files."""

Schema = dict[str, Any]


def json_schema() -> Schema:
    """The schema of a scenario file: each field with its meaning, unit, default, range and evidence."""
    grown = scenario_model().model_json_schema()
    definitions = grown["$defs"]
    for section in SECTIONS:
        properties = definitions[section.capitalize()]["properties"]
        for name in properties.keys() & REGISTRY.keys():
            properties[name] = _number(REGISTRY[name])
    elements = {name: _number(REGISTRY[f"element_{name}"]) for name in element_names()}
    definitions["Elements"] = _elements(elements)
    properties = {"extends": _text("the scenario that this one starts from: a file beside it, or a shipped one")}
    properties |= {name: grown["properties"][name] for name in TOP_LEVEL if name in grown["properties"]}
    properties["comparator"] = {"type": ["string", "number", "null"], "description": "the arm effects are counted from"}
    properties["vary"] = {"description": "what makes the arms", "oneOf": [_grid(), _cases()]}
    properties["instruments"]["type"] = ["array", "object"]
    properties["instruments"]["items"] = {"type": "string"}
    for section in SECTIONS:
        properties[section] = {"$ref": f"#/$defs/{section.capitalize()}"}
    return _tidied(
        {
            "$schema": DRAFT,
            "title": "A scenario of cpi_sim",
            "description": "What to simulate: what it starts from, what differs, for how long, how often.",
            "type": "object",
            "additionalProperties": False,
            "properties": properties,
            "not": {"required": ["vary", "arms"]},
            "$defs": definitions,
        }
    )


def _number(parameter: Parameter) -> Schema:
    """One number of the model."""
    description = f"{parameter.meaning} ({UNITS[parameter.unit]}; acts from {parameter.acts_from}"
    if parameter.by_agency:
        kinds = ", ".join(f"{in_words(kind)} {value:g}" for kind, value in parameter.by_agency.items())
        description += f"; by kind of agency: {kinds}"
    kinds_of_number: Any = "integer" if parameter.whole else "number"
    if parameter.unit == "switch":
        kinds_of_number = ["boolean", "integer"]
    found = {
        "type": kinds_of_number,
        "description": f"{description}; evidence: {mark_of(parameter.evidence)})",
        "minimum": parameter.low,
        "maximum": parameter.high,
    }
    return found if parameter.by_agency else {**found, "default": parameter.default}


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}


def _elements(weights: Schema) -> Schema:
    """The ways of writing the elements of the practice."""
    names = list(weights)
    each = "|".join(names)
    return {
        "description": "the elements of the practice; what is left out is off",
        "oneOf": [
            {"const": "all"},
            {"type": "string", "pattern": rf"^{ALL_BUT}\s*({each})(\s*,\s*({each}))*\s*$"},
            {"type": "array", "items": {"enum": names}, "uniqueItems": True},
            {"type": "object", "properties": weights, "additionalProperties": False},
        ],
        "examples": ["all", f"{ALL_BUT}{names[-1]}", names[:2], {names[0]: 0.5}],
    }


def _dotted() -> dict[str, Schema]:
    """Every field that can vary, by its dotted name."""
    found: dict[str, Schema] = {"agency.kind": {"type": "string", "examples": list(AGENCY_KINDS)}}
    return found | {".".join(path_of(name)): _number(parameter) for name, parameter in REGISTRY.items()}


def _grid() -> Schema:
    """`vary` as fields and the values they take."""
    axes = {
        field: {
            "description": value.get("description", ""),
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {name: held for name, held in value.items() if name not in ("description", "default")},
        }
        for field, value in _dotted().items()
    }
    own = {rf"^intervention\.{OWN_ELEMENTS}\.": {"type": "array", "items": {"type": "number"}}}
    return {
        "type": "object",
        "minProperties": 1,
        "properties": axes,
        "patternProperties": own,
        "additionalProperties": False,
    }


def _cases() -> Schema:
    """`vary` as a list of named cases."""
    sections = {section: {"$ref": f"#/$defs/{section.capitalize()}"} for section in SECTIONS}
    properties = {
        "name": {"type": ["string", "number"], "description": "name of the arm"},
        "label": _text("how figures call it"),
        **sections,
        **_dotted(),
        "intervention.elements": {"$ref": "#/$defs/Elements"},
    }
    own = {rf"^intervention\.{OWN_ELEMENTS}\.": {"type": "number", "minimum": 0, "maximum": 1}}
    case = {
        "type": "object",
        "required": ["name"],
        "properties": properties,
        "patternProperties": own,
        "additionalProperties": False,
    }
    return {"type": "array", "minItems": 1, "items": case}


def _tidied(schema: Any) -> Any:
    """Without what pydantic adds for itself: titles made from names, the names of units, empty defaults."""
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    is_field = (
        isinstance(schema.get("title"), str) and ("type" in schema or "anyOf" in schema) and "$schema" not in schema
    )
    dropped = {"unit"} if isinstance(schema.get("unit"), str) else set()
    dropped |= {"title"} if is_field else set()
    dropped |= {"default"} if schema.get("default") in ("", {}, []) else set()
    return {name: _tidied(value) for name, value in schema.items() if name not in dropped}
