"""Every declared number is used, every number used is declared, and each says what it is."""

from __future__ import annotations

import ast
from pathlib import Path

from cpi_sim.parameters import REGISTRY
from cpi_sim.parameters.declaration import UNITS

PACKAGE = Path(__file__).parents[2] / "cpi_sim"


def names_read() -> set[str]:
    """Attributes and keys read anywhere in the package outside the declarations."""
    found: set[str] = set()
    for file in PACKAGE.rglob("*.py"):
        if file.parent.name == "parameters":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def read_from_p() -> set[str]:
    """Attributes read from the parameter record, which the rules call ``p``."""
    found: set[str] = set()
    for folder in ("week", "site", "simulation", "instruments"):
        for file in (PACKAGE / folder).glob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "p":
                    found.add(node.attr)
    return found


def test_every_declared_number_is_used() -> None:
    read = names_read()
    unused = {name for name in REGISTRY if name not in read}
    assert not unused


def test_every_number_used_is_declared() -> None:
    assert read_from_p() <= REGISTRY.keys()


def test_every_declaration_explains_itself() -> None:
    for declared in REGISTRY.values():
        assert len(declared.meaning) > 10, declared.name
        assert declared.unit in UNITS
        assert declared.low <= declared.default <= declared.high
        assert declared.evidence
        assert declared.acts_from in ("birth", "entry")


def test_intervention_and_instruments_never_shape_the_past() -> None:
    for declared in REGISTRY.values():
        if declared.section == "intervention":
            assert declared.acts_from == "entry", declared.name
