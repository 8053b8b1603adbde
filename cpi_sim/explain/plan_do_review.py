"""Step 3 told: what worker and person did together in the sessions of the week, and what the person did alone."""

from __future__ import annotations

import math

from cpi_sim.engine import processes
from cpi_sim.engine.keyed import uniform_two
from cpi_sim.explain.aims import tell_of_aim
from cpi_sim.explain.decision import Telling
from cpi_sim.explain.moment import Moment
from cpi_sim.explain.pursuing import Tries, pursue
from cpi_sim.explain.words import about, counted, moved
from cpi_sim.reports.words import AIMS
from cpi_sim.site.tables import (
    AIMING,
    DOING,
    ENDED,
    MAPPING,
    NOBODY,
    REVIEWING,
    WINDING_DOWN,
    Site,
    copy_of,
    readable,
)
from cpi_sim.week.alliance import equality_of
from cpi_sim.week.plan_do_review import (
    barrier_to,
    chance_of_own_step,
    hazard_of_own_plan,
    next_ownership,
    one_session,
    own_plan,
)
from cpi_sim.week.taking_part import chance_to_join, may_join, share_of_interests


def tell(m: Moment) -> Telling:
    """The sessions of this person, on a copy of the site in which the sessions before theirs have taken place."""
    if m.week < 0 or m.me.plan < 0:
        return m.telling
    plan = m.before.plans[m.me.plan]
    alone = bool(plan.stage == ENDED and plan.opened_week >= 0)
    together = bool(plan.sessions_this_week > 0 and plan.engaged == 1 and MAPPING <= plan.stage <= WINDING_DOWN)
    if not (alone or together):
        return m.telling
    site = readable(copy_of(m.before))
    _before_mine(m, site)
    if alone:
        _own_plan(m, site)
    if together:
        _sessions(m, site)
    return m.telling


def _before_mine(m: Moment, site: Site) -> None:
    """Take the site through the step up to this person's first session."""
    site.knowledge[:] *= 1.0 - m.p.knowledge_fading / 52.0
    for u, plan in enumerate(site.plans[: m.me.plan + 1]):
        plan.advice *= 1.0 - 1.0 / m.p.advice_weeks
        plan.reflection *= 1.0 - 1.0 / m.p.reflection_weeks
        person = site.people[plan.person]
        person.awareness = 1.0 + (person.awareness - 1.0) * (1.0 - math.log(2.0) / m.p.awareness_half_life)
        if u == m.me.plan:
            return
        if plan.stage == ENDED and plan.opened_week >= 0:
            m.plain(own_plan)(site, m.seed, m.week, plan)
        for nth in range(plan.sessions_this_week):
            if plan.engaged == 1 and MAPPING <= plan.stage <= WINDING_DOWN:
                m.plain(one_session)(site, m.seed, m.week, u, nth)


def _own_plan(m: Moment, site: Site) -> None:
    """After support: going to a new place by oneself."""
    plan, me = site.plans[m.me.plan], site.people[m.i]
    hazard = m.apply(hazard_of_own_plan, plan.ownership, me.symptoms)
    chances, marks, goes = [hazard.value], [m.uniform(processes.OWN_PLAN, m.id, 0)], False
    if marks[0] < hazard.value:
        place, words = _place_thought_of(m, site), "found no place to go to"
        if place >= 0:
            fit = share_of_interests(me.interests, site.settings[place].interest)
            barrier = float(m.plain(barrier_to)(site, m.seed, m.i, place))
            chances.append(m.apply(chance_to_join, fit, me.confidence, me.symptoms, barrier, 0.0).value)
            marks.append(m.uniform(processes.JOIN, m.id, 0))
            goes = marks[-1] < chances[-1]
            dares = "wanted to join" if goes else "did not dare to go"
            words = f"thought of {m.place(place)} and {dares} (chance {about(chances[-1])})"
        m.telling.say(
            f"Support has ended, but they made a plan of their own (chance {about(hazard.value)}): they {words}."
        )
    m.telling.decide(
        "goes to a new place by a plan of their own", hazard, chances=tuple(chances), drawn=tuple(marks), outcome=goes,
        happened=bool(m.after.plans[m.me.plan].own_plans > plan.own_plans),
    )  # fmt: skip


def _place_thought_of(m: Moment, site: Site) -> int:
    """Row of the place that the person would go to of their own accord, or -1."""
    key = m.key(processes.OWN_PLAN_WHERE)
    interests = site.people[m.i].interests
    scores = {
        s: share_of_interests(interests, setting.interest) + uniform_two(key, m.id, int(setting.id))
        for s, setting in enumerate(site.settings)
        if m.plain(may_join)(site, m.i, s)
    }
    return max(scores, key=lambda s: scores[s], default=NOBODY)


def _sessions(m: Moment, site: Site) -> None:
    """One session after another; what the tables and events say of all of them together is put beside it."""
    plan = site.plans[m.me.plan]
    begun = float(plan.ownership)
    steps: list[tuple[float, float, bool]] = []
    stages: list[int] = []
    tries = Tries()
    for nth in range(int(plan.sessions_this_week)):
        if not (plan.engaged == 1 and MAPPING <= plan.stage <= WINDING_DOWN):
            break
        if plan.stage == MAPPING and plan.alliance <= m.p.alliance_to_begin:
            m.telling.say(
                f"There was a session, but not yet the trust to plan together (alliance {plan.alliance:.2f}; it takes "
                f"more than {m.p.alliance_to_begin:g})."
            )
            continue
        session = f"session {nth + 1}" if m.before.plans[m.me.plan].sessions_this_week > 1 else "the session"
        chance, mark, own = _own_part(m, site, nth, session)
        steps.append((chance, mark, own))
        if not own and not _worker_steps_in(m, nth):
            m.telling.say("Nothing was done in the session.")
            m.plain(one_session)(site, m.seed, m.week, m.me.plan, nth)
            continue
        stages.append(int(plan.stage))
        _step(m, site, nth, tries)
    if steps:
        _compare(m, site, begun, steps, stages)
        tries.decide(m)


def _own_part(m: Moment, site: Site, nth: int, session: str) -> tuple[float, float, bool]:
    """Whether the person does their own part of the step: chance, number drawn, and what follows."""
    plan, me = site.plans[m.me.plan], site.people[m.i]
    basis = m.apply(chance_of_own_step, plan.ownership, me.confidence, me.symptoms)
    mark = m.uniform(processes.OWN_STEP, m.id, nth)
    did = mark < basis.value
    m.telling.say(
        f"In {session} they {'did' if did else 'could not do'} their own part of the step (chance "
        f"{about(basis.value)})."
    )
    return basis.value, mark, did


def _worker_steps_in(m: Moment, nth: int) -> bool:
    mark = m.uniform(processes.WORKER_STEP, m.id, nth)
    chance = float(m.p.worker_steps_in)
    did = mark < chance
    m.telling.say(f"The worker {'did the step alone' if did else 'did not step in'} (chance {about(chance)}).")
    return did


def _compare(m: Moment, site: Site, begun: float, steps: list[tuple[float, float, bool]], stages: list[int]) -> None:
    """Steps done by the person and steps taken in all; ownership, which grows with the person's own steps only."""
    plan, now = site.plans[m.me.plan], m.after.plans[m.me.plan]
    me = site.people[m.i]
    first = m.apply(chance_of_own_step, begun, me.confidence, me.symptoms)
    own = sum(did for *_, did in steps)
    m.telling.decide(
        f"does their own part of the step ({counted(len(steps), 'session')})", first,
        chances=tuple(chance for chance, *_ in steps), drawn=tuple(mark for _, mark, _ in steps), outcome=own,
        happened=_times_grown(m, site, begun, float(now.ownership), len(steps)),
    )  # fmt: skip
    taken = [int(event["value"]) for event in m.happenings(processes.STEP_TAKEN) if event["who"] == m.id]
    without = tuple(m.uniform(processes.WORKER_STEP, m.id, n) for n, (*_, did) in enumerate(steps) if not did)
    m.telling.decide(
        "stages in which a step was taken, by the person or by the worker alone", m.parameter("worker_steps_in"),
        chances=(float(m.p.worker_steps_in),) * len(without), drawn=without,
        outcome=" ".join(map(str, stages)), happened=" ".join(map(str, taken)),
    )  # fmt: skip
    m.telling.decide(
        "stage, aim and target of the plan after the week",
        outcome=f"{plan.stage} {plan.aim} {plan.target}", happened=f"{now.stage} {now.aim} {now.target}",
    )  # fmt: skip
    if own:
        m.telling.say(f"How far the plan is their own (0 to 1) {moved(begun, now.ownership)}.")


def _times_grown(m: Moment, site: Site, begun: float, ended: float, most: int) -> int:
    """How often ownership grew on its way from ``begun`` to ``ended``; -1 where no number of steps leads there."""
    equality = m.plain(equality_of)(site.posts[site.plans[m.me.plan].post], True, m.p)
    ownership = begun
    for count in range(most + 1):
        if ownership == ended:
            return count
        ownership = float(m.plain(next_ownership)(ownership, equality, m.p))
    return -1


def _step(m: Moment, site: Site, nth: int, tries: Tries) -> None:
    """Tell one step of the cycle and take the site through it."""
    plan = site.plans[m.me.plan]
    stage, aim = int(plan.stage), int(plan.aim)
    if stage == AIMING:
        tell_of_aim(m, site)
    elif stage == DOING:
        m.telling.say(f"They worked towards {AIMS[aim]}.")
        pursue(m, site, tries)
    m.plain(one_session)(site, m.seed, m.week, m.me.plan, nth)
    if stage == MAPPING:
        _mapped(m)
    elif stage == REVIEWING:
        onwards = "support will wind down: they lead" if plan.stage == WINDING_DOWN else "the next aim is to be chosen"
        m.telling.say(f"They looked back on the aim reached; {onwards}.")
    elif stage == DOING:
        if plan.stage == REVIEWING:
            m.telling.say("The aim was reached.")
        elif plan.stage == AIMING:
            m.telling.say("After several steps without success they gave this aim up, to choose another.")


def _mapped(m: Moment) -> None:
    """Lost friends who came up when the network was gone through."""
    chance = m.parameter("lost_tie_found")
    lost = [(t, tie, row) for t, tie, row in m.ties() if tie.dormant == 1]
    m.telling.say("They went through their network together.")
    for t, tie, row in lost:
        mark = m.uniform(processes.LOST_TIE_FOUND, m.id, m.id_of(row))
        side = "found_low" if tie.low == m.i else "found_high"
        found = bool(mark < chance.value or tie[side] == 1)
        m.telling.decide(
            f"{m.name(row)}, lost from sight, comes to mind", chance, chances=(chance.value,), drawn=(mark,),
            outcome=found, happened=bool(m.after.ties[t][side] == 1),
        )  # fmt: skip
        m.telling.say(
            f"{m.name(row).capitalize()}, lost from sight, {'came' if found else 'did not come'} to mind "
            f"(chance {about(chance.value)})."
        )
