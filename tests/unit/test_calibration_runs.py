"""Runs of a calibration: kept as they finish, never lived twice, and lost by nothing that can happen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cpi_sim.calibration import site_runs
from cpi_sim.calibration.blocks import ILLNESS, PRACTICE
from cpi_sim.calibration.calibrating import BlockRuns, Designs, aims_of_targets
from cpi_sim.calibration.kept_runs import LOOSE_AT_MOST, KeptRuns
from cpi_sim.calibration.site_runs import Pasts, Run, SiteRuns
from cpi_sim.calibration.space import space_of
from cpi_sim.checks.history import Lives, SiteHistory
from cpi_sim.engine.compilation import Program
from cpi_sim.evidence.catalogue import TARGETS
from cpi_sim.parameters import defaults
from cpi_sim.simulation.weeks import TableFull

LIVES = Lives(usual_until=0, early_until=None, offers=False)


def run(seed: int, value: float = 1.0) -> Run:
    return Run({"visit_hours": value}, seed, LIVES, ("tie_kept_7y", "hours_friend"))


@pytest.fixture
def lived(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sites lived, by seed; living one gives the seed as the first statistic, and none as the second."""
    seeds: list[int] = []

    def record(seed: int, program: Program, look_up: Callable[[], None], *more: Any) -> SiteHistory:
        look_up()
        seeds.append(seed)
        if seed == 13:
            raise TableFull("too many ties")
        return SiteHistory(seed, {})

    monkeypatch.setattr(site_runs, "record_site", record)
    statistics = {"tie_kept_7y": lambda history: float(history.seed), "hours_friend": lambda history: float("nan")}
    monkeypatch.setattr(site_runs, "MEASURES", statistics)
    return seeds


def living(folder: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> SiteRuns:
    return SiteRuns(KeptRuns(folder), Program(), 2, progress)


def test_statistics_come_in_the_order_of_the_runs_and_undefined_ones_are_not_numbers(
    tmp_path: Path, lived: list[int]
) -> None:
    found = living(tmp_path)([run(5), run(3), run(5)])
    assert found[:, 0].tolist() == [5.0, 3.0, 5.0]
    assert np.isnan(found[:, 1]).all()
    assert sorted(lived) == [3, 5]


def test_what_was_lived_is_not_lived_again_by_a_later_start(tmp_path: Path, lived: list[int]) -> None:
    first = living(tmp_path)([run(5), run(3)])
    told: list[tuple[int, int]] = []
    again = living(tmp_path, lambda done, total: told.append((done, total)))([run(5), run(3), run(7)])
    assert sorted(lived) == [3, 5, 7]
    np.testing.assert_array_equal(again[:2], first)
    assert told[0] == (2, 3)
    assert told[-1] == (3, 3)


@pytest.mark.parametrize(
    "other",
    [run(6), run(5, 2.0), Run({"visit_hours": 1.0}, 5, Lives(), run(5).statistics),
     Run({"visit_hours": 1.0}, 5, LIVES, ("hours_friend",))],
)  # fmt: skip
def test_anything_that_can_change_a_statistic_makes_another_run(other: Run) -> None:
    assert other.key != run(5).key
    assert run(5).key == run(5).key


def test_a_site_that_knows_no_bounds_has_no_statistics_and_the_others_go_on(tmp_path: Path, lived: list[int]) -> None:
    found = living(tmp_path)([run(13), run(4)])
    assert np.isnan(found[0]).all()
    assert found[1, 0] == 4.0


def test_what_is_finished_before_an_interruption_is_kept(
    tmp_path: Path, lived: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        living(tmp_path, stop)([run(seed) for seed in range(1, 9)])
    assert len(KeptRuns(tmp_path)) >= 3
    before = len(lived)
    living(tmp_path)([run(seed) for seed in range(1, 9)])
    assert len(lived) - before <= 8 - 3


def test_runs_are_read_again_as_they_were_kept(tmp_path: Path) -> None:
    content: Mapping[str, dict[str, float]] = {"a": {"x": 0.1, "y": 2.0}, "b": {"x": -3.0}, "c": {}}
    KeptRuns(tmp_path).keep(content)
    kept = KeptRuns(tmp_path)
    assert {key: kept[key] for key in content} == content
    assert "d" not in kept


def test_many_files_are_joined_and_nothing_is_lost(tmp_path: Path) -> None:
    kept = KeptRuns(tmp_path)
    for number in range(LOOSE_AT_MOST + 5):
        kept.keep({f"run{number}": {"x": float(number)}})
    assert len(list(tmp_path.glob("*.parquet"))) <= LOOSE_AT_MOST
    again = KeptRuns(tmp_path)
    assert [again[f"run{number}"]["x"] for number in range(LOOSE_AT_MOST + 5)] == list(range(LOOSE_AT_MOST + 5))


def test_a_damaged_file_is_set_aside_and_named_and_only_its_runs_are_missing(tmp_path: Path) -> None:
    kept = KeptRuns(tmp_path)
    kept.keep({"a": {"x": 1.0}})
    kept.keep({"b": {"x": 2.0}})
    first, _ = sorted(tmp_path.glob("*.parquet"))
    first.write_bytes(first.read_bytes()[:40])
    again = KeptRuns(tmp_path)
    assert again.set_aside == [first.name]
    assert ("a" in again, "b" in again) == (False, True)
    assert (tmp_path / "set-aside" / first.name).exists()


def test_a_past_is_made_once_whoever_asks_and_let_go_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    begun = threading.Barrier(2)

    def make(values: dict[str, float], seed: int, program: Program) -> Any:
        made.append(seed)
        time.sleep(0.05)
        return seed

    monkeypatch.setattr(site_runs, "make_past", make)
    pasts, program, values = Pasts(at_most=2), Program(), defaults()

    def ask(seed: int) -> Any:
        begun.wait()
        return pasts(values, seed, program)

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(ask, [1, 1])) == [1, 1]
    assert made == [1]
    assert pasts({**values, "attend_base": 0.0}, 1, program) == 1  # acts from entry: the same past
    assert made == [1]
    pasts({**values, "visit_hours": 2.0}, 1, program)
    pasts(values, 2, program)
    pasts(values, 1, program)
    assert made == [1, 1, 2, 1]


def test_a_past_that_could_not_be_made_says_so_to_all_who_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(values: dict[str, float], seed: int, program: Program) -> Any:
        raise TableFull("too many ties")

    monkeypatch.setattr(site_runs, "make_past", fail)
    pasts = Pasts()
    for _ in range(2):
        with pytest.raises(TableFull):
            pasts(defaults(), 1, Program())


class Recorder(SiteRuns):
    """Takes runs, lives nothing, and numbers them."""

    def __init__(self) -> None:
        self.runs: list[Run] = []

    def __call__(self, runs: Any) -> np.ndarray:
        self.runs = list(runs)
        statistics = len(runs[0].statistics)
        return np.arange(len(runs) * statistics, dtype=float).reshape(len(runs), statistics)


def test_the_first_block_has_two_new_sites_at_every_point() -> None:
    recorder, space = Recorder(), space_of(ILLNESS.parameters)
    points = np.full((3, space.dimensions), 0.25)
    found = BlockRuns(ILLNESS, space, recorder, [{}], {"settings": 9.0}, seed=1)(points, 0)
    assert found.shape == (3, 2, len(ILLNESS.targets))
    assert found[1, 0, 0] == 2 * len(ILLNESS.targets)
    assert len({each.seed for each in recorder.runs}) == 6
    assert recorder.runs[0].values == {"settings": 9.0, **space.values(points[0])}


def test_later_blocks_are_lived_with_draws_of_the_earlier_ones_and_share_their_sites() -> None:
    recorder, space = Recorder(), space_of(PRACTICE.parameters)
    draws = [{"visit_hours": 1.0 + number / 100} for number in range(100)]
    points = np.linspace(0.0, 1.0, 40)[:, None] * np.ones(space.dimensions)
    BlockRuns(PRACTICE, space, recorder, draws, {}, seed=1)(points, 0)
    with_draw = {(each.values["visit_hours"], each.seed) for each in recorder.runs}
    assert len(with_draw) == 32  # a site of its own for each draw, and points take them in turn
    assert recorder.runs[0].values["attend_base"] == -2.0
    assert recorder.runs[2].values["visit_hours"] == 1.02


def test_blocks_that_change_pasts_have_a_site_and_a_draw_of_their_own_for_every_run_of_every_wave() -> None:
    recorder, space = Recorder(), space_of(ILLNESS.parameters)
    draws = [{"visit_hours": 1.0 + number / 1_000} for number in range(1_000)]
    simulate, points = BlockRuns(ILLNESS, space, recorder, draws, {}, seed=1), np.full((40, space.dimensions), 0.5)
    simulate(points, 0)
    first = {(each.seed, each.values["visit_hours"]) for each in recorder.runs}
    simulate(points, 1)
    second = {each.seed for each in recorder.runs}
    assert len(first) == len({seed for seed, _ in first}) == len({visit for _, visit in first}) == 80
    assert len(second) == 80
    assert second.isdisjoint(seed for seed, _ in first)


def test_points_of_a_wave_are_kept_exactly(tmp_path: Path) -> None:
    points = np.random.default_rng(0).random((4, 3))
    np.testing.assert_array_equal(Designs(tmp_path, "illness")(0, points), points)
    np.testing.assert_array_equal(Designs(tmp_path, "illness")(0, np.zeros((9, 3))), points)
    assert Designs(tmp_path, "illness")(1, np.zeros((1, 3))).shape == (1, 3)
    assert Designs(tmp_path, "practice")(0, np.ones((1, 3))).sum() == 3.0
    Designs(tmp_path, "illness").left(points)
    np.testing.assert_array_equal(Designs(tmp_path, "illness").left(np.zeros((2, 3))), points)


def test_soft_targets_weigh_a_third_and_leniency_widens_tolerances() -> None:
    aims = aims_of_targets(["friends_mean_su", "lost_friends_su"], leniency=2.0)
    assert (aims["friends_mean_su"].value, aims["friends_mean_su"].sd) == (3.4, 2.0)
    assert [aim.weight for aim in aims.values()] == [1.0, 1 / 3]
    assert not TARGETS["lost_friends_su"].core
