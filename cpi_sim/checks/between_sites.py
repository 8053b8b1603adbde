"""Statistics over many sites, not of each: what belongs to the place or the team, of all that scores differ in.

Each site contributes measured scores; the Monte Carlo error comes from leaving out one site after another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.summaries import NAN, intraclass_correlation
from cpi_sim.checks.views import Scores

COMPARED_AT_LEAST = 5
"""With fewer sites the differences between them are as good as unknown, and so is the error of what is made of them."""

FOLLOW_UP = 52
OUTCOMES = ("rg_uk", "swemwbs", "scope_inclusion", "uls8", "network_size")
"""What service users report of themselves: access to social capital, wellbeing, inclusion, loneliness, network."""

OverSites = Callable[[Sequence[Scores]], float]


def scores_at_follow_up(history: SiteHistory) -> Scores:
    """Measured scores of one site's service users after a year of usual care, each (service users,)."""
    return {name: history.usual[FOLLOW_UP].users[name] for name in OUTCOMES}


def team_icc(sites: Sequence[Scores]) -> float:
    """Intraclass correlation, by agency, of the scores of service users at follow-up, averaged over outcomes.

    The agencies are all community teams: what they differ in is their locality and the skills of their workers.
    """
    agency = np.repeat(np.arange(len(sites)), [len(scores[OUTCOMES[0]]) for scores in sites])
    return float(
        np.mean([intraclass_correlation(np.concatenate([each[name] for each in sites]), agency) for name in OUTCOMES])
    )


OVER_SITES: dict[str, OverSites] = {"team_icc": team_icc}
"""The statistics over sites, by target id."""


def estimate(statistic: OverSites, sites: Sequence[Scores]) -> tuple[float, float]:
    """A statistic over sites and its jackknife error; both NaN with fewer than :data:`COMPARED_AT_LEAST` sites."""
    count = len(sites)
    if count < COMPARED_AT_LEAST:
        return NAN, NAN
    without = np.array([statistic([*sites[:left_out], *sites[left_out + 1 :]]) for left_out in range(count)])
    return statistic(sites), math.sqrt((count - 1) * float(np.var(without)))
