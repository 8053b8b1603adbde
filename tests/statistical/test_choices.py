"""Choices of the model follow their weights, and steps happen as often as their rules say.

Each check fails below one in a million (or beyond 4.9 standard errors); there are about forty, so that with fresh seeds
all together would raise a false alarm once in twenty-five thousand runs. The seeds are fixed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import scipy.stats

from cpi_sim.engine.keyed import exponential_from, process_key, uniform_two
from cpi_sim.simulation.past import refer
from cpi_sim.site.tables import COMMUNITY_MEMBER, ILL_NOT_IN_SERVICE, KIN, SERVICE_USER, TIES, Site, copy_of, readable
from cpi_sim.week.circumstances import circumstances
from cpi_sim.week.fading import fading
from cpi_sim.week.keeping_in_touch import keeping_in_touch
from cpi_sim.week.meeting import meeting
from cpi_sim.week.needs_and_help import needs_and_help
from cpi_sim.week.practice import practice
from cpi_sim.week.taking_part import taking_part
from tests.sites import PROGRAM
from tests.worlds import tie, world

pytestmark = pytest.mark.statistical

FALSE_ALARM = 1e-6
STANDARD_ERRORS = 4.9


def check_share(happened: int, of: int, chance: float) -> None:
    """Whether something happened as often as it should; most chances here are small, and counts binomial."""
    assert scipy.stats.binomtest(happened, of, chance).pvalue > FALSE_ALARM


# --- Keyed races ------------------------------------------------------------------------------------------------------


def winners_of_races(seed: int, weights: np.ndarray, out: np.ndarray) -> None:
    key = process_key(seed, 60, 1)
    for i in range(out.size):
        soonest = 1e300
        for j in range(weights.size):
            time = exponential_from(uniform_two(key, i, j)) / weights[j]
            if time < soonest:
                soonest = time
                out[i] = j


def test_a_race_is_won_in_proportion_to_weights() -> None:
    weights = np.array([0.2, 1.0, 3.0, 12.0])
    out = np.empty(200_000, np.int64)
    PROGRAM(winners_of_races)(1, weights, out)
    expected = out.size * weights / weights.sum()
    assert scipy.stats.chisquare(np.bincount(out, minlength=4), expected).pvalue > FALSE_ALARM


def test_whoever_joins_a_race_takes_from_each_in_proportion() -> None:
    """And wins only their own: nobody else's win goes to a third."""
    few, more = np.empty(200_000, np.int64), np.empty(200_000, np.int64)
    PROGRAM(winners_of_races)(1, np.array([1.0, 3.0]), few)
    PROGRAM(winners_of_races)(1, np.array([1.0, 3.0, 2.0]), more)
    assert np.all((more == few) | (more == 2))
    lost = np.bincount(few[more == 2], minlength=2)
    assert scipy.stats.chisquare(lost, lost.sum() * np.array([0.25, 0.75])).pvalue > FALSE_ALARM


# --- Referral ---------------------------------------------------------------------------------------------------------


def referred(worse: list[float], places: int, selection: float, seeds: int) -> np.ndarray:
    """How often each person is referred, who is worse than usual by so much."""
    people = [{"role_in_service": ILL_NOT_IN_SERVICE, "symptoms": 1.0 + x, "symptoms_home": 1.0} for x in worse]
    site = world([*people, {}], referral_selection=selection)
    compiled = PROGRAM(refer)
    counts = np.zeros(len(worse), np.int64)
    for seed in range(seeds):
        counts[compiled(site, seed, places)] += 1
        site.people["role_in_service"][: len(worse)] = ILL_NOT_IN_SERVICE
    return counts


def test_those_who_are_worse_than_usual_are_referred_sooner() -> None:
    """Weights e^(1.2 (x - x_home)) for one place; and the community member never."""
    worse = [-0.5, 0.0, 0.5, 1.0]
    weights = np.exp(1.2 * np.array(worse))
    counts = referred(worse, 1, 1.2, 40_000)
    assert scipy.stats.chisquare(counts, counts.sum() * weights / weights.sum()).pvalue > FALSE_ALARM


def test_the_second_place_goes_to_whoever_is_soonest_of_the_rest() -> None:
    weights = np.exp(1.2 * np.array([0.0, 0.5, 1.0]))
    share = weights / weights.sum()
    left_out = np.array([share[j] * share[k] / (1.0 - share[j]) + share[k] * share[j] / (1.0 - share[k])
                         for j, k in ((1, 2), (0, 2), (0, 1))])  # fmt: skip
    counts = referred([0.0, 0.5, 1.0], 2, 1.2, 40_000)
    for i in range(3):
        check_share(int(counts[i]), 40_000, 1.0 - left_out[i])


def test_without_selection_everybody_is_referred_as_often() -> None:
    counts = referred([-1.0, 0.0, 2.0], 1, 0.0, 40_000)
    assert scipy.stats.chisquare(counts).pvalue > FALSE_ALARM


# --- Moves: a Poisson count for each side of a tie is the same process as moves drawn and then sent -------------------

MOVES = {"moves_per_week": 2.0, "choice_exponent": 1.0, "choice_security": 0.5, "accept_chance": 0.8,
         "explore_share": 0.0, "moves_weekly_cv": 0.7, "social_hours_at_most": 1e9}  # fmt: skip
HOURS = (10.0, 30.0, 60.0)
WEEKS = 40_000


@cache
def visits_by_week() -> np.ndarray:
    """Visits of person 0 to each of three friends, who themselves never move, shape (weeks, friends)."""
    people = [{}, *({"sociability": 0.0} for _ in HOURS)]
    start = world(people, [tie(0, j + 1, closeness_hours=h) for j, h in enumerate(HOURS)], **MOVES)
    site = readable(copy_of(start))
    compiled = PROGRAM(keeping_in_touch)
    found = np.empty((WEEKS, len(HOURS)))
    for week in range(WEEKS):
        site.people[:] = start.people
        site.ties[: len(HOURS)] = start.ties[: len(HOURS)]
        compiled(site, 1, week)
        found[week] = site.ties["visits"][: len(HOURS)]
    return found


def visits_by_moves(rng: np.random.Generator) -> np.ndarray:
    """The same week told otherwise: moves are drawn, each is sent to one friend, who accepts or not."""
    uneven = rng.gamma(1.0 / 0.7**2, 0.7**2, WEEKS)
    moves = rng.poisson(2.0 * uneven)
    sent = np.array([rng.multinomial(each, np.array(HOURS) / sum(HOURS)) for each in moves])
    return rng.binomial(sent, 0.8)


def test_counts_for_each_side_of_a_tie_are_moves_drawn_and_sent() -> None:
    """Means and covariances of both, and of theory: m_k = 1.6 s_k, and 0.49 m_k m_l for the week that two share."""
    keyed, moved = visits_by_week(), visits_by_moves(np.random.default_rng(1))
    means = 1.6 * np.array(HOURS) / sum(HOURS)
    covariances = np.diag(means) + 0.49 * np.outer(means, means)
    for counts in (keyed, moved):
        error = np.sqrt(np.diag(covariances) / WEEKS)
        assert np.all(np.abs(counts.mean(axis=0) - means) < STANDARD_ERRORS * error)
        centred = counts - means
        products = centred[:, :, None] * centred[:, None, :]
        error = products.std(axis=0) / np.sqrt(WEEKS)
        assert np.all(np.abs(products.mean(axis=0) - covariances) < STANDARD_ERRORS * error)
    for k in range(len(HOURS)):
        table = np.array(
            [np.bincount(np.minimum(counts[:, k], 4).astype(int), minlength=5) for counts in (keyed, moved)]
        )
        assert scipy.stats.chi2_contingency(table[:, table.sum(axis=0) > 0]).pvalue > FALSE_ALARM


def test_weeks_are_as_uneven_as_declared_and_independent() -> None:
    total = visits_by_week().sum(axis=1)
    expected = 1.6 + 0.49 * 1.6**2  # Poisson, and the unevenness of weeks
    assert abs(total.var() - expected) < STANDARD_ERRORS * ((total - 1.6) ** 2).std() / np.sqrt(WEEKS)
    assert abs(np.corrcoef(total[1:], total[:-1])[0, 1]) < STANDARD_ERRORS / np.sqrt(WEEKS)


# --- Steps happen as often as their rules say -------------------------------------------------------------------------

CROWD = 4000


def crowd(fields: dict[str, Any] | None = None, **more: Any) -> Site:
    return world([dict(fields or {}) for _ in range(CROWD)], **more)


def live(site: Site, step: Any, week: int = 0, seed: int = 3) -> Site:
    PROGRAM(step)(site, seed, week)
    return site


def test_needs_arise_at_their_rate() -> None:
    site = live(crowd(needs_per_week=0.1, ask_base=-60.0), needs_and_help)
    arisen = int((site.needs["resource"] >= 0).sum())
    assert scipy.stats.poisson.cdf(arisen, 0.1 * CROWD) > FALSE_ALARM
    assert scipy.stats.poisson.sf(arisen - 1, 0.1 * CROWD) > FALSE_ALARM


def test_needs_are_of_the_kinds_that_their_weights_say() -> None:
    site = live(crowd(needs_per_week=0.3, ask_base=-60.0), needs_and_help)
    arisen = site.needs["resource"][site.needs["resource"] >= 0]
    weights = site.items["need_weight"] / site.items["need_weight"].sum()
    weighty = weights > 0
    counts = np.bincount(arisen, minlength=weights.size)
    assert counts[~weighty].sum() == 0
    assert scipy.stats.chisquare(counts[weighty], counts.sum() * weights[weighty]).pvalue > FALSE_ALARM
    urgency = site.needs["urgency"][site.needs["resource"] >= 0]
    assert scipy.stats.kstest(urgency, "uniform").pvalue > FALSE_ALARM


def test_needs_fade_in_their_time() -> None:
    needs = {i: [{"resource": 3}] for i in range(CROWD)}
    site = live(crowd(needs=needs, needs_per_week=0.0, need_lasts_weeks=12.0, ask_base=-60.0), needs_and_help)
    check_share(int((site.needs["resource"][:, 0] < 0).sum()), CROWD, 1.0 / 12.0)


@pytest.mark.parametrize(("symptoms", "chance"), [(0.0, 0.65021855), (2.0, 0.38225213)])
def test_members_come_as_often_as_the_rule_says(symptoms: float, chance: float) -> None:
    """Log-odds 0.62 at full health, and 1.1 less at two units of symptoms."""
    numbers = {"attend_meeting_base": 0.62, "attend_meeting_symptoms": 0.55, "leave_setting": 0.0, "join_unaided": 0.0}
    members = {i: [0] for i in range(CROWD)}
    site = crowd({"symptoms": symptoms}, memberships=members, settings=[{"places": CROWD}], **numbers)
    check_share(int(live(site, taking_part).memberships["attended"][:, 0].sum()), CROWD, chance)


def test_people_join_and_leave_as_often_as_the_rules_say() -> None:
    numbers = {"leave_setting": 0.012, "leave_setting_symptoms": 0.8, "join_unaided": 0.02}
    members = {i: [0] for i in range(CROWD)}
    places = [{"places": CROWD}, {"places": CROWD}]
    site = live(crowd({"symptoms": 1.0}, memberships=members, settings=places, **numbers), taking_part)
    check_share(int((site.memberships["setting"][:, 0] != 0).sum()), CROWD, 0.0216)
    healthy = live(crowd({"sociability": 2.0}, settings=places, **numbers), taking_part)
    joined = healthy.memberships["setting"][:, 0]
    check_share(int((joined >= 0).sum()), CROWD, 0.04)
    check_share(int((joined == 0).sum()), int((joined >= 0).sum()), 0.5)


def test_strangers_become_acquainted_as_often_as_the_rule_says() -> None:
    """Two thousand groups of two, everybody of half expected refusal: 0.12 x 0.8 of their conversations."""
    members = {i: [i // 2] for i in range(CROWD)}
    site = crowd(
        memberships=members, settings=[{} for _ in range(CROWD // 2)], new_tie_chance=0.12, new_tie_refusal=0.4
    )
    site.memberships["attended"][:, 0] = 1
    live(site, meeting)
    assert site.people["conversations"].tolist() == [1] * CROWD
    check_share(int(site.counters[TIES]), CROWD // 2, 0.096)


def test_relatives_meet_at_their_rate() -> None:
    ties = [tie(2 * k, 2 * k + 1, kind=KIN, own_rate=0.4) for k in range(CROWD // 2)]
    site = live(crowd(ties=ties, social_hours_at_most=1e9), keeping_in_touch)
    visits = int(site.ties["visits"][: CROWD // 2].sum())
    assert scipy.stats.poisson.cdf(visits, 0.2 * CROWD) > FALSE_ALARM
    assert scipy.stats.poisson.sf(visits - 1, 0.2 * CROWD) > FALSE_ALARM


@pytest.mark.parametrize(
    ("role", "parameter", "hazard"),
    [(COMMUNITY_MEMBER, "rupture", 0.1), (ILL_NOT_IN_SERVICE, "rupture", 0.15), (COMMUNITY_MEMBER, "life_change", 0.1)],
)
def test_ties_break_and_lives_change_at_their_hazards(role: int, parameter: str, hazard: float) -> None:
    quiet = {"rupture": 0.0, "life_change": 0.0, "affinity_redrawn": 0.0, "rupture_illness": 1.5}
    ties = [tie(2 * k, 2 * k + 1) for k in range(CROWD // 2)]
    site = live(crowd({"role_in_service": role}, ties=ties, **(quiet | {parameter: 5.2})), fading)
    if parameter == "rupture":
        check_share(CROWD // 2 - int(site.counters[TIES]), CROWD // 2, hazard)
    else:
        check_share(int(site.people["life_changed"].sum()), CROWD, hazard)


def test_crises_strike_at_their_hazard_and_last_their_time() -> None:
    """Lengths are whole weeks: one, and a geometric number of further ones, of mean near three in all."""
    numbers = {"crisis_mean_weeks": 3.0, "symptoms_noise": 0.0, "staff_turnover": 0.0}
    ill = {"role_in_service": ILL_NOT_IN_SERVICE}
    some = live(crowd(ill, crisis_hazard=0.2, **numbers), circumstances, week=10)
    check_share(int((some.people["crisis_until"] > 10).sum()), CROWD, 0.2)
    lengths = live(crowd(ill, crisis_hazard=1.0, **numbers), circumstances, week=10).people["crisis_until"] - 10
    assert lengths.min() == 1
    assert abs(lengths.mean() - 3.0) < STANDARD_ERRORS * lengths.std() / np.sqrt(lengths.size)


@pytest.mark.parametrize(("alliance", "chance"), [(0.6, 0.5), (0.75, 0.68997448)])
def test_people_come_to_sessions_as_often_as_the_rule_says(alliance: float, chance: float) -> None:
    """Log-odds 0 with the usual alliance, and 0.8 with one unit more."""
    numbers = {
        "attend_base": 0.0, "attend_alliance": 0.8, "attend_routine": 0.0, "routine_contacts": 1.0,
        "contacts_per_fte_month": 1e9, "leave_service_hazard": 0.0, "alliance_step": 0.0, "attachment_shift": 0.0,
    }  # fmt: skip
    people = [{"role_in_service": SERVICE_USER} for _ in range(CROWD)]
    site = world(people, plans={i: {"alliance": alliance} for i in range(CROWD)}, **numbers)
    assert set(live(site, practice).plans["contacts_routine"].tolist()) == {0, 1}
    check_share(int(site.plans["contacts_routine"].sum()), CROWD, chance)


def test_people_leave_the_service_at_their_hazard() -> None:
    numbers = {"leave_service_hazard": 0.1, "leave_alliance": 0.5, "leave_anxiety": 0.0, "leave_avoidance": 0.0}
    people = [{"role_in_service": SERVICE_USER} for _ in range(CROWD)]
    site = world(people, plans={i: {"alliance": 0.9} for i in range(CROWD)}, **numbers)
    live(site, practice)
    left = CROWD - int(site.plans["engaged"].sum())
    check_share(left, CROWD, 0.03678794412)  # two units of alliance: 0.1 / e
