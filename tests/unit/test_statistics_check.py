"""The comparison with targets, the verdict, and a whole check of tiny sites."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from rich.console import Console

from cpi_sim.checks.between_sites import OUTCOMES, OVER_SITES
from cpi_sim.checks.check import CheckReport, Comparison, SiteResult, compare, implausibility, report_of, run_check
from cpi_sim.checks.history import PARTS
from cpi_sim.checks.stationarity import over_sites
from cpi_sim.checks.statistics import BY_CONSTRUCTION, NOT_COMPUTED, STATISTICS
from cpi_sim.checks.table import MECHANISMS, as_text, shown, standing
from cpi_sim.evidence.catalogue import TARGETS, Target

FRIENDS = TARGETS["friends_mean_su"]  # 3.4, tolerance 1.0
STEADY = {
    "ties kept": 0.5, "friends at start": 4.0, "friends at end": 4.2, "closeness at start": 700.0,
    "closeness at end": 650.0, "network size at start": 12.0, "network size at end": 12.0,
}  # fmt: skip
TINY = {
    "community_members": 160.0,
    "service_users": 16.0,
    "burn_in_years": 1.0,
    "illness_years_high": 2.0,
    "settings": 10.0,
}


def site_with(levels: dict[str, float] = STEADY, **values: float) -> SiteResult:
    """A site that gives its targets their published values, but for ``values``, and whose users are all alike."""
    published = {target: TARGETS[target].value for target in STATISTICS}
    return SiteResult(published | values, levels, {name: np.array([1.0, 1.0]) for name in OUTCOMES})


def report_with(sites: int = 20, **values: float) -> CheckReport:
    return report_of([site_with(**values)] * sites, 1)


def over(target: Target, *values: float) -> Comparison:
    """The comparison of a target with sites that give these values."""
    return compare(target, [site_with(**{target.id: value}) for value in values])


def test_every_target_has_a_statistic_or_a_reason() -> None:
    assert set(STATISTICS) | set(OVER_SITES) | set(NOT_COMPUTED) == set(TARGETS)
    assert len(STATISTICS) + len(OVER_SITES) + len(NOT_COMPUTED) == len(TARGETS) == 104
    assert set(BY_CONSTRUCTION) <= set(STATISTICS)
    assert all(reason.strip() for reason in (NOT_COMPUTED | BY_CONSTRUCTION).values())
    assert {target for target in NOT_COMPUTED if TARGETS[target].core} == {"retention_6m"}


def test_implausibility_caps_the_error_of_the_model() -> None:
    assert implausibility(5.4, 0.0, FRIENDS) == pytest.approx(2.0)
    assert implausibility(5.4, 0.2, FRIENDS) == pytest.approx(2.0 / math.sqrt(1.04))
    # beyond a third of the tolerance more noise makes nothing more plausible
    assert implausibility(5.4, 9.0, FRIENDS) == pytest.approx(2.0 / math.sqrt(1.0 + 1.0 / 9.0))
    assert implausibility(5.4, float("nan"), FRIENDS) == pytest.approx(2.0)
    assert math.isnan(implausibility(float("nan"), float("nan"), FRIENDS))


def test_comparison_is_over_sites() -> None:
    each = over(FRIENDS, 3.0, 5.0, float("nan"))
    assert (each.simulated, each.mcse) == (pytest.approx(4.0), pytest.approx(math.sqrt(2.0) / math.sqrt(2.0)))
    assert each.met
    assert each.counts
    assert not each.reason
    assert math.isnan(over(FRIENDS, 3.0).mcse)


def test_a_statistic_without_a_value_is_a_miss_and_not_dropped() -> None:
    each = over(FRIENDS, float("nan"), float("nan"))
    assert (each.computed, each.met, each.counts) == (False, False, True)
    assert each.reason == "on no site is there anything to count it in"
    assert standing(each, enough_sites=True).plain == "MISS"
    assert not report_with(friends_mean_su=float("nan")).plausible


def test_a_target_without_a_statistic_does_not_count() -> None:
    each = compare(TARGETS["retention_6m"], [site_with()])
    assert (each.computed, each.met, each.counts) == (False, False, False)
    assert each.reason == NOT_COMPUTED["retention_6m"]


@pytest.mark.parametrize(("value", "met"), [(6.39, True), (6.41, False)])
def test_within_three_tolerances(value: float, met: bool) -> None:
    assert over(FRIENDS, value, value).met is met


def test_verdict_counts_core_targets_that_no_input_fixes() -> None:
    report = report_with()
    fixed = {target for target in BY_CONSTRUCTION if TARGETS[target].core}
    counted = {each.target.id for each in report.counted}
    assert counted == {target for target in STATISTICS if TARGETS[target].core} - fixed
    assert report.plausible


def test_a_missed_core_target_makes_a_site_implausible() -> None:
    report = report_with(friends_mean_su=9.0)
    assert [each.target.id for each in report.missed] == ["friends_mean_su"]
    assert not report.plausible


def test_misses_that_do_not_count() -> None:
    assert report_with(conceal_su=0.0, lost_friends_su=0.0).plausible


def test_a_drifting_community_is_implausible() -> None:
    assert not report_of([site_with(STEADY | {"friends at end": 3.5})] * 20, 1).plausible


def test_too_few_sites_for_a_verdict() -> None:
    report = report_with(sites=19)
    assert not report.plausible
    assert report.as_json()["verdict"]["plausible"] is None
    assert "No verdict: 19 sites are too few, it takes 20" in " ".join(text_of(report).split())


def test_stationarity() -> None:
    steady = over_sites([STEADY])
    assert [drift.change for drift in steady.drifts] == pytest.approx([0.05, -50 / 700, 0.0])
    assert steady.holds
    assert not over_sites([STEADY | {"ties kept": 0.95}]).holds
    assert not over_sites([STEADY | {"closeness at end": 620.0}]).holds
    assert over_sites([STEADY | {"friends at end": 4.5}, STEADY | {"friends at end": 3.9}]).holds


def text_of(report: CheckReport, width: int = 140) -> str:
    console = Console(width=width)
    with console.capture() as captured:
        console.print(as_text(report))
    return captured.get()


def test_json_names_what_there_is_and_leaves_the_rest_null() -> None:
    targets = {row["id"]: row for row in json.loads(json.dumps(report_with().as_json(), allow_nan=False))["targets"]}
    assert set(targets) == set(TARGETS)
    row = targets["friends_mean_su"]
    assert (row["weight"], row["value"], row["sd"], row["simulated"], row["mcse"]) == ("core", 3.4, 1.0, 3.4, 0.0)
    assert (row["implausibility"], row["by_construction"]) == (0.0, False)
    assert targets["conceal_su"]["by_construction"] is True
    assert targets["retention_6m"]["simulated"] is None
    assert targets["retention_6m"]["reason"]


def test_table_has_a_line_for_every_target_and_says_why_there_is_no_value() -> None:
    said = text_of(report_with(friends_mean_su=9.0), width=250)
    assert all(target in said for target in TARGETS)
    assert all(reason in said for reason in (NOT_COMPUTED | BY_CONSTRUCTION).values())
    assert all(target.statement in said for target in TARGETS.values())
    assert said.count("  MISS ") == 1
    assert "network size: 12.00 -> 12.00 (+0.0%" in said
    assert "ties that are the same after seven years: 50%" in said


def test_table_is_whole_in_80_columns() -> None:
    said = text_of(report_with(sites=4), width=80)
    lines = said.splitlines()
    assert max(map(len, lines)) <= 80
    assert "\N{HORIZONTAL ELLIPSIS}" not in said
    for target in TARGETS.values():
        numbers = next(line for line in lines if line.split()[:1] == [target.id])
        assert f"{shown(target.value)} ± {shown(target.sd)}" in numbers
        assert len(numbers.split()) == 7
    assert "  within  " not in said.split("known ± tolerance  the")[0]


def test_every_mechanism_has_a_place_in_the_table() -> None:
    assert {target.mechanism for target in TARGETS.values()} == set(MECHANISMS)


def test_numbers_as_shown() -> None:
    assert [shown(value) for value in (210.0, 23.456, -0.37, 0.0, float("nan"))] == [
        "210.0",
        "23.46",
        "-0.370",
        "0.000",
        "-",
    ]


def test_standing_in_words() -> None:
    assert standing(over(FRIENDS, 3.4, 3.4), enough_sites=True).plain == "within"
    assert standing(over(FRIENDS, 9.0, 9.0), enough_sites=True).plain == "MISS"
    assert standing(over(TARGETS["conceal_su"], 0.0, 0.1), enough_sites=True).plain == "by construction"
    assert standing(compare(TARGETS["retention_6m"], []), enough_sites=False).plain == "not computed"
    assert standing(over(FRIENDS, 3.4, 3.4), enough_sites=False).plain == "within, few sites"


def test_a_check_needs_a_site() -> None:
    with pytest.raises(ValueError, match="at least one site"):
        run_check(sites=0)


def test_a_whole_check_of_tiny_sites_does_not_depend_on_threads() -> None:
    told = []
    report = run_check(
        sites=2, seed=3, workers=2, progress=lambda done, total: told.append((done, total)), changed=TINY
    )
    assert told == [(n + 1, 2 * PARTS) for n in range(2 * PARTS)]
    unknown = {each.target.id for each in report.comparisons if not each.computed}
    assert unknown >= set(NOT_COMPUTED) | {"team_icc"}
    assert len(unknown) < 24
    alone = run_check(sites=2, seed=3, workers=1, changed=TINY)
    assert alone.as_json() == report.as_json()
