"""The space that a calibration searches, and designs that fill it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cpi_sim.calibration.blocks import BLOCKS
from cpi_sim.calibration.space import latin_hypercube, space_of, spread_out
from cpi_sim.checks.statistics import BY_CONSTRUCTION, STATISTICS
from cpi_sim.evidence.catalogue import TARGETS
from cpi_sim.parameters import REGISTRY

SPACE = space_of(("moves_per_week", "attend_base"))


def test_the_ends_of_the_cube_are_the_ends_of_the_declared_ranges() -> None:
    assert SPACE.values(np.zeros(2)) == {"moves_per_week": 1.5, "attend_base": -2.0}
    assert SPACE.values(np.ones(2)) == {"moves_per_week": 3.0, "attend_base": 3.0}


@given(arrays(float, 2, elements=st.floats(0.0, 1.0)))
def test_a_point_is_found_again_from_its_values(point: np.ndarray) -> None:
    np.testing.assert_allclose(SPACE.point(SPACE.values(point)), point, atol=1e-12)


def test_whole_numbers_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="community_members"):
        space_of(("moves_per_week", "community_members"))


@given(st.integers(2, 30), st.integers(1, 5), st.integers(0, 100))
def test_each_slice_of_a_latin_hypercube_holds_one_point(points: int, dimensions: int, seed: int) -> None:
    slices = np.floor(latin_hypercube(points, dimensions, seed) * points).astype(int)
    for column in slices.T:
        assert sorted(column) == list(range(points))


def test_points_spread_out_begin_in_the_middle_and_go_to_the_ends() -> None:
    line = np.array([[0.0], [0.1], [0.5], [0.9], [1.0]])
    assert spread_out(line, 3).ravel().tolist() == [0.5, 0.0, 1.0]
    assert spread_out(line, 9).ravel().tolist() == line.ravel().tolist()


@pytest.mark.parametrize("block", BLOCKS.values(), ids=lambda block: block.name)
def test_a_block_searches_at_most_twenty_numbers_and_is_judged_by_what_can_be_computed(block) -> None:
    assert len(block.parameters) <= 20
    assert set(block.parameters) <= REGISTRY.keys()
    assert set(block.targets) <= STATISTICS.keys() - BY_CONSTRUCTION.keys()


def test_no_number_and_no_target_belongs_to_two_blocks() -> None:
    for part in ("parameters", "targets"):
        names = [name for block in BLOCKS.values() for name in getattr(block, part)]
        assert len(names) == len(set(names))


def test_every_core_target_that_can_judge_a_site_belongs_to_a_block() -> None:
    judged = {name for name in STATISTICS if TARGETS[name].core and name not in BY_CONSTRUCTION}
    assert judged <= {name for block in BLOCKS.values() for name in block.targets}
