"""How well two people click, and how secure each feels at the start: what a new tie is born with."""

from __future__ import annotations

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp, logistic
from cpi_sim.engine.compilation import machinery, rule
from cpi_sim.engine.keyed import normal_two, process_key
from cpi_sim.site.tables import Row, Site
from cpi_sim.site.tie_table import place_tie


@rule
def affinity_of_pair(
    shared_interest: int, same_sex: int, age_gap_years: float, position_gap: float, click: float, p: Row
) -> float:
    """How well two people click, about 1 on average.

    ``click`` is the standard normal number of this pair. Homophily is general knowledge of the field; sizes:
    assumption.
    """
    return exp(
        p.affinity_mean
        + p.affinity_spread * click
        + p.affinity_interest * (shared_interest - 0.3)
        + p.affinity_sex * (same_sex - 0.5)
        + p.affinity_age * (exp(-age_gap_years / 10.0) - 0.45)
        - p.affinity_position * (position_gap - 1.1)
    )


@rule
def security_at_birth(anxiety: float, avoidance: float, trait: float, p: Row) -> float:
    """How secure a person feels in a tie when it begins, and comes back to: their general style. Assumption."""
    return logistic(p.security_base - p.security_style * (anxiety + avoidance) + p.security_spread * trait)


@machinery
def affinity_between(site: Site, seed: int, i: int, j: int, week: int) -> float:
    """Affinity of two persons (rows); ``week`` 0 for the first draw, later weeks when it is drawn anew."""
    a = site.people[i]
    b = site.people[j]
    low = min(a.id, b.id)
    high = max(a.id, b.id)
    click = normal_two(process_key(seed, processes.AFFINITY, week), low, high)
    shared = 1 if (a.interests & b.interests) != 0 else 0
    same = 1 if a.female == b.female else 0
    return affinity_of_pair(
        shared, same, abs(a.age_years - b.age_years), abs(a.position - b.position), click, site.parameters[0]
    )


@machinery
def trust_in(site: Site, seed: int, i: int, j: int) -> float:
    """How far person ``i`` trusts ``j`` (rows) beyond what their style expects: a standard normal number of the
    pair.
    """
    return normal_two(process_key(seed, processes.SECURITY_AT_BIRTH, 0), site.people[i].id, site.people[j].id)


@machinery
def begin_tie(
    site: Site, seed: int, i: int, j: int, week: int, kind: int, origin: int, hours: float, own_rate: float
) -> None:
    """A new tie between persons ``i`` and ``j`` (rows), as they happen to click and as each happens to trust."""
    p = site.parameters[0]
    a = site.people[i]
    b = site.people[j]
    trust_i = trust_in(site, seed, i, j)
    trust_j = trust_in(site, seed, j, i)
    place_tie(
        site, i, j, week, kind, origin, hours, affinity_between(site, seed, i, j, 0), trust_i, trust_j,
        security_at_birth(a.anxiety, a.avoidance, trust_i, p), security_at_birth(b.anxiety, b.avoidance, trust_j, p),
        own_rate,
    )  # fmt: skip
