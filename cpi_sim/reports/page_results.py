"""Reading results back from their folder: all that a page says comes from the files there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from cpi_sim.reports.material import SHOWN, Material
from cpi_sim.scenario import Scenario, ScenarioError, load

PROVENANCE = "provenance.json"
NEEDED = ("resolved.yaml", "summary.json", PROVENANCE, "people.parquet", "weeks.parquet")
PEOPLE_DRAWN = 200_000
"""Rows of people read for the pictures of distributions; where there are more, those of the first sites."""
WEEKS_READ = 400_000
"""With more rows of weeks, those after entry are read as their mean over sites."""

_WEEKS_COLUMNS = (
    "site", "arm", "week", "contacts_intended", "contacts_agreed", "contacts_delivered", "hours_delivered",
    "hours_available", "people", "engaged", "supported", "in_crisis",
)  # fmt: skip


class UnreadableResults(Exception):
    """A folder that holds no results from which a report could be made; the message says what is missing."""


@dataclass(frozen=True)
class Results:
    """What a folder of results holds.

    ``material`` is what its pictures are drawn from, ``summary`` and ``certificate`` are its summary and provenance;
    ``sites_drawn`` counts the sites from which distributions are drawn.
    """

    folder: Path
    scenario: Scenario
    summary: Mapping[str, Any]
    certificate: Mapping[str, Any]
    material: Material
    sites_drawn: int


def read_results(folder: Path) -> Results:
    """Read a folder of results.

    Raises :class:`UnreadableResults` where it is no such folder, or a file is missing, damaged or of another version.
    """
    _check_whole(folder)
    try:
        certificate = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        scenario = load(folder / "resolved.yaml")
        weeks = _weeks(folder / "weeks.parquet")
        people = _people(folder / "people.parquet", [*SHOWN, "contacts_connecting", *scenario.instruments])
    except ScenarioError as error:
        message = f"{folder}: its scenario cannot be read by this version of cpi_sim:\n{error}"
        raise UnreadableResults(message) from None
    except (OSError, ValueError, pa.ArrowException) as error:
        raise UnreadableResults(f"{folder}: cannot be read ({error})") from None
    if not summary.get("arms") or weeks.empty:
        raise UnreadableResults(f"{folder}: no site of this batch is finished; run it again to go on from there")
    alone = "site" in certificate.get("identity", {})  # results of one site, not of a batch
    planned = 1 if alone else int(certificate.get("sites_planned", scenario.sites))
    material = Material.of(scenario, {"people": people, "weeks": weeks}, summary, planned)
    return Results(folder, scenario, summary, certificate, material, int(people["site"].nunique()))


def _check_whole(folder: Path) -> None:
    """Raise :class:`UnreadableResults` where a needed file is missing, saying where results may be instead."""
    if not folder.is_dir():
        raise UnreadableResults(f"{folder}: no such folder{_where_else(folder)}")
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        words = f"{folder}: no results of a batch ({', '.join(missing)} missing)"
        raise UnreadableResults(words + _where_else(folder))


def _where_else(folder: Path) -> str:
    """Folders of results that may have been meant: inside the one given, or under ``results``."""
    inside = sorted(path.parent for path in folder.glob(f"*/{PROVENANCE}")) if folder.is_dir() else []
    named = [Path("results") / folder.name] if (Path("results") / folder.name / PROVENANCE).is_file() else []
    found = [path.as_posix() for path in (*named, *inside)]
    return f"; did you mean {', '.join(found[:8])}?" if found else ""


def _people(path: Path, scores: list[str]) -> pd.DataFrame:
    """The table of people, only the columns that are drawn; of a very large one, the first sites."""
    file = pq.ParquetFile(path)
    columns = ["site", "arm", "week", "person", *(name for name in scores if name in file.schema_arrow.names)]
    rows = file.metadata.num_rows
    if rows <= PEOPLE_DRAWN:
        return file.read(columns=columns).to_pandas()
    first_sites = []
    read = 0
    for batch in file.iter_batches(columns=columns):  # a table lists site after site
        first_sites.append(batch)
        read += batch.num_rows
        if read >= PEOPLE_DRAWN:
            break
    frame = pa.Table.from_batches(first_sites).to_pandas()
    last = frame["site"].iloc[-1]
    whole = frame[frame["site"] != last]
    return whole if len(whole) else frame


def _weeks(path: Path) -> pd.DataFrame:
    """The table of weeks; of a very large one, entry as it is, and the mean over sites of the weeks after it.

    Those means stand under the number of the first site.
    """
    file = pq.ParquetFile(path)
    columns = list(_WEEKS_COLUMNS)
    if file.metadata.num_rows <= WEEKS_READ:
        return file.read(columns=columns).to_pandas()
    entry, later = [], []
    for batch in file.iter_batches(columns=columns):
        weeks = batch.to_pandas()
        entry.append(weeks[weeks["week"] == 0])
        later.append(weeks[weeks["week"] > 0].drop(columns="site").groupby(["arm", "week"]).agg(["sum", "count"]))
    sums = pd.concat(later).groupby(level=["arm", "week"]).sum()
    means = sums.xs("sum", axis=1, level=1) / sums.xs("count", axis=1, level=1)
    at_entry = pd.concat(entry, ignore_index=True)
    return pd.concat([at_entry, means.reset_index().assign(site=at_entry["site"].iloc[0])], ignore_index=True)
