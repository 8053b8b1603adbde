"""Kinds of agency of one's own: a file that says which shipped kind it is like, and the numbers that differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cpi_sim.parameters import REGISTRY
from cpi_sim.parameters.agency import AGENCY_KINDS
from cpi_sim.scenario.checking import check, dotted, shown
from cpi_sim.scenario.own_files import file_of, named_as_its_file, names_in, read_own
from cpi_sim.scenario.problems import Place, Problem, nearest, unknown
from cpi_sim.scenario.reading import Written
from cpi_sim.scenario.schema import Path as FieldPath
from cpi_sim.scenario.schema import path_of

FOLDER = "agencies"
NUMBERS = tuple(name for name, declared in REGISTRY.items() if declared.section == "agency")
"""The numbers that kinds of agency differ in."""
_SAID = ("like", "why")
"""What a file must say besides its numbers; its ``name`` is that of the file."""


@dataclass(frozen=True)
class OwnKind:
    """A kind of one's own: a shipped kind, and the numbers written over those of that kind."""

    like: str
    numbers: Written


def own_kinds(tree: Written, folder: Path, problems: list[Problem]) -> tuple[Written, dict[str, OwnKind]]:
    """The kinds of one's own that a checked tree names; and the tree, with a path to such a file as the kind's name.

    A name without a file will do where all the agency's numbers are written, as in a resolved scenario.
    """
    kinds: dict[str, OwnKind] = {}
    for path in list(_kinds_written(tree)):
        name = tree.at(path)
        if name.value in AGENCY_KINDS or set(NUMBERS) <= _numbers_beside(tree, path):
            continue
        file = file_of(name.value, FOLDER, name.place, folder)
        if file is None:
            known = [*AGENCY_KINDS, *names_in(FOLDER, name.place, folder)]
            message = f"{shown(name.value)} is {unknown(name.value, known)}"
            if nearest(name.value, known) is None:
                message += f" (a kind of your own is a file {FOLDER}/{name.value}.yaml beside the scenario)"
            problems.append(Problem(name.place, dotted(path), message))
            continue
        if file.stem in AGENCY_KINDS:
            message = f"{file.stem} is a kind that comes with the program; give {file.as_posix()} another name"
            problems.append(Problem(name.place, dotted(path), message))
            continue
        tree = _put(tree, path, Written(file.stem, name.place))
        if file.stem not in kinds:
            kinds[file.stem] = _read(file, problems)
    return tree, kinds


def _kinds_written(tree: Written) -> Iterator[FieldPath]:
    """Where the tree writes a kind of agency, arm by arm."""
    if tree.has(("agency", "kind")):
        yield "agency", "kind"
    for arm, fields in (tree.value["arms"].value if "arms" in tree.value else {}).items():
        if fields.value is not None and fields.has(("agency", "kind")):
            yield "arms", arm, "agency", "kind"
    varied = tree.value["vary"].value.get("agency.kind") if "vary" in tree.value else None
    for n, item in enumerate(varied.value if varied is not None else ()):
        if isinstance(item.value, str):
            yield "vary", "agency.kind", n


def _numbers_beside(tree: Written, path: FieldPath) -> set[str]:
    """Numbers of the agency that are written where this kind holds."""
    shared = set(tree.value["agency"].value) if "agency" in tree.value else set()
    return shared | set(tree.at(path[:-1]).value) if path[0] == "arms" else shared


def _put(tree: Written, path: FieldPath, new: Written) -> Written:
    """The tree with another value at a path that it has."""
    if not path:
        return new
    inner = _put(tree.value[path[0]], path[1:], new)
    if isinstance(tree.value, list):
        return Written([inner if n == path[0] else item for n, item in enumerate(tree.value)], tree.place)
    return Written({**tree.value, path[0]: inner}, tree.place)


def _read(path: Path, problems: list[Problem]) -> OwnKind:
    """A kind of one's own from its file; what is wrong with it is noted."""
    content = read_own(path, problems)
    if content is None:
        return OwnKind(AGENCY_KINDS[0], Written({}, Place(path.as_posix())))
    content = named_as_its_file(content, path, problems)
    fields = content.value
    for name, written in fields.items():
        if name in REGISTRY and name not in NUMBERS:
            message = f"kinds of agency do not differ in it; write it in the scenario, as {dotted(path_of(name))}"
            problems.append(Problem(written.place, name, message))
        elif name not in (*_SAID, *NUMBERS):
            problems.append(Problem(written.place, name, unknown(name, ("name", *_SAID, *NUMBERS))))
    noted = {problem.field for problem in problems if problem.place.file == content.place.file}
    for name in _SAID:
        if name not in fields and name not in noted:
            wanted = f"one of {', '.join(AGENCY_KINDS)}" if name == "like" else "a line on what this kind of agency is"
            problems.append(Problem(content.place, name, f"missing; {wanted}"))
    why, like = fields.get("why"), fields.get("like")
    if why is not None and (not isinstance(why.value, str) or not why.value.strip()):
        problems.append(Problem(why.place, "why", f"{shown(why.value)} is written, a line of text is wanted"))
    if like is not None and like.value not in AGENCY_KINDS:
        message = f"{shown(like.value)} is {unknown(str(like.value), AGENCY_KINDS)}"
        problems.append(Problem(like.place, "like", message))
    numbers = Written({name: fields[name] for name in NUMBERS if name in fields}, content.place)
    misfits: list[Problem] = []
    fits = check(Written({"agency": numbers}, content.place), misfits).value["agency"]
    problems += [Problem(each.place, each.field.removeprefix("agency."), each.message) for each in misfits]
    known = like is not None and like.value in AGENCY_KINDS
    return OwnKind(like.value if like is not None and known else AGENCY_KINDS[0], fits)
