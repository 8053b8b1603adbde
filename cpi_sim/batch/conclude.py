"""What is made of a batch when its sites are finished: tables, summary, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure
from ruamel.yaml import YAML

from cpi_sim.batch.failures import FailedRun
from cpi_sim.batch.files import write_json, write_text, write_whole
from cpi_sim.batch.gather import gather
from cpi_sim.batch.parts import DamagedPart
from cpi_sim.batch.store import Store, Unfinished
from cpi_sim.batch.summary import Summary, summary_table
from cpi_sim.report.figures import FORMATS, batch_figures, save_figure
from cpi_sim.report.material import Material
from cpi_sim.report.page import write_page
from cpi_sim.scenario import Scenario

PEOPLE_DRAWN = 200_000
"""Distributions of scores are drawn from so many rows of people, of the first sites; means are over all."""
WEEKS_DRAWN = 100_000
"""With more rows of weeks, pictures get their mean over sites."""


def conclude(
    scenario: Scenario,
    store: Store,
    sites: Iterable[int],
    planned: int,
    past_of_arm: Mapping[str, str],
    failed: Iterable[FailedRun],
) -> dict[str, Any]:
    """Gather, summarise and draw ``sites``, one at least, of ``planned``; returns the summary.

    The summary has the shape that :meth:`~cpi_sim.batch.summary.Summary.result` gives it, and ``failures``: a list of
    ``site``, ``seed``, ``arm`` and ``error`` of runs that failed.

    Raises :class:`~cpi_sim.batch.store.Unfinished` where a part turns out to be damaged or nothing can be written.
    """
    write_text(store.folder / "resolved.yaml", resolved_yaml(scenario))
    collected = _Collected(Summary(scenario.comparator, past_of_arm))
    try:
        gather(store, sorted(sites), collected.take)
        summary = collected.summary.result() | {"failures": [_said(run) for run in failed]}
        write_json(store.folder / "summary.json", summary)
        write_whole(store.folder / "summary.csv", lambda path: summary_table(summary).to_csv(path, index=False))
        material = Material.of(scenario, collected.tables(), summary, planned)
        write_figures(batch_figures(material), store.folder)
        write_page(store.folder)
    except DamagedPart as problem:
        raise Unfinished(f"a part was damaged while it lay here ({problem})") from problem
    except OSError as problem:
        raise Unfinished(f"cannot write: {problem.strerror or problem}") from problem
    return summary


def _said(run: FailedRun) -> dict[str, Any]:
    return {"site": run.site, "seed": run.seed, "arm": run.arm, "error": run.error}


class _Collected:
    """What is kept in memory of the tables while they are written: a summary, and what pictures are drawn from."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary
        self._people: list[pd.DataFrame] = []
        self._weeks: list[pd.DataFrame] = []
        self._rows = {"people": 0, "weeks": 0}
        self._later_weeks: pd.DataFrame | None = None

    def take(self, table: str, portion: pa.Table) -> None:
        """See a portion of a table."""
        if table == "people":
            people = portion.to_pandas()
            self.summary.add(people)
            if self._rows[table] < PEOPLE_DRAWN:
                self._people.append(people)
        elif table == "weeks":
            self._take_weeks(portion.to_pandas())
        else:
            return
        self._rows[table] += len(portion)

    def _take_weeks(self, weeks: pd.DataFrame) -> None:
        """Keep the weeks as they are while they are few; then entry as it is, and later weeks summed over sites."""
        if self._later_weeks is None:
            self._weeks.append(weeks)
            if self._rows["weeks"] + len(weeks) > WEEKS_DRAWN:
                weeks = pd.concat(self._weeks)
                self._weeks = []
                self._later_weeks = pd.DataFrame()
        if self._later_weeks is not None:
            self._weeks.append(weeks[weeks["week"] == 0])
            later = weeks[weeks["week"] > 0].drop(columns="seed").groupby(["arm", "week"]).sum()
            self._later_weeks = later if self._later_weeks.empty else self._later_weeks + later

    def tables(self) -> dict[str, pd.DataFrame]:
        """What pictures are drawn from: ``people`` of the first sites, and ``weeks``.

        Where weeks are many, the rows after entry hold means over all sites, under the number of the first site.
        """
        weeks = pd.concat(self._weeks, ignore_index=True)
        if self._later_weeks is not None:
            mean = (self._later_weeks / weeks["site"].nunique()).reset_index()
            first = {"site": weeks["site"].iloc[0], "seed": weeks["seed"].iloc[0]}
            weeks = pd.concat([weeks, mean.assign(**first)], ignore_index=True)
        return {"people": pd.concat(self._people, ignore_index=True), "weeks": weeks}


def write_figures(figures: Mapping[str, Figure], folder: Path) -> None:
    """Write each picture in every format, whole."""
    for name, figure in figures.items():
        for file_format in FORMATS:
            write_whole(folder / f"{name}.{file_format}", partial(save_figure, figure, file_format=file_format))


def resolved_yaml(scenario: Scenario) -> str:
    """The scenario with everything spelt out, as YAML."""
    stream = StringIO()
    yaml: Any = YAML(typ="safe")
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.dump(scenario.resolved(), stream)
    return stream.getvalue()
