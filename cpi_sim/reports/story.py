"""One person's time in a site, in words and tables: could it be true?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import pandas as pd

from cpi_sim.engine import processes
from cpi_sim.evidence.items import load_items
from cpi_sim.reports.life import Life, record_of
from cpi_sim.reports.material import Material
from cpi_sim.reports.words import AIMS, ORIGINS, STAGES, TIE_KINDS, describe, help_in_words, lower_first, plural, signed
from cpi_sim.site.tables import DECLINED, ENDED, MAPPING, SOCIAL, WAITING, WINDING_DOWN

BLOCK_WEEKS = (4, 8, 13, 26)
"""Weeks that a row of the table may hold; the fewest that give no more rows than ``ROWS_AT_MOST``."""
ROWS_AT_MOST = 13
CHAPTER_WEEKS = 26
WORTH_TELLING_HOURS = 10.0
"""New ties that never come to so many hours are counted, not told."""
TOLD_STAGES = (DECLINED, WAITING, MAPPING, WINDING_DOWN, ENDED)


def tell(life: Life) -> str:
    """A life from entry to its last week as Markdown: who, what happened, the weeks in numbers, whom they know."""
    block = block_weeks(life.weeks)
    return (
        "\n\n".join(
            [
                f"# Person {life.person}: {life.weeks} weeks",
                _introduction(life),
                "## What happened",
                _chapters(life),
                f"## The weeks in numbers, {block} at a time",
                _table(in_numbers(life, block)),
                _KEY,
                "## People",
                _table(people_known(life)),
                _KEY_OF_PEOPLE,
            ]
        )
        + "\n"
    )


_KEY = (
    "Symptoms: 1 is the mean of people with illness. Routine: routine and crisis contacts. Sessions: connecting "
    "contacts. Outings: times at a place or group. People met: different people. Lonely, well: standard deviations "
    "of the community, 0 its mean. Means of the weeks, or sums where things are counted; friends and ties at the end."
)
_KEY_OF_PEOPLE = (
    "Closeness: hours spent together, of which the older count less and less; “not yet”: not known at entry; “ended”: "
    "no longer a tie at the end. Weeks met: weeks in which they saw each other. Out of touch: once close, and long "
    "silent; such a tie may be taken up again. The number in brackets tells people apart."
)


def block_weeks(weeks: int) -> int:
    """Weeks in a row of the table, so that it can be read at a glance."""
    return next((block for block in BLOCK_WEEKS if weeks <= block * ROWS_AT_MOST), 52)


def _introduction(life: Life) -> str:
    start = life.state(0)
    own = life.ties[(life.ties["week"] == 0) & (life.ties["dormant"] == 0)]
    friends = int(life.is_friend(own).sum())
    lost = int(((life.ties["week"] == 0) & (life.ties["dormant"] == 1)).sum())
    facts = record_of(life.everybody.loc[life.person])
    years = -facts["onset_week"] / 52
    home = "living alone" if facts["lives_alone"] else "living with others"
    role = "in work, study or care" if facts["has_role"] else "not in work or study"
    places = life.members_of(0)
    member = f" A member of {_places(life, places)}." if places else ""
    return (
        f"{describe(life.everybody, life.person).capitalize()}, {home}, {role}, unwell for {years:.1f} years. "
        f"At entry: symptoms {start['symptoms']:.1f}, confidence {start['confidence']:.2f} of 1; "
        f"{plural(len(own), 'tie')}, of which {plural((own['kind'] != SOCIAL).sum(), 'family tie')} and "
        f"{plural(friends, 'friend')}; out of touch with {plural(lost, 'former friend')}.{member}"
    )


def _chapters(life: Life) -> str:
    """What happened, half a year at a time where it is longer than that."""
    moments = sorted(_moments(life), key=lambda moment: moment[0])
    chapters = []
    for first in range(1, life.weeks + 1, CHAPTER_WEEKS):
        last = min(first + CHAPTER_WEEKS - 1, life.weeks)
        lines = [f"- Week {week}: {text}." for week, text in moments if first <= week <= last]
        if life.weeks > CHAPTER_WEEKS:
            chapters.append(f"### Weeks {first} to {last}")
        chapters.append("\n".join(lines) or "Nothing that would be told.")
    return "\n\n".join(chapters)


def in_numbers(life: Life, block: int) -> pd.DataFrame:
    """A row for each ``block`` of weeks: state, contacts, outings, meetings, friends and ties."""
    rows = []
    for first in range(1, life.weeks + 1, block):
        last = min(first + block - 1, life.weeks)
        states = life.states.loc[first:last]
        before, end = life.state(first - 1), life.state(last)
        ties = life.ties[(life.ties["week"] == last) & (life.ties["dormant"] == 0)]
        events = life.events[life.events["week"].between(first, last)]
        rows.append(
            {
                "weeks": f"{first}-{last}",
                "symptoms": f"{states['symptoms'].mean():.1f}",
                "crisis weeks": int(life.in_crisis().loc[first:last].sum()),
                "routine": sum(int(end[name] - before[name]) for name in ("contacts_routine", "contacts_crisis")),
                "sessions": int(end["sessions_attended"] - before["sessions_attended"]),
                "outings": int(states["acts"].sum()),
                "people met": events.loc[events["what"] == processes.MET, "other"].nunique(),
                "friends": int(life.is_friend(ties).sum()),
                "ties": len(ties),
                "lonely": signed(states["loneliness"].mean()),
                "well": signed(states["wellbeing"].mean()),
                "support": STAGES[int(end["stage"])],
            }
        )
    return pd.DataFrame(rows)


def people_known(life: Life, most: int = 16) -> pd.DataFrame:
    """The people who were closest at any time: how close at the start and the end, and how often they met."""
    met = life.weeks_met()
    rows = []
    for other in life.closest(most):
        ties = life.ties[life.ties["other"] == other]
        first, last = record_of(ties.iloc[0]), record_of(ties.iloc[-1])
        rows.append(
            {
                "who": describe(life.everybody, other),
                "tie": TIE_KINDS[int(last["kind"])],
                "how": ORIGINS[int(last["origin"])],
                "closeness at entry": f"{first['closeness_hours']:.0f}" if first["week"] == 0 else "not yet",
                f"in week {life.weeks}": f"{last['closeness_hours']:.0f}" if last["week"] == life.weeks else "ended",
                "weeks met": int(met.get(other, 0)),
                "out of touch": "yes" if last["dormant"] and last["week"] == life.weeks else "",
            }
        )
    return pd.DataFrame(rows)


def _moments(life: Life) -> Iterator[tuple[int, str]]:
    """Everything worth telling, as (week, words)."""
    if life.state(0)["crisis_until"] > 0:
        yield 1, f"a crisis that began before entry goes on (for {plural(life.state(0)['crisis_until'], 'week')} more)"
    yield from _moments_of_support(life)
    social = life.ties[life.ties["kind"] == SOCIAL]
    for _, ties in social.groupby("other"):
        yield from _moments_of_tie(life, ties)
    for event in map(record_of, (row for _, row in life.events.iterrows())):
        words = _words_of_event(life, event)
        if words:
            yield event["week"], words


def _moments_of_support(life: Life) -> Iterator[tuple[int, str]]:
    for week in range(1, life.weeks + 1):
        before, now = life.state(week - 1), life.state(week)
        if now["stage"] != before["stage"] and now["stage"] in TOLD_STAGES:
            yield week, f"connecting support: {STAGES[int(now['stage'])]}"
        if now["workers_met"] > before["workers_met"]:
            yield week, "a new worker takes over"
        if now["engaged"] < before["engaged"]:
            yield week, "leaves the service"


def _moments_of_tie(life: Life, ties: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """A tie that begins, becomes a friendship, breaks, or is lost touch with; ``ties``: a row a week that it lasted."""
    weeks: list[int] = ties["week"].tolist()
    who = describe(life.everybody, int(ties["other"].iloc[0]))
    if weeks[0] > 0 and ties["closeness_hours"].max() >= WORTH_TELLING_HOURS:
        yield weeks[0], f"gets to know {who} ({ORIGINS[int(ties['origin'].iloc[0])]})"
    friend: list[bool] = life.is_friend(ties).tolist()
    if any(friend) and not friend[0]:
        yield weeks[friend.index(True)], f"{who} has become a friend"
    dormant: list[int] = ties["dormant"].tolist()
    for week, (before, now) in zip(weeks[1:], pairwise(dormant), strict=True):
        if now and not before:
            yield week, f"has lost touch with {who}, once a friend"
    if weeks[-1] < life.weeks and friend[-1]:
        yield weeks[-1] + 1, f"the friendship with {who} breaks"


def _words_of_event(life: Life, event: Mapping[str, Any]) -> str | None:
    """Words for one recorded event, or None where it is not told on its own."""
    what, other, value = event["what"], int(event["other"]), int(event["value"])
    if what in (processes.WAS_HELPED, processes.WAS_REFUSED):
        return _words_of_help(life, other, value, what == processes.WAS_HELPED, event["who"] == life.person)
    if what in (processes.TIE_RENEWED, processes.INTRODUCED):
        return f"{_BETWEEN_TWO[what]} {describe(life.everybody, other)}"
    if what in (processes.JOINED, processes.LEFT):
        helped = ", with the worker's help" if what == processes.JOINED and value > 0 else ""
        return f"{'joins' if what == processes.JOINED else 'leaves'} {_places(life, [other])}{helped}"
    if what in (processes.AIM_CHOSEN, processes.AIM_REACHED):
        return f"{_OF_AIMS[what]}: {AIMS[value]}"
    if what == processes.CRISIS_BEGAN:
        return f"a crisis begins ({plural(value, 'week')})"
    if what == processes.LIFE_CHANGED:
        ended = life.memberships_ended(event["week"])
        out = f", and membership of {_places(life, ended)} ends" if ended else ""
        return f"moves, or life changes: ties outside the family weaken{out}"
    return None


_BETWEEN_TWO = {processes.TIE_RENEWED: "is back in touch with", processes.INTRODUCED: "is introduced to"}
_OF_AIMS = {processes.AIM_CHOSEN: "chooses an aim", processes.AIM_REACHED: "an aim is reached"}


def _words_of_help(life: Life, other: int, item: int, helped: bool, own: bool) -> str:
    wanted = help_in_words(load_items().ids[item])
    who = describe(life.everybody, other)
    if own:
        return f"asks {who} for {wanted} and is {'helped' if helped else 'refused'}"
    return f"is asked by {who} for {wanted} and {'helps' if helped else 'cannot or will not help'}"


def _places(life: Life, places: list[int]) -> str:
    """``place 3 and a group for people who use services (place 68)``."""
    return " and ".join(
        f"a group for people who use services (place {place})" if place in life.users_only else f"place {place}"
        for place in places
    )


def _table(frame: pd.DataFrame) -> str:
    """A Markdown table."""
    if frame.empty:
        return "Nobody."
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + "---|" * len(frame.columns)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in frame.itertuples(index=False)]
    return "\n".join(lines)


def site_in_words(material: Material, arm: str) -> str:
    """What happened at one site in one arm, in a few lines."""
    weeks = material.weeks[material.weeks["arm"] == arm]
    people = weeks["people"].iloc[0]
    last = str(int(weeks["week"].iloc[-1]))
    lines = [
        f"{material.labels[arm]}: {people:.0f} people who use services, {last} weeks.",
        _contacts_in_words(material, arm, weeks),
    ]
    for name, outcome in material.outcomes.items():
        scores = material.summary["arms"][arm][name]
        line = f"{outcome.label}: {scores['0']['mean']:.1f} at entry, {scores[last]['mean']:.1f} at week {last}"
        effects = material.summary["effects"].get(arm)
        if effects:
            same = ", same people" if material.same_people[arm] else ""
            line += (
                f" ({signed(effects[name][last]['mean'], 2)} against {lower_first(material.comparator_words)}{same})"
            )
        lines.append(line + ".")
    return "\n".join(lines)


def _contacts_in_words(material: Material, arm: str, weeks: pd.DataFrame) -> str:
    """Contacts intended, agreed and delivered; hours of the weeks in which support is offered or winding down."""
    if arm not in material.offered:
        return "Connecting contacts: none are offered."
    given = weeks[["contacts_agreed", "contacts_delivered", "hours_delivered"]].sum()
    running = (weeks["week"] <= material.offered[arm][1]) | (weeks["supported"] > 0) | (weeks["hours_delivered"] > 0)
    until = int(weeks.loc[running, "week"].max())
    ended = f" until support had wound down, in week {until}" if until < material.horizon_weeks else ""
    return (
        f"Connecting contacts: {material.contacts[arm]:g} a month intended for each; {given['contacts_agreed']:.0f} "
        f"agreed and {given['contacts_delivered']:.0f} delivered in all, in {given['hours_delivered']:.0f} of the "
        f"{weeks.loc[running, 'hours_available'].sum():.0f} hours available{ended}."
    )
