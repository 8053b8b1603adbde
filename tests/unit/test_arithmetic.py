"""Elementary functions against sixty digits of ``decimal``, at their ends, and compiled against plain."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpi_sim.engine.arithmetic import exp, log, logistic, logit, power
from tests.sites import PROGRAM

CLAIMED = Decimal("5e-16")
"""Relative error that is allowed: a little over two units in the last place."""
EDGE = math.sqrt(0.5)
INTERESTING = [1e-300, 1e-12, 0.5, EDGE, 0.75, 0.98999, 0.99, 0.9900001, 1.0 - 2**-53, 1.0 + 2**-52, 1.00999, 1.01,
               1.0100001, 1.012, 1.05, 1.4, 2.0, 3.0, 1e12, 1e300]  # fmt: skip


def exact(function: Callable[[Decimal], Decimal], x: float) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        return function(Decimal(x))


def logistic_exactly(x: Decimal) -> Decimal:
    return 1 / (1 + (-x).exp())


def relative_error(found: float, truth: Decimal) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        return abs((Decimal(float(found)) - truth) / truth)


@given(st.one_of(st.floats(-708.0, 709.0), st.floats(-1.0, 1.0)))
def test_exp(x: float) -> None:
    assert relative_error(exp(x), exact(Decimal.exp, x)) < CLAIMED


@given(st.one_of(st.floats(1e-300, 1e300), st.floats(1e-6, 1.0), st.floats(0.9, 1.1), st.sampled_from(INTERESTING)))
def test_log(x: float) -> None:
    if x == 1.0:
        assert log(x) == 0.0
    else:
        assert relative_error(log(x), exact(Decimal.ln, x)) < CLAIMED


@given(st.floats(-700.0, 700.0))
def test_logistic(x: float) -> None:
    assert relative_error(logistic(x), exact(logistic_exactly, x)) < CLAIMED


@given(st.floats(1e-8, 1.0 - 1e-8))
def test_logit(probability: float) -> None:
    truth = exact(lambda p: (p / (1 - p)).ln(), probability)
    assert abs(float(Decimal(float(logit(probability))) - truth)) < 4e-16 * max(1.0, abs(float(truth)))


@given(st.floats(1e-3, 1e4), st.floats(-3.0, 3.0))
def test_power(base: float, exponent: float) -> None:
    """The logarithm is rounded, and its error multiplied by the exponent."""
    with localcontext() as context:
        context.prec = 60
        truth = Decimal(base) ** Decimal(exponent)
    assert relative_error(power(base, exponent), truth) < CLAIMED * (1 + Decimal(abs(exponent * math.log(base))))


def test_ends_never_make_an_infinity_or_a_not_a_number() -> None:
    assert exp(-708.5) == 0.0
    assert exp(-math.inf) == 0.0
    assert exp(710.0) == exp(709.0) == exp(math.inf)
    assert math.isfinite(exp(math.inf))
    assert log(0.0) == log(-1.0) == -745.0
    assert log(5e-324) == pytest.approx(-744.4400719213812, rel=1e-15)
    assert logistic(math.inf) == 1.0
    assert logistic(-math.inf) == 0.0
    assert power(0.0, 2.0) == power(-1.0, 2.0) == 0.0
    assert logit(0.0) == pytest.approx(-20.72326583694641, rel=1e-9)  # ln(1e-9 / (1 - 1e-9))
    assert logit(1.0) == pytest.approx(20.72326583694641, rel=1e-8)


def test_values_that_must_be_exact() -> None:
    assert exp(0.0) == 1.0
    assert log(1.0) == 0.0
    assert logistic(0.0) == 0.5
    assert logit(0.5) == 0.0
    assert power(7.3, 0.0) == 1.0


@pytest.mark.parametrize("function", [exp, log, logistic, logit])
def test_compiled_and_plain_give_the_same_bits(function: Callable[[float], float]) -> None:
    compiled = PROGRAM(function)
    arguments = np.random.default_rng(1).normal(0.0, 20.0, 2000)
    arguments = np.abs(arguments) if function is log else arguments
    assert [compiled(x) for x in arguments] == [function(float(x)) for x in arguments]


@given(st.floats(-700.0, 700.0), st.floats(0.0, 1e-3))
def test_exp_and_logistic_never_fall(x: float, step: float) -> None:
    assert exp(x + step) >= exp(x)
    assert logistic(x + step) >= logistic(x)
