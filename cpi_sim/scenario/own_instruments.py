"""Instruments of one's own: found in the folder `instruments` beside the scenario, read, checked, written out."""

from __future__ import annotations

from pathlib import Path

from cpi_sim.scenario.checking import shown
from cpi_sim.scenario.instrument import WANTED, Instrument, misfits
from cpi_sim.scenario.own_files import file_of, named_as_its_file, names_in, read_own
from cpi_sim.scenario.problems import Problem, unknown
from cpi_sim.scenario.reading import Written

FIELD = "instruments"


def spell_out(tree: Written, folder: Path, problems: list[Problem]) -> Written:
    """The tree of a scenario with the instruments that it lists by name written out from their files.

    ``folder`` is that of the scenario, for names that were given beside it.
    """
    listed = tree.value.get(FIELD)
    if listed is None or not isinstance(listed.value, list):
        return tree
    found: dict[str, Written] = {}
    for n, item in enumerate(listed.value):
        read = _read(item, f"{FIELD}[{n}]", folder, problems)
        if read is not None and read[0] in found:
            problems.append(Problem(item.place, f"{FIELD}[{n}]", f"{read[0]} is in the list twice"))
        elif read is not None:
            found[read[0]] = read[1]
    return Written({**tree.value, FIELD: Written(found, listed.place)}, tree.place)


def _read(item: Written, field: str, folder: Path, problems: list[Problem]) -> tuple[str, Written] | None:
    """Name and content of the file that an item of the list means; None, and a problem, where there is none."""
    if not isinstance(item.value, str):
        problems.append(Problem(item.place, field, f"{shown(item.value)} is written, the name of a file is wanted"))
        return None
    path = file_of(item.value, FIELD, item.place, folder)
    if path is None:
        known = names_in(FIELD, item.place, folder)
        hint = f"a file {FIELD}/{item.value}.yaml beside the scenario is wanted"
        said = f"{shown(item.value)} is {unknown(item.value, known)}" if known else f"there is no {shown(item.value)}"
        problems.append(Problem(item.place, field, f"{said}; {hint}"))
        return None
    content = read_own(path, problems)
    if content is None:
        return None
    return path.stem, named_as_its_file(content, path, problems)


def checked(tree: Written, problems: list[Problem]) -> dict[str, Instrument]:
    """The instruments of a tree that fits the schema; what is missing or does not go together is noted."""
    noted = [problem.field for problem in problems]
    instruments = {}
    for name, written in (tree.value[FIELD].value if FIELD in tree.value else {}).items():
        missing = [field for field in WANTED if field not in written.value]
        found = [(field, f"missing; {Instrument.model_fields[field].description}") for field in missing]
        if not missing:
            instruments[name] = Instrument.model_validate(written.plain())
            found = [*misfits(name, instruments[name]), *_taken(name)]
        for field, message in found:
            where = f"{FIELD}.{name}.{field}".rstrip(".")
            if not any(other.startswith(where) for other in noted):
                problems.append(Problem(written.at((field,)).place if field else written.place, where, message))
    return instruments


def _taken(name: str) -> list[tuple[str, str]]:
    """What to say of a name that the tables of results have already."""
    from cpi_sim.instruments.own import is_taken  # instruments are made further down: asked only where there are some

    if not is_taken(name):
        return []
    return [("", f"{name} is a column of the results already; call the instrument, and its file, something else")]
