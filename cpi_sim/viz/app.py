"""The page itself, for Mesa's SolaraViz: controls and choices at the side, one person and the whole site in view.

`cpi-sim viz` starts it; by hand: ``solara run cpi_sim.viz.app``. Each reader has a site of their own.
"""

# Solara exports its components in ways that type checkers do not follow.
# mypy: disable-error-code="attr-defined, no-untyped-call, misc"

from __future__ import annotations

import html
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import solara
import solara.lab
from mesa.visualization import SolaraViz
from mesa.visualization.utils import force_update, update_counter

from cpi_sim.agents import ServiceUser
from cpi_sim.scenario import load
from cpi_sim.viz.charts import draw_circles, draw_site
from cpi_sim.viz.choices import CHOICES, ELEMENTS, Choice, element_help, element_label
from cpi_sim.viz.ego import around, draw_network, legend, title_of
from cpi_sim.viz.page_model import Desk, PageModel
from cpi_sim.viz.portrait import option_of, paragraphs

SETTINGS = "CPI_SIM_VIZ"
"""Environment variable with what to show: JSON with ``scenario`` and, if it is not the scenario's own, ``seed``."""
DEFAULT_SCENARIO = "connecting_people_early_intervention"
QUARTER = 13
PLAY_INTERVAL_MS = 150
BLUE = "#005a8d"
DRAWER_BESIDE_PIXELS = 960
"""On narrower windows Solara lays the side bar over the page."""

CAUTION = (
    "The numbers behind this page are set by hand; they are not calibrated, and many are assumptions. What you see "
    "follows from them. It is good for asking what would have to be true; it is no evidence that the practice works. "
    "The people are not real."
)


def desk_from_environment() -> Desk:
    """A new desk for one reader: the last arm of the scenario that the environment names."""
    settings = json.loads(os.environ.get(SETTINGS, "{}"))
    scenario = load(settings.get("scenario", DEFAULT_SCENARIO))
    seed = settings.get("seed")
    return Desk(scenario.only(list(scenario.arms)[-1]), scenario.seed if seed is None else seed)


@dataclass(frozen=True, eq=False)
class Reader:
    """One reader's desk, the id of the person they follow, and what sliders stood at when the present run began."""

    desk: Desk
    following: solara.Reactive[int]
    begun_with: solara.Reactive[dict[str, float]]


_reader: Any = solara.create_context(None)


@solara.component_vue("WindowWidth.vue")
def _WindowWidth(event_measured: Callable[[int], None]) -> None:
    """Says how wide the reader's window is, in pixels, once the page is there."""


@solara.component
def Layout(children: list[Any] = []) -> None:  # noqa: B006 (Solara reads the default)
    """Solara's frame, its side bar open only where it does not cover the page."""
    wide = solara.use_reactive(False)
    with solara.AppLayout(sidebar_open=wide.value):
        _WindowWidth(event_measured=lambda width: wide.set(width >= DRAWER_BESIDE_PIXELS))
        for child in children:
            solara.display(child)


@solara.component
def Page() -> None:
    """The site as soon as its past has been lived."""
    solara.Style(Path(__file__).with_name("page.css"))
    solara.Title("cpi_sim")
    solara.lab.theme.themes.light.primary = BLUE
    desk = solara.use_memo(desk_from_environment, [])
    first: Any = solara.lab.use_task(lambda: PageModel(desk=desk), dependencies=[], prefer_threaded=True)
    if first.error:
        solara.Error(str(first.exception))
    elif first.finished:
        _Site(desk, first.value)
    else:
        with solara.Column(classes=["waiting"]):
            solara.ProgressLinear(True)
            solara.Text("Living the years before entry, in which the community comes about: some seconds, once.")


@solara.component
def _Site(desk: Desk, first: PageModel) -> None:
    """Mesa's frame around the choices and the pictures."""
    person = solara.use_reactive(int(first.user_ids[0]))
    values = solara.use_reactive(dict(desk.values))

    def move(name: str, value: float) -> None:
        desk.values = {**desk.values, name: value}
        values.value = desk.values

    begun_with = solara.use_reactive(first.values)
    _reader.provide(solara.use_memo(lambda: Reader(desk, person, begun_with), []))
    SolaraViz(
        first,
        components=[(_View, 0)],
        play_interval=PLAY_INTERVAL_MS,
        model_params={"desk": desk},
        name=desk.scenario.title,
    )
    with solara.Sidebar():
        _Choices(values.value, values.value != begun_with.value, move)


@solara.component
def _Choices(values: dict[str, float], waiting: bool, move: Callable[[str, float], None]) -> None:
    """Sliders for the numbers that matter, switches for the elements, and whether a change waits for Reset."""
    with solara.Card("What you can change", classes=["choices"]):
        words = "Press Reset to begin again with these numbers." if waiting else "Move something, then press Reset."
        solara.Text(words, classes=["pending" if waiting else "hint"])
        for choice in CHOICES:
            _Slider(choice, values[choice.name], lambda value, name=choice.name: move(name, value))
        solara.Text("Elements of the practice", classes=["choice-label"])
        for name in ELEMENTS:
            with solara.Tooltip(element_help(name)), solara.Column(gap="0px"):
                solara.Switch(
                    label=element_label(name),
                    value=values[name] > 0.0,
                    on_value=lambda on, name=name: move(name, 1.0 if on else 0.0),
                )


@solara.component
def _Slider(choice: Choice, value: float, on_value: Callable[[float], None]) -> None:
    """One slider, with its value and unit above it and its meaning below."""
    low, high = choice.span(value)
    with solara.Column(gap="0px", classes=["choice", f"choice-{choice.name}"]):
        with solara.Row(justify="space-between", gap="4px"):
            solara.Text(choice.label, classes=["choice-label"])
            solara.Text(choice.said(value), classes=["choice-value"])
        if choice.declared.whole:
            solara.SliderInt("", int(value), int(low), int(high), int(choice.step), on_value)
        else:
            solara.SliderFloat("", value, low, high, choice.step, on_value)
        if choice.ends:
            with solara.Row(justify="space-between"):
                for end in choice.ends:
                    solara.Text(end, classes=["hint"])
        solara.Text(choice.help, classes=["hint"])


@solara.component
def _View(model: PageModel) -> None:
    """Everything beside the side bar."""
    update_counter.get()
    reader = solara.use_context(_reader)
    desk, following = reader.desk, reader.following
    solara.use_effect(lambda: reader.begun_with.set(model.values), [model])
    with model.lock:
        ids = model.user_ids.tolist()
        row = ids.index(following.value) if following.value in ids else 0
        person: Any = model.person(ids[row])
        with solara.Column(gap="14px", classes=["page"]):
            _heading(model)
            with solara.Columns([7, 5], classes=["person"]):
                with solara.Card("One person's network", classes=["network-card"]):
                    solara.HTML("div", draw_network(model, person) + legend())
                _portrait(model, person, row, following.set)
            with solara.Card("The people who use this service", classes=["site-card"]):
                if desk.before is not None:
                    moved = "; ".join(desk.before.moved) or "nothing moved, so the same life again"
                    solara.Text(f"Grey: the run before, with the same people. Since then: {moved}.", classes=["hint"])
                former = desk.before.weeks[: len(model.weeks)] if desk.before else None
                solara.HTML("div", draw_site(model, row, former), classes=["site-picture"])
    model.drawn.set()


def _heading(model: PageModel) -> None:
    """The week, a longer step, and what may be claimed."""

    def live_a_quarter() -> None:
        model.live(QUARTER)
        force_update()

    with solara.Row(justify="space-between", classes=["heading"]):
        solara.HTML("div", f"<span class='week'>Week {model.week}</span> of {model.spec.horizon_weeks}")
        solara.Button(
            "A quarter on", on_click=live_a_quarter, disabled=not model.running, outlined=True, color="primary"
        )
    solara.HTML("div", html.escape(CAUTION), classes=["caution"])


def _portrait(model: PageModel, person: ServiceUser, row: int, set_person: Callable[[int], None]) -> None:
    """Who to follow, and the card about them."""
    people = [model.person(int(who)) for who in model.user_ids]
    options = {option_of(each): each.person_id for each in people if isinstance(each, ServiceUser)}
    with solara.Card(title_of(person), classes=["portrait"]):
        with solara.Row(gap="8px", classes=["chooser"]):
            solara.Select(
                "Follow",
                value=option_of(person),
                values=list(options),
                on_value=lambda option: set_person(options[option]),
            )
            following = int(model.user_ids[(row + 1) % len(model.user_ids)])
            solara.Button("Somebody else", on_click=lambda: set_person(following), text=True)
        for paragraph in paragraphs(model, person, around(model, person)):
            solara.HTML("p", html.escape(paragraph))
        solara.HTML("div", draw_circles(model, row))
