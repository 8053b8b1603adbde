"""A site as its past begins: tables made, people, homes, settings and first ties in place."""

from __future__ import annotations

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import logistic
from cpi_sim.engine.compilation import Program, machinery
from cpi_sim.engine.keyed import normal, process_key, uniform_two
from cpi_sim.evidence.items import ResourceItems, load_items
from cpi_sim.site.first_ties import make_first_ties
from cpi_sim.site.homes import Homes, settle_homes
from cpi_sim.site.people import make_people
from cpi_sim.site.tables import (
    COUNTERS,
    EVENT,
    MEMBERSHIP,
    MEMBERSHIPS_AT_MOST,
    NEED,
    NEEDS_AT_MOST,
    PERSON,
    PLAN,
    POST,
    SETTING,
    TIE,
    Site,
    parameter_record,
    readable,
)

TIES_PER_PERSON = 24
"""Room in the tie table at the start, in pairs a person; the table grows when it fills."""


def population(values: dict[str, float]) -> tuple[int, int]:
    """Persons in the site, and how many of them fall ill at some time."""
    ill = round(values["service_users"] * (1.0 + values["ill_not_in_service_share"]))
    return int(values["community_members"]) + ill, ill


@machinery
def make_settings(site: Site, seed: int) -> None:
    """Settings with their interest, rhythm, places and welcome; the last of them are for people who use services
    only.
    """
    p = site.parameters[0]
    key = process_key(seed, processes.SETTING_TRAITS, 0)
    settings = site.settings.shape[0]
    for s in range(settings):
        setting = site.settings[s]
        setting.id = s
        setting.interest = int(8.0 * uniform_two(key, s, 1))
        setting.every_weeks = 1 if uniform_two(key, s, 2) < p.setting_weekly_share else 2
        setting.hours = p.setting_hours
        span = p.setting_places_high - p.setting_places_low
        setting.places = int(p.setting_places_low + span * uniform_two(key, s, 3))
        shock = normal(process_key(seed, processes.SETTING_TRAITS, 1), s)
        setting.welcome = logistic(p.setting_welcome + p.setting_welcome_sd * shock)
        setting.users_only = 1 if s >= settings - int(p.users_only_groups) else 0
        linked = setting.users_only == 1 or uniform_two(key, s, 4) < p.service_linked_share
        setting.service_linked = 1 if linked else 0
        setting.members = 0


def empty_site(values: dict[str, float], people: int, items: ResourceItems) -> Site:
    """Tables of the right size, with nothing in them yet."""
    capacity = TIES_PER_PERSON * people + 64
    settings = int(values["settings"])
    return readable(
        Site(
            people=np.zeros(people, PERSON),
            ties=np.zeros(capacity, TIE),
            births=np.zeros(capacity, TIE),
            first_tie=np.zeros(people + 1, np.int64),
            tie_of=np.zeros(2 * capacity, np.int32),
            with_whom=np.zeros(2 * capacity, np.int32),
            memberships=np.zeros((people, MEMBERSHIPS_AT_MOST), MEMBERSHIP),
            needs=np.zeros((people, NEEDS_AT_MOST), NEED),
            settings=np.zeros(settings, SETTING),
            posts=np.zeros(0, POST),
            knowledge=np.zeros((0, settings)),
            plans=np.zeros(0, PLAN),
            items=items.table.copy(),
            row_of_id=np.arange(people),
            events=np.zeros(1, EVENT),
            scratch=np.full(people, -1, np.int64),
            counters=np.zeros(COUNTERS, np.int64),
            parameters=parameter_record(values),
        )
    )


def seat_people(site: Site, homes: Homes) -> None:
    """Write ids, homes and ages into the people table."""
    people = site.people
    people["id"] = np.arange(people.shape[0])
    people["household"] = homes.household
    people["family"] = homes.family
    people["age_years"] = homes.age_years
    people["lives_alone"] = np.bincount(homes.household)[homes.household] == 1


def make_site(values: dict[str, float], seed: int, program: Program, first_week: int | None = None) -> Site:
    """Synthesise a site.

    Args:
        values: value of every parameter.
        seed: seed of the site; two sites differ in nothing else.
        program: compiles the loops.
        first_week: week in which the past begins; None for one that leaves the burn-in before the first onset.

    Returns:
        The site in its first week. ``site.people.onset_week`` tells who falls ill and when.
    """
    people, ill = population(values)
    items = load_items()
    site = empty_site(values, people, items)
    homes = settle_homes(seed, people, ill, site.parameters[0], program)
    seat_people(site, homes)
    program(make_people)(site, seed, homes.is_ill, items.owns, items.position_slope)
    program(make_settings)(site, seed)
    start = first_week_of_past(site) if first_week is None else first_week
    program(make_first_ties)(site, seed, start)
    keep = 2 * people + 64
    return site._replace(births=site.births[:keep].copy())


def first_week_of_past(site: Site) -> int:
    """First week of the past: the burn-in as a community, then the longest illness in the site."""
    onset = int(site.people["onset_week"].min()) if site.people.shape[0] else 0
    return min(onset, 0) - int(site.parameters[0].burn_in_years * 52)
