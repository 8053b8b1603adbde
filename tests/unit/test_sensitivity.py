"""Sensitivity: known functions give known indices, chance is told apart from influence, and the page says which."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from SALib.sample import morris as sampling
from typer.testing import CliRunner

from cpi_sim.batches.store import ResultsError
from cpi_sim.calibration.emulator import Data, Emulator
from cpi_sim.calibration.site_runs import Run, SiteRuns
from cpi_sim.calibration.space import latin_hypercube, space_of
from cpi_sim.checks.effects import EFFECTS, effect
from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.views import Snapshot
from cpi_sim.cli import app
from cpi_sim.parameters import REGISTRY
from cpi_sim.sensitivity import screening as module
from cpi_sim.sensitivity.folder import Settings, numbers_named, run_sensitivity
from cpi_sim.sensitivity.indices import indices, indices_of
from cpi_sim.sensitivity.report import uninformed, write_report
from cpi_sim.sensitivity.screening import OUTPUTS, Screening, problem_of, screen, screened

SPACE = space_of(("moves_per_week", "visit_hours", "attend_base"))
SITE = {"settings": 9.0}
CERTIFICATE = {
    "seed": 1, "runs": 1234, "cpi_sim": "0.1.0", "started": "today", "identity": {"model": "abc"},
}  # fmt: skip


def shot(**users: list[float]) -> Snapshot:
    empty = np.zeros(0)
    return Snapshot(39, empty, empty, empty, empty, empty, empty, {name: np.array(of) for name, of in users.items()})


def test_an_effect_is_a_paired_difference_in_standard_deviations_at_entry() -> None:
    usual = {0: shot(uls8=[10.0, 14.0]), 39: shot(uls8=[11.0, 15.0])}
    history = SiteHistory(1, usual, connecting={"community_team": shot(uls8=[10.0, 12.0])})
    assert effect(history, "uls8", "community_team") == pytest.approx(-2.0 / np.sqrt(8.0))


def test_an_effect_on_people_who_do_not_differ_has_no_unit() -> None:
    usual = {0: shot(uls8=[10.0, 10.0]), 39: shot(uls8=[10.0, 10.0])}
    history = SiteHistory(1, usual, connecting={"community_team": shot(uls8=[9.0, 9.0])})
    assert np.isnan(effect(history, "uls8", "community_team"))


def trajectories(number: int = 10) -> np.ndarray:
    return sampling.sample(problem_of(SPACE), number, num_levels=module.LEVELS, seed=1)


def first_points(points: np.ndarray) -> np.ndarray:
    return points[:: SPACE.dimensions + 1]


def test_a_straight_line_moves_by_its_slopes_and_a_product_depends_on_the_other() -> None:
    points = trajectories()
    lived = np.stack([3.0 * points[:, 0] - 2.0 * points[:, 1], points[:, 0] * points[:, 1]], axis=1)
    found = screened(SPACE, points, lived, lived[:: SPACE.dimensions + 1])
    np.testing.assert_allclose(found.mu_star[:, 0], [3.0, 2.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(found.sigma[:, 0], 0.0, atol=1e-9)
    assert (found.sigma[:2, 1] > 0.1).all()
    assert found.trajectories == 10


def test_chance_alone_gives_the_floor_and_no_influence() -> None:
    """The mean size of a difference of two draws of unit variance is 2 / sqrt(pi), told over a step of 2/3."""
    points = trajectories(400)
    rng = np.random.default_rng(2)
    found = screened(SPACE, points, rng.standard_normal((len(points), 1)), rng.standard_normal((400, 1)))
    assert found.floor[0] == pytest.approx(1.5 * 2.0 / np.sqrt(np.pi), rel=0.1)
    np.testing.assert_allclose(found.mu_star[:, 0], found.floor[0], rtol=0.15)
    strong = screened(SPACE, points, rng.standard_normal((len(points), 1)) + 20.0 * points[:, [1]],
                      rng.standard_normal((400, 1)) + 20.0 * first_points(points)[:, [1]])  # fmt: skip
    assert strong.most_influential(1, [OUTPUTS[0]]) == ["visit_hours"]
    above = strong.above_chance()[:, 0]
    assert above[1] > 5.0
    assert max(above[0], above[2]) < 1.2


def test_an_output_without_noise_has_influence_wherever_a_number_moves_it() -> None:
    points = trajectories()
    found = screened(SPACE, points, 5.0 * points[:, [1]], 5.0 * first_points(points)[:, [1]])
    assert found.floor[0] == 0.0
    assert found.most_influential(3, [OUTPUTS[0]]) == ["visit_hours"]


def test_paths_on_which_an_output_is_undefined_are_left_out() -> None:
    points = trajectories()
    lived = (3.0 * points[:, [0]]).repeat(2, axis=1)
    lived[5, 0] = np.nan
    lived[:, 1] = np.nan
    found = screened(SPACE, points, lived, lived[:: SPACE.dimensions + 1])
    assert found.mu_star[0, 0] == pytest.approx(3.0)
    assert np.isnan(found.mu_star[:, 1]).all()
    assert found.above_chance()[:, 1].tolist() == [0.0, 0.0, 0.0]


class Toy(SiteRuns):
    """Lives nothing: every output follows the moves that people make, three times for effects; remembers its runs."""

    def __init__(self) -> None:
        self.runs: list[Run] = []

    def __call__(self, runs: list[Run]) -> np.ndarray:  # type: ignore[override]
        self.runs = list(runs)
        rng = np.random.default_rng(0)
        return np.array(
            [
                [(30.0 if name in EFFECTS else 10.0) * run.values["moves_per_week"] + 1e-3 * rng.random()
                 for name in run.statistics]
                for run in runs
            ]
        )  # fmt: skip


def test_a_path_is_lived_on_one_site_and_begun_once_more_on_another() -> None:
    toy = Toy()
    found = screen(toy, SPACE, SITE, trajectories=3)
    assert len(toy.runs) == 3 * 4 + 3
    assert [len({run.seed for run in toy.runs[k : k + 4]}) for k in (0, 4, 8)] == [1, 1, 1]
    assert len({run.seed for run in toy.runs}) == 6
    assert toy.runs[12].values == toy.runs[0].values
    assert toy.runs[0].values["settings"] == 9.0
    name = next(iter(EFFECTS))
    assert found.mu_star[0, OUTPUTS.index(name)] == pytest.approx(45.0, rel=0.01)  # 30 over a range of 1.5


def test_sobol_indices_of_a_sum_are_the_parts_of_its_variance() -> None:
    """Slopes of 3, 1 and 0 over the unit cube: parts of 0.9, 0.1 and 0; nothing goes together."""
    points = latin_hypercube(80, 3, 0)
    emulator = Emulator(Data(points, 3.0 * points[:, 0] + points[:, 1], np.full(80, 1e-6)))
    found = indices_of("uls8", emulator, SPACE)
    np.testing.assert_allclose(found.first, [0.9, 0.1, 0.0], atol=0.03)
    np.testing.assert_allclose(found.total, [0.9, 0.1, 0.0], atol=0.03)
    assert found.explained > 0.999


def test_indices_are_made_for_every_output_that_differs() -> None:
    found = indices(Toy(), SPACE, SITE, list(EFFECTS), points=20)
    assert [each.output for each in found] == list(EFFECTS)
    assert found[0].first[0] == pytest.approx(1.0, abs=0.05)


def test_numbers_are_named_by_a_word_and_are_no_choices_of_a_scenario() -> None:
    named = numbers_named("alliance")
    assert "alliance_step" in named
    assert all("alliance" in f"{name} {REGISTRY[name].meaning}".lower() for name in named)
    assert {"contacts_per_month", "caseload", "community_members"}.isdisjoint(numbers_named())


def test_the_page_names_what_matters_and_what_no_target_informs(tmp_path: Path) -> None:
    found = screen(Toy(), SPACE, SITE, trajectories=6)
    page = write_report(tmp_path, found, indices(Toy(), SPACE, SITE, list(EFFECTS), 20), CERTIFICATE).read_text()
    assert "3 numbers, 6 paths, seed 1, 1,234 sites lived" in page
    assert "| effect_rg_uk_community_team | moves_per_week | 45 |" in page
    assert uninformed(found) == ["visit_hours", "attend_base"]
    assert "| visit_hours | no | assumption |" in page
    assert "## Sobol indices" in page
    assert (tmp_path / "sensitivity.png").stat().st_size > 10_000


def test_a_number_that_moves_effects_and_no_target_is_to_be_swept() -> None:
    found = screen(Toy(), SPACE, SITE, trajectories=6)
    only_effects = np.where([name in EFFECTS for name in OUTPUTS], found.mu_star, 0.0)
    hidden = Screening(found.numbers, OUTPUTS, only_effects, found.unsure, found.sigma, found.floor, 6)
    assert "moves_per_week" in uninformed(hidden)


def test_a_word_that_no_number_has_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    settings = Settings(2, 2, 8, SITE)
    with pytest.raises(ValueError, match="'zebra'"):
        run_sensitivity(tmp_path, "zebra", settings)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sensitivity").mkdir()
    (tmp_path / "sensitivity" / "provenance.json").write_text('{"identity": {"scenario": "other"}}')
    with pytest.raises(ResultsError):
        run_sensitivity(tmp_path, "alliance", Settings(2, 2, 8, SITE))


@pytest.mark.slow
def test_the_verb_leaves_a_report_and_lives_nothing_twice(tmp_path: Path) -> None:
    asked = ["sensitivity", "alliance_st", "--quick", "--json", "--results", str(tmp_path)]
    first = CliRunner().invoke(app, asked, catch_exceptions=False)
    said = json.loads(first.stdout)
    assert first.exit_code == 0
    assert said["numbers"] == len(numbers_named("alliance_st")) == 2
    assert said["runs"] >= 2 * 3 + 2
    folder = tmp_path / "sensitivity"
    page = (folder / "sensitivity.md").read_text()
    assert "2 numbers, 2 paths" in page
    kept = sorted(path.name for path in (folder / "runs").iterdir())
    again = CliRunner().invoke(app, asked, catch_exceptions=False)
    assert json.loads(again.stdout) == said
    assert sorted(path.name for path in (folder / "runs").iterdir()) == kept


def test_the_verb_refuses_a_word_that_no_number_has(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["sensitivity", "zebra", "--results", str(tmp_path)])
    assert result.exit_code == 2
    assert "'zebra'" in result.stderr
    assert list(tmp_path.iterdir()) == []
