"""What batches cost beside the runs themselves, and how they fare against the batches of other frameworks.

``python -m benchmarks.batches`` measures ours and Mesa's ``batch_run``, in turns. Starsim lives in an environment of
its own: ``python -m venv starsim && starsim/bin/pip install starsim``, then ``--starsim starsim/bin/python``.
``--memory`` adds peak memory from 1,000 to 100,000 runs, which takes about a quarter of an hour.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from mesa.batchrunner import batch_run

import cpi_sim
from cpi_sim.model import ConnectingPeopleModel
from cpi_sim.scenario import Scenario

SCENARIO = "usual_care_inclusion_project"
SMALL = {
    "site.community_members": 150, "site.service_users": 18, "site.settings": 10, "site.users_only_groups": 1,
    "site.burn_in_years": 1, "agency.illness_years_low": 0.3, "agency.illness_years_high": 1.0,
    "horizon_weeks": 52, "measure_weeks": [52],
}  # fmt: skip
"""Sites that take some hundredths of a second, their past included."""
TINY = SMALL | {
    "site.community_members": 20, "site.service_users": 2, "site.settings": 4, "site.users_only_groups": 0,
    "site.burn_in_years": 0, "agency.illness_years_low": 0, "agency.illness_years_high": 0.1,
    "horizon_weeks": 2, "measure_weeks": [2],
}  # fmt: skip
"""The smallest sites, for what a batch costs beside them."""
MODEL = {name.rpartition(".")[2]: value for name, value in SMALL.items() if name != "measure_weeks"}
AIM_EFFICIENCY = 0.95
_STARSIM = """
import json, sys, time
import starsim as ss
kind = dict(n_agents=3000, networks="random", diseases="sis", dur=40, verbose=0)
sims = lambda n: [ss.Sim(rand_seed=k, **kind) for k in range(n)]
n, rounds = int(sys.argv[1]), int(sys.argv[2])
ss.MultiSim(sims(2)).run(parallel=False)
found = []
for _ in range(rounds):
    begun = time.perf_counter(); ss.MultiSim(sims(n)).run(parallel=False); one = time.perf_counter() - begun
    begun = time.perf_counter(); ss.MultiSim(sims(n)).run(parallel=True, n_cpus=2); two = time.perf_counter() - begun
    found.append((one, two))
print(json.dumps(found))
"""


def scenario(sites: int, fields: dict[str, object]) -> Scenario:
    """A shipped scenario made small."""
    return cpi_sim.load(SCENARIO, fields | {"sites": sites})


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock seconds that something takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_a_folder(spec: Scenario, workers: int, on: str = "threads") -> float:
    """Seconds of a whole batch, pictures and report included, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return seconds(lambda: cpi_sim.batch(spec, Path(folder), workers=workers, on=on, progress=False))


def efficiency(one: float, two: float) -> float:
    """How much of twice the speed two workers give: 1 is all of it."""
    return one / (2.0 * two)


def ours(sites: int, on: str) -> float:
    """Efficiency of two workers over what grows with sites: the same batch with few sites is taken off.

    Tables, pictures and report are made afterwards, on one core and once, and are left out.
    """
    few, many = scenario(4, SMALL), scenario(sites + 4, SMALL)
    with mock.patch("cpi_sim.batches.batch.conclude", return_value={}):
        one = in_a_folder(many, 1, on) - in_a_folder(few, 1, on)
        two = in_a_folder(many, 2, on) - in_a_folder(few, 2, on)
    return efficiency(one, two)


def of_mesa(sites: int) -> float:
    """Efficiency of two processes of Mesa's own ``batch_run`` over as many sites of the same kind."""

    def run(processes: int) -> float:
        return seconds(
            lambda: batch_run(
                ConnectingPeopleModel,
                {"scenario": SCENARIO, **MODEL},
                iterations=sites,
                number_processes=processes,
                max_steps=52,
                display_progress=False,
            )
        )

    return efficiency(run(1), run(2))


def of_starsim(python: str, sims: int, rounds: int) -> list[float]:
    """Efficiency of two processes of Starsim's ``MultiSim``, in its own environment, round by round."""
    done = subprocess.run(
        [python, "-c", _STARSIM, str(sims), str(rounds)], capture_output=True, text=True, check=True,
        env=os.environ | {"STARSIM_INSTALL_FONTS": "0"},
    )  # fmt: skip
    return [efficiency(one, two) for one, two in json.loads(done.stdout.splitlines()[-1])]


def overhead_milliseconds(sites: int) -> tuple[float, float]:
    """Milliseconds that a batch on one thread adds to a run, and that the run itself takes, of the smallest sites."""
    few, many = scenario(2, TINY), scenario(sites + 2, TINY)
    whole = (in_a_folder(many, 1) - in_a_folder(few, 1)) / sites
    alone = seconds(lambda: _live_alone(sites)) / sites
    return 1e3 * (whole - alone), 1e3 * alone


def _live_alone(sites: int) -> None:
    """The same runs, with their tables, but nothing kept."""
    from cpi_sim.batches.plan import make_plan
    from cpi_sim.batches.run import live_site
    from cpi_sim.engine.compilation import Program
    from cpi_sim.simulation.past import past_key

    spec = scenario(sites, TINY)
    values = {name: arm.values for name, arm in spec.arms.items()}
    program = Program()
    plan = make_plan(values, sites, spec.seed, past_key)
    for number in plan.numbers:
        live_site(plan.site(number), values, spec.measure_weeks, spec.horizon_weeks, program)


def peak_megabytes(runs: int) -> float:
    """Peak memory of a process that makes a batch of so many of the smallest runs."""
    code = (
        "import resource, tempfile, sys; from pathlib import Path; import cpi_sim; from benchmarks import batches\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        f"    cpi_sim.batch(batches.scenario({runs}, batches.TINY), Path(folder), progress=False)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starsim", metavar="PYTHON", help="Python of an environment with Starsim")
    parser.add_argument("--memory", action="store_true", help="peak memory from 1,000 to 100,000 runs")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which medians are printed (default 3)")
    parser.add_argument("--sites", type=int, default=60, help="sites of a batch (default 60)")
    chosen = parser.parse_args(arguments)
    in_a_folder(scenario(2, SMALL), 1)  # compiled before anything is timed
    found: dict[str, list[float]] = {"threads": [], "processes": [], "Mesa's batch_run": []}
    for _ in range(chosen.rounds):
        found["threads"].append(ours(chosen.sites, "threads"))
        found["processes"].append(ours(chosen.sites, "processes"))
        found["Mesa's batch_run"].append(of_mesa(chosen.sites))
    if chosen.starsim:
        found["Starsim's MultiSim"] = of_starsim(chosen.starsim, chosen.sites, chosen.rounds)
    print("Efficiency of two workers, of twice the speed of one (median of rounds; aim at least 0.95)")
    for name, values in found.items():
        print(f"  {name:24}{statistics.median(values):6.2f}  ({min(values):.2f} to {max(values):.2f})")
    print(f"  load average {os.getloadavg()[0]:.1f}: where others are at work too, two workers cannot show their worth")
    added, alone = overhead_milliseconds(10 * chosen.sites)
    print(f"A batch adds to a run of {alone:.1f} ms: {added:.1f} ms, on one thread")
    if chosen.memory:
        for runs in (1_000, 10_000, 100_000):
            print(f"Peak memory of {runs:,} runs: {peak_megabytes(runs):,.0f} MB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
