"""The numbers that the baseline keeps: one small site, usual care and connecting work, after half a year."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from cpi_sim.instruments import measure
from tests.sites import SEED, STRONG, lived

FILE = Path(__file__).with_name("numbers.json")
KEPT = ("network_size", "friends", "contacts_last_week", "rg_uk", "scope_inclusion", "uls8", "wemwbs", "alliance")
WEEKS = 26


def numbers() -> dict[str, dict[str, float]]:
    """Mean scores of the people who use services, by arm, and how much connecting work there was."""
    found = {}
    for arm, changes in (("usual_care", {}), ("connecting", STRONG)):
        site = lived(WEEKS, **changes)
        scores = measure(site, SEED, WEEKS)
        found[arm] = {name: float(np.nanmean(scores[name])) for name in KEPT}
        found[arm]["sessions_attended"] = float(site.plans["sessions_attended"].sum())
        found[arm]["ties"] = float(site.counters[0])
    return found


def kept() -> dict[str, dict[str, float]]:
    """The numbers as they stood when the baseline was last moved."""
    return json.loads(FILE.read_text(encoding="utf-8"))
