"""A model saved, loaded and forked at a week: the same future bit for bit, and refusals that say what differs."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
import types
from pathlib import Path

import mesa
import numpy as np
import pytest

import cpi_sim.saved_model
from cpi_sim.agents import ServiceUser
from cpi_sim.engine.compilation import _names_in
from cpi_sim.model import ConnectingPeopleModel, Past
from cpi_sim.parameters import REGISTRY
from cpi_sim.saved_model import HEADER_AT_MOST, SavedModelError
from cpi_sim.scenario import ScenarioError, load
from cpi_sim.scenario.changing import ONLY_AT_ENTRY
from cpi_sim.simulation.past import enter
from cpi_sim.site.tables import digest
from cpi_sim.week import WEEK
from tests.unit.conftest import SCENARIO, SEED, SMALL, SUPPORT


def live(model: ConnectingPeopleModel, weeks: int) -> ConnectingPeopleModel:
    for _ in range(weeks):
        model.step()
    return model


@pytest.fixture
def at_ten(past: Past) -> ConnectingPeopleModel:
    return live(ConnectingPeopleModel(SCENARIO, past=past, **SMALL, **SUPPORT), 10)


@pytest.fixture(scope="module")
def saved(past: Past, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("saved") / "week10.npz"
    live(ConnectingPeopleModel(SCENARIO, past=past, **SMALL, **SUPPORT), 10).save(path)
    return path


# Saved and loaded


def test_saved_at_ten_and_lived_to_twenty_is_lived_through(saved: Path, at_ten: ConnectingPeopleModel) -> None:
    loaded = ConnectingPeopleModel.load(saved)
    assert digest(loaded.site) == digest(at_ten.site)
    live(loaded, 10)
    live(at_ten, 10)
    assert digest(loaded.site) == digest(at_ten.site)
    assert (loaded.week, loaded.steps, loaded.site_seed) == (20, 20, SEED)
    assert getattr(loaded, "time", 20.0) == 20.0
    weekly, again = (model.datacollector.get_model_vars_dataframe() for model in (at_ten, loaded))
    assert len(weekly) == 21
    assert weekly.equals(again)
    assert loaded.random.random() == ConnectingPeopleModel.load(saved).random.random()


def test_loaded_model_knows_its_scenario_past_and_agents(saved: Path, at_ten: ConnectingPeopleModel) -> None:
    loaded = ConnectingPeopleModel.load(str(saved))
    assert loaded.spec == at_ten.spec
    assert loaded.arm.values == at_ten.arm.values
    assert loaded.past.key == at_ten.past.key
    entered = [ConnectingPeopleModel(at_ten.spec, past=model.past).site for model in (loaded, at_ten)]
    assert digest(entered[0]) == digest(entered[1])
    feelings = [model.agents_by_type[ServiceUser].get("loneliness") for model in (loaded, at_ten)]
    assert feelings[0] == feelings[1]
    assert sorted(loaded.agents.get("unique_id")) == list(range(1, len(loaded.agents) + 1))


def test_nothing_but_the_file_is_left_and_it_holds_no_pickle(saved: Path, at_ten: ConnectingPeopleModel) -> None:
    at_ten.save(saved.parent / "again")
    assert sorted(path.name for path in saved.parent.iterdir()) == ["again", "week10.npz"]
    with np.load(saved, allow_pickle=False, max_header_size=HEADER_AT_MOST) as archive:
        assert all(not archive[name].dtype.hasobject for name in archive.files)
    (saved.parent / "again").unlink()


def test_a_save_that_fails_leaves_the_former_file(saved: Path, at_ten: ConnectingPeopleModel) -> None:
    before = saved.read_bytes()
    with pytest.raises(OSError, match="nowhere"):
        at_ten.save(saved.parent / "nowhere" / "week10.npz")
    with pytest.MonkeyPatch.context() as patch:

        def full(*arguments: object, **named: object) -> None:
            raise OSError("no space left")

        patch.setattr(cpi_sim.saved_model.np, "savez_compressed", full)
        with pytest.raises(OSError, match="no space left"):
            at_ten.save(saved)
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_model_at_its_horizon_stays_there_when_loaded(past: Past, tmp_path: Path) -> None:
    model = ConnectingPeopleModel(SCENARIO, past=past, horizon_weeks=2, **SMALL)
    model.run_model()
    model.save(tmp_path / "end")
    assert not ConnectingPeopleModel.load(tmp_path / "end").running
    assert ConnectingPeopleModel.load(tmp_path / "end", horizon_weeks=3).running


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.6, 0.98])
def test_damaged_file_is_refused(saved: Path, tmp_path: Path, share: float) -> None:
    content = bytearray(saved.read_bytes())
    (tmp_path / "short").write_bytes(content[: int(share * len(content))])
    with pytest.raises(SavedModelError, match=r"short: .*damaged"):
        ConnectingPeopleModel.load(tmp_path / "short")


def test_one_flipped_bit_anywhere_is_refused_or_changes_nothing(
    saved: Path, tmp_path: Path, at_ten: ConnectingPeopleModel
) -> None:
    """Bytes that no reader looks at (times of members, say) may change; numbers may not."""
    content = saved.read_bytes()
    refused = 0
    for place in np.random.default_rng(1).integers(len(content), size=60):
        flipped = bytearray(content)
        flipped[place] ^= 0x10
        (tmp_path / "flipped").write_bytes(flipped)
        try:
            loaded = ConnectingPeopleModel.load(tmp_path / "flipped")
        except SavedModelError:
            refused += 1
        else:
            assert digest(loaded.site) == digest(at_ten.site)
    assert refused > 50


def test_file_of_something_else_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", people=np.zeros(3))
    (tmp_path / "notes.txt").write_text("week 10")
    for name in ("other.npz", "notes.txt"):
        with pytest.raises(SavedModelError, match="not a saved model"):
            ConnectingPeopleModel.load(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        ConnectingPeopleModel.load(tmp_path / "none.npz")


def remade(saved: Path, path: Path, about: dict[str, object], **tables: np.ndarray) -> Path:
    """The file as another version of the program would have written it."""
    with np.load(saved, max_header_size=HEADER_AT_MOST) as archive:
        arrays = {name: archive[name] for name in archive.files} | tables
    told = json.loads(arrays["about"].tobytes()) | about
    told["sha256"] = {name: cpi_sim.saved_model._sha256(arrays[name]) for name in told["sha256"]}
    text = json.dumps(told).encode()
    seal = cpi_sim.saved_model.hashlib.sha256(text).digest()
    arrays |= {"about": np.frombuffer(text, np.uint8), "seal": np.frombuffer(seal, np.uint8)}
    np.savez(path, **arrays)
    return path


def test_file_of_another_version_is_refused_saying_what_differs(saved: Path, tmp_path: Path) -> None:
    with np.load(saved, max_header_size=HEADER_AT_MOST) as archive:
        people, told = archive["people"], json.loads(archive["about"].tobytes())
    wider = np.zeros(len(people), [*((name, people.dtype[name]) for name in people.dtype.names), ("shoe_size", "f8")])
    rules = told["rules"] | {"meeting": "0" * 12}
    path = remade(saved, tmp_path / "other.npz", {"version": "0.0.9", "rules": rules}, people=wider)
    with pytest.raises(SavedModelError) as refusal:
        ConnectingPeopleModel.load(path)
    said = str(refusal.value)
    assert "another version of the model (0.0.9; this is" in said
    assert "other rules in meeting" in said
    assert "other columns in people: shoe_size" in said
    with pytest.raises(SavedModelError, match="written in format 3; this version reads format 2"):
        ConnectingPeopleModel.load(remade(saved, tmp_path / "later.npz", {"format": 3}))


def chance_to_attend_session(
    alliance: float, anxiety: float, avoidance: float, symptoms: float, routine: int, p: object
) -> float:
    """A rule of the tests' own: everybody comes."""
    return 1.0


def test_replaced_rules_are_not_in_the_file_and_must_be_given_again(tmp_path: Path) -> None:
    rules = {"chance_to_attend_session": chance_to_attend_session}
    model = live(ConnectingPeopleModel(SCENARIO, rng=SEED, rules=rules, **SMALL, **SUPPORT), 2)
    model.save(tmp_path / "punctual")
    with pytest.raises(SavedModelError, match="other rules in practice"):
        ConnectingPeopleModel.load(tmp_path / "punctual")
    loaded = ConnectingPeopleModel.load(tmp_path / "punctual", rules=rules)
    fork = model.fork()
    assert digest(live(loaded, 3).site) == digest(live(model, 3).site) == digest(live(fork, 3).site)
    closed = {"chance_to_attend_session": _closed()}
    with pytest.raises(SavedModelError, match="cannot save"):
        ConnectingPeopleModel(SCENARIO, rng=SEED, rules=closed, **SMALL).save(tmp_path / "closed")


def _closed() -> types.FunctionType:
    """A rule that uses what no digest can follow."""
    certain = 1.0

    def chance_to_attend_session(
        alliance: float, anxiety: float, avoidance: float, symptoms: float, routine: int, p: object
    ) -> float:
        return certain

    return chance_to_attend_session


# Forked


def test_fork_leaves_the_original_untouched_and_lives_its_own_life(at_ten: ConnectingPeopleModel) -> None:
    before = digest(at_ten.site)
    fork = at_ten.fork()
    assert digest(fork.site) == before
    fork.agents_by_type[ServiceUser].set("confidence", 0.5)
    live(fork, 3)
    assert digest(at_ten.site) == before
    assert (at_ten.week, at_ten.steps, fork.week, fork.steps) == (10, 10, 13, 13)
    assert len(at_ten.datacollector.get_model_vars_dataframe()) == 11
    assert len(fork.datacollector.get_model_vars_dataframe()) == 14
    assert fork.person(3) is not at_ten.person(3)
    assert fork.person(3).model is fork


def test_fork_with_nothing_changed_has_the_same_future(at_ten: ConnectingPeopleModel) -> None:
    fork = at_ten.fork()
    assert digest(live(fork, 10).site) == digest(live(at_ten, 10).site)


def test_change_acts_from_the_fork_on(at_ten: ConnectingPeopleModel, past: Past) -> None:
    """Entered with the other number, lived to week 10 with this one: only weeks after the fork can differ."""
    stopped = at_ten.fork(contacts_per_month=0, elements=[])
    assert stopped.parameter("contacts_per_month") == 0.0
    assert at_ten.parameter("contacts_per_month") == 8.0
    assert stopped.site.parameters["element_reflection"][0] == 0.0
    held = live(stopped, 8).site.plans["sessions_attended"].sum()  # those due already are still held
    assert live(stopped, 8).site.plans["sessions_attended"].sum() == held > 0
    assert live(at_ten, 8).site.plans["sessions_attended"].sum() > held
    from_entry = ConnectingPeopleModel(SCENARIO, past=past, **SMALL, **(SUPPORT | {"contacts_per_month": 0}))
    assert digest(live(from_entry, 26).site) != digest(stopped.site)


def test_fork_of_a_loaded_model_and_a_loaded_fork_are_the_same(
    saved: Path, at_ten: ConnectingPeopleModel, tmp_path: Path
) -> None:
    at_ten.fork(protected_hours=0).save(tmp_path / "fork")
    first = live(ConnectingPeopleModel.load(tmp_path / "fork"), 5)
    second = live(ConnectingPeopleModel.load(saved).fork(protected_hours=0), 5)
    third = live(ConnectingPeopleModel.load(saved, protected_hours=0), 5)
    assert digest(first.site) == digest(second.site) == digest(third.site)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"openness_shift": 1.0}, "parameters.openness_shift: acts from birth only, which is past"),
        ({"caseload": 20}, "agency.caseload: acts at entry only, which is past"),
        ({"agency.peer_share": 0.5}, "agency.peer_share: acts at entry only"),
        ({"contact_per_month": 4}, "contact_per_month: unknown; did you mean"),
        ({"contacts_per_month": 99}, "contacts_per_month: 99 is out of range; allowed: 0"),
        ({"contacts_per_month": float("nan")}, "not-a-number"),
        ({"agency.kind": "housing_support"}, "is not a number that can be changed here"),
        ({"title": "Other"}, "is not a number that can be changed here"),
        ({"elements": ["reflexion"]}, "did you mean reflection"),
    ],
)
def test_fork_refuses_what_is_past_or_wrong(
    at_ten: ConnectingPeopleModel, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        at_ten.fork(**changes)


@pytest.mark.parametrize("given", [{"rng": 3}, {"seed": 3}, {"arm": "usual_care"}])
def test_fork_has_the_seed_and_arm_of_its_model(at_ten: ConnectingPeopleModel, given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="of its own"):
        at_ten.fork(**given)


def test_fork_takes_the_users_own_collector_along(at_ten: ConnectingPeopleModel) -> None:
    at_ten.datacollector = mesa.DataCollector(model_reporters={"week": "week", "who": lambda model: id(model)})
    live(at_ten, 1)
    fork = live(at_ten.fork(), 2)
    collected = fork.datacollector.get_model_vars_dataframe()
    assert collected["week"].tolist() == [11, 12, 13]
    assert collected["who"].tolist() == [id(at_ten), id(fork), id(fork)]
    assert at_ten.datacollector.get_model_vars_dataframe()["week"].tolist() == [11]


class Counting(ConnectingPeopleModel):
    """A model of the user's own, that does something of its own each week."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.counted = 0

    def step(self) -> None:
        super().step()
        self.counted += 1


def test_subclass_is_forked_as_what_it_is_and_lives_no_week_twice(past: Past) -> None:
    model = live(Counting(scenario=SCENARIO, past=past, **SMALL), 4)
    fork = live(model.fork(), 2)
    assert isinstance(fork, Counting)
    assert (model.counted, fork.counted, fork.week, fork.steps) == (4, 2, 6, 6)


def functions_of_the_week() -> set[types.FunctionType]:
    found: set[types.FunctionType] = set()
    waiting: list[types.FunctionType] = list(WEEK)
    while waiting:
        function = waiting.pop()
        if function in found:
            continue
        found.add(function)
        named = (function.__globals__.get(name) for name in _names_in(function.__code__))
        waiting += [each for each in named if isinstance(each, types.FunctionType) and "cpi_sim" in each.__module__]
    return found


def test_numbers_past_after_entry_are_those_that_entry_reads_and_no_week() -> None:
    def read_by(functions: set[types.FunctionType]) -> set[str]:
        trees = [ast.parse(textwrap.dedent(inspect.getsource(each))) for each in functions]
        return {
            node.attr
            for tree in trees
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "p"
        }

    entry = Path(inspect.getfile(enter)).read_text()
    never_in_a_week = REGISTRY.keys() - read_by(functions_of_the_week())
    at_entry = {
        name
        for name in never_in_a_week
        if REGISTRY[name].acts_from == "entry" and (f'values["{name}"]' in entry or f"p.{name}" in entry)
    }
    assert at_entry == set(ONLY_AT_ENTRY)


def test_a_loaded_scenario_is_taken_with_an_arm_and_numbers_that_its_arms_set(past: Past) -> None:
    scenario = load("connecting_people_inclusion_project", SMALL)
    model = ConnectingPeopleModel(scenario, past=past, arm="connecting_people", contacts_per_month=6)
    assert model.parameter("contacts_per_month") == 6.0
    with pytest.raises(ScenarioError, match="did you mean"):
        ConnectingPeopleModel(scenario, past=past, contact_per_month=6)
