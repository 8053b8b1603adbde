"""A stress test of how ties form: people who know nobody, placed where everybody is new and among peers all week.

A cohort like the first year of a university: 120 people of 19 without any tie on the site, each in four groups of 20 to
30 that meet once a week for six hours, as long as the half year lasts. Of the 24 hours they attend about 17, and spend
three more with those they have come to know. Otherwise the rules and numbers are those of every site: at a meeting
people turn to as many others for each hour as they do anywhere.
"""

from __future__ import annotations

import numpy as np

from cpi_sim.engine.compilation import Program
from cpi_sim.evidence.items import load_items
from cpi_sim.site.homes import Homes
from cpi_sim.site.people import make_people
from cpi_sim.site.synthesis import empty_site, make_settings, seat_people
from cpi_sim.site.tables import Site

HALF_A_YEAR = 26
PEOPLE = 120
AGE_YEARS = 19.0
GROUP_HOURS = 6.0
GROUPS_OF_A_KIND = (4, 5, 6, 4)
"""How many groups there are of each of the four kinds; everybody is in one of each."""


def newcomers_values(values: dict[str, float]) -> dict[str, float]:
    """Parameters of the cohort's site: ``values``, but for its size and its groups, which nobody leaves."""
    times_as_long = GROUP_HOURS / values["setting_hours"]
    return values | {
        "community_members": float(PEOPLE),
        "settings": float(sum(GROUPS_OF_A_KIND)),
        "users_only_groups": 0.0,
        "setting_weekly_share": 1.0,
        "setting_hours": GROUP_HOURS,
        "setting_places_low": float(PEOPLE),
        "setting_places_high": float(PEOPLE),
        "conversations_sought": float(round(values["conversations_sought"] * times_as_long)),
        "leave_setting": 0.0,
    }


def groups_of_everybody() -> np.ndarray:
    """The group of each kind that each person is in, numbered on from kind to kind: shape (people, kinds).

    Of the first three kinds any two persons share at most two groups; the fourth mixes them.
    """
    person = np.arange(PEOPLE)
    first, second, third, fourth = GROUPS_OF_A_KIND
    digits = (person % first, person // first % second, person // (first * second))
    places = np.column_stack([*digits, sum(digits) % fourth])
    return places + np.cumsum((0, first, second, third))


def make_newcomers(values: dict[str, float], seed: int, program: Program) -> Site:
    """The cohort at week 0, each person in their groups and nobody tied to anybody.

    Args:
        values: value of every parameter of a usual site.
        seed: seed of the site.
        program: the rules, compiled.
    """
    items = load_items()
    site = empty_site(newcomers_values(values), PEOPLE, items)
    apart, nobody = np.arange(PEOPLE), np.zeros(PEOPLE, np.int64)
    seat_people(site, Homes(apart, apart, np.full(PEOPLE, AGE_YEARS), place=nobody, is_ill=nobody))
    program(make_people)(site, seed, nobody, items.owns, items.position_slope)
    program(make_settings)(site, seed)
    site.memberships["setting"] = groups_of_everybody()
    site.settings["members"] = np.bincount(site.memberships["setting"].ravel())
    return site
