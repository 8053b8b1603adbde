"""Batches that grow until a Monte Carlo error is small."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cpi_sim.batches.batch import run_batch
from cpi_sim.batches.plan import Shard
from cpi_sim.batches.store import ResultsError
from cpi_sim.batches.until import parse_until, rounds
from cpi_sim.instruments import OUTCOMES
from tests.batches import assert_same_results, small_scenario

pytestmark = pytest.mark.usefixtures("without_pictures")


def test_a_batch_grows_until_the_error_is_small_and_is_the_batch_with_that_number(tmp_path: Path) -> None:
    grown = run_batch(
        small_scenario(sites=2), tmp_path / "grown", workers=2, until="alliance: mcse < 0.04", sites_at_most=30,
        progress=False,
    )  # fmt: skip
    assert grown.sites_finished == 13  # 2, 3, 4, 6 and 9 are too few to know the error by
    assert "holds with" in grown.reason
    assert grown.summary["effects"]["4"]["alliance"]["8"]["mcse"] < 0.04
    plain = run_batch(small_scenario(sites=grown.sites_finished), tmp_path / "plain", workers=2, progress=False)
    assert_same_results(grown.folder, plain.folder)
    certificate = json.loads((grown.folder / "provenance.json").read_text())
    assert certificate["until"] == {"wanted": "alliance at week 8, arm 4: mcse < 0.04", "stopped": grown.reason}


def test_a_batch_stops_growing_at_the_most_sites_allowed(tmp_path: Path) -> None:
    result = run_batch(
        small_scenario(sites=2),
        tmp_path,
        workers=2,
        until="alliance 4 4: mcse < 1e-9",
        sites_at_most=11,
        progress=False,
    )
    assert result.sites_finished == 11
    assert result.reason.startswith(
        "alliance at week 4, arm 4: mcse < 1e-09 does not hold with 11 sites, the most allowed"
    )


def test_a_small_error_over_few_sites_is_not_believed_and_that_is_said(tmp_path: Path) -> None:
    result = run_batch(
        small_scenario(sites=2), tmp_path, workers=2, until="alliance: mcse < 100", sites_at_most=3, progress=False
    )
    assert result.sites_finished == 3
    assert result.reason.endswith("; an error is believed from 10 sites on)")


def test_sites_grow_by_half() -> None:
    assert list(rounds(4, 40)) == [4, 6, 9, 13, 19, 28, 40]
    assert list(rounds(1, 4)) == [1, 2, 3, 4]
    assert list(rounds(5, 5)) == [5]


@pytest.mark.parametrize(
    ("text", "arms", "week"),
    [
        ("rg_uk: mcse < 0.1", ("4", "8"), 8),
        ("rg_uk 4: mcse<1e-1", ("4",), 8),
        ("rg_uk 4 4: mcse < .1", ("4",), 4),
        (" rg_uk  8 : mcse < 0.1 ", ("8",), 8),
    ],
)
def test_what_until_may_say(text: str, arms: tuple[str, ...], week: int) -> None:
    scenario = small_scenario()
    scenario = replace(scenario, arms=scenario.arms | {"8": scenario.arms["4"]})
    wanted = parse_until(text, scenario, list(OUTCOMES))
    assert (wanted.outcome, wanted.arms, wanted.week, wanted.limit) == ("rg_uk", arms, week, 0.1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rg_ku: mcse < 0.1", "rg_ku is unknown; did you mean rg_uk?"),
        ("rg_uk: mcse > 0.1", "not understood; write OUTCOME"),
        ("rg_uk: mcse < 0", "not understood"),
        ("rg_uk: mcse < much", "not understood"),
        ("rg_uk 0: mcse < 0.1", "nobody is measured at week 0; weeks are 4, 8"),
        ("rg_uk 5 8: mcse < 0.1", "'5' is unknown"),
        ("rg_uk 4 7: mcse < 0.1", "nobody is measured at week 7"),
    ],
)
def test_what_until_may_not_say(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=message):
        run_batch(small_scenario(), tmp_path, until=text)
    assert list(tmp_path.iterdir()) == []


def test_until_goes_with_a_comparator_and_without_shards(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="no comparator"):
        run_batch(small_scenario().only("4"), tmp_path, until="uls8: mcse < 1")
    with pytest.raises(ResultsError, match="not with --shard"):
        run_batch(small_scenario(), tmp_path, until="uls8: mcse < 1", shard=Shard(1, 2))
    with pytest.raises(ResultsError, match="goes with --until"):
        run_batch(small_scenario(), tmp_path, sites_at_most=9)
    with pytest.raises(ResultsError, match="begins with 4 sites"):
        run_batch(small_scenario(), tmp_path, until="uls8: mcse < 1", sites_at_most=3)
