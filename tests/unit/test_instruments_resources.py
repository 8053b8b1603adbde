"""The Resource Generator: what is within reach, on paper, and how answers follow from it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cpi_sim.evidence.items import SUBSCALES
from cpi_sim.instruments import latent, measure
from cpi_sim.instruments.resources import PARTS, ask_about_resources, chances_out_of_reach
from cpi_sim.site.tables import RESOURCE_ITEMS, Site
from cpi_sim.week.access import count_access
from tests.worlds import PROGRAM, offering, tie, world

ILL_AT_HOME, LEND_TOOLS, LEGAL_ADVICE, LANGUAGE, LOCAL_GROUPS = 0, 2, 8, 16, 21
REACH = {ILL_AT_HOME: 60, LEND_TOOLS: 30, LEGAL_ADVICE: 30, LANGUAGE: 15, LOCAL_GROUPS: 15}


def missing(site: Site, row: int = 0, awareness: float = 1.0) -> np.ndarray:
    chances = np.empty(RESOURCE_ITEMS)
    PROGRAM(chances_out_of_reach)(site, row, awareness, chances)
    return chances


def test_within_reach_through_one_tie() -> None:
    site = world([{}, {"offers": offering(*REACH)}], [tie(0, 1, closeness_hours=45, security=(0.8, 0.1))])
    chances = missing(site)
    for item in range(RESOURCE_ITEMS):
        expected = 1 - 0.8 * (1 - math.exp(-45 / REACH[item])) if item in REACH else 1.0
        assert chances[item] == pytest.approx(expected, rel=1e-12)
    assert np.all(missing(site, row=1) == 1.0)


def test_two_ties_are_two_chances() -> None:
    has = {"offers": offering(LEND_TOOLS)}
    site = world(
        [{}, has, has], [tie(0, 1, closeness_hours=30, security=0.5), tie(2, 0, closeness_hours=60, security=0.9)]
    )
    one = 0.5 * (1 - math.exp(-1))
    other = 0.9 * (1 - math.exp(-2))
    assert missing(site)[LEND_TOOLS] == pytest.approx((1 - one) * (1 - other), rel=1e-12)


def test_a_clearer_view_raises_what_is_known_and_nothing_else() -> None:
    site = world([{"awareness": 1.3}, {"offers": offering(LEND_TOOLS)}], [tie(0, 1, closeness_hours=15, security=0.5)])
    plain = 0.5 * (1 - math.exp(-0.5))
    mapped = 0.5 * (1 - math.exp(-0.5 * 1.3))
    shown = latent(site, 0, [0])
    assert shown["latent_access"][0] == pytest.approx(mapped, rel=1e-12)
    assert shown["latent_access_seen_by_mapping"][0] == pytest.approx(mapped - plain, rel=1e-9)


def test_security_counts_as_far_as_its_exponent_says() -> None:
    people = [{}, {"offers": offering(LEND_TOOLS)}]
    ties = [tie(0, 1, closeness_hours=30, security=0.25)]
    known = 1 - math.exp(-1)
    for exponent, trust in ((0.0, 1.0), (0.5, 0.5), (1.0, 0.25)):
        site = world(people, ties, access_security_exponent=exponent)
        assert missing(site)[LEND_TOOLS] == pytest.approx(1 - known * trust, rel=1e-12)


@pytest.mark.parametrize("fields", [{"dormant": 1}, {"ended": 1}])
def test_nothing_is_within_reach_through_a_tie_that_is_not_active(fields: dict[str, int]) -> None:
    site = world(
        [{}, {"offers": offering(*range(RESOURCE_ITEMS))}], [tie(0, 1, closeness_hours=300, security=1, **fields)]
    )
    assert np.all(missing(site) == 1.0)
    assert measure(site, 1, 0, [0])["rg_uk"] == 0


def test_access_counts_what_the_instrument_expects() -> None:
    """The step that lets wellbeing draw on capital counts the same items as the instrument expects."""
    rng = np.random.default_rng(8)
    people = [{"offers": int(rng.integers(0, 1 << RESOURCE_ITEMS)), "awareness": 1.2} for _ in range(12)]
    ties = [
        tie(0, j, closeness_hours=float(rng.uniform(1, 200)), security=float(rng.uniform(0, 1))) for j in range(1, 12)
    ]
    site = world(people, ties)
    assert PROGRAM(count_access)(site, 0, 1.2, np.empty(RESOURCE_ITEMS)) == pytest.approx(
        float((1 - missing(site, awareness=1.2)).sum()), rel=1e-12
    )


def test_endorsing_all_and_nothing() -> None:
    everything = {"offers": offering(*range(RESOURCE_ITEMS))}
    site = world([{}, everything, {}], [tie(0, 1, closeness_hours=1e5, security=1.0)])
    scores = measure(site, 1, 0, [0, 2])
    assert scores["rg_uk"].tolist() == [27, 0]
    assert [scores[f"rg_{part}"].tolist() for part in SUBSCALES] == [[8, 0], [7, 0], [6, 0], [6, 0]]


def test_parts_make_up_the_total() -> None:
    scores = measure(crowd(), 4, 2, range(200))
    parts = sum(scores[f"rg_{part}"] for part in SUBSCALES)
    np.testing.assert_array_equal(parts, scores["rg_uk"])
    assert 0 < scores["rg_uk"].mean() < 27


def crowd(offers: int = offering(*range(RESOURCE_ITEMS))) -> Site:
    """200 persons who each know one of 200 others, all alike."""
    people = [{}] * 200 + [{"offers": offers}] * 200
    return world(people, [tie(i, 200 + i, closeness_hours=40, security=0.7) for i in range(200)])


def test_an_item_is_endorsed_as_often_as_it_is_within_reach() -> None:
    """200 persons on ten occasions; answers of a person go together, so the bound is wide: false alarm below 1e-4."""
    site = crowd()
    expected = float((1 - missing(site)).sum())
    found = np.mean([measure(site, 4, week, range(200))["rg_uk"].mean() for week in range(10)])
    assert abs(found - expected) < 0.5


def test_answers_are_the_same_compiled_or_not() -> None:
    site = crowd()
    rows = np.arange(20)
    compiled, plain = np.zeros((20, PARTS)), np.zeros((20, PARTS))
    PROGRAM(ask_about_resources)(site, 4, 2, rows, compiled)
    with np.errstate(over="ignore"):
        ask_about_resources(site, 4, 2, rows, plain)
    np.testing.assert_array_equal(compiled, plain)


def test_more_within_reach_never_loses_an_item() -> None:
    """The same person with a closer tie, or with a clearer view, endorses at least as much: errors are shared."""
    before = measure(crowd(), 4, 2, range(200))["rg_uk"]
    site = crowd()
    site.ties["closeness_hours"] *= 1.5
    closer = measure(site, 4, 2, range(200))["rg_uk"]
    site.people["awareness"] = 1.4
    clearer = measure(site, 4, 2, range(200))["rg_uk"]
    assert np.all(closer >= before)
    assert closer.sum() > before.sum()
    assert np.all(clearer >= closer)
    assert clearer.sum() > closer.sum()
