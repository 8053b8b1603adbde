"""Service use since entry, and what it cost: taken from the service's books, so without error of measurement."""

from __future__ import annotations

import numpy as np

from cpi_sim.engine.compilation import machinery
from cpi_sim.engine.keyed import uniform_two
from cpi_sim.instruments.error import HOSPITAL, LASTING, MODEL, instrument_key
from cpi_sim.site.tables import (
    ELEMENTS,
    NEW_OPPORTUNITIES,
    NOT_OFFERED,
    PEER,
    QUALIFIED,
    RESOURCEFUL_PEOPLE,
    SUPPORT_WORKER,
    Row,
    Site,
)

DAYS_A_WEEK = 7.0

BOOKED = {
    "contacts_routine": "contacts_routine",
    "contacts_crisis": "contacts_crisis",
    "contacts_connecting": "sessions_attended",
    "hours_routine": "hours_routine",
    "hours_crisis": "hours_crisis",
    "hours_connecting": "hours_connecting",
}
"""Outcomes that stand in the plans as they are, with the name of their field."""

BY_TURNS = {NEW_OPPORTUNITIES: 0.5, RESOURCEFUL_PEOPLE: 0.5}
"""Part of the sessions meant for an element; these two take turns, the others belong to every session."""


@machinery
def count_hospital_weeks(
    seed: int, ids: np.ndarray, crisis_weeks: np.ndarray, chance: float, weeks: np.ndarray
) -> None:
    """Fill ``weeks`` (n,): how many of each person's weeks in crisis were spent in hospital.

    Keyed by person and nth week in crisis, so that weeks already counted stay as they were.
    """
    key = instrument_key(seed, HOSPITAL, LASTING)
    for r in range(ids.shape[0]):
        weeks[r] = 0.0
        for nth in range(crisis_weeks[r]):
            weeks[r] += 1.0 if uniform_two(key, ids[r], nth) < chance else 0.0


def bed_days(people: np.ndarray, plans: np.ndarray, p: Row, seed: int) -> np.ndarray:
    """Days in hospital since entry, shape (n,), of persons with the given ``plans`` (n,). Assumption."""
    weeks = np.empty(len(people))
    MODEL(count_hospital_weeks)(seed, people["id"], plans["crisis_weeks"], p.crisis_admission, weeks)
    return DAYS_A_WEEK * weeks


def price_of_an_hour(posts: np.ndarray, p: Row) -> np.ndarray:
    """GBP for an hour with or for a person, shape (m,), by post.  [unit costs 2025; share of time in contact: derived]

    A post's hours include the support workers' who help it, at their own price.
    """
    working_hour = np.empty(len(posts))
    working_hour[posts["kind"] == QUALIFIED] = p.cost_hour_qualified
    working_hour[posts["kind"] == SUPPORT_WORKER] = p.cost_hour_support_worker
    working_hour[posts["kind"] == PEER] = p.cost_hour_peer
    helped = (working_hour + p.support_worker_share * p.cost_hour_support_worker) / (1.0 + p.support_worker_share)
    return p.cost_contact_hour_factor * helped


def fidelity_of_plans(plans: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """Fidelity, 0 to 1, shape (n,): mean over the practice's elements of delivered over intended, times quality.

    Quality is the mean over the times an element was practised. Not-a-number for people who were not offered support.
    ``parameters`` is the one-row table of a site.
    """
    total, elements = np.zeros(len(plans)), 0
    for element, name in enumerate(ELEMENTS):
        weight = float(parameters[f"element_{name}"][0])
        if weight == 0.0:
            continue
        elements += 1
        times = plans["delivered"][:, element] / weight
        intended = plans["sessions_intended"] * BY_TURNS.get(element, 1.0)
        reached = np.minimum(1.0, times / np.maximum(intended, 1e-12))
        total += reached * plans["quality"][:, element] / np.maximum(times, 1.0)
    return np.where(plans["stage"] == NOT_OFFERED, np.nan, total / max(elements, 1))


def service_scores(site: Site, people: np.ndarray, p: Row, seed: int) -> dict[str, np.ndarray]:
    """Contacts, hours, fidelity, days in hospital, costs since entry, each (n,); not-a-number without a plan."""
    supported = people["plan"] >= 0
    plans = site.plans[people["plan"][supported]]
    known = {name: plans[field].astype(float) for name, field in BOOKED.items()}
    hours = plans["hours_routine"] + plans["hours_crisis"] + plans["hours_connecting"]
    known["fidelity"] = fidelity_of_plans(plans, site.parameters)
    known["bed_days"] = bed_days(people[supported], plans, p, seed)
    known["cost_contacts"] = hours * price_of_an_hour(site.posts, p)[plans["post"]]
    known["cost_total"] = known["cost_contacts"] + known["bed_days"] * p.cost_inpatient_day
    scores = {}
    for name, values in known.items():
        scores[name] = np.full(len(people), np.nan)
        scores[name][supported] = values
    return scores
