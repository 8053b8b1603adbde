"""Step 2 told: the worker's hours, contacts and sessions, trust, and leaving."""

from __future__ import annotations

from cpi_sim.engine import processes
from cpi_sim.explain.decision import Basis, Telling
from cpi_sim.explain.moment import Moment
from cpi_sim.explain.words import about, counted, moved, number, some
from cpi_sim.site.tables import (
    DECLINED,
    ENDED,
    MAPPING,
    NOT_OFFERED,
    WAITING,
    WINDING_DOWN,
    Row,
    Site,
    copy_of,
    readable,
)
from cpi_sim.week.alliance import meet_worker
from cpi_sim.week.practice import (
    chance_to_attend_session,
    connecting_sessions,
    hours_for_connecting,
    hours_of_a_week,
    intervention_runs,
    leave_service,
    offer_support,
    open_plans,
    plan_hours,
    ratio_of_leaving,
    routine_work,
    whole_number,
)

PAST = {
    DECLINED: "They had declined the offer of connecting support.",
    WINDING_DOWN: "Connecting support is winding down.",
    ENDED: "Connecting support has ended for them.",
}
"""What is said of where somebody stands with connecting support."""


def tell(m: Moment) -> Telling:
    """What the service did: a copy of the site is taken through the step, and this person's part in it worked out."""
    if m.week < 0 or m.me.plan < 0:
        return m.telling
    plan = m.before.plans[m.me.plan]
    if plan.engaged == 0:
        m.telling.say("They have left the service.")
    site = readable(copy_of(m.before))
    m.plain(plan_hours)(site, m.week)
    if plan.engaged == 1:
        _hours(m, site)
        _routine(m, site)
    m.plain(routine_work)(site, m.seed, m.week)
    m.plain(leave_service)(site, m.seed, m.week)
    m.plain(offer_support)(site, m.seed, m.week)
    _offer(m, site)
    waiting = site.plans[m.me.plan].stage == WAITING
    m.plain(open_plans)(site, m.seed, m.week)
    if waiting:
        _opening(m, site)
    alone = readable(copy_of(site))
    m.plain(connecting_sessions)(site, m.seed, m.week)
    _sessions(m, alone, site)
    _leaving_offer(m, site)
    if plan.engaged == 1:
        _alliance(m, site)
    return m.telling


def _mine(m: Moment, site: Site) -> Row:
    return site.plans[m.me.plan]


def _hours(m: Moment, site: Site) -> None:
    post = site.posts[_mine(m, site).post]
    now = m.after.posts[post.post]
    if post.filled_from_week <= m.week:
        week = m.apply(hours_of_a_week, post.fte)
        m.telling.decide("hours the worker has", week, outcome=week.value, happened=float(now.hours))
    present = 1.0 if post.hours > 0.0 else 0.0
    hours = m.apply(hours_for_connecting, post.hours_left, post.fte * present)
    m.telling.decide("hours for connecting work", hours, outcome=hours.value, happened=float(now.hours_connecting))
    protected = ", with the hours protected for it" if m.p.protected_hours > 0.0 else ""
    m.telling.say(
        f"Their worker, with {counted(int(post.caseload), 'person', 'people')} to support, had {post.hours:.1f} hours "
        f"of contact this week: {post.hours_crisis:.1f} went to crises, {post.hours_routine:.1f} to routine, and "
        f"{hours.value:.1f} could go to connecting work{protected}."
    )


def _routine(m: Moment, site: Site) -> None:
    """Crisis or routine contact, and whether the person left the service."""
    alone = readable(copy_of(site))
    plan, post = _mine(m, alone), alone.posts[_mine(m, alone).post]
    plan.contacts_four_weeks *= 0.75
    now = _mine(m, m.after)
    if m.me.crisis_until > m.week:
        contacts = _crisis_contacts(m, post, int(now.contacts_crisis - plan.contacts_crisis))
    else:
        contacts = _routine_contacts(m, plan, post, now)
    for _ in range(contacts):
        m.plain(meet_worker)(alone, plan, False)
    ratio = m.apply(ratio_of_leaving, plan.alliance, m.me.anxiety, m.me.avoidance)
    hazard = m.p.leave_service_hazard * ratio.value
    if m.me.lives_alone == 1:
        hazard *= m.p.leave_alone
    mark = m.uniform(processes.LEAVE_SERVICE, m.id)
    if m.telling.draw("leaves the service", ratio, mark, bool(now.engaged == 0), hazard):
        m.telling.say(f"They left the service (chance {about(hazard)}).")


def _crisis_contacts(m: Moment, post: Row, happened: int) -> int:
    expected = m.p.crisis_hours * post.crisis_share / m.p.contact_hours
    mark = m.uniform(processes.CRISIS_CONTACTS, m.id)
    contacts = int(m.plain(whole_number)(expected, mark))
    m.telling.decide(
        "contacts in crisis", m.parameter("crisis_hours"), expected=float(expected), drawn=(mark,), outcome=contacts,
        happened=happened,
    )  # fmt: skip
    m.telling.say(f"In the crisis they were seen {counted(contacts, 'time')}.")
    return contacts


def _routine_contacts(m: Moment, plan: Row, post: Row, now: Row) -> int:
    expected = m.p.routine_contacts * post.routine_share
    mark = m.uniform(processes.ROUTINE_AGREED, m.id)
    agreed = int(m.plain(whole_number)(expected, mark))
    m.telling.decide(
        "routine contacts agreed", m.parameter("routine_contacts"), expected=float(expected), drawn=(mark,),
        outcome=agreed, happened=round((now.hours_routine - plan.hours_routine) / m.p.contact_hours),
    )  # fmt: skip
    if agreed == 0:
        m.telling.say(f"No routine contact was agreed ({number(expected)} a week to be expected).")
        return 0
    chance = m.apply(chance_to_attend_session, plan.alliance, m.me.anxiety, m.me.avoidance, m.me.symptoms, 1)
    marks = tuple(m.uniform(processes.ROUTINE_ATTENDED, m.id, nth) for nth in range(agreed))
    contacts = sum(mark < chance.value for mark in marks)
    m.telling.decide(
        f"comes to the routine contact ({agreed} agreed)", chance, chances=(chance.value,) * agreed, drawn=marks,
        outcome=contacts, happened=int(now.contacts_routine - plan.contacts_routine),
    )  # fmt: skip
    came = "did not come" if contacts == 0 else "came" if contacts == agreed else f"came to {contacts}"
    m.telling.say(
        f"{some(agreed, 'routine contact')} {'was' if agreed == 1 else 'were'} agreed; they {came} "
        f"(chance of coming {about(chance.value)})."
    )
    return contacts


def _offer(m: Moment, site: Site) -> None:
    """The offer of connecting support, and its end when its time is over."""
    then, now = _mine(m, m.before), _mine(m, site)
    if then.stage == NOT_OFFERED and now.stage in (WAITING, DECLINED):
        mark = m.uniform(processes.TAKE_UP, m.id, week=0)
        take_up = m.parameter("take_up")
        did = bool(_mine(m, m.after).stage != DECLINED)
        accepted = m.telling.draw("accepts the offer of connecting support", take_up, mark, did)
        m.telling.say(
            f"Connecting support was offered, and they {'accepted' if accepted else 'declined'} "
            f"(chance of accepting {about(take_up.value)})."
        )
    elif then.stage in range(WAITING, WINDING_DOWN) and not m.plain(intervention_runs)(m.p, m.week):
        m.telling.say("The time of connecting support is over; their plan is being wound down.")
    elif then.stage in PAST:
        m.telling.say(PAST[int(then.stage)])


def _opening(m: Moment, site: Site) -> None:
    opened = m.telling.decide(
        "gets a place on the worker's list", m.parameter("open_plans_at_most"),
        outcome=bool(_mine(m, site).stage == MAPPING), happened=bool(_mine(m, m.after).opened_week == m.week),
    )  # fmt: skip
    if opened.outcome:
        m.telling.say("A place on the worker's list became free: their own plan begins.")
    else:
        why = "they are in a crisis" if m.me.crisis_until > m.week else "the worker's list is full, or others go first"
        m.telling.say(f"They are waiting for a place on the worker's list: {why}.")


def _sessions(m: Moment, before: Site, site: Site) -> None:
    """Sessions of connecting work; ``before`` and ``site`` as they stood before and after all sessions of the team."""
    plan = _mine(m, before)
    due = plan.engaged == 1 and MAPPING <= plan.stage <= WINDING_DOWN and m.me.crisis_until <= m.week
    if not due:
        return
    first, now = int(plan.sessions_agreed), _mine(m, m.after)
    agreed = int(_mine(m, site).sessions_agreed) - first
    is_due = bool(plan.next_due_week < m.week + 1.0)
    m.telling.decide(
        "connecting sessions agreed", m.parameter("contacts_per_month"), outcome=agreed,
        happened=int(now.sessions_agreed) - first,
    )  # fmt: skip
    if agreed == 0:
        if is_due:
            m.telling.say("A connecting session was due, but the worker's diary had no hours left for it.")
        else:
            m.telling.say("No connecting session was due this week.")
        return
    bases: list[Basis] = []
    marks = []
    attended = 0
    for nth in range(first, first + agreed):
        basis = m.apply(chance_to_attend_session, plan.alliance, m.me.anxiety, m.me.avoidance, m.me.symptoms, 0)
        bases.append(basis)
        marks.append(m.uniform(processes.SESSION_ATTENDED, m.id, nth))
        if marks[-1] < basis.value:
            attended += 1
            m.plain(meet_worker)(before, plan, True)
    m.telling.decide(
        f"comes to the connecting session ({agreed} agreed)", bases[0], chances=tuple(b.value for b in bases),
        drawn=tuple(marks), outcome=attended, happened=int(now.sessions_this_week),
    )  # fmt: skip
    came = "did not come" if attended == 0 else "came" if attended == agreed else f"came to {attended}"
    m.telling.say(
        f"{some(agreed, 'connecting session')} {'was' if agreed == 1 else 'were'} due and agreed; "
        f"they {came} (chance of coming {about(bases[0].value)})."
    )


def _leaving_offer(m: Moment, site: Site) -> None:
    plan = _mine(m, site)
    if not MAPPING <= plan.stage < WINDING_DOWN:
        return
    ratio = m.apply(ratio_of_leaving, plan.alliance, m.me.anxiety, m.me.avoidance)
    hazard = m.p.leave_offer_hazard * ratio.value
    mark = m.uniform(processes.LEAVE_OFFER, m.id)
    if m.telling.draw("leaves connecting support", ratio, mark, bool(_mine(m, m.after).stage == ENDED), hazard):
        m.telling.say(f"They left connecting support before its end (chance {about(hazard)}).")


def _alliance(m: Moment, site: Site) -> None:
    then, here, now = (float(_mine(m, each).alliance) for each in (m.before, site, m.after))
    m.telling.decide("working alliance after the week's contacts", outcome=here, happened=now)
    m.telling.say(f"Trust between the two (working alliance, 0 to 1) {moved(then, now)}.")
