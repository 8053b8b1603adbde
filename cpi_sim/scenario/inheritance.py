"""Scenarios that start from others: finding the files, following `extends`, laying one over the other."""

from __future__ import annotations

from pathlib import Path

from cpi_sim.scenario import cases, elements
from cpi_sim.scenario.problems import Place, Problem, ScenarioError, nearest
from cpi_sim.scenario.reading import Written, merge, read
from cpi_sim.scenario.schema import TEXTS

SUFFIXES = (".yaml", ".yml", ".json")
_SAYS_WHAT_THIS_FILE_IS = {*TEXTS, "extends"}
_ARMS_AND_WHAT_NAMES_THEM = {"vary", "arms", "comparator"}


def shipped_folder() -> Path:
    """Where the scenarios that come with the program lie: in the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "scenarios"
    return installed if installed.is_dir() else package.parent / "scenarios"


def shipped() -> dict[str, Path]:
    """The scenarios that come with the program, by name."""
    return {path.stem: path for path in sorted(shipped_folder().glob("*.yaml"))}


def find(path_or_name: str | Path) -> Path:
    """The file of a scenario, given by its path, by the name of a shipped one, or by the name of a file beside.

    Raises :class:`ScenarioError` where there is none.
    """
    path, given = Path(path_or_name), str(path_or_name)
    if path.is_file():
        return path
    if given in shipped():
        return shipped()[given]
    if path.exists():
        return path
    if path.with_name(f"{path.name}.yaml").is_file():
        return path.with_name(f"{path.name}.yaml")
    if path.stem in shipped():
        hint = f"; a scenario of that name comes with the program: `{path.stem}`"
    else:
        near = nearest(path.stem, shipped())
        hint = f"; did you mean {near}?" if near else ""
    raise ScenarioError([Problem(Place(path.as_posix()), "", f"no such file or shipped scenario{hint}")])


def read_with_parents(path: Path, problems: list[Problem]) -> Written:
    """A file laid over the one that it extends, and so on up. Every value keeps the place where it was written.

    Raises :class:`ScenarioError` where a file of the chain cannot be read at all.
    """
    lineage: list[Path] = []
    trees: list[Written] = []
    following: Path | None = path
    while following is not None:
        lineage.append(following)
        trees.append(_read_one(following, problems))
        following = _parent(trees[-1], lineage, problems)
    merged = trees.pop()
    while trees:
        merged = lay_over(merged, trees.pop())
    return merged


def lay_over(parent: Written, child: Written) -> Written:
    """A child's fields over its parent's.

    Sections are merged field by field. Texts are not inherited, for they say what one file is. Arms, what varies and
    the comparator belong together: a child that writes arms or varies anything starts without its parent's.
    """
    dropped = set(_SAYS_WHAT_THIS_FILE_IS)
    if {"vary", "arms"} & child.value.keys():
        dropped |= _ARMS_AND_WHAT_NAMES_THEM
    kept = {name: value for name, value in parent.value.items() if name not in dropped}
    return merge(Written(kept, parent.place), child)


def _read_one(path: Path, problems: list[Problem]) -> Written:
    try:
        return elements.spell_out(cases.spell_out(read(path, problems), problems), problems)
    except ScenarioError as error:
        raise ScenarioError([*problems, *error.problems]) from None


def _parent(tree: Written, lineage: list[Path], problems: list[Problem]) -> Path | None:
    """The file that ``tree`` extends: a sibling of its own file, or a shipped scenario."""
    extends = tree.value.get("extends")
    if extends is None:
        return None
    if not isinstance(extends.value, str):
        problems.append(Problem(extends.place, "extends", "the name of one scenario is wanted, as text"))
        return None
    own = lineage[-1]
    siblings = [own.parent / extends.value, *(own.parent / f"{extends.value}{suffix}" for suffix in SUFFIXES)]
    others = (path for path in siblings if path.is_file() and not path.samefile(own))
    parent = next(others, shipped().get(extends.value))
    if parent is None and own.stem == Path(extends.value).stem:
        parent = own
    if parent is None:
        known = sorted({*shipped(), *(path.stem for path in own.parent.glob("*.yaml"))} - {own.stem})
        near = nearest(extends.value, known)
        hint = f"; did you mean {near}?" if near else ""
        message = f"no scenario {extends.value!r} beside this file or among the shipped ones{hint}"
        problems.append(Problem(extends.place, "extends", message))
        return None
    if any(parent.samefile(other) for other in lineage):
        chain = " -> ".join([*(path.stem for path in lineage), parent.stem])
        problems.append(Problem(extends.place, "extends", f"goes round in a circle: {chain}"))
        return None
    return parent
