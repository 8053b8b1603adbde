"""An occasion of measurement: state in, scores out, and nothing else."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpi_sim.engine.compilation import Program
from cpi_sim.instruments import OUTCOMES, latent, measure
from cpi_sim.site.tables import DOING, ILL_NOT_IN_SERVICE, RESOURCE_ITEMS, SERVICE_USER, Site, copy_of
from tests.worlds import laid_out, offering, tie, world

USER = {"role_in_service": SERVICE_USER}


def village() -> Site:
    """Twelve persons, five of them service users, two thirds of all pairs tied; ids run against the order of rows."""
    rng = np.random.default_rng(21)
    roles = [USER if i % 5 in (1, 3) else {} for i in range(12)]
    people = [{**role, "id": 11 - i, "offers": int(rng.integers(1 << 27))} for i, role in enumerate(roles)]
    ties = []
    for i, j in combinations(range(12), 2):
        if (i + j) % 3:
            hours, security = float(rng.uniform(1, 150)), (float(rng.uniform()), float(rng.uniform()))
            ties.append(tie(i, j, closeness_hours=hours, security=security, contacts_this_week=(i + j) % 2))
    return world(people, ties)


def test_every_outcome_is_measured_and_declared() -> None:
    assert list(measure(village(), 1, 0)) == list(OUTCOMES)
    for name, outcome in OUTCOMES.items():
        assert outcome.name == name
        assert outcome.mark
        assert outcome.range[0] < outcome.range[1]
        assert 0 < outcome.reliability <= 1
        assert outcome.direction in ("higher", "lower", "none")


def test_service_users_are_measured_in_the_order_of_their_ids() -> None:
    site = village()
    rows = np.array([i for i in range(12) if i % 5 in (1, 3)])
    in_order = rows[np.argsort(site.people["id"][rows])]
    for name, scores in measure(site, 1, 0).items():
        np.testing.assert_array_equal(scores, measure(site, 1, 0, in_order)[name])
        assert scores.dtype == np.float64
        assert scores.shape == (5,)


def test_people_ill_but_not_in_service_are_not_measured_unasked() -> None:
    site = world([USER, {"role_in_service": ILL_NOT_IN_SERVICE}, {}])
    assert measure(site, 1, 0)["kin"].shape == (1,)
    assert latent(site, 0)["latent_kin"].shape == (1,)


def test_who_else_is_measured_changes_nothing() -> None:
    site = village()
    everybody = measure(site, 1, 0, range(12))
    some = measure(site, 1, 0, [7, 2])
    for name in OUTCOMES:
        np.testing.assert_array_equal(some[name], everybody[name][[7, 2]], err_msg=name)


def test_measuring_changes_nothing_in_the_site() -> None:
    site = village()
    before = copy_of(site)
    measure(site, 1, 0, range(12))
    latent(site, 0, range(12))
    for name, table, kept in zip(Site._fields, site, before, strict=True):
        assert np.array_equal(table, kept), name


@pytest.mark.parametrize("seed", range(3))
def test_order_of_rows_changes_nothing(seed: int) -> None:
    site = village()
    moved = laid_out(site, np.random.default_rng(seed).permutation(12))
    for scores, straight in ((measure(moved, 1, 0), measure(site, 1, 0)), (latent(moved, 0), latent(site, 0))):
        for name, values in scores.items():
            np.testing.assert_array_equal(values, straight[name], err_msg=name)


def test_who_supports_them_changes_no_error() -> None:
    """Plans lie in the order of posts; what a person answers does not hang on where theirs lies."""
    together = world([USER] * 4, posts=[{}, {}])
    apart = world([USER] * 4, posts=[{}, {}], plans={0: {"post": 1}, 2: {"post": 1}})
    assert together.people["plan"].tolist() != apart.people["plan"].tolist()
    straight = measure(together, 1, 0)
    for name, scores in measure(apart, 1, 0).items():
        np.testing.assert_array_equal(scores, straight[name], err_msg=name)


def test_the_same_occasion_gives_the_same_scores_and_another_week_others() -> None:
    site = village()
    site.ties["last_contact_week"] = 26  # so that nobody is out of mind in the later week
    first, again, later, elsewhere = (measure(site, seed, week) for seed, week in ((1, 26), (1, 26), (1, 27), (2, 26)))
    for name in OUTCOMES:
        np.testing.assert_array_equal(first[name], again[name])
    for name in ("swemwbs", "uls8", "scope_inclusion", "pam_anxiety", "alliance", "eq5d", "lsns6"):
        assert np.any(first[name] != later[name]), name
        assert np.any(first[name] != elsewhere[name]), name


def test_instruments_follow_the_rules_that_the_site_lives_by() -> None:
    def chance_known(closeness_hours: float, reach_hours: float, awareness: float) -> float:
        return 1.0

    people = [USER, {"offers": offering(*range(RESOURCE_ITEMS))}]
    site = world(people, [tie(0, 1, closeness_hours=1.0, security=1.0)])
    program = Program({"chance_known": chance_known})
    assert measure(site, 1, 0)["rg_uk"] < 10
    assert measure(site, 1, 0, program=program)["rg_uk"] == 27
    assert latent(site, 0, program=program)["latent_access"] == 27


state = st.floats(-6, 6)
OFFERED = {"hours_crisis": 8.0, "stage": DOING, "sessions_intended": 9.0, "delivered": [12.0] * 6, "quality": [9.0] * 6}


@settings(max_examples=40, deadline=None)
@given(
    feelings=st.tuples(state, state, state, state, state),
    symptoms=st.floats(0, 12),
    alliance=st.floats(0, 1),
    ties=st.lists(st.tuples(st.floats(0, 3000), st.floats(0, 1), st.integers(0, 2)), max_size=11),
    seed=st.integers(0, 2**31),
)
def test_scores_stay_within_their_range(
    feelings: tuple[float, ...], symptoms: float, alliance: float, ties: list[tuple[float, float, int]], seed: int
) -> None:
    names = ("loneliness", "inclusion", "wellbeing", "anxiety", "avoidance")
    person = {**USER, **dict(zip(names, feelings, strict=True)), "symptoms": symptoms}
    known = [{"offers": (1 << RESOURCE_ITEMS) - 1}] * 11
    own = [
        tie(0, j, kind=kind, closeness_hours=hours, security=security, contacts_this_week=j % 3)
        for j, (hours, security, kind) in enumerate(ties, start=1)
    ]
    site = world([person, *known], own, plans={0: {"alliance": alliance, "crisis_weeks": 20, **OFFERED}})
    for name, scores in measure(site, seed, 0).items():
        low, high = OUTCOMES[name].range
        assert low <= scores[0] <= high, name
        assert scores[0] == round(scores[0]) or not OUTCOMES[name].whole, name
