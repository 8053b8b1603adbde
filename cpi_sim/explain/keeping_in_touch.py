"""Step 6 told: visits with friends and kin: how many to expect, how many drawn, how many kept within the hours."""

from __future__ import annotations

from cpi_sim.engine import processes
from cpi_sim.engine.keyed import gamma, poisson_from
from cpi_sim.explain.decision import Basis, Telling
from cpi_sim.explain.moment import Moment
from cpi_sim.explain.words import about, counted, listed, number, times
from cpi_sim.site.tables import SOCIAL, Row
from cpi_sim.site.tie_table import security_of
from cpi_sim.week.keeping_in_touch import (
    chance_to_accept,
    moves_in_week,
    pull_of_the_new,
    pull_of_tie,
    weight_of_security,
)

QUIETER, LIVELIER = 0.7, 1.4
"""Unevenness of a week (1 is average) below or above which it is told as another than usual."""


def tell(m: Moment) -> Telling:
    """The person's moves, then every tie, then the week as a whole."""
    if not any(True for _ in m.ties()):
        m.telling.say("They know nobody whom they could see.")
        return m.telling
    _moves(m)
    _visits(m)
    people = counted(int(m.now.people_seen), "person", "people")
    m.telling.say(f"Counting meetings and visits, they were in touch with {people} outside their home this week.")
    return m.telling


def _moves(m: Moment) -> None:
    """How much the person set out to see others this week, and how that is shared out among their ties."""
    regular, explore = 0.0, 0.0
    for _, tie, _ in m.ties():
        if tie.kind == SOCIAL:
            pull, new = _pulls(m, tie)
            regular += pull * float(m.plain(weight_of_security)(security_of(tie, m.i), m.p))
            explore += new
    if regular == 0.0:
        return
    shape = 1.0 / (m.p.moves_weekly_cv * m.p.moves_weekly_cv)
    uneven = gamma(m.key(processes.UNEVEN_WEEK), m.id, shape) / shape
    moves = m.apply(moves_in_week, m.me.sociability, m.me.symptoms, uneven)
    share = m.p.explore_share if explore > 0.0 else 0.0
    m.telling.decide(
        "moves to see friends, for each unit of a tie's pull", moves,
        outcome=float((1.0 - share) * moves.value / regular), happened=float(m.now.per_pull),
    )  # fmt: skip
    if share > 0.0:
        m.telling.decide(
            "moves to see people met lately, for each unit of their pull", moves,
            outcome=float(share * moves.value / explore), happened=float(m.now.per_new),
        )  # fmt: skip
    kind = "a quieter week than usual" if uneven < QUIETER else "a usual week"
    kind = "a livelier week than usual" if uneven > LIVELIER else kind
    m.telling.say(
        f"This was {kind} for them: {number(moves.value)} moves to see friends or acquaintances were to be expected."
    )


def _pulls(m: Moment, tie: Row) -> tuple[float, float]:
    """How much a social tie draws both, in general and as somebody met lately, before security."""
    pull = float(m.plain(pull_of_tie)(tie.affinity, tie.closeness_hours, m.p))
    if tie.dormant == 1:
        return pull * m.p.dormant_weight, 0.0
    lately = m.week - tie.last_contact_week <= m.p.explore_weeks
    return pull, float(m.plain(pull_of_the_new)(tie.affinity, m.p)) if lately else 0.0


def _drawn(m: Moment, tie: Row) -> tuple[Basis, float, float, int]:
    """Visits of two people: the rule, their expected number, the number drawn, and the visits that follow."""
    low, high = m.after.people[tie.low], m.after.people[tie.high]
    if tie.kind != SOCIAL:
        u = m.uniform(processes.KIN_MEETING, int(low.id), int(high.id))
        basis = Basis("", {"own_rate": float(tie.own_rate)}, float(tie.own_rate))
        return basis, basis.value, u, int(poisson_from(u, tie.own_rate))
    pull, new = _pulls(m, tie)
    weight = m.plain(weight_of_security)
    towards_high = pull * weight(tie.security_low, m.p) * low.per_pull + new * low.per_new
    towards_low = pull * weight(tie.security_high, m.p) * high.per_pull + new * high.per_new
    to_other = m.apply(chance_to_accept, high.symptoms if tie.low == m.i else low.symptoms)
    accepts = m.plain(chance_to_accept)
    towards_high *= accepts(high.symptoms, m.p)
    towards_low *= accepts(low.symptoms, m.p)
    u = m.uniform(processes.MOVES, int(low.id), int(high.id))
    expected = float(towards_high + towards_low)
    return to_other, expected, u, int(poisson_from(u, expected))


def _visits(m: Moment) -> None:
    """Each tie of the person: visits drawn, and kept."""
    met, dropped, most_likely = [], [], ("", 0.0)
    for t, tie, row in m.ties():
        basis, expected, u, drawn = _drawn(m, tie)
        name = m.name_of_tie(tie)
        m.telling.decide(
            f"visits with {name}", basis, expected=expected, drawn=(u,), outcome=drawn, happened=_recorded(m, t, row)
        )
        if expected > most_likely[1] and drawn == 0 and tie.shares_home == 0:
            most_likely = (name, expected)
        if drawn == 0:
            continue
        kept = min(_fits(m, m.i, t), _fits(m, row, t), drawn)
        m.telling.decide(
            f"of these visits with {name}, kept within the hours of both", m.parameter("social_hours_at_most"),
            outcome=kept, happened=int(m.after.ties[t].visits),
        )  # fmt: skip
        if kept < drawn:
            dropped.append(f"{name} ({drawn - kept} of {drawn})")
        if kept == 0:
            continue
        if tie.dormant == 1:
            _revived(m, t, tie, row, kept)
        elif tie.shares_home == 1:
            met.append(f"{name}, at home ({times(kept)})")
        else:
            met.append(f"{name} ({times(kept)}; {number(expected)} to be expected)")
    m.telling.say(f"They spent time with {listed(met)}." if met else "No visits came about.")
    if dropped:
        m.telling.say(f"For want of hours, on one side or the other, nothing came of visits with {listed(dropped)}.")
    if most_likely[1] > 0.3:
        m.telling.say(
            f"They did not see {most_likely[0]}, although {number(most_likely[1])} visits were to be expected."
        )


def _recorded(m: Moment, t: int, row: int) -> int:
    """Visits that the engine drew: kept ones, or where hours were short, those that competed for them."""
    other_id = m.id_of(row)
    for event in m.happenings(processes.COMPETED):
        if other_id in (int(event["who"]), int(event["whom"])):
            return int(event["value"])
    return int(m.after.ties[t].visits)


def _fits(m: Moment, row: int, wanted: int) -> int:
    """How many visits on a tie (row ``wanted``) fit into the hours of the person in ``row``, by keyed priority."""
    person = m.before.people[row]
    room = m.p.social_hours_at_most - person.hours_booked
    if m.after.people["hours_proposed"][row] <= room:
        return 1000
    proposed = []
    for t, tie, _ in m.ties(row):
        visits = 0 if tie.shares_home == 1 else _drawn(m, tie)[3]
        if visits:
            priority = m.uniform(processes.VISIT_PRIORITY, m.id_of(tie.low), m.id_of(tie.high))
            proposed.append((priority, t, visits, tie.kind))
    for _, t, visits, kind in sorted(proposed):
        hours = m.p.visit_hours if kind == SOCIAL else m.p.kin_visit_hours
        fits = min(max(0, int(room / hours)), visits)
        if t == wanted:
            return fits
        room -= fits * hours
    return 1000


def _revived(m: Moment, t: int, tie: Row, row: int, kept: int) -> None:
    """Whether turning to somebody lost from sight brings them back: a chance, and the time of both."""
    chance = m.parameter("dormant_revived")
    mark = m.uniform(processes.DORMANT_REVIVED, m.id_of(tie.low), m.id_of(tie.high))
    room = m.p.social_hours_at_most - m.p.visit_hours
    have_time = all(_hours_before(m, each, t) <= room for each in (m.i, row))
    renewed = m.telling.decide(
        f"in touch again with {m.name(row)}", chance, chances=(chance.value,), drawn=(mark,),
        outcome=mark < chance.value and have_time, happened=bool(m.after.ties[t].dormant == 0),
    )  # fmt: skip
    m.telling.say(
        f"One of the two thought of the other again, {m.name(row)}, lost from sight: "
        f"{'they met' if renewed.outcome else 'nothing came of it'} (chance {about(chance.value)})."
    )


def _hours_before(m: Moment, row: int, wanted: int) -> float:
    """Hours that a person had booked when the visits on a tie (row ``wanted``) were their turn."""
    booked = float(m.before.people["hours_booked"][row])
    for t, tie, _ in m.ties(row):
        if t >= wanted:
            break
        now = m.after.ties[t]
        if tie.dormant == 1:
            booked += m.p.visit_hours if now.visits > 0 and now.dormant == 0 else 0.0
        elif tie.shares_home == 0:
            for _ in range(int(now.visits)):
                booked += m.p.visit_hours if tie.kind == SOCIAL else m.p.kin_visit_hours
    return booked
