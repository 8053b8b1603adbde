"""What a story and the picture of a person tell of a life that is written down by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pandas as pd
import pytest

from cpi_sim.batches.diary import FIXED, PERSON_STATES, PLAN_STATES, TIE_FIELDS
from cpi_sim.engine import processes
from cpi_sim.evidence.items import load_items
from cpi_sim.explain.words import moved, number
from cpi_sim.reports.life import Life
from cpi_sim.reports.look import look
from cpi_sim.reports.person_figure import draw_person
from cpi_sim.reports.story import block_weeks, people_known, tell
from cpi_sim.reports.words import HELP, signed

WEEKS = 104
ANNA, BEA, CARL, DORA = 1, 2, 3, 4
CHOIR, GROUP = 5, 6


def a_life(
    events: Sequence[tuple[int, int, int, int]] = (), places: Mapping[int, tuple[int, int]] = MappingProxyType({})
) -> Life:
    """Anna's two years with Bea, a friend; Carl, a friend who falls silent in week 60; Dora, in name only.

    ``events``: week, what, other, value; ``places``: first and last week as a member of each.
    """
    weeks = pd.RangeIndex(WEEKS + 1, name="week")
    states = pd.DataFrame(0.0, index=weeks, columns=[*PERSON_STATES, *PLAN_STATES])
    everybody = pd.DataFrame(0, index=[ANNA, BEA, CARL, DORA], columns=list(FIXED[1:]))
    everybody["age_years"], everybody.loc[[ANNA, BEA], "role_in_service"] = 30.0, 1
    hours = {BEA: 80.0, CARL: 90.0, DORA: 0.0}
    ties = [
        dict.fromkeys(TIE_FIELDS, 0) | {"week": week, "other": other, "closeness_hours": hours[other],
                                        "dormant": int(other == CARL and week >= 60)}
        for week in weeks for other in (BEA, CARL, DORA)
    ]  # fmt: skip
    told = [{"week": w, "what": what, "who": ANNA, "other": other, "value": value} for w, what, other, value in events]
    member = [{"week": week, "place": place, "attended": 0} for place, (first, last) in places.items()
              for week in range(first, last + 1)]  # fmt: skip
    return Life(
        ANNA, states, pd.DataFrame(ties), pd.DataFrame(member, columns=["week", "place", "attended"]),
        pd.DataFrame(told, columns=["week", "what", "who", "other", "value"]), everybody, {GROUP}, 50.0,
    )  # fmt: skip


def test_the_second_year_is_told_too() -> None:
    story = tell(a_life([(77, processes.CRISIS_BEGAN, ANNA, 6)]))
    assert story.startswith("# Person 1: 104 weeks")
    assert "- Week 60: has lost touch with a man of 30 (3), once a friend." in story
    assert "- Week 77: a crisis begins (6 weeks)." in story
    assert "| 97-104 |" in story


@pytest.mark.parametrize(("weeks", "block"), [(8, 4), (52, 4), (53, 8), (104, 8), (156, 13), (520, 52)])
def test_the_table_stays_readable(weeks: int, block: int) -> None:
    assert block_weeks(weeks) == block


def test_a_change_of_life_tells_which_memberships_it_ends() -> None:
    life = a_life([(9, processes.LEFT, CHOIR, 0), (9, processes.LIFE_CHANGED, ANNA, 0)], {CHOIR: (0, 8), GROUP: (0, 8)})
    assert life.memberships_ended(9) == [GROUP]
    story = tell(life)
    assert "and membership of a group for people who use services (place 6) ends." in story
    assert "A member of place 5 and a group for people who use services (place 6)." in story
    assert "- Week 9: leaves place 5." in story


def test_a_crisis_under_way_at_entry_is_told() -> None:
    life = a_life()
    life.states["crisis_until"] = 2.0
    assert "- Week 1: a crisis that began before entry goes on (for 2 weeks more)." in tell(life)
    assert life.in_crisis().loc[1:].sum() == 2


def test_help_is_asked_for_in_a_sentence() -> None:
    way = load_items().ids.index("help_to_get_there")
    assert "- Week 7: asks a man of 30 (3) for help to get somewhere and is helped." in tell(
        a_life([(7, processes.WAS_HELPED, CARL, way)])
    )
    assert set(HELP) == set(load_items().ids)


def test_people_with_nothing_to_show_are_left_out() -> None:
    assert people_known(a_life())["who"].tolist() == ["a man of 30 (3)", "a man of 30 with experience of illness (2)"]
    met = a_life([(3, processes.MET, DORA, 0)])
    assert met.closest(16) == [CARL, BEA, DORA]


def test_nobody_is_called_ill_in_the_picture() -> None:
    with look():
        figure = draw_person(a_life(), "One person", WEEKS)
    words = [label.get_text() for axes in figure.axes for label in axes.get_yticklabels()]
    assert "a man of 30 (2)*" in words
    assert figure.axes[0].get_title(loc="left") == "Symptoms and crises"
    assert not any("ill" in each for each in words)


def test_numbers_in_words_keep_their_size_and_have_no_negative_zero() -> None:
    assert [signed(value) for value in (-0.04, 0.04, 1.36, -0.3)] == ["0.0", "0.0", "+1.4", "-0.3"]
    assert [number(value) for value in (0.0, 0.05, 0.35, 1.26)] == ["0.00", "0.05", "0.35", "1.3"]
    assert moved(-0.001, 0.001) == "stayed at 0.00"
