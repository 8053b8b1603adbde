"""The summary of a batch, on tables small enough to work out by hand."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest

from cpi_sim.batches import moments
from cpi_sim.batches.dose import dose_when_measured
from cpi_sim.batches.moments import Counts, Moments, to_digits
from cpi_sim.batches.summary import Summary, site_differences, summarise, summary_table

SHARED = {"0": "past", "4": "past"}


def table(rows: list[tuple[int, str, int, int, float]]) -> pd.DataFrame:
    """People's table with one outcome, ``friends``, from rows (site, arm, week, person, friends)."""
    frame = pd.DataFrame(rows, columns=["site", "arm", "week", "person", "friends"])
    return frame.assign(seed=99)


@pytest.fixture
def two_sites() -> pd.DataFrame:
    """Two sites of two and one persons; the arm adds 1, 3 at site 0 and 8 at site 1 by week 39."""
    return table(
        [
            (0, "0", 0, 10, 1.0), (0, "0", 0, 11, 3.0), (1, "0", 0, 10, 5.0),
            (0, "4", 0, 10, 1.0), (0, "4", 0, 11, 3.0), (1, "4", 0, 10, 5.0),
            (0, "0", 39, 10, 2.0), (0, "0", 39, 11, 2.0), (1, "0", 39, 10, 4.0),
            (0, "4", 39, 10, 3.0), (0, "4", 39, 11, 5.0), (1, "4", 39, 10, 12.0),
        ]
    )  # fmt: skip


def numbers_of(scores: list[float]) -> dict[str, float | int | None]:
    """The distribution of some scores of one arm and week."""
    frame = table([(0, "0", 0, person, score) for person, score in enumerate(scores)])
    return summarise(frame, None, SHARED)["arms"]["0"]["friends"]["0"]  # type: ignore[no-any-return]


def effect_of(differences: list[float], base: list[float]) -> dict[str, float | None]:
    """The effect of an arm whose only person differs by these from those of the comparator, at week 39."""
    rows = [(site, arm, 0, 0, score) for site, score in enumerate(base) for arm in ("0", "4")]
    rows += [(site, "0", 39, 0, score) for site, score in enumerate(base)]
    rows += [(site, "4", 39, 0, base[site] + change) for site, change in enumerate(differences)]
    return summarise(table(rows), "0", SHARED)["effects"]["4"]["friends"]["39"]  # type: ignore[no-any-return]


def test_distribution_of_five_scores_is_exact() -> None:
    assert numbers_of([1.0, 2.0, 3.0, 4.0, 10.0]) == {
        "mean": 4.0,
        "sd": pytest.approx(math.sqrt(12.5)),
        "q05": pytest.approx(1.2),
        "q50": 3.0,
        "q95": pytest.approx(8.8),
        "n": 5,
    }


def test_scores_that_do_not_apply_are_left_out_and_counted_out() -> None:
    numbers = numbers_of([np.nan, 2.0, 4.0])
    assert (numbers["mean"], numbers["n"]) == (3.0, 2)
    assert numbers_of([np.nan]) == {"mean": None, "sd": None, "q05": None, "q50": None, "q95": None, "n": 0}
    assert numbers_of([7.0])["sd"] is None


def test_effect_follows_its_formula() -> None:
    """Base 0, 2, 4 (SD 2, variance 4); the arm 1, 4, 10 (variance 21); differences 1, 2, 6 (variance 7)."""
    assert effect_of([1.0, 2.0, 6.0], base=[0.0, 2.0, 4.0]) == {
        "mean": pytest.approx(3.0),
        "mcse": pytest.approx(math.sqrt(7.0) / math.sqrt(3.0)),
        "d": pytest.approx(1.5),
        "variance_saved": pytest.approx(1.0 - 7.0 / 25.0),
    }


def test_effect_of_one_site_has_no_error_and_of_no_spread_no_d() -> None:
    nothing = {"mcse": None, "d": None, "variance_saved": None}
    assert effect_of([3.0], base=[1.0]) == {"mean": 3.0, **nothing}
    assert effect_of([np.nan], base=[1.0]) == {"mean": None, **nothing}


def test_summary_of_two_sites_by_hand(two_sites: pd.DataFrame) -> None:
    summary = summarise(two_sites, "0", SHARED)
    assert list(summary["arms"]) == ["0", "4"]
    assert summary["arms"]["0"]["friends"]["0"] == {
        "mean": 3.0, "sd": 2.0, "q05": pytest.approx(1.2), "q50": 3.0, "q95": pytest.approx(4.8), "n": 3,
    }  # fmt: skip
    # Site 0: (1 + 3) / 2 = 2; site 1: 8; mean over sites 5, not (1 + 3 + 8) / 3; SD sqrt(18); baseline SD 2.
    found = summary["effects"]["4"]["friends"]["39"]
    # Means of sites: 2, 4 in the comparator (variance 2), 4, 12 in the arm (32): 18 / 34 of the variance is left.
    assert found == {
        "mean": 5.0, "mcse": pytest.approx(3.0), "d": 2.5, "variance_saved": pytest.approx(16.0 / 34.0),
    }  # fmt: skip
    assert summary["effects"]["4"]["friends"]["0"] == {"mean": 0.0, "mcse": 0.0, "d": 0.0, "variance_saved": 1.0}
    assert "0" not in summary["effects"]


def test_order_of_rows_does_not_matter(two_sites: pd.DataFrame) -> None:
    shuffled = two_sites.sample(frac=1.0, random_state=3)
    assert summarise(shuffled, "0", SHARED) == summarise(two_sites, "0", SHARED)


def test_persons_are_compared_with_themselves(two_sites: pd.DataFrame) -> None:
    """With person 11 of site 0 unmeasured in one arm, only person 10 can be compared there."""
    missing = (two_sites["site"] == 0) & (two_sites["arm"] == "4") & (two_sites["person"] == 11)
    two_sites.loc[missing & (two_sites["week"] == 39), "friends"] = np.nan
    found = summarise(two_sites, "0", SHARED)["effects"]["4"]["friends"]["39"]
    assert found["mean"] == pytest.approx((1.0 + 8.0) / 2.0)


def test_arms_with_different_pasts_are_compared_by_site() -> None:
    index = [(0, 10), (0, 11)]
    arm = pd.DataFrame({"friends": [4.0, 8.0]}, index=pd.MultiIndex.from_tuples(index, names=["site", "person"]))
    comparator = pd.DataFrame(
        {"friends": [1.0, 3.0]}, index=pd.MultiIndex.from_tuples([(0, 11), (0, 12)], names=["site", "person"])
    )
    assert site_differences(arm, comparator, same_people=False)["friends"].tolist() == [4.0]
    assert site_differences(arm, comparator, same_people=True)["friends"].tolist() == [7.0]


def test_no_comparator_gives_no_effects(two_sites: pd.DataFrame) -> None:
    assert summarise(two_sites, None, SHARED)["effects"] == {}


def test_flat_table_has_a_row_an_arm_outcome_and_week(two_sites: pd.DataFrame) -> None:
    flat = summary_table(summarise(two_sites, "0", SHARED))
    assert len(flat) == 4
    row = flat[(flat["arm"] == "4") & (flat["week"] == 39)].iloc[0]
    assert (row["mean"], row["difference_mean"], row["difference_d"]) == (pytest.approx(20 / 3), 5.0, 2.5)
    assert flat.loc[flat["arm"] == "0", "difference_mean"].isna().all()


def test_summary_can_be_written_as_strict_json(two_sites: pd.DataFrame) -> None:
    two_sites["friends"] = np.nan
    text = json.dumps(summarise(two_sites, "0", SHARED), allow_nan=False)
    assert json.loads(text)["arms"]["4"]["friends"]["39"]["mean"] is None


# Portions


def many_sites(sites: int = 60, people: int = 7) -> pd.DataFrame:
    """Scores of a score with many values and some missing ones, arms related."""
    rng = np.random.default_rng(3)
    rows = []
    for site in range(sites):
        for person in range(people):
            own = rng.gamma(2.0, 100.0)
            rows += [(site, arm, week, person, own + rng.normal()) for arm in ("0", "4") for week in (0, 39)]
    frame = table(rows)
    frame.loc[rng.random(len(frame)) < 0.05, "friends"] = np.nan
    return frame


def in_portions(people: pd.DataFrame, sites: int) -> Summary:
    summary = Summary("0", SHARED)
    for first in range(0, people["site"].max() + 1, sites):
        summary.add(people[people["site"].between(first, first + sites - 1)])
    return summary


def flat_numbers(summary: dict[str, object]) -> np.ndarray:
    return summary_table(summary).drop(columns=["arm", "outcome", "week"]).to_numpy(float)


@pytest.mark.parametrize("sites", [1, 7, 60])
def test_portions_give_what_the_whole_gives(sites: int) -> None:
    people = many_sites()
    whole, found = summarise(people, "0", SHARED), in_portions(people, sites).result()
    np.testing.assert_allclose(flat_numbers(found), flat_numbers(whole), rtol=1e-12)


def test_the_whole_is_what_pandas_and_numpy_make_of_it() -> None:
    people = many_sites()
    numbers = in_portions(people, 11).result()
    scores = people[(people["arm"] == "4") & (people["week"] == 39)]["friends"].dropna()
    found = numbers["arms"]["4"]["friends"]["39"]
    assert (found["mean"], found["sd"]) == (pytest.approx(scores.mean()), pytest.approx(scores.std()))
    assert [found[q] for q in ("q05", "q50", "q95")] == pytest.approx(np.quantile(scores, (0.05, 0.5, 0.95)).tolist())
    wide = people[people["week"] == 39].pivot(index=["site", "person"], columns="arm", values="friends")
    by_site = (wide["4"] - wide["0"]).groupby("site").mean()
    effect = numbers["effects"]["4"]["friends"]["39"]
    assert effect["mean"] == pytest.approx(by_site.mean())
    assert effect["mcse"] == pytest.approx(by_site.std() / math.sqrt(60))
    unpaired = wide.groupby("site").mean().var().sum()
    assert effect["variance_saved"] == pytest.approx(1.0 - by_site.var() / unpaired)
    assert effect["variance_saved"] > 0.9


def test_the_same_portions_give_the_same_bits() -> None:
    people = many_sites()
    assert in_portions(people, 7).result() == in_portions(people, 7).result()


def test_moments_keep_their_digits_far_from_nought() -> None:
    rows = np.array([[1e9 + 1], [1e9 + 2], [1e9 + 4], [np.nan], [1e9 + 5]])
    moments_of_all = Moments(1)
    for row in rows:
        moments_of_all.add(row[None])
    assert moments_of_all.n.tolist() == [4]
    assert moments_of_all.mean[0] == 1e9 + 3
    assert moments_of_all.variance[0] == pytest.approx(10.0 / 3.0)


def test_many_different_values_are_kept_to_four_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "FEW_VALUES", 100)
    scores = np.random.default_rng(1).normal(50.0, 10.0, 20_000)
    counts = Counts()
    for portion in np.array_split(scores, 9):
        counts.add(portion)
    at = np.array([0.05, 0.5, 0.95])
    assert counts.quantiles(at) == pytest.approx(np.quantile(scores, at), rel=2e-4)
    assert to_digits(np.array([0.0, -123456.0, 0.00123456, 9.9999])).tolist() == pytest.approx(
        [0.0, -123500.0, 0.001235, 10.0], rel=1e-12
    )


def test_quantiles_of_counts_are_those_of_the_numbers() -> None:
    counts = Counts()
    counts.add(np.array([3.0, 1.0, 1.0]))
    counts.add(np.array([1.0, 8.0]))
    at = np.linspace(0.0, 1.0, 21)
    assert counts.quantiles(at) == pytest.approx(np.quantile([1.0, 1.0, 1.0, 3.0, 8.0], at))
    assert np.isnan(Counts().quantiles(at)).all()


def test_dose_when_measured_by_hand() -> None:
    """Two people over four weeks, measured at 0, 1 and 4; a month is 52/12 weeks."""
    columns = {
        "week": [0, 1, 2, 3, 4],
        "contacts_intended": [0.0, 2.0, 2.0, 2.0, 2.0],
        "contacts_agreed": [0.0, 2.0, 1.0, 1.0, 1.0],
        "contacts_delivered": [0.0, 1.0, 1.0, 0.0, 1.0],
        "hours_delivered": [0.0, 2.0, 1.0, 1.0, 1.0],
        "hours_available": [0.0, 5.0, 5.0, 5.0, 5.0],
        "people": [2.0] * 5,
        "engaged": [2.0, 2.0, 2.0, 2.0, 1.0],
        "supported": [0.0, 1.0, 1.0, 1.0, 0.0],
        "in_crisis": [0.0, 0.0, 1.0, 0.0, 0.0],
    }
    weeks = {name: np.array(column) for name, column in columns.items()}
    dose = dose_when_measured(weeks, np.array([0, 1, 4]))
    assert dose["contacts_delivered"].tolist() == [0.0, 1.0, 3.0]
    assert dose["hours_available"].tolist() == [0.0, 5.0, 20.0]
    assert dose["engaged"].tolist() == [2.0, 2.0, 1.0]
    assert dose["delivered_of_intended"].tolist()[1:] == [0.5, 0.375]
    month = 52 / 12
    assert np.isnan(dose["contacts_delivered_per_month"][0])
    assert dose["contacts_delivered_per_month"].tolist()[1:] == pytest.approx([month / 2, 2 / 2 / 3 * month])
    assert dose["contacts_intended_per_month"].tolist()[1:] == pytest.approx([month, month])
