"""One occasion of measurement: state in, scores out. The site is only read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cpi_sim.engine.compilation import Program
from cpi_sim.instruments.error import MODEL
from cpi_sim.instruments.network import network_scores
from cpi_sim.instruments.own import own_scores
from cpi_sim.instruments.resources import resource_scores
from cpi_sim.instruments.scales import (
    alliance_score,
    attachment_scores,
    inclusion_score,
    loneliness_score,
    utility_score,
    wellbeing_scores,
)
from cpi_sim.instruments.service import service_scores
from cpi_sim.site.tables import SERVICE_USER, Site


def rows_measured(site: Site, rows: Sequence[int] | np.ndarray | None) -> np.ndarray:
    """Rows of the persons to measure, shape (n,): those given, or all service users in the order of their ids."""
    if rows is not None:
        return np.asarray(rows, dtype=np.int64)
    users = np.flatnonzero(site.people["role_in_service"] == SERVICE_USER)
    return users[np.argsort(site.people["id"][users])]


def measure(
    site: Site,
    seed: int,
    week: int,
    rows: Sequence[int] | np.ndarray | None = None,
    program: Program = MODEL,
) -> dict[str, np.ndarray]:
    """Scores on one occasion, each a float array of shape (n,), named as in :data:`OUTCOMES`.

    ``week`` is the number of weeks lived since entry; it is part of the key of every error, so two arms measured in the
    same week share their errors, and two weeks do not. ``rows`` are rows of ``site.people``; without them all service
    users are measured, in the order of their ids. ``program`` holds the rules that the site lives by, where some have
    been replaced, and the instruments of one's own that are asked after the others. Scores of service use are
    not-a-number for persons whom the agency does not support.
    """
    rows = rows_measured(site, rows)
    people = site.people[rows]
    p = site.parameters[0]
    return {
        **resource_scores(site, seed, week, rows, program),
        **wellbeing_scores(people, p, seed, week),
        "scope_inclusion": inclusion_score(people, p, seed, week),
        "uls8": loneliness_score(people, p, seed, week),
        **network_scores(site, seed, week, rows, program),
        "activities_last_week": people["acts"].astype(float),
        **attachment_scores(people, p, seed, week),
        "alliance": alliance_score(people, site.plans, p, seed, week),
        "eq5d": utility_score(people, p, seed, week),
        **service_scores(site, people, p, seed),
        **own_scores(site, seed, week, rows, program),
    }
