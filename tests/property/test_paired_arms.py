"""What arms of one site share: nothing that the intervention does not touch may differ."""

from __future__ import annotations

import numpy as np
import pytest

from cpi_sim.simulation.weeks import events_of, recording, run_weeks
from cpi_sim.site.tables import DECLINED, ELEMENTS, Site, digest
from tests.sites import PROGRAM, SEED, STRONG, entered, lived

NO_ELEMENTS = {f"element_{name}": 0.0 for name in ELEMENTS}
SHOWN = ("people", "plans")


def without_parameters(site: Site) -> str:
    """Digest of a site apart from its parameters, which differ between arms by definition."""
    return digest(site._replace(parameters=np.zeros(1)))


def test_zero_intensity_is_usual_care_bit_for_bit() -> None:
    usual = lived(60)
    nothing = lived(60, contacts_per_month=0, duration_weeks=20, training=1.0, person_centredness=0.2)
    differing = {name for name in usual.posts.dtype.names if not np.array_equal(usual.posts[name], nothing.posts[name])}
    assert differing <= {"skill"}
    assert without_parameters(usual._replace(posts=nothing.posts)) == without_parameters(nothing)


@pytest.mark.parametrize("soft_skills", [0.0, 1.0])
def test_no_element_with_a_content_is_usual_care_bit_for_bit(soft_skills: float) -> None:
    elements = NO_ELEMENTS | {"element_soft_skills": soft_skills}
    assert without_parameters(lived(40, **(STRONG | elements))) == without_parameters(
        lived(40, protected_hours=STRONG["protected_hours"])
    )


def coach_one(site: Site) -> int:
    """Leave the offer open to one person only; their row."""
    chosen = site.plans.shape[0] // 2
    site.plans["stage"] = DECLINED
    site.plans["stage"][chosen] = 0
    return int(site.plans["person"][chosen])


def event_set(site: Site) -> set[tuple[object, ...]]:
    return {tuple(event.item()) for event in events_of(site)}


def test_coaching_one_person_reaches_only_those_whom_events_reach() -> None:
    """A person none of whose recorded events differ between the runs has the same state, bit for bit, for a year."""
    runs = {}
    for contacts in (0, 8):
        site = recording(entered(**(STRONG | {"contacts_per_month": contacts})))
        coached = coach_one(site)
        weekly: list[tuple[set[tuple[object, ...]], np.ndarray]] = []
        run_weeks(
            site, SEED, 0, 52, PROGRAM,
            on_week=lambda s, w, kept=weekly: kept.append((event_set(s), np.array(s.people))),
        )  # fmt: skip
        runs[contacts] = weekly
    reached = {coached}
    for week, ((usual, people), (coached_events, people_coached)) in enumerate(zip(runs[0], runs[8], strict=True)):
        for _, _, who, whom, _ in usual ^ coached_events:
            reached |= {who, whom}
        outside = np.array([i for i in range(people.size) if i not in reached])
        for field in people.dtype.names:
            assert np.array_equal(people[field][outside], people_coached[field][outside]), (week, field)
        if week == 12:
            reach_week_13 = len(reached)
    assert len(reached) > 1, "the person coached met nobody new: the test shows nothing"
    assert reach_week_13 < 0.05 * people.size
