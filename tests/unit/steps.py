"""Living through single steps of the week in worlds made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cpi_sim.engine.keyed import process_key, uniform_two
from cpi_sim.site.tables import TIES, Site
from tests.worlds import PROGRAM

SEED = 1
CERTAIN, IMPOSSIBLE = 60.0, -60.0
"""Log-odds beyond which no number between 0 and 1 decides otherwise."""
LOST = {"dormant": 1, "last_contact_week": -40}
"""Fields of a tie that lies dormant."""
ALL_CLICK = {
    "affinity_mean": 0.0, "affinity_spread": 0.0, "affinity_interest": 1.0, "affinity_sex": 0.0, "affinity_age": 0.0,
    "affinity_position": 0.0,
}  # fmt: skip
"""Affinity e^0.7 for two people with a shared interest, whoever they are."""

STEADY_STYLE = {
    "security_help": 0.10, "security_refusal": 0.15, "security_contact": 0.02, "gain_avoidance": 0.2,
    "loss_anxiety": 0.2, "attachment_shift": 0.0, "security_return_weeks": 1e12, "style_noise": 0.0,
}  # fmt: skip
"""Security moves only with what happens in a tie; the general style has no shocks."""


def live(site: Site, *steps: Callable[..., Any], week: int = 0) -> Site:
    """The site after these steps of one week."""
    for each in steps:
        PROGRAM(each)(site, SEED, week)
    return site


def between(site: Site, i: int, j: int) -> Any:
    """The tie of persons ``i`` < ``j`` (places in the list of people), or None."""
    for each in site.ties[: int(site.counters[TIES])]:
        if each.low == i and each.high == j:
            return each
    return None


def keyed(process: int, week: int, who: int, whom: int) -> float:
    """The uniform number of one person about another."""
    with np.errstate(over="ignore"):
        return float(uniform_two(process_key(SEED, process, week), who, whom))


def present(site: Site) -> Site:
    """The same site; everybody who is a member of the first setting has come this week."""
    site.memberships["attended"][:, 0] = site.memberships["setting"][:, 0] >= 0
    return site
