"""Python files of one's own: read when a user names them, and run from the text that was read.

The text travels: what is digested, and what another process or machine runs, is what was read here.
"""

from __future__ import annotations

import hashlib
import sys
import traceback
import types
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cpi_sim.extensions.declaring import DECLARED, Declared, Element, ExtensionError, ScoredByFunction
from cpi_sim.scenario.problems import Place, Problem


@dataclass(frozen=True)
class Source:
    """A Python file: its path and the text that it held when it was read."""

    path: str
    text: str

    @property
    def name(self) -> str:
        """Name of the file."""
        return Path(self.path).name

    def declared(self) -> dict[str, Declared]:
        """Elements and instruments of the file, by name; the file is run when this is first asked for.

        Raises :class:`ExtensionError` where it cannot be run.
        """
        return _run(self)


def read_sources(files: Iterable[str | Path]) -> list[Source]:
    """Read files without running them. Raises :class:`ExtensionError`, for all that cannot be read."""
    sources, problems = [], []
    for file in files:
        path = Path(file)
        place = Place(path.as_posix())
        if path.suffix in (".yaml", ".yml"):
            message = "not Python; instruments and kinds of agency are named in the scenario, not here"
            problems.append(Problem(place, "", message))
            continue
        try:
            sources.append(Source(path.resolve().as_posix(), path.read_text(encoding="utf-8-sig")))
        except FileNotFoundError:
            problems.append(Problem(place, "", "no such file"))
        except (OSError, UnicodeDecodeError) as error:
            said = getattr(error, "strerror", None) or "not a text file in UTF-8"
            problems.append(Problem(place, "", f"cannot be read: {said}"))
    sources = list(dict.fromkeys(sources))
    problems += _names_twice(sources)
    if problems:
        raise ExtensionError(problems)
    return sources


def _names_twice(sources: Sequence[Source]) -> list[Problem]:
    """Results say by their names which files they were made with; so two files may not have the same."""
    first: dict[str, Source] = {}
    return [
        Problem(Place(source.path), "", f"{first[source.name].path} has the same name; give one of them another")
        for source in sources
        if first.setdefault(source.name, source) is not source
    ]


def load_sources(sources: Sequence[Source]) -> tuple[dict[str, Element], dict[str, ScoredByFunction]]:
    """Run files, and return their elements and instruments by name.

    Raises :class:`ExtensionError` for files that cannot be run, hold neither, or use one name twice.
    """
    found: dict[str, Declared] = {}
    problems: list[Problem] = []
    for source in sources:
        try:
            declared = source.declared()
        except ExtensionError as error:
            problems += error.problems
            continue
        for name, each in declared.items():
            if name in found:
                message = f"the name is taken already, in {found[name].place}"
                problems.append(Problem(each.place, name, message))
            found.setdefault(name, each)
    if problems:
        raise ExtensionError(problems)
    elements = {name: each for name, each in found.items() if isinstance(each, Element)}
    instruments = {name: each for name, each in found.items() if isinstance(each, ScoredByFunction)}
    return elements, instruments


@lru_cache(maxsize=64)
def _run(source: Source) -> dict[str, Declared]:
    """What a file declares. One text is run once, so that its functions stay the same functions."""
    digest = hashlib.sha256(f"{source.path}\0{source.text}".encode()).hexdigest()[:12]
    module = types.ModuleType(f"cpi_sim_own_{digest}")
    module.__file__ = source.path
    sys.modules[module.__name__] = module
    try:
        exec(compile(source.text, source.path, "exec"), module.__dict__)  # the user has asked for this file by name
    except ExtensionError:
        raise
    except SyntaxError as error:
        place = Place(source.path, error.lineno or 1, error.offset or 1)
        raise ExtensionError([Problem(place, "", f"not valid Python: {error.msg}")]) from None
    except Exception as error:
        own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == source.path]
        place = Place(source.path, own[-1].lineno or 1, 1) if own else Place(source.path)
        raise ExtensionError([Problem(place, "", f"raises {type(error).__name__}: {error}")]) from None
    functions = (value for value in vars(module).values() if isinstance(value, types.FunctionType))
    declared = [DECLARED[each] for each in functions if each in DECLARED and each.__module__ == module.__name__]
    if not declared:
        message = "holds nothing to add: mark a function with @element or @instrument (from cpi_sim.extensions)"
        raise ExtensionError([Problem(Place(source.path), "", message)])
    return {each.name: each for each in declared}
