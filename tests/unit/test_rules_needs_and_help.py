"""Rules of the seventh step, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace as Numbers

import pytest

from cpi_sim.week.needs_and_help import (
    agreement_expected,
    chance_to_agree,
    chance_to_ask,
    confidence_after,
    refusal_expected_after,
    weight_to_be_asked,
)

AGREEING = Numbers(
    agree_base=-0.5, agree_closeness=0.5, agree_given_earlier=1.5, agree_asked_lately=0.5, agree_large_aid=1.5
)
EXPECTING = Numbers(underestimation=0.3, underestimation_refusal=0.5, advice_underestimation=0.5)
WHOM = Numbers(whom_expected=2.0, whom_security=1.5, whom_seen=0.75, whom_closeness=0.5)
ASKING = Numbers(
    ask_base=-2.0, ask_urgency=1.5, ask_security=2.0, ask_expected=1.0, ask_refusal=0.5, ask_avoidance=0.25,
    attachment_shift=0.0,
    ask_advice=0.75,
)  # fmt: skip
LEARNING = Numbers(
    help_confidence=0.04, refused_confidence=0.05, giving_confidence=0.02, help_refusal=0.03, refused_refusal=0.04,
    reflection_gain=0.5,
)  # fmt: skip
TEN_E = 17.18281828459045
"""Hours of closeness at which ln(1 + hours / 10) is 1."""


@pytest.mark.parametrize(
    ("closeness", "given_earlier", "asked_lately", "large_aid", "stigma", "chance"),
    [
        (0.0, 0, 0, 0, 1.0, 0.3775406688),  # log-odds -0.5
        (TEN_E, 0, 0, 0, 1.0, 0.5),  # closeness: + 0.5
        (0.0, 1, 0, 0, 1.0, 0.7310585786),  # helped before: + 1.5
        (0.0, 0, 1, 0, 1.0, 0.2689414214),  # asked lately: - 0.5
        (0.0, 0, 0, 1, 1.0, 0.1192029220),  # a large favour: - 1.5
        (0.0, 0, 0, 0, 0.36787944117144233, 0.1824255238),  # goodwill 1/e: - 1
        (TEN_E, 0, 0, 0, 0.0, 0.0009990010),  # none: ln 0.001, odds of one to a thousand
    ],
)
def test_saying_yes(
    closeness: float, given_earlier: int, asked_lately: int, large_aid: int, stigma: float, chance: float
) -> None:
    found = chance_to_agree(closeness, given_earlier, asked_lately, large_aid, stigma, AGREEING)
    assert found == pytest.approx(chance, rel=1e-8)


@pytest.mark.parametrize(
    ("refusal_z", "advice", "expected"),
    [
        (0.0, 0.0, 0.56),  # 0.8 x (1 - 0.3)
        (2.0, 0.0, 0.32),  # the shortfall doubled
        (0.0, 0.8, 0.656),  # advice takes four tenths of it: 0.8 x (1 - 0.18)
        (-4.0, 0.0, 0.8),  # never more agreement than there is
        (9.0, 0.0, 0.08),  # and never less than a tenth of it
    ],
)
def test_agreement_is_underestimated(refusal_z: float, advice: float, expected: float) -> None:
    assert agreement_expected(0.8, refusal_z, advice, EXPECTING) == pytest.approx(expected)


def test_whom_to_ask() -> None:
    assert weight_to_be_asked(0.0, 0.0, 0, 0.0, WHOM) == 0.0
    assert weight_to_be_asked(0.5, 0.0, 0, 0.0, WHOM) == pytest.approx(1.0)
    assert weight_to_be_asked(0.0, 0.5, 0, 0.0, WHOM) == pytest.approx(0.75)
    assert weight_to_be_asked(0.0, 0.0, 1, 0.0, WHOM) == pytest.approx(0.75)
    assert weight_to_be_asked(0.0, 0.0, 0, TEN_E, WHOM) == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize(
    ("urgency", "security", "expected", "refusal_expected", "avoidance", "advice", "chance"),
    [
        (0.0, 0.5, 0.5, 0.0, 0.0, 0.0, 0.1192029220),  # log-odds -2
        (1.0, 0.5, 0.5, 0.0, 0.0, 0.0, 0.3775406688),  # urgent: + 1.5
        (0.0, 1.0, 0.5, 0.0, 0.0, 0.0, 0.2689414214),  # secure: + 1
        (0.0, 0.5, 1.0, 0.0, 0.0, 0.0, 0.1824255238),  # sure of a yes: + 0.5
        (1.0, 0.5, 0.5, 1.0, 0.0, 0.0, 0.2689414214),  # urgent, expecting refusal: - 0.5
        (1.0, 0.5, 0.5, 0.0, 2.0, 0.0, 0.2689414214),  # urgent, avoidant: - 0.5
        (0.5, 0.5, 0.5, 0.0, 0.0, 1.0, 0.3775406688),  # half urgent, advised: + 0.75 + 0.75
    ],
)
def test_asking(
    urgency: float, security: float, expected: float, refusal_expected: float, avoidance: float, advice: float,
    chance: float,
) -> None:  # fmt: skip
    found = chance_to_ask(urgency, security, expected, refusal_expected, avoidance, advice, ASKING)
    assert found == pytest.approx(chance, rel=1e-9)


@pytest.mark.parametrize(
    ("helped", "refused", "gave", "reflection", "confidence"),
    [
        (1, 0, 0, 0.0, 0.52),  # + 0.04 of the missing half
        (2, 0, 0, 0.0, 0.5392),
        (0, 1, 0, 0.0, 0.475),  # - 0.05 of what there is
        (0, 0, 1, 0.0, 0.51),
        (1, 0, 0, 1.0, 0.53),  # reflection: half as much again
        (0, 1, 0, 1.0, 0.4875),  # reflection: half the loss
        (1, 1, 1, 0.0, 0.50412),  # 0.52, 0.494, then + 0.02 x 0.506
    ],
)
def test_what_answers_do_to_confidence(
    helped: int, refused: int, gave: int, reflection: float, confidence: float
) -> None:
    assert confidence_after(0.5, helped, refused, gave, reflection, LEARNING) == pytest.approx(confidence)


@pytest.mark.parametrize(
    ("helped", "refused", "reflection", "refusal_expected"),
    [
        (1, 0, 0.0, 0.582),  # - 0.03 of 0.6
        (0, 1, 0.0, 0.616),  # + 0.04 of the missing 0.4
        (1, 0, 1.0, 0.573),
        (0, 1, 1.0, 0.608),
        (1, 1, 0.0, 0.59872),  # 0.582 + 0.04 x 0.418
    ],
)
def test_what_answers_teach_to_expect(helped: int, refused: int, reflection: float, refusal_expected: float) -> None:
    assert refusal_expected_after(0.6, helped, refused, reflection, LEARNING) == pytest.approx(refusal_expected)
