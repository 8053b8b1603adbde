"""What Connecting People changes on one recorded site: differences between two lives of the same people."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from cpi_sim.checks.history import CONNECTING_WEEK, SiteHistory
from cpi_sim.checks.summaries import NAN, mean, spread

Effect = Callable[[SiteHistory], float]

OUTCOMES = ("rg_uk", "uls8", "scope_inclusion", "swemwbs", "friends")
"""Access to social capital, loneliness, inclusion, wellbeing, and friends named."""
TEAMS = ("community_team", "early_intervention")
"""Kinds of agency whose people are lived through usual care too."""


def effect(history: SiteHistory, outcome: str, team: str) -> float:
    """Mean difference that nine months of the practice make in a measured outcome, in its standard deviations at entry.

    The standard deviation is that over the team's service users; NaN where they do not differ.
    """
    usual = history.usual if team == "community_team" else history.early
    after = history.connecting[team].users[outcome] - usual[CONNECTING_WEEK].users[outcome]
    unit = spread(usual[0].users[outcome].astype(float))
    return mean(after) / unit if np.isfinite(unit) and unit > 0 else NAN


EFFECTS: dict[str, Effect] = {
    f"effect_{outcome}_{team}": partial(effect, outcome=outcome, team=team) for team in TEAMS for outcome in OUTCOMES
}
"""Effects by name."""
