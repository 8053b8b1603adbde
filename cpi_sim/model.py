"""The site as a Mesa model: a step is a week, agents are windows on the tables that the compiled week lives in."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import mesa
import networkx as nx
import numpy as np
from mesa.agent import AgentSet

from cpi_sim.agents import KIND_OF_PERSON, CommunityMember, Person, PersonNotInService, Practitioner, ServiceUser
from cpi_sim.beginning import Past, Rule, checked_past, fitted_to_arm, key_of_past, one_arm, program_with, site_seed
from cpi_sim.engine.compilation import RULES, Program
from cpi_sim.explain import Explanation, explain_again
from cpi_sim.networks import as_friends, count_by_person, graph_of, in_touch, ties_of
from cpi_sim.saved_model import State, read_state, write_state
from cpi_sim.scenario.changing import changed
from cpi_sim.scenario.model import Scenario
from cpi_sim.simulation.past import enter, make_past
from cpi_sim.simulation.weeks import run_weeks
from cpi_sim.site.moving_away import move_away
from cpi_sim.site.tables import MOVED_AWAY, SERVICE_USER, Site, copy_of, parameter_record, readable

__all__ = [
    "CommunityMember",
    "ConnectingPeopleModel",
    "Past",
    "Person",
    "PersonNotInService",
    "Practitioner",
    "ServiceUser",
]

_REPORTERS = ("mean_friends", "mean_network_size", "mean_contacts_last_week", "mean_loneliness", "mean_wellbeing")


class ConnectingPeopleModel(mesa.Model):  # type: ignore[misc]
    """One site of a scenario, lived week by week.

    Args:
        scenario: name of a shipped scenario, path of a file, or a scenario that was loaded.
        rng: seed of the site, a whole number; anything else that Mesa takes as ``rng`` is turned into one, and None
            picks one (see :attr:`site_seed`). ``seed`` is understood too.
        past: the :attr:`past` of an earlier model of the same site, so that it need not be lived again.
        arm: name of the arm to live; by default the last one.
        rules: replacements of rules of the week, by name (see :class:`~cpi_sim.engine.compilation.Program`).
        extensions: Python files with elements of one's own, which are run (see docs/extending.md).
        state: what to begin from instead of entry; :meth:`load` and :meth:`fork` give it. Scenario, arm, seed, rules
            and extensions are then the state's.
        kwargs: fields of the scenario by name, as in :func:`cpi_sim.load`.

    Raises:
        ScenarioError: a scenario or override that cannot be lived, with everything wrong with it, or an arm that the
            scenario does not have.
        ReplacementError: a rule that does not exist, or a function that cannot stand in for it.
        ExtensionError: an extension that is missing, or does what it may not.
        ValueError: a seed out of range, a past that belongs to another site, or a seed, arm, rules or extensions given
            beside a state.

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
        >>> someone = model.person(users.get("person_id")[0])
        >>> someone.confidence = 0.9
        >>> model.network().number_of_nodes() == len(model.people)
        True
        >>> weekly = model.datacollector.get_model_vars_dataframe()  # week 0, then a row after each step
        >>> len(weekly)
        14
    """

    def __init__(
        self,
        scenario: str | Path | Scenario = "usual_care_early_intervention",
        *,
        rng: Any = None,
        past: Past | None = None,
        arm: str | None = None,
        rules: Mapping[str, Rule] | None = None,
        extensions: Sequence[str | Path] = (),
        state: State | None = None,
        **kwargs: Any,
    ) -> None:
        given = kwargs.pop("seed", None) if rng is None else rng
        if state is None:
            seed, spec = site_seed(given, past), one_arm(scenario, arm, kwargs)
            program = program_with(rules, extensions)
        elif given is not None or arm is not None or rules or extensions:
            raise ValueError("a state has a seed, an arm and rules of its own; none can be given beside it")
        else:
            seed, spec, program = state.seed, changed(state.spec, kwargs, begun=True), state.program
        super().__init__(rng=seed)
        self.spec: Scenario = spec
        (self.arm,) = spec.arms.values()
        self.program: Program = fitted_to_arm(spec, program)
        self.site_seed: int = seed
        self._past = None if past is None else checked_past(past, self.arm.values, seed, self.program)
        self.week: int = 0
        self._begun: tuple[int, Site] | None = None
        self._columns: dict[tuple[str, str], np.ndarray] = {}
        self._windows: tuple[list[Person | None], list[Practitioner]] | None = None
        self.datacollector = mesa.DataCollector(model_reporters={name: name for name in _REPORTERS})
        if state is None:
            self._site = enter(self.past.site, self.arm.values, seed, self.program)
            self.datacollector.collect(self)
        else:
            self._go_on_from(state)

    # Living

    def step(self) -> None:
        """Live one week, and collect the reporters."""
        self._site = run_weeks(self._site, self.site_seed, self.week, self.week + 1, self.program)
        self.week += 1
        self._forget_views()
        self.running = self.week < self.spec.horizon_weeks
        self.datacollector.collect(self)

    def _forget_views(self) -> None:
        """What was read from the tables is no longer so."""
        self._columns.clear()
        for name in ("network_sizes", "friend_counts"):
            self.__dict__.pop(name, None)

    @property
    def scenario(self) -> None:
        """Not used: what the model lives is :attr:`spec`.

        Mesa from 3.4 keeps a scenario object of its own here, which SolaraViz would hand back in the place of the name
        of ours when it makes the model anew.
        """
        return

    @scenario.setter
    def scenario(self, scenario: Any) -> None:
        pass

    @property
    def past(self) -> Past:
        """The site as it stood before entry; lived now, if this model was given neither a past nor lived one."""
        if self._past is None:
            key = key_of_past(self.arm.values, self.program)
            self._past = Past(make_past(self.arm.values, self.site_seed, self.program), self.site_seed, key)
        return self._past

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

    def explain(self, person_id: int, week: int | None = None) -> Explanation:
        """What happened to a person in a week, and with which chances, found by living the weeks again.

        Args:
            person_id: id of the person.
            week: the week, from 1; by default the last one lived. A model loaded or forked tells of the weeks since.

        Raises :class:`~cpi_sim.explain.ExplainError` for a person or week that there is nothing to tell of, and where
        something was changed by hand on the way, which cannot be lived again.
        """
        begun = self._begun or (0, enter(self.past.site, self.arm.values, self.site_seed, self.program))
        last = self.week if week is None else week
        return explain_again(begun, person_id, last, self.site_seed, self.program, (self.week, self._site))

    # Saving, loading, forking

    def save(self, path: str | Path) -> None:
        """Write the model as it stands now into one file, whole or not at all.

        Kept are the site, the scenario with this arm, the seed, the week, what the model's own weekly reporters found,
        and digests of rules and extensions; not kept are replaced rules and extensions (they are code), agents of your
        own, and ``model.random``.

        Raises :class:`~cpi_sim.saved_model.SavedModelError` where a replaced rule or an extension cannot be known
        again, :class:`OSError` where the file cannot be written.
        """
        write_state(Path(path), self._state())

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        rules: Mapping[str, Rule] | None = None,
        extensions: Sequence[str | Path] = (),
        **kwargs: Any,
    ) -> Self:
        """A model that goes on where one that was saved stood, to the same future, bit for bit.

        Args:
            path: a file that :meth:`save` wrote.
            rules: the replaced rules of the model that was saved, if it had any.
            extensions: the Python files of one's own that it was made with, if there were any.
            kwargs: as in :meth:`fork`.

        Raises:
            SavedModelError: a file that is damaged, is something else, or was saved by another version of the model
                or under other rules or extensions; the message says what differs.
            ExtensionError: an extension that cannot be run.
            OSError: no such file, or it cannot be read.
        """
        return cls(state=read_state(Path(path), program_with(rules, extensions)), **kwargs)

    def fork(self, **kwargs: Any) -> Self:
        """An independent copy of the model at this week; this one is left as it is.

        Args:
            kwargs: numbers that change from this week on, by name, as ``contacts_per_month=8``; and
                ``horizon_weeks``.

        Raises:
            ScenarioError: names or values that do not exist, and numbers that act from birth or at entry: these are
                past.

        The copy has agents of its own, made when they are asked for. What the data collector has collected goes with
        it; ``model.random`` begins anew.
        """
        forked = type(self)(state=self._state(), **kwargs)
        forked._past = self._past
        forked.datacollector = copy.deepcopy(self.datacollector, {id(self): forked})
        return forked

    def _state(self) -> State:
        collected = self.datacollector.model_vars
        weekly = {name: collected[name] for name in _REPORTERS if len(collected.get(name, ())) == self.week + 1}
        return State(self.spec, self.site_seed, self.week, self._site, self.program, weekly)

    def _go_on_from(self, state: State) -> None:
        """Take over the site of a state, and bring Mesa's clock to its week."""
        self._site = readable(copy_of(state.site)._replace(parameters=parameter_record(self.arm.values)))
        self._begun = (state.week, copy_of(self._site))
        own_step = self._user_step
        self._user_step: Callable[[], None] = lambda: None  # the clock is brought forward, no week is lived
        while self.week < state.week:
            self.step()
            self.week += 1
        self._user_step = own_step
        self.running = self.week < self.spec.horizon_weeks
        for name, values in state.weekly.items():
            self.datacollector.model_vars[name] = list(values)

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

    def _made(self) -> tuple[list[Person | None], list[Practitioner]]:
        """All windows, by row of their table, None for who has moved away; made now if this is the first request."""
        if self._windows is None:
            roles = self._site.people["role_in_service"].tolist()
            people = [None if role == MOVED_AWAY else KIND_OF_PERSON[role](self, row) for row, role in enumerate(roles)]
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
        return AgentSet([each for each in self._made()[0] if each is not None], random=self.random)

    def see_off(self, person: Person) -> None:
        """Let a person move away; see :meth:`cpi_sim.agents.Person.remove`."""
        self.program(move_away)(self._site, person.row, self.week)
        self._made()[0][person.row] = None
        self._forget_views()

    def person(self, person_id: int) -> Person:
        """The person with an id. Raises :class:`KeyError` where nobody has it, or has it no more."""
        rows = self._site.row_of_id
        if not 0 <= person_id < rows.shape[0]:
            raise KeyError(f"nobody has id {person_id}; ids are 0 to {rows.shape[0] - 1}")
        return self.person_in_row(int(rows[person_id]))

    def person_in_row(self, row: int) -> Person:
        """The person in a row of the people table. Raises :class:`KeyError` where they have moved away."""
        person = self._made()[0][row]
        if person is None:
            raise KeyError(f"the person with id {self._site.people[row].id} has moved away")
        return person

    def practitioner_in_row(self, row: int) -> Practitioner:
        """The post in a row of the table of posts."""
        return self._made()[1][row]

    # The network

    @cached_property
    def network_sizes(self) -> np.ndarray:
        """People that each person is in touch with, shape (people,), by row: active ties used in the past quarter."""
        return count_by_person(self._site, in_touch(self._site, self.week))

    @cached_property
    def friend_counts(self) -> np.ndarray:
        """Friends of each person, shape (people,), by row: active social ties of ``casual_friend_hours`` and over."""
        return count_by_person(self._site, as_friends(self._site) & (ties_of(self._site)["dormant"] == 0))

    def network(self, *, dormant: bool = False) -> nx.Graph:
        """The ties of the site as they stand now.

        Args:
            dormant: include ties that lie dormant.

        Returns:
            A graph whose nodes are person ids, with ``role`` (the name of the agent's class). Edges have ``kind``
            (social, kin or partner), ``closeness_hours``, ``security`` (0 to 1, the mean of the two),
            ``security_low`` and ``security_high`` (of the one with the smaller id, and of the other), and ``dormant``.
        """
        graph = graph_of(self._site, dormant=dormant)
        graph.graph.update(week=self.week, site_seed=self.site_seed)
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
