"""What was given: contacts intended and delivered, hours used and left, people supported, read from the site."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cpi_sim.site.tables import MAPPING, WINDING_DOWN, Site

WEEKS_A_MONTH = 52 / 12

SUMS = ("contacts_intended", "contacts_agreed", "contacts_delivered", "hours_delivered", "hours_available")
"""Columns of the table of weeks that add up over weeks; the others count people in that week."""

COUNTS = ("people", "engaged", "supported", "in_crisis")
"""Columns of the table of weeks that count people: all of the agency, still in the service, supported, in crisis."""


def given_since_entry(site: Site) -> dict[str, float]:
    """Connecting contacts since entry, over all people, and workers' hours spent on them.

    Contacts are intended for whoever accepted the offer, agreed when a worker had the hours, delivered when the person
    came; hours are spent on all that were agreed.
    """
    plans = site.plans
    return {
        "contacts_intended": float(plans["sessions_intended"].sum()),
        "contacts_agreed": float(plans["sessions_agreed"].sum()),
        "contacts_delivered": float(plans["sessions_attended"].sum()),
        "hours_delivered": float(plans["hours_connecting"].sum()),
    }


def people_in_week(site: Site, week: int) -> dict[str, float]:
    """Numbers of people of the agency (``COUNTS``) in the week just lived; ``week`` counts weeks since entry."""
    plans = site.plans
    crisis_until = site.people["crisis_until"][plans["person"]]
    return {
        "people": float(len(plans)),
        "engaged": float(plans["engaged"].sum()),
        "supported": float(((plans["stage"] >= MAPPING) & (plans["stage"] <= WINDING_DOWN)).sum()),
        "in_crisis": float((crisis_until > week - 1).sum()),
    }


def hours_available(site: Site) -> float:
    """Workers' hours of this week that crises and routine left and the agency allows for connecting work."""
    return float(site.posts["hours_connecting"].sum())


def dose_when_measured(weeks: pd.DataFrame, measured: np.ndarray) -> pd.DataFrame:
    """Dose of one arm of a site at each week measured, by week.

    ``weeks`` is the table of weeks of that arm: ``week`` (0, 1, 2, ...), ``SUMS`` of that week and ``COUNTS``.
    ``measured`` are weeks since entry, rising. Returns the sums since entry, the counts, the share of intended contacts
    delivered since entry, and intended and delivered contacts a month for each person of the agency, supported or not,
    since the measurement before. Not-a-number where nothing was intended, and at entry.
    """
    by_week = weeks.set_index("week")
    dose = by_week[list(SUMS)].cumsum().join(by_week[list(COUNTS)]).reindex(measured)
    person_months = dose["people"] * np.diff(measured, prepend=np.nan) / WEEKS_A_MONTH
    for name in ("contacts_intended", "contacts_delivered"):
        dose[f"{name}_per_month"] = dose[name].diff() / person_months
    intended = dose["contacts_intended"]
    dose["delivered_of_intended"] = (dose["contacts_delivered"] / intended).where(intended > 0)
    return dose
