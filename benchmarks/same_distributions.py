"""Whether plain Mesa and the compiled week give the same distributions: both live a year from the same sites.

For each seed a site is made and entered once; from there the compiled week and plain Mesa each live 52 weeks, with
random numbers of their own. What is compared is the mean and the standard deviation over persons, of service users and
of community members apart: the difference (plain less compiled), averaged over seeds, with its standard error.

Run it with ``python -m benchmarks.same_distributions``; the exit code is 1 when the two differ by more than chance
allows.
"""

from __future__ import annotations

import argparse
import gc
import math
import sys
from dataclasses import dataclass

import numpy as np
from scipy import stats

from benchmarks.plain_mesa import PlainModel, numbers_of
from cpi_sim.engine.compilation import Program
from cpi_sim.parameters import defaults
from cpi_sim.simulation.past import enter, make_past
from cpi_sim.simulation.weeks import run_weeks
from cpi_sim.site.tables import COMMUNITY_MEMBER, SERVICE_USER, SOCIAL, TIES, Site

WEEKS = 52
FALSE_ALARM = 0.01
"""Chance that the whole comparison fails although the two are the same (Bonferroni over all its lines)."""
GROUPS = {"service users": SERVICE_USER, "community": COMMUNITY_MEMBER}
SITE = {
    "community_members": 700,
    "service_users": 100,
    "settings": 36,
    "users_only_groups": 2,
    "burn_in_years": 2,
    "illness_years_low": 0.3,
    "illness_years_high": 3.0,
}
SUPPORT = {"contacts_per_month": 4.0, "protected_hours": 8.0}

Numbers = dict[str, np.ndarray]


@dataclass(frozen=True)
class Line:
    """One comparison: ``compiled`` and ``plain`` are averages over seeds of the statistic named."""

    group: str
    measure: str
    statistic: str
    compiled: float
    plain: float
    difference: float
    error: float
    p_value: float


def numbers_of_site(site: Site, week: int) -> Numbers:
    """What :func:`benchmarks.plain_mesa.numbers_of` says of plain Mesa, from the tables of a site."""
    p, people = site.parameters[0], site.people
    ties = site.ties[: site.counters[TIES]]
    in_use = ties["dormant"] == 0
    friends = in_use & (ties["kind"] == SOCIAL) & (ties["closeness_hours"] >= p["casual_friend_hours"])
    named = in_use & (week - ties["last_contact_week"] <= p["named_within_weeks"])

    def count(chosen: np.ndarray) -> np.ndarray:
        sides = np.concatenate([ties["low"][chosen], ties["high"][chosen]])
        return np.bincount(sides, minlength=people.shape[0]).astype(float)

    fields = ("loneliness", "wellbeing", "inclusion", "confidence", "anxiety", "access", "asked", "helped")
    return {
        "friends": count(friends),
        "network_size": count(named),
        "contacts_last_week": people["people_seen"].astype(float),
        **{name: people[name].astype(float) for name in fields},
        "memberships": (site.memberships["setting"] >= 0).sum(axis=1).astype(float),
    }


def live_both(seed: int, changes: dict[str, float]) -> tuple[Numbers, Numbers, np.ndarray]:
    """Numbers of one site after a year, compiled and plain, and each person's role."""
    values = defaults("early_intervention") | SITE | changes
    program = Program()
    site = enter(make_past(values, seed, program), values, seed, program)
    model = PlainModel(site, values, rng=seed, site_seed=seed)
    for _ in range(WEEKS):
        model.step()
    plain = numbers_of(model)
    model.release()
    del model
    gc.collect()
    site = run_weeks(site, seed, 0, WEEKS, program)
    return numbers_of_site(site, WEEKS), plain, np.array(site.people["role_in_service"])


def compare(seeds: int, changes: dict[str, float]) -> list[Line]:
    """All comparisons over sites with seeds 1 to ``seeds``."""
    found: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    for seed in range(1, seeds + 1):
        compiled, plain, roles = live_both(seed, changes)
        for group, role in GROUPS.items():
            for measure, values in compiled.items():
                for statistic, of in (("mean", np.mean), ("sd", np.std)):
                    pair = (float(of(values[roles == role])), float(of(plain[measure][roles == role])))
                    found.setdefault((group, measure, statistic), []).append(pair)
    lines = []
    for (group, measure, statistic), pairs in found.items():
        both = np.array(pairs)
        differences = both[:, 1] - both[:, 0]
        error = float(differences.std(ddof=1)) / math.sqrt(seeds)
        t = differences.mean() / error if error > 0.0 else 0.0
        p_value = float(2.0 * stats.t.sf(abs(t), seeds - 1))
        means = both.mean(axis=0)
        lines.append(Line(group, measure, statistic, means[0], means[1], float(differences.mean()), error, p_value))
    return lines


def main() -> int:
    """Print the comparison; 1 when something differs by more than chance allows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=12, help="sites to compare (default 12, about six seconds each)")
    parser.add_argument("--usual-care", action="store_true", help="without connecting support")
    chosen = parser.parse_args()
    lines = compare(chosen.seeds, {} if chosen.usual_care else SUPPORT)
    limit = FALSE_ALARM / len(lines)
    print(f"{'':15}{'':20}{'':6}{'compiled':>10}{'plain':>10}{'difference':>12}{'error':>8}{'p':>8}")
    for line in lines:
        mark = "  DIFFERS" if line.p_value < limit else ""
        print(
            f"{line.group:15}{line.measure:20}{line.statistic:6}{line.compiled:10.3f}{line.plain:10.3f}"
            f"{line.difference:12.3f}{line.error:8.3f}{line.p_value:8.3f}{mark}"
        )
    different = sum(line.p_value < limit for line in lines)
    print(f"{different} of {len(lines)} lines differ (p below {limit:.5f}, so {FALSE_ALARM:g} by chance for all lines)")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
