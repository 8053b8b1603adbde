"""All statistics by target id, those that cannot be computed, and those that an input fixes."""

from __future__ import annotations

from collections.abc import Callable

from cpi_sim.checks import (
    statistics_attachment,
    statistics_dose,
    statistics_dynamics,
    statistics_feelings,
    statistics_networks,
    statistics_stigma,
)
from cpi_sim.checks.history import SiteHistory
from cpi_sim.evidence.catalogue import TARGETS

Statistic = Callable[[SiteHistory], float]

MODULES = (
    statistics_networks,
    statistics_attachment,
    statistics_dose,
    statistics_feelings,
    statistics_stigma,
    statistics_dynamics,
)

NOT_COMPUTED: dict[str, str] = {
    "accept_neighbour_depression": "openness is to mental health problems at large, without diagnoses",
    "community_based_contact_share_cmht": "where routine contacts take place is not part of the model",
    "density_contacts_rr": "a site has no local population density",
    "new_friends_rich_setting": "a stress test that needs a site of newcomers with 20 hours a week among peers",
    "reciprocity": "a tie has one closeness for both sides",
    "retention_6m": "loss to follow-up belongs to the conduct of a trial, not to the life of a site",
    "retention_9m": "as at six months",
    "retention_12m": "as at six months",
    "stigma_stopped_socialising_su": "fear of stigma keeps people from asking, not from activities, in this model",
    "structured_activity_community": "hours of work, study and housework are not part of the model",
    "supportive_tie_mix": "siblings and neighbours are not told apart from other relatives and acquaintances",
    "team_icc": "a property of many sites, not of each",
    "want_more_friends_su": "the wish is for contact; a wished number of friends is not part of the model",
}
"""Targets without a statistic, and why."""

BY_CONSTRUCTION: dict[str, str] = {
    "accept_neighbour_schizophrenia": "openness is drawn from a declared distribution around the cut of one half",
    "conceal_su": "who conceals is drawn with a declared chance",
    "minutes_per_contact": "the length of a contact is declared",
    "insecure_su": "the shift in attachment is declared, and the cut is placed by the community",
    "insecure_community": "the cut is placed where it gives this share",
    "community_avoidant_share": "the cut and the correlation of anxiety with avoidance are declared",
    "community_anxious_share": "as the share of avoidant adults",
    "fearful_commonest_su": "the shift, the cut and the correlation of anxiety with avoidance are declared",
    "willing_befriender": "the chance of accepting an offer is declared",
    "want_more_contacts_su": "the wish is drawn around a declared level, which loneliness hardly moves",
}
"""Targets that inputs fix whatever happens in the weeks, and how: they are shown, and do not count."""


def _statistics() -> dict[str, Statistic]:
    found = {}
    for target in TARGETS:
        for module in MODULES:
            if hasattr(module, target):
                found[target] = getattr(module, target)
    return found


STATISTICS: dict[str, Statistic] = _statistics()
"""The statistic of each target that can be computed: a function of one recorded site, named after the target."""
