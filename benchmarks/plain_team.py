"""Steps 2 and 3 of the week in plain Mesa: workers' hours and sessions, planning, doing and reviewing together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mesa

from benchmarks.library_rules import rules
from benchmarks.plain_people import Person
from cpi_sim.site.tables import (
    DECLINED,
    DOING,
    ENDED,
    INTRODUCTION,
    LOST_TIE,
    MAPPING,
    NEW_ACTIVITY,
    NO_AIM,
    NOT_OFFERED,
    OPEN_NEED,
    PEER,
    WAITING,
    WINDING_DOWN,
    Site,
)
from cpi_sim.week.practice import WEEKS_A_MONTH, intervention_runs

if TYPE_CHECKING:
    from benchmarks.plain_mesa import PlainModel


class Plan:
    """One service user's support and its state."""

    __slots__ = (
        "advice", "aim", "aim_sessions", "aims_reached", "aims_unaccompanied", "alliance", "alliance_trait",
        "contacts_four_weeks", "ended_week", "engaged", "introduced_to", "next_due_week", "opened_week", "own_wishes",
        "ownership", "person", "place_in_line", "post", "reflection", "sessions_attended", "sessions_this_week",
        "stage", "takes_up", "target", "visit_this_week", "wait",
    )  # fmt: skip

    def __init__(self, model: PlainModel, row: Any) -> None:
        random = model.random.random
        self.person = model.people_list[row["person"]]
        self.person.plan = self
        self.post = model.posts[row["post"]]
        self.post.plans.append(self)
        self.engaged, self.stage, self.aim = True, NOT_OFFERED, NO_AIM
        self.alliance, self.alliance_trait = float(row["alliance"]), float(row["alliance_trait"])
        self.contacts_four_weeks = self.ownership = self.advice = self.reflection = self.next_due_week = 0.0
        self.opened_week = self.ended_week = -1
        self.aim_sessions = self.aims_reached = self.aims_unaccompanied = self.sessions_attended = 0
        self.sessions_this_week, self.visit_this_week = 0, False
        self.target: Any = None
        self.introduced_to: Person | None = None
        self.takes_up = random() < model.p.take_up
        self.place_in_line = random()
        self.own_wishes = {aim: random() for aim in (NEW_ACTIVITY, LOST_TIE, INTRODUCTION, OPEN_NEED)}


class Practitioner(mesa.Agent):
    """A post in the team, and whoever holds it."""

    def __init__(self, model: PlainModel, site: Site, row: int) -> None:
        super().__init__(model)
        post = site.posts[row]
        self.kind, self.fte = int(post["kind"]), float(post["fte"])
        self.filled_from_week, self.diary_hours = 0, 0.0
        self.empathy, self.flexibility, self.creativity = (
            float(post[name]) for name in ("empathy", "flexibility", "creativity")
        )
        self.skill, self.alliance_gift = float(post["skill"]), float(post["alliance_gift"])
        self.knowledge = dict(zip(model.settings, site.knowledge[row].tolist(), strict=True))
        links = model.p.community_links
        self.hears_of = {setting for setting in model.settings if model.random.random() < links}
        self.linked_to = {setting for setting in model.settings if model.random.random() < links}
        self.plans: list[Plan] = []
        self.hours_a_week = self.hours_connecting = 0.0

    def perhaps_leave(self) -> None:
        """The worker may leave; somebody new begins after a vacancy, and every alliance begins again."""
        model, p, random = self.model, self.model.p, self.model.random
        if self.filled_from_week > model.week or random.random() >= p.staff_turnover / 52.0:
            return
        self.filled_from_week = model.week + int(p.vacancy_weeks)
        culture = p.culture_site_sd * random.gauss(0.0, 1.0)
        for skill in ("empathy", "flexibility", "creativity"):
            own = p.skill_mean + culture + p.skill_sd * random.gauss(0.0, 1.0)
            setattr(self, skill, min(max(own, 0.05), 0.95))
        self.skill, self.diary_hours = p.supervised * p.training, 0.0
        self.alliance_gift = random.gauss(0.0, 1.0)
        for setting in model.settings:
            chance = 1.0 - math.exp(-2.0) if setting.service_linked else p.known_settings_start
            self.knowledge[setting] = 0.7 if random.random() < chance else 0.0
        for plan in self.plans:
            plan.alliance, plan.contacts_four_weeks = p.alliance_start, 0.0

    # Step 2

    def plan_hours(self) -> tuple[float, float]:
        """Share out the week; returns the shares of crisis and of routine work that the hours allow."""
        week, p = self.model.week, self.model.p
        if p.supervised < 1.0:
            self.skill *= 1.0 - p.skill_fading / 52.0
        engaged = [plan for plan in self.plans if plan.engaged]
        in_crisis = sum(plan.person.crisis_until > week for plan in engaged)
        hours = rules.hours_of_a_week(self.fte, p) if self.filled_from_week <= week else 0.0
        crisis_wanted = p.crisis_hours * in_crisis
        crisis = min(hours, crisis_wanted)
        routine_wanted = p.routine_contacts * p.contact_hours * (len(engaged) - in_crisis)
        routine = min(hours - crisis, routine_wanted)
        present = 1.0 if hours > 0.0 else 0.0
        connecting = rules.hours_for_connecting(hours - crisis - routine, self.fte * present, p)
        self.hours_connecting = connecting
        saved = self.diary_hours + connecting
        self.diary_hours = min(saved, max(self.diary_hours, p.diary_weeks * connecting))
        return (
            crisis / crisis_wanted if crisis_wanted > 0.0 else 1.0,
            routine / routine_wanted if routine_wanted > 0.0 else 1.0,
        )

    def trained_empathy(self) -> float:
        """Empathy in connecting work."""
        p = self.model.p
        return min(1.0, self.empathy + p.element_soft_skills * p.training_soft_skills * self.skill)

    def equality(self, connecting: bool) -> float:
        """How far the two meet as equals."""
        p = self.model.p
        equality = p.usual_equality + (p.peer_equality if self.kind == PEER else 0.0)
        if connecting:
            quality = rules.trained_quality(self.skill, self.trained_empathy())
            equality += p.element_working_relationship * quality * (p.equality - equality)
        return equality

    def meet(self, plan: Plan, connecting: bool) -> None:
        """One contact moves the alliance."""
        p, person = self.model.p, plan.person
        empathy = self.trained_empathy() if connecting else self.empathy
        share = p.alliance_dyad_worker_share
        dyad = math.sqrt(share) * self.alliance_gift + math.sqrt(1.0 - share) * plan.alliance_trait
        level = rules.level_of_alliance(
            empathy, self.equality(connecting), plan.contacts_four_weeks, person.anxiety, person.avoidance, dyad, p
        )
        plan.alliance = rules.next_alliance(plan.alliance, level, person.avoidance, p)
        plan.contacts_four_weeks += 1.0

    def chance_to_attend(self, plan: Plan, routine: int) -> float:
        """Chance that the person comes."""
        person = plan.person
        return rules.chance_to_attend_session(
            plan.alliance, person.anxiety, person.avoidance, person.symptoms, routine, self.model.p
        )

    def routine_work(self, crisis_share: float, routine_share: float) -> None:
        """Crisis and routine contacts, and people leaving the service."""
        model, p, random = self.model, self.model.p, self.model.random.random
        for plan in self.plans:
            if not plan.engaged:
                continue
            plan.contacts_four_weeks *= 0.75
            if plan.person.crisis_until > model.week:
                contacts = whole_number(p.crisis_hours * crisis_share / p.contact_hours, random())
            else:
                agreed = whole_number(p.routine_contacts * routine_share, random())
                chance = self.chance_to_attend(plan, 1)
                contacts = sum(random() < chance for _ in range(agreed))
            for _ in range(contacts):
                self.meet(plan, False)
            hazard = p.leave_service_hazard * self.ratio_of_leaving(plan)
            if plan.person.lives_alone:
                hazard *= p.leave_alone
            if random() < hazard:
                plan.engaged = False
                if WAITING <= plan.stage < ENDED:
                    plan.stage, plan.ended_week = ENDED, model.week

    def ratio_of_leaving(self, plan: Plan) -> float:
        """Multiplier on the hazards of leaving."""
        return rules.ratio_of_leaving(plan.alliance, plan.person.anxiety, plan.person.avoidance, self.model.p)

    def open_plans(self) -> None:
        """Give free places on the list to those who wait."""
        model, p = self.model, self.model.p
        if self.filled_from_week > model.week:
            return
        places = int(p.open_plans_at_most * self.fte + 0.5)
        places -= sum(MAPPING <= plan.stage <= WINDING_DOWN for plan in self.plans)
        waiting = [plan for plan in self.plans if plan.stage == WAITING and plan.person.crisis_until <= model.week]
        for plan in sorted(waiting, key=lambda plan: plan.place_in_line)[: max(places, 0)]:
            plan.stage, plan.opened_week = MAPPING, model.week
            plan.next_due_week, plan.ownership = float(model.week), p.ownership_start

    def hold_sessions(self) -> None:
        """See the people whose session is due, longest waiting first, while the diary has hours."""
        model, p, random = self.model, self.model.p, self.model.random.random
        order = {plan: random() for plan in self.plans}
        while self.hours_connecting > 0.0:
            due = [
                plan
                for plan in self.plans
                if plan.engaged
                and MAPPING <= plan.stage <= WINDING_DOWN
                and plan.person.crisis_until <= model.week
                and plan.next_due_week < model.week + 1.0
            ]
            if not due:
                return
            plan = min(due, key=lambda plan: (plan.next_due_week, order[plan]))
            accompanied = plan.stage == DOING and plan.aim == NEW_ACTIVITY and not plan.visit_this_week
            cost = p.accompanied_hours if accompanied else p.contact_hours
            if self.diary_hours < cost:
                return
            interval = WEEKS_A_MONTH / p.contacts_per_month * (2.0 if plan.stage == WINDING_DOWN else 1.0)
            plan.next_due_week = max(plan.next_due_week, float(model.week)) + interval
            self.diary_hours -= cost
            if random() < self.chance_to_attend(plan, 0):
                plan.sessions_attended += 1
                plan.sessions_this_week += 1
                plan.visit_this_week = plan.visit_this_week or accompanied
                self.meet(plan, True)


def whole_number(expected: float, u: float) -> int:
    """A whole number with the given expectation."""
    return int(expected) + (u < expected - int(expected))


def offer_support(model: PlainModel) -> None:
    """Offer connecting support, and end it for everybody when its time is over."""
    p, week = model.p, model.week
    running = intervention_runs(p, week)
    for plan in model.plans:
        if running and plan.stage == NOT_OFFERED and plan.engaged:
            plan.stage = WAITING if plan.takes_up else DECLINED
        elif not running and plan.stage == WAITING:
            plan.stage, plan.ended_week = ENDED, week
        elif not running and MAPPING <= plan.stage < WINDING_DOWN:
            plan.stage, plan.ended_week = WINDING_DOWN, week + int(p.wind_down_weeks)
        if plan.stage == WINDING_DOWN and week >= plan.ended_week:
            plan.stage = ENDED


def practice(model: PlainModel) -> None:
    """Step 2."""
    for plan in model.plans:
        plan.sessions_this_week, plan.visit_this_week, plan.introduced_to = 0, False, None
    for post in model.posts:
        post.routine_work(*post.plan_hours())
    offer_support(model)
    for post in model.posts:
        post.open_plans()
        post.hold_sessions()
    for plan in model.plans:
        open_plan = MAPPING <= plan.stage < WINDING_DOWN
        if open_plan and model.random.random() < model.p.leave_offer_hazard * plan.post.ratio_of_leaving(plan):
            plan.stage, plan.ended_week = ENDED, model.week
