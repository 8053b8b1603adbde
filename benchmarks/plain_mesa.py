"""The same week as a Mesa modeller would write it: agents with dictionaries of ties, random numbers of the model.

It begins from the tables of a site at entry, so that both versions start from the same people and the same ties, and
lives by the same rules in the same ten steps. ``same_distributions`` holds the two to each other.
"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np

from benchmarks import plain_meeting, plain_sessions, plain_team, plain_ties
from benchmarks.library_rules import rules
from benchmarks.plain_people import Membership, Need, Person, Setting, Tie
from benchmarks.plain_team import Plan, Practitioner
from cpi_sim.engine import processes
from cpi_sim.engine.compilation import Program
from cpi_sim.engine.keyed import normal_two, process_key, uniform_three
from cpi_sim.evidence.items import load_items
from cpi_sim.site.tables import LARGE_AID, MEMBERSHIPS_AT_MOST, NEEDS_AT_MOST, RESOURCE_ITEMS, SOCIAL, TIES, Site


def circumstances(model: PlainModel) -> None:
    """Step 1."""
    for tie in model.met:
        tie.contacts = 0
    model.visits += 2 * len(model.met)
    model.met.clear()
    model.people.do("begin_week")
    for person in model.with_illness:
        person.move_symptoms()
    model.change_staff()


STEPS = (
    circumstances,
    plain_team.practice,
    plain_sessions.plan_do_review,
    plain_meeting.taking_part,
    plain_meeting.meeting,
    plain_ties.keeping_in_touch,
    plain_ties.needs_and_help,
    plain_ties.attachment,
    plain_ties.fading,
    plain_ties.feeling,
)
"""The order of the week."""


class PlainModel(mesa.Model):
    """A site as plain Mesa agents.

    Args:
        site: a site at week 0, as :func:`cpi_sim.simulation.past.enter` left it; it is only read.
        values: value of every parameter.
        rng: seed of the random numbers of this run.
        site_seed: seed of the site.
    """

    ASKED_LATELY_WEEKS = 4

    def __init__(self, site: Site, values: dict[str, float], rng: int, site_seed: int) -> None:
        super().__init__(rng=rng)
        self.p = SimpleNamespace(**values)
        self.week = 0
        self.visits = 0
        table = load_items().table
        self.need_weights = np.cumsum(table["need_weight"]).tolist()
        self.reach_hours = table["reach_hours"].tolist()
        self.large_items = frozenset(np.flatnonzero(table["aid"] == LARGE_AID).tolist())
        self.items_by_reach = [
            (hours, np.flatnonzero(table["reach_hours"] == hours).tolist()) for hours in sorted(set(self.reach_hours))
        ]
        self.clicks: dict[tuple[int, int], tuple[float, float, float]] = {}
        self.people_list = [Person(self, row) for row in site.people]
        self.people = self.agents_by_type[Person]
        self.with_illness = [person for person in self.people_list if person.is_ill]
        self.settings = [Setting(row) for row in site.settings]
        self.met: list[Tie] = []
        self.social: list[Tie] = []
        self.kin: list[Tie] = []
        self._take_ties(site)
        self._take_memberships_and_needs(site)
        self._take_what_lasts(site_seed)
        self.posts = [Practitioner(self, site, row) for row in range(site.posts.shape[0])]
        self.plans = [Plan(self, row) for row in site.plans]

    def _take_ties(self, site: Site) -> None:
        for row in site.ties[: site.counters[TIES]]:
            low, high = self.people_list[row["low"]], self.people_list[row["high"]]
            tie = Tie(low, high, int(row["kind"]), int(row["last_contact_week"]), 0.0, float(row["own_rate"]))
            tie.closeness, tie.peak = float(row["closeness_hours"]), float(row["peak_hours"])
            for name in ("affinity", "security_low", "security_high", "trust_low", "trust_high"):
                setattr(tie, name, float(row[name]))
            tie.given_low, tie.given_high = float(row["given_by_low"]), float(row["given_by_high"])
            tie.asked_low, tie.asked_high = int(row["asked_week_low"]), int(row["asked_week_high"])
            tie.friend_since_week = int(row["friend_since_week"])
            tie.shares_home, tie.dormant = bool(row["shares_home"]), bool(row["dormant"])
            tie.presence = self.p.dormant_weight if tie.dormant else 1.0
            low.ties[high] = high.ties[low] = tie
            (self.social if tie.kind == SOCIAL else self.kin).append(tie)

    def _take_memberships_and_needs(self, site: Site) -> None:
        for person, held, needs in zip(self.people_list, site.memberships, site.needs, strict=True):
            for k in range(MEMBERSHIPS_AT_MOST):
                if held[k]["setting"] >= 0:
                    setting = self.settings[held[k]["setting"]]
                    membership = Membership(int(held[k]["joined_week"]), float(held[k]["accompanied"]))
                    person.memberships[setting] = setting.members[person] = membership
            for k in range(NEEDS_AT_MOST):
                if needs[k]["resource"] >= 0:
                    person.needs.append(Need(int(needs[k]["resource"]), float(needs[k]["urgency"])))

    def _take_what_lasts(self, site_seed: int) -> None:
        """How pairs with a tie click, and who is not known to have what is needed: it is what made ties and needs.

        In the engine such numbers are keyed, and so last for good. Here they are kept once drawn; those behind the
        ties and the open needs of week 0 are the engine's.
        """
        program = Program()
        key = np.uint64(program(process_key)(site_seed, processes.AFFINITY, 0))
        number = program(normal_two)
        for tie in self.social + self.kin:
            pair = (tie.low.number, tie.high.number)
            self.clicks[pair] = (number(key, *pair), tie.trust_low, tie.trust_high)
        key = np.uint64(program(process_key)(site_seed, processes.KNOWS_RESOURCE, 0))
        number = program(uniform_three)
        for person in self.people_list:
            for need in person.needs:
                for friend in person.ties:
                    mark = number(key, person.number, friend.number, need.item)
                    person.marks[friend.number * RESOURCE_ITEMS + need.item] = mark

    def release(self) -> None:
        """Let go of this model: Mesa before 3.4 keeps every model that ever had agents."""
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def step(self) -> None:
        """Live one week."""
        for each in STEPS:
            each(self)
        self.week += 1

    def change_staff(self) -> None:
        """Workers leave and are replaced."""
        for post in self.posts:
            post.perhaps_leave()

    def poisson(self, mean: float) -> int:
        """A Poisson count (by multiplication, Knuth)."""
        random = self.random.random
        limit, product, count = math.exp(-mean), random(), 0
        while product > limit:
            product *= random()
            count += 1
        return count

    def poisson_above_zero(self, mean: float) -> int:
        """A Poisson count known not to be 0 (by inversion)."""
        term = math.exp(-mean)
        u = self.random.uniform(term, 1.0)
        total, count = term, 0
        while u > total and count < 200:
            count += 1
            term *= mean / count
            total += term
        return max(count, 1)

    def affinity(self, a: Person, b: Person, click: float) -> float:
        """How well two people click; ``click`` is a standard normal number."""
        return rules.affinity_of_pair(
            a.interests & b.interests != 0,
            a.female == b.female,
            abs(a.age_years - b.age_years),
            abs(a.position - b.position),
            click,
            self.p,
        )


def numbers_of(model: PlainModel) -> dict[str, Any]:
    """What ``same_distributions`` compares: one array a measure, by person in the order of the site's rows."""
    p, people = model.p, model.people_list
    since = model.week - p.named_within_weeks

    def friends(person: Person) -> int:
        return sum(
            tie.kind == SOCIAL and not tie.dormant and tie.closeness >= p.casual_friend_hours
            for tie in person.ties.values()
        )

    def size(person: Person) -> int:
        return sum(not tie.dormant and tie.last_contact_week >= since for tie in person.ties.values())

    return {
        "friends": np.array([friends(person) for person in people], float),
        "network_size": np.array([size(person) for person in people], float),
        "contacts_last_week": np.array([person.people_seen for person in people], float),
        "loneliness": np.array([person.loneliness for person in people]),
        "wellbeing": np.array([person.wellbeing for person in people]),
        "inclusion": np.array([person.inclusion for person in people]),
        "confidence": np.array([person.confidence for person in people]),
        "anxiety": np.array([person.anxiety for person in people]),
        "access": np.array([person.access for person in people]),
        "asked": np.array([person.asked for person in people], float),
        "helped": np.array([person.helped for person in people], float),
        "memberships": np.array([len(person.memberships) for person in people], float),
    }
