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
    service = "" if facts["role_in_service"] == tables.COMMUNITY_MEMBER else " with experience of illness"
    return f"a {sex} of {facts['age_years']:.0f}{service} ({int(person)})"
