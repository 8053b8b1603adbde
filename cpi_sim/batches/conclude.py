"""What is made of a batch when its sites are finished: tables, summary, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

import pyarrow as pa
from ruamel.yaml import YAML

from cpi_sim.batches.failures import FailedRun
from cpi_sim.batches.gather import gather
from cpi_sim.batches.parts import DamagedPart
from cpi_sim.batches.store import Store, Unfinished
from cpi_sim.batches.summary import Summary, summary_table
from cpi_sim.files import write_json, write_text, write_whole
from cpi_sim.reports.page import remake
from cpi_sim.scenario import Scenario


def conclude(
    scenario: Scenario,
    store: Store,
    sites: Iterable[int],
    past_of_arm: Mapping[str, str],
    failed: Iterable[FailedRun],
) -> dict[str, Any]:
    """Gather, summarise and draw ``sites``, one at least; returns the summary.

    Tables go to the disk in portions; pictures are drawn from as much of them as is read back. So memory does not grow
    with the number of sites beyond some tens of thousands. The provenance must lie in the folder.

    The summary has the shape that :meth:`~cpi_sim.batches.summary.Summary.result` gives it, and ``failures``: a list of
    ``site``, ``seed``, ``arm`` and ``error`` of runs that failed.

    Raises :class:`~cpi_sim.batches.store.Unfinished` where a part turns out to be damaged or nothing can be written.
    """
    write_text(store.folder / "resolved.yaml", resolved_yaml(scenario))
    taken_in = Summary(scenario.comparator, past_of_arm)

    def take(table: str, portion: pa.Table) -> None:
        if table == "people":
            taken_in.add(portion.to_pandas())

    try:
        gather(store, sorted(sites), take)
        summary = taken_in.result() | {"failures": [_said(run) for run in failed]}
        write_json(store.folder / "summary.json", summary)
        write_whole(store.folder / "summary.csv", lambda path: summary_table(summary).to_csv(path, index=False))
        remake(store.folder)
    except DamagedPart as problem:
        raise Unfinished(f"a part was damaged while it lay here ({problem})") from problem
    except OSError as problem:
        raise Unfinished(f"cannot write: {problem.strerror or problem}") from problem
    return summary


def _said(run: FailedRun) -> dict[str, Any]:
    return {"site": run.site, "seed": run.seed, "arm": run.arm, "error": run.error}


def resolved_yaml(scenario: Scenario) -> str:
    """The scenario with everything spelt out, as YAML."""
    stream = StringIO()
    yaml: Any = YAML(typ="safe")
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.dump(scenario.resolved(), stream)
    return stream.getvalue()
