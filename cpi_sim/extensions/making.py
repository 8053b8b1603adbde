"""The program of a scenario: the model's rules, with the elements and instruments that it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from cpi_sim.engine.compilation import Program
from cpi_sim.extensions.declaring import ExtensionError
from cpi_sim.extensions.files import read_sources
from cpi_sim.extensions.program import ExtendedProgram, Rule
from cpi_sim.extensions.trial import tried
from cpi_sim.instruments.own import is_taken
from cpi_sim.scenario.instrument import misfits
from cpi_sim.scenario.model import Scenario
from cpi_sim.scenario.problems import Place, Problem, unknown


def program_for(
    scenario: Scenario, files: Iterable[str | Path] = (), rules: Mapping[str, Rule] | None = None
) -> Program:
    """The program that a scenario is lived by.

    Args:
        scenario: what is to be lived.
        files: Python files with elements and instruments of one's own. They are run: name only files that you trust.
        rules: rules in the place of the model's own, by name.

    Returns:
        A program with the instruments that the scenario names and the elements that its arms give a weight; a plain
        one where there are none.

    Raises:
        ExtensionError: for files that cannot be run, an element without a file or without an arm that names it, and
            anything that a trial on a small site shows that extensions may not do.
        ReplacementError: for a rule that does not exist or takes other arguments.
    """
    sources = read_sources(files)
    program = ExtendedProgram(rules, sources) if sources else Program(rules)
    if isinstance(program, ExtendedProgram):
        named = {name for arm in scenario.arms.values() for name in arm.own_elements}
        unnamed = [element for name, element in program.elements.items() if name not in named]
        message = (
            "no arm gives it a weight; write {{own_elements: {{{0}: 1}}}} under intervention, in an arm or for all"
        )
        if unnamed:
            raise ExtensionError([Problem(each.place, each.name, message.format(each.name)) for each in unnamed])
    return fitted(scenario, program)


def fitted(scenario: Scenario, program: Program | None = None) -> Program:
    """A program with all that the scenario names: the one given, where it has that already.

    Raises :class:`ExtensionError` as :func:`program_for` does.
    """
    program = program or Program()
    sources = program.sources if isinstance(program, ExtendedProgram) else ()
    weights = {name: arm.own_elements for name, arm in scenario.arms.items() if arm.own_elements}
    if not (sources or weights or scenario.instruments):
        return program
    made = ExtendedProgram(program.replacements, sources, scenario.instruments, weights)
    if isinstance(program, ExtendedProgram) and program.says() == made.says():
        return program
    problems = [*_without_code(scenario, made), *_names_taken(scenario, made)]
    if problems:
        raise ExtensionError(problems)
    if sources:
        used = {name: max(given.get(name, 0.0) for given in weights.values()) for name in _named(weights)}
        arm = next(iter(weights), next(iter(scenario.arms)))
        tried(made, used, scenario.arms[arm].values)
    return made


def _named(weights: Mapping[str, Mapping[str, float]]) -> list[str]:
    return sorted({name for given in weights.values() for name in given})


def _without_code(scenario: Scenario, program: ExtendedProgram) -> Iterator[Problem]:
    """Elements that arms give a weight and no file holds."""
    for name in dict.fromkeys(name for arm in scenario.arms.values() for name in arm.own_elements):
        if name in program.elements:
            continue
        if program.elements:
            message = f"{name!r} is {unknown(name, list(program.elements))}"
        else:
            message = f"needs the Python file that holds it, which runs only where you name it: --with {name}.py"
        yield Problem(Place(scenario.name), f"intervention.own_elements.{name}", message)


def _names_taken(scenario: Scenario, program: ExtendedProgram) -> Iterator[Problem]:
    """Instruments scored by a function whose name or numbers will not do."""
    for name, declared in program.scored_by_function.items():
        if is_taken(name) or name in scenario.instruments:
            message = "is a column of the results already; give the function another name"
            yield Problem(declared.place, name, message)
        for field, message in misfits(name, declared.said):
            if field != "reflects":
                yield Problem(declared.place, f"{name}.{field}".rstrip("."), message)
