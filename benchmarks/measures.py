"""What is timed, one function a question. Each returns plain numbers; ``bench`` prints them.

Machines are shared and noisy. So what is compared is timed in turns in one process, times are those of the thread (not
of the wall clock) wherever one thread does the work, and medians over rounds are what is reported.
"""

from __future__ import annotations

import gc
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from benchmarks import plain_ties
from benchmarks.plain_mesa import PlainModel
from cpi_sim.engine.compilation import Program
from cpi_sim.parameters import defaults
from cpi_sim.simulation.past import enter, make_past
from cpi_sim.simulation.weeks import run_weeks, with_room
from cpi_sim.site.synthesis import make_site
from cpi_sim.site.tables import TIES, Site, copy_of, readable
from cpi_sim.week import WEEK

SEED = 1
ROUND_WEEKS = 26
"""A round is a whole number of these: once in so many weeks everybody takes stock of what is within reach."""
WARM_UP_WEEKS = 8
PROGRAM = Program()
NS = 1e9

Numbers = dict[str, float]


def values_of(**changes: float) -> dict[str, float]:
    """An early intervention team that offers a connecting contact a week."""
    return defaults("early_intervention") | {"contacts_per_month": 4.0} | changes


def site_at_entry(quick: bool) -> tuple[Site, dict[str, float]]:
    """A site of the usual size at week 0, after its whole past (or, when quick, a past of two years)."""
    short = {"burn_in_years": 1.0, "illness_years_low": 0.3, "illness_years_high": 1.0}
    values = values_of(**(short if quick else {}))
    return enter(make_past(values, SEED, PROGRAM), values, SEED, PROGRAM), values


def thread_seconds(work: Callable[[], object]) -> float:
    """Seconds that this thread worked."""
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def against_plain_mesa(site: Site, values: dict[str, float], rounds: int) -> Numbers:
    """The compiled week and the same week in plain Mesa, in turns, from the same site."""
    compiled = run_weeks(copy_of(site), SEED, 0, WARM_UP_WEEKS, PROGRAM)
    plain = PlainModel(site, values, rng=SEED, site_seed=SEED)
    for _ in range(WARM_UP_WEEKS):
        plain.step()
    gc.collect()
    gc.freeze()  # what is there stays: the collector need not go through it again and again
    ours, theirs, visits = [], [], plain.visits
    for _ in range(rounds):
        theirs.append(thread_seconds(lambda: [plain.step() for _ in range(ROUND_WEEKS)]) / ROUND_WEEKS)
        lived = copy_of(compiled)
        ours.append(
            thread_seconds(lambda s=lived: run_weeks(s, SEED, 8, 8 + 2 * ROUND_WEEKS, PROGRAM)) / (2 * ROUND_WEEKS)
        )
    visits = (plain.visits - visits) / (rounds * ROUND_WEEKS)
    loops = tie_loops(plain)
    ratios = [plain_week / our_week for plain_week, our_week in zip(theirs, ours, strict=True)]
    people, sides = site.people.shape[0], 2 * int(compiled.counters[TIES])
    plain.release()
    gc.unfreeze()
    ours_ns, theirs_ns = statistics.median(ours) * NS, statistics.median(theirs) * NS
    return {
        "people": people,
        "tie_sides": sides,
        "compiled_ms_a_week": ours_ns / 1e6,
        "compiled_ns_a_person_week": ours_ns / people,
        "compiled_ns_a_tie_side_week": ours_ns / sides,
        "plain_ms_a_week": theirs_ns / 1e6,
        "plain_tie_visits_a_week": visits,
        "plain_ns_a_tie_visit_everything_counted": theirs_ns / visits,
        **loops,
        "ratio": statistics.median(ratios),
        "ratio_low": min(ratios),
        "ratio_high": max(ratios),
    }


def tie_loops(model: PlainModel) -> Numbers:
    """Nanoseconds a visit of a tie in plain Mesa's loops over ties alone, without what persons do by themselves.

    Counting access is told apart: once in four weeks, it multiplies through some six resources for each tie visited.
    """

    def choose() -> None:
        for person in model.people_list:
            person.choose_whom_to_see(2)

    def count_access() -> None:
        for person in model.people_list:
            person.count_access()
            model.visits += len(person.ties)

    def cost(*loops: Callable[[], None]) -> float:
        spent, before = 0.0, model.visits
        for _ in range(3):
            spent += sum(thread_seconds(loop) for loop in loops)
        return spent * NS / (model.visits - before)

    weekly = (
        choose,
        lambda: plain_ties.security_from_contact(model),
        lambda: plain_ties.ties_fade(model),
        lambda: plain_ties.sum_company(model),
    )
    return {"plain_ns_a_tie_visit": cost(*weekly), "plain_ns_a_tie_visit_counting_access": cost(count_access)}


def share_of_steps(site: Site, rounds: int) -> Numbers:
    """Share of each of the ten steps in the time of a compiled week (medians over rounds)."""
    steps = [PROGRAM(each) for each in WEEK]
    start = run_weeks(copy_of(site), SEED, 0, WARM_UP_WEEKS, PROGRAM)
    spent = np.zeros((rounds, len(steps)))
    for turn in range(rounds):
        lived = readable(copy_of(start))
        for week in range(WARM_UP_WEEKS, WARM_UP_WEEKS + ROUND_WEEKS):
            lived = with_room(lived)
            for number, step in enumerate(steps):
                begun = time.thread_time()
                step(lived, SEED, week)
                spent[turn, number] += time.thread_time() - begun
    medians = np.median(spent, axis=0)
    return {step.__name__: float(share) for step, share in zip(WEEK, medians / medians.sum(), strict=True)}


def scaled(people: int) -> dict[str, float]:
    """Values of a site of about so many people, with settings, users and workers in proportion, and a short past."""
    size = people / 1680
    return values_of(
        community_members=round(1500 * size),
        service_users=round(120 * size),
        settings=round(70 * size),
        users_only_groups=max(1, round(4 * size)),
        burn_in_years=0.0,
        illness_years_low=0.0,
        illness_years_high=0.1,
    )


def growth(sizes: list[int], person_weeks: int, rounds: int) -> Numbers:
    """Nanoseconds a person-week by number of people, and the exponent of cost in people (slope in logarithms).

    Sites are young (some weeks old), and all live the same weeks, so that they differ in size alone.
    """
    starts = {}
    for people in sizes:
        values = scaled(people)
        past = run_weeks(make_site(values, SEED, PROGRAM, first_week=-8), SEED, -8, 0, PROGRAM)
        starts[people] = enter(past, values, SEED, PROGRAM)
    spent: dict[int, list[float]] = {people: [] for people in sizes}
    for _ in range(rounds):
        for people, start in starts.items():
            repeats = max(1, person_weeks // (people * ROUND_WEEKS))
            copies = [copy_of(start) for _ in range(repeats)]
            seconds = thread_seconds(lambda c=copies: [run_weeks(s, SEED, 0, ROUND_WEEKS, PROGRAM) for s in c])
            spent[people].append(seconds * NS / (repeats * ROUND_WEEKS * start.people.shape[0]))
    cost = {people: statistics.median(times) for people, times in spent.items()}
    slope = np.polyfit(np.log(list(cost)), np.log([people * each for people, each in cost.items()]), 1)[0]
    return {f"ns_a_person_week_{people}": each for people, each in cost.items()} | {"exponent": float(slope)}


def threads(site: Site, rounds: int, weeks: int) -> Numbers:
    """How much sooner two sites are lived by two threads than by one, and what a site costs each way.

    The first is wall clock, and so depends on what else the machine does; the second is time of the threads, 1 where
    the two do not get into each other's way.
    """

    def live() -> float:
        return thread_seconds(lambda: run_weeks(copy_of(site), SEED, 0, weeks, PROGRAM))

    speed_ups, costs = [], []
    with ThreadPoolExecutor(2) as pool:
        for _ in range(rounds):
            begun = time.perf_counter()
            alone = live() + live()
            one = time.perf_counter() - begun
            begun = time.perf_counter()
            together = sum(pool.map(lambda _: live(), range(2)))
            speed_ups.append(one / (time.perf_counter() - begun))
            costs.append(together / alone)
    return {
        "speed_up_of_two": statistics.median(speed_ups),
        "best": max(speed_ups),
        "cost_of_a_site_with_two": statistics.median(costs),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else float(os.cpu_count() or 1),
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else math.nan,
    }


_START = """
import cpi_sim
from cpi_sim.simulation.past import enter, make_past
from cpi_sim.simulation.weeks import run_weeks
from cpi_sim.engine.compilation import Program
values = dict(cpi_sim.load("usual_care_early_intervention").arms["usual_care_early_intervention"].values)
values |= {"community_members": 60, "service_users": 10, "settings": 5, "users_only_groups": 1, "burn_in_years": 0,
           "illness_years_low": 0, "illness_years_high": 0.1}
program = Program()
run_weeks(enter(make_past(values, 1, program), values, 1, program), 1, 0, 1, program)
"""


def start_up(rounds: int, cold: bool) -> Numbers:
    """Seconds from starting Python to the first week lived, with what was compiled before and (``cold``) without."""
    warm = [_start({}) for _ in range(rounds + 1)][1:]  # the first fills the file system's cache
    numbers = {
        "warm_wall_s": statistics.median(wall for wall, _ in warm),
        "warm_cpu_s": statistics.median(cpu for _, cpu in warm),
        "python_alone_wall_s": statistics.median(_start({}, "pass")[0] for _ in range(rounds)),
    }
    if cold:
        with tempfile.TemporaryDirectory() as empty:
            numbers["cold_wall_s"], numbers["cold_cpu_s"] = _start({"NUMBA_CACHE_DIR": empty})
    return numbers


def _start(environment: dict[str, str], program: str = _START) -> tuple[float, float]:
    """Wall and processor seconds of a new Python that runs a program."""
    before, begun = os.times(), time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, env=os.environ | environment)
    after, ended = os.times(), time.perf_counter()
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    return ended - begun, cpu


def mesa_face(site: Site, values: dict[str, float], rounds: int) -> Numbers:
    """What the Mesa face adds: agents made, a week stepped with its data collector, an aggregate over people."""
    from cpi_sim.model import ConnectingPeopleModel, ServiceUser

    changes = {name: values[name] for name in ("burn_in_years", "illness_years_low", "illness_years_high")}
    changes |= {"contacts_per_month": 4.0}
    model = ConnectingPeopleModel("usual_care_early_intervention", rng=SEED, **changes)
    make = thread_seconds(lambda: model.agents)
    agents = len(model.agents)
    face = thread_seconds(lambda: [model.step() for _ in range(rounds * ROUND_WEEKS)]) / (rounds * ROUND_WEEKS)
    lived = copy_of(site)
    alone = thread_seconds(lambda: run_weeks(lived, SEED, 0, rounds * ROUND_WEEKS, PROGRAM)) / (rounds * ROUND_WEEKS)
    users = model.agents_by_type[ServiceUser]
    aggregate = thread_seconds(lambda: [model.people.agg("loneliness", np.mean) for _ in range(10)]) / 10
    return {
        "microseconds_to_make_an_agent": make / agents * 1e6,
        "step_over_engine_ratio": face / alone,
        "microseconds_to_aggregate_a_person": aggregate / len(model.people) * 1e6,
        "service_users": float(len(users)),
    }
