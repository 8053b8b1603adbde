"""The model as a Mesa user meets it: steps, seeds, arms, rules, network, data collector, batches, memory."""

from __future__ import annotations

import doctest
import gc
import importlib
import pickle
import warnings
import weakref

import mesa
import numpy as np
import pytest
from mesa.batchrunner import batch_run

import cpi_sim.model
from cpi_sim.agents import ServiceUser
from cpi_sim.beginning import site_seed
from cpi_sim.engine.compilation import Program, ReplacementError
from cpi_sim.model import ConnectingPeopleModel, Past
from cpi_sim.parameters import defaults
from cpi_sim.scenario import ScenarioError
from cpi_sim.simulation.past import enter, make_past
from cpi_sim.simulation.weeks import run_weeks
from cpi_sim.site.tables import TIES, digest
from tests.unit.conftest import PERSONS, SCENARIO, SEED, SMALL, SUPPORT

# The week is the engine's


def test_steps_are_the_weeks_of_the_engine(lived: ConnectingPeopleModel) -> None:
    values = defaults("inclusion_project") | SMALL | SUPPORT
    program = Program()
    site = enter(make_past(values, SEED, program), values, SEED, program)
    assert digest(lived.site) == digest(run_weeks(site, SEED, 0, 10, program))
    assert lived.week == 10
    assert lived.steps == 10


def test_asking_and_shuffling_agents_changes_nothing(
    model: ConnectingPeopleModel, lived: ConnectingPeopleModel
) -> None:
    for _ in range(10):
        model.agents.shuffle_do("step")
        model.random.random()
        model.rng.random()
        model.step()
    assert digest(model.site) == digest(lived.site)


def test_model_stops_at_the_horizon_of_its_scenario(past: Past) -> None:
    model = ConnectingPeopleModel(SCENARIO, past=past, horizon_weeks=3, **SMALL)
    model.run_model()
    assert (model.week, model.running) == (3, False)


# Seeds and pasts


def test_the_same_seed_is_the_same_site_however_it_is_given(past: Past) -> None:
    by_seed = ConnectingPeopleModel(SCENARIO, seed=SEED, past=past, **SMALL)
    by_rng = ConnectingPeopleModel(SCENARIO, rng=np.int64(SEED), past=past, **SMALL)
    assert by_seed.site_seed == by_rng.site_seed == SEED
    assert digest(by_seed.site) == digest(by_rng.site)
    assert by_rng.random.random() == by_seed.random.random()


def test_without_a_seed_each_model_is_another_site_that_can_be_made_again() -> None:
    first = ConnectingPeopleModel(SCENARIO, **SMALL)
    second = ConnectingPeopleModel(SCENARIO, **SMALL)
    again = ConnectingPeopleModel(SCENARIO, rng=first.site_seed, **SMALL)
    assert first.site_seed != second.site_seed
    assert digest(first.site) == digest(again.site) != digest(second.site)


@pytest.mark.parametrize("rng", [np.random.SeedSequence(3), [3, 4]])
def test_other_kinds_of_rng_give_one_seed(rng: object) -> None:
    assert site_seed(rng, None) == site_seed(rng, None)


@pytest.mark.parametrize("rng", [-1, 2**62])
def test_seed_out_of_range_is_refused(rng: int) -> None:
    with pytest.raises(ValueError, match="whole number from 0"):
        ConnectingPeopleModel(SCENARIO, rng=rng, **SMALL)


def test_past_is_not_changed_by_living_on(past: Past) -> None:
    before = digest(past.site)
    model = ConnectingPeopleModel(SCENARIO, past=past, **SMALL)
    model.step()
    assert digest(past.site) == before


@pytest.mark.parametrize(
    ("changes", "what"), [({"rng": SEED + 1}, "another seed"), ({"openness_shift": 1.0}, "act from birth")]
)
def test_past_of_another_site_is_refused(past: Past, changes: dict[str, float], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        ConnectingPeopleModel(SCENARIO, past=past, **SMALL, **changes)


# What a scenario can be


def test_unknown_override_is_refused() -> None:
    with pytest.raises(ScenarioError, match="contact_per_month: unknown"):
        ConnectingPeopleModel(SCENARIO, contact_per_month=4)


def test_arm_is_chosen_by_name_and_is_otherwise_the_last(past: Past) -> None:
    scenario = "connecting_people_inclusion_project"
    with pytest.raises(ScenarioError, match="neither"):
        ConnectingPeopleModel(scenario, past=past, arm="neither", **SMALL)
    arms = {
        arm: ConnectingPeopleModel(scenario, past=past, arm=arm, **SMALL).parameter("contacts_per_month")
        for arm in ("usual_care", "connecting_people", None)
    }
    assert arms == {"usual_care": 0.0, "connecting_people": 4.0, None: 4.0}


def chance_to_attend_session(
    alliance: float, anxiety: float, avoidance: float, symptoms: float, routine: int, p: object
) -> float:
    """A rule of the tests' own: everybody comes."""
    return 1.0


def test_rule_can_be_replaced_and_the_agent_shows_it(past: Past) -> None:
    rules = {"chance_to_attend_session": chance_to_attend_session}
    with pytest.raises(ValueError, match="or rules"):
        ConnectingPeopleModel(SCENARIO, past=past, rules=rules, **SMALL)
    model = ConnectingPeopleModel(SCENARIO, rng=SEED, rules=rules, **SMALL, **SUPPORT)
    for _ in range(4):
        model.step()
    users = list(model.agents_by_type[ServiceUser])
    assert {user.chance_to_attend_session() for user in users} == {1.0}
    assert sum(user.sessions_agreed for user in users) > 0
    assert all(user.sessions_attended == user.sessions_agreed for user in users)


def test_replacing_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ReplacementError, match="did you mean chance_to_attend_session"):
        ConnectingPeopleModel(SCENARIO, rules={"chance_to_attend_sessions": chance_to_attend_session}, **SMALL)


def test_overriding_a_rule_in_a_subclass_is_refused() -> None:
    with pytest.raises(TypeError, match="rules="):
        type("Punctual", (ServiceUser,), {"chance_to_attend_session": lambda self: 1.0})


# Networks and data


def test_network_is_the_tie_table(lived: ConnectingPeopleModel) -> None:
    graph = lived.network(dormant=True)
    ties = lived.site.ties[: lived.site.counters[TIES]]
    ids = lived.site.people["id"]
    assert set(graph) == set(range(PERSONS))
    assert graph.number_of_edges() == ties.shape[0]
    for tie in ties[::11]:
        edge = graph.edges[int(ids[tie["low"]]), int(ids[tie["high"]])]
        assert edge["closeness_hours"] == tie["closeness_hours"]
        assert edge["security"] == (tie["security_low"] + tie["security_high"]) / 2
        assert edge["kind"] == ("social", "kin", "partner")[tie["kind"]]
    in_use = lived.network()
    assert in_use.number_of_edges() == (ties["dormant"] == 0).sum() < ties.shape[0]
    user = lived.agents_by_type[ServiceUser][0]
    assert graph.nodes[user.person_id]["role"] == "ServiceUser"


def test_data_collector_reports_weeks_of_service_users(lived: ConnectingPeopleModel) -> None:
    weekly = lived.datacollector.get_model_vars_dataframe()
    users = lived.agents_by_type[ServiceUser]
    assert len(weekly) == 11
    assert weekly["mean_loneliness"].iloc[-1] == pytest.approx(users.agg("loneliness", np.mean))
    assert weekly["mean_friends"].iloc[-1] == pytest.approx(users.agg("friend_count", np.mean))
    assert weekly["mean_network_size"].iloc[-1] == pytest.approx(users.agg("network_size", np.mean))
    assert weekly["mean_contacts_last_week"].iloc[-1] == pytest.approx(users.agg("contacts_last_week", np.mean))
    assert weekly["mean_wellbeing"].iloc[-1] == pytest.approx(users.agg("wellbeing", np.mean))
    assert weekly["mean_loneliness"].nunique() == 11


def test_data_collector_of_the_users_own(model: ConnectingPeopleModel) -> None:
    model.datacollector = mesa.DataCollector(
        model_reporters={
            "week": "week",
            "unwell": lambda model: len(model.people.select(lambda who: who.symptoms > 1)),
        },
        agenttype_reporters={ServiceUser: {"lonely": "loneliness"}},
    )
    for _ in range(2):
        model.step()
    assert model.datacollector.get_model_vars_dataframe()["week"].tolist() == [1, 2]
    by_person = model.datacollector.get_agenttype_vars_dataframe(ServiceUser)
    assert len(by_person) == 2 * 18


@pytest.mark.parametrize("processes", [1, 2])
def test_mesas_own_batch_run(past: Past, processes: int) -> None:
    """Rows of the last week that Mesa reports are the model's own of that week, in any number of processes."""
    rows = batch_run(
        ConnectingPeopleModel,
        {"scenario": SCENARIO, "past": [past], "contacts_per_month": [0, 8], "horizon_weeks": 3, **SMALL},
        number_processes=processes,
        display_progress=False,
    )
    assert sorted(row["contacts_per_month"] for row in rows) == [0, 8]
    for row in rows:
        model = ConnectingPeopleModel(SCENARIO, past=past, contacts_per_month=row["contacts_per_month"], **SMALL)
        for _ in range(int(row["Step"])):
            model.step()
        assert row["mean_friends"] == model.mean_friends
        assert row["mean_loneliness"] == model.mean_loneliness


def test_batch_run_gives_every_week(past: Past) -> None:
    rows = batch_run(
        ConnectingPeopleModel,
        {"scenario": SCENARIO, "past": past, "horizon_weeks": 4, **SMALL},
        data_collection_period=1,
        display_progress=False,
    )
    assert [row["Step"] for row in rows][:4] == [0, 1, 2, 3]
    assert len({row["mean_loneliness"] for row in rows}) == len(rows)


def test_solara_can_make_the_model_anew(past: Past) -> None:
    """SolaraViz checks the parameters it is given against the signature, and hands them back at reset."""
    given = {"scenario": SCENARIO, "past": past, "contacts_per_month": 4, **SMALL}
    model = ConnectingPeopleModel(**given)
    viz = importlib.import_module("mesa.visualization.solara_viz")
    about = model if hasattr(viz, "_build_model_init_kwargs") else type(model).__init__
    viz._check_model_params(about, given)
    if hasattr(viz, "_build_model_init_kwargs"):  # Mesa from 3.5
        options = {"add_scenario_when_empty": True, "require_model_accepts_scenario": True}
        assert viz._build_model_init_kwargs(model, given, **options) == given
    assert model.scenario is None
    again = type(model)(**given)
    assert digest(again.site) == digest(model.site)


def test_no_deprecation_of_mesas_is_met(past: Past) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = ConnectingPeopleModel(SCENARIO, rng=SEED, past=past, **SMALL)
        model.step()
        model.agents.shuffle_do("step")
        model.agents_by_type[ServiceUser].groupby("stage").count()
        model.fork().step()


# Memory and copies


def test_model_is_released_when_nobody_holds_it(past: Past) -> None:
    model = ConnectingPeopleModel(SCENARIO, past=past, **SMALL)
    model.step()
    assert len(model.agents) > 0
    watched, agent = weakref.ref(model), weakref.ref(model.agents[0])
    del model
    gc.collect()
    assert watched() is None
    assert agent() is None


def test_arguments_and_past_can_be_pickled(past: Past) -> None:
    copied = pickle.loads(pickle.dumps(past))
    assert digest(ConnectingPeopleModel(SCENARIO, past=copied, **SMALL).site) == digest(
        ConnectingPeopleModel(SCENARIO, past=past, **SMALL).site
    )


def test_example_of_the_docstring() -> None:
    assert doctest.testmod(cpi_sim.model).failed == 0
