"""The card about one person, in plain words."""

from __future__ import annotations

import numpy as np

from cpi_sim.agents import ServiceUser
from cpi_sim.reports.words import plural
from cpi_sim.site.tables import COMMUNITY_MEMBER
from cpi_sim.viz.ego import Other, label_of
from cpi_sim.viz.page_model import PageModel

_STAGES = {
    "not offered": "Connecting support has not been offered.",
    "declined": "Was offered connecting support and declined.",
    "waiting": "Waits for connecting support to begin.",
    "mapping": "Connecting support: worker and person draw a map of the network.",
    "aiming": "Connecting support: they choose an aim together.",
    "doing": "Connecting support: they work towards an aim, {aim}.",
    "reviewing": "Connecting support: they look back at how it went.",
    "winding down": "Connecting support is winding down.",
    "ended": "Connecting support has ended.",
}
_AIMS = {
    "none": "not yet chosen",
    "new activity": "a new activity",
    "lost tie": "finding a friend again whom they lost touch with",
    "introduction": "meeting somebody new",
    "open need": "help with something they need",
}


def option_of(person: ServiceUser) -> str:
    """How the list of people names a person: ``17: woman, 34``."""
    return f"{person.person_id}: {label_of(person)}"


def paragraphs(model: PageModel, person: ServiceUser, others: list[Other]) -> list[str]:
    """What there is to say of a person this week: life, support, people, feelings."""
    return [_life(person), _support(person), _people(model, others), _feelings(model, person)]


def _life(person: ServiceUser) -> str:
    home = "Lives alone" if person.lives_alone else "Lives with others"
    role = "in work, study or a caring role" if person.has_role else "not in work or study"
    years = (person.model.week - person.onset_week) / 52
    crisis = " In crisis now." if person.in_crisis else ""
    return f"{home}, {role}. Unwell for {years:.0f} years.{crisis}"


def _support(person: ServiceUser) -> str:
    if not person.engaged:
        return "Has left the service."
    stage = _STAGES[person.stage].format(aim=_AIMS[person.aim])
    if person.sessions_agreed == 0:
        return stage
    aims = f"; {plural(person.aims_reached, 'aim')} reached" if person.aims_reached else ""
    return f"{stage} Came to {person.sessions_attended} of {person.sessions_agreed} contacts agreed{aims}."


def _people(model: PageModel, others: list[Other]) -> str:
    ties = [(other, other.tie) for other in others if other.tie is not None]
    family = sum(other.family for other, _ in ties)
    hours = model.parameter("casual_friend_hours")
    friends = sum(not other.family and tie.closeness_hours >= hours for other, tie in ties)
    rest = len(ties) - family - friends
    new = sum(tie.formed_week >= 0 for _, tie in ties)
    lost = len(others) - len(ties)
    return (
        f"In touch with {plural(len(ties), 'person', 'people')}: {family} in the family, {plural(friends, 'friend')}, "
        f"{plural(rest, 'acquaintance')}. Since entry, {new} new; {lost} no longer in touch."
    )


def _feelings(model: PageModel, person: ServiceUser) -> str:
    """Where the person stands among the community, in tenths."""
    community = model.column("people", "role_in_service") == COMMUNITY_MEMBER
    lonelier = float(np.mean(model.column("people", "loneliness")[community] < person.loneliness))
    better = float(np.mean(model.column("people", "wellbeing")[community] < person.wellbeing))
    return (
        f"Feels lonelier than {_tenths(lonelier)} people in the community, "
        f"and better in general than {_tenths(better)}."
    )


def _tenths(share: float) -> str:
    tenths = round(10 * share)
    return {0: "hardly any", 10: "nearly all"}.get(tenths, f"{tenths} in 10")
