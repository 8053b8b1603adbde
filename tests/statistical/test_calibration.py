"""A calibration as a whole: it covers a known truth as often as it says, and goes on where it was stopped."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from cpi_sim.calibration.kept_runs import KeptRuns
from cpi_sim.calibration.matching import Effort, match
from cpi_sim.calibration.ruling_out import Aim

CALIBRATIONS = 60
TOLERANCE = 0.1


def toy(points: np.ndarray) -> np.ndarray:
    """Four bent statistics of three parameters, (points, 4)."""
    x, y, z = points.T
    return np.stack([x + y * z, np.sin(3.0 * y), z**2 - x, np.exp(x * y)], axis=1)


@pytest.mark.statistical
def test_calibrating_to_data_made_by_known_parameters_covers_them_as_often_as_stated() -> None:
    """Beyond three deviations lies at most 5 % of what has one peak, and two of four targets must: rarer still.

    So a truth is ruled out in less than 5 % of calibrations. If it were 5 %, more than 8 of 60 would be with a chance
    of 0.4 %, which is the false-alarm rate.
    """
    rng = np.random.default_rng(11)
    ruled_out = 0
    for number in range(CALIBRATIONS):
        truth = rng.random((1, 3))
        values = toy(truth)[0] + TOLERANCE * rng.standard_normal(4)
        noise = np.random.default_rng(number)

        def simulate(points: np.ndarray, wave: int, noise: np.random.Generator = noise) -> np.ndarray:
            return toy(points)[:, None, :] + 0.1 * noise.standard_normal((len(points), 2, 4))

        aims = {f"t{k}": Aim(float(value), TOLERANCE) for k, value in enumerate(values)}
        matched = match(simulate, 3, aims, Effort(24, 16, 2), number, left=100)
        ruled_out += not matched.region.holds(truth)[0]
    assert ruled_out <= int(binom.ppf(0.996, CALIBRATIONS, 0.05))


def calibrate(results: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "cpi_sim", "calibrate", "--quick", "--json", "--results", str(results), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def made(folder: Path) -> dict[str, bytes]:
    """What a calibration makes of its runs, but for the times and the number of runs."""
    names = ["ensemble.parquet", *(f"waves/{path.name}" for path in sorted((folder / "waves").iterdir()))]
    return {name: (folder / name).read_bytes() for name in names}


@pytest.mark.slow
def test_a_calibration_killed_again_and_again_ends_as_one_that_was_not(tmp_path: Path) -> None:
    whole = calibrate(tmp_path / "whole")
    said, problems = whole.communicate()
    assert whole.returncode == 0, problems
    report = json.loads(said)
    assert [each["name"] for each in report["blocks"]] == ["community", "illness", "practice", "feelings"]
    assert report["ensemble"]["sets"] >= 4
    for seconds in (6.0, 12.0, 18.0):
        killed = calibrate(tmp_path / "killed")
        time.sleep(seconds)
        killed.send_signal(signal.SIGKILL)
        assert killed.wait() == -signal.SIGKILL
    lived_before = len(KeptRuns(tmp_path / "killed" / "calibration" / "runs"))
    assert lived_before > 0
    last = calibrate(tmp_path / "killed", "--workers", "1")
    said, problems = last.communicate()
    assert last.returncode == 0, problems
    assert json.loads(said)["runs"] == report["runs"] > lived_before
    assert made(tmp_path / "killed" / "calibration") == made(tmp_path / "whole" / "calibration")
    other = calibrate(tmp_path / "whole", "--seed", "2")
    _, problems = other.communicate()
    assert other.returncode == 2
    assert "other results" in problems or "overwrite" in problems
