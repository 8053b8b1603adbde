"""Resource Generator: does the person know somebody who has this, and could they turn to them within about a week?

An item is endorsed with the chance that at least one active tie has it within reach. Which items that falls on is
partly lasting, partly a matter of the day for all items alike, and partly of the moment, so that answers agree from one
occasion to the next as far as published retests do.
"""

from __future__ import annotations

import math

import numpy as np

from cpi_sim.engine.compilation import Program, machinery
from cpi_sim.engine.keyed import normal, normal_from, normal_two
from cpi_sim.evidence.items import SUBSCALES
from cpi_sim.instruments.error import LASTING, RG_LASTING, RG_OF_THE_DAY, RG_OF_THE_MOMENT, instrument_key
from cpi_sim.site.tables import RESOURCE_ITEMS, Site
from cpi_sim.week.access import chances_out_of_reach

PARTS = len(SUBSCALES)


@machinery
def ask_about_resources(site: Site, seed: int, week: int, rows: np.ndarray, answers: np.ndarray) -> None:
    """Fill ``answers`` (n, 4): items endorsed in each sub-scale by the persons in ``rows`` (n,).

    A standard normal number decides each answer: an item missing with chance q is endorsed above the q-quantile.
    """
    p = site.parameters[0]
    lasting_key = instrument_key(seed, RG_LASTING, LASTING)
    day_key = instrument_key(seed, RG_OF_THE_DAY, week)
    moment_key = instrument_key(seed, RG_OF_THE_MOMENT, week)
    weight_lasting = math.sqrt(p.rg_lasting)
    weight_day = math.sqrt(p.rg_of_the_day)
    weight_moment = math.sqrt(1.0 - p.rg_lasting - p.rg_of_the_day)
    missing = np.empty(RESOURCE_ITEMS)
    for r in range(rows.shape[0]):
        person = site.people[rows[r]]
        chances_out_of_reach(site, rows[r], person.awareness, missing)
        day = weight_day * normal(day_key, person.id)
        for item in range(RESOURCE_ITEMS):
            if missing[item] == 1.0:
                continue
            lasting = weight_lasting * normal_two(lasting_key, person.id, item)
            moment = weight_moment * normal_two(moment_key, person.id, item)
            if lasting + day + moment > normal_from(missing[item]):
                answers[r, site.items[item].subscale] += 1.0


@machinery
def expect_resources(site: Site, rows: np.ndarray, clear_view: int, expected: np.ndarray) -> None:
    """Fill ``expected`` (n, 4): expected endorsements by sub-scale, without error.

    ``clear_view`` 1 counts what mapping the network has made visible, 0 leaves it out.
    """
    missing = np.empty(RESOURCE_ITEMS)
    for r in range(rows.shape[0]):
        awareness = site.people[rows[r]].awareness if clear_view == 1 else 1.0
        chances_out_of_reach(site, rows[r], awareness, missing)
        for item in range(RESOURCE_ITEMS):
            expected[r, site.items[item].subscale] += 1.0 - missing[item]


def resource_scores(site: Site, seed: int, week: int, rows: np.ndarray, program: Program) -> dict[str, np.ndarray]:
    """Resource Generator total and sub-scales, each of shape (n,), for the persons in ``rows`` (n,)."""
    answers = np.zeros((len(rows), PARTS))
    program(ask_about_resources)(site, seed, week, rows, answers)
    scores = {"rg_uk": answers.sum(axis=1)}
    scores |= {f"rg_{name}": answers[:, part].copy() for part, name in enumerate(SUBSCALES)}
    return scores
