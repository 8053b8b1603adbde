"""The site as a Mesa model: a step is a week, agents are windows on the tables that the compiled week lives in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import mesa
import networkx as nx
import numpy as np
from mesa.agent import AgentSet

from cpi_sim.agents import (
    TIE_KINDS,
    CommunityMember,
    Person,
    PersonNotInService,
    Practitioner,
    ServiceUser,
)
from cpi_sim.engine.compilation import RULES, Program
from cpi_sim.scenario import load
from cpi_sim.scenario.model import Arm, Scenario
from cpi_sim.simulation.past import enter, make_past, past_key
from cpi_sim.simulation.weeks import run_weeks
from cpi_sim.site.tables import COMMUNITY_MEMBER, ILL_NOT_IN_SERVICE, SERVICE_USER, SOCIAL, TIES, Site
from cpi_sim.week import WEEK

Rule = Callable[..., Any]
SEEDS = 2**62
"""Seeds of a site are whole numbers from 0 to one less than this."""

_KIND_OF_PERSON: dict[int, type[Person]] = {
    COMMUNITY_MEMBER: CommunityMember,
    SERVICE_USER: ServiceUser,
    ILL_NOT_IN_SERVICE: PersonNotInService,
}
_REPORTERS = ("mean_friends", "mean_network_size", "mean_contacts_last_week", "mean_loneliness", "mean_wellbeing")
_DEFAULT_PROGRAM = Program()


@dataclass(frozen=True)
class Past:
    """A site as it stood before entry, and what made it; a model given it need not live it again."""

    site: Site
    seed: int
    key: str


class ConnectingPeopleModel(mesa.Model):  # type: ignore[misc]
    """One site of a scenario, lived week by week.

    Args:
        scenario: name of a shipped scenario, or path of a file.
        rng: seed of the site, a whole number; anything else that Mesa takes as ``rng`` is turned into one, and None
            picks one (see :attr:`site_seed`). ``seed`` is understood too.
        past: the :attr:`past` of an earlier model of the same site, so that it need not be lived again.
        arm: name of the arm to live; by default the last one.
        rules: replacements of rules of the week, by name (see :class:`~cpi_sim.engine.compilation.Program`).
        overrides: fields of the scenario by name, as in :func:`cpi_sim.load`.

    Raises:
        ScenarioError: a scenario or override that cannot be lived, with everything wrong with it, or an arm that the
            scenario does not have.
        ReplacementError: a rule that does not exist, or a function that cannot stand in for it.
        ValueError: a seed out of range, or a past that belongs to another site.

    Steps do not draw from ``model.random`` or ``model.rng``: the engine has keyed numbers of its own, so agents may be
    asked, shuffled and sampled without changing what happens. Agents are made when they are first asked for.

    Example::

        >>> from cpi_sim.model import ConnectingPeopleModel, ServiceUser
        >>> small = {"community_members": 300, "service_users": 36, "settings": 16, "burn_in_years": 1}
        >>> model = ConnectingPeopleModel("usual_care_inclusion_project", rng=1, contacts_per_month=4, **small)
        >>> for week in range(13):
        ...     model.step()
        >>> users = model.agents_by_type[ServiceUser]
        >>> len(users), model.week
        (36, 13)
        >>> lonely = users.select(lambda user: user.loneliness > 1.0)
        >>> someone = model.person(users[0].person_id)
        >>> someone.confidence = 0.9
        >>> model.network().number_of_nodes() == len(model.people)
        True
        >>> weekly = model.datacollector.get_model_vars_dataframe()  # week 0, then a row after each step
        >>> len(weekly)
        14
    """

    def __init__(
        self,
        scenario: str | Path = "usual_care_early_intervention",
        *,
        rng: Any = None,
        past: Past | None = None,
        arm: str | None = None,
        rules: Mapping[str, Rule] | None = None,
        **overrides: Any,
    ) -> None:
        seed = _site_seed(overrides.pop("seed", None) if rng is None else rng, past)
        spec = load(scenario, overrides)
        spec = spec.only(list(spec.arms)[-1] if arm is None else arm)
        (lived,) = spec.arms.values()
        program = Program(rules) if rules else _DEFAULT_PROGRAM
        super().__init__(rng=seed)
        self.spec: Scenario = spec
        self.arm: Arm = lived
        self.program: Program = program
        self.site_seed: int = seed
        self.past: Past = _past_of(lived.values, seed, program, past)
        self.week: int = 0
        self._site = enter(self.past.site, lived.values, seed, program)
        self._columns: dict[tuple[str, str], np.ndarray] = {}
        self._windows: tuple[list[Person], list[Practitioner]] | None = None
        self.datacollector = mesa.DataCollector(model_reporters={name: name for name in _REPORTERS})
        self.datacollector.collect(self)

    # Living

    def step(self) -> None:
        """Live one week, and collect the reporters."""
        self._site = run_weeks(self._site, self.site_seed, self.week, self.week + 1, self.program)
        self.week += 1
        self._columns.clear()
        for name in ("network_sizes", "friend_counts"):
            self.__dict__.pop(name, None)
        self.running = self.week < self.spec.horizon_weeks
        self.datacollector.collect(self)

    @property
    def site(self) -> Site:
        """The tables of the site as they stand now."""
        return self._site

    def column(self, table: str, field: str) -> np.ndarray:
        """One field of a table, a view of shape (rows,): what is written here is written into the site."""
        if (table, field) not in self._columns:
            self._columns[table, field] = np.asarray(getattr(self._site, table)[field])
        return self._columns[table, field]

    def parameter(self, name: str) -> float:
        """Value of a parameter in this model, in its own unit."""
        return self.arm.values[name]

    def rule(self, name: str) -> Rule:
        """A rule of the week as this model lives it, as a plain Python function."""
        return self.program.replacements.get(name, RULES[name])

    # Agents

    def register_agent(self, agent: Any) -> None:
        """Register an agent, with the next ``unique_id`` of this model.

        Mesa before 3.4 counts ids in a table of all models, which keeps each of them alive: the entry is dropped.
        """
        super().register_agent(agent)
        ids = getattr(mesa.Agent, "_ids", None)
        if ids is not None:
            ids.pop(self, None)
            self._last_unique_id = getattr(self, "_last_unique_id", 0) + 1
            agent.unique_id = self._last_unique_id

    def _made(self) -> tuple[list[Person], list[Practitioner]]:
        """All windows, by row of their table; made now if this is the first request."""
        if self._windows is None:
            roles = self._site.people["role_in_service"]
            people = [_KIND_OF_PERSON[int(role)](self, row) for row, role in enumerate(roles)]
            posts = [Practitioner(self, row) for row in range(self._site.posts.shape[0])]
            self._windows = (people, posts)
        return self._windows

    @property
    def agents(self) -> AgentSet:
        """All agents: people in the order of the site's rows, then posts."""
        self._made()
        return super().agents

    @property
    def agents_by_type(self) -> dict[type, AgentSet]:
        """Agents by class: :class:`ServiceUser`, :class:`CommunityMember`, :class:`Practitioner` and so on."""
        self._made()
        return super().agents_by_type

    @property
    def agent_types(self) -> list[type]:
        """The classes that agents of this model have."""
        return list(self.agents_by_type)

    @property
    def people(self) -> AgentSet:
        """Everybody who lives in the site."""
        return AgentSet(self._made()[0], random=self.random)

    def person(self, person_id: int) -> Person:
        """The person with an id. Raises :class:`KeyError` where nobody has it."""
        rows = self._site.row_of_id
        if not 0 <= person_id < rows.shape[0]:
            raise KeyError(f"nobody has id {person_id}; ids are 0 to {rows.shape[0] - 1}")
        return self.person_in_row(int(rows[person_id]))

    def person_in_row(self, row: int) -> Person:
        """The person in a row of the people table."""
        return self._made()[0][row]

    def practitioner_in_row(self, row: int) -> Practitioner:
        """The post in a row of the table of posts."""
        return self._made()[1][row]

    # The network

    @cached_property
    def network_sizes(self) -> np.ndarray:
        """People that each person is in touch with, shape (people,), by row: active ties used in the past quarter."""
        ties = self._site.ties[: self._site.counters[TIES]]
        silent = self.week - ties["last_contact_week"]
        return self._counted(ties, (ties["dormant"] == 0) & (silent <= self.parameter("named_within_weeks")))

    @cached_property
    def friend_counts(self) -> np.ndarray:
        """Friends of each person, shape (people,), by row: active social ties of ``casual_friend_hours`` and over."""
        ties = self._site.ties[: self._site.counters[TIES]]
        close = ties["closeness_hours"] >= self.parameter("casual_friend_hours")
        return self._counted(ties, (ties["kind"] == SOCIAL) & (ties["dormant"] == 0) & close)

    def _counted(self, ties: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        people = self._site.people.shape[0]
        sides = (np.bincount(ties[side][chosen], minlength=people) for side in ("low", "high"))
        return sum(sides, np.zeros(people, np.int64))

    def network(self, *, dormant: bool = False) -> nx.Graph:
        """The ties of the site as they stand now.

        Args:
            dormant: include ties that lie dormant.

        Returns:
            A graph whose nodes are person ids, with ``role`` (the name of the agent's class). Edges have ``kind``
            (social, kin or partner), ``closeness_hours``, ``security`` (0 to 1, the mean of the two),
            ``security_low`` and ``security_high`` (of the one with the smaller id, and of the other), and ``dormant``.
        """
        people = self._site.people
        graph = nx.Graph(week=self.week, site_seed=self.site_seed)
        for who, role in zip(people["id"].tolist(), people["role_in_service"].tolist(), strict=True):
            graph.add_node(who, role=_KIND_OF_PERSON[role].__name__)
        for tie in self._site.ties[: self._site.counters[TIES]]:
            if tie["dormant"] and not dormant:
                continue
            low, high = float(tie["security_low"]), float(tie["security_high"])
            graph.add_edge(
                int(people["id"][tie["low"]]),
                int(people["id"][tie["high"]]),
                kind=TIE_KINDS[tie["kind"]],
                closeness_hours=float(tie["closeness_hours"]),
                security=(low + high) / 2.0,
                security_low=low,
                security_high=high,
                dormant=bool(tie["dormant"]),
            )
        return graph

    # What the data collector reports

    def mean_of_users(self, by_row: np.ndarray) -> float:
        """Mean over service users of a number for each person, given by row of the people table."""
        return float(by_row[self.column("people", "role_in_service") == SERVICE_USER].mean())

    @property
    def mean_friends(self) -> float:
        """Mean number of friends of service users."""
        return self.mean_of_users(self.friend_counts)

    @property
    def mean_network_size(self) -> float:
        """Mean network size of service users."""
        return self.mean_of_users(self.network_sizes)

    @property
    def mean_contacts_last_week(self) -> float:
        """Mean number of people outside the home that service users were in touch with last week."""
        return self.mean_of_users(self.column("people", "people_seen"))

    @property
    def mean_loneliness(self) -> float:
        """Mean loneliness of service users, in SDs of the community."""
        return self.mean_of_users(self.column("people", "loneliness"))

    @property
    def mean_wellbeing(self) -> float:
        """Mean wellbeing of service users, in SDs of the community."""
        return self.mean_of_users(self.column("people", "wellbeing"))


def _site_seed(rng: Any, past: Past | None) -> int:
    if rng is None and past is not None:
        return past.seed
    if isinstance(rng, int | np.integer) and not isinstance(rng, bool):
        if not 0 <= rng < SEEDS:
            raise ValueError(f"the seed of a site is a whole number from 0 to 2**62 - 1, not {rng}")
        return int(rng)
    return int(np.random.default_rng(rng).integers(2**31))


def _past_of(values: dict[str, float], seed: int, program: Program, past: Past | None) -> Past:
    """The past given, if it is this site's; else a past lived now."""
    key = " ".join([past_key(values), *(program.digest(each) for each in WEEK)])
    if past is None:
        return Past(make_past(values, seed, program), seed, key)
    if (past.seed, past.key) != (seed, key):
        what = "seed" if past.seed != seed else "numbers that act from birth, or rules"
        raise ValueError(f"the past given belongs to a site with another {what}")
    return past
