"""Access: which resources are within a person's reach, through whom. Used by several steps and by the instruments.

Access is what a person could draw on; whether they ask, and are helped, is another matter (``needs_and_help``).
"""

from __future__ import annotations

import numpy as np

from cpi_sim.engine.arithmetic import exp, power
from cpi_sim.engine.compilation import machinery, rule
from cpi_sim.site.tables import RESOURCE_ITEMS, Row, Site
from cpi_sim.site.tie_table import security_of


@rule
def chance_known(closeness_hours: float, reach_hours: float, awareness: float) -> float:
    """Probability of knowing that a tie has a resource and can be turned to for it.

    Rises with closeness; ``awareness`` (1 is none) is the clearer view after mapping the network. Assumption.
    """
    unknown = exp(-closeness_hours / reach_hours)
    if awareness == 1.0:
        return 1.0 - unknown
    return 1.0 - power(unknown, awareness)


@rule
def accessible(known: float, security: float, p: Row) -> float:
    """How far a resource that a tie owns is within reach: known of, and secure enough to turn to. Assumption."""
    if p.access_security_exponent == 1.0:
        return known * security
    return known * power(security, p.access_security_exponent)


@machinery
def chances_out_of_reach(site: Site, i: int, awareness: float, missing: np.ndarray) -> None:
    """Fill ``missing`` (27,): the chance of each item that no active tie of person ``i`` (row) has it within reach.

    ``awareness`` (1 is none) is how much more clearly than usual the person sees what their ties can offer.
    """
    p = site.parameters[0]
    missing[:] = 1.0
    through = np.empty(RESOURCE_ITEMS)  # by class of items that take the same closeness to be known
    for k in range(site.first_tie[i], site.first_tie[i + 1]):
        offers = site.people[site.with_whom[k]].offers
        if offers == 0:
            continue
        tie = site.ties[site.tie_of[k]]
        if tie.ended == 1 or tie.dormant == 1:
            continue
        through[:] = -1.0
        for item in range(RESOURCE_ITEMS):
            if (offers >> item) & 1:
                c = site.items[item].reach_class
                if through[c] < 0.0:
                    known = chance_known(tie.closeness_hours, site.items[item].reach_hours, awareness)
                    through[c] = accessible(known, security_of(tie, i), p)
                missing[item] *= 1.0 - through[c]


@machinery
def count_access(site: Site, i: int, awareness: float, missing: np.ndarray) -> float:
    """Expected number of resource items within reach of person ``i`` (row), 0 to 27; ``missing`` is working memory.

    ``awareness`` as in :func:`chances_out_of_reach`: seeing more clearly what is there does not make anybody feel
    better, so feelings count with 1.
    """
    chances_out_of_reach(site, i, awareness, missing)
    total = 0.0
    for item in range(RESOURCE_ITEMS):
        total += 1.0 - missing[item]
    return total
