"""Instruments of one's own: scored from the states that they say they reflect, with the error their reliability asks
for, by the same means as the model's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from cpi_sim.engine.compilation import Program
from cpi_sim.evidence.catalogue import ASSUMPTION
from cpi_sim.extensions.program import asked_besides, scored
from cpi_sim.instruments.error import LASTING, errors_of, rounded, with_error
from cpi_sim.instruments.outcomes import OUTCOMES, Outcome
from cpi_sim.parameters.states import STATES, variance_explained
from cpi_sim.scenario.instrument import Instrument
from cpi_sim.site.tables import Site

_NUMBERS_FROM = 2**33
"""Numbers of own instruments lie above those of the model's (small) and of own elements (below this)."""
_COLUMNS = ("site", "seed", "arm", "week", "person")
_GIVEN = "as given with the instrument"


class OwnOutcome(Outcome):
    """A score of an instrument of one's own; its evidence is a text, not an entry of the catalogue."""

    @property
    def mark(self) -> str:
        """How firm the evidence is, in the words shown to readers."""
        return ASSUMPTION if self.evidence.strip().lower() == ASSUMPTION else _GIVEN


def is_taken(name: str) -> bool:
    """Whether the tables of results have a column of this name, or may have one."""
    return name in OUTCOMES or name in _COLUMNS or name.startswith(("latent_", "hours_", "contacts_"))


def own_number(name: str) -> int:
    """The permanent number that keys the errors of an instrument of one's own, from its name alone."""
    digest = hashlib.sha256(f"cpi_sim instrument {name}".encode()).digest()
    return _NUMBERS_FROM + int.from_bytes(digest[:4], "big")


def own_score(name: str, instrument: Instrument, people: np.ndarray, seed: int, week: int) -> np.ndarray:
    """Scores, shape (n,), of the persons in the table ``people`` (n,) on one occasion.

    The true score moves by its loading with each standard deviation of a state. What the loadings leave of its
    variance belongs to the person and lasts: it is the same in every arm and week.
    """
    ids = people["id"]
    loadings = instrument.loadings
    standard = np.zeros(len(people))
    for state, loading in loadings.items():
        said = STATES[state]
        standard += loading * (sum(people[field] for field in said.fields) - said.centre) / said.spread
    left = max(0.0, 1.0 - variance_explained(loadings))
    standard += np.sqrt(left) * errors_of(seed, own_number(f"{name} lasting"), LASTING, ids)
    true_score = instrument.mean + instrument.sd * np.sqrt(instrument.reliability) * standard
    return _observed(name, instrument, true_score, ids, seed, week)


def own_scores(site: Site, seed: int, week: int, rows: np.ndarray, program: Program) -> dict[str, np.ndarray]:
    """Scores of all instruments of one's own that a program asks, each (n,), of the persons in ``rows`` (n,)."""
    named, by_function = asked_besides(program)
    people = site.people[rows]
    scores = {name: own_score(name, instrument, people, seed, week) for name, instrument in named.items()}
    for name, declared in by_function.items():
        scores[name] = _observed(name, declared.said, scored(declared, site, week, rows), people["id"], seed, week)
    return scores


def _observed(
    name: str, instrument: Instrument, true_scores: np.ndarray, ids: np.ndarray, seed: int, week: int
) -> np.ndarray:
    """True scores with error, in the steps and within the range of the instrument."""
    true_sd = instrument.sd * np.sqrt(instrument.reliability)
    scores = with_error(true_scores, true_sd, instrument.reliability, errors_of(seed, own_number(name), week, ids))
    low, high = instrument.range
    return rounded(scores, low, high, instrument.step)


def own_outcome(name: str, instrument: Instrument) -> Outcome:
    """What tables and figures say of an instrument of one's own."""
    limits = (instrument.range[0], instrument.range[1])
    whole = instrument.score == "total"
    said = (name, instrument.title, instrument.unit, limits, instrument.better, instrument.reliability)
    return OwnOutcome(*said, evidence=instrument.evidence, whole=whole)


def outcomes_with(own: Mapping[str, Instrument]) -> dict[str, Outcome]:
    """All outcomes by name: the model's, then those of one's own."""
    return OUTCOMES | {name: own_outcome(name, instrument) for name, instrument in own.items()}
