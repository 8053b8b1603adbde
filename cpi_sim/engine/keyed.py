"""Keyed randomness: every number belongs to the decision it makes, not to the order in which it was asked for.

A number is a hash of (seed, process, week) and of the persons it concerns. Nothing is ever "the next number", so one
person's extra draw changes nobody else's, and any run can be replayed. The hash is the finaliser of SplitMix64
(Steele, Lea and Flood 2014, doi 10.1145/2714064.2660195), applied once for each part of the key.
"""

from __future__ import annotations

import math

import numpy as np

from cpi_sim.engine.arithmetic import exp, log
from cpi_sim.engine.compilation import machinery

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_SECOND = np.uint64(0xD1B54A32D192ED03)
_THIRD = np.uint64(0x8CB92BA72F3D8DD7)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)
_SHIFT_30 = np.uint64(30)
_SHIFT_27 = np.uint64(27)
_SHIFT_31 = np.uint64(31)
_SHIFT_12 = np.uint64(12)
_TO_UNIT = 1.0 / 4503599627370496.0
_WEEK_ZERO = 1_000_000


@machinery
def mix(z: np.uint64) -> np.uint64:
    """Scramble 64 bits so that every bit of the input reaches every bit of the output."""
    z = (z ^ (z >> _SHIFT_30)) * _MIX_A
    z = (z ^ (z >> _SHIFT_27)) * _MIX_B
    return z ^ (z >> _SHIFT_31)


@machinery
def process_key(seed: int, process: int, week: int) -> np.uint64:
    """The part of a key that a whole step shares: which world, which kind of decision, which week."""
    z = mix(np.uint64(seed) + _GOLDEN)
    z = mix(z + np.uint64(process) * _SECOND)
    return mix(z + np.uint64(week + _WEEK_ZERO) * _THIRD)


@machinery
def key_one(key: np.uint64, who: int) -> np.uint64:
    """Key of a decision about one person (or one tie, setting, post: anything with a permanent id)."""
    return mix(key + np.uint64(who) * _GOLDEN + _SECOND)


@machinery
def key_two(key: np.uint64, who: int, whom: int) -> np.uint64:
    """Key of a decision of one about another; order matters."""
    return mix(key_one(key, who) + np.uint64(whom) * _SECOND + _THIRD)


@machinery
def key_three(key: np.uint64, who: int, whom: int, which: int) -> np.uint64:
    """Key of a decision of one about another in a third thing: a setting, a need, an nth time."""
    return mix(key_two(key, who, whom) + np.uint64(which) * _THIRD + _GOLDEN)


@machinery
def to_unit(bits: np.uint64) -> float:
    """64 bits to a number strictly between 0 and 1: with 52 of them, one half more is still exact."""
    return (float(bits >> _SHIFT_12) + 0.5) * _TO_UNIT


@machinery
def uniform(key: np.uint64, who: int) -> float:
    """The uniform number in (0, 1) of one person."""
    return to_unit(key_one(key, who))


@machinery
def uniform_two(key: np.uint64, who: int, whom: int) -> float:
    """The uniform number of one person about another."""
    return to_unit(key_two(key, who, whom))


@machinery
def uniform_three(key: np.uint64, who: int, whom: int, which: int) -> float:
    """The uniform number of one person about another in a third thing."""
    return to_unit(key_three(key, who, whom, which))


@machinery
def exponential_from(u: float) -> float:
    """Unit exponential from a uniform number: the clock of a keyed race."""
    return -log(u)


# Coefficients of AS 241, highest power first: numerator and denominator near the middle, in the tails, far out.
_MIDDLE = np.array(
    [
        [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
         13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608],
        [5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
         5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0],
    ]
)  # fmt: skip
_TAIL = np.array(
    [
        [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
         3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734],
        [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
         0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0],
    ]
)  # fmt: skip
_FAR = np.array(
    [
        [2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
         0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772],
        [2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
         0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0],
    ]
)  # fmt: skip


@machinery
def _rational(r: float, coefficients: np.ndarray) -> float:
    """Ratio of two polynomials of degree seven in ``r``."""
    above = coefficients[0, 0]
    below = coefficients[1, 0]
    for k in range(1, 8):
        above = above * r + coefficients[0, k]
        below = below * r + coefficients[1, k]
    return above / below


@machinery
def normal_from(u: float) -> float:
    """Standard normal quantile of ``u`` (Wichura 1988, AS 241, doi 10.2307/2347330); error below 1e-15."""
    q = u - 0.5
    if abs(q) <= 0.425:
        return q * _rational(0.180625 - q * q, _MIDDLE)
    r = math.sqrt(-log(u if q < 0.0 else 1.0 - u))
    x = _rational(r - 1.6, _TAIL) if r <= 5.0 else _rational(r - 5.0, _FAR)
    return -x if q < 0.0 else x


@machinery
def normal(key: np.uint64, who: int) -> float:
    """The standard normal number of one person."""
    return normal_from(uniform(key, who))


@machinery
def normal_two(key: np.uint64, who: int, whom: int) -> float:
    """The standard normal number of one person about another."""
    return normal_from(uniform_two(key, who, whom))


@machinery
def poisson_from(u: float, mean: float) -> int:
    """Poisson count by inversion: a small change of the mean changes few counts, and no other draw."""
    if u <= 1.0 - mean:
        return 0
    term = exp(-mean)
    total = term
    count = 0
    while u > total and count < 200:
        count += 1
        term *= mean / count
        total += term
    return count


@machinery
def gamma(key: np.uint64, who: int, shape: float) -> float:
    """Gamma number of unit scale (Marsaglia and Tsang 2000, doi 10.1145/358407.358414), tries keyed by their count."""
    boosted = shape if shape >= 1.0 else shape + 1.0
    d = boosted - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    value = d
    for attempt in range(64):
        x = normal_from(uniform_three(key, who, attempt, 1))
        v = 1.0 + c * x
        if v > 0.0:
            v = v * v * v
            u = uniform_three(key, who, attempt, 2)
            if log(u) < 0.5 * x * x + d - d * v + d * log(v):
                value = d * v
                break
    if shape < 1.0:
        value *= exp(log(uniform_three(key, who, 0, 3)) / shape)
    return value


@machinery
def beta(key: np.uint64, who: int, first: float, second: float) -> float:
    """Beta number from two gamma numbers."""
    x = gamma(key, 2 * who, first)
    return x / (x + gamma(key, 2 * who + 1, second))
