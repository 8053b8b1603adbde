"""Words for the numbers that the site's tables hold."""

from __future__ import annotations

import pandas as pd

from cpi_sim.site import tables

STAGES = {
    tables.NOT_OFFERED: "not offered",
    tables.DECLINED: "declined the offer",
    tables.WAITING: "waiting",
    tables.MAPPING: "mapping the network",
    tables.AIMING: "choosing an aim",
    tables.DOING: "working towards an aim",
    tables.REVIEWING: "looking back",
    tables.WINDING_DOWN: "winding down",
    tables.ENDED: "ended",
}
AIMS = {
    tables.NO_AIM: "no aim yet",
    tables.NEW_ACTIVITY: "a new activity",
    tables.LOST_TIE: "a friend lost touch with",
    tables.INTRODUCTION: "meeting somebody new",
    tables.OPEN_NEED: "help with an open need",
}
TIE_KINDS = {tables.SOCIAL: "friend or acquaintance", tables.KIN: "family", tables.PARTNER: "partner"}
ORIGINS = {
    tables.FROM_START: "known since before",
    tables.FROM_SETTING: "met at a place",
    tables.FROM_INTRODUCTION: "introduced by the worker",
    tables.FROM_FAMILY: "new in the family",
}

HELP = {
    "help_when_ill_at_home": "shopping or a meal while unwell",
    "small_house_jobs": "help with an odd job at home",
    "lend_tools": "the loan of tools",
    "help_to_get_there": "help to get somewhere",
    "lend_small_money": "a small loan",
    "lend_large_money": "a loan of a month's rent",
    "somewhere_to_stay": "somewhere to stay",
    "mind_home_or_pet": "care of home or pet while away",
    "legal_advice": "advice on the law",
    "money_advice": "advice on money",
    "benefits_advice": "advice on benefits",
    "health_advice": "advice on health",
    "housing_advice": "advice on housing",
    "work_reference": "a reference for work",
    "emotional_counsel": "a listening ear",
    "computer_skills": "help with a phone or computer",
    "second_language": "help with another language",
    "cooks_for_many": "help with cooking for many",
    "plays_or_makes": "company in music, art or crafts",
    "sport_or_outdoors": "company in sport or outdoors",
    "mends_vehicles_or_machines": "help with mending a bicycle or appliance",
    "knows_local_groups": "advice on local groups",
    "knows_council_or_officials": "a word with the council",
    "hires_people": "help with finding work",
    "politically_active": "help with a cause",
    "can_reach_media_or_leaders": "a word with somebody prominent",
    "sorts_out_disputes": "help with settling a dispute",
}
"""What is asked for, by id of the resource item, as it stands after "asks for"."""

EXPERIENCE = " with experience of illness"


def help_in_words(item: str) -> str:
    """What somebody asks for: ``help to get somewhere``; an item that has no words of its own goes by its id."""
    return HELP.get(item, item.replace("_", " "))


def signed(value: float, digits: int = 1) -> str:
    """``+1.4`` or ``-0.3``; what rounds to zero has no sign."""
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0.0 else text


def lower_first(text: str) -> str:
    """A label inside a sentence: ``Usual care`` is ``usual care`` there, ``CPI`` remains."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def plural(number: float, word: str, words: str | None = None) -> str:
    """``1 friend``, ``2 friends``, ``no friends``."""
    whole = round(number)
    if whole == 1:
        return f"1 {word}"
    return f"{whole if whole else 'no'} {words or word + 's'}"


def describe(everybody: pd.DataFrame, person: int) -> str:
    """``a woman of 34 with experience of illness (12)``: sex, age, whether ever ill, and id."""
    facts = everybody.loc[person]
    sex = "woman" if facts["female"] == 1 else "man"
    service = "" if facts["role_in_service"] == tables.COMMUNITY_MEMBER else EXPERIENCE
    return f"a {sex} of {facts['age_years']:.0f}{service} ({int(person)})"
