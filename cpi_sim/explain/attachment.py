"""Step 8 told: how secure the person feels in each tie, and in general."""

from __future__ import annotations

from cpi_sim.engine import processes
from cpi_sim.explain.decision import Telling
from cpi_sim.explain.moment import Moment
from cpi_sim.explain.pulls import pulls_of, say_pulls
from cpi_sim.explain.words import counted, listed, moved
from cpi_sim.site.tables import AGREED, NEEDS_AT_MOST, NOT_ASKED, SOCIAL, Row
from cpi_sim.site.tie_table import security_of
from cpi_sim.week.attachment import (
    HOMEWARD_WEEKS,
    next_style,
    security_after_gain,
    security_after_loss,
    security_gained,
    side_after_week,
)

HELPED, REFUSED, MET = "having been helped", "having been refused", "having met"
SILENCE, SETTLING = "after a long silence", "settling towards what they expect of such a tie"
TOLD_AT_LEAST = 0.01
"""Changes of security smaller than this are not told one by one."""


def tell(m: Moment) -> Telling:
    """Security in ties, then the general style."""
    _ties(m)
    _styles(m)
    return m.telling


def _answers(m: Moment, t: int, security: float) -> tuple[float, str]:
    """Security in a tie (row) after the answers that the person got in it, and what they were."""
    reflection = m.of_plan("reflection")
    words = ""
    for k in range(NEEDS_AT_MOST):
        need = m.before.needs[m.i, k]
        if need.answer == NOT_ASKED or need.asked_tie != t:
            continue
        if need.answer == AGREED:
            size = m.p.security_help * (1.0 + m.p.reflection_gain * reflection)
            security = float(m.plain(security_after_gain)(security, size, m.me.avoidance, m.p))
            words = HELPED
        else:
            size = m.p.security_refusal * (1.0 - m.p.reflection_gain * reflection)
            security = float(m.plain(security_after_loss)(security, size, m.me.anxiety, m.p))
            words = REFUSED
    return security, words


def _is_silent(m: Moment, tie: Row) -> bool:
    """Whether a friend has not been seen for so long that it tells."""
    close = tie.kind == SOCIAL and tie.dormant == 0 and tie.closeness_hours >= m.p.casual_friend_hours
    return bool(close and m.week - tie.last_contact_week > m.p.security_lapse_weeks)


def _ties(m: Moment) -> None:
    going_home = m.week % HOMEWARD_WEEKS == 0
    told, little = [], 0
    for t, tie, _ in m.ties():
        then, now = float(security_of(tie, m.i)), float(security_of(m.after.ties[t], m.i))
        security, why = _answers(m, t, then)
        silent = _is_silent(m, tie)
        trust = tie.trust_low if tie.low == m.i else tie.trust_high
        if going_home or silent or tie.contacts_this_week > 0:
            security = float(m.plain(side_after_week)(security, tie, trust, m.me, silent, going_home, m.p))
        m.telling.decide(f"security with {m.name_of_tie(tie)}", outcome=security, happened=now)
        if not why or (now < then) == (why == HELPED):
            why = SILENCE if silent else MET if tie.contacts_this_week and now > then else SETTLING
        if abs(now - then) >= TOLD_AT_LEAST:
            told.append((abs(now - then), f"with {m.name_of_tie(tie)} {moved(then, now)}{f' ({why})' if why else ''}"))
        elif now != then:
            little += 1
    largest = [words for _, words in sorted(told, reverse=True)[:4]]
    rest = len(told) + little - len(largest)
    if largest:
        more = f"; in {counted(rest, 'other tie')} it moved less" if rest else ""
        m.telling.say(f"How secure they feel (0 to 1) {listed(largest)}{more}.")


def _styles(m: Moment) -> None:
    """General anxiety and avoidance; told with what pulled them where they moved much."""
    gain = float(m.plain(security_gained)(m.after, m.now)) if m.week >= 0 else 0.0
    strain = float(m.me.symptoms - m.me.symptoms_home) if m.ill else 0.0
    for name, process, held in (
        ("anxiety", processes.STYLE_ANXIETY, strain),
        ("avoidance", processes.STYLE_AVOIDANCE, 0.0),
    ):
        state, home, shock = float(m.me[name]), float(m.me[f"{name}_home"]), m.normal(process)
        new = m.apply(next_style, state, home, shock, gain, held)
        m.telling.decide(f"attachment {name}", new, drawn=(shock,), outcome=new.value, happened=float(m.now[name]))
        pulls = pulls_of(
            m, next_style, new.inputs,
            {"style_home": state, "shock": 0.0, "ties_gain": 0.0, "strain": 0.0},
            {"style_home": ("their own usual level",) * 2, "shock": ("chance",) * 2,
             "ties_gain": ("close ties more secure than at entry", "close ties less secure than at entry"),
             "strain": ("symptoms above their usual level", "symptoms below their usual level")},
        )  # fmt: skip
        m.telling.say(
            f"General attachment {name} {moved(state, new.value)}"
            f"{say_pulls(pulls, ': pulled up by ', 'pulled down by ')}."
        )
