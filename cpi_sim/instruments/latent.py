"""The state itself, for diagnosis: what instruments try to see. Trials never look here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cpi_sim.engine.compilation import Program, machinery
from cpi_sim.evidence.items import SUBSCALES
from cpi_sim.instruments.error import MODEL, table_of_answers
from cpi_sim.instruments.measure import rows_measured
from cpi_sim.instruments.network import NAMED, count_named, is_active
from cpi_sim.instruments.resources import PARTS, expect_resources
from cpi_sim.site.tables import Site

STATES = (
    "symptoms", "anxiety", "avoidance", "security_mean", "confidence", "refusal_expected", "loneliness", "inclusion",
)  # fmt: skip
"""Fields of a person that are shown as they are."""
COUNTED = ("network_size", "kin", "friends", "close_friends", "others", "contacts_last_week")
"""Counts of the name generator that are shown as they would be if nobody were forgotten."""


@machinery
def count_everybody(site: Site, week: int, rows: np.ndarray, answers: np.ndarray) -> None:
    """Fill ``answers`` (n,) NAMED as if nobody were forgotten."""
    p = site.parameters[0]
    for r in range(rows.shape[0]):
        answer = answers[r]
        for k in range(site.first_tie[rows[r]], site.first_tie[rows[r] + 1]):
            tie = site.ties[site.tie_of[k]]
            if is_active(tie, week, p):
                count_named(answer, tie, p)


def latent(
    site: Site, week: int, rows: Sequence[int] | np.ndarray | None = None, program: Program = MODEL
) -> dict[str, np.ndarray]:
    """State behind the scores at a week (weeks lived since entry), each of shape (n,), names beginning ``latent_``.

    ``latent_access`` is the expected Resource Generator total, of which ``latent_access_seen_by_mapping`` is owed to a
    clearer view alone: knowing more, not having more. Persons and ``program`` as in :func:`measure`.
    """
    rows = rows_measured(site, rows)
    people = site.people[rows]
    shown = {f"latent_{name}": people[name].astype(float) for name in STATES}
    shown["latent_wellbeing"] = people["wellbeing"] + people["wellbeing_passing"]
    alliance = np.append(site.plans["alliance"], np.nan)  # the last stands for no plan, whose row is -1
    shown["latent_alliance"] = alliance[people["plan"]]

    with_map = np.zeros((len(rows), PARTS))
    without_map = np.zeros((len(rows), PARTS))
    program(expect_resources)(site, rows, 1, with_map)
    program(expect_resources)(site, rows, 0, without_map)
    shown["latent_access"] = with_map.sum(axis=1)
    shown["latent_access_seen_by_mapping"] = shown["latent_access"] - without_map.sum(axis=1)
    shown |= {f"latent_access_{name}": with_map[:, part].copy() for part, name in enumerate(SUBSCALES)}

    answers = table_of_answers(len(rows), NAMED)
    program(count_everybody)(site, week, rows, answers)
    shown |= {f"latent_{name}": answers[name].copy() for name in COUNTED}
    return shown
