"""The agents as a Mesa user meets them: types, sets, windows on the tables, and what must be refused."""

from __future__ import annotations

import mesa
import numpy as np
import pytest

import cpi_sim.model
from cpi_sim.agents import ORIGINS, CommunityMember, Person, PersonNotInService, Practitioner, ServiceUser
from cpi_sim.engine.compilation import RULES
from cpi_sim.model import ConnectingPeopleModel
from cpi_sim.site.tables import DECLINED, DOING, SERVICE_USER, SOCIAL, TIES
from tests.unit.conftest import PERSONS

# Agents and agent sets


def test_agents_are_made_on_first_request_only(model: ConnectingPeopleModel) -> None:
    model.step()
    assert model._windows is None
    assert len(model.agents) == PERSONS + model.site.posts.shape[0]
    assert model.agents[0] is model.person_in_row(0)


def test_agents_by_type(lived: ConnectingPeopleModel) -> None:
    counts = {kind: len(agents) for kind, agents in lived.agents_by_type.items()}
    assert counts == {CommunityMember: 120, ServiceUser: 18, PersonNotInService: 9, Practitioner: 1}
    assert set(lived.agent_types) == set(counts)
    assert len(lived.people) == PERSONS


def test_ids_are_ours_and_unique_ids_are_mesas(lived: ConnectingPeopleModel) -> None:
    assert sorted(lived.people.get("person_id")) == list(range(PERSONS))
    assert sorted(lived.agents.get("unique_id")) == list(range(1, len(lived.agents) + 1))
    assert lived.person(17).person_id == 17
    with pytest.raises(KeyError, match="nobody has id"):
        lived.person(PERSONS)


def test_an_agent_of_the_users_own_takes_the_next_unique_id(model: ConnectingPeopleModel) -> None:
    count = len(model.agents)
    assert mesa.Agent(model).unique_id == count + 1
    assert len(model.agents) == count + 1


def test_agent_sets_select_aggregate_get_group_and_do(lived: ConnectingPeopleModel) -> None:
    users = lived.agents_by_type[ServiceUser]
    table = lived.site.people[lived.site.people["role_in_service"] == SERVICE_USER]
    assert users.agg("loneliness", np.mean) == pytest.approx(table["loneliness"].mean())
    assert users.get("symptoms") == list(table["symptoms"])
    lonely = users.select(lambda user: user.loneliness > table["loneliness"].mean())
    assert len(lonely) == (table["loneliness"] > table["loneliness"].mean()).sum()
    groups = lived.people.groupby("female")
    assert sum(groups.agg("person_id", len)[sex] for sex in (True, False)) == PERSONS
    assert len(users.map("chance_to_attend_session")) == 18


def test_agent_set_can_do(lived: ConnectingPeopleModel) -> None:
    """Functions and methods, in any order, over any part of the site."""
    seen: list[int] = []
    users = lived.agents_by_type[ServiceUser]
    users.do(lambda user: seen.append(user.person_id))
    assert seen == users.get("person_id")
    users.shuffle_do(lambda user: seen.append(user.person_id))
    assert sorted(seen[len(users) :]) == sorted(seen[: len(users)])
    by_stage = users.groupby("stage")
    assert sum(by_stage.count().values()) == len(users)
    friends = {stage: np.mean([user.friend_count for user in group]) for stage, group in by_stage}
    assert by_stage.agg("friend_count", np.mean) == pytest.approx(friends)
    assert next(iter(users.sort("loneliness"))).loneliness == max(users.get("loneliness"))


def test_agent_set_can_set(model: ConnectingPeopleModel) -> None:
    model.agents_by_type[ServiceUser].set("confidence", 0.25)
    roles = model.site.people["role_in_service"]
    assert set(model.site.people["confidence"][roles == SERVICE_USER]) == {0.25}
    assert 0.25 not in set(model.site.people["confidence"][roles != SERVICE_USER])


def test_window_shows_the_row_as_it_is_now(model: ConnectingPeopleModel) -> None:
    someone = model.person(3)
    before = someone.loneliness
    model.step()
    row = model.site.row_of_id[3]
    assert someone.loneliness == model.site.people["loneliness"][row] != before


def test_ties_seen_from_a_person_are_those_of_the_table(lived: ConnectingPeopleModel) -> None:
    ties = lived.site.ties[: lived.site.counters[TIES]]
    for person in list(lived.people)[::7]:
        mine = ties[(ties["low"] == person.row) | (ties["high"] == person.row)]
        seen = person.ties
        assert [tie.closeness_hours for tie in seen] == list(mine["closeness_hours"])
        is_low = mine["low"] == person.row
        assert [ORIGINS.index(tie.origin) for tie in seen] == list(mine["origin"])
        assert [tie.other.row for tie in seen] == list(np.where(is_low, mine["high"], mine["low"]))
        assert [tie.security for tie in seen] == list(np.where(is_low, mine["security_low"], mine["security_high"]))
        close = mine["closeness_hours"] >= lived.parameter("casual_friend_hours")
        friends = int((close & (mine["kind"] == SOCIAL) & (mine["dormant"] == 0)).sum())
        assert person.friend_count == len(person.friends) == friends


def test_network_size_counts_ties_used_within_the_quarter(lived: ConnectingPeopleModel) -> None:
    person = max(lived.people, key=lambda person: len(person.ties))
    since = lived.week - lived.parameter("named_within_weeks")
    expected = sum(not tie.dormant and tie.last_contact_week >= since for tie in person.ties)
    assert 0 < person.network_size == expected < len(person.ties)


def test_memberships_and_interests(lived: ConnectingPeopleModel) -> None:
    held = [person.memberships for person in lived.people]
    settings = [setting for memberships in held for setting in memberships]
    assert np.bincount(settings, minlength=10).tolist() == lived.site.settings["members"].tolist()
    assert {len(person.interests) for person in lived.people} == {1, 2}


def test_worker_and_people_point_at_each_other(lived: ConnectingPeopleModel) -> None:
    for worker in lived.agents_by_type[Practitioner]:
        assert len(worker.service_users) == worker.caseload
        assert all(user.practitioner is worker for user in worker.service_users)
        assert worker.kind in ("qualified", "peer")
        assert not worker.vacant


def test_plan_is_told_in_words(lived: ConnectingPeopleModel) -> None:
    users = lived.agents_by_type[ServiceUser]
    stages = lived.site.plans["stage"]
    assert sum(user.stage == "doing" for user in users) == (stages == DOING).sum() > 0
    assert sum(user.stage == "declined" for user in users) == (stages == DECLINED).sum()
    assert all(user.aim != "none" for user in users if user.stage == "doing")


# Setting


def test_what_is_set_is_lived_with(model: ConnectingPeopleModel) -> None:
    user = model.agents_by_type[ServiceUser][0]
    user.alliance = 0.75
    assert model.site.plans["alliance"][user.row_in("plans")] == 0.75
    user.symptoms = 6.0
    model.step()
    assert user.symptoms > 4.0


@pytest.mark.parametrize("value", [-0.01, 1.01, float("nan"), float("inf")])
def test_value_out_of_range_is_refused_and_not_written(model: ConnectingPeopleModel, value: float) -> None:
    someone = model.person(0)
    before = someone.confidence
    with pytest.raises(ValueError, match="confidence is a number from 0 to 1"):
        someone.confidence = value
    assert someone.confidence == before


def test_other_values_are_refused(model: ConnectingPeopleModel) -> None:
    user = model.agents_by_type[ServiceUser][0]
    with pytest.raises(TypeError, match="not 'high'"):
        user.confidence = "high"
    with pytest.raises(ValueError, match="whole number"):
        user.has_role = 0.5
    with pytest.raises(ValueError, match="symptoms"):
        user.symptoms = -1.0
    with pytest.raises(AttributeError, match="can be read, not set"):
        user.access = 9.0
    with pytest.raises(AttributeError):
        user.friend_count = 9


def test_unknown_attribute_is_refused_with_a_hint(model: ConnectingPeopleModel) -> None:
    with pytest.raises(AttributeError, match="did you mean confidence"):
        model.person(0).confidense = 0.5
    with pytest.raises(AttributeError, match="loneliness_score"):
        _ = model.person(0).loneliness_score


def test_the_agents_cannot_be_replaced(model: ConnectingPeopleModel) -> None:
    with pytest.raises(AttributeError):
        model.agents = []


def test_every_settable_attribute_accepts_its_ends(model: ConnectingPeopleModel) -> None:
    for kind in (CommunityMember, ServiceUser, Practitioner):
        agent = model.agents_by_type[kind][0]
        for name in dir(kind):
            column = getattr(kind, name)
            if isinstance(column, cpi_sim.agents.Column) and column.low is not None:
                for end in (column.low, column.high):
                    setattr(agent, name, end)
                    assert getattr(agent, name) == end


def test_agents_name_the_rules_they_show() -> None:
    assert {name for name in vars(ServiceUser) if name.startswith("chance")} <= RULES.keys()
    assert issubclass(ServiceUser, Person)
