"""What a scenario would take of a machine, before anything is run: memory of a site, hours of a core, disk of a batch.

Rough, and meant to be: it tells a slip (a city for a town) from a plan, and says what a burn-in costs. The constants
are measured on a site of default size; `make bench` measures the first again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cpi_sim.parameters import REGISTRY

SECONDS_A_PERSON_WEEK = 3e-6
"""One week of one person on one core, in the past as after entry; 2.8 to 3.6 microseconds measured."""

BYTES_A_PERSON = 500
BYTES_A_TIE = 150
TIES_A_PERSON = 12
"""Ties that a person has, each shared with another person, with room for as many again in the table."""

BYTES_BESIDES = 1_000
"""Needs, memberships, indexes and the list of new ties, a person."""

TABLES_HELD = 3
"""The past, the arm lived out of it, and a table on its way to a larger one."""

DISK_BYTES_A_SCORED_PERSON = 150
"""Scores of a person measured once, in the parts and again in the gathered tables, and the share of what lies beside
them; 147 and 176 measured on batches of small sites. Memory does not grow with them: they pass through in portions."""

WEEKS_A_YEAR = 52
GIGABYTE = 1e9
HOUR = 3600.0

Values = Mapping[str, float]


def people_of(values: Values) -> float:
    """Persons who live in a site."""
    return values["community_members"] + values["service_users"] * (1 + values["ill_not_in_service_share"])


def site_gigabytes(values: Values) -> float:
    """Memory of one site at work."""
    a_person = BYTES_A_PERSON + 2 * TIES_A_PERSON * BYTES_A_TIE + BYTES_BESIDES
    knowledge = values["service_users"] / values["caseload"] * values["settings"] * 8
    return TABLES_HELD * (people_of(values) * a_person + knowledge) / GIGABYTE


def disk_gigabytes(rows: float) -> float:
    """Disk that a batch takes: ``rows`` persons measured, each time counted."""
    return rows * DISK_BYTES_A_SCORED_PERSON / GIGABYTE


def past_hours(values: Values) -> float:
    """Hours of one core for the past of one site: the community's years, then those of the longest illness."""
    years = values["burn_in_years"] + max(values["illness_years_low"], values["illness_years_high"])
    return people_of(values) * years * WEEKS_A_YEAR * SECONDS_A_PERSON_WEEK / HOUR


def arm_hours(values: Values, horizon_weeks: int) -> float:
    """Hours of one core for one arm of one site, its past apart."""
    return people_of(values) * horizon_weeks * SECONDS_A_PERSON_WEEK / HOUR


def distinct_pasts(arms: Iterable[Values]) -> list[Values]:
    """The first arm of each group that grows out of one past."""
    born = [name for name, declared in REGISTRY.items() if declared.acts_from == "birth"]
    return list({tuple(values[name] for name in born): values for values in reversed(list(arms))}.values())


def batch_hours(arms: Iterable[Values], horizon_weeks: int, sites: int) -> float:
    """Hours of one core for all arms of all sites and the pasts that they grow out of."""
    all_arms = list(arms)
    pasts = sum(past_hours(values) for values in distinct_pasts(all_arms))
    return sites * (pasts + sum(arm_hours(values, horizon_weeks) for values in all_arms))


def hours_in_words(hours: float) -> str:
    """A time as people say it: seconds, minutes, hours, days or years."""
    for unit, in_hours in (("years", 8766.0), ("days", 24.0), ("hours", 1.0), ("minutes", 1 / 60)):
        if hours >= 1.5 * in_hours:
            return f"{hours / in_hours:.0f} {unit}"
    return f"{max(1.0, hours * HOUR):.0f} seconds"
