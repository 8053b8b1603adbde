"""Error of measurement, keyed: each belongs to an instrument, an occasion and a person, never to the order of asking.

The same person measured in the same week answers with the same error in every arm, whoever else is measured.
"""

from __future__ import annotations

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.compilation import Program, machinery
from cpi_sim.engine.keyed import normal, process_key

# What draws a number, each with a permanent number of its own. Never renumber: it is part of the key.
NAMING, RG_LASTING, RG_OF_THE_DAY, RG_OF_THE_MOMENT, LSNS6 = range(1, 6)
SWEMWBS, WEMWBS_OTHER_ITEMS, ULS8, SCOPE, PAM_ANXIETY, PAM_AVOIDANCE, ALLIANCE = range(10, 17)
EQ5D_LASTING, EQ5D_OF_THE_DAY, HOSPITAL = range(20, 23)

LASTING = 0
"""Stands for the week in the key of what a person carries from one occasion to the next."""

MODEL = Program()
"""The model's own rules, for measuring a site that lived by them."""


@machinery
def instrument_key(seed: int, instrument: int, week: int) -> np.uint64:
    """The part of a key that all answers to one instrument on one occasion share."""
    return process_key(seed, processes.INSTRUMENT + instrument, week)


@machinery
def fill_with_normals(seed: int, instrument: int, week: int, ids: np.ndarray, errors: np.ndarray) -> None:
    """A standard normal number for each person id, shape (n,)."""
    key = instrument_key(seed, instrument, week)
    for r in range(ids.shape[0]):
        errors[r] = normal(key, ids[r])


def errors_of(seed: int, instrument: int, week: int, ids: np.ndarray) -> np.ndarray:
    """Standard normal errors, shape (n,), of the persons ``ids`` on one occasion of an instrument."""
    errors = np.empty(len(ids))
    MODEL(fill_with_normals)(seed, instrument, week, ids, errors)
    return errors


def table_of_answers(people: int, dtype: np.dtype) -> np.ndarray:
    """An empty table of answers, one record a person, for compiled loops to fill."""
    return np.zeros(people, dtype).view(np.recarray)


def rounded(scores: np.ndarray, low: float, high: float, step: float = 1.0) -> np.ndarray:
    """Scores in whole steps within the range of the scale."""
    return np.clip(np.rint(scores / step) * step, low, high)


def with_error(true_scores: np.ndarray, true_sd: float, reliability: float, errors: np.ndarray) -> np.ndarray:
    """True scores of spread ``true_sd``, with as much error added as makes their reliability what it is.

    Reliability is the share of variance that is true, so the error's variance is ``true_sd**2 * (1 - r) / r``.
    """
    return true_scores + true_sd * np.sqrt((1.0 - reliability) / reliability) * errors
