"""A batch from beginning to end: plan, live what is missing, gather, summarise, draw."""

from __future__ import annotations

import pickle
import sys
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from cpi_sim.batches.conclude import conclude, resolved_yaml
from cpi_sim.batches.executors import PROCESSES, THREADS, Team, cores, team
from cpi_sim.batches.failures import FailedRun
from cpi_sim.batches.job import Job, Lived, live_together, recipe_of, this_model, workshop
from cpi_sim.batches.plan import WHOLE, Plan, Shard, make_plan
from cpi_sim.batches.pool import work_through
from cpi_sim.batches.progress import BatchProgress
from cpi_sim.batches.provenance import identity, now, provenance
from cpi_sim.batches.store import PROVENANCE, SET_ASIDE, ResultsError, Store, Unfinished
from cpi_sim.batches.until import SITES_AT_LEAST, SITES_AT_MOST_TIMES, Until, errors_now, parse_until, rounds
from cpi_sim.engine.compilation import Program
from cpi_sim.extensions.making import fitted
from cpi_sim.files import write_json, write_text
from cpi_sim.instruments.own import outcomes_with
from cpi_sim.scenario import Scenario, as_scenario
from cpi_sim.simulation.past import past_key
from cpi_sim.simulation.warm_up import warm_up


@dataclass(frozen=True)
class BatchResult:
    """What a batch left behind.

    ``summary`` is empty, and ``table`` and ``picture`` are None, where no site is finished. ``sites_finished`` counts
    those kept now or earlier. ``failed`` lists runs that raised; ``set_aside`` names damaged parts that were found now;
    ``reason`` says why no more sites were added, where the batch was to go on until something holds.
    """

    folder: Path
    summary: dict[str, Any]
    table: Path | None
    picture: Path | None
    interrupted: bool
    sites_finished: int
    sites_planned: int
    failed: tuple[FailedRun, ...] = ()
    set_aside: tuple[str, ...] = ()
    reason: str = ""

    @property
    def people(self) -> pd.DataFrame:
        """Scores, a row a person and week measured."""
        return pd.read_parquet(self.folder / "people.parquet")

    @property
    def runs(self) -> pd.DataFrame:
        """Means over people and what was given until then, a row an arm of a site and week measured."""
        return pd.read_parquet(self.folder / "runs.parquet")

    @property
    def weeks(self) -> pd.DataFrame:
        """Contacts and hours of the week, a row an arm of a site and week lived."""
        return pd.read_parquet(self.folder / "weeks.parquet")


@dataclass(frozen=True)
class Wishes:
    """How a batch is to be run; none of it can change a number of a site."""

    workers: int | None = None
    on: str = THREADS
    executor: Executor | None = None
    shard: Shard = WHOLE
    until: str | None = None
    sites_at_most: int | None = None
    retry_failed: bool = False
    overwrite: bool = False
    progress: bool = True
    json_lines: bool = False


def run_batch(
    scenario: Scenario | str | Path,
    results_dir: Path | str = "results",
    *,
    workers: int | None = None,
    on: str = THREADS,
    executor: Executor | None = None,
    shard: Shard = WHOLE,
    until: str | None = None,
    sites_at_most: int | None = None,
    retry_failed: bool = False,
    progress: bool = True,
    json_lines: bool = False,
    overwrite: bool = False,
    program: Program | None = None,
) -> BatchResult:
    """Run all arms of a scenario at all its sites and leave tables, summary and pictures in ``results_dir/<name>/``.

    Sites finished in an earlier start are used again, so the same call goes on where an interrupted one stopped. Ctrl-C
    keeps what is finished and gathers it. A run that raises is written down, and the others go on.

    Args:
        scenario: what to run: a scenario, or the name or path of one.
        results_dir: folder in which the folder of the results is made.
        workers: how many tasks are worked on at a time, by default one for each core. Results do not depend on it.
        on: ``threads``, ``processes``, or a Dask scheduler as ``dask://host:port``.
        executor: works in the place of ``on``; anything with the interface of :class:`concurrent.futures.Executor`. It
            is not shut down.
        shard: every n-th site only, in a folder of its own: ``<name>-shard-i-of-n``.
        until: go on until a Monte Carlo error is small enough, as ``"rg_uk: mcse < 0.1"``; see
            :func:`~cpi_sim.batches.until.parse_until`. Sites are added in rounds, to the scenario's first.
        sites_at_most: where ``until`` gives up; by default ten times the scenario's sites.
        retry_failed: run again what failed in an earlier start.
        progress: show on stderr how far it is.
        json_lines: say it in lines of JSON.
        overwrite: replace results of something else in the same folder.
        program: carries replaced rules.

    Raises:
        ResultsError: nothing was run or written: the folder holds other results and ``overwrite`` is off, another
            process works in it, it cannot be written, or an argument asks for what there is not.
        Unfinished: the batch had to stop, as the disk is full or workers are lost. What is finished is kept.
    """
    scenario = as_scenario(scenario)
    wishes = Wishes(
        workers, on, executor, shard, until, sites_at_most, retry_failed, overwrite, progress, json_lines
    )  # fmt: skip
    program = fitted(scenario, program)
    wanted = _until(scenario, wishes)
    folder = scenario.name if shard == WHOLE else f"{scenario.name}-shard-{shard.number}-of-{shard.of}"
    certificate = provenance(
        identity(scenario.hash, program), scenario.name, scenario.seed, sorted(program.replacements)
    ) | ({} if shard == WHOLE else {"shard": str(shard)})
    job = Job(
        key=uuid.uuid4().hex,
        values_of_arm={name: arm.values for name, arm in scenario.arms.items()},
        measure_weeks=scenario.measure_weeks,
        horizon_weeks=scenario.horizon_weeks,
        recipe=recipe_of(program),
        model=this_model(),
    )
    with _team(wishes, job) as crew, Store(Path(results_dir) / folder, certificate, overwrite=overwrite) as store:
        batch = _Batch(scenario, wishes, program, job, crew, store, certificate)
        return batch.run(wanted)


def say_on_stderr(message: str) -> None:
    """A line for the user, where results do not go."""
    print(message, file=sys.stderr, flush=True)


def _keep_quiet(message: str) -> None:
    """Say nothing."""


def _until(scenario: Scenario, wishes: Wishes) -> Until | None:
    if wishes.until is None:
        if wishes.sites_at_most is not None:
            raise ResultsError("--sites-at-most: goes with --until; without it, --sites says how many")
        return None
    if wishes.shard != WHOLE:
        raise ResultsError("--until: not with --shard, since a shard does not see the sites of the others")
    if wishes.sites_at_most is not None and wishes.sites_at_most < scenario.sites:
        raise ResultsError(f"--sites-at-most {wishes.sites_at_most}: the scenario begins with {scenario.sites} sites")
    return parse_until(wishes.until, scenario, list(outcomes_with(scenario.instruments)))


@contextmanager
def _team(wishes: Wishes, job: Job) -> Iterator[Team]:
    """Those who work; refuses rules that cannot be sent to other processes."""
    if wishes.executor is not None:
        yield Team(wishes.executor, wishes.workers or cores())
        return
    if wishes.on == PROCESSES:
        try:
            pickle.dumps(job)
        except (pickle.PicklingError, AttributeError, TypeError) as problem:
            raise ResultsError(
                f"--on {PROCESSES}: a replaced rule cannot be sent to another process ({problem}); "
                "define it at the top of a module"
            ) from None
    with team(wishes.on, wishes.workers) as crew:
        yield crew


@dataclass
class _Batch:
    """A batch at work in its folder."""

    scenario: Scenario
    wishes: Wishes
    program: Program
    job: Job
    team: Team
    store: Store
    certificate: dict[str, Any]
    interrupted: bool = field(default=False, init=False)

    def run(self, until: Until | None) -> BatchResult:
        """Live what is missing, round by round where it goes on ``until`` something holds, and conclude."""
        say = say_on_stderr if self.wishes.progress else _keep_quiet
        for name in self.store.set_aside:
            say(f"Damaged: {name} was set aside in {self.store.folder / SET_ASIDE}; its sites are lived again.")
        warm_up(say)
        reason = ""
        try:
            if until is None:
                plan = self._live(self.scenario.sites, self.wishes.retry_failed)
            else:
                plan, reason = self._live_until(until)
            self.store.join_all()
        except OSError as problem:
            raise Unfinished(f"cannot write: {problem.strerror or problem}") from problem
        return self._conclude(plan, until, reason)

    def _plan(self, sites: int) -> Plan:
        return make_plan(self.job.values_of_arm, sites, self.scenario.seed, past_key, self.wishes.shard)

    def _live_until(self, until: Until) -> tuple[Plan, str]:
        at_most = self.wishes.sites_at_most or SITES_AT_MOST_TIMES * self.scenario.sites
        for turn, sites in enumerate(rounds(self.scenario.sites, at_most)):
            plan = self._live(sites, self.wishes.retry_failed and turn == 0)
            if self.interrupted:
                return plan, "interrupted"
            errors = errors_now(until, self.scenario, plan, self.store)
            found = ", ".join(f"arm {arm}: {'unknown' if e is None else f'{e:.3g}'}" for arm, e in errors.items())
            if until.holds(errors, len(self.store.finished().intersection(plan.numbers))):
                return plan, f"{until} holds with {sites} sites ({found})"
        few = f"; an error is believed from {SITES_AT_LEAST} sites on" if sites < SITES_AT_LEAST else ""
        return plan, f"{until} does not hold with {sites} sites, the most allowed ({found}{few})"

    def _live(self, sites: int, retry_failed: bool) -> Plan:
        """Live those of the first ``sites`` sites that are neither kept nor failed, or those that failed too."""
        plan = self._plan(sites)
        write_text(self.store.folder / "resolved.yaml", resolved_yaml(replace(self.scenario, sites=sites)))
        finished = self.store.finished()
        failed = {} if retry_failed else {s: r for s, r in self.store.failed().items() if s in plan.numbers}
        missing = [site for site in plan.numbers if site not in finished and site not in failed]
        arms = len(plan.past_of_arm)
        kept = arms * len(finished.intersection(plan.numbers))
        shown = {"shown": self.wishes.progress, "json_lines": self.wishes.json_lines}
        with (
            workshop(self.job, self.program) as stop_now,
            BatchProgress(self.scenario.name, plan.runs, kept, sum(map(len, failed.values())), **shown) as bar,
        ):

            def submit(numbers: Sequence[int]) -> Future[Lived]:
                return self.team.executor.submit(live_together, self.job, [plan.site(each) for each in numbers])

            def keep(lived: Lived) -> None:
                if lived.finished:
                    self.store.keep(lived.packed, lived.finished)
                self.store.note_failures(lived.failed)
                bar.advance(lived.planned, lived.finished, arms, len(lived.failed))

            self.interrupted = work_through(missing, submit, keep, self.team, stop_now, bar.say)
        return plan

    def _conclude(self, plan: Plan, until: Until | None, reason: str) -> BatchResult:
        """Make what is to be made of the sites that are finished, and write down how it went."""
        store = self.store
        kept = store.finished()
        finished = kept.intersection(plan.numbers)
        if len(kept) > len(finished) and self.wishes.progress:
            made_of = f"tables and pictures are made of the first {len(finished)}"
            say_on_stderr(f"Note: {len(kept)} sites are kept; {made_of}.")
        failed = tuple(run for site, runs in store.failed().items() if site in plan.numbers for run in runs)
        planned = len(plan.numbers)
        self.certificate |= {
            "finished": now(), "sites_finished": len(finished), "sites_planned": planned,
            "runs_failed": len(failed), "set_aside": store.ever_set_aside(),
        }  # fmt: skip
        if until is not None:
            self.certificate["until"] = {"wanted": str(until), "stopped": reason}
        summary: dict[str, Any] = {}
        try:
            write_json(store.folder / PROVENANCE, self.certificate)
        except OSError as problem:
            raise Unfinished(f"cannot write: {problem.strerror or problem}") from problem
        if finished:
            scenario = replace(self.scenario, sites=plan.numbers.stop)
            summary = conclude(scenario, store, finished, plan.past_of_arm, failed)
        return BatchResult(
            folder=store.folder,
            summary=summary,
            table=store.folder / "summary.csv" if finished else None,
            picture=store.folder / "outcomes.png" if finished else None,
            interrupted=self.interrupted,
            sites_finished=len(finished),
            sites_planned=planned,
            failed=failed,
            set_aside=tuple(store.set_aside),
            reason=reason,
        )
