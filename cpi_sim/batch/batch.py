"""A batch from beginning to end: plan, live what is missing, gather, summarise, draw."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from ruamel.yaml import YAML

from cpi_sim.batch.gather import gather
from cpi_sim.batch.plan import Plan, SitePlan, make_plan
from cpi_sim.batch.pool import Stopped, cores, work_through
from cpi_sim.batch.progress import BatchProgress
from cpi_sim.batch.provenance import identity, now, provenance
from cpi_sim.batch.run import live_site
from cpi_sim.batch.store import PROVENANCE, Store, write_json, write_text, write_whole
from cpi_sim.batch.summary import summarise, summary_table
from cpi_sim.engine.compilation import Program
from cpi_sim.report.figures import FORMATS, batch_figures, save_figure
from cpi_sim.report.material import Material
from cpi_sim.scenario import Scenario
from cpi_sim.simulation.past import past_key
from cpi_sim.simulation.warm_up import warm_up
from cpi_sim.site.tables import Site


@dataclass(frozen=True)
class BatchResult:
    """What a batch left behind.

    ``summary`` is empty, and ``table`` and ``picture`` are None, where the batch was interrupted before any site was
    finished. ``sites_finished`` counts those kept now or earlier.
    """

    folder: Path
    summary: dict[str, Any]
    table: Path | None
    picture: Path | None
    interrupted: bool
    sites_finished: int
    sites_planned: int


def run_batch(
    scenario: Scenario,
    results_dir: Path,
    *,
    workers: int | None = None,
    progress: bool = True,
    overwrite: bool = False,
    program: Program | None = None,
) -> BatchResult:
    """Run all arms of a scenario at all its sites and leave tables, summary and pictures in ``results_dir/<name>/``.

    ``workers`` threads share the sites (default: the processor's cores); the results do not depend on their number.
    ``program`` carries replaced rules. Sites finished in an earlier, interrupted start are used again. Ctrl-C keeps
    what is finished and gathers it.

    Raises :class:`~cpi_sim.batch.store.ResultsError` where the folder holds other results and ``overwrite`` is off.
    """
    program = program or Program()
    plan = make_plan({name: arm.values for name, arm in scenario.arms.items()}, scenario.sites, scenario.seed, past_key)
    certificate = provenance(
        identity(scenario.hash, program), scenario.name, scenario.seed, sorted(program.replacements)
    )
    store = Store(results_dir / scenario.name, certificate, overwrite=overwrite)
    write_text(store.folder / "resolved.yaml", resolved_yaml(scenario))
    warm_up(say_on_stderr if progress else _keep_quiet)
    interrupted = _live_missing_sites(scenario, plan, program, store, workers or cores(), progress)
    finished = store.finished() & {site.site for site in plan.sites}
    certificate |= {"finished": now(), "sites_finished": len(finished), "sites_planned": len(plan.sites)}
    write_json(store.folder / PROVENANCE, certificate)
    return _conclude(scenario, plan, store, finished, interrupted)


def say_on_stderr(message: str) -> None:
    """A line for the user, where results do not go."""
    print(message, file=sys.stderr, flush=True)


def _keep_quiet(message: str) -> None:
    """Say nothing."""


def _live_missing_sites(
    scenario: Scenario, plan: Plan, program: Program, store: Store, workers: int, progress: bool
) -> bool:
    """Live the sites of which no part is kept; returns whether the user interrupted."""
    values_of_arm = {name: arm.values for name, arm in scenario.arms.items()}
    finished = store.finished()
    missing = [site for site in plan.sites if site.site not in finished]
    stop_now = threading.Event()

    def look_up(site: Site, week: int) -> None:
        if stop_now.is_set():
            raise Stopped

    done = (len(plan.sites) - len(missing)) * len(values_of_arm)
    with BatchProgress(scenario.name, plan.runs, done, shown=progress) as bar:

        def live_and_keep(site: SitePlan) -> None:
            tables = live_site(
                site, values_of_arm, scenario.measure_weeks, scenario.horizon_weeks, program, bar.advance, look_up
            )
            store.keep(site.site, tables)

        return work_through(missing, live_and_keep, workers, stop_now, bar.say)


def _conclude(scenario: Scenario, plan: Plan, store: Store, finished: set[int], interrupted: bool) -> BatchResult:
    """Gather, summarise and draw what is finished."""
    if not finished:
        return BatchResult(store.folder, {}, None, None, interrupted, 0, len(plan.sites))
    tables = gather(store, finished)
    summary = summarise(tables["people"], scenario.comparator, plan.past_of_arm)
    write_json(store.folder / "summary.json", summary)
    table = store.folder / "summary.csv"
    write_whole(table, lambda path: summary_table(summary).to_csv(path, index=False))
    write_figures(batch_figures(Material.of(scenario, tables, summary, len(plan.sites))), store.folder)
    picture = store.folder / "outcomes.png"
    return BatchResult(store.folder, summary, table, picture, interrupted, len(finished), len(plan.sites))


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
