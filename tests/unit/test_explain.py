"""Explanations: chances in words, replaced rules, and small worlds whose week can be told in advance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cpi_sim.engine.compilation import RULES, Program
from cpi_sim.explain import Decision, ExplainError, Explanation, explain_week, record_week
from cpi_sim.explain.plain import Plain
from cpi_sim.explain.words import INPUTS, about, listed, moved, some, times, unit_of
from cpi_sim.site.tables import SERVICE_USER, Row, Site, digest
from cpi_sim.week.plan_do_review import plan_do_review
from cpi_sim.week.taking_part import chance_to_attend_meeting, rate_of_joining
from tests.unit.steps import CERTAIN, IMPOSSIBLE, SEED
from tests.worlds import PROGRAM, offering, tie, world


def explained(site: Site, person: int = 0, week: int = 1, program: Program = PROGRAM) -> Explanation:
    return explain_week(record_week(site, SEED, week, program), person)


def told(explanation: Explanation, step: str) -> str:
    (telling,) = (each for each in explanation.tellings if each.step == step)
    return " ".join(telling.sentences)


def decision(explanation: Explanation, what: str) -> Decision:
    (found,) = (each for each in explanation.decisions if each.what.startswith(what))
    return found


# --- Words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.0, "no chance"),
        (0.0001, "less than 1 in 1,000"),
        (0.0042, "about 4 in 1,000"),
        (0.0099, "about 1 in 100"),
        (0.07, "about 7 in 100"),
        (0.31, "about 3 in 10"),
        (0.94, "about 9 in 10"),
        (0.96, "about 96 in 100"),
        (0.999, "more than 99 in 100"),
        (1.0, "certain"),
    ],
)
def test_chances_are_said_as_people_say_them(chance: float, words: str) -> None:
    assert about(chance) == words


@pytest.mark.parametrize("chance", np.linspace(0.0005, 0.9949, 400).tolist())
def test_a_chance_in_words_is_within_a_twentieth_or_so(chance: float) -> None:
    _, count, _, of = about(chance).split()
    assert int(count) / int(of.replace(",", "")) == pytest.approx(chance, rel=0.5, abs=0.05)
    assert int(count) > 0


def test_small_words() -> None:
    assert listed([]) == ""
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert (times(1), times(2), times(3)) == ("once", "twice", "3 times")
    assert (some(1, "session"), some(2, "session")) == ("A session", "2 sessions")
    assert moved(0.501, 0.499) == "stayed at 0.50"
    assert moved(0.4, 0.5) == "went from 0.40 to 0.50"


def test_every_input_of_a_rule_has_a_unit() -> None:
    arguments = {name for rule in RULES.values() for name in rule.__code__.co_varnames[: rule.__code__.co_argcount]} - {
        "p"
    }
    of_decisions = {"own_rate", "need_weight"}
    assert [name for name in arguments if not unit_of(name)] == []
    assert set(INPUTS) <= arguments | of_decisions
    assert unit_of("take_up") == "probability"


# --- Rules as lived ---------------------------------------------------------------------------------------------------


def never_goes(symptoms: float, confidence: float, accompanied: float, p: Row) -> float:
    return 0.0


def half_as_likely(symptoms: float, confidence: float, accompanied: float, p: Row) -> float:
    return 0.5 * chance_to_attend_meeting(symptoms, confidence, accompanied, p)


def asks(p: Row) -> float:
    return chance_to_attend_meeting(0.0, 0.5, 0.0, p)


def test_plain_functions_without_replacements_are_the_functions_themselves() -> None:
    assert Plain()(rate_of_joining) is rate_of_joining


def test_a_replacement_stands_wherever_the_rule_is_called_but_in_itself() -> None:
    p = world(attend_meeting_base=CERTAIN).parameters[0]
    assert Plain({"chance_to_attend_meeting": never_goes})(asks)(p) == 0.0
    assert Plain({"chance_to_attend_meeting": half_as_likely})(asks)(p) == 0.5
    assert Plain({"chance_to_attend_meeting": never_goes})(rate_of_joining)(1.0, 0.0, 0, 0, p) == rate_of_joining(
        1.0, 0.0, 0, 0, p
    )


def test_a_replaced_rule_is_the_one_explained() -> None:
    site = world(memberships={0: [0], 1: [0]}, attend_meeting_base=CERTAIN, leave_setting=0.0)
    usual = decision(explained(site), "goes to the meeting")
    assert (usual.outcome, usual.happened) == (True, True)
    assert usual.chances[0] > 0.999
    program = Program({"chance_to_attend_meeting": half_as_likely})
    halved = decision(explained(site, program=program), "goes to the meeting")
    assert halved.chances[0] == 0.5 * usual.chances[0]
    assert halved.agrees
    assert halved.outcome == (halved.drawn[0] < halved.chances[0])


# --- Weeks that can be told in advance --------------------------------------------------------------------------------


def everybody_gains_confidence(site: Site, seed: int, week: int) -> None:
    site.people["confidence"] = 0.9


def test_what_ones_own_elements_did_is_found_by_later_steps_and_said_to_be_untold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = world(memberships={0: [0], 1: [0]}, leave_setting=0.0)
    assert "Elements of your own" not in str(explained(site))
    monkeypatch.setattr(
        "cpi_sim.explain.record.steps_following",
        lambda program, step: [everybody_gains_confidence] if step is plan_do_review else [],
    )
    explanation = explained(site)
    goes = decision(explanation, "goes to the meeting")
    assert goes.inputs["confidence"] == 0.9
    assert all(each.agrees for each in explanation.decisions)
    assert "Elements of your own were lived too" in str(explanation)


def test_explaining_changes_nothing() -> None:
    site = world(ties=[tie(0, 1)])
    before = digest(site)
    explained(site)
    assert digest(site) == before


def test_meeting_at_a_place_and_becoming_acquainted() -> None:
    site = world(
        memberships={0: [0], 1: [0]}, attend_meeting_base=6.0, leave_setting=0.0, join_unaided=0.0,
        new_tie_chance=1.0, new_tie_refusal=0.0,
    )  # fmt: skip
    explanation = explained(site)
    assert "They went to the meeting at place 0 (chance of going more than 99 in 100)" in told(
        explanation, "taking_part"
    )
    meeting = told(explanation, "meeting")
    assert "they turned to a stranger (person 1; certain)" in meeting
    assert "An acquaintance began with a man of 40 (person 1) (chance certain)" in meeting
    assert decision(explanation, "an acquaintance begins with").chances == (1.0,)
    assert all(each.agrees for each in explanation.decisions)


def test_chances_of_what_never_came_to_be_drawn_are_not_given() -> None:
    """No hours left for the meeting; and acquainted in their first conversation, two need no second chance."""
    meetings = {0: [0, 1], 1: [0, 1]}
    always = {"attend_meeting_base": CERTAIN, "leave_setting": 0.0, "join_unaided": 0.0, "new_tie_refusal": 0.0}
    busy = explained(world(settings=[{}, {}], memberships=meetings, social_hours_at_most=0.0, **always))
    for goes in (each for each in busy.decisions if each.what.startswith("goes to the meeting")):
        assert (goes.outcome, goes.chances, goes.drawn) == (False, (), ())
    assert "They had no hours left for the meeting at place 0." in told(busy, "taking_part")
    assert "chance" not in told(busy, "taking_part")
    free = world(settings=[{}, {}], memberships=meetings, new_tie_chance=1.0, **always)
    assert decision(explained(free), "an acquaintance begins with").chances == (1.0,)
    strange = world(settings=[{}, {}], memberships=meetings, new_tie_chance=0.0, **always)
    assert decision(explained(strange), "an acquaintance begins with").chances == (0.0, 0.0)


def test_asking_for_help_and_the_answer_from_both_sides() -> None:
    site = world(
        people=[{}, {"offers": offering(3)}, {}], ties=[tie(0, 1, closeness_hours=1000.0)],
        needs={0: [{"resource": 3}]}, ask_base=CERTAIN, agree_base=CERTAIN, need_lasts_weeks=1e9, needs_per_week=0.0,
    )  # fmt: skip
    asker, helper = explained(site), explained(site, person=1)
    assert "they asked a friend (person 1), the only one whom they know to have it" in told(asker, "needs_and_help")
    assert "The answer was yes" in told(asker, "needs_and_help")
    assert "A friend (person 0) asked them" in told(helper, "needs_and_help")
    assert "they said yes" in told(helper, "needs_and_help")
    assert all(each.agrees for each in asker.decisions + helper.decisions)
    site = world(
        people=[{}, {"offers": offering(3)}, {}], ties=[tie(0, 1, closeness_hours=1000.0)],
        needs={0: [{"resource": 3}]}, ask_base=IMPOSSIBLE, need_lasts_weeks=1e9, needs_per_week=0.0,
    )  # fmt: skip
    assert "they did not ask this week" in told(explained(site), "needs_and_help")


def test_two_kinds_of_help_are_told_by_name_and_nobody_known_is_said() -> None:
    site = world(needs={0: [{"resource": 3}]}, need_lasts_weeks=1e9, needs_per_week=0.0)
    assert "know nobody whom they could ask" in told(explained(site), "needs_and_help")


def test_visits_without_hours_are_told_as_lost() -> None:
    site = world(ties=[tie(0, 1)], moves_per_week=3.0, moves_weekly_cv=0.2, social_hours_at_most=10, visit_hours=5.0)
    found = [told(explained(site, week=week), "keeping_in_touch") for week in range(1, 13)]
    assert any("For want of hours" in words for words in found)
    assert any("They spent time with a friend (person 1)" in words for words in found)


def test_pulls_on_a_feeling_add_up_to_what_sets_the_person_apart() -> None:
    """With everybody else just alike, the only pull on loneliness is what the person has more of."""
    site = world(people=[{"role_in_service": SERVICE_USER, "anxiety": 1.0}, {}, {}], plans={0: {"engaged": 0}},
                 style_noise=0.0, style_return_weeks=1e12)  # fmt: skip
    words = told(explained(site), "feeling")
    assert "more attachment anxiety (+0.20)" in words
    assert "more symptoms (+0.1" in words


def test_text_has_a_paragraph_a_step_and_json_all_there_is() -> None:
    explanation = explained(world(ties=[tie(0, 1)], memberships={0: [0]}))
    text = str(explanation)
    assert text.startswith("Person 0, week 2: a ")
    assert "\n\nFeelings\n  Loneliness " in text
    assert max(map(len, text.splitlines())) <= 100
    data = explanation.as_json()
    assert data["steps"][0]["step"] == "circumstances"
    decisions: list[dict[str, Any]] = [each for step in data["steps"] for each in step["decisions"]]
    assert len(decisions) == len(explanation.decisions)
    goes = next(each for each in decisions if each["what"].startswith("goes to the meeting"))
    assert goes["inputs"]["confidence"]["unit"] == "0 to 1"
    assert goes["rule"] == "chance_to_attend_meeting"


def test_a_decision_that_differs_from_what_was_recorded_says_so() -> None:
    wrong = Decision("feeling", "loneliness", outcome=0.5, happened=0.25)
    assert not wrong.agrees
    assert wrong.result() == "0.5 (recorded: 0.25)"
    assert Decision("feeling", "asks", outcome=None, happened=None).result() == "none"


@pytest.mark.parametrize("person", [-1, 3])
def test_somebody_who_does_not_live_there(person: int) -> None:
    with pytest.raises(ExplainError, match=f"person {person}: nobody here has this id; ids are 0 to 2"):
        explained(world(), person)
