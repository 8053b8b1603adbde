"""Folders of results as a batch leaves them, with made-up numbers, and a page taken apart: for tests of the report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cpi_sim.batches.conclude import resolved_yaml
from cpi_sim.batches.summary import summarise
from cpi_sim.instruments import OUTCOMES
from cpi_sim.scenario import Scenario, load

WEEKS = (0, 4, 8)
SITES = 3
PEOPLE = 20
VOID = {"meta", "br", "wbr"}


def scenario_of(**changes: Any) -> Scenario:
    """A scenario of eight weeks and three sites, with arms of 0 and 4 contacts a month; None leaves a field out."""
    fields = {
        "name": "trial", "title": "A trial", "question": "What changes?", "why": "To see.", "horizon_weeks": 8,
        "measure_weeks": list(WEEKS), "sites": SITES, "vary": {"intervention.contacts_per_month": [0, 4]},
        "comparator": "0", "intervention.duration_weeks": 4,
    }  # fmt: skip
    given = {name: value for name, value in {**fields, **changes}.items() if value is not None}
    return load("usual_care_inclusion_project", given)


def tables_of(scenario: Scenario) -> dict[str, pd.DataFrame]:
    """Made-up tables of results: scores at random, and an arm that adds 1 to everybody's score after week 0."""
    rng = np.random.default_rng(3)
    people, weeks = [], []
    for site in range(scenario.sites):
        base = {name: rng.integers(5, 20, PEOPLE).astype(float) for name in OUTCOMES}
        for nth, arm in enumerate(scenario.arms):
            for week in WEEKS:
                scores = {name: values + (nth if week else 0) + 0.1 * site * nth for name, values in base.items()}
                who = {"site": site, "seed": 7, "arm": arm, "week": week, "person": np.arange(PEOPLE)}
                people.append(pd.DataFrame({**who, **scores}))
            for week in range(scenario.horizon_weeks + 1):
                given = {"contacts_intended": 4.0 * nth, "contacts_agreed": 3.0 * nth, "contacts_delivered": 2.0 * nth}
                hours = {"hours_delivered": 3.0 * nth, "hours_available": 9.0}
                counts = {"people": float(PEOPLE), "engaged": 19.0, "supported": 5.0 * nth, "in_crisis": 1.0}
                weeks.append({"site": site, "seed": 7, "arm": arm, "week": week, **given, **hours, **counts})
    return {"people": pd.concat(people, ignore_index=True), "weeks": pd.DataFrame(weeks)}


def keep(scenario: Scenario, folder: Path, **beyond: Any) -> Path:
    """A folder of results as a batch leaves it; ``beyond`` is added to its summary."""
    tables = tables_of(scenario)
    folder.mkdir()
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    summary = summarise(tables["people"], scenario.comparator, dict.fromkeys(scenario.arms, "one past"))
    (folder / "summary.json").write_text(json.dumps(summary | beyond), encoding="utf-8")
    (folder / "resolved.yaml").write_text(resolved_yaml(scenario), encoding="utf-8")
    certificate = {
        "identity": {"scenario": scenario.hash, "model": "abcdef0123456789", "libraries": "numpy 2.0, numba 0.61"},
        "scenario": scenario.name, "seed": scenario.seed, "replaced_rules": [], "cpi_sim": "0.1.0",
        "python": "3.11.7", "platform": "Linux", "processor": "x86_64",
        "command": "/home/somebody/.venv/bin/cpi-sim batch 'my trial.yaml'", "started": "2026-01-02T03:04:05+00:00",
        "finished": "2026-01-02T04:04:05+00:00", "sites_finished": SITES, "sites_planned": scenario.sites,
    }  # fmt: skip
    (folder / "provenance.json").write_text(json.dumps(certificate), encoding="utf-8")
    return folder


class Page(HTMLParser):
    """A page taken apart: elements in their order, and what is wrong with it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.source = path.read_text(encoding="utf-8")
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.wrong: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(self.source)
        self.close()
        self.wrong += [f"{name} is never closed" for name in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.wrong.append(f"{tag} has an attribute twice: {names}")
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"{tag} is closed where it is not open, line {self.getpos()[0]}")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of every element of a name."""
        return [attributes for name, attributes in self.elements if name == tag]

    def attributes(self) -> Iterator[tuple[str, str, str]]:
        """Every attribute as (element, attribute, value)."""
        for tag, attributes in self.elements:
            for name, value in attributes.items():
                yield tag, name, value or ""
