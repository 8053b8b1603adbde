"""`vary` as a list of named cases, each saying what it changes: read as the arms of those names."""

from __future__ import annotations

from cpi_sim.scenario.naming import number_as_name
from cpi_sim.scenario.problems import Problem
from cpi_sim.scenario.reading import Written, at_dotted, merge


def spell_out(tree: Written, problems: list[Problem]) -> Written:
    """The tree of a file with a list of cases under `vary` turned into `arms`; any other `vary` is left as it is.

    A case has a name, perhaps a label, and fields: sections as in an arm, or dotted names as in a grid.
    """
    vary = tree.value.get("vary")
    if vary is None or not isinstance(vary.value, list):
        return tree
    rest = {name: value for name, value in tree.value.items() if name != "vary"}
    if "arms" in rest:
        message = f"the cases of `vary` (line {vary.place.line}) are arms too; write one of the two"
        problems.append(Problem(rest["arms"].place, "arms", message))
        return Written(rest, tree.place)
    if not vary.value:
        problems.append(Problem(vary.place, "vary", "empty; at least one case is wanted, as {name: usual_care}"))
        return Written(rest, tree.place)
    arms: dict[str, Written] = {}
    for n, case in enumerate(vary.value):
        name = _name(case)
        if name is None:
            message = "a case is written as fields: its name, and what it changes, as {name: more, agency.caseload: 20}"
            problems.append(Problem(case.place, f"vary[{n}]", message))
        elif name in arms:
            message = f"a case called {name} is in line {arms[name].place.line} already"
            problems.append(Problem(case.place, f"vary[{n}].name", message))
        else:
            arms[name] = _arm(case, n, problems)
    if not arms:
        return Written(rest, tree.place)
    return Written({**rest, "arms": Written(arms, vary.place)}, tree.place)


def _name(case: Written) -> str | None:
    """The name of a case, if it has one that can be a name."""
    if not isinstance(case.value, dict) or "name" not in case.value:
        return None
    name = case.value["name"].value
    if isinstance(name, str):
        return name
    return number_as_name(name) if isinstance(name, int | float) and not isinstance(name, bool) else None


def _arm(case: Written, n: int, problems: list[Problem]) -> Written:
    """What a case changes, its dotted names laid out as sections."""
    arm = Written({}, case.place)
    for name, value in case.value.items():
        if name == "name":
            continue
        change = at_dotted(name, value)
        if _overlap(arm, change):
            message = "written twice, as a section and with a dotted name"
            problems.append(Problem(value.place, f"vary[{n}].{name}", message))
        else:
            arm = merge(arm, change)
    return Written(arm.value, case.place)


def _overlap(one: Written, other: Written) -> bool:
    """Whether both trees write the same field."""
    if not (isinstance(one.value, dict) and isinstance(other.value, dict)):
        return True
    return any(_overlap(one.value[name], other.value[name]) for name in one.value.keys() & other.value.keys())
