"""Step 1 told: symptoms, crises, and whether the worker left."""

from __future__ import annotations

from cpi_sim.engine import processes
from cpi_sim.explain.decision import Telling
from cpi_sim.explain.moment import Moment
from cpi_sim.explain.words import about, counted, moved
from cpi_sim.site.tables import SERVICE_USER
from cpi_sim.week.circumstances import (
    chance_that_illness_shows,
    hazard_of_crisis,
    length_of_crisis,
    next_symptoms,
)


def tell(m: Moment) -> Telling:
    """What circumstances brought: nothing for somebody who has never been ill."""
    if m.ill and m.week > m.me.onset_week:
        _symptoms(m)
        _crisis(m)
        _visibility(m)
    if m.week >= 0 and m.me.plan >= 0:
        _worker(m)
    return m.telling


def _symptoms(m: Moment) -> None:
    shock = m.normal(processes.SYMPTOMS)
    new = m.apply(next_symptoms, m.me.symptoms_base, m.me.symptoms_home, shock)
    m.telling.decide(
        "symptoms outside a crisis", new, drawn=(shock,), outcome=new.value, happened=float(m.now.symptoms_base)
    )
    m.telling.say(
        f"Symptoms {moved(m.me.symptoms, m.now.symptoms)} (1 is the mean of people with illness; this person's own "
        f"usual level is {m.me.symptoms_home:.2f})."
    )


def _crisis(m: Moment) -> None:
    if m.me.crisis_until > m.week:
        m.telling.say(f"They are in a crisis, with {counted(int(m.me.crisis_until - m.week), 'week')} to go.")
        return
    ratio = m.p.crisis_ratio if m.me.role_in_service == SERVICE_USER else 1.0
    hazard = m.apply(hazard_of_crisis, m.now.symptoms_base, ratio)
    mark = m.uniform(processes.CRISIS, m.id)
    if not m.telling.draw("a crisis begins", hazard, mark, bool(m.now.crisis_until > m.week)):
        m.telling.say(f"No crisis began (the chance of one was {about(hazard.value)}).")
        return
    u = m.uniform(processes.CRISIS_LENGTH, m.id)
    weeks = m.apply(length_of_crisis, u)
    m.telling.decide(
        "weeks that the crisis lasts", weeks, expected=float(m.p.crisis_mean_weeks), drawn=(u,),
        outcome=int(weeks.value), happened=int(m.now.crisis_until - m.week),
    )  # fmt: skip
    m.telling.say(
        f"A crisis began, for which the chance was {about(hazard.value)}; it will last "
        f"{counted(int(weeks.value), 'week')} (crises last {m.p.crisis_mean_weeks:g} weeks on average)."
    )


def _visibility(m: Moment) -> None:
    shows = m.apply(chance_that_illness_shows, m.now.symptoms, m.me.conceals)
    m.telling.decide(
        "how far the illness shows to people met", shows, outcome=shows.value, happened=float(m.now.visibility)
    )


def _worker(m: Moment) -> None:
    post = m.before.posts[m.before.plans[m.me.plan].post]
    if post.filled_from_week > m.week:
        m.telling.say("The post of their worker is vacant.")
        return
    hazard = m.parameter("staff_turnover", m.p.staff_turnover / 52.0)
    mark = m.uniform(processes.STAFF_LEAVES, int(post.id))
    if m.telling.draw("their worker leaves", hazard, mark, bool(m.after.posts[post.post].id != post.id)):
        m.telling.say(
            f"Their worker left (chance {about(hazard.value)} a week); trust in the next one has to begin anew."
        )
