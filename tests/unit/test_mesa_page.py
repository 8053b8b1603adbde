"""What the page is made from, without a browser: choices, the model behind it, pictures, words, the verb."""

from __future__ import annotations

import socket
from itertools import combinations, pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from typer.testing import CliRunner

from cpi_sim.agents import ServiceUser
from cpi_sim.cli import app, viewing
from cpi_sim.evidence.catalogue import mark_of
from cpi_sim.parameters import REGISTRY
from cpi_sim.scenario import load
from cpi_sim.site.tables import TIES, digest
from cpi_sim.viz import page_model, portrait
from cpi_sim.viz.charts import BEFORE_PLAY, INTENDED, draw_circles, draw_site
from cpi_sim.viz.choices import CHOICES, ELEMENTS, differences, element_help, on_the_page
from cpi_sim.viz.ego import CENTRE, INNER, OUTER, around, distance_of, draw_network, legend
from cpi_sim.viz.labels import Box, Label, beside, free_place
from cpi_sim.viz.page_model import Desk, PageModel, a_month
from tests.unit.conftest import SCENARIO, SEED, SMALL, SUPPORT


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(load(SCENARIO, {**SMALL, **SUPPORT, "horizon_weeks": 40}), SEED)


@pytest.fixture(scope="module")
def lived(desk: Desk) -> PageModel:
    model = PageModel(desk=desk)
    model.live(26)
    return model


# Choices


def test_choices_grow_from_declarations() -> None:
    for choice in CHOICES:
        declared = REGISTRY[choice.name]
        low, high = choice.span(declared.default)
        assert declared.low <= low < high <= declared.high
        assert declared.meaning[1:] in choice.help
        assert f"Evidence of its default: {mark_of(declared.evidence)}." in choice.help
        assert declared.unit in choice.said(declared.default)
    assert [choice.name for choice in CHOICES if "years before entry" in choice.help] == ["openness_shift"]
    assert len(ELEMENTS) == 6
    assert element_help("element_reflection") == "Going through how asking and meeting went."


def test_a_value_beyond_the_slider_makes_it_longer() -> None:
    caseload = next(choice for choice in CHOICES if choice.name == "caseload")
    assert caseload.span(80) == (5, 80)
    assert caseload.span(2) == (2, 60)


def test_what_was_moved_is_told() -> None:
    before = on_the_page({name: declared.default for name, declared in REGISTRY.items()})
    after = before | {"caseload": 12, "element_reflection": 0.0}
    assert list(differences(before, before)) == []
    assert list(differences(before, after)) == ["Caseload 12 people, was 30", "Reflection off"]


# The model behind the page


def test_reset_uses_the_past_again_and_keeps_the_run_before(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first = PageModel(desk=desk)
    first.live(5)
    monkeypatch.setattr(page_model, "ConnectingPeopleModel", None)  # no other past may be lived
    desk.values = {**desk.values, "contacts_per_month": 0}
    second = PageModel(desk=desk)
    assert second.past is first.past
    assert second.parameter("contacts_per_month") == 0.0
    assert desk.before is not None
    assert desk.before.weeks is first.weeks
    assert desk.before.moved == ("Connecting contacts 0 contacts a month, was 8",)
    desk.values = {**desk.values, "contacts_per_month": 8}
    third = PageModel(desk=desk)
    assert desk.before.weeks is first.weeks, "a run that was not lived is not kept"
    third.live(5)
    assert digest(third.site) == digest(first.site)


def test_a_change_from_birth_lives_another_past(desk: Desk) -> None:
    first = PageModel(desk=desk)
    desk.values = {**desk.values, "openness_shift": 1.0}
    other = PageModel(desk=desk)
    desk.values = {**desk.values, "openness_shift": 0.0}
    assert other.past.key != first.past.key
    assert PageModel(desk=desk).past is first.past


def test_weeks_remember_what_the_model_reported(lived: PageModel) -> None:
    weekly = lived.datacollector.get_model_vars_dataframe()
    assert len(lived.weeks) == lived.week + 1 == 27
    for name in ("network_size", "loneliness", "wellbeing"):
        remembered = [getattr(week, name).mean() for week in lived.weeks]
        assert remembered == pytest.approx(weekly[f"mean_{name}"].tolist())
    friends = [week.circles[:, 1].mean() for week in lived.weeks]
    assert np.all(np.array(friends) <= weekly["mean_friends"].to_numpy() + 1e-12)
    assert lived.weeks[-1].held.sum() == lived.site.plans["sessions_attended"].sum() > 0


def test_model_does_not_live_beyond_its_horizon(desk: Desk) -> None:
    model = PageModel(desk=desk)
    model.live(100)
    assert (model.week, model.running, len(model.weeks)) == (40, False, 41)
    model.step()
    assert model.week == 40


def test_play_waits_for_the_picture(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    model = PageModel(desk=desk)
    waited: list[float] = []
    monkeypatch.setattr(model.drawn, "wait", waited.append)
    model.step()
    assert waited == [page_model.LONGEST_DRAWING_SECONDS]
    assert not model.drawn.is_set()


def test_contacts_a_month_are_counted_over_four_weeks() -> None:
    held = [np.array([0.0, 0.0]), np.array([2.0, 0.0]), np.array([2.0, 0.0]), np.array([2.0, 0.0])]
    held += [np.array([2.0, 0.0]), np.array([2.0, 0.0])]
    weeks = [page_model.Week(np.zeros((2, 3)), each, each, each, each) for each in held]
    month = 52 / 12
    expected = [0.0, month, month / 2, month / 3, month / 4, 0.0]
    assert a_month(weeks, lambda week: week.held) == pytest.approx(expected)


# One person


def people(model: PageModel) -> list[ServiceUser]:
    return [person for person in map(model.person, map(int, model.user_ids)) if isinstance(person, ServiceUser)]


def test_those_in_touch_and_those_lost_are_around_a_person(lived: PageModel) -> None:
    for row, person in enumerate(people(lived)):
        others = around(lived, person)
        now = [other for other in others if other.tie is not None]
        assert len(now) == person.network_size == lived.weeks[-1].circles[row].sum()
        assert sum(other.family for other in now) == lived.weeks[-1].circles[row, 0]
        lost = {other.person.person_id for other in others if other.tie is None}
        pairs = {tuple(sorted((person.person_id, who))) for who in lost}
        assert pairs <= lived.known_at_entry - lived.pairs_in_touch()


def test_the_closer_the_nearer() -> None:
    distances = [distance_of(hours) for hours in (0.0, 5.0, 45.0, 110.0, 600.0, 5000.0)]
    assert distances[0] == OUTER
    assert distances[-1] == distances[-2] == pytest.approx(INNER)
    assert all(nearer < further for further, nearer in pairwise(distances[:-1]))


def test_pictures_are_svg_that_says_what_it_shows(lived: PageModel) -> None:
    person = people(lived)[3]
    network = ElementTree.fromstring(draw_network(lived, person))
    assert network.get("aria-label", "").startswith(f"Network of person {person.person_id} in week 26: ")
    titles = [title.text or "" for title in network.iter("title")]
    assert sum("Closeness" in title for title in titles) == person.network_size
    marks = [mark for mark in network.iter("circle") if mark.get("cx") == str(CENTRE[0])]
    assert marks
    for picture in (draw_site(lived, 3, lived.weeks), draw_circles(lived, 3)):
        root = ElementTree.fromstring(picture)
        assert root.get("width") is None
        assert root.get("viewBox")
        assert "week 26" in root.get("aria-label", "")


def test_picture_at_entry_can_be_drawn(desk: Desk) -> None:
    model = PageModel(desk=desk)
    for picture in (draw_site(model, 0, None), draw_circles(model, 0)):
        assert "week 0" in ElementTree.fromstring(picture).get("aria-label", "")


def test_labels_do_not_cover_each_other(lived: PageModel) -> None:
    for person in people(lived):
        texts = ElementTree.fromstring(draw_network(lived, person)).iter("text")
        boxes = [
            Label(text.text or "", *(float(text.attrib[name]) for name in ("x", "y", "font-size")), anchor).box
            for text in texts
            if (anchor := text.attrib["text-anchor"])
        ]
        assert sum(one.shared(other) for one, other in combinations(boxes, 2)) < 30.0  # a letter at most


def test_a_label_goes_where_there_is_room() -> None:
    places = beside("man, 30", (0.0, 0.0), 14.0, 15.0, right=True)
    assert free_place(places, []).anchor == "start"
    assert free_place(places, [Box(10.0, -40.0, 90.0, 40.0)]).anchor == "end"


def test_the_legend_names_every_look_and_keeps_its_size() -> None:
    words = "".join(ElementTree.fromstring(legend()).itertext())
    assert all(each in words for each in ("family, partner", "introduced by the worker", "out of touch since entry"))


def test_empty_charts_say_how_to_begin(desk: Desk, lived: PageModel) -> None:
    later = draw_site(lived, 0, None)
    assert BEFORE_PLAY in draw_site(PageModel(desk=desk), 0, None)
    assert BEFORE_PLAY not in later
    assert INTENDED in later


def test_card_tells_life_support_people_and_feelings(lived: PageModel) -> None:
    supported = next(person for person in people(lived) if person.sessions_agreed > 1 and person.engaged)
    life, support, network, feelings = portrait.paragraphs(lived, supported, around(lived, supported))
    assert life.startswith("Lives ")
    assert f"Came to {supported.sessions_attended} of {supported.sessions_agreed} contacts agreed" in support
    assert f"In touch with {supported.network_size} pe" in network
    assert feelings.startswith("Feels lonelier than ")
    for person in people(lived):
        assert all(portrait.paragraphs(lived, person, around(lived, person)))


def test_pairs_in_touch_are_ties_of_the_table(lived: PageModel) -> None:
    ties = lived.site.ties[: lived.site.counters[TIES]]
    assert 0 < len(lived.pairs_in_touch()) <= (ties["dormant"] == 0).sum()
    assert all(low < high for low, high in lived.pairs_in_touch())


# The verb


def test_without_solara_the_verb_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewing, "find_spec", lambda name: None)
    result = CliRunner().invoke(app, ["viz"])
    assert result.exit_code == 2
    assert 'pip install "cpi-sim[viz]"' in result.output


def test_port_in_use_and_unknown_scenarios_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[object] = []
    monkeypatch.setattr(viewing, "_serve", lambda *given, **named: served.append(given))
    with socket.socket() as taken:
        taken.bind((viewing.HOST, 0))
        taken.listen()
        result = CliRunner().invoke(app, ["viz", "--port", str(taken.getsockname()[1])])
    assert (result.exit_code, served) == (2, [])
    assert "in use on this machine; choose another with --port" in result.output
    result = CliRunner().invoke(app, ["viz", "contact_intensty"])
    assert result.exit_code == 2
    assert "did you mean contact_intensity" in result.output
