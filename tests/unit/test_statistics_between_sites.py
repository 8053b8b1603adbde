"""Statistics over many sites, on sites whose scores are few enough to work them out on paper."""

from __future__ import annotations

import numpy as np
import pytest

from cpi_sim.checks import between_sites
from cpi_sim.checks.between_sites import COMPARED_AT_LEAST, OUTCOMES, estimate, scores_at_follow_up, team_icc
from cpi_sim.checks.check import SiteResult, compare
from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.views import Scores, snapshot
from cpi_sim.evidence.catalogue import TARGETS
from tests.worlds import world

ROOT = float(np.sqrt(0.5))


def agency(*scores: float, **others: float) -> Scores:
    """A site with as many service users as ``scores``; an outcome in ``others`` is raised by so much for them all."""
    return {name: np.array(scores) + others.get(name, 0.0) for name in OUTCOMES}


def test_correlation_by_agency() -> None:
    # mean squares of 4 between two agencies and of 1 within, two people in each: (4 - 1) / (4 + 1)
    sites = [agency(-ROOT, ROOT), agency(2 - ROOT, 2 + ROOT)]
    assert team_icc(sites) == pytest.approx(0.6)


def test_correlation_by_agency_is_averaged_over_outcomes() -> None:
    # two apart in one outcome (0.6), alike in all others: (0 - 1) / (0 + 1)
    sites = [agency(-ROOT, ROOT), agency(-ROOT, ROOT, swemwbs=2.0)]
    others = len(OUTCOMES) - 1
    assert team_icc(sites) == pytest.approx((0.6 - others) / len(OUTCOMES))


def test_correlation_by_agency_where_agencies_differ_in_size() -> None:
    # three people at 0, 2 and 4 (mean 2), one at 6: grand mean 3, between (3 * 1 + 9) / 1 = 12, within 8 / 2 = 4,
    # people in an agency (4 - (9 + 1) / 4) / 1 = 1.5
    assert team_icc([agency(0.0, 2.0, 4.0), agency(6.0)]) == pytest.approx((12 - 4) / (12 + 0.5 * 4))


def test_jackknife_error_of_a_mean_is_its_standard_error() -> None:
    values = [1.0, 2.0, 4.0, 7.0, 11.0]
    mean, error = estimate(lambda sites: float(np.mean([each["x"][0] for each in sites])), [
        {"x": np.array([value])} for value in values
    ])  # fmt: skip
    assert mean == pytest.approx(5.0)
    assert error == pytest.approx(np.std(values, ddof=1) / np.sqrt(5))


def test_too_few_sites_to_compare() -> None:
    sites = [agency(-ROOT, ROOT), agency(2 - ROOT, 2 + ROOT)] * 3
    assert COMPARED_AT_LEAST == 5
    assert np.isnan(estimate(team_icc, sites[:4])).all()
    assert not np.isnan(estimate(team_icc, sites[:5])).any()


def test_comparison_is_of_all_sites_together() -> None:
    apart = [agency(10.0 * k, 10.0 * k) for k in range(6)]
    each = compare(TARGETS["team_icc"], [SiteResult({}, {}, scores) for scores in apart])
    assert (each.simulated, each.mcse, each.reason) == (pytest.approx(1.0), pytest.approx(0.0), "")
    few = compare(TARGETS["team_icc"], [SiteResult({}, {}, scores) for scores in apart[:4]])
    assert (few.computed, few.reason) == (False, "it compares sites, and takes 5 of them")


def test_scores_are_those_measured_after_a_year_of_usual_care() -> None:
    def measured(value: float) -> Scores:
        return {name: np.array([value]) for name in (*OUTCOMES, "pam_anxiety")}

    shots = {week: snapshot(world(2), week, measured(float(week))) for week in (0, 26, 52, 104)}
    scores = scores_at_follow_up(SiteHistory(1, usual=shots, early={52: snapshot(world(2), 52, measured(-1.0))}))
    assert {name: values.tolist() for name, values in scores.items()} == {name: [52.0] for name in OUTCOMES}


def test_every_statistic_over_sites_is_named_after_its_target() -> None:
    assert set(between_sites.OVER_SITES) <= set(TARGETS)
    assert all(statistic.__name__ == target for target, statistic in between_sites.OVER_SITES.items())
