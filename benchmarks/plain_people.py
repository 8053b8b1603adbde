"""People and ties of the same model as a Mesa modeller would write them: agents with a dictionary of ties.

What one person does by themselves is a method here; what needs everybody is in ``plain_ties`` and ``plain_team``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mesa

from benchmarks.library_rules import exp, rules
from cpi_sim.site.tables import (
    AGREED,
    MEMBERSHIPS_AT_MOST,
    NEEDS_AT_MOST,
    NEVER,
    NEW_ACTIVITY,
    NOT_ASKED,
    REFUSED,
    RESOURCE_ITEMS,
    SOCIAL,
)  # fmt: skip
from cpi_sim.week.alliance import ALLIANCE_USUAL

if TYPE_CHECKING:
    from benchmarks.plain_mesa import PlainModel


class Tie:
    """A tie between two people; ``low`` is the one with the smaller id."""

    __slots__ = (
        "affinity", "asked_high", "asked_low", "closeness", "contacts", "dormant", "ended", "found_high", "found_low",
        "friend_since_week", "given_high", "given_low", "high", "kind", "last_contact_week", "low", "never", "own_rate",
        "peak", "presence", "security_high", "security_low", "shares_home", "spent", "trust_high", "trust_low",
    )  # fmt: skip

    def __init__(self, low: Person, high: Person, kind: int, week: int, hours: float, own_rate: float) -> None:
        self.low, self.high, self.kind = low, high, kind
        self.closeness = self.peak = self.spent = hours
        self.own_rate = own_rate
        self.never = math.exp(-own_rate)
        self.last_contact_week = week
        self.friend_since_week = self.asked_low = self.asked_high = NEVER
        self.contacts = 0
        self.shares_home = self.dormant = self.ended = self.found_low = self.found_high = False
        self.given_low = self.given_high = 0.0
        self.affinity, self.presence, self.trust_low, self.trust_high = 1.0, 1.0, 0.0, 0.0
        self.security_low = self.security_high = 0.5

    def spend_time(self, hours: float, week: int, met: list[Tie]) -> None:
        """Hours spent together; ``met`` lists the ties in contact this week."""
        self.closeness += hours
        self.spent += hours
        if self.closeness > self.peak:
            self.peak = self.closeness
        self.last_contact_week = week
        if self.contacts == 0:
            met.append(self)
        self.contacts += 1


class Setting:
    """A place where people meet."""

    __slots__ = (
        "every_weeks", "hours", "interest", "members", "number", "places", "present", "service_linked", "users_only",
        "welcome",
    )  # fmt: skip

    def __init__(self, row: Any) -> None:
        for name in ("interest", "every_weeks", "hours", "places", "welcome", "users_only", "service_linked"):
            setattr(self, name, row[name].item())
        self.number = int(row["id"])
        self.members: dict[Person, Membership] = {}
        self.present: list[Person] = []


class Membership:
    """One person's belonging to one setting."""

    __slots__ = ("accompanied", "attended", "joined_week", "went_alone")

    def __init__(self, joined_week: int, accompanied: float) -> None:
        self.joined_week, self.accompanied = joined_week, accompanied
        self.attended = self.went_alone = False


class Need:
    """An open need for one resource."""

    __slots__ = ("answer", "asked_tie", "bit", "item", "urgency")

    def __init__(self, item: int, urgency: float) -> None:
        self.item, self.bit, self.urgency = item, 1 << item, urgency
        self.asked_tie: Tie | None = None
        self.answer = NOT_ASKED


FIELDS = (
    "lives_alone", "has_role", "sociability", "position", "interests", "offers", "openness", "kin_at_start", "symptoms",
    "symptoms_base", "symptoms_home", "crisis_until", "anxiety", "anxiety_home", "avoidance", "avoidance_home",
    "security_mean", "security_at_entry", "confidence", "confidence_home", "refusal_expected", "refusal_home",
    "conceals", "visibility", "awareness", "access", "met_lately", "unmet_lately", "loneliness", "loneliness_trait",
    "inclusion", "inclusion_trait", "wellbeing", "wellbeing_trait", "wellbeing_passing", "age_years", "female",
    "role_in_service", "asked", "helped", "refused", "gave_help",
)  # fmt: skip
"""What is copied from the people table."""


class Person(mesa.Agent):
    """Somebody who lives in the site."""

    __slots__ = (
        *FIELDS, "number", "is_ill", "plan", "ties", "memberships", "needs", "barriers", "marks", "offered",
        "hours_booked", "hours_proposed", "acts", "people_seen", "rewards", "proposal", "supported", "life_changes",
        "helped_now", "refused_now", "gave_now",
        "accepts", "contact_gain", "expects",
        "security_sum", "close_ties", "company", "friends_outside",
    )  # fmt: skip

    def __init__(self, model: PlainModel, row: Any) -> None:
        super().__init__(model)
        for name in FIELDS:
            setattr(self, name, row[name].item())
        self.number = int(row["id"])
        self.is_ill = self.role_in_service != 0
        self.plan: Any = None
        self.ties: dict[Person, Tie] = {}
        self.memberships: dict[Setting, Membership] = {}
        self.needs: list[Need] = []
        self.barriers: dict[Setting, float] = {}
        self.marks: dict[int, float] = {}
        self.offered = [
            (hours, [item for item in items if self.offers >> item & 1])
            for hours, items in model.items_by_reach
            if any(self.offers >> item & 1 for item in items)
        ]
        self.begin_week()

    def begin_week(self) -> None:
        """Empty what counts one week."""
        self.hours_booked = self.hours_proposed = self.rewards = 0.0
        self.acts = self.people_seen = self.life_changes = 0
        self.helped_now = self.refused_now = self.gave_now = 0
        self.proposal = None
        self.supported = False

    def security_in(self, tie: Tie) -> float:
        """How secure this person feels in a tie."""
        return tie.security_low if tie.low is self else tie.security_high

    # Step 1

    def move_symptoms(self) -> None:
        """Symptoms and crises of somebody with illness."""
        model, p, random = self.model, self.model.p, self.model.random
        self.symptoms_base = rules.next_symptoms(self.symptoms_base, self.symptoms_home, random.gauss(0.0, 1.0), p)
        if self.crisis_until <= model.week:
            ratio = p.crisis_ratio if self.plan is not None else 1.0
            if random.random() < rules.hazard_of_crisis(self.symptoms_base, ratio, p):
                self.crisis_until = model.week + rules.length_of_crisis(1.0 - random.random(), p)
        in_crisis = self.crisis_until > model.week
        self.symptoms = self.symptoms_base + (p.crisis_added_symptoms if in_crisis else 0.0)
        self.visibility = rules.chance_that_illness_shows(self.symptoms, self.conceals, p)

    # Step 4

    def serves(self, setting: Setting) -> float:
        """Share of the person's interests that a setting serves."""
        return (self.interests >> setting.interest & 1) / self.interests.bit_count()

    def may_join(self, setting: Setting) -> bool:
        """Whether a setting is for people like this one, has places, and is not already theirs."""
        if setting.users_only and not self.is_ill:
            return False
        return len(setting.members) < setting.places and setting not in self.memberships

    def look_for_a_place(self) -> None:
        """Perhaps ask to join a setting, unaided; the likelier one that serves the person's interests."""
        held = len(self.memberships)
        if self.proposal is not None or held >= MEMBERSHIPS_AT_MOST:
            return
        model, p, random = self.model, self.model.p, self.model.random
        open_rate = rules.rate_of_joining(self.sociability, self.symptoms, held, 0, p)
        users_rate = rules.rate_of_joining(self.sociability, self.symptoms, held, 1, p) if self.is_ill else 0.0
        u = random.random()
        if u >= open_rate + users_rate:
            return
        users_only = u >= open_rate
        places = [each for each in model.settings if each.users_only == users_only and self.may_join(each)]
        if places:
            weights = [exp(p.setting_fit_choice * self.serves(each)) for each in places]
            self.proposal = random.choices(places, weights)[0]

    def barrier_to(self, setting: Setting) -> float:
        """What stands in the way of this place, the same whenever it is asked."""
        if setting not in self.barriers:
            self.barriers[setting] = self.model.p.barrier_mean * 2.0 * self.model.random.random()
        return self.barriers[setting]

    def attend_and_leave(self) -> None:
        """Go to the meetings of one's settings, or not; leave some for good."""
        if not self.memberships:
            return
        model, p, random = self.model, self.model.p, self.model.random.random
        leaving = rules.hazard_of_leaving_setting(self.symptoms, p)
        plan = self.plan
        visited = plan.target if plan and plan.visit_this_week and plan.aim == NEW_ACTIVITY else None
        for setting, membership in list(self.memberships.items()):
            membership.attended = False
            if random() < leaving:
                del self.memberships[setting], setting.members[self]
                continue
            if (model.week + setting.number) % setting.every_weeks:
                continue
            company = membership.accompanied if setting is visited else 0.0
            chance = rules.chance_to_attend_meeting(self.symptoms, self.confidence, company, p)
            has_time = self.hours_booked + setting.hours <= p.social_hours_at_most
            if has_time and random() < chance:
                membership.attended = True
                membership.went_alone = membership.went_alone or company == 0.0
                setting.present.append(self)
                self.acts += 1
                self.hours_booked += setting.hours

    # Step 6

    def choose_whom_to_see(self, moves: int) -> list[Tie]:
        """Ties that this week's moves go to (rules ``pull_of_tie``, ``weight_of_security``, ``pull_of_the_new``)."""
        model, p, random = self.model, self.model.p, self.model.random
        social = [tie for tie in self.ties.values() if tie.kind == SOCIAL]
        if not social:
            return []
        chosen = []
        model.visits += len(self.ties)
        if exploring := sum(random.random() < p.explore_share for _ in range(moves)):
            since, exponent = model.week - p.explore_weeks, p.explore_exponent
            if lately := [tie for tie in social if tie.last_contact_week >= since and not tie.dormant]:
                chosen = random.choices(lately, [tie.affinity**exponent for tie in lately], k=exploring)
                moves -= exploring
        if moves:
            exponent, base = p.choice_exponent, p.choice_security
            weights = [
                tie.affinity
                * tie.closeness**exponent
                * (base + (tie.security_low if tie.low is self else tie.security_high))
                * tie.presence
                for tie in social
            ]
            model.visits += len(social)
            chosen += random.choices(social, weights, k=moves)
        return chosen

    # Step 7

    def needs_come_and_go(self) -> None:
        """Unmet needs fade; new ones arise."""
        model, p, random = self.model, self.model.p, self.model.random
        self.met_lately *= 1.0 - 1.0 / p.outcome_memory_weeks
        self.unmet_lately *= 1.0 - 1.0 / p.outcome_memory_weeks
        if self.needs:
            lasting = [need for need in self.needs if random.random() >= 1.0 / p.need_lasts_weeks]
            self.unmet_lately += len(self.needs) - len(lasting)
            self.needs = lasting
        for _ in range(model.poisson(p.needs_per_week)):
            if len(self.needs) < NEEDS_AT_MOST:
                item = random.choices(range(RESOURCE_ITEMS), cum_weights=model.need_weights)[0]
                self.needs.append(Need(item, random.random()))

    def expected_agreement(self, tie: Tie, friend: Person, need: Need, advice: float) -> tuple[float, float]:
        """True chance that a friend would agree to help, and the chance that this person expects."""
        model, p = self.model, self.model.p
        is_low = tie.low is self
        openness = friend.openness if tie.kind == SOCIAL else p.kin_openness + (1.0 - p.kin_openness) * friend.openness
        agrees = rules.chance_to_agree(
            tie.closeness,
            (tie.given_low if is_low else tie.given_high) > 0.0,
            model.week - (tie.asked_low if is_low else tie.asked_high) <= model.ASKED_LATELY_WEEKS,
            need.item in model.large_items,
            self.visibility * openness + 1.0 - self.visibility,
            p,
        )
        refusal = (self.refusal_expected - p.refusal_users_mean) / p.refusal_users_sd
        return agrees, rules.agreement_expected(agrees, refusal, advice, p)

    def whom_to_ask(self, need: Need, advice: float) -> Tie | None:
        """The tie to turn to: drawn by weight among those known to have what is needed (rule ``chance_known``)."""
        random, p = self.model.random.random, self.model.p
        bit, item, marks, library_exp = need.bit, need.item, self.marks, math.exp
        decline = -self.awareness / self.model.reach_hours[item]
        known, weights = [], []
        for friend, tie in self.ties.items():
            if tie.dormant or not friend.offers & bit:
                continue
            key = friend.number * RESOURCE_ITEMS + item
            if key not in marks:
                marks[key] = random()
            if marks[key] >= 1.0 - library_exp(decline * tie.closeness):
                continue
            _, expected = self.expected_agreement(tie, friend, need, advice)
            security = tie.security_low if tie.low is self else tie.security_high
            known.append(tie)
            weights.append(exp(rules.weight_to_be_asked(expected, security, tie.contacts > 0, tie.closeness, p)))
        return self.model.random.choices(known, weights)[0] if known else None

    def ask_for_help(self) -> None:
        """Decide for each open need whether to ask, and hear the answer; it is carried out when all have asked."""
        random, p = self.model.random.random, self.model.p
        advice = self.plan.advice if self.plan is not None else 0.0
        for need in self.needs:
            tie = self.whom_to_ask(need, advice)
            if tie is None:
                continue
            friend = tie.high if tie.low is self else tie.low
            agrees, expected = self.expected_agreement(tie, friend, need, advice)
            ask = rules.chance_to_ask(
                need.urgency, self.security_in(tie), expected, self.refusal_expected, self.avoidance, advice, p
            )
            if random() < ask:
                need.asked_tie = tie
                need.answer = AGREED if random() < agrees else REFUSED

    def learn_from_answers(self) -> None:
        """Confidence and expected refusal after this week's answers."""
        if self.helped_now + self.refused_now + self.gave_now == 0:
            return
        p = self.model.p
        reflection = self.plan.reflection if self.plan is not None else 0.0
        self.confidence = rules.confidence_after(
            self.confidence, self.helped_now, self.refused_now, self.gave_now, reflection, p
        )
        self.refusal_expected = rules.refusal_expected_after(
            self.refusal_expected, self.helped_now, self.refused_now, reflection, p
        )
        self.rewards += self.helped_now + self.gave_now

    # Step 8

    def move_style(self) -> None:
        """General anxiety and avoidance."""
        p, gauss = self.model.p, self.model.random.gauss
        total, count = self.security_sum - self.close_ties * self.security_at_entry, self.close_ties
        if self.plan is not None and self.plan.engaged:
            total += p.style_alliance_weight * (self.plan.alliance - ALLIANCE_USUAL)
            count += p.style_alliance_weight
        gain = total / count if count > 0.0 else 0.0
        self.security_mean = self.security_sum / self.close_ties if self.close_ties > 0.0 else 0.0
        strain = self.symptoms - self.symptoms_home if self.is_ill else 0.0
        self.anxiety = rules.next_style(self.anxiety, self.anxiety_home, gauss(0.0, 1.0), gain, strain, p)
        self.avoidance = rules.next_style(self.avoidance, self.avoidance_home, gauss(0.0, 1.0), gain, 0.0, p)

    # Step 10

    def count_access(self) -> float:
        """Expected number of resource items within reach (rules ``chance_known``, ``accessible``)."""
        library_exp, exponent = math.exp, self.model.p.access_security_exponent
        missing = [1.0] * RESOURCE_ITEMS
        for friend, tie in self.ties.items():
            if tie.dormant:
                continue
            decline = -tie.closeness
            security = tie.security_low if tie.low is self else tie.security_high
            if exponent != 1.0:
                security **= exponent
            for hours, items in friend.offered:
                through = 1.0 - (1.0 - library_exp(decline / hours)) * security
                for item in items:
                    missing[item] *= through
        return RESOURCE_ITEMS - sum(missing)

    def feel(self) -> None:
        """Feelings move a part of the way to their levels."""
        p, gauss, x = self.model.p, self.model.random.gauss, self.symptoms
        company = 1.0 - exp(-self.company / p.company_enough)
        belonging = 1.0 - exp(-sum(each.attended for each in self.memberships.values()) / p.belonging_enough)
        capital = rules.returns_of_capital(self.access, self.security_mean, p)
        balance = min(max(self.met_lately - self.unmet_lately, -4.0), 4.0)
        anxiety, avoidance = self.anxiety, self.avoidance
        lonely = rules.level_of_loneliness(company, belonging, x, anxiety, avoidance, self.loneliness_trait, p)
        included = rules.level_of_inclusion(belonging, self.friends_outside, self.has_role, x, self.inclusion_trait, p)
        well = rules.level_of_wellbeing(
            x, self.loneliness, self.inclusion, self.acts, anxiety, avoidance, balance, capital, self.wellbeing_trait, p
        )
        confident = rules.level_of_confidence(x, anxiety, avoidance, self.rewards, self.confidence_home, p)
        refusal = rules.level_of_refusal_expected(x, anxiety, self.refusal_home, p)
        move, shaken = rules.moved_towards, rules.shaken
        self.loneliness = move(self.loneliness, lonely, p.loneliness_weeks)
        self.loneliness += shaken(p.feeling_noise, p.loneliness_weeks, gauss(0.0, 1.0))
        self.inclusion = move(self.inclusion, included, p.inclusion_weeks)
        self.inclusion += shaken(p.feeling_noise, p.inclusion_weeks, gauss(0.0, 1.0))
        self.wellbeing = move(self.wellbeing, well, p.wellbeing_weeks)
        self.wellbeing_passing = move(self.wellbeing_passing, 0.0, p.wellbeing_weeks)
        spread = p.well_passing * (1.0 + p.well_symptoms_spread * x)
        self.wellbeing_passing += shaken(spread, p.wellbeing_weeks, gauss(0.0, 1.0))
        self.confidence = move(self.confidence, confident, p.confidence_weeks)
        self.refusal_expected = move(self.refusal_expected, refusal, p.refusal_weeks)
