"""Steps 4 and 5 of the week in plain Mesa: joining, attending and leaving settings, and who turns to whom there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.library_rules import rules
from benchmarks.plain_people import Membership, Person, Setting, Tie
from cpi_sim.site.tables import MEMBERSHIPS_AT_MOST, SOCIAL

if TYPE_CHECKING:
    from benchmarks.plain_mesa import PlainModel


def taking_part(model: PlainModel) -> None:
    """Step 4."""
    model.people.do("look_for_a_place")
    for setting in model.settings:
        setting.present = []
    model.people.do("attend_and_leave")
    asking: dict[Setting, list[Person]] = {}
    for person in model.people_list:
        if person.proposal is not None and len(person.memberships) < MEMBERSHIPS_AT_MOST:
            asking.setdefault(person.proposal, []).append(person)
    for setting, people in asking.items():
        free = setting.places - len(setting.members)
        if len(people) > free:
            model.random.shuffle(people)
        for person in people[: max(free, 0)]:
            if len(person.memberships) < MEMBERSHIPS_AT_MOST:
                membership = Membership(model.week, float(person.supported))
                person.memberships[setting] = setting.members[person] = membership


# Step 5


def begin_tie(model: PlainModel, a: Person, b: Person, kind: int, hours: float, own_rate: float) -> Tie:
    """A new tie, as the two happen to click and as each happens to trust; the same if these two begin again."""
    low, high = (a, b) if a.number < b.number else (b, a)
    tie = Tie(low, high, kind, model.week, hours, own_rate)
    gauss = model.random.gauss
    pair = (low.number, high.number)
    if pair not in model.clicks:
        model.clicks[pair] = (gauss(0.0, 1.0), gauss(0.0, 1.0), gauss(0.0, 1.0))
    click, tie.trust_low, tie.trust_high = model.clicks[pair]
    tie.affinity = model.affinity(low, high, click)
    tie.security_low = rules.security_at_birth(low.anxiety, low.avoidance, tie.trust_low, model.p)
    tie.security_high = rules.security_at_birth(high.anxiety, high.avoidance, tie.trust_high, model.p)
    tie.contacts = 1
    model.met.append(tie)
    (model.social if kind == SOCIAL else model.kin).append(tie)
    low.ties[high] = high.ties[low] = tie
    return tie


def take_up_again(model: PlainModel, tie: Tie) -> None:
    """A tie that lay dormant is in use again, and no longer one to be looked for."""
    tie.dormant = tie.found_low = tie.found_high = False
    tie.presence = 1.0
    tie.closeness = rules.closeness_when_renewed(tie.closeness, tie.peak, model.p)


def renew_tie(model: PlainModel, tie: Tie) -> bool:
    """Two people whose tie lay dormant meet again, if both have the time."""
    p = model.p
    room = p.social_hours_at_most - p.visit_hours
    if tie.low.hours_booked > room or tie.high.hours_booked > room:
        return False
    take_up_again(model, tie)
    tie.low.hours_booked += p.visit_hours
    tie.high.hours_booked += p.visit_hours
    tie.spend_time(p.visit_hours, model.week, model.met)
    return True


def converse(model: PlainModel, a: Person, b: Person, introduced: bool) -> None:
    """A conversation: time on a tie, or perhaps the beginning of one."""
    p = model.p
    tie = a.ties.get(b)
    if tie is not None:
        if tie.dormant:
            take_up_again(model, tie)
        tie.spend_time(p.conversation_hours, model.week, model.met)
        return
    refusal = 0.5 * (a.refusal_expected + b.refusal_expected)
    chance = rules.chance_of_new_tie(a.symptoms + b.symptoms, refusal, a.is_ill and b.is_ill, introduced, p)
    if model.random.random() < chance:
        begin_tie(model, a, b, SOCIAL, p.conversation_hours, 0.0)
        a.rewards += 1.0
        b.rewards += 1.0


def weights_of_those_present(model: PlainModel, a: Person, present: list[Person]) -> list[float]:
    """How much each of those present draws one of them (rules ``weight_of_known``, ``weight_of_stranger``)."""
    p = model.p
    known, known_hours, most = p.known_weight, p.known_weight_hours, p.known_weight_most
    ties, visibility, openness = a.ties, a.visibility, a.openness
    weights = []
    for b in present:
        tie = ties.get(b)
        if tie is not None:
            weights.append(tie.affinity * min(known + known_hours * tie.closeness, most))
        elif b is a:
            weights.append(0.0)
        else:
            towards = b.visibility * openness + 1.0 - b.visibility
            weights.append(towards * (visibility * b.openness + 1.0 - visibility))
    return weights


def meet_in_setting(model: PlainModel, present: list[Person]) -> None:
    """The conversations of one meeting, each held once."""
    model.visits += len(present) * len(present)
    everybody = range(len(present))
    sought = min(int(model.p.conversations_sought), len(present) - 1)
    pairs = set()
    for a in everybody:
        weights = weights_of_those_present(model, present[a], present)
        for _ in range(sought):
            if sum(weights) <= 0.0:
                break
            b = model.random.choices(everybody, weights)[0]
            weights[b] = 0.0
            pairs.add((a, b) if a < b else (b, a))
    for a, b in sorted(pairs):
        converse(model, present[a], present[b], False)


def meeting(model: PlainModel) -> None:
    """Step 5."""
    for setting in model.settings:
        if len(setting.present) > 1:
            meet_in_setting(model, setting.present)
    p, random = model.p, model.random.random
    room = p.social_hours_at_most - p.conversation_hours
    for plan in model.plans:
        a, b = plan.person, plan.introduced_to
        if b is None:
            continue
        willing = p.accept_chance * rules.weight_of_stranger(a.visibility, b.openness)
        if a.hours_booked <= room and b.hours_booked <= room and random() < willing:
            a.hours_booked += p.conversation_hours
            b.hours_booked += p.conversation_hours
            converse(model, a, b, True)
