"""What a calibration says of itself: intervals, shrinkage, conflicts, targets met and missed, and the page of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cpi_sim.batches.store import ResultsError
from cpi_sim.calibration import account, calibrating, folder
from cpi_sim.calibration.blocks import PRACTICE
from cpi_sim.calibration.calibrating import QUICK, BlockResult, Calibrated
from cpi_sim.calibration.ensemble import Ensemble, choose, seen_afresh, targets_judged
from cpi_sim.calibration.folder import PRODUCTS, as_table, open_folder, read_sets
from cpi_sim.calibration.matching import Effort, match
from cpi_sim.calibration.report import table, write_report
from cpi_sim.calibration.ruling_out import Aim
from cpi_sim.calibration.space import space_of
from cpi_sim.checks.statistics import STATISTICS
from cpi_sim.evidence.catalogue import TARGETS
from cpi_sim.files import write_table

BLOCK = replace(
    PRACTICE,
    parameters=("attend_base", "take_up"),
    targets=("befriender_met_once", "befriender_gt12", "srt_sessions_mean"),
)
CERTIFICATE = {
    "seed": 1, "runs": 1234, "cpi_sim": "0.1.0", "started": "today", "identity": {"model": "abc"},
}  # fmt: skip


def simulate(points: np.ndarray, wave: int) -> np.ndarray:
    """Met once follows what is taken up, more than twelve meetings the base of attending, sessions follow both."""
    rng = np.random.default_rng(wave)
    base, take_up = points[:, 0], points[:, 1]
    means = np.stack([take_up, 0.5 + 0.4 * base, take_up + base], axis=1)
    return means[:, None, :] + 0.01 * rng.standard_normal((len(points), 2, 3))


def result(aims: dict[str, Aim]) -> BlockResult:
    space = space_of(BLOCK.parameters)
    return BlockResult(BLOCK, space, match(simulate, 2, aims, Effort(20, 15, 2), 1))


@pytest.fixture(scope="module")
def fitting() -> BlockResult:
    aims = {"befriender_met_once": 0.8, "befriender_gt12": 0.6, "srt_sessions_mean": 1.05}
    return result({name: Aim(value, 0.02) for name, value in aims.items()})


@pytest.fixture(scope="module")
def impossible() -> BlockResult:
    aims = {"befriender_met_once": 0.8, "befriender_gt12": 2.0, "srt_sessions_mean": 9.0}
    return result({name: Aim(value, 0.02) for name, value in aims.items()})


def test_an_interval_holds_ninety_per_cent() -> None:
    found = account.interval(np.array([*range(101), float("nan")]))
    assert (found.low, found.median, found.high) == (5.0, 50.0, 95.0)


def test_what_is_left_is_told_in_the_units_of_the_parameter(fitting: BlockResult) -> None:
    base, take_up = account.shrinkage(fitting)
    assert (take_up.low, take_up.high) == (0.4, 1.0)
    assert take_up.left.median == pytest.approx(0.4 + 0.6 * 0.8, abs=0.02)
    assert base.left.median == pytest.approx(-2.0 + 5.0 * 0.25, abs=0.15)
    assert take_up.spread_left < 0.3


def test_each_parameter_is_said_to_move_the_target_that_it_moves(fitting: BlockResult) -> None:
    base, take_up = account.furthest_reach(fitting)
    assert (base.target, take_up.target) == ("befriender_gt12", "befriender_met_once")
    assert base.tolerances == pytest.approx(0.4 / TARGETS["befriender_gt12"].sd, rel=0.1)
    assert take_up.tolerances == pytest.approx(1.0 / TARGETS["befriender_met_once"].sd, rel=0.1)


def test_emulators_are_said_to_predict_what_they_can(fitting: BlockResult) -> None:
    first = account.waves(fitting)[0]
    assert (first.block, first.wave, first.points, first.not_emulated) == ("practice", 1, 20, ())
    assert first.explained > 0.95
    assert first.worst_within_two > 0.8


def test_a_target_beyond_reach_is_a_conflict_by_itself(impossible: BlockResult) -> None:
    found = account.conflicts(impossible)
    assert [(each.target, each.other) for each in found] == [("srt_sessions_mean", ""), ("befriender_gt12", "")]
    assert found[1].nearest > 20
    assert account.shrinkage(impossible) == []


def test_two_targets_that_rule_each_other_out_are_named_together() -> None:
    aims = {
        "befriender_met_once": Aim(0.1, 0.01),
        "befriender_gt12": Aim(0.6, 0.01),
        "srt_sessions_mean": Aim(1.9, 0.01),
    }
    found = account.conflicts(result(aims))
    assert [(each.target, each.other) for each in found] == [
        ("befriender_met_once", "srt_sessions_mean"),
        ("befriender_gt12", "srt_sessions_mean"),
    ]


def lived(values: np.ndarray) -> np.ndarray:
    """Every statistic at its published value, moved by so many tolerances a draw, at two sites."""
    at = np.array([TARGETS[name].value for name in STATISTICS])
    sd = np.array([TARGETS[name].sd for name in STATISTICS])
    means = at + values[:, None] * sd
    return np.stack([means - 1e-9, means + 1e-9], axis=1)


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    draws = [{"attend_base": float(number), "take_up": 0.5} for number in range(6)]
    return choose(draws, lived(np.array([4.0, 0.0, 1.0, 5.0, 2.9, 3.5])), at_least=4)


def test_sets_that_agree_come_first_and_the_least_implausible_fill_up(ensemble: Ensemble) -> None:
    assert ensemble.sets[:, 0].tolist() == [1.0, 2.0, 4.0, 5.0]
    assert (ensemble.agreeing, ensemble.tried) == (3, 6)
    np.testing.assert_allclose(ensemble.implausibility, [0.0, 1.0, 2.9, 3.5], atol=1e-6)


def test_all_sets_that_agree_are_kept_however_few_are_wanted() -> None:
    draws = [{"take_up": number / 10} for number in range(5)]
    assert len(choose(draws, lived(np.zeros(5)), at_least=2).sets) == 5


def test_the_ensemble_is_read_from_its_file_as_it_was(ensemble: Ensemble, tmp_path: Path) -> None:
    write_table(tmp_path / "ensemble.parquet", as_table(ensemble))
    assert read_sets(tmp_path / "ensemble.parquet") == [
        {"attend_base": base, "take_up": 0.5} for base in (1.0, 2.0, 4.0, 5.0)
    ]


def test_a_target_is_met_by_the_median_of_the_ensemble(ensemble: Ensemble) -> None:
    after = {each.target.id: each for each in account.targets_after(ensemble)}
    friends = after["friends_mean_su"]
    assert friends.simulated.median == pytest.approx(3.4 + 1.95, abs=1e-6)
    assert friends.implausibility == pytest.approx(1.95, abs=1e-6)
    assert friends.met
    assert friends.judged
    assert after["conceal_su"].by_construction
    assert not after["lost_friends_su"].judged
    assert set(targets_judged()) == {name for name, each in after.items() if each.judged}


def test_a_table_is_written_with_three_digits() -> None:
    assert table(("a", "b"), [["x", 0.123456], [3, 12345.6]]) == (
        "| a | b |\n| --- | --- |\n| x | 0.123 |\n| 3 | 1.23e+04 |\n"
    )


def test_the_page_says_what_was_found(fitting: BlockResult, ensemble: Ensemble, tmp_path: Path) -> None:
    page = write_report(tmp_path, Calibrated((fitting,), ({},)), ensemble, CERTIFICATE).read_text()
    assert "3 of 6 sets drawn jointly agree with what is known; the ensemble has 4." in page
    assert "1,234 sites lived" in page
    assert "| friends_mean_su | core | 3.4 | 1 |" in page
    assert "No target of a block is beyond reach" in page
    assert "| practice | take_up | 0.4 to 1 |" in page
    for name in ("targets", "ranges"):
        assert f"({name}.png)" in page
        assert (tmp_path / f"{name}.png").stat().st_size > 10_000
        assert (tmp_path / f"{name}.svg").exists()


def test_the_page_says_where_nothing_fits(impossible: BlockResult, tmp_path: Path) -> None:
    page = write_report(tmp_path, Calibrated((impossible,), ()), None, CERTIFICATE).read_text()
    assert "**Nothing fits** in the block practice" in page
    assert "| practice | befriender_gt12 | (by itself) |" in page
    assert "## Targets after calibration" not in page
    assert "(ranges.png)" not in page


def test_an_ensemble_is_told_by_other_sites_than_those_it_was_chosen_by(ensemble: Ensemble) -> None:
    afresh = seen_afresh(ensemble, lived(np.array([1.0, 1.0, 3.0, 3.0])))
    assert afresh.implausibility.tolist() == ensemble.implausibility.tolist()
    friends = next(each for each in account.targets_after(afresh) if each.target.id == "friends_mean_su")
    assert friends.simulated.median == pytest.approx(3.4 + 2.0, abs=1e-6)


def test_a_target_without_a_value_anywhere_judges_no_set_and_is_named() -> None:
    found = lived(np.zeros(3))
    nowhere = ["friends_mean_su", "lonely_su", "eip_disengaged"]
    for name in nowhere:
        found[:, :, list(STATISTICS).index(name)] = np.nan
    ensemble = choose([{"take_up": number / 10} for number in range(3)], found, at_least=1)
    assert sorted(ensemble.undefined) == sorted(nowhere)
    assert ensemble.agreeing == 3


def test_noise_of_a_mean_counts_up_to_a_ninth_of_the_tolerance() -> None:
    found = lived(np.array([3.1]))
    sd = np.array([TARGETS[name].sd for name in STATISTICS])
    found = np.stack([found[:, 0] - 50.0 * sd, found[:, 0] + 50.0 * sd], axis=1)
    assert choose([{"take_up": 0.5}], found, 1).implausibility[0] == pytest.approx(3.1 / np.sqrt(1.0 + 1.0 / 9.0))


def test_another_calibration_makes_way_but_its_runs_stay(tmp_path: Path) -> None:
    certificate = {"identity": {"scenario": "calibration one", "model": "m", "libraries": "l"}}
    open_folder(tmp_path, certificate, PRODUCTS, overwrite=False).keep({"a": {"x": 1.0}})
    for name in ("waves/illness-1.npy", "ensemble.parquet", "targets.png", "notes.txt", "runs/.runs-9.1.part"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert "a" in open_folder(tmp_path, certificate, PRODUCTS, overwrite=False)
    assert (tmp_path / "waves" / "illness-1.npy").exists()
    assert not (tmp_path / "runs" / ".runs-9.1.part").exists()
    other = {"identity": certificate["identity"] | {"scenario": "calibration two"}}
    with pytest.raises(ResultsError):
        open_folder(tmp_path, other, PRODUCTS, overwrite=False)
    assert "a" in open_folder(tmp_path, other, PRODUCTS, overwrite=True)
    left = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {"runs", "notes.txt", "provenance.json"}


def test_whatever_can_change_a_calibration_is_part_of_its_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    before = folder._identity(QUICK, 1)
    assert folder._identity(QUICK, 1) == before
    assert folder._identity(QUICK, 2) != before
    assert folder._identity(replace(QUICK, leniency=1.0), 1) != before
    friends = TARGETS["friends_mean_su"]
    monkeypatch.setitem(TARGETS, "friends_mean_su", replace(friends, sd=2.0))
    assert folder._identity(QUICK, 1) != before
    monkeypatch.setitem(TARGETS, "friends_mean_su", friends)
    monkeypatch.setitem(calibrating.BLOCKS, "practice", BLOCK)
    assert folder._identity(QUICK, 1) != before
