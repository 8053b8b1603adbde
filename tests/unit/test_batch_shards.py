"""Shards of a batch, lived apart and joined."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpi_sim.batches.batch import BatchResult, run_batch
from cpi_sim.batches.merge import merge_batches
from cpi_sim.batches.plan import Shard
from cpi_sim.batches.store import ResultsError
from tests.batches import assert_same_results, small_scenario

pytestmark = pytest.mark.usefixtures("without_pictures")


def test_shards_joined_are_the_batch(undisturbed: BatchResult, tmp_path: Path) -> None:
    shards = [
        run_batch(small_scenario(), tmp_path, workers=1, progress=False, shard=Shard(number, 2)).folder
        for number in (1, 2)
    ]
    assert [folder.name for folder in shards] == ["small-shard-1-of-2", "small-shard-2-of-2"]
    merged = merge_batches(shards[::-1], tmp_path / "merged")
    assert (merged.sites, merged.missing, merged.failed, merged.damaged) == (4, (), (), ())
    assert_same_results(merged.folder, undisturbed.folder)
    part = merge_batches(shards[1:], tmp_path / "half")
    assert (part.sites, part.missing) == (2, (0, 2))
    whole = run_batch(small_scenario(), tmp_path / "half", workers=1, progress=False)
    assert_same_results(whole.folder, undisturbed.folder)


def test_folders_of_different_things_are_not_joined(undisturbed: BatchResult, tmp_path: Path) -> None:
    other = run_batch(small_scenario(sites=1, seed=6), tmp_path, workers=1, progress=False)
    with pytest.raises(ResultsError, match=r"holds results of something else than .*\(scenario: "):
        merge_batches([undisturbed.folder, other.folder], tmp_path / "merged")
    with pytest.raises(ResultsError, match="no results of cpi-sim here"):
        merge_batches([undisturbed.folder, tmp_path / "nowhere"], tmp_path / "merged")
    with pytest.raises(ResultsError, match="is one of the folders to be joined"):
        merge_batches([other.folder], tmp_path)
    assert not (tmp_path / "merged").exists()
