"""One site, lived alone and written down closely."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import cpi_sim
from cpi_sim.batches.batch import BatchResult
from cpi_sim.batches.one_site import run_one
from cpi_sim.cli.common import app
from tests.batches import FILE, small_scenario, tables_in


def test_one_site_is_the_site_of_the_batch(undisturbed: BatchResult, tmp_path: Path) -> None:
    alone = run_one(small_scenario(), tmp_path, site=2)
    in_batch = tables_in(undisturbed.folder)["people"]
    in_batch = in_batch[(in_batch["site"] == 2) & (in_batch["week"] == 8)].reset_index(drop=True)
    people = tables_in(alone.folder)["people"]
    pd.testing.assert_frame_equal(
        people[people["week"] == 8].reset_index(drop=True), in_batch, check_exact=True, check_dtype=False
    )
    assert alone.arm == "4"
    assert {"site.png", "person.png", "story.md"} <= {path.name for path in alone.folder.iterdir()}


def test_the_story_tells_of_the_person_asked_for(tmp_path: Path) -> None:
    somebody = run_one(small_scenario(), tmp_path / "first").person
    told = run_one(small_scenario(), tmp_path / "second", person=somebody)
    assert f"# Person {somebody}: 8 weeks" in told.story
    assert "| 5-8 |" in told.story


def test_an_arm_or_a_person_that_is_not_there_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no arm '16'; it has 0, 4"):
        run_one(small_scenario(), tmp_path, arm="16")
    with pytest.raises(ValueError, match="not a service user of this site"):
        run_one(small_scenario(), tmp_path, person=10_000)
    assert list(tmp_path.iterdir()) == []


HOLD = """
import pathlib, sys
from cpi_sim.batches.store import locked
with locked(pathlib.Path(sys.argv[1])):
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_one_process_at_a_time_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(FILE.format(sites=1))
    folder = tmp_path / "results" / "small-one-site"
    ask = ["run", str(tmp_path / "small.yaml"), "--results", str(tmp_path / "results"), "--overwrite"]
    environment = {**os.environ, "PYTHONPATH": str(Path(cpi_sim.__file__).parents[1])}
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    assert other.stdout is not None
    assert other.stdout.readline() == "mine\n"
    refused = CliRunner().invoke(app, ask)
    assert refused.exit_code == 2
    assert f"{folder}: another process is working in this folder; wait for it" in refused.stderr
    assert [path.name for path in folder.iterdir()] == [".lock"]
    other.communicate("")
    assert not folder.exists()
    assert CliRunner().invoke(app, ask).exit_code == 0
    assert (folder / "story.md").exists()
