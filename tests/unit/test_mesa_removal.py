"""Somebody moves away: what ends, what is left of them, and what goes on as it would have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cpi_sim.agents import Person, Practitioner, ServiceUser
from cpi_sim.explain import ExplainError
from cpi_sim.instruments.measure import measure
from cpi_sim.model import ConnectingPeopleModel
from cpi_sim.site.tables import AIMING, DOING, INTRODUCTION, MOVED_AWAY, NO_AIM, TIES, digest
from tests.unit.conftest import PERSONS


def well_connected(model: ConnectingPeopleModel) -> Person:
    """A community member with friends and a membership."""
    return next(each for each in model.people if each.memberships and each.friend_count > 0)


def ids_in_use(model: ConnectingPeopleModel) -> set[int]:
    return {int(each.person_id) for each in model.people}


def test_ties_end_on_both_sides_and_memberships_too(model: ConnectingPeopleModel) -> None:
    person = well_connected(model)
    who, row, others = person.person_id, person.row, [tie.other for tie in person.ties]
    place = person.memberships[0]
    members = {int(s["id"]): int(s["members"]) for s in model.site.settings}
    ties = int(model.site.counters[TIES])
    sizes = {each.person_id: len(each.ties) for each in others}
    person.remove()
    assert int(model.site.counters[TIES]) == ties - len(others)
    assert all(len(each.ties) == sizes[each.person_id] - 1 for each in others)
    assert all(tie.other.person_id != who for each in others for tie in each.ties)
    assert {int(s["id"]): int(s["members"]) for s in model.site.settings}[place] == members[place] - 1
    assert (model.site.memberships["setting"][row] == -1).all()


def test_nobody_finds_them_any_more(model: ConnectingPeopleModel) -> None:
    person = well_connected(model)
    who, agents = person.person_id, len(model.agents)
    assert who in model.network()
    person.remove()
    assert len(model.agents) == agents - 1
    assert len(model.people) == PERSONS - 1
    assert who not in ids_in_use(model)
    assert who not in model.network()
    with pytest.raises(KeyError, match="has moved away"):
        model.person(who)


def test_a_window_on_them_is_stale(model: ConnectingPeopleModel) -> None:
    person = well_connected(model)
    before = digest(model.site)
    person.remove()
    after = digest(model.site)
    assert after != before
    for stale in (lambda: person.confidence, lambda: person.ties, lambda: person.person_id):
        with pytest.raises(LookupError, match="moved away"):
            stale()
    with pytest.raises(LookupError, match="moved away"):
        person.confidence = 0.5
    assert "moved away" in repr(person)
    person.remove()
    assert digest(model.site) == after


def test_the_row_stays_empty_for_good(model: ConnectingPeopleModel) -> None:
    rows = [each.row for each in list(model.people)[:40]]
    for row in rows:
        model.person_in_row(row).remove()
    for _ in range(30):
        model.step()
    site = model.site
    used = site.ties[: site.counters[TIES]]
    assert not np.isin(used["low"], rows).any()
    assert not np.isin(used["high"], rows).any()
    assert (site.memberships["setting"][rows] == -1).all()
    assert (site.people["role_in_service"][rows] == MOVED_AWAY).all()
    assert model.mean_friends == np.mean([user.friend_count for user in model.agents_by_type[ServiceUser]])


def test_all_others_keep_their_random_numbers(model: ConnectingPeopleModel) -> None:
    as_it_was = model.fork()
    person = well_connected(model)
    row = person.row
    person.remove()
    for _ in range(8):
        model.step()
        as_it_was.step()
    others = np.arange(PERSONS) != row
    for field in ("symptoms", "crisis_until", "life_changed"):
        assert np.array_equal(model.site.people[field][others], as_it_was.site.people[field][others])
    assert not np.array_equal(model.site.people["loneliness"][others], as_it_was.site.people["loneliness"][others])


def test_support_ends_and_is_not_taken_up_again(model: ConnectingPeopleModel) -> None:
    for _ in range(6):
        model.step()
    user = max(model.agents_by_type[ServiceUser], key=lambda each: each.sessions_attended)
    plan, users = user.row_in("plans"), len(model.agents_by_type[ServiceUser])
    attended = user.sessions_attended
    assert attended > 0
    user.remove()
    for _ in range(12):
        model.step()
    assert not model.site.plans["engaged"][plan]
    assert model.site.plans["left_service_week"][plan] == 6
    assert model.site.plans["sessions_attended"][plan] == attended
    assert len(measure(model.site, model.site_seed, model.week)["rg_uk"]) == users - 1


def test_whoever_was_to_be_introduced_to_them_chooses_another_aim(model: ConnectingPeopleModel) -> None:
    person = well_connected(model)
    plan = model.site.plans[3]
    plan["stage"], plan["aim"], plan["target"] = DOING, INTRODUCTION, person.person_id
    person.remove()
    assert (plan["stage"], plan["aim"]) == (AIMING, NO_AIM)


def test_a_model_saved_or_forked_afterwards_goes_on_without_them(model: ConnectingPeopleModel, tmp_path: Path) -> None:
    person = well_connected(model)
    who = person.person_id
    person.remove()
    model.save(tmp_path / "without.cpisim")
    for again in (ConnectingPeopleModel.load(tmp_path / "without.cpisim"), model.fork()):
        assert ids_in_use(again) == set(range(PERSONS)) - {who}
        for _ in range(4):
            again.step()
        assert who not in again.network()


def test_what_was_changed_by_hand_is_not_explained(model: ConnectingPeopleModel) -> None:
    person = well_connected(model)
    who, friend = person.person_id, next(iter(person.friends)).person_id
    person.remove()
    model.step()
    for each in (who, friend):
        with pytest.raises(ExplainError, match="by hand"):
            model.explain(each)


def test_a_post_cannot_be_removed(model: ConnectingPeopleModel) -> None:
    with pytest.raises(TypeError, match="staff_turnover"):
        model.agents_by_type[Practitioner][0].remove()
