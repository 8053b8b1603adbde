"""What no single number shows to be wrong: numbers that do not go together, and sizes that no machine holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cpi_sim.scenario.cost import (
    arm_hours,
    batch_hours,
    disk_gigabytes,
    hours_in_words,
    past_hours,
    people_of,
    site_gigabytes,
)
from cpi_sim.scenario.model import Arm
from cpi_sim.scenario.problems import Problem
from cpi_sim.scenario.reading import Written
from cpi_sim.scenario.schema import Head, path_of

MEMORY_AT_MOST_GB = 4.0
"""More than this for one site is taken for a slip. Memory does not grow with the number of sites."""

DISK_AT_MOST_GB = 100.0
"""More than this for the results of a batch is taken for a slip: 700 million rows of scores, too many to look at."""

TIME_AT_MOST_HOURS = 8766.0
"""More than a year of one core is taken for a slip: a hundred cores would need days."""

Values = dict[str, float]
Finding = tuple[Sequence[str], str]


def check_arm(arm: Arm, written: Written, horizon_weeks: int, prefix: str, problems: list[Problem]) -> None:
    """Note what does not go together in an arm, at the first of the fields concerned that the file writes."""
    for names, message in _findings(arm.values, horizon_weeks):
        paths = [path_of(name) for name in names]
        path = next((path for path in paths if written.has(path)), paths[0])
        place = written.at(path).place
        if not any(other.place == place and other.message == message for other in problems):  # once for all arms
            problems.append(Problem(place, prefix + ".".join(path), message))


def check_batch(arms: Sequence[Values], head: Head, weeks: int, tree: Written, problems: list[Problem]) -> None:
    """Note a batch that takes more disk or time than anybody would give it; ``weeks`` are those measured."""
    people = max(values["service_users"] for values in arms)
    shape = f"{head.sites} sites x {len(arms)} arms"
    rows = len(arms) * head.sites * weeks * people
    disk, hours = disk_gigabytes(rows), batch_hours(arms, head.horizon_weeks, head.sites)
    time = f"about {hours_in_words(hours)} on one core"
    if disk > DISK_AT_MOST_GB:
        message = (
            f"{shape} x {weeks} weeks measured x {people:.0f} people make {rows:.3g} rows, about {disk:.0f} GB on "
            f"disk, and take {time}; {DISK_AT_MOST_GB:.0f} GB are allowed"
        )
        problems.append(Problem(tree.at(("sites",)).place, "sites", message))
    elif hours > TIME_AT_MOST_HOURS:
        lived = f"{people_of(arms[0]):.0f} people living {head.horizon_weeks} weeks, and their past"
        message = f"{shape} of {lived}, take {time}; a year is allowed"
        problems.append(Problem(tree.at(("sites",)).place, "sites", message))


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
    needed, hours = site_gigabytes(values), past_hours(values) + arm_hours(values, horizon_weeks)
    if needed > MEMORY_AT_MOST_GB:
        yield (
            ("community_members", "service_users", "settings"),
            f"a site of this size needs about {needed:.1f} GB of memory, and {hours_in_words(hours)} on one core "
            f"for its past and one arm; {MEMORY_AT_MOST_GB:.0f} GB are allowed",
        )
