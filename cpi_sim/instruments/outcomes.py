"""Every score that the instruments give: what it is called, its unit, range, direction, reliability and evidence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from cpi_sim.evidence.catalogue import ASSUMPTION, mark_of
from cpi_sim.instruments.network import LSNS6_MOST
from cpi_sim.instruments.scales import (
    ALLIANCE_RANGE,
    EQ5D_RANGE,
    PAM_RANGE,
    SCOPE_RANGE,
    SWEMWBS_RANGE,
    ULS8_RANGE,
    WEMWBS_RANGE,
)
from cpi_sim.parameters import REGISTRY

Direction = Literal["higher", "lower", "none"]


@dataclass(frozen=True)
class Outcome:
    """One score.

    ``range`` is what the score can be, not-a-number apart; ``direction`` says which way a person is better off ("none"
    where that is not for the program to say); ``whole`` that it moves in whole points. ``reliability`` is the
    correlation between two occasions on which nothing differed but the error, in the group that the instrument is
    described for; 1 where the answer has no error. ``evidence`` names what level and reliability rest on.
    """

    name: str
    label: str
    unit: str
    range: tuple[float, float]
    direction: Direction
    reliability: float
    evidence: str
    whole: bool

    @property
    def mark(self) -> str:
        """How firm the evidence is, in the words shown to readers."""
        return mark_of(self.evidence)


OUTCOMES: dict[str, Outcome] = {}
"""All outcomes by name, in the order in which they are shown."""


def _outcome(
    name: str,
    label: str,
    unit: str,
    limits: tuple[float, float],
    direction: Direction,
    reliability: float,
    evidence: str = ASSUMPTION,
    whole: bool = True,
) -> None:
    OUTCOMES[name] = Outcome(name, label, unit, limits, direction, reliability, evidence, whole)


def _default(name: str) -> float:
    return REGISTRY[name].default


EXACT = 1.0
_SWEMWBS = _default("swemwbs_reliability")
_WEMWBS = 1.0 - (_default("wemwbs_error") / _default("wemwbs_sd")) ** 2
_ULS8 = 1.0 - _default("uls8_error") ** 2 / (_default("uls8_slope") ** 2 + _default("uls8_error") ** 2)
_SCOPE, _PAM, _ALLIANCE = (_default(f"{name}_reliability") for name in ("scope", "pam", "alliance"))

_RG = "rg_items rg_total_reliability rg_item_kappa"
_RECALL = "recall_omission"
_POPULATION = "wellbeing_mean_co wellbeing_sd_co wemwbs_retest"
_ANXIETY, _AVOIDANCE = (f"pam_{style}_mean attachment_reliability" for style in ("anxiety", "avoidance"))
_PRICES = "cost_hour_b6 cost_hour_b4 cost_contact_hour_factor"
_ALL_PRICES = f"{_PRICES} cost_inpatient_day"
_COUNT = (0, math.inf)
_GBP = "GBP since entry, 2025 prices"
_HOURS = "worker's hours since entry"

# Access to social capital. What a retest gives follows from the answers: found in a made-up community, held by a test.
_outcome("rg_uk", "Access to social capital (RG)", "items of 27", (0, 27), "higher", 0.85, _RG)
_outcome("rg_domestic", "Resource Generator: domestic", "items of 8", (0, 8), "higher", 0.78, _RG)
_outcome("rg_expert_advice", "Resource Generator: expert advice", "items of 7", (0, 7), "higher", 0.78, _RG)
_outcome("rg_personal_skills", "Resource Generator: personal skills", "items of 6", (0, 6), "higher", 0.78, _RG)
_outcome("rg_problem_solving", "Resource Generator: problem solving", "items of 6", (0, 6), "higher", 0.78, _RG)

# How people feel
_outcome("swemwbs", "Wellbeing (SWEMWBS)", "points", SWEMWBS_RANGE, "higher", _SWEMWBS, _POPULATION)
_outcome("wemwbs", "Wellbeing (WEMWBS-14)", "points", WEMWBS_RANGE, "higher", _WEMWBS, "wemwbs_sem")
_outcome("scope_inclusion", "Perceived inclusion (SCOPE type)", "points", SCOPE_RANGE, "higher", _SCOPE)
_outcome("uls8", "Loneliness (ULS-8)", "points", ULS8_RANGE, "lower", _ULS8, "uls8_mean_su ucla_retest")

# Naming people. Reliabilities follow from forgetting, in the same community.
_outcome("network_size", "Network size", "people named, workers apart", _COUNT, "higher", 0.91, _RECALL)
_outcome("kin", "Kin", "people named", _COUNT, "none", EXACT)
_outcome("friends", "Friends", "people named", _COUNT, "higher", 0.87, _RECALL)
_outcome("close_friends", "Close friends", "people named", _COUNT, "higher", 0.82, _RECALL)
_outcome("others", "Acquaintances", "people named", _COUNT, "none", 0.84)
_outcome("contacts_last_week", "People met last week", "people named, home apart", _COUNT, "higher", 0.85, _RECALL)
_outcome("saw_friend_last_week", "Saw a friend last week", "share of people", (0, 1), "higher", EXACT)
_outcome("practitioners", "Practitioners", "people named", (0, 1), "none", EXACT)
_outcome("lsns6", "Social network (LSNS-6 stand-in)", "points", (0, LSNS6_MOST), "higher", 0.82)
_outcome(
    "activities_last_week", "Activities last week", "settings attended and friends visited", _COUNT, "higher", EXACT
)

# Attachment and working alliance
_outcome("pam_anxiety", "Attachment anxiety (PAM)", "points", PAM_RANGE, "lower", _PAM, _ANXIETY, whole=False)
_outcome("pam_avoidance", "Attachment avoidance (PAM)", "points", PAM_RANGE, "lower", _PAM, _AVOIDANCE, whole=False)
_outcome("alliance", "Working alliance", "points", ALLIANCE_RANGE, "higher", _ALLIANCE, whole=False)

# Health-related quality of life, among people who use services
_outcome("eq5d", "Quality of life (EQ-5D type)", "utility", EQ5D_RANGE, "higher", 0.75, "eq5d_sd", whole=False)

# Service use and costs since entry, from the service's books
_outcome("contacts_routine", "Routine contacts", "contacts since entry", _COUNT, "none", EXACT)
_outcome("contacts_crisis", "Crisis contacts", "contacts since entry", _COUNT, "lower", EXACT)
_outcome("contacts_connecting", "Connecting contacts", "contacts since entry", _COUNT, "none", EXACT)
_outcome("hours_routine", "Routine work", _HOURS, _COUNT, "none", EXACT, whole=False)
_outcome("hours_crisis", "Crisis work", _HOURS, _COUNT, "lower", EXACT, whole=False)
_outcome("hours_connecting", "Connecting work", _HOURS, _COUNT, "none", EXACT, whole=False)
_outcome(
    "fidelity", "Fidelity of the practice", "delivered of intended, times quality", (0, 1), "higher", EXACT, whole=False
)
_outcome("bed_days", "Days in hospital", "days since entry", _COUNT, "lower", EXACT)
_outcome("cost_contacts", "Cost of contacts", _GBP, _COUNT, "lower", EXACT, _PRICES, whole=False)
_outcome("cost_total", "Cost of contacts and hospital", _GBP, _COUNT, "lower", EXACT, _ALL_PRICES, whole=False)
