"""The people and posts of a site as Mesa agents: windows on rows of its tables.

An agent here holds no state of its own. Reading an attribute reads the row as it is now; setting one writes the row,
after a check of its range; an attribute that does not exist raises, so that a slip of the pen cannot pass unnoticed.
``unique_id`` is Mesa's number of the agent, ``person_id`` is the permanent id that keys the person's random numbers.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np
from mesa.agent import AgentSet

from cpi_sim.engine.compilation import RULES
from cpi_sim.site.tables import COMMUNITY_MEMBER, ILL_NOT_IN_SERVICE, MEMBERSHIPS_AT_MOST, SERVICE_USER

if TYPE_CHECKING:
    from cpi_sim.model import ConnectingPeopleModel

TIE_KINDS = ("social", "kin", "partner")
"""Names of the kinds of tie, in the order of ``ties.kind``."""
ORIGINS = ("start", "setting", "introduction", "family")
"""How ties began, in the order of ``ties.origin``: known from the start, met at a setting, introduced, new kin."""
WORKER_KINDS = ("qualified", "support worker", "peer")
STAGES = ("not offered", "declined", "waiting", "mapping", "aiming", "doing", "reviewing", "winding down", "ended")
AIMS = ("none", "new activity", "lost tie", "introduction", "open need")
SYMPTOMS_AT_MOST = 10.0
INTERESTS = 8


class Column:
    """A field of a table, as an attribute of a window: read as it is now, written within its range or not at all.

    ``table`` names a table of :class:`~cpi_sim.site.tables.Site`; without ``low`` the attribute is read-only.
    """

    def __init__(
        self, table: str, field: str, kind: type = float, low: float | None = None, high: float = math.inf
    ) -> None:
        self.table, self.field, self.kind, self.low, self.high = table, field, kind, low, high
        self.name = field

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, window: Window | None, owner: type | None = None) -> Any:
        if window is None:
            return self
        return self.kind(window.model.column(self.table, self.field)[window.row_in(self.table)])

    def __set__(self, window: Window, value: Any) -> None:
        if self.low is None:
            raise AttributeError(f"{self.name} of a {type(window).__name__} can be read, not set")
        checked = in_range(self.name, value, self.low, self.high, whole=self.kind is not float)
        window.model.column(self.table, self.field)[window.row_in(self.table)] = checked


def in_range(name: str, value: Any, low: float, high: float, *, whole: bool = False) -> float:
    """The value, if it is a number between ``low`` and ``high``.

    Raises :class:`TypeError` for what is not a number, :class:`ValueError` for one outside the range, for a part of a
    whole where ``whole`` is asked for, and for not-a-number.
    """
    if not isinstance(value, Real | np.bool_):
        raise TypeError(f"{name} is a number from {low:g} to {high:g}, not {value!r}")
    number = float(value)
    if not low <= number <= high or (whole and number != int(number)):
        raise ValueError(f"{name} is a {'whole ' if whole else ''}number from {low:g} to {high:g}, not {value!r}")
    return number


class Window(mesa.Agent):  # type: ignore[misc]
    """A Mesa agent that shows one row of a table. Made by the model when its agents are first asked for."""

    TABLE: ClassVar[str] = ""
    model: ConnectingPeopleModel
    row: int

    def __init__(self, model: ConnectingPeopleModel, row: int) -> None:
        super().__init__(model)
        self.row = row

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a subclass that seems to change a rule: the compiled week would never call it."""
        super().__init_subclass__(**kwargs)
        if not cls.__module__.startswith("cpi_sim.") and (names := sorted(RULES.keys() & vars(cls).keys())):
            raise TypeError(
                f"{cls.__name__} defines {', '.join(names)}, but the week does not call methods of agents; "
                f"give the model your function instead: ConnectingPeopleModel(rules={{{names[0]!r}: your_function}})"
            )

    def __setattr__(self, name: str, value: Any) -> None:
        # Mesa sets its own attributes before the row is known; from then on only what exists can be set.
        if "row" in self.__dict__ and name not in self.__dict__ and not hasattr(type(self), name):
            known = [each for each in dir(type(self)) if not each.startswith("_")]
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise AttributeError(f"a {type(self).__name__} has no attribute {name!r}{hint}")
        super().__setattr__(name, value)

    def row_in(self, table: str) -> int:
        """Row of this agent in a table."""
        return self.row


@dataclass(frozen=True)
class Tie:
    """A tie as one of the two sees it, at the moment it was asked for.

    ``security`` is how secure this person feels in it (0 to 1); ``closeness_hours`` is the same for both.
    """

    other: Person
    kind: str
    origin: str
    closeness_hours: float
    security: float
    dormant: bool
    formed_week: int
    last_contact_week: int


class Person(Window):
    """Anybody who lives in the site. Feelings and attachment are in SDs of the general community."""

    TABLE = "people"

    person_id = Column("people", "id", int)
    family = Column("people", "family", int)
    household = Column("people", "household", int)
    age_years = Column("people", "age_years")
    female = Column("people", "female", bool)
    lives_alone = Column("people", "lives_alone", bool)
    has_role = Column("people", "has_role", bool, 0, 1)
    sociability = Column("people", "sociability", float, 0, 20)
    position = Column("people", "position")
    openness = Column("people", "openness", float, 0, 1)
    symptoms = Column("people", "symptoms")
    anxiety = Column("people", "anxiety", float, -6, 6)
    anxiety_home = Column("people", "anxiety_home", float, -6, 6)
    avoidance = Column("people", "avoidance", float, -6, 6)
    avoidance_home = Column("people", "avoidance_home", float, -6, 6)
    confidence = Column("people", "confidence", float, 0, 1)
    refusal_expected = Column("people", "refusal_expected", float, 0, 1)
    loneliness = Column("people", "loneliness", float, -8, 8)
    inclusion = Column("people", "inclusion", float, -8, 8)
    wellbeing = Column("people", "wellbeing", float, -8, 8)
    access = Column("people", "access")
    hours_booked = Column("people", "hours_booked")
    contacts_last_week = Column("people", "people_seen", int)
    conversations = Column("people", "conversations", int)
    asked = Column("people", "asked", int)
    helped = Column("people", "helped", int)
    refused = Column("people", "refused", int)
    held_back = Column("people", "held_back", int)
    gave_help = Column("people", "gave_help", int)

    def __repr__(self) -> str:
        if "row" not in self.__dict__:
            return f"<{type(self).__name__}, moved away>"
        return f"<{type(self).__name__} {self.person_id} in week {self.model.week}>"

    def __getattr__(self, name: str) -> Any:
        """Say what became of somebody who has moved away, whatever is asked of them."""
        if name == "row":
            raise LookupError("this person has moved away: remove() ended their ties and memberships")
        raise AttributeError(f"a {type(self).__name__} has no attribute {name!r}", name=name, obj=self)

    def remove(self) -> None:
        """Let the person move away for good, between two weeks.

        Their ties end on both sides, memberships and support too; all others go on with the random numbers they
        would have had. The row stays, empty. From then on nobody finds the person, and this window raises
        :class:`LookupError` at whatever it is asked; removing them again changes nothing.
        """
        if "row" in self.__dict__:
            self.model.see_off(self)
            super().remove()
            del self.__dict__["row"]

    @property
    def interests(self) -> tuple[int, ...]:
        """Numbers (0 to 7) of the person's interests."""
        bits = int(self.model.column("people", "interests")[self.row])
        return tuple(bit for bit in range(INTERESTS) if bits >> bit & 1)

    @property
    def memberships(self) -> tuple[int, ...]:
        """Ids of the settings that the person belongs to."""
        held = self.model.site.memberships["setting"][self.row]
        ids = self.model.site.settings["id"]
        return tuple(int(ids[held[k]]) for k in range(MEMBERSHIPS_AT_MOST) if held[k] >= 0)

    @property
    def network_size(self) -> int:
        """People in touch with: ties neither over nor dormant, used within the past quarter."""
        return int(self.model.network_sizes[self.row])

    @property
    def friend_count(self) -> int:
        """Number of friends, as :attr:`friends` counts them."""
        return int(self.model.friend_counts[self.row])

    @property
    def ties(self) -> list[Tie]:
        """All ties, dormant ones included, in the order of the tie table."""
        site = self.model.site
        found = []
        for t in site.tie_of[site.first_tie[self.row] : site.first_tie[self.row + 1]]:
            tie = site.ties[t]
            is_low = int(tie["low"]) == self.row
            found.append(
                Tie(
                    other=self.model.person_in_row(int(tie["high" if is_low else "low"])),
                    kind=TIE_KINDS[tie["kind"]],
                    origin=ORIGINS[tie["origin"]],
                    closeness_hours=float(tie["closeness_hours"]),
                    security=float(tie["security_low" if is_low else "security_high"]),
                    dormant=bool(tie["dormant"]),
                    formed_week=int(tie["formed_week"]),
                    last_contact_week=int(tie["last_contact_week"]),
                )
            )
        return found

    @property
    def friends(self) -> AgentSet:
        """Friends outside the family, from the closeness that surveys call a friend (``casual_friend_hours``)."""
        close = self.model.parameter("casual_friend_hours")
        friends = [
            tie.other for tie in self.ties if tie.kind == "social" and not tie.dormant and tie.closeness_hours >= close
        ]
        return AgentSet(friends, random=self.model.random)


class CommunityMember(Person):
    """Somebody of the locality who never fell ill in this model."""


class PersonWithIllness(Person):
    """Somebody who has fallen ill at some time: referred to the agency or not."""

    conceals = Column("people", "conceals", bool, 0, 1)
    symptoms_home = Column("people", "symptoms_home", float, 0, SYMPTOMS_AT_MOST)
    onset_week = Column("people", "onset_week", int)

    @property
    def in_crisis(self) -> bool:
        """Whether a crisis lasts into the coming week."""
        return bool(self.model.column("people", "crisis_until")[self.row] > self.model.week)

    @property
    def symptoms(self) -> float:
        """Severity of symptoms now, 0 to 10, with what a crisis adds. Setting it moves the level beneath a crisis."""
        return float(self.model.column("people", "symptoms")[self.row])

    @symptoms.setter
    def symptoms(self, value: float) -> None:
        now = self.model.column("people", "symptoms")
        beneath = self.model.column("people", "symptoms_base")
        added = float(now[self.row] - beneath[self.row])
        now[self.row] = in_range("symptoms", value, added, SYMPTOMS_AT_MOST)
        beneath[self.row] = now[self.row] - added


class PersonNotInService(PersonWithIllness):
    """Somebody with illness who is not referred to the agency."""


class ServiceUser(PersonWithIllness):
    """Somebody referred to the agency, with a worker and a plan."""

    alliance = Column("plans", "alliance", float, 0, 1)
    ownership = Column("plans", "ownership", float, 0, 1)
    engaged = Column("plans", "engaged", bool)
    advice = Column("plans", "advice")
    reflection = Column("plans", "reflection")
    contacts_routine = Column("plans", "contacts_routine", int)
    contacts_crisis = Column("plans", "contacts_crisis", int)
    sessions_intended = Column("plans", "sessions_intended")
    sessions_agreed = Column("plans", "sessions_agreed", int)
    sessions_attended = Column("plans", "sessions_attended", int)
    hours_connecting = Column("plans", "hours_connecting")
    aims_reached = Column("plans", "aims_reached", int)
    workers_met = Column("plans", "workers_met", int)

    def row_in(self, table: str) -> int:
        """Row of this person in the people table, or of their plan."""
        return self.row if table == "people" else int(self.model.column("people", "plan")[self.row])

    @property
    def stage(self) -> str:
        """Where the connecting support stands, in words."""
        return STAGES[self.model.column("plans", "stage")[self.row_in("plans")]]

    @property
    def aim(self) -> str:
        """What the plan aims at now, in words."""
        return AIMS[self.model.column("plans", "aim")[self.row_in("plans")]]

    @property
    def practitioner(self) -> Practitioner:
        """The post that supports this person."""
        return self.model.practitioner_in_row(int(self.model.column("plans", "post")[self.row_in("plans")]))

    def chance_to_attend_session(self) -> float:
        """Probability of coming to a connecting session agreed now, by the rule that the week uses."""
        rule = self.model.rule("chance_to_attend_session")
        p = self.model.site.parameters[0]
        return float(rule(self.alliance, self.anxiety, self.avoidance, self.symptoms, 0, p))


class Practitioner(Window):
    """A post in the agency's team, and whoever holds it now: ``worker_id`` and the skills change with the worker."""

    TABLE = "posts"

    post = Column("posts", "post", int)
    worker_id = Column("posts", "id", int)
    fte = Column("posts", "fte")
    caseload = Column("posts", "caseload", int)
    empathy = Column("posts", "empathy", float, 0, 1)
    flexibility = Column("posts", "flexibility", float, 0, 1)
    creativity = Column("posts", "creativity", float, 0, 1)
    skill = Column("posts", "skill", float, 0, 1)
    hours = Column("posts", "hours")
    hours_crisis = Column("posts", "hours_crisis")
    hours_routine = Column("posts", "hours_routine")
    hours_left = Column("posts", "hours_left")
    hours_connecting = Column("posts", "hours_connecting")
    diary_hours = Column("posts", "diary_hours")

    def remove(self) -> None:
        """Not possible: posts are part of the agency; workers leave them by ``staff_turnover``.

        Raises :class:`TypeError`, always.
        """
        raise TypeError("a post is part of the agency and cannot be removed; staff_turnover lets workers leave")

    def __repr__(self) -> str:
        return f"<Practitioner in post {self.post}, worker {self.worker_id}, week {self.model.week}>"

    @property
    def kind(self) -> str:
        """Qualified, support worker or peer."""
        return WORKER_KINDS[self.model.column("posts", "kind")[self.row]]

    @property
    def vacant(self) -> bool:
        """Whether the last worker has left and the next has not begun."""
        return bool(self.model.column("posts", "filled_from_week")[self.row] > self.model.week)

    @property
    def service_users(self) -> AgentSet:
        """The people this post supports, those who have left the service included."""
        rows = self.model.column("plans", "person")[self.model.column("plans", "post") == self.row]
        return AgentSet([self.model.person_in_row(int(row)) for row in rows], random=self.model.random)


KIND_OF_PERSON: dict[int, type[Person]] = {
    COMMUNITY_MEMBER: CommunityMember,
    SERVICE_USER: ServiceUser,
    ILL_NOT_IN_SERVICE: PersonNotInService,
}
"""Class of a person's agent, by ``people.role_in_service``."""
