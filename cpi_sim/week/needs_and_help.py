"""Step 7, needs and help: what comes up, who is known to have it, whether to ask, and what the answer is.

Access is not mobilisation: a person may know somebody who could help, and not ask. Everybody has needs and everybody
can give; people who use services and community members follow the same rules.
"""

from __future__ import annotations

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp, log, logistic
from cpi_sim.engine.compilation import machinery, rule, step
from cpi_sim.engine.keyed import (
    exponential_from,
    poisson_from,
    process_key,
    uniform,
    uniform_three,
    uniform_two,
)
from cpi_sim.site.tables import (
    AGREED,
    KIN,
    LARGE_AID,
    NEEDS_AT_MOST,
    NOBODY,
    NOT_ASKED,
    REFUSED,
    RESOURCE_ITEMS,
    SOCIAL,
    Row,
    Site,
)
from cpi_sim.site.tie_table import other, record, security_of, spend_time
from cpi_sim.week.access import chance_known

ASKED_LATELY_WEEKS = 4


@rule
def chance_to_agree(
    closeness_hours: float, given_earlier: int, asked_lately: int, large_aid: int, stigma: float, p: Row
) -> float:
    """Probability that somebody asked says yes.

    ``stigma`` 0 to 1 is what is left of goodwill where an illness shows and the other is not open (1 is all of it).
    Strong ties give more readily, and large help comes from few [Wellman and Wortley 1990, direction]; levels:
    assumption.
    """
    return logistic(
        p.agree_base
        + p.agree_closeness * log(1.0 + closeness_hours / 10.0)
        + p.agree_given_earlier * given_earlier
        - p.agree_asked_lately * asked_lately
        - p.agree_large_aid * large_aid
        + log(max(stigma, 0.001))
    )


@rule
def agreement_expected(true_chance: float, refusal_z: float, advice: float, p: Row) -> float:
    """Agreement that the asker expects: people underestimate it by up to half [Flynn and Lake 2008]; advice helps.

    ``refusal_z`` is expected refusal in SDs above the average of people who use services.
    """
    shortfall = p.underestimation * (1.0 + p.underestimation_refusal * refusal_z)
    shortfall = min(max(shortfall * (1.0 - p.advice_underestimation * advice), 0.0), 0.9)
    return true_chance * (1.0 - shortfall)


@rule
def weight_to_be_asked(expected: float, security: float, seen_this_week: int, closeness_hours: float, p: Row) -> float:
    """Log weight of a tie as the one to ask. Somebody at hand is often preferred to somebody close [Small 2017]."""
    return (
        p.whom_expected * expected
        + p.whom_security * security
        + p.whom_seen * seen_this_week
        + p.whom_closeness * log(1.0 + closeness_hours / 10.0)
    )


@rule
def chance_to_ask(
    urgency: float, security: float, expected: float, refusal_expected: float, avoidance: float, advice: float, p: Row
) -> float:
    """Probability of asking this week, of the one who would be asked; ``avoidance`` is counted from the users' mean.
    Assumption.
    """
    return logistic(
        p.ask_base
        + p.ask_urgency * urgency
        + p.ask_security * (security - 0.5)
        + p.ask_expected * (expected - 0.5)
        - p.ask_refusal * refusal_expected
        - p.ask_avoidance * (avoidance - p.attachment_shift)
        + p.ask_advice * advice
    )


@rule
def confidence_after(confidence: float, helped: int, refused: int, gave: int, reflection: float, p: Row) -> float:
    """Social confidence after this week's answers; reflection makes more of success and less of refusal. Assumption."""
    gain = p.help_confidence * (1.0 + p.reflection_gain * reflection)
    loss = p.refused_confidence * (1.0 - p.reflection_gain * reflection)
    for _ in range(helped):
        confidence += gain * (1.0 - confidence)
    for _ in range(refused):
        confidence -= loss * confidence
    for _ in range(gave):
        confidence += p.giving_confidence * (1.0 - confidence)
    return confidence


@rule
def refusal_expected_after(refusal_expected: float, helped: int, refused: int, reflection: float, p: Row) -> float:
    """Expected refusal after this week's answers. Assumption."""
    for _ in range(helped):
        refusal_expected -= p.help_refusal * (1.0 + p.reflection_gain * reflection) * refusal_expected
    for _ in range(refused):
        refusal_expected += p.refused_refusal * (1.0 - p.reflection_gain * reflection) * (1.0 - refusal_expected)
    return refusal_expected


@machinery
def refusal_in_sds(person: Row, p: Row) -> float:
    """Expected refusal in SDs above the average of people who use services."""
    return (person.refusal_expected - p.refusal_users_mean) / p.refusal_users_sd


@machinery
def needs_come_and_go(site: Site, seed: int, week: int) -> None:
    """Unmet needs fade; new ones arise, each of one kind of resource."""
    p = site.parameters[0]
    total = 0.0
    for item in range(RESOURCE_ITEMS):
        total += site.items[item].need_weight
    arises_key = process_key(seed, processes.NEED_ARISES, week)
    item_key = process_key(seed, processes.NEED_ITEM, week)
    urgency_key = process_key(seed, processes.NEED_URGENCY, week)
    fades_key = process_key(seed, processes.NEED_FADES, week)
    for i in range(site.people.shape[0]):
        person = site.people[i]
        person.met_lately *= 1.0 - 1.0 / p.outcome_memory_weeks
        person.unmet_lately *= 1.0 - 1.0 / p.outcome_memory_weeks
        for k in range(NEEDS_AT_MOST):
            need = site.needs[i, k]
            if need.resource >= 0 and uniform_two(fades_key, person.id, k) < 1.0 / p.need_lasts_weeks:
                need.resource = NOBODY
                need.met = 0
                person.unmet_lately += 1.0
        for nth in range(poisson_from(uniform(arises_key, person.id), p.needs_per_week)):
            for k in range(NEEDS_AT_MOST):
                need = site.needs[i, k]
                if need.resource < 0:
                    mark = uniform_two(item_key, person.id, nth) * total
                    item = 0
                    while item < RESOURCE_ITEMS - 1 and mark >= site.items[item].need_weight:
                        mark -= site.items[item].need_weight
                        item += 1
                    need.resource = item
                    need.since_week = week
                    need.urgency = uniform_two(urgency_key, person.id, nth)
                    break


@machinery
def goodwill(asker: Row, helper: Row, kin: bool, p: Row) -> float:
    """What is left of goodwill where the asker's illness shows and the helper is not open to it; more among kin."""
    openness = p.kin_openness + (1.0 - p.kin_openness) * helper.openness if kin else helper.openness
    return asker.visibility * openness + 1.0 - asker.visibility


@machinery
def agreement(site: Site, tie: Row, i: int, item: int, week: int, with_stigma: bool) -> float:
    """True chance that the other of a tie agrees to help person ``i`` (row) with a resource item."""
    j = other(tie, i)
    given = tie.given_by_low if tie.low == i else tie.given_by_high
    asked_week = tie.asked_week_low if tie.low == i else tie.asked_week_high
    left = goodwill(site.people[i], site.people[j], tie.kind != SOCIAL, site.parameters[0]) if with_stigma else 1.0
    return chance_to_agree(
        tie.closeness_hours,
        1 if given > 0 else 0,
        1 if week - asked_week <= ASKED_LATELY_WEEKS else 0,
        1 if site.items[item].aid == LARGE_AID else 0,
        left,
        site.parameters[0],
    )


@machinery
def whom_to_ask(site: Site, seed: int, week: int, i: int, k: int, advice: float) -> int:
    """The tie (row) that person ``i`` would turn to for open need ``k``, or -1 when nobody known has it."""
    p = site.parameters[0]
    person = site.people[i]
    item = site.needs[i, k].resource
    knows_key = process_key(seed, processes.KNOWS_RESOURCE, 0)
    whom_key = process_key(seed, processes.WHOM_TO_ASK, week)
    chosen = -1
    soonest = 0.0
    for n in range(site.first_tie[i], site.first_tie[i + 1]):
        helper = site.people[site.with_whom[n]]
        if (helper.offers >> item) & 1 == 0:
            continue
        tie = site.ties[site.tie_of[n]]
        if tie.dormant == 1:
            continue
        known = chance_known(tie.closeness_hours, site.items[item].reach_hours, person.awareness)
        if uniform_three(knows_key, person.id, helper.id, item) >= known:
            continue
        expected = agreement_expected(agreement(site, tie, i, item, week, True), refusal_in_sds(person, p), advice, p)
        seen = 1 if tie.contacts_this_week > 0 else 0
        weight = exp(weight_to_be_asked(expected, security_of(tie, i), seen, tie.closeness_hours, p))
        time = exponential_from(uniform_three(whom_key, person.id, helper.id, k)) / weight
        if chosen < 0 or time < soonest:
            chosen = site.tie_of[n]
            soonest = time
    return chosen


@machinery
def decide_to_ask(site: Site, seed: int, week: int, i: int, k: int) -> None:
    """Whether person ``i`` asks for open need ``k`` this week, and the answer; nothing else changes yet."""
    p = site.parameters[0]
    person = site.people[i]
    need = site.needs[i, k]
    advice = site.plans[person.plan].advice if person.plan >= 0 else 0.0
    t = whom_to_ask(site, seed, week, i, k, advice)
    if t < 0:
        return
    tie = site.ties[t]
    security = security_of(tie, i)
    true_chance = agreement(site, tie, i, need.resource, week, True)
    expected = agreement_expected(true_chance, refusal_in_sds(person, p), advice, p)
    mark = uniform_two(process_key(seed, processes.ASK, week), person.id, k)
    refusal = person.refusal_expected
    if mark >= chance_to_ask(need.urgency, security, expected, refusal, person.avoidance, advice, p):
        if mark < chance_to_ask(need.urgency, security, expected, 0.0, person.avoidance, advice, p):
            person.held_back += 1
        return
    helper = site.people[other(tie, i)]
    record(site, week, processes.ASKED_FOR_HELP, person.id, helper.id, float(need.resource))
    need.asked_tie = t
    answer = uniform_three(process_key(seed, processes.AGREE, week), person.id, helper.id, k)
    if answer < true_chance:
        need.answer = AGREED
        record(site, week, processes.WAS_HELPED, person.id, helper.id, float(need.resource))
        return
    need.answer = REFUSED
    record(site, week, processes.WAS_REFUSED, person.id, helper.id, float(need.resource))
    if answer < agreement(site, tie, i, need.resource, week, False):
        if tie.kind == KIN:
            person.refused_for_stigma_kin += 1
        else:
            person.refused_for_stigma_friends += 1


@machinery
def count_answers(site: Site, week: int) -> None:
    """Write down who was asked, and count for each person what happened to them."""
    for i in range(site.people.shape[0]):
        person = site.people[i]
        for k in range(NEEDS_AT_MOST):
            need = site.needs[i, k]
            if need.answer == NOT_ASKED:
                continue
            tie = site.ties[need.asked_tie]
            person.asked += 1
            if tie.low == i:
                tie.asked_week_low = week
            else:
                tie.asked_week_high = week
            if need.answer == REFUSED:
                person.refused += 1
                person.refused_now += 1
            else:
                helper = site.people[other(tie, i)]
                person.helped += 1
                person.helped_now += 1
                person.met_lately += 1.0
                helper.gave_help += 1
                helper.gave_now += 1


@machinery
def has_time_to_help(person: Row, p: Row) -> bool:
    """Whether all the help that a person gives and gets this week fits into their hours; else it is done in passing."""
    return person.hours_booked + (person.helped_now + person.gave_now) * p.help_hours <= p.social_hours_at_most


@machinery
def carry_out_help(site: Site, week: int) -> None:
    """Help is given: the need is met, and where both have the time, they spend it together."""
    p = site.parameters[0]
    meetings = np.zeros(site.people.shape[0])
    for i in range(site.people.shape[0]):
        for k in range(NEEDS_AT_MOST):
            need = site.needs[i, k]
            if need.answer != AGREED:
                continue
            tie = site.ties[need.asked_tie]
            j = other(tie, i)
            need.resource = NOBODY
            need.met = 1
            if has_time_to_help(site.people[i], p) and has_time_to_help(site.people[j], p):
                spend_time(tie, p.help_hours, week)
                meetings[i] += 1.0
                meetings[j] += 1.0
            if tie.low == i:
                tie.given_by_high += 1
            else:
                tie.given_by_low += 1
    for i in range(site.people.shape[0]):
        site.people[i].hours_booked += meetings[i] * p.help_hours


@machinery
def learn_from_answers(site: Site) -> None:
    """Confidence and expected refusal move with the week's answers."""
    p = site.parameters[0]
    for i in range(site.people.shape[0]):
        person = site.people[i]
        if person.helped_now + person.refused_now + person.gave_now == 0:
            continue
        reflection = site.plans[person.plan].reflection if person.plan >= 0 else 0.0
        person.confidence = confidence_after(
            person.confidence, person.helped_now, person.refused_now, person.gave_now, reflection, p
        )
        person.refusal_expected = refusal_expected_after(
            person.refusal_expected, person.helped_now, person.refused_now, reflection, p
        )
        person.rewards += 1.0 * (person.helped_now + person.gave_now)


@step
def needs_and_help(site: Site, seed: int, week: int) -> None:
    """Needs arise, people decide whom to ask, all answers are carried out together."""
    needs_come_and_go(site, seed, week)
    for i in range(site.people.shape[0]):
        for k in range(NEEDS_AT_MOST):
            if site.needs[i, k].resource >= 0:
                decide_to_ask(site, seed, week, i, k)
    count_answers(site, week)
    carry_out_help(site, week)
    learn_from_answers(site)
