"""Time the model and print what was found: ``make bench``, or ``python -m benchmarks [--quick] [--json]``.

Everything is measured in one run on this machine, and ratios are between things timed in turns. ``--only`` picks parts.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import mesa
import numba
import numpy as np

from benchmarks import measures
from cpi_sim.simulation.warm_up import warm_up

AIM_RATIO = 50.0
AIM_VISIT_NS = 250.0
AIM_EXPONENT = 1.1
AIM_START_S = 3.0
PARTS = ("plain", "steps", "growth", "threads", "start", "face")

Results = dict[str, dict[str, float]]


def measured(parts: list[str], quick: bool, say: Callable[[str], None]) -> Results:
    """Measure the parts asked for."""
    warm_up(say)
    rounds = 3 if quick else 5
    found: Results = {}
    if {"plain", "steps", "threads", "face"} & set(parts):
        say("making a site and living its past")
        site, values = measures.site_at_entry(quick)
        work: dict[str, Callable[[], dict[str, float]]] = {
            "plain": partial(measures.against_plain_mesa, site, values, rounds),
            "steps": partial(measures.share_of_steps, site, rounds),
            "threads": partial(measures.threads, site, rounds, 26 if quick else 52),
            "face": partial(measures.mesa_face, site, values, rounds),
        }
    else:
        work = {}
    sizes = [1_000, 3_000, 10_000, 30_000] if quick else [1_000, 3_000, 10_000, 30_000, 100_000]
    work["growth"] = partial(measures.growth, sizes, 100_000 if quick else 400_000, 2 if quick else 3)
    work["start"] = partial(measures.start_up, 3 if quick else 5, not quick)
    for part in parts:
        say(f"measuring: {part}")
        found[part] = work[part]()
    return found


def machine() -> dict[str, str]:
    """What it was measured on."""
    return {
        "python": platform.python_version(),
        "mesa": mesa.__version__,
        "numba": numba.__version__,
        "numpy": np.__version__,
        "processor": numba.config.CPU_NAME or _host_processor(),
        "system": platform.platform(),
    }


def _host_processor() -> str:
    from llvmlite import binding

    return str(binding.get_host_cpu_name())


def line(what: str, value: str, verdict: str = "") -> str:
    """One line of the report."""
    return f"  {what:58}{value:>14}  {verdict}".rstrip()


def aim(value: float, limit: float, *, at_least: bool = False) -> str:
    """How a value stands to what was aimed for."""
    met = value >= limit if at_least else value <= limit
    return f"aim {'at least' if at_least else 'at most'} {limit:g}: {'met' if met else 'MISSED'}"


def report(found: Results) -> str:
    """The results as text."""
    written = {
        "plain": _report_plain,
        "steps": _report_steps,
        "growth": _report_growth,
        "threads": _report_threads,
        "start": _report_start,
        "face": _report_face,
    }
    lines = [", ".join(f"{name} {value}" for name, value in machine().items())]
    for part, numbers in found.items():
        lines += ["", *written[part](numbers)]
    return "\n".join(lines)


def _report_plain(n: dict[str, float]) -> list[str]:
    between = f"({n['ratio_low']:.0f} to {n['ratio_high']:.0f})"
    visit = n["plain_ns_a_tie_visit"]
    return [
        f"The same week compiled and in plain Mesa: {n['people']:.0f} people, {n['tie_sides']:.0f} tie sides",
        line("compiled, milliseconds a week", f"{n['compiled_ms_a_week']:.2f}"),
        line("compiled, nanoseconds a person-week", f"{n['compiled_ns_a_person_week']:.0f}"),
        line("compiled, nanoseconds a tie-side-week", f"{n['compiled_ns_a_tie_side_week']:.0f}"),
        line("plain Mesa, milliseconds a week", f"{n['plain_ms_a_week']:.1f}"),
        line("plain Mesa, nanoseconds a tie visit, in its weekly loops", f"{visit:.0f}", aim(visit, AIM_VISIT_NS)),
        line("  when counting what is within reach", f"{n['plain_ns_a_tie_visit_counting_access']:.0f}"),
        line("  with all that persons do besides", f"{n['plain_ns_a_tie_visit_everything_counted']:.0f}"),
        line(f"compiled is faster by {between}", f"{n['ratio']:.1f}", aim(n["ratio"], AIM_RATIO, at_least=True)),
    ]


def _report_steps(n: dict[str, float]) -> list[str]:
    return ["Share of the ten steps", *(line(name, f"{100 * share:.1f} %") for name, share in n.items())]


def _report_growth(n: dict[str, float]) -> list[str]:
    sizes = [
        line(f"nanoseconds a person-week, {int(name.split('_')[-1]):,} people", f"{value:.0f}")
        for name, value in n.items()
        if name != "exponent"
    ]
    exponent = line("exponent of cost in people", f"{n['exponent']:.3f}", aim(n["exponent"], AIM_EXPONENT))
    return ["Growth with the number of people, settings and workers in proportion", *sizes, exponent]


def _report_threads(n: dict[str, float]) -> list[str]:
    where = f"{n['cores']:.0f} cores, load average {n['load_average']:.1f}"
    return [
        f"Two threads against one ({where})",
        line("two sites are lived sooner by (median)", f"{n['speed_up_of_two']:.2f}"),
        line("the best round", f"{n['best']:.2f}"),
        line("time of the threads for a site, two against one", f"{n['cost_of_a_site_with_two']:.2f}"),
    ]


def _report_start(n: dict[str, float]) -> list[str]:
    lines = [
        "From starting Python to the first week lived",
        line("compiled before, seconds", f"{n['warm_wall_s']:.2f}", aim(n["warm_wall_s"], AIM_START_S)),
        line("compiled before, seconds of processor", f"{n['warm_cpu_s']:.2f}"),
        line("Python alone, seconds", f"{n['python_alone_wall_s']:.2f}"),
    ]
    if "cold_wall_s" in n:
        lines.append(line("compiled now on one core, seconds", f"{n['cold_wall_s']:.0f}"))
        lines.append(line("compiled now, seconds of processor", f"{n['cold_cpu_s']:.0f}"))
    return lines


def _report_face(n: dict[str, float]) -> list[str]:
    return [
        "The Mesa face",
        line("microseconds to make an agent, once", f"{n['microseconds_to_make_an_agent']:.1f}"),
        line("model.step() with its data collector, against the engine", f"{n['step_over_engine_ratio']:.2f}"),
        line("microseconds a person in AgentSet.agg", f"{n['microseconds_to_aggregate_a_person']:.2f}"),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds, smaller sites, no cold start: about a minute"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the report")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    chosen = parser.parse_args(arguments)

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    found = measured(chosen.only, chosen.quick, say)
    result: dict[str, Any] = {"machine": machine(), **found}
    print(json.dumps(result, indent=1) if chosen.json else report(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
