"""Elementary functions built from +, -, *, / and the square root alone.

The C library's ``exp`` and ``log`` differ in the last bit between platforms, and one bit can turn a decision.
These give the same bits wherever IEEE-754 doubles are used, compiled or not, at about the speed of the library's.
Relative error is below 5e-16, which the tests measure against ``decimal``.
"""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np

from cpi_sim.engine.compilation import machinery

_EXP_STEPS = 128
_CELLS_PER_UNIT = 256
_FIRST_CELL, _LAST_CELL = 192, 384


def _tables() -> tuple[np.ndarray, np.ndarray, np.ndarray, float, float, float]:
    with localcontext() as context:
        context.prec = 60
        ln2 = Decimal(2).ln()
        fractions = [float((ln2 * i / _EXP_STEPS).exp()) for i in range(_EXP_STEPS)]
        inverses, logs = [], []
        for cell in range(_FIRST_CELL, _LAST_CELL + 1):
            centre = Decimal(cell) / _CELLS_PER_UNIT
            inverses.append(float(1 / centre))
            logs.append(float(centre.ln()))
        step = ln2 / _EXP_STEPS
        high = float(np.float32(float(step)))
        low = float(step - Decimal(high))
        return (
            np.array(fractions),
            np.array(inverses),
            np.array(logs),
            high,
            low,
            float(ln2),
        )


_FRACTION, _INVERSE, _LOG_OF_CENTRE, _STEP_HIGH, _STEP_LOW, _LN2 = _tables()
_STEPS_PER_UNIT = 1.0 / (_STEP_HIGH + _STEP_LOW)
_CELL = 1.0 / _CELLS_PER_UNIT
_SMALLEST_NORMAL = 2.2250738585072014e-308
_TWO_TO_54 = 18014398509481984.0
_THREE_QUARTERS = 0x3FE8000000000000
_EXPONENT_OF_ONE = 0x3FF
_ROUNDING = 6755399441055744.0  # 1.5 times 2^52: what is added to it is rounded to a whole number
_ROUNDING_BITS = 0x4338000000000000
_EXP_OVERFLOW = 709.0
_EXP_UNDERFLOW = -708.0


@machinery
def exp(x: float) -> float:
    """e to the power ``x``; 0 below -708 and the value at 709 above it, so that no rule can make an infinity."""
    if x < _EXP_UNDERFLOW:
        return 0.0
    x = min(x, _EXP_OVERFLOW)
    shifted = x * _STEPS_PER_UNIT + _ROUNDING  # steps, rounded to whole ones, in the last bits
    n = shifted - _ROUNDING
    r = (x - n * _STEP_HIGH) - n * _STEP_LOW
    steps = np.float64(shifted).view(np.int64) - _ROUNDING_BITS
    k = steps >> 7
    i = steps & 127
    r2 = r * r
    series = r + r2 * ((0.5 + r * 0.16666666666666666) + r2 * (0.041666666666666664 + r * 0.008333333333333333))
    return (_FRACTION[i] + _FRACTION[i] * series) * np.int64((k + _EXPONENT_OF_ONE) << 52).view(np.float64)


@machinery
def log(x: float) -> float:
    """Natural logarithm of ``x`` > 0; -745 for 0 and below, so that no rule can make a not-a-number."""
    if x < _SMALLEST_NORMAL:
        return _log_by_parts(x * _TWO_TO_54, 54) if x > 0.0 else -745.0
    return _log_by_parts(x, 0)


@machinery
def _log_by_parts(x: float, shift: int) -> float:
    """Natural logarithm of ``x`` / 2^``shift`` from the exponent and mantissa of ``x``.

    Cells have their centres on multiples of 1/256, one of them on 1 itself, so that nothing cancels near it.
    """
    bits = np.float64(x).view(np.int64)
    e = (bits - _THREE_QUARTERS) >> 52
    m = np.int64(bits - (e << 52)).view(np.float64)  # from 0.75 to 1.5: e is 0 near 1
    cell = int(m * _CELLS_PER_UNIT + 0.5)
    r = (m - cell * _CELL) * _INVERSE[cell - _FIRST_CELL]  # the difference is exact
    r2 = r * r
    odd = 0.3333333333333333 + r2 * (0.2 + r2 * 0.14285714285714285)
    even = 0.5 + r2 * (0.25 + r2 * 0.16666666666666666)
    return (e - shift) * _LN2 + (_LOG_OF_CENTRE[cell - _FIRST_CELL] + (r - r2 * (even - r * odd)))


@machinery
def power(base: float, exponent: float) -> float:
    """``base`` (>= 0) to the power ``exponent``."""
    if base <= 0.0:
        return 0.0
    return exp(exponent * log(base))


@machinery
def logistic(x: float) -> float:
    """1 / (1 + exp(-x)): log-odds to probability."""
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    e = exp(x)
    return e / (1.0 + e)


@machinery
def logit(probability: float) -> float:
    """Probability to log-odds, with the ends held 1e-9 away from 0 and 1."""
    held = min(max(probability, 1e-9), 1.0 - 1e-9)
    return log(held / (1.0 - held))
