"""What was given: contacts intended and delivered, hours used and left, people supported, read from the site."""

from __future__ import annotations

import numpy as np

from cpi_sim.site.tables import MAPPING, WINDING_DOWN, Site

Columns = dict[str, np.ndarray]
"""A table by columns, each of shape (rows,)."""

WEEKS_A_MONTH = 52 / 12

SUMS = ("contacts_intended", "contacts_agreed", "contacts_delivered", "hours_delivered", "hours_available")
"""Columns of the table of weeks that add up over weeks; the others count people in that week."""

COUNTS = ("people", "engaged", "supported", "in_crisis")
"""Columns of the table of weeks that count people: all of the agency, still in the service, supported, in crisis."""


_BOOKED = ("sessions_intended", "sessions_agreed", "sessions_attended", "hours_connecting")
"""Fields of a plan that hold, for one person, the first four of ``SUMS`` since entry."""


def given_since_entry(site: Site) -> list[float]:
    """The first four of ``SUMS`` since entry, over all people: connecting contacts, and workers' hours spent on them.

    Contacts are intended for whoever accepted the offer, agreed when a worker had the hours, delivered when the person
    came; hours are spent on all that were agreed.
    """
    plans = np.asarray(site.plans)
    return [float(np.add.reduce(plans[field])) for field in _BOOKED]


def people_in_week(site: Site, week: int) -> list[float]:
    """Numbers of people of the agency (``COUNTS``) in the week just lived; ``week`` counts weeks since entry."""
    plans, people = np.asarray(site.plans), np.asarray(site.people)
    stage = plans["stage"]
    return [
        float(len(plans)),
        float(np.add.reduce(plans["engaged"])),
        float(np.count_nonzero((stage >= MAPPING) & (stage <= WINDING_DOWN))),
        float(np.count_nonzero(people["crisis_until"][plans["person"]] > week - 1)),
    ]


def hours_available(site: Site) -> float:
    """Workers' hours of this week that crises and routine left and the agency allows for connecting work."""
    return float(np.add.reduce(np.asarray(site.posts)["hours_connecting"]))


def dose_when_measured(weeks: Columns, measured: np.ndarray) -> Columns:
    """Dose of one arm of a site at each week measured, by columns.

    ``weeks`` is the table of weeks of that arm by columns, a row for each of the weeks 0, 1, 2, ...: ``SUMS`` of that
    week and ``COUNTS``. ``measured`` are weeks since entry, rising. Returns the sums since entry, the counts, intended
    and delivered contacts a month for each person of the agency, supported or not, since the measurement before, and
    the share of intended contacts delivered since entry. Not-a-number where nothing was intended, and at entry.
    """
    dose = {name: np.cumsum(weeks[name])[measured] for name in SUMS} | {name: weeks[name][measured] for name in COUNTS}
    person_months = dose["people"] * np.diff(measured, prepend=np.nan) / WEEKS_A_MONTH
    for name in ("contacts_intended", "contacts_delivered"):
        dose[f"{name}_per_month"] = np.diff(dose[name], prepend=np.nan) / person_months
    intended, share = dose["contacts_intended"], np.full(len(measured), np.nan)
    dose["delivered_of_intended"] = np.divide(dose["contacts_delivered"], intended, out=share, where=intended > 0)
    return dose
