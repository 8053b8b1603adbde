"""Step 10 told: loneliness, inclusion, wellbeing, confidence, and the refusal that is expected."""

from __future__ import annotations

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp
from cpi_sim.explain.decision import Telling
from cpi_sim.explain.moment import Moment
from cpi_sim.explain.plain import Function
from cpi_sim.explain.pulls import pulls_of, say_pulls
from cpi_sim.explain.words import moved, two_digits
from cpi_sim.reports.words import signed
from cpi_sim.site.tables import COMMUNITY_MEMBER, RESOURCE_ITEMS, SERVICE_USER, SOCIAL
from cpi_sim.site.tie_table import is_friend, security_of
from cpi_sim.week.access import count_access
from cpi_sim.week.feeling import (
    level_of_confidence,
    level_of_inclusion,
    level_of_loneliness,
    level_of_refusal_expected,
    level_of_wellbeing,
    moved_towards,
    returns_of_capital,
    settings_attended,
    shaken,
    takes_stock,
)

OWN = ("what is lastingly their own",) * 2
WORDS = {
    "company": ("more company of people they feel secure with", "less company of people they feel secure with"),
    "belonging": ("more belonging through places gone to", "less belonging through places gone to"),
    "symptoms": ("more symptoms", "fewer symptoms"),
    "anxiety": ("more attachment anxiety", "less attachment anxiety"),
    "avoidance": ("more attachment avoidance", "less attachment avoidance"),
    "trait": OWN,
    "home": OWN,
    "friends_outside_services": ("more friends outside services", "fewer friends outside services"),
    "has_role": ("having work, study or another role", "not having work, study or another role"),
    "loneliness": ("more loneliness", "less loneliness"),
    "inclusion": ("feeling more included", "feeling less included"),
    "activities": ("having done more this week", "having done less this week"),
    "needs_balance": ("more needs met", "fewer needs met"),
    "capital": ("more within reach through others", "less within reach through others"),
    "rewards": ("more rewarding experiences this week", "fewer rewarding experiences this week"),
}
"""What it is to have more, and to have less, of each than the average community member."""


def tell(m: Moment) -> Telling:
    """What is within reach, then each feeling on its way to its level."""
    if m.plain(takes_stock)(m.me.role_in_service, m.week):
        access = float(m.plain(count_access)(m.before, m.i, 1.0, np.empty(RESOURCE_ITEMS)))
        m.telling.decide("resources within reach, of 27", outcome=access, happened=float(m.now.access))
        m.telling.say(f"About {access:.0f} of {RESOURCE_ITEMS} kinds of help and resources are within their reach.")
    own, usual = _inputs(m), _usual(m)
    _loneliness(m, own, usual)
    _inclusion(m, own, usual)
    _wellbeing(m, own, usual)
    _confidence(m, own, usual)
    _refusal(m, own, usual)
    return m.telling


def _company(m: Moment) -> tuple[float, float]:
    """Company of people met lately, summed, and friends who do not use the service."""
    company, friends = 0.0, 0.0
    for _, tie, row in m.ties():
        friend = is_friend(tie, m.p.casual_friend_hours)
        if tie.kind == SOCIAL and not friend:
            continue
        if friend:
            friends += 1.0 if m.before.people[row].role_in_service != SERVICE_USER else 0.0
        if m.week - tie.last_contact_week < m.p.company_weeks:
            company += (m.p.company_friend if friend else m.p.company_kin) * security_of(tie, m.i)
    return float(company), friends


def _inputs(m: Moment) -> dict[str, float]:
    """All that the person's feelings depend on this week."""
    company, friends = _company(m)
    m.telling.decide("company of people met lately", outcome=company, happened=float(m.now.company))
    m.telling.decide("friends who do not use the service", outcome=friends, happened=float(m.now.friends_outside))
    access = float(m.now.access)
    balance = min(max(m.me.met_lately - m.me.unmet_lately, -4.0), 4.0)
    return {
        "company": float(1.0 - exp(-company / m.p.company_enough)),
        "belonging": float(1.0 - exp(-m.plain(settings_attended)(m.before, m.i) / m.p.belonging_enough)),
        "friends_outside_services": friends,
        "activities": float(m.me.acts),
        "needs_balance": float(balance),
        "capital": m.apply(returns_of_capital, access, m.me.security_mean).value,
        **{name: float(m.me[name]) for name in
           ("symptoms", "anxiety", "avoidance", "has_role", "rewards", "loneliness", "inclusion")},
    }  # fmt: skip


def _usual(m: Moment) -> dict[str, float]:
    """The same of the average community member this week: what pulls are counted from."""
    community = m.before.people["role_in_service"] == COMMUNITY_MEMBER
    then, people, members = m.before.people[community], m.after.people[community], m.before.memberships[community]
    attended = ((members["setting"] >= 0) & (members["attended"] == 1)).sum(axis=1)
    capital = m.plain(returns_of_capital)
    within_reach = zip(people["access"], then["security_mean"], strict=True)
    return {
        "company": float((1.0 - np.exp(-people["company"] / m.p.company_enough)).mean()),
        "belonging": float((1.0 - np.exp(-attended / m.p.belonging_enough)).mean()),
        "friends_outside_services": float(np.minimum(people["friends_outside"], 4.0).mean()),
        "activities": float(then["acts"].mean()),
        "needs_balance": float(np.clip(then["met_lately"] - then["unmet_lately"], -4.0, 4.0).mean()),
        "capital": float(np.mean([capital(access, security, m.p) for access, security in within_reach])),
        "trait": 0.0,
        "home": 0.0,
        **{name: float(then[name].mean()) for name in
           ("symptoms", "anxiety", "avoidance", "has_role", "rewards", "loneliness", "inclusion")},
    }  # fmt: skip


def _feel(
    m: Moment, name: str, rule: Function, inputs: dict[str, float], usual: dict[str, float], weeks: float,
    shock: tuple[float, float] | None, label: str,
) -> None:  # fmt: skip
    """One feeling: its level, the part of the way it went, the shock (size and number), and what pulled at it."""
    level = m.apply(rule, *inputs.values())
    state = float(m.me[name])
    new = on_the_way = float(m.plain(moved_towards)(state, level.value, weeks))
    drawn: tuple[float, ...] = ()
    if shock is not None:
        new += float(m.plain(shaken)(shock[0], weeks, shock[1]))
        drawn = (shock[1],)
    m.telling.decide(
        f"{name.replace('_', ' ')} (expected: the level that it moves towards)", level, expected=level.value,
        drawn=drawn, outcome=new, happened=float(m.now[name]),
    )  # fmt: skip
    instead = {each: usual[each] for each in inputs}
    pulls = pulls_of(m, rule, level.inputs, instead, WORDS)
    went = f"{signed(on_the_way - state, 2)} on its way there, {signed(new - on_the_way, 2)} by chance"
    by_chance = f" ({went})" if drawn else ""
    m.telling.say(
        f"{label} {moved(state, new)}; their life this week tends towards {two_digits(level.value)}{by_chance}"
        f"{say_pulls(pulls, ', raised by ', 'lowered by ')}."
    )


def _loneliness(m: Moment, own: dict[str, float], usual: dict[str, float]) -> None:
    names = ("company", "belonging", "symptoms", "anxiety", "avoidance")
    inputs = {name: own[name] for name in names} | {"trait": float(m.me.loneliness_trait)}
    shock = (m.p.feeling_noise, m.normal(processes.NOISE_LONELY))
    _feel(m, "loneliness", level_of_loneliness, inputs, usual, m.p.loneliness_weeks, shock, "Loneliness")


def _inclusion(m: Moment, own: dict[str, float], usual: dict[str, float]) -> None:
    names = ("belonging", "friends_outside_services", "has_role", "symptoms")
    inputs = {name: own[name] for name in names} | {"trait": float(m.me.inclusion_trait)}
    shock = (m.p.feeling_noise, m.normal(processes.NOISE_INCLUDED))
    _feel(m, "inclusion", level_of_inclusion, inputs, usual, m.p.inclusion_weeks, shock, "Feeling included")


def _wellbeing(m: Moment, own: dict[str, float], usual: dict[str, float]) -> None:
    names = ("symptoms", "loneliness", "inclusion", "activities", "anxiety", "avoidance", "needs_balance", "capital")
    inputs = {name: own[name] for name in names} | {"trait": float(m.me.wellbeing_trait)}
    _feel(m, "wellbeing", level_of_wellbeing, inputs, usual, m.p.wellbeing_weeks, None, "Wellbeing")
    weeks, mark = m.p.wellbeing_weeks, m.normal(processes.NOISE_WELL)
    spread = m.p.well_passing * (1.0 + m.p.well_symptoms_spread * m.me.symptoms)
    passing = float(m.plain(moved_towards)(m.me.wellbeing_passing, 0.0, weeks))
    passing += float(m.plain(shaken)(spread, weeks, mark))
    m.telling.decide(
        "passing ups and downs of wellbeing", m.apply(shaken, spread, weeks, mark), drawn=(mark,), outcome=passing,
        happened=float(m.now.wellbeing_passing),
    )  # fmt: skip
    m.telling.say(f"Passing ups and downs, which come on top of wellbeing, {moved(m.me.wellbeing_passing, passing)}.")


def _confidence(m: Moment, own: dict[str, float], usual: dict[str, float]) -> None:
    inputs = {name: own[name] for name in ("symptoms", "anxiety", "avoidance", "rewards")}
    inputs["home"] = float(m.me.confidence_home)
    _feel(m, "confidence", level_of_confidence, inputs, usual, m.p.confidence_weeks, None, "Confidence (0 to 1)")


def _refusal(m: Moment, own: dict[str, float], usual: dict[str, float]) -> None:
    inputs = {name: own[name] for name in ("symptoms", "anxiety")} | {"home": float(m.me.refusal_home)}
    label = "The refusal they expect (0 to 1)"
    _feel(m, "refusal_expected", level_of_refusal_expected, inputs, usual, m.p.refusal_weeks, None, label)
