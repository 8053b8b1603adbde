"""The states that instruments of one's own reflect lie in the community as `parameters/states.py` says.

Two communities at the default numbers, about 2,400 people of 18 to 65. Over the four seeds that the numbers were found
with, a mean of two communities varied by 0.05 SD, a spread by 2 %, a correlation by 0.03 (standard deviations); the
bounds are at least three of them, for other changes of the model to show as what they are.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import pytest

from cpi_sim.parameters import defaults
from cpi_sim.parameters.states import STATES, correlation
from cpi_sim.simulation.past import make_past
from cpi_sim.site.tables import COMMUNITY_MEMBER
from tests.sites import PROGRAM

pytestmark = pytest.mark.statistical


@cache
def found() -> dict[str, np.ndarray]:
    """Each state over the members of two communities, shape (people,)."""
    parts: dict[str, list[np.ndarray]] = {name: [] for name in STATES}
    for seed in (5, 6):
        people = make_past(defaults("community_team"), seed, PROGRAM).people
        members = people[(people["role_in_service"] == COMMUNITY_MEMBER) & (people["age_years"] <= 65)]
        for name, state in STATES.items():
            parts[name].append(np.sum([members[field] for field in state.fields], axis=0))
    return {name: np.concatenate(several) for name, several in parts.items()}


@pytest.mark.parametrize("name", STATES)
def test_centre_and_spread(name: str) -> None:
    assert found()[name].mean() == pytest.approx(STATES[name].centre, abs=0.2 * STATES[name].spread)
    assert found()[name].std() == pytest.approx(STATES[name].spread, rel=0.08)


def test_correlations() -> None:
    for one, other in combinations(STATES, 2):
        assert np.corrcoef(found()[one], found()[other])[0, 1] == pytest.approx(correlation(one, other), abs=0.1)
