"""The past of a site, and entry: who is referred, who supports whom."""

from __future__ import annotations

import hashlib
import json

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp
from cpi_sim.engine.compilation import Program, machinery
from cpi_sim.engine.keyed import exponential_from, normal, process_key, uniform
from cpi_sim.parameters import REGISTRY
from cpi_sim.simulation.weeks import run_weeks
from cpi_sim.site.synthesis import first_week_of_past, make_site
from cpi_sim.site.tables import (
    ILL_NOT_IN_SERVICE,
    NEVER,
    NO_AIM,
    NOBODY,
    NOT_OFFERED,
    PEER,
    PLAN,
    POST,
    QUALIFIED,
    SERVICE_USER,
    Site,
    copy_of,
    parameter_record,
    readable,
)
from cpi_sim.site.team import take_up_post
from cpi_sim.week.attachment import security_at_entry


def past_key(values: dict[str, float]) -> str:
    """What shapes the past: arms of one site with the same key share one past."""
    births = {name: values[name] for name, declared in REGISTRY.items() if declared.acts_from == "birth"}
    return hashlib.sha256(json.dumps(births, sort_keys=True).encode()).hexdigest()[:16]


def make_past(values: dict[str, float], seed: int, program: Program) -> Site:
    """Synthesise a site and live through its past, up to week 0.

    Args:
        values: value of every parameter; only those that act from birth matter.
        seed: seed of the site.
        program: the rules, compiled.

    Returns:
        The site as week 0 begins, before anybody is referred.
    """
    site = make_site(values, seed, program)
    return run_weeks(site, seed, first_week_of_past(site), 0, program)


@machinery
def refer(site: Site, seed: int, places: int) -> np.ndarray:
    """Rows of the people referred, in the order of their ids: a keyed race that picks those worse than usual sooner."""
    p = site.parameters[0]
    key = process_key(seed, processes.REFERRAL, 0)
    times = np.full(site.people.shape[0], 1e300)
    for i in range(site.people.shape[0]):
        person = site.people[i]
        if person.role_in_service == ILL_NOT_IN_SERVICE:
            worse = person.symptoms - person.symptoms_home
            times[person.id] = exponential_from(uniform(key, person.id)) / exp(p.referral_selection * worse)
    chosen = np.sort(np.argsort(times)[:places])
    rows = np.empty(chosen.shape[0], dtype=np.int64)
    for n in range(chosen.shape[0]):
        rows[n] = site.row_of_id[chosen[n]]
        site.people[rows[n]].role_in_service = SERVICE_USER
    return rows


@machinery
def assign_posts(site: Site, seed: int, rows: np.ndarray) -> None:
    """Make a plan for each person referred and share them out between posts, in keyed order."""
    p = site.parameters[0]
    posts = site.posts.shape[0]
    order_key = process_key(seed, processes.ALLOCATE_POST, 0)
    order = np.empty(rows.shape[0])
    for n in range(rows.shape[0]):
        order[n] = uniform(order_key, site.people[rows[n]].id)
    dyad_key = process_key(seed, processes.DYAD, 0)
    for u, n in enumerate(np.argsort(order)):
        plan = site.plans[u]
        person = site.people[rows[n]]
        person.plan = u
        plan.person = rows[n]
        plan.post = u * posts // rows.shape[0]
        plan.engaged = 1
        plan.left_service_week = NEVER
        plan.alliance = p.alliance_start
        plan.alliance_trait = normal(dyad_key, person.id)
        plan.stage = NOT_OFFERED
        plan.offered_week = NEVER
        plan.opened_week = NEVER
        plan.ended_week = NEVER
        plan.aim = NO_AIM
        plan.target = NOBODY
        plan.introduced_to = NOBODY
        plan.workers_met = 1
    for u in range(rows.shape[0]):
        post = site.posts[site.plans[u].post]
        if post.caseload == 0:
            post.first_plan = u
        post.caseload += 1


@machinery
def fill_posts(site: Site, seed: int, fte: float) -> None:
    """A worker for every post, trained as the intervention says."""
    p = site.parameters[0]
    posts = site.posts.shape[0]
    peers = int(p.peer_share * posts + 0.5)
    for m in range(posts):
        post = site.posts[m]
        post.post = m
        post.fte = fte
        post.kind = PEER if m < peers else QUALIFIED
        post.filled_from_week = 0
        take_up_post(site, seed, m, m, p.training)


def posts_needed(values: dict[str, float]) -> tuple[int, float]:
    """Number of posts and full-time equivalent of each, from service users and caseload."""
    full_time = values["service_users"] / values["caseload"]
    posts = max(1, int(np.ceil(full_time - 1e-9)))
    return posts, full_time / posts


def enter(past: Site, values: dict[str, float], seed: int, program: Program) -> Site:
    """Week 0 of one arm: a copy of the past, with this arm's parameters, people referred and the team in place.

    Args:
        past: the site as :func:`make_past` left it; not changed.
        values: value of every parameter in this arm.
        seed: seed of the site.
        program: the rules, compiled.
    """
    site = copy_of(past)
    posts, fte = posts_needed(values)
    places = int(values["service_users"])
    site = readable(
        site._replace(
            parameters=parameter_record(values),
            posts=np.zeros(posts, POST),
            knowledge=np.zeros((posts, site.settings.shape[0])),
            plans=np.zeros(places, PLAN),
        )
    )
    rows = program(refer)(site, seed, places)
    program(fill_posts)(site, seed, fte)
    program(assign_posts)(site, seed, rows)
    program(security_at_entry)(site)
    return site
