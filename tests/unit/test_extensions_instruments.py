"""Instruments of one's own: what they declare of reliability, mean, spread and loadings is what their scores have."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cpi_sim import load
from cpi_sim.batches.run import ArmRecord
from cpi_sim.extensions import ExtendedProgram, ExtensionError, program_for, try_out
from cpi_sim.instruments import OUTCOMES, measure
from cpi_sim.instruments.own import outcomes_with, own_number, own_score
from cpi_sim.parameters.states import STATES, correlation, variance_explained
from cpi_sim.scenario.instrument import Instrument, Reflects
from cpi_sim.site.tables import PERSON
from tests.sites import SEED, entered

PEOPLE = 20_000
HOPE: dict[str, Any] = {
    "title": "Hope", "items": 60, "range": [0.0, 240.0], "mean": 120.0, "sd": 20.0, "reliability": 0.8,
    "evidence": "assumption", "reflects": Reflects(wellbeing=0.6, loneliness=-0.4),
}  # fmt: skip


def hope(**changes: Any) -> Instrument:
    return Instrument(**(HOPE | changes))


def community(of: dict[str, float] | None = None) -> np.ndarray:
    """People whose states lie and hang together as in the community, or all alike, ``of`` SDs from its centre."""
    people = np.zeros(PEOPLE, PERSON).view(np.recarray)
    people["id"] = np.arange(PEOPLE)
    names = list(STATES)
    if of is None:
        rng = np.random.default_rng(3)
        together = [[correlation(one, other) for other in names] for one in names]
        standard = rng.multivariate_normal(np.zeros(len(names)), together, PEOPLE, method="cholesky").T
    else:
        standard = np.array([np.full(PEOPLE, of.get(name, 0.0)) for name in names])
    for name, values in zip(names, standard, strict=True):
        people[STATES[name].fields[0]] = STATES[name].centre + STATES[name].spread * values
    return people


def scores(instrument: Instrument, people: np.ndarray, week: int = 0, seed: int = 1) -> np.ndarray:
    return own_score("hope", instrument, people, seed, week)


@pytest.mark.parametrize("reliability", [0.5, 0.7, 0.8, 0.95])
@pytest.mark.parametrize("loadings", [{"wellbeing": 1.0}, {"wellbeing": 0.6, "loneliness": -0.4}, {"security": 0.3}])
def test_reliability_mean_and_spread_are_what_was_declared(reliability: float, loadings: dict[str, float]) -> None:
    instrument, people = hope(reliability=reliability, reflects=Reflects(**loadings)), community()
    first, second = scores(instrument, people, 0), scores(instrument, people, 26)
    # standard errors: correlation at most 0.006, mean 0.15, spread 0.11
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(reliability, abs=0.02)
    assert first.mean() == pytest.approx(120.0, abs=0.7)
    assert first.std() == pytest.approx(20.0, abs=0.5)


def test_the_true_score_moves_by_its_loadings_and_nothing_else() -> None:
    true_sd = 20.0 * math.sqrt(0.8)
    for moved, by in (({}, 0.0), ({"wellbeing": 1.0}, 0.6), ({"loneliness": 2.0}, -0.8), ({"anxiety": 3.0}, 0.0)):
        change = scores(hope(), community(moved)).mean() - scores(hope(), community({})).mean()
        assert change == pytest.approx(by * true_sd, abs=0.02)


def test_what_the_loadings_leave_belongs_to_the_person_and_lasts() -> None:
    alike = community({})
    left = 1.0 - variance_explained({"wellbeing": 0.6, "loneliness": -0.4})
    together = np.cov(scores(hope(), alike, 0), scores(hope(), alike, 40))[0, 1]
    assert left == pytest.approx(1.0 - (0.36 + 0.16 + 2 * 0.6 * 0.4 * 0.44))
    assert together == pytest.approx(left * 0.8 * 400.0, rel=0.04)


def test_a_perfect_instrument_of_one_state_is_that_state() -> None:
    people = community()
    exact = hope(reliability=1.0, reflects=Reflects(loneliness=1.0), range=[0.0, 40.0], mean=20.0, sd=2.0)
    standard = (people["loneliness"] - STATES["loneliness"].centre) / STATES["loneliness"].spread
    expected = np.clip(np.rint(20.0 + 2.0 * standard), 0.0, 40.0)
    assert np.array_equal(scores(exact, people), expected)


def test_scores_are_within_range_in_their_steps_and_keyed_by_person() -> None:
    people = community()
    mean_of_items = hope(items=8, score="mean", range=[0.0, 3.0], mean=1.5, sd=1.0)
    found = scores(mean_of_items, people)
    assert (found.min(), found.max()) == (0.0, 3.0)
    assert np.array_equal(found * 8, np.rint(found * 8))
    some = np.array([7, 2, 11_000])
    assert np.array_equal(scores(mean_of_items, people[some]), found[some])


def test_no_two_instruments_share_their_errors() -> None:
    names = ["hope", "hope2", "hope lasting", "trust", "peer_support"]
    assert len({own_number(name) for name in names}) == len(names)
    assert all(2**33 <= own_number(name) < 2**33 + 2**32 for name in names)
    alike = community({})
    one = own_score("hope", hope(), alike, 1, 0)
    other = own_score("trust", hope(), alike, 1, 0)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03


# --- Asked beside the others -----------------------------------------------------------------------------------------


def test_an_instrument_stands_in_the_tables_after_the_others_and_leaves_them_alone() -> None:
    site = entered()
    program = ExtendedProgram(instruments={"hope": hope()})
    plain, asked = measure(site, SEED, 0), measure(site, SEED, 0, program=program)
    assert list(asked) == [*OUTCOMES, "hope"]
    for name, values in plain.items():
        assert np.array_equal(asked[name], values, equal_nan=True)
    record = ArmRecord(SEED, [0], program)
    record.after_week(site, 0)
    tables = record.tables(0, "arm")
    assert np.array_equal(tables["people"]["hope"].to_numpy(), asked["hope"])
    assert tables["runs"]["hope"].to_pylist() == [pytest.approx(asked["hope"].mean())]


def test_tables_and_figures_know_what_it_is_called() -> None:
    own = outcomes_with({"hope": hope()})["hope"]
    assert (own.label, own.unit, own.range, own.direction, own.reliability, own.mark) == (
        "Hope", "points", (0.0, 240.0), "none", 0.8, "assumption",
    )  # fmt: skip
    assert outcomes_with({"hope": hope(evidence="Smith 2020, table 3")})["hope"].mark == "as given with the instrument"


# --- Scored by a function --------------------------------------------------------------------------------------------

FUNCTION = '''
import numpy as np
from cpi_sim.extensions import instrument

@instrument(title="Far friends", unit="people", range=(0, 50), reliability={reliability}, sd=5)
def far_friends(site, week, rows):
    """How many people one has met lately."""
    {body}
'''


def written(folder: Path, body: str, reliability: float = 1.0) -> Path:
    path = folder / "own.py"
    path.write_text(FUNCTION.format(body=body, reliability=reliability))
    return path


def test_a_function_scores_and_is_asked_where_its_file_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, 'return np.asarray(site.people["id"][rows] % 7)')
    scenario = load("usual_care_community_team")
    site = entered()
    found = measure(site, SEED, 0, program=program_for(scenario, [path]))["far_friends"]
    users = np.sort(site.people["id"][site.people["role_in_service"] == 1])
    assert np.array_equal(found, users % 7)
    assert "far_friends" not in measure(site, SEED, 0, program=program_for(scenario))


def test_a_function_gets_the_error_that_its_reliability_asks_for(tmp_path: Path) -> None:
    path = written(tmp_path, "return np.full(len(rows), 25.0)", reliability=0.5)
    program = program_for(load("usual_care_community_team"), [path])
    site = entered()
    several = [measure(site, SEED, week, program=program)["far_friends"] for week in range(60)]
    error = 5.0 * math.sqrt(0.5)
    assert np.std(several) == pytest.approx(math.sqrt(error**2 + 1 / 12), rel=0.06)  # 2,160 scores


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 3.0", "gives float64 of shape (); one number for each of the 24 persons is wanted"),
        ("return rows[:-1]", "gives int64 of shape (23,)"),
        ('return np.array(["much"] * len(rows))', "one number for each"),
        ('site.people["loneliness"][rows] = 0.0; return rows', "changes the site; an instrument only reads it"),
        ("return site.people[nothing]", "raises NameError: name 'nothing' is not defined"),
    ],
)
def test_a_function_that_is_no_instrument_is_refused(tmp_path: Path, body: str, message: str) -> None:
    path = written(tmp_path, body)
    with pytest.raises(ExtensionError) as refused:
        try_out([path], weeks=1)
    (line,) = str(refused.value).splitlines()
    assert line.startswith(f"{path.as_posix()}:5:1 far_friends: ")
    assert message in line
