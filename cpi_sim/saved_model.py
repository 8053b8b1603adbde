"""A model at a week, kept in one file: the tables of its site, the scenario it lives, and what it is a model of.

The file is a NumPy archive without pickled objects, so reading one runs no code. It says which version of the model
made it, down to the rules and what users have added: a state goes on only under those that made it, since under
others it would be a life that neither model leads. Kinds of agency and instruments that are data lie in the scenario.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from cpi_sim import __version__
from cpi_sim.engine.compilation import Program
from cpi_sim.extensions.program import ExtendedProgram
from cpi_sim.files import write_whole
from cpi_sim.parameters import REGISTRY
from cpi_sim.scenario import Scenario
from cpi_sim.site import tables
from cpi_sim.site.tables import Site, parameter_record
from cpi_sim.week import WEEK

FORMAT = 2
_KIND = "cpi_sim model"
_SCENARIO: TypeAdapter[Scenario] = TypeAdapter(Scenario)
_RECORDS = {
    "people": tables.PERSON,
    "ties": tables.TIE,
    "births": tables.TIE,
    "memberships": tables.MEMBERSHIP,
    "needs": tables.NEED,
    "settings": tables.SETTING,
    "posts": tables.POST,
    "plans": tables.PLAN,
    "items": tables.ITEM,
    "events": tables.EVENT,
}
_PARAMETERS = parameter_record(dict.fromkeys(REGISTRY, 0.0)).dtype
HEADER_AT_MOST = 100_000
"""Characters that the names of a table's fields may take: the numbers of the model have many."""


class SavedModelError(ValueError):
    """A file that holds no state that this model can go on from; the message has one problem a line."""


@dataclass(frozen=True)
class State:
    """A model at a week: all that its future follows from.

    ``spec`` has one arm; ``program`` is not in the file, only what tells it from others; ``weekly`` holds what the
    weekly reporters found, by name, from week 0 to ``week``.
    """

    spec: Scenario
    seed: int
    week: int
    site: Site
    program: Program
    weekly: dict[str, list[float]] = field(default_factory=dict)


def write_state(path: Path, state: State) -> None:
    """Write a state into one file, whole or not at all.

    Raises :class:`SavedModelError` where a replaced rule or an extension uses what cannot be told again from the file
    (a function made inside another one, an object), :class:`OSError` where the file cannot be written.
    """
    unsure = _unsure(state.program)
    if unsure:
        raise SavedModelError(f"cannot save: {' and '.join(unsure)} uses more than plain functions and numbers")
    arrays = {name: np.asarray(table) for name, table in state.site._asdict().items()}
    about = {
        "kind": _KIND,
        "format": FORMAT,
        "version": __version__,
        "rules": _rules(state.program),
        "extensions": _extensions(state.program),
        "seed": state.seed,
        "week": state.week,
        "weekly": state.weekly,
        "scenario": json.loads(_SCENARIO.dump_json(state.spec)),
        "sha256": {name: _sha256(table) for name, table in arrays.items()},
    }
    text = np.frombuffer(json.dumps(about, allow_nan=False).encode(), np.uint8)
    seal = np.frombuffer(hashlib.sha256(text.tobytes()).digest(), np.uint8)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez_compressed(file, about=text, seal=seal, **arrays)  # type: ignore[arg-type]

    write_whole(path, write)


def read_state(path: Path, program: Program) -> State:
    """Read a state that :func:`write_state` wrote.

    Raises :class:`SavedModelError` for a file that is damaged, is something else, or comes from another version of the
    model, or from other rules or extensions than those of ``program``; :class:`OSError` where there is no such file.
    """
    arrays = _arrays(path)
    about = _about(path, arrays)
    found = {name: arrays.get(name) for name in about["sha256"]}
    damaged = [name for name, table in found.items() if table is None or _sha256(table) != about["sha256"][name]]
    if damaged:
        raise SavedModelError(f"{path}: damaged: {', '.join(damaged)}")
    different = [
        *_other_rules(about["rules"], program),
        *_other_extensions(about["extensions"], program),
        *_other_tables(found),
    ]
    if different and about["version"] != __version__:
        different.insert(0, f"made by another version of the model ({about['version']}; this is {__version__})")
    if different:
        raise SavedModelError("\n".join(f"{path}: {each}" for each in different))
    spec = _SCENARIO.validate_python(about["scenario"])
    return State(spec, about["seed"], about["week"], _site(found), program, about["weekly"])


def _arrays(path: Path) -> dict[str, np.ndarray]:
    content = io.BytesIO(path.read_bytes())
    try:
        with zipfile.ZipFile(content) as archive:
            broken = archive.testzip()
        if broken is None:
            content.seek(0)
            with np.load(content, allow_pickle=False, max_header_size=HEADER_AT_MOST) as members:
                return {name: members[name] for name in members.files}
    except Exception as error:  # a damaged archive makes the readers of its parts stumble in many ways
        raise SavedModelError(f"{path}: not a saved model, or damaged ({error})") from None
    raise SavedModelError(f"{path}: damaged: {broken.removesuffix('.npy')}")


def _about(path: Path, arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """What the file says of itself, if it can be believed."""
    if not {"about", "seal"} <= arrays.keys():
        raise SavedModelError(f"{path}: not a saved model")
    text = arrays["about"].tobytes()
    if hashlib.sha256(text).digest() != arrays["seal"].tobytes():
        raise SavedModelError(f"{path}: damaged: about")
    about: dict[str, Any] = json.loads(text)
    if about.get("kind") != _KIND:
        raise SavedModelError(f"{path}: not a saved model")
    if about["format"] != FORMAT:
        raise SavedModelError(f"{path}: written in format {about['format']}; this version reads format {FORMAT}")
    return about


def _rules(program: Program) -> dict[str, str]:
    return {step.__name__: program.digest(step) for step in WEEK}


def _other_rules(rules: Mapping[str, str], program: Program) -> list[str]:
    here = _rules(program)
    steps = [name for name in {**rules, **here} if rules.get(name) != here.get(name)]
    hint = "give the same `rules` as the model that was saved, if it had replaced any"
    return [f"other rules in {', '.join(steps)} ({hint})"] if steps else []


def _extensions(program: Program) -> dict[str, str]:
    """Digest of each Python file of users' own, by its name."""
    return program.digests() if isinstance(program, ExtendedProgram) else {}


def _other_extensions(saved: Mapping[str, str], program: Program) -> list[str]:
    """What the extensions that the model was saved with, and those given now, do not share."""
    here = _extensions(program)
    missing = [f"saved with {name}, which is not given (extensions=[...])" for name in saved if name not in here]
    added = [f"saved without {name}, which is given" for name in here if name not in saved]
    other = [
        f"{name} is not as it was when the model was saved: its text, or a rule or function that it calls, has changed"
        for name in saved
        if name in here and saved[name] != here[name]
    ]
    return [*missing, *added, *other]


def _unsure(program: Program) -> list[str]:
    """Replaced rules and extensions of which no digest can be sure."""
    steps = [step.__name__ for step in WEEK if not program.can_vouch_for(step)]
    rules = [f"a replaced rule in {', '.join(steps)}"] if steps else []
    if not isinstance(program, ExtendedProgram):
        return rules
    functions = [
        *((name, each.step) for name, each in program.elements.items()),
        *((name, each.score) for name, each in program.scored_by_function.items()),
    ]
    return [*rules, *(name for name, function in functions if not program.can_vouch_for(function))]


def _other_tables(found: Mapping[str, np.ndarray | None]) -> list[str]:
    """What the tables of the file and those of this version do not share."""
    different = []
    if set(found) != set(Site._fields):
        different.append(f"other tables: {', '.join(sorted(set(found) ^ set(Site._fields)))}")
    for name, table in found.items():
        here = _PARAMETERS if name == "parameters" else _RECORDS.get(name)
        if table is None or here is None or table.dtype == here:
            continue
        columns = set(_columns(table.dtype)) ^ set(_columns(here))
        what = ", ".join(sorted({column.split(" ")[0] for column in columns})) or "their order"
        different.append(f"other columns in {name}: {what}")
    return different


def _columns(dtype: np.dtype) -> list[str]:
    """Name and type of each column."""
    return [f"{name} {dtype[name]}" for name in dtype.names or ()]


def _site(found: Mapping[str, np.ndarray | None]) -> Site:
    """The tables with exactly the types that compiled steps know."""
    return Site(**{name: np.asarray(table).astype(_RECORDS.get(name, table.dtype)) for name, table in found.items()})  # type: ignore[union-attr]


def _sha256(table: np.ndarray) -> str:
    """Digest of a table, column by column: NumPy does not keep what lies in the gaps between columns."""
    hasher = hashlib.sha256(f"{table.shape} {table.dtype.str}".encode())
    for name in table.dtype.names or ("",):
        column = table[name] if name else table
        hasher.update(f"{name} {column.dtype.str}".encode() + np.ascontiguousarray(column).tobytes())
    return hasher.hexdigest()
