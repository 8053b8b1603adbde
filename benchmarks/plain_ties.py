"""Steps 6 to 10 of the week in plain Mesa: seeing people, needs, security, fading, feelings.

The loops over ties are written for speed, with the formulas of the hottest rules in line; each says which rules they
are. ``model.visits`` counts how often a loop handled a tie from the side of one person (both sides are two visits).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from benchmarks.library_rules import exp, rules
from benchmarks.plain_meeting import begin_tie, renew_tie
from benchmarks.plain_people import Person, Tie
from cpi_sim.site.tables import AGREED, KIN, NEVER, NOT_ASKED, REFUSED, SOCIAL
from cpi_sim.week.feeling import takes_stock

if TYPE_CHECKING:
    from benchmarks.plain_mesa import PlainModel

HOMEWARD_WEEKS = 4


# Step 6


def propose_visits(model: PlainModel) -> dict[Tie, int]:
    """Everybody makes their moves; how often each pair would see each other this week."""
    p, random = model.p, model.random.random
    shape = 1.0 / p.moves_weekly_cv**2
    visits: dict[Tie, int] = {}
    for person in model.people_list:
        person.accepts = rules.chance_to_accept(person.symptoms, p)
    for person in model.people_list:
        uneven = model.random.gammavariate(shape, 1.0 / shape)
        moves = model.poisson(rules.moves_in_week(person.sociability, person.symptoms, uneven, p))
        for tie in person.choose_whom_to_see(moves) if moves else ():
            friend = tie.high if tie.low is person else tie.low
            if random() < friend.accepts:
                visits[tie] = visits.get(tie, 0) + 1
                person.hours_proposed += p.visit_hours
                friend.hours_proposed += p.visit_hours
    for tie in model.kin:
        if random() >= tie.never:
            visits[tie] = model.poisson_above_zero(tie.own_rate)
            if not tie.shares_home:
                tie.low.hours_proposed += visits[tie] * p.kin_visit_hours
                tie.high.hours_proposed += visits[tie] * p.kin_visit_hours
    model.visits += 2 * len(model.kin)
    return visits


def limit_to_hours(model: PlainModel, visits: dict[Tie, int]) -> dict[Tie, int]:
    """Whoever has more proposed than time keeps what fits, in a random order that the two of a tie share."""
    p = model.p
    kept = dict(visits)
    order: dict[Tie, float] = {}
    for person in model.people_list:
        room = p.social_hours_at_most - person.hours_booked
        if person.hours_proposed <= room:
            continue
        mine = [tie for tie in person.ties.values() if tie in visits and not tie.shares_home]
        model.visits += len(person.ties)
        for tie in mine:
            order.setdefault(tie, model.random.random())
        for tie in sorted(mine, key=order.__getitem__):
            hours = p.visit_hours if tie.kind == SOCIAL else p.kin_visit_hours
            fits = max(0, int(room / hours))
            room -= min(fits, visits[tie]) * hours
            kept[tie] = min(fits, kept[tie])
    return kept


def keeping_in_touch(model: PlainModel) -> None:
    """Step 6."""
    p, week, met = model.p, model.week, model.met
    kept = limit_to_hours(model, propose_visits(model))
    for tie, count in kept.items():
        if count == 0:
            continue
        if tie.dormant:
            if model.random.random() < p.dormant_revived:
                renew_tie(model, tie)
            continue
        hours = p.visit_hours if tie.kind == SOCIAL else p.kin_visit_hours
        for _ in range(count):
            tie.spend_time(hours, week, met)
        if not tie.shares_home:
            tie.low.hours_booked += hours * count
            tie.high.hours_booked += hours * count
    for tie in met:
        if not tie.shares_home:
            visited = tie.kind == SOCIAL and kept.get(tie, 0) > 0
            for person in (tie.low, tie.high):
                person.people_seen += 1
                if visited:
                    person.acts += 1
                    person.rewards += 1.0
    model.visits += 2 * (len(kept) + len(met))


# Step 7


def needs_and_help(model: PlainModel) -> None:
    """Step 7."""
    model.people.do("needs_come_and_go")
    in_need = [person for person in model.people_list if person.needs]
    for person in in_need:
        person.ask_for_help()
        model.visits += len(person.needs) * len(person.ties)
    answers = [
        (person, need, need.asked_tie) for person in in_need for need in person.needs if need.asked_tie is not None
    ]
    helped = []
    for person, need, tie in answers:
        person.asked += 1
        if tie.low is person:
            tie.asked_low, friend = model.week, tie.high
        else:
            tie.asked_high, friend = model.week, tie.low
        if need.answer == REFUSED:
            person.refused += 1
            person.refused_now += 1
            continue
        person.helped += 1
        person.helped_now += 1
        person.met_lately += 1.0
        friend.gave_help += 1
        friend.gave_now += 1
        helped.append((person, friend, tie))
    carry_out_help(model, helped)
    model.people.do("learn_from_answers")


def carry_out_help(model: PlainModel, helped: list[tuple[Person, Person, Tie]]) -> None:
    """Help is given: where all of it fits into the hours of both, they spend time together over it."""
    hours, most = model.p.help_hours, model.p.social_hours_at_most
    met = []
    for person, friend, tie in helped:
        if all(who.hours_booked + (who.helped_now + who.gave_now) * hours <= most for who in (person, friend)):
            tie.spend_time(hours, model.week, model.met)
            met += [person, friend]
        if tie.low is person:
            tie.given_high += 1.0
        else:
            tie.given_low += 1.0
    for who in met:
        who.hours_booked += hours


# Step 8


def security_from_answers(model: PlainModel) -> None:
    """Being helped or refused moves the asker's security in that tie."""
    p = model.p
    for person in model.people_list:
        reflection = person.plan.reflection if person.plan is not None else 0.0
        for need in person.needs:
            tie = need.asked_tie
            if tie is None:
                continue
            security = person.security_in(tie)
            if need.answer == AGREED:
                size = p.security_help * (1.0 + p.reflection_gain * reflection)
                security = rules.security_after_gain(security, size, person.avoidance, p)
            else:
                size = p.security_refusal * (1.0 - p.reflection_gain * reflection)
                security = rules.security_after_loss(security, size, person.anxiety, p)
            if tie.low is person:
                tie.security_low = security
            else:
                tie.security_high = security
            need.asked_tie = None
        if person.needs:
            person.needs = [need for need in person.needs if need.answer != AGREED]
            for need in person.needs:
                need.answer = NOT_ASKED


def security_homewards(model: PlainModel) -> None:
    """Now and then, security in each tie goes a small way back to what each side's style expects of it.

    In line: rules ``security_at_birth`` and ``security_returning``.
    """
    p, library_exp = model.p, math.exp
    spread, way = p.security_spread, HOMEWARD_WEEKS / p.security_return_weeks
    for person in model.people_list:
        person.expects = p.security_base - p.security_style * (person.anxiety + person.avoidance)
    for ties in (model.social, model.kin):
        for tie in ties:
            home = 1.0 / (1.0 + library_exp(-tie.low.expects - spread * tie.trust_low))
            tie.security_low += (home - tie.security_low) * way
            home = 1.0 / (1.0 + library_exp(-tie.high.expects - spread * tie.trust_high))
            tie.security_high += (home - tie.security_high) * way
        model.visits += 2 * len(ties)


def security_from_contact(model: PlainModel) -> None:
    """Contact raises security on both sides (rule ``security_after_gain``); silence in a friendship lowers it."""
    p = model.p
    for person in model.people_list:
        person.contact_gain = min(
            0.9, p.security_contact * exp(-p.gain_avoidance * (person.avoidance - p.attachment_shift))
        )
        person.security_sum = person.close_ties = 0.0
    for tie in model.met:
        for _ in range(min(tie.contacts, 7)):
            tie.security_low += tie.low.contact_gain * (1.0 - tie.security_low)
            tie.security_high += tie.high.contact_gain * (1.0 - tie.security_high)
    close, silent = p.casual_friend_hours, model.week - p.security_lapse_weeks
    for ties in (model.social, model.kin):
        for tie in ties:
            if tie.closeness >= close and not tie.dormant:
                low, high = tie.low, tie.high
                if tie.last_contact_week < silent and tie.kind == SOCIAL:
                    tie.security_low = rules.security_after_loss(tie.security_low, p.security_lapse, low.anxiety, p)
                    tie.security_high = rules.security_after_loss(tie.security_high, p.security_lapse, high.anxiety, p)
                low.security_sum += tie.security_low
                low.close_ties += 1.0
                high.security_sum += tie.security_high
                high.close_ties += 1.0
    model.visits += 2 * (len(model.met) + len(model.social) + len(model.kin))


def attachment(model: PlainModel) -> None:
    """Step 8."""
    security_from_answers(model)
    if model.week % HOMEWARD_WEEKS == 0:
        security_homewards(model)
    security_from_contact(model)
    model.people.do("move_style")


# Step 9


def turn(model: PlainModel, tie: Tie, u: float) -> None:
    """A social tie may break, or turn."""
    if u < rules.hazard_of_rupture(tie.low.is_ill or tie.high.is_ill, model.p):
        tie.ended = True
    elif 1.0 - u < model.p.affinity_redrawn / 52.0:
        tie.affinity = model.affinity(tie.low, tie.high, model.random.gauss(0.0, 1.0))


def silence_tells(model: PlainModel, tie: Tie) -> None:
    """After a long silence a tie lies dormant, or is over."""
    silent = model.week - tie.last_contact_week
    if not tie.dormant and rules.falls_dormant(tie.peak, silent, model.p):
        tie.dormant, tie.presence = True, model.p.dormant_weight
    if rules.is_over(tie.closeness, tie.peak, silent, tie.dormant, model.p):
        tie.ended = True


def ties_fade(model: PlainModel) -> None:
    """Every tie: fading (rule ``closeness_faded``), turning, lapsing, falling dormant."""
    p, week, random = model.p, model.week, model.random.random
    keep, kin_keep, kin_loss = 1.0 - p.fading_social, 1.0 - p.fading_kin, p.kin_loss / 52.0
    widest = max(rules.hazard_of_rupture(1, p), p.affinity_redrawn / 52.0)
    close, lapsing = p.casual_friend_hours, week - p.lapse_weeks
    for tie in model.social:
        tie.closeness *= keep
        if changes := tie.low.life_changes + tie.high.life_changes:
            tie.closeness *= p.life_change_closeness**changes
            tie.affinity *= p.life_change_affinity**changes
        u = random()
        if u < widest or u > 1.0 - widest:
            turn(model, tie, u)
        if tie.friend_since_week == NEVER and tie.closeness >= close:
            tie.friend_since_week = week
        if tie.last_contact_week < lapsing and not tie.ended:
            silence_tells(model, tie)
    for tie in model.kin:
        tie.closeness *= kin_keep
        if tie.kind == KIN and not tie.shares_home and random() < kin_loss:
            tie.ended = True
    model.visits += 2 * (len(model.social) + len(model.kin))


def fading(model: PlainModel) -> None:
    """Step 9."""
    p, random = model.p, model.random
    for person in model.people_list:
        if random.random() < rules.hazard_of_life_change(person.age_years, p):
            person.life_changes = 1
            for setting in person.memberships:
                del setting.members[person]
            person.memberships.clear()
    ties_fade(model)
    for person in model.people_list:
        if random.random() < 0.5 * person.kin_at_start * p.kin_loss / 52.0:
            relative = random.choice(model.people_list)
            if relative is not person and relative not in person.ties:
                rate = random.gammavariate(p.kin_met_shape, p.kin_met_rate / p.kin_met_shape)
                begin_tie(model, person, relative, KIN, p.kin_visit_hours, rate)
    for ties in (model.social, model.kin):
        for tie in ties:
            if tie.ended:
                del tie.low.ties[tie.high], tie.high.ties[tie.low]
        ties[:] = [tie for tie in ties if not tie.ended]


# Step 10


def sum_company(model: PlainModel) -> None:
    """Company of those met lately, and friends who do not use the service."""
    p = model.p
    since, close = model.week - p.company_weeks, p.casual_friend_hours
    friend_weight, kin_weight = p.company_friend, p.company_kin
    for person in model.people_list:
        person.company = person.friends_outside = 0.0
    for tie in model.social:
        if tie.closeness >= close and not tie.dormant:
            low, high = tie.low, tie.high
            if high.plan is None:
                low.friends_outside += 1.0
            if low.plan is None:
                high.friends_outside += 1.0
            if tie.last_contact_week > since:
                low.company += friend_weight * tie.security_low
                high.company += friend_weight * tie.security_high
    for tie in model.kin:
        if tie.last_contact_week > since:
            tie.low.company += kin_weight * tie.security_low
            tie.high.company += kin_weight * tie.security_high
    model.visits += 2 * (len(model.social) + len(model.kin))


def feeling(model: PlainModel) -> None:
    """Step 10."""
    sum_company(model)
    for person in model.people_list:
        if takes_stock(person.role_in_service, model.week):
            person.access = person.count_access()
            model.visits += len(person.ties)
    model.people.do("feel")
