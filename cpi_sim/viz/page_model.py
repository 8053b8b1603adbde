"""The model behind the page: a site that remembers how each person's network and feelings went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, RLock

import numpy as np

from cpi_sim.beginning import Past
from cpi_sim.model import ConnectingPeopleModel
from cpi_sim.networks import as_friends, count_by_person, in_touch, ties_of
from cpi_sim.scenario import Scenario
from cpi_sim.scenario.changing import changed
from cpi_sim.simulation.past import past_key
from cpi_sim.site.tables import SOCIAL
from cpi_sim.viz.choices import differences, on_the_page

CIRCLES = ("family", "friends", "acquaintances")
PASTS_KEPT = 6
LONGEST_DRAWING_SECONDS = 5.0

_pasts: dict[tuple[str, int], Past] = {}
_lock = Lock()


@dataclass(frozen=True)
class Week:
    """What the page draws of a week, for each service user (rows of ``plans``, shape (users,)).

    ``circles`` (users, 3) counts the people in touch with: family, friends, acquaintances. ``intended`` and ``held``
    are connecting contacts since entry.
    """

    circles: np.ndarray
    loneliness: np.ndarray
    wellbeing: np.ndarray
    intended: np.ndarray
    held: np.ndarray

    @property
    def network_size(self) -> np.ndarray:
        """People in touch with, shape (users,)."""
        return self.circles.sum(axis=1)


@dataclass(frozen=True)
class Run:
    """A run that was on the page before: its weeks, and what was moved since."""

    weeks: list[Week]
    moved: tuple[str, ...]


@dataclass(eq=False)
class Desk:
    """What one reader's page works with: a scenario of one arm, a seed, and where sliders and switches stand."""

    scenario: Scenario
    seed: int
    values: dict[str, float] = field(default_factory=dict)
    model: PageModel | None = None
    before: Run | None = None

    def __post_init__(self) -> None:
        self.values = self.values or on_the_page(next(iter(self.scenario.arms.values())).values)


class PageModel(ConnectingPeopleModel):
    """The site of a desk, begun with the numbers that its sliders and switches stand at.

    SolaraViz makes it anew on each reset; pasts lived once are used again. ``weeks[w]`` is how things stood after
    ``w`` weeks; ``known_at_entry`` holds pairs of ids, the smaller first, of those in touch at entry. Play lives weeks
    in one thread while another may draw: whoever draws holds ``lock``, and sets ``drawn`` when it is done.
    """

    def __init__(self, *, desk: Desk) -> None:
        values = dict(desk.values)
        scenario = changed(desk.scenario, values, begun=False)
        super().__init__(scenario, past=_past_of(scenario, desk))
        self.values = values
        self.lock = RLock()
        self.drawn = Event()
        self.known_at_entry = self.pairs_in_touch()
        self.weeks = [self._look()]
        former, desk.model = desk.model, self
        if former is not None and former.week > 0:
            desk.before = Run(former.weeks, tuple(differences(former.values, values)))

    def step(self) -> None:
        """Live one week, once the last one has been drawn, and remember it; nothing after the horizon.

        Without the wait a play quicker than the pictures would keep the page drawing and deaf to its buttons.
        """
        if self.week >= self.spec.horizon_weeks:
            return
        self.drawn.wait(LONGEST_DRAWING_SECONDS)
        self.drawn.clear()
        with self.lock:
            super().step()
            self.weeks.append(self._look())

    def live(self, weeks: int) -> None:
        """Live some weeks, as many as the horizon leaves, without waiting for pictures."""
        for _ in range(min(weeks, self.spec.horizon_weeks - self.week)):
            self.drawn.set()
            self.step()

    @property
    def user_ids(self) -> np.ndarray:
        """Ids of the service users, in the order of their plans, shape (users,)."""
        return np.asarray(self.column("people", "id")[self.column("plans", "person")])

    def _look(self) -> Week:
        rows = self.column("plans", "person")
        people = {name: self.column("people", name)[rows].copy() for name in ("loneliness", "wellbeing")}
        intended, held = (self.column("plans", name).copy() for name in ("sessions_intended", "sessions_attended"))
        return Week(self._circles()[rows], people["loneliness"], people["wellbeing"], intended, held)

    def _circles(self) -> np.ndarray:
        """People in touch with, by circle, shape (people, 3)."""
        social, friends = ties_of(self.site)["kind"] == SOCIAL, as_friends(self.site)
        now = in_touch(self.site, self.week)
        chosen = (~social, friends, social & ~friends)
        return np.stack([count_by_person(self.site, now & circle) for circle in chosen], axis=1)

    def pairs_in_touch(self) -> set[tuple[int, int]]:
        """Pairs of ids, the smaller first, of people in touch with each other now."""
        ties = ties_of(self.site)[in_touch(self.site, self.week)]
        ids = self.column("people", "id")
        return set(zip(*(ids[ties[side]].tolist() for side in ("low", "high")), strict=True))


def _past_of(scenario: Scenario, desk: Desk) -> Past:
    """The past of a site, lived now or found among those lived lately for any reader."""
    (arm,) = scenario.arms.values()
    key = (past_key(arm.values), desk.seed)
    with _lock:
        if key not in _pasts:
            _pasts[key] = ConnectingPeopleModel(scenario, rng=desk.seed).past
            while len(_pasts) > PASTS_KEPT:
                del _pasts[next(iter(_pasts))]
        return _pasts[key]


def mean_and_middle_half(weeks: list[Week], of: Callable[[Week], np.ndarray]) -> np.ndarray:
    """Mean, lower and upper quartile over people, week by week, shape (3, weeks)."""
    values = np.stack([of(week) for week in weeks])
    return np.stack([values.mean(axis=1), *np.quantile(values, (0.25, 0.75), axis=1)])


def a_month(weeks: list[Week], of: Callable[[Week], np.ndarray], over: int = 4) -> np.ndarray:
    """Contacts a month and person, from counts since entry: means of the ``over`` weeks before, shape (weeks,)."""
    total = np.array([of(week).mean() for week in weeks])
    first = np.maximum(np.arange(len(total)) - over, 0)
    span = np.maximum(np.arange(len(total)) - first, 1)
    return np.asarray((total - total[first]) / span * 52.0 / 12.0)
