"""What no single number shows to be wrong: numbers that do not go together, and sizes that no machine holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cpi_sim.scenario.model import Arm
from cpi_sim.scenario.problems import Problem
from cpi_sim.scenario.reading import Written
from cpi_sim.scenario.schema import path_of

GIGABYTE = 1e9
MEMORY_AT_MOST_GB = 4.0
"""More than this for one site, or for the scores of a batch, is taken for a slip. A machine may well need less."""

BYTES_A_PERSON = 16_000
"""Tables hold about 6 kB a person (measured at default size), for the past and again for the arm lived, and grow."""

BYTES_A_SCORED_PERSON = 500
"""Assumption: some thirty scores of eight bytes for a person measured once, twice while they are gathered."""

Values = dict[str, float]
Finding = tuple[Sequence[str], str]


def check_arm(arm: Arm, written: Written, horizon_weeks: int, prefix: str, problems: list[Problem]) -> None:
    """Note what does not go together in an arm, at the first of the fields concerned that the file writes."""
    for names, message in _findings(arm.values, horizon_weeks):
        paths = [path_of(name) for name in names]
        path = next((path for path in paths if written.has(path)), paths[0])
        problems.append(Problem(written.at(path).place, prefix + ".".join(path), message))


def check_batch(arms: int, people: float, sites: int, weeks: int, tree: Written, problems: list[Problem]) -> None:
    """Note a batch whose scores would not fit in memory. ``people`` are those measured at one site."""
    rows = arms * sites * weeks * people
    needed = rows * BYTES_A_SCORED_PERSON / GIGABYTE
    if needed > MEMORY_AT_MOST_GB:
        message = (
            f"{sites} sites x {arms} arms x {weeks} weeks measured x {people:.0f} people make {rows:.3g} rows, "
            f"about {needed:.0f} GB of memory; {MEMORY_AT_MOST_GB:.0f} GB are allowed"
        )
        problems.append(Problem(tree.at(("sites",)).place, "sites", message))


def site_gigabytes(values: Values) -> float:
    """Rough memory of one site at work."""
    people = values["community_members"] + values["service_users"] * (1 + values["ill_not_in_service_share"])
    known = values["service_users"] / values["caseload"] * values["settings"] * 2 * 8
    return (people * BYTES_A_PERSON + known) / GIGABYTE


def _findings(values: Values, horizon_weeks: int) -> Iterator[Finding]:
    """Names of the fields concerned, and what is wrong, for everything that does not go together."""
    users, members = values["service_users"], values["community_members"]
    if users > members:
        yield (
            ("service_users", "community_members"),
            f"{users:.0f} people use the service, but the locality has only {members:.0f} (site.community_members)",
        )
    if values["users_only_groups"] >= values["settings"]:
        yield (
            ("users_only_groups", "settings"),
            f"no setting is left that is open to everybody: {values['users_only_groups']:.0f} of "
            f"{values['settings']:.0f} (site.settings) are for service users only",
        )
    for low, high in (("youngest_age", "oldest_age"), ("illness_years_low", "illness_years_high")):
        if values[low] > values[high]:
            yield (low, high), f"{low} ({values[low]:g}) is above {high} ({values[high]:g})"
    if values["contacts_per_month"] > 0 and values["start_week"] >= horizon_weeks:
        yield (
            ("start_week", "contacts_per_month"),
            f"support would start in week {values['start_week']:g}, but the scenario ends in week {horizon_weeks}",
        )
    needed = site_gigabytes(values)
    if needed > MEMORY_AT_MOST_GB:
        yield (
            ("community_members", "service_users", "settings"),
            f"a site of this size needs about {needed:.1f} GB of memory; {MEMORY_AT_MOST_GB:.0f} GB are allowed",
        )
