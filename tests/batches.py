"""Small batches for tests: a scenario that lives a site in a few hundredths of a second, and parts made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from cpi_sim.batches.parts import TABLES, Packed, pack
from cpi_sim.batches.plan import SitePlan
from cpi_sim.batches.store import Store
from cpi_sim.parameters import defaults
from cpi_sim.scenario import Arm, Scenario

SMALL = {
    "community_members": 40.0,
    "service_users": 8.0,
    "settings": 8.0,
    "users_only_groups": 1.0,
    "burn_in_years": 0.0,
    "illness_years_low": 0.5,
    "illness_years_high": 1.0,
}
FILE = """\
extends: contact_intensity
sites: {sites}
horizon_weeks: 4
measure_weeks: [4]
site: {{community_members: 40, service_users: 8, settings: 8, users_only_groups: 1, burn_in_years: 0}}
agency: {{illness_years_low: 0.5, illness_years_high: 1}}
vary:
  intervention.contacts_per_month: [0, 4]
comparator: "0"
"""
"""The same as a file, for the command line; fill in ``sites``."""
IDENTITY = {"scenario": "abc", "model": "123"}
RESULTS = ("people.parquet", "runs.parquet", "weeks.parquet", "summary.json", "summary.csv")
"""Files that must not depend on how a batch went."""


def small_scenario(seed: int = 5, sites: int = 4) -> Scenario:
    """Two arms, eight weeks, sites of fifty people."""
    arms = {}
    for contacts in (0.0, 4.0):
        values = defaults("inclusion_project") | SMALL | {"contacts_per_month": contacts}
        name = f"{contacts:g}"
        arms[name] = Arm(name, f"{name} a month", "inclusion_project", values)
    return Scenario(
        name="small",
        title="A small batch",
        why="for tests",
        question="Does it run?",
        horizon_weeks=8,
        measure_weeks=(4, 8),
        sites=sites,
        seed=seed,
        comparator="0",
        arms=arms,
    )


def tables_in(folder: Path) -> dict[str, pd.DataFrame]:
    """The gathered tables of a results folder."""
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}


def assert_same_results(one: Path, other: Path) -> None:
    """The same tables and summary, byte for byte."""
    for name in RESULTS:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


def some_rows(site: int) -> dict[str, pa.Table]:
    """Tables of one site, made by hand."""
    columns = {"site": np.array([site, site], np.int32), "score": [site + 0.5, site * 2.0]}
    return {name: pa.table(columns) for name in TABLES}


def packed(*sites: int) -> Packed:
    """What a worker hands over for these sites."""
    rows = [some_rows(site) for site in sites]
    tables = {name: pa.concat_tables([each[name] for each in rows]) for name in TABLES}
    return pack([SitePlan(site, 1000 + site, ()) for site in sites], tables)


def open_store(folder: Path, identity: dict[str, str] = IDENTITY, *, overwrite: bool = False) -> Store:
    """A store for results of ``identity``."""
    return Store(folder, {"identity": identity}, overwrite=overwrite)
