"""Step 7 told: needs that arose, whom they would ask, whether they asked, and the answers on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp
from cpi_sim.engine.keyed import exponential_from, poisson_from, uniform_three
from cpi_sim.explain.decision import Basis, Telling
from cpi_sim.explain.moment import Moment
from cpi_sim.explain.words import about, listed, moved, times
from cpi_sim.site.tables import AGREED, LARGE_AID, NEEDS_AT_MOST, NOBODY, NOT_ASKED, SOCIAL, Row
from cpi_sim.site.tie_table import other, security_of
from cpi_sim.week.access import chance_known
from cpi_sim.week.needs_and_help import (
    ASKED_LATELY_WEEKS,
    agreement,
    agreement_expected,
    chance_to_agree,
    chance_to_ask,
    confidence_after,
    goodwill,
    refusal_expected_after,
    refusal_in_sds,
    weight_to_be_asked,
)


@dataclass(frozen=True)
class Helper:
    """Somebody who could help with a need, as the person sees it."""

    tie: Row
    row: int
    expected: float
    weight: Basis
    clock: float


def tell(m: Moment) -> Telling:
    """Own needs first, then what others asked of the person, then what it did to their confidence."""
    open_needs = _needs(m)
    held_back = 0
    for k, (item, urgency) in open_needs.items():
        held_back += _asking(m, k, item, urgency)
    if open_needs:
        m.telling.decide(
            "times held back from asking only by the refusal they expect", outcome=held_back,
            happened=int(m.now.held_back - m.me.held_back),
        )  # fmt: skip
    for asker, k, item in _asked_of_me(m):
        _answering(m, asker, k, item)
    _lessons(m)
    return m.telling


def _needs(m: Moment) -> dict[int, tuple[int, float]]:
    """Needs fade and arise; the open ones by slot: item and urgency."""
    needs: dict[int, tuple[int, float]] = {}
    chance = m.parameter("need_lasts_weeks", 1.0 / m.p.need_lasts_weeks)
    for k in range(NEEDS_AT_MOST):
        then, now = m.before.needs[m.i, k], m.after.needs[m.i, k]
        if then.resource < 0:
            continue
        mark = m.uniform(processes.NEED_FADES, m.id, k)
        gone = now.since_week != then.since_week or (now.resource == NOBODY and now.answer != AGREED)
        if m.telling.draw(f"the need for “{m.item(then.resource)}” passes unmet", chance, mark, bool(gone)):
            m.telling.say(f"The need for “{m.item(then.resource)}” passed unmet (chance {about(chance.value)} a week).")
        else:
            needs[k] = (int(then.resource), float(then.urgency))
    _new_needs(m, needs)
    return dict(sorted(needs.items()))


def _new_needs(m: Moment, needs: dict[int, tuple[int, float]]) -> None:
    """Needs that arise this week, added to ``needs`` in the first free slot."""
    u = m.uniform(processes.NEED_ARISES, m.id)
    rate = m.parameter("needs_per_week")
    arising = int(poisson_from(u, rate.value))
    asked = dict(_own_questions(m, m.i))
    placed = 0
    for nth in range(arising):
        free = [k for k in range(NEEDS_AT_MOST) if k not in needs]
        if not free:
            break
        placed += 1
        item, share = _item_drawn(m, nth)
        needs[free[0]] = (item, m.uniform(processes.NEED_URGENCY, m.id, nth))
        now = m.after.needs[m.i, free[0]]
        m.telling.decide(
            "what the new need is for", Basis("", {"need_weight": float(m.before.items[item].need_weight)}, share),
            chances=(share,), drawn=(m.uniform(processes.NEED_ITEM, m.id, nth),), outcome=m.item(item),
            happened=m.item(int(now.resource) if now.resource >= 0 else asked.get(free[0], 0)),
        )  # fmt: skip
        m.telling.say(
            f"A need arose: “{m.item(item)}” ({rate.value:.2f} needs a week to be expected; {about(share)} of them are "
            f"of this kind)."
        )
    m.telling.decide(
        "needs that arise", rate, expected=rate.value, drawn=(u,), outcome=placed,
        happened=sum(_is_new(m, k) for k in range(NEEDS_AT_MOST)),
    )  # fmt: skip


def _is_new(m: Moment, k: int) -> bool:
    """Whether the need recorded in a slot arose this week; one that was met this week has left its slot."""
    now = m.after.needs[m.i, k]
    return bool(now.since_week == m.week and (now.resource >= 0 or now.answer != NOT_ASKED))


def _item_drawn(m: Moment, nth: int) -> tuple[int, float]:
    """The resource that a new need is for, and how large a share of needs are for it."""
    weights = m.before.items["need_weight"]
    total = 0.0
    for weight in weights:
        total += weight
    mark = m.uniform(processes.NEED_ITEM, m.id, nth) * total
    item = 0
    while item < len(weights) - 1 and mark >= weights[item]:
        mark -= weights[item]
        item += 1
    return item, float(weights[item] / total)


def _own_questions(m: Moment, asker: int) -> Iterator[tuple[int, int]]:
    """Slot and item of each need that a person (row) asked about this week, in the order of slots."""
    events = m.events[(m.events["what"] == processes.ASKED_FOR_HELP) & (m.events["who"] == m.id_of(asker))]
    slots = [k for k in range(NEEDS_AT_MOST) if m.after.needs[asker, k].answer != NOT_ASKED]
    for k, event in zip(slots, events, strict=True):
        yield k, int(event["value"])


def _asked_of_me(m: Moment) -> Iterator[tuple[int, int, int]]:
    """Row, slot and item of each request to the person."""
    mine = (m.events["what"] == processes.ASKED_FOR_HELP) & (m.events["whom"] == m.id)
    for who in sorted(set(m.events["who"][mine].tolist())):
        asker = int(m.before.row_of_id[who])
        for k, item in _own_questions(m, asker):
            if other(m.before.ties[m.after.needs[asker, k].asked_tie], asker) == m.i:
                yield asker, k, item


def _helpers(m: Moment, k: int, item: int) -> list[Helper]:
    """Those whom the person knows to have what is needed, soonest in the race first."""
    found = []
    whom_key = m.key(processes.WHOM_TO_ASK)
    for _, tie, row in m.ties():
        helper = m.before.people[row]
        if (helper.offers >> item) & 1 == 0 or tie.dormant == 1:
            continue
        known = m.plain(chance_known)(tie.closeness_hours, m.before.items[item].reach_hours, m.me.awareness)
        if m.uniform(processes.KNOWS_RESOURCE, m.id, int(helper.id), item, week=0) >= known:
            continue
        true = m.plain(agreement)(m.before, tie, m.i, item, m.week, True)
        expected = m.plain(agreement_expected)(true, refusal_in_sds(m.me, m.p), m.of_plan("advice"), m.p)
        seen = 1 if tie.contacts_this_week > 0 else 0
        weight = m.apply(weight_to_be_asked, expected, security_of(tie, m.i), seen, tie.closeness_hours)
        clock = exponential_from(uniform_three(whom_key, m.id, int(helper.id), k)) / exp(weight.value)
        found.append(Helper(tie, row, float(expected), weight, float(clock)))
    return sorted(found, key=lambda helper: helper.clock)


def _asking(m: Moment, k: int, item: int, urgency: float) -> int:
    """Whom they would turn to, whether they do, and the answer; 1 where only expected refusal held them back."""
    helpers = _helpers(m, k, item)
    now = m.after.needs[m.i, k]
    asked = None if now.answer == NOT_ASKED else m.id_of(other(m.before.ties[now.asked_tie], m.i))
    if not helpers:
        m.telling.decide(f"asks for “{m.item(item)}”", outcome=None, happened=asked)
        m.telling.say(f"They have an open need, “{m.item(item)}”, and know nobody whom they could ask.")
        return 0
    first = helpers[0]
    security = security_of(first.tie, m.i)
    feelings = (m.me.avoidance, m.of_plan("advice"))
    chance = m.apply(chance_to_ask, urgency, security, first.expected, m.me.refusal_expected, *feelings)
    unafraid = float(m.plain(chance_to_ask)(urgency, security, first.expected, 0.0, *feelings, m.p))
    mark = m.uniform(processes.ASK, m.id, k)
    asks = mark < chance.value
    who = _whom(m, k, item, helpers, asks, asked)
    m.telling.draw(f"asks for “{m.item(item)}”", chance, mark, asked is not None)
    if asks:
        m.telling.say(f"For “{m.item(item)}” they asked {who} (chance of asking {about(chance.value)}).")
        _answer(m, m.i, first.tie, k, item)
        return 0
    held_back = mark < unafraid
    why = ", and it was the refusal they expect that held them back" if held_back else ""
    m.telling.say(
        f"For “{m.item(item)}” they would turn to {who}, but they did not ask this week (chance of asking "
        f"{about(chance.value)}){why}."
    )
    return int(held_back)


def _whom(m: Moment, k: int, item: int, helpers: list[Helper], asks: bool, asked: int | None) -> str:
    """The choice of whom to ask, of all who could help, told; who it is, in words."""
    first, name = helpers[0], m.name_of_tie(helpers[0].tie)
    weights = [float(exp(helper.weight.value)) for helper in helpers]
    share = weights[0] / sum(weights)
    helper_id = m.id_of(first.row)
    would_have = "" if asks else " (whom, if they asked)"
    m.telling.decide(
        f"whom to ask for “{m.item(item)}”: {name}, of {len(helpers)}{would_have}", first.weight, chances=(share,),
        drawn=(m.uniform(processes.WHOM_TO_ASK, m.id, helper_id, k),), outcome=helper_id if asks else None,
        happened=asked,
    )  # fmt: skip
    if len(helpers) == 1:
        return f"{name}, the only one whom they know to have it"
    return f"{name}, one of {len(helpers)} whom they know to have it (this one: {about(share)})"


def _answer(m: Moment, asker: int, tie: Row, k: int, item: int) -> bool:
    """The answer to somebody (row) who asked: told from the side of the person; whether it was yes."""
    true = float(m.plain(agreement)(m.before, tie, asker, item, m.week, True))
    mark = m.uniform(processes.AGREE, m.id_of(asker), m.id_of(other(tie, asker)), k)
    who = m.name_of_tie(tie)
    what = f"{who} says yes" if asker == m.i else f"says yes to {who}"
    did = bool(m.after.needs[asker, k].answer == AGREED)
    yes = m.telling.draw(f"{what} (“{m.item(item)}”)", _agreement(m, asker, tie, item), mark, did, true)
    if asker == m.i:
        unmarked = float(m.plain(agreement)(m.before, tie, asker, item, m.week, False))
        stigma = " Had their illness not shown, the answer would have been yes." if not yes and mark < unmarked else ""
        m.telling.say(f"The answer was {'yes' if yes else 'no'} (chance of yes {about(true)}).{stigma}")
    return yes


def _agreement(m: Moment, asker: int, tie: Row, item: int) -> Basis:
    """The rule of agreement, as it applies to somebody (row) who asks in a tie for a resource item."""
    low = tie.low == asker
    given = tie.given_by_low if low else tie.given_by_high
    asked_week = tie.asked_week_low if low else tie.asked_week_high
    people = m.before.people
    return m.apply(
        chance_to_agree,
        tie.closeness_hours,
        1 if given > 0 else 0,
        1 if m.week - asked_week <= ASKED_LATELY_WEEKS else 0,
        1 if m.before.items[item].aid == LARGE_AID else 0,
        goodwill(people[asker], people[other(tie, asker)], tie.kind != SOCIAL, m.p),
    )


def _answering(m: Moment, asker: int, k: int, item: int) -> None:
    tie = m.before.ties[m.after.needs[asker, k].asked_tie]
    yes = _answer(m, asker, tie, k, item)
    chance = m.telling.decisions[-1].chances[0]
    m.telling.say(
        f"{m.name_of_tie(tie).capitalize()} asked them for “{m.item(item)}”, and they "
        f"{'said yes' if yes else 'could not or would not help'} (chance of yes {about(chance)})."
    )


def _lessons(m: Moment) -> None:
    """What the week's answers did to confidence and to the refusal that is expected."""
    helped, refused, gave = int(m.now.helped_now), int(m.now.refused_now), int(m.now.gave_now)
    if helped + refused + gave == 0:
        return
    reflection = m.of_plan("reflection")
    confidence = m.apply(confidence_after, m.me.confidence, helped, refused, gave, reflection)
    refusal = m.apply(refusal_expected_after, m.me.refusal_expected, helped, refused, reflection)
    m.telling.decide(
        "confidence after the answers", confidence, outcome=confidence.value, happened=float(m.now.confidence)
    )
    m.telling.decide(
        "refusal expected after the answers", refusal, outcome=refusal.value, happened=float(m.now.refusal_expected)
    )
    did = [f"{word} {times(count)}" for word, count in
           (("were helped", helped), ("were refused", refused), ("helped others", gave)) if count]  # fmt: skip
    m.telling.say(
        f"Having {listed(did).replace('were ', 'been ')}, their confidence (0 to 1) "
        f"{moved(m.me.confidence, m.now.confidence)}, and the refusal they expect (0 to 1) "
        f"{moved(m.me.refusal_expected, m.now.refusal_expected)}."
    )
