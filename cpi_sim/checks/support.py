"""How likely a person is to be supported by the tie that would support them best."""

from __future__ import annotations

import numpy as np

from cpi_sim.engine.compilation import Program, machinery
from cpi_sim.site.tables import SOCIAL, TIES, Site
from cpi_sim.site.tie_table import other, security_of
from cpi_sim.week.needs_and_help import chance_to_agree, goodwill


@machinery
def find_best_support(site: Site, best: np.ndarray) -> None:
    """Fill ``best`` (people,): the highest chance, over a person's ties in use, of turning to them and being helped.

    The chance is the person's security in the tie times the other's agreement to small help.
    """
    p = site.parameters[0]
    for t in range(site.counters[TIES]):
        tie = site.ties[t]
        if tie.dormant == 1:
            continue
        for i in (tie.low, tie.high):
            given = tie.given_by_low if tie.low == i else tie.given_by_high
            left = goodwill(site.people[i], site.people[other(tie, i)], tie.kind != SOCIAL, p)
            agrees = chance_to_agree(tie.closeness_hours, 1 if given > 0.0 else 0, 0, 0, left, p)
            best[i] = max(best[i], security_of(tie, i) * agrees)


def best_support(site: Site, program: Program) -> np.ndarray:
    """The highest chance of support that each person has in any tie, (people,), 0 to 1."""
    best = np.zeros(len(site.people))
    program(find_best_support)(site, best)
    return best
