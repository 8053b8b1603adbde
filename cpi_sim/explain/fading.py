"""Step 9 told: changes of life, ties that break, turn, fall dormant or end, and changes in the family."""

from __future__ import annotations

from dataclasses import dataclass

from cpi_sim.engine import processes
from cpi_sim.explain.decision import Basis, Telling
from cpi_sim.explain.moment import Moment
from cpi_sim.explain.words import about, counted
from cpi_sim.site.tables import FROM_FAMILY, KIN, SOCIAL, Row
from cpi_sim.site.tie_table import tie_between
from cpi_sim.week.fading import (
    closeness_faded,
    falls_dormant,
    hazard_of_life_change,
    hazard_of_rupture,
    is_ill,
    is_over,
    shaken_by_change,
)

GOES_ON, ENDS, DORMANT, TURNS = "goes on", "ends", "falls dormant", "turns"


@dataclass(frozen=True)
class Fate:
    """What became of a tie: chances of breaking and of turning, the number drawn, closeness, and the fate in a word."""

    rupture: float
    turning: float
    u: float
    closeness_hours: float
    fate: str


def tell(m: Moment) -> Telling:
    """A change of life, every tie, the family."""
    _life_change(m)
    _ties(m)
    _family(m)
    return m.telling


def _life_change(m: Moment) -> None:
    hazard = m.apply(hazard_of_life_change, m.me.age_years)
    mark = m.uniform(processes.LIFE_CHANGE, m.id)
    if m.telling.draw("moves, or life changes", hazard, mark, bool(m.now.life_changed == 1)):
        m.telling.say(
            f"They moved, or their life changed (chance {about(hazard.value)} a week): memberships end, and "
            "friendships are shaken."
        )


def _fate(m: Moment, tie: Row, changes: int) -> Fate:
    """What becomes of a social tie, worked out on a copy of its record."""
    low, high = m.before.people[tie.low], m.before.people[tie.high]
    tie = tie.copy()
    tie.closeness_hours = m.plain(closeness_faded)(tie.closeness_hours, 0 if tie.kind == SOCIAL else 1, m.p)
    u = m.uniform(processes.TIE_TURNS, int(low.id), int(high.id))
    if tie.kind != SOCIAL:
        loss = float(m.p.kin_loss / 52.0) if tie.kind == KIN and tie.shares_home == 0 else 0.0
        return Fate(loss, 0.0, u, float(tie.closeness_hours), ENDS if u < loss else GOES_ON)
    if changes > 0:
        m.plain(shaken_by_change)(tie, changes, m.p)
    illness = 1 if is_ill(low, m.week) or is_ill(high, m.week) else 0
    rupture = float(m.plain(hazard_of_rupture)(illness, m.p))
    turning = float(m.p.affinity_redrawn / 52.0)
    fate = ENDS if u < rupture else TURNS if 1.0 - u < turning else GOES_ON
    silent = int(m.week - tie.last_contact_week)
    if fate != ENDS and silent > m.p.lapse_weeks:
        if tie.dormant == 0 and m.plain(falls_dormant)(tie.peak_hours, silent, m.p):
            tie.dormant = 1
            fate = DORMANT if fate == GOES_ON else f"{TURNS}, {DORMANT}"
        if m.plain(is_over)(tie.closeness_hours, tie.peak_hours, silent, tie.dormant, m.p):
            fate = ENDS
    return Fate(rupture, turning, u, float(tie.closeness_hours), fate)


def _recorded(m: Moment, tie: Row, changes: int) -> str:
    """What the tables say became of a tie."""
    now = m.tie_after(int(tie.low), int(tie.high))
    if now is None:
        return ENDS
    affinity = float(tie.affinity)
    for _ in range(changes):
        affinity *= m.p.life_change_affinity
    parts = [TURNS] if tie.kind == SOCIAL and now.affinity != affinity else []
    parts += [DORMANT] if now.dormant == 1 and tie.dormant == 0 else []
    return ", ".join(parts) or GOES_ON


def _ties(m: Moment) -> None:
    """Every tie: its chances and fate; only what changed is told."""
    chances = []
    for _, tie, row in m.ties():
        changes = int(m.after.people["life_changed"][tie.low] + m.after.people["life_changed"][tie.high])
        changes = changes if tie.kind == SOCIAL else 0
        fate = _fate(m, tie, changes)
        name = m.name_of_tie(tie)
        basis = _basis(m, tie)
        m.telling.decide(
            f"the tie with {name} breaks or turns", basis, chances=(fate.rupture, fate.turning), drawn=(fate.u,),
            outcome=fate.fate, happened=_recorded(m, tie, changes),
        )  # fmt: skip
        now = m.tie_after(int(tie.low), int(tie.high))
        if now is not None:
            m.telling.decide(
                f"closeness with {name}", outcome=fate.closeness_hours, happened=float(now.closeness_hours)
            )
        if tie.kind == SOCIAL:
            chances.append(fate.rupture)
        _say_fate(m, tie, name, fate)
        if m.after.people["life_changed"][row] == 1:
            m.telling.say(f"{name.capitalize()} moved or had a change of life, which shook the tie.")
    if chances and not any(d.outcome == ENDS for d in m.telling.decisions):
        ties = counted(len(chances), "friendship or acquaintance", "friendships and acquaintances")
        m.telling.say(f"None of their {ties} broke (chance {about(sum(chances) / len(chances))} each).")


def _basis(m: Moment, tie: Row) -> Basis:
    """The chance that a tie breaks, as a rule or a parameter."""
    if tie.kind != SOCIAL:
        return m.parameter("kin_loss", m.p.kin_loss / 52.0)
    low, high = m.before.people[tie.low], m.before.people[tie.high]
    return m.apply(hazard_of_rupture, 1 if is_ill(low, m.week) or is_ill(high, m.week) else 0)


def _say_fate(m: Moment, tie: Row, name: str, fate: Fate) -> None:
    silent = int(m.week - tie.last_contact_week)
    if fate.fate == ENDS and fate.u < fate.rupture:
        how = "broke" if tie.kind == SOCIAL else "was lost"
        m.telling.say(f"The tie with {name} {how} (chance {about(fate.rupture)} a week).")
    elif fate.fate == ENDS:
        m.telling.say(f"After {counted(silent, 'week')} of silence nothing is left of the tie with {name}.")
    if TURNS in fate.fate:
        m.telling.say(f"They and {name} came to see each other differently (chance {about(fate.turning)} a week).")
    if DORMANT in fate.fate:
        m.telling.say(f"After {counted(silent, 'week')} of silence they lost touch with {name}.")


def _family(m: Moment) -> None:
    """Relatives gained; losses are told with the ties."""
    hazard = m.parameter("kin_loss", 0.5 * m.me.kin_at_start * m.p.kin_loss / 52.0)
    mark = m.uniform(processes.KIN_GAIN, m.id)
    gains = mark < hazard.value
    people = m.before.people.shape[0]
    row = int(m.before.row_of_id[int(m.uniform(processes.KIN_GAIN_WHOM, m.id) * people)])
    gains = bool(gains and row != m.i and tie_between(m.before, m.i, row) < 0)
    low, high = (m.i, row) if m.id < m.id_of(row) else (row, m.i)
    now = m.tie_after(low, high)
    m.telling.decide(
        "a relative is gained", hazard, chances=(hazard.value,), drawn=(mark,), outcome=gains,
        happened=bool(now is not None and now.formed_week == m.week and now.origin == FROM_FAMILY),
    )  # fmt: skip
    for k in range(m.after.first_tie[m.i], m.after.first_tie[m.i + 1]):
        tie = m.after.ties[m.after.tie_of[k]]
        if tie.kind == KIN and tie.formed_week == m.week:
            m.telling.say(f"{m.name_of_tie(tie).capitalize()} came into the family.")
