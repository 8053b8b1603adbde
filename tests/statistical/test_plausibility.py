"""The model with its hand-set values against what is known, on twenty sites.

The seed is fixed, so the outcome is the same on every run of the same model: it moves only when the model does. When
it moves, a target whose true value stands a third of a tolerance inside the bound fails by chance with less than one in
a thousand where the Monte Carlo error is a tenth of the tolerance, as for networks; for the correlations with alliance,
whose error is a third of it, with about one in six. One miss among the other core targets is allowed for that.
"""

from __future__ import annotations

import math

import pytest

from cpi_sim.checks.check import CheckReport, run_check
from cpi_sim.checks.statistics import NOT_COMPUTED

pytestmark = pytest.mark.statistical

NETWORKS = {
    "net_size_mean_su", "friends_mean_su", "friends_none_su", "close_friend_any_su", "saw_friend_week_su",
    "weekly_contacts_median_su", "weekly_contacts_q75_su", "kin_share_su", "friend_share_su", "friends_gap_d",
    "net_size_gap_d", "community_no_close_friend", "community_met_weekly",
}  # fmt: skip


@pytest.fixture(scope="module")
def report() -> CheckReport:
    return run_check(sites=20, seed=1, progress=lambda done, total: None)


def test_every_network_level_and_contrast_is_met(report: CheckReport) -> None:
    counted = {each.target.id: each for each in report.counted}
    assert counted.keys() >= NETWORKS
    missed = {name: round(counted[name].implausibility, 2) for name in NETWORKS if not counted[name].met}
    assert not missed


def test_nearly_all_other_core_targets_are_met(report: CheckReport) -> None:
    others = [each for each in report.counted if each.target.id not in NETWORKS]
    missed = {each.target.id: round(each.implausibility, 2) for each in others if not each.met}
    assert len(others) >= 23
    assert len(missed) <= 1, missed


def test_every_target_has_a_value_and_its_error_or_a_reason(report: CheckReport) -> None:
    without = {each.target.id for each in report.comparisons if not each.computed}
    assert without == set(NOT_COMPUTED)
    assert not any(math.isnan(each.mcse) for each in report.comparisons if each.computed)


def test_targets_fixed_by_inputs_do_not_count(report: CheckReport) -> None:
    fixed = [each for each in report.comparisons if each.by_construction]
    assert fixed
    assert not any(each.counts for each in fixed)


def test_the_healthy_community_is_stationary_while_its_ties_turn_over(report: CheckReport) -> None:
    for drift in report.stationarity.drifts:
        assert abs(drift.change) < 0.10, drift
    assert 0.3 < report.stationarity.ties_kept < 0.7
