"""One person's time in a site, in words and tables: could it be true?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from cpi_sim.engine import processes
from cpi_sim.evidence.items import load_items
from cpi_sim.reports.life import Life, record_of
from cpi_sim.reports.material import Material
from cpi_sim.reports.words import AIMS, ORIGINS, STAGES, TIE_KINDS, describe, lower_first, plural
from cpi_sim.site.tables import DECLINED, ENDED, MAPPING, SOCIAL, WAITING, WINDING_DOWN

BLOCK_WEEKS = 4
WORTH_TELLING_HOURS = 10.0
"""New ties that never come to so many hours are counted, not told."""
TOLD_STAGES = (DECLINED, WAITING, MAPPING, WINDING_DOWN, ENDED)


def tell(life: Life, weeks: int = 52) -> str:
    """The first ``weeks`` weeks of a life as Markdown: who, what happened, the weeks in numbers, whom they know."""
    moments = "\n".join(f"- Week {week}: {text}." for week, text in sorted(_moments(life, weeks), key=lambda m: m[0]))
    return (
        "\n\n".join(
            [
                f"# Person {life.person}: {weeks} weeks",
                _introduction(life),
                "## What happened",
                moments or "Nothing that would be told.",
                f"## The weeks in numbers, {BLOCK_WEEKS} at a time",
                _table(in_numbers(life, weeks)),
                _KEY,
                "## People",
                _table(people_known(life, weeks)),
            ]
        )
        + "\n"
    )


_KEY = (
    "Symptoms: 1 is the mean of people with illness. Routine: routine and crisis contacts. Sessions: connecting "
    "contacts. Outings: times at a place or group. People met: different people. Lonely, well: standard deviations "
    "of the community, 0 its mean. Means of the weeks, or sums where things are counted; friends and ties at the end."
)


def _introduction(life: Life) -> str:
    start = life.state(0)
    own = life.ties[(life.ties["week"] == 0) & (life.ties["dormant"] == 0)]
    friends = int(life.is_friend(own).sum())
    lost = int(((life.ties["week"] == 0) & (life.ties["dormant"] == 1)).sum())
    facts = record_of(life.everybody.loc[life.person])
    years = -facts["onset_week"] / 52
    home = "living alone" if facts["lives_alone"] else "living with others"
    role = "in work, study or care" if facts["has_role"] else "not in work or study"
    return (
        f"{describe(life.everybody, life.person).capitalize()}, {home}, {role}, unwell for {years:.1f} years. "
        f"At entry: symptoms {start['symptoms']:.1f}, confidence {start['confidence']:.2f} of 1; "
        f"{plural(len(own), 'tie')}, of which {plural((own['kind'] != SOCIAL).sum(), 'family tie')} and "
        f"{plural(friends, 'friend')}; {plural(lost, 'friend')} lost touch with."
    )


def in_numbers(life: Life, weeks: int) -> pd.DataFrame:
    """A row for each block of weeks: state, contacts, outings, meetings, friends and ties."""
    rows = []
    for first in range(1, weeks + 1, BLOCK_WEEKS):
        last = min(first + BLOCK_WEEKS - 1, weeks)
        states = life.states.loc[first:last]
        before, end = life.state(first - 1), life.state(last)
        ties = life.ties[(life.ties["week"] == last) & (life.ties["dormant"] == 0)]
        events = life.events[life.events["week"].between(first, last)]
        rows.append(
            {
                "weeks": f"{first}-{last}",
                "symptoms": f"{states['symptoms'].mean():.1f}",
                "crisis weeks": int((states["crisis_until"] > states.index - 1).sum()),
                "routine": sum(int(end[name] - before[name]) for name in ("contacts_routine", "contacts_crisis")),
                "sessions": int(end["sessions_attended"] - before["sessions_attended"]),
                "outings": int(states["acts"].sum()),
                "people met": events.loc[events["what"] == processes.MET, "other"].nunique(),
                "friends": int(life.is_friend(ties).sum()),
                "ties": len(ties),
                "lonely": f"{states['loneliness'].mean():+.1f}",
                "well": f"{states['wellbeing'].mean():+.1f}",
                "support": STAGES[int(end["stage"])],
            }
        )
    return pd.DataFrame(rows)


def people_known(life: Life, weeks: int, most: int = 16) -> pd.DataFrame:
    """The people who were closest at any time: how close at the start and the end, and how often they met."""
    span = life.ties[life.ties["week"] <= weeks]
    events = life.events[(life.events["what"] == processes.MET) & (life.events["week"] <= weeks)]
    met = events.groupby("other")["week"].nunique()
    rows = []
    for _, ties in span.groupby("other"):
        first, last = record_of(ties.iloc[0]), record_of(ties.iloc[-1])
        start = first["closeness_hours"] if first["week"] == 0 else 0.0
        rows.append(
            {
                "who": describe(life.everybody, last["other"]),
                "tie": TIE_KINDS[int(last["kind"])],
                "how": ORIGINS[int(last["origin"])],
                "hours, week 0": f"{start:.0f}",
                f"hours, week {weeks}": f"{last['closeness_hours']:.0f}" if last["week"] == weeks else "over",
                "weeks met": int(met.get(last["other"], 0)),
                "lost touch": "yes" if last["dormant"] else "",
                "closest": ties["closeness_hours"].max(),
            }
        )
    table = pd.DataFrame(rows).sort_values("closest", ascending=False).head(most)
    return table.drop(columns="closest")


def _moments(life: Life, weeks: int) -> Iterator[tuple[int, str]]:
    """Everything worth telling, as (week, words)."""
    yield from _moments_of_support(life, weeks)
    span = life.ties[(life.ties["week"] <= weeks) & (life.ties["kind"] == SOCIAL)]
    for _, ties in span.groupby("other"):
        yield from _moments_of_tie(life, ties)
    events = life.events[life.events["week"] <= weeks]
    for event in map(record_of, (row for _, row in events.iterrows())):
        words = _words_of_event(life, event)
        if words:
            yield event["week"], words


def _moments_of_support(life: Life, weeks: int) -> Iterator[tuple[int, str]]:
    for week in range(1, weeks + 1):
        before, now = life.state(week - 1), life.state(week)
        if now["stage"] != before["stage"] and now["stage"] in TOLD_STAGES:
            yield week, f"connecting support: {STAGES[int(now['stage'])]}"
        if now["workers_met"] > before["workers_met"]:
            yield week, "a new worker takes over"
        if now["engaged"] < before["engaged"]:
            yield week, "leaves the service"


def _moments_of_tie(life: Life, ties: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """A tie that begins, becomes a friendship, or is lost touch with; ``ties`` has a row a week that it lasted."""
    weeks: list[int] = ties["week"].tolist()
    who = describe(life.everybody, int(ties["other"].iloc[0]))
    if weeks[0] > 0 and ties["closeness_hours"].max() >= WORTH_TELLING_HOURS:
        yield weeks[0], f"gets to know {who} ({ORIGINS[int(ties['origin'].iloc[0])]})"
    friend: list[bool] = life.is_friend(ties).tolist()
    if any(friend) and not friend[0]:
        yield weeks[friend.index(True)], f"{who} has become a friend"
    dormant: list[int] = ties["dormant"].tolist()
    if dormant[-1] and not dormant[0]:
        yield weeks[dormant.index(1)], f"has lost touch with {who}, once a friend"


def _words_of_event(life: Life, event: Mapping[str, Any]) -> str | None:
    """Words for one recorded event, or None where it is not told on its own."""
    what, other, value = event["what"], int(event["other"]), int(event["value"])
    if what in (processes.WAS_HELPED, processes.WAS_REFUSED):
        return _words_of_help(life, other, value, what == processes.WAS_HELPED, event["who"] == life.person)
    if what in (processes.TIE_RENEWED, processes.INTRODUCED):
        return f"{_BETWEEN_TWO[what]} {describe(life.everybody, other)}"
    if what in (processes.JOINED, processes.LEFT):
        helped = ", with the worker's help" if what == processes.JOINED and value > 0 else ""
        return f"{'joins' if what == processes.JOINED else 'leaves'} {_place(life, other)}{helped}"
    if what in (processes.AIM_CHOSEN, processes.AIM_REACHED):
        return f"{_OF_AIMS[what]}: {AIMS[value]}"
    if what == processes.CRISIS_BEGAN:
        return f"a crisis begins ({plural(value, 'week')})"
    if what == processes.LIFE_CHANGED:
        return "moves, or life changes: old circles fall away"
    return None


_BETWEEN_TWO = {processes.TIE_RENEWED: "is back in touch with", processes.INTRODUCED: "is introduced to"}
_OF_AIMS = {processes.AIM_CHOSEN: "chooses an aim", processes.AIM_REACHED: "an aim is reached"}


def _words_of_help(life: Life, other: int, item: int, helped: bool, own: bool) -> str:
    need = load_items().ids[item].replace("_", " ")
    answer = "and is helped" if helped else "and is refused"
    who = describe(life.everybody, other)
    if own:
        return f"asks {who} ({need}) {answer}"
    return f"is asked by {who} ({need}) and {'helps' if helped else 'cannot or will not help'}"


def _place(life: Life, place: int) -> str:
    return f"a group for people who use services (place {place})" if place in life.users_only else f"place {place}"


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
    given = weeks[["contacts_agreed", "contacts_delivered", "hours_delivered", "hours_available"]].sum()
    last = str(int(weeks["week"].iloc[-1]))
    lines = [
        f"{material.labels[arm]}: {people:.0f} people who use services, {last} weeks.",
        f"Connecting contacts: {material.contacts[arm]:g} a month intended for each; {given['contacts_agreed']:.0f} "
        f"agreed and {given['contacts_delivered']:.0f} delivered in all, in {given['hours_delivered']:.0f} of "
        f"{given['hours_available']:.0f} hours available.",
    ]
    for name, outcome in material.outcomes.items():
        scores = material.summary["arms"][arm][name]
        line = f"{outcome.label}: {scores['0']['mean']:.1f} at entry, {scores[last]['mean']:.1f} at week {last}"
        effects = material.summary["effects"].get(arm)
        if effects:
            same = ", same people" if material.same_people[arm] else ""
            line += f" ({effects[name][last]['mean']:+.2f} against {lower_first(material.comparator_words)}{same})"
        lines.append(line + ".")
    return "\n".join(lines)
