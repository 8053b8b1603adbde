"""Files of one's own beside a scenario: where they are looked for, and how they are read. They are data, never code."""

from __future__ import annotations

from pathlib import Path

from cpi_sim.scenario.checking import shown
from cpi_sim.scenario.problems import Place, Problem, ScenarioError
from cpi_sim.scenario.reading import Written, read

SUFFIXES = (".yaml", ".yml")


def _folders(place: Place, folder: Path) -> list[Path]:
    """Folders to look in: that of the file in which the name was written, then that of the scenario."""
    return [*([Path(place.file).parent] if place.line else []), folder]


def file_of(name: str, kind: str, place: Place, folder: Path) -> Path | None:
    """The file that ``name`` means: a path, or a name in the folder ``kind`` beside the file that says it."""
    is_path = Path(name).suffix in SUFFIXES
    tried = [
        path
        for beside in _folders(place, folder)
        for path in ([beside / name] if is_path else [beside / kind / f"{name}{suffix}" for suffix in SUFFIXES])
    ]
    return next((path for path in tried if path.is_file()), None)


def names_in(kind: str, place: Place, folder: Path) -> list[str]:
    """Names of the files of a kind that could have been meant."""
    found = (path for beside in _folders(place, folder) for path in (beside / kind).glob("*") if path.is_file())
    return sorted({path.stem for path in found if path.suffix in SUFFIXES})


def read_own(path: Path, problems: list[Problem]) -> Written | None:
    """The fields of a file; None, and problems, where it cannot be read."""
    try:
        return read(path, problems)
    except ScenarioError as error:
        problems.extend(error.problems)
        return None


def named_as_its_file(content: Written, path: Path, problems: list[Problem]) -> Written:
    """The content without its ``name``, which must be that of the file."""
    fields = dict(content.value)
    name = fields.pop("name", None)
    if name is not None and name.value != path.stem:
        message = f"{shown(name.value)} is written, but the file is called {path.stem}; give both one name"
        problems.append(Problem(name.place, "name", message))
    return Written(fields, content.place)
