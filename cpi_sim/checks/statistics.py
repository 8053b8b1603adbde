"""All statistics of a site by target id, those that cannot be computed, and those that an input fixes."""

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
    "accept_neighbour_depression": "people are open to mental health problems at large; "
    "it would take a diagnosis for each person, and an openness to each diagnosis",
    "community_based_contact_share_cmht": "routine and crisis contacts have no place; "
    "it would take one for each (clinic, home, elsewhere), and what decides it",
    "density_contacts_rr": "a locality has no area; "
    "it would take places of different density, and meetings that depend on it",
    "reciprocity": "a friend is somebody close, and both sides of a tie share its closeness; "
    "it would take a closeness for each side (security has one, but makes nobody a friend)",
    "retention_6m": "everybody is measured when asked for, whoever has left the service too; "
    "it would take the conduct of a trial: who is found, and agrees, at each follow-up",
    "retention_9m": "as at six months",
    "retention_12m": "as at six months",
    "stigma_stopped_socialising_su": "expecting refusal keeps people from asking for help and from getting to know "
    "others, never from an activity; it would take a part in joining and attending, and a count of what it prevented",
    "structured_activity_community": "work, study or a caring role is had or not, and housework is not known; "
    "it would take the hours of each",
    "supportive_tie_mix": "relatives are of one kind, and nobody is a neighbour; "
    "it would take how each is related (a sister counts, a mother does not), and where people live",
    "want_more_friends_su": "people wish for more contact, or do not; "
    "it would take the number of friends that each would like to have",
}
"""Targets without a statistic: what the model lacks, and what structure would give it."""

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
"""The statistic of each target that one site can give: a function of its history, named after the target."""
