"""The birth certificate of results: what made them, so that anybody can tell whether two results may be compared."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import shlex
import sys
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cpi_sim import __version__
from cpi_sim.engine.compilation import Program
from cpi_sim.extensions.program import own_parts

_BATCH_WITHOUT_NUMBERS = (
    "batch", "conclude", "diary", "executors", "failures", "gather", "job", "merge", "moments", "one_site",
    "parts", "pool", "progress", "provenance", "store", "summary", "until",
)  # fmt: skip
_ONLY_SHOW_OR_CHECK = (
    "calibration",
    "checks",
    "evidence",
    "explain",
    "reports",
    "scenario",
    "sensitivity",
    "cli",
    "viz",
    "files.py",
    *(f"batches/{name}.py" for name in _BATCH_WITHOUT_NUMBERS),
)
"""Parts of the package that cannot change a number in a table of people, runs or weeks; all others are taken to.

What a scenario says is covered by its own hash.
"""
_DATA = "evidence/resource_items.yaml"
_LIBRARIES = ("numpy", "numba", "llvmlite")


def identity(scenario_hash: str, program: Program) -> dict[str, str]:
    """All that can change a number of a batch, by name: results with equal identities are the same results."""
    return {
        "scenario": scenario_hash,
        "model": model_digest(program),
        "libraries": libraries(),
        **own_parts(program),
    }


def model_digest(program: Program) -> str:
    """Sixteen hexadecimal digits that change with the model's source, its data, or a replaced rule."""
    hasher = hashlib.sha256(source_digest().encode())
    for name, function in sorted(program.replacements.items()):
        hasher.update(f"{name} {program.digest(function)}".encode())
        if not program.can_vouch_for(function):
            hasher.update(uuid.uuid4().bytes)  # it may change unseen, so results made with it are never taken up again
    return hasher.hexdigest()[:16]


@cache
def source_digest() -> str:
    """Sixteen hexadecimal digits that change with the model's source or its data."""
    package = Path(__file__).resolve().parents[1]
    hasher = hashlib.sha256()
    for path in that_change_numbers(package):
        hasher.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return hasher.hexdigest()[:16]


def libraries() -> str:
    """Versions of the libraries that numbers depend on."""
    return versions(_LIBRARIES)


def versions(names: Iterable[str]) -> str:
    """Versions of some installed libraries, in one line."""
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)


def that_change_numbers(package: Path) -> list[Path]:
    """Files of the package that can change a number, in a fixed order."""
    left_out = [package / name for name in _ONLY_SHOW_OR_CHECK]
    sources = [path for path in package.rglob("*.py") if not any(path.is_relative_to(folder) for folder in left_out)]
    return sorted([*sources, package / _DATA])


def provenance(identity: dict[str, str], scenario_name: str, seed: int, replaced_rules: list[str]) -> dict[str, Any]:
    """Who made these results: program, machine, seed, command and time of start (UTC)."""
    return {
        "identity": identity,
        "scenario": scenario_name,
        "seed": seed,
        "replaced_rules": replaced_rules,
        "cpi_sim": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": platform.machine(),
        "command": shlex.join(sys.argv),
        "started": now(),
    }


def now() -> str:
    """The time, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
