"""Questionnaires about how people feel, how they attach and how they are: a linear scale of the state, with error.

``people`` is the table of the persons measured, in the order asked for; ``p`` the parameters; ``week`` the occasion.
Whole-number scales are rounded and held within their range.
"""

from __future__ import annotations

import numpy as np

from cpi_sim.instruments.error import (
    ALLIANCE,
    EQ5D_LASTING,
    EQ5D_OF_THE_DAY,
    LASTING,
    PAM_ANXIETY,
    PAM_AVOIDANCE,
    SCOPE,
    SWEMWBS,
    ULS8,
    WEMWBS_OTHER_ITEMS,
    errors_of,
    rounded,
    with_error,
)
from cpi_sim.site.tables import Row

SWEMWBS_RANGE = (7.0, 35.0)
WEMWBS_RANGE = (14.0, 70.0)
ULS8_RANGE = (8.0, 32.0)
SCOPE_RANGE = (4.0, 28.0)
PAM_RANGE = (0.0, 3.0)
PAM_ITEMS = 8
ALLIANCE_RANGE = (1.0, 7.0)
EQ5D_RANGE = (-0.594, 1.0)


def wellbeing_scores(people: np.ndarray, p: Row, seed: int, week: int) -> dict[str, np.ndarray]:
    """SWEMWBS and WEMWBS-14 from wellbeing.  [Ng Fat 2017; Maheswaran 2012; Tennant 2007]

    Seven of the long form's fourteen items are the short form's, so half the variance of its error is shared.
    """
    wellbeing = people["wellbeing"] + people["wellbeing_passing"]
    standardised = (wellbeing - p.wellbeing_centre) / p.wellbeing_spread
    short_error = errors_of(seed, SWEMWBS, week, people["id"])
    other_error = errors_of(seed, WEMWBS_OTHER_ITEMS, week, people["id"])
    long_error = np.sqrt(0.5) * (short_error + other_error)
    short_sd = p.swemwbs_sd * np.sqrt(p.swemwbs_reliability)
    long_sd = np.sqrt(p.wemwbs_sd**2 - p.wemwbs_error**2)
    short = with_error(p.swemwbs_mean + short_sd * standardised, short_sd, p.swemwbs_reliability, short_error)
    long = p.wemwbs_mean + long_sd * standardised + p.wemwbs_error * long_error
    return {"swemwbs": rounded(short, *SWEMWBS_RANGE), "wemwbs": rounded(long, *WEMWBS_RANGE)}


def loneliness_score(people: np.ndarray, p: Row, seed: int, week: int) -> np.ndarray:
    """ULS-8 from loneliness.  [error: retest of the long form, Alsubheen 2021; level and slope: assumption]"""
    error = errors_of(seed, ULS8, week, people["id"])
    return rounded(p.uls8_mean + p.uls8_slope * people["loneliness"] + p.uls8_error * error, *ULS8_RANGE)


def inclusion_score(people: np.ndarray, p: Row, seed: int, week: int) -> np.ndarray:
    """Perceived inclusion as the sum of four areas of life rated 1 to 7, in the manner of SCOPE. Assumption."""
    true_sd = p.scope_sd * np.sqrt(p.scope_reliability)
    true_score = p.scope_mean + true_sd * (people["inclusion"] - p.inclusion_centre) / p.inclusion_spread
    error = errors_of(seed, SCOPE, week, people["id"])
    return rounded(with_error(true_score, true_sd, p.scope_reliability, error), *SCOPE_RANGE)


def attachment_scores(people: np.ndarray, p: Row, seed: int, week: int) -> dict[str, np.ndarray]:
    """PAM anxiety and avoidance: means of eight items rated 0 to 3.  [reliability: Sibley 2005; levels remembered]"""
    asked = (
        ("pam_anxiety", "anxiety", PAM_ANXIETY, p.pam_anxiety_mean, p.pam_anxiety_slope),
        ("pam_avoidance", "avoidance", PAM_AVOIDANCE, p.pam_avoidance_mean, p.pam_avoidance_slope),
    )
    scores = {}
    for name, state, instrument, mean, slope in asked:
        error = errors_of(seed, instrument, week, people["id"])
        score = with_error(mean + slope * people[state], slope, p.pam_reliability, error)
        scores[name] = rounded(score, *PAM_RANGE, step=1.0 / PAM_ITEMS)
    return scores


def alliance_score(people: np.ndarray, plans: np.ndarray, p: Row, seed: int, week: int) -> np.ndarray:
    """Working alliance, 1 to 7, as the person rates it; not-a-number without a plan. Assumption.

    ``plans`` is the table of all plans of the site.
    """
    scores = np.full(len(people), np.nan)
    supported = people["plan"] >= 0
    alliance = plans["alliance"][people["plan"][supported]]
    low, high = ALLIANCE_RANGE
    error = errors_of(seed, ALLIANCE, week, people["id"][supported])
    rated = with_error(low + (high - low) * alliance, p.alliance_spread, p.alliance_reliability, error)
    scores[supported] = np.clip(rated, low, high)
    return scores


def utility_score(people: np.ndarray, p: Row, seed: int, week: int) -> np.ndarray:
    """EQ-5D-type utility; 1 is full health, below 0 worse than death. Assumption.

    What is left after symptoms and wellbeing is partly lasting (bodily health) and partly of the day.
    """
    lasting = errors_of(seed, EQ5D_LASTING, LASTING, people["id"])
    of_the_day = errors_of(seed, EQ5D_OF_THE_DAY, week, people["id"])
    other = np.sqrt(p.eq5d_lasting) * lasting + np.sqrt(1.0 - p.eq5d_lasting) * of_the_day
    wellbeing = people["wellbeing"] + people["wellbeing_passing"] - p.wellbeing_centre
    utility = p.eq5d_base - p.eq5d_symptoms * people["symptoms"] + p.eq5d_wellbeing * wellbeing + p.eq5d_spread * other
    return np.clip(utility, *EQ5D_RANGE)
