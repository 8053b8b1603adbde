"""Trying extensions out on a small site before anything is run or written: what they may not do is found here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from numba.core.errors import NumbaError

from cpi_sim.extensions.declaring import Element
from cpi_sim.extensions.files import read_sources
from cpi_sim.extensions.program import ExtendedProgram, scored
from cpi_sim.extensions.watching import Tables, fields_changed, tables_of, watched
from cpi_sim.instruments.measure import rows_measured
from cpi_sim.parameters import defaults
from cpi_sim.scenario.problems import nearest
from cpi_sim.simulation.past import enter, make_past
from cpi_sim.simulation.weeks import with_room
from cpi_sim.site.tables import MEMBERSHIP, NEED, PERSON, PLAN, POST, SETTING, TIE, Site, copy_of, readable
from cpi_sim.week import WEEK
from cpi_sim.week.plan_do_review import plan_do_review

SMALL = {
    "community_members": 200, "service_users": 24, "settings": 12, "users_only_groups": 1, "burn_in_years": 1,
    "illness_years_low": 0.3, "illness_years_high": 1.0, "start_week": 0, "duration_weeks": 520,
}  # fmt: skip
"""A site that takes less than a second, with support from its first week on."""
HOURS_TO_SPARE = {"contacts_per_month": 8, "protected_hours": 20, "open_plans_at_most": 20}
WEEKS = 26
SEED = 1

_FIELDS = frozenset(
    name for table in (PERSON, TIE, MEMBERSHIP, NEED, SETTING, POST, PLAN) for name in table.names or ()
)

Written = dict[str, dict[str, set[str]]]
"""Fields written, by element and table."""


def try_out(files: Sequence[str | Path], weeks: int = 52, values: Mapping[str, float] | None = None) -> Written:
    """Live a small site with the elements of these files at full weight, watched in every week.

    Args:
        files: Python files with elements, instruments or both.
        weeks: weeks to live.
        values: numbers of the model by name, where not those of an inclusion project with hours to spare.

    Returns:
        The fields that each element wrote, by element and table: empty for one that never did anything.

    Raises:
        ExtensionError: for anything that an element or an instrument may not do.
    """
    program = ExtendedProgram(sources=read_sources(files))
    weights = dict.fromkeys(program.elements, 1.0)
    return tried(program, weights, {**defaults("inclusion_project"), **HOURS_TO_SPARE, **(values or {})}, weeks)


def tried(
    program: ExtendedProgram, weights: Mapping[str, float], values: Mapping[str, float], weeks: int = WEEKS
) -> Written:
    """As :func:`try_out`, for the elements of a program at these weights, with the numbers of an arm."""
    small = {**values, **SMALL}
    site = enter(make_past(small, SEED, program), small, SEED, program)
    wrote: Written = {name: {} for name in weights}
    for week in range(weeks):
        site = with_room(site)
        for step in WEEK:
            program(step)(site, SEED, week)
            for name, weight in weights.items() if step is plan_do_review else ():
                for table, fields in _lived_twice(program, program.elements[name], weight, site, week).items():
                    wrote[name].setdefault(table, set()).update(fields)
    _ask(program, site, weeks)
    return wrote


def _lived_twice(
    program: ExtendedProgram, element: Element, weight: float, site: Site, week: int
) -> dict[str, set[str]]:
    """Live an element, watched, and once more on a copy, to see that it does the same there."""
    twin = readable(copy_of(site))
    compiled = program(element.step)
    try:
        found = watched(element, compiled, site, SEED, week, weight)
    except NumbaError as error:
        raise element.refused(f"cannot be compiled: {_in_a_line(error)}") from None
    except KeyError as error:  # how the compiler says that a record has no such field
        field = str(error.args[0]) if error.args else ""
        meant = nearest(field, sorted(_FIELDS))
        question = f"; did you mean {meant}?" if meant else ""
        raise element.refused(f"cannot be compiled: no such field, {field}{question}") from None
    compiled(twin, SEED, week, element.process, weight)
    if not _same(tables_of(site), tables_of(twin)):
        message = "does not do the same twice: draw by key, as in uniform(process_key(seed, process, week), person.id)"
        raise element.refused(message)
    return found


def _ask(program: ExtendedProgram, site: Site, week: int) -> None:
    """Ask the instruments that are functions, and see that they only read."""
    for declared in program.scored_by_function.values():
        before = tables_of(site)
        try:
            scored(declared, site, week, rows_measured(site, None))
        except (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError) as error:
            raise declared.refused(f"raises {type(error).__name__}: {error}") from None
        if not _same(before, tables_of(site)):
            raise declared.refused("changes the site; an instrument only reads it")


def _same(one: Tables, other: Tables) -> bool:
    return not any(fields_changed(one[name], other[name]) for name in one)


def _in_a_line(error: NumbaError) -> str:
    """What the compiler says, without its trace: what it could not do, and in which line."""
    said = [line.strip() for line in str(error).splitlines() if line.strip()]
    what = next((line for line in said if not line.startswith(("Failed in", "During:", "- "))), said[0])
    lines = [line for line in said if line.startswith("File ") and ", line" in line]
    where = lines[-1].rstrip(":").split(", ")[-1] if lines else ""
    return f"{what} ({where})" if where else what
