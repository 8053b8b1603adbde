"""Statistics of attachment and engagement on small hand-made groups."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from cpi_sim.checks import statistics_attachment as attachment
from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.views import Snapshot, snapshot
from cpi_sim.site.tables import DECLINED, ENDED, NEVER, NOT_OFFERED, SERVICE_USER, WAITING
from tests.worlds import world

STYLES = [(2.0, 2.0), (2.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0)]


def shot_of(people: list[dict], week: int = 0, plans: dict | None = None, **scores: list[float]) -> Snapshot:
    users = {name: np.array(values, float) for name, values in scores.items()}
    return snapshot(world(people, plans=plans), week, users)


def user(**fields) -> dict:
    return {"role_in_service": SERVICE_USER, **fields}


def test_styles() -> None:
    people = [user(anxiety=a, avoidance=v) for a, v in STYLES]
    people += [{"anxiety": a, "avoidance": v} for a, v in STYLES[1:]]
    history = SiteHistory(1, usual={0: shot_of(people)})
    assert attachment.insecure_su(history) == pytest.approx(4 / 5)
    assert attachment.insecure_community(history) == pytest.approx(3 / 4)
    assert attachment.fearful_commonest_su(history) == pytest.approx(2 / 4 - 1 / 4)
    assert attachment.community_anxious_share(history) == pytest.approx(1 / 4)
    assert attachment.community_avoidant_share(history) == pytest.approx(1 / 4)


def test_cut_is_above_which_38_percent_of_a_community_are_insecure() -> None:
    cut = attachment.INSECURE_ABOVE
    secure = stats.multivariate_normal([0.0, 0.0], [[1.0, 0.3], [0.3, 1.0]]).cdf([cut, cut])
    assert 1.0 - secure == pytest.approx(0.38, abs=0.005)
    people = [{"anxiety": cut}, {"avoidance": cut}, {"anxiety": cut + 1e-9}]
    assert attachment.insecure_community(SiteHistory(1, usual={0: shot_of(people)})) == pytest.approx(1 / 3)


def test_alliance_counts_only_people_still_with_the_service() -> None:
    alliance, anxiety = [1.0, 2.0, 3.0, 4.0, 7.0], [4.0, 3.0, 1.0, 2.0, 9.0]
    avoidance = [2.0, 2.5, 1.0, 1.5, 9.0]
    plans = {4: {"engaged": 0}}
    scores = {"alliance": alliance, "pam_anxiety": anxiety, "pam_avoidance": avoidance}
    history = SiteHistory(1, usual={13: shot_of([user() for _ in range(5)], 13, plans, **scores)})
    assert attachment.alliance_anxiety_r(history) == pytest.approx(np.corrcoef(alliance[:4], anxiety[:4])[0, 1])
    assert attachment.alliance_avoidance_r(history) == pytest.approx(np.corrcoef(alliance[:4], avoidance[:4])[0, 1])
    z = sum((np.array(each[:4]) - np.mean(each[:4])) / np.std(each[:4]) for each in (anxiety, avoidance))
    assert attachment.alliance_security_r(history) == pytest.approx(np.corrcoef(alliance[:4], -z)[0, 1])


def test_wellbeing_slopes_are_partial() -> None:
    rng = np.random.default_rng(3)
    anxiety, avoidance = rng.normal(size=50), rng.normal(size=50)
    wellbeing = -2.0 * anxiety - avoidance
    scores = {"swemwbs": wellbeing, "pam_anxiety": anxiety, "pam_avoidance": avoidance}
    history = SiteHistory(1, usual={0: shot_of([user() for _ in range(50)], **scores)})
    assert attachment.qol_anxiety_beta(history) == pytest.approx(-2.0 * np.std(anxiety) / np.std(wellbeing))
    assert attachment.qol_avoidance_beta(history) == pytest.approx(-np.std(avoidance) / np.std(wellbeing))


def test_disengaged_are_those_who_left_thirteen_weeks_ago_or_more() -> None:
    left = [NEVER, 20, 91, 92, NEVER, NEVER]
    people = [user(age_years=age) for age in (30.0, 18.5, 30.0, 18.0, 19.0, 18.9)]
    plans = {i: {"engaged": int(week == NEVER), "left_service_week": week} for i, week in enumerate(left)}
    history = SiteHistory(1, usual={}, early={104: shot_of(people, 104, plans)})
    assert attachment.eip_disengaged(history) == pytest.approx(2 / 6)
    assert attachment.eip_disengaged_young(history) == pytest.approx(1 / 3)


def test_alliance_and_later_change() -> None:
    people = [user() for _ in range(4)]
    alliances = {13: [1.0, 2, 3, 4], 26: [1.0, 2, 3, 7], 52: [1.0, 5, 3, 4]}
    usual = {
        week: shot_of(people, week, alliance=values, swemwbs=[20.0, 22, 24, 20]) for week, values in alliances.items()
    }
    usual[0] = shot_of(people, 0, swemwbs=[25.0, 21, 21, 20])
    expected = np.corrcoef([1.0, 3.0, 3.0, 5.0], [-5.0, 1.0, 3.0, 0.0])[0, 1]
    assert attachment.alliance_outcome_r(SiteHistory(1, usual=usual)) == pytest.approx(expected)


def test_willing_of_those_offered() -> None:
    stages = [NOT_OFFERED, DECLINED, WAITING, ENDED]
    plans = {i: {"stage": stage} for i, stage in enumerate(stages)}
    shot = shot_of([user() for _ in stages], 52, plans)
    assert attachment.willing_befriender(SiteHistory(1, usual={}, befriending={52: shot})) == pytest.approx(2 / 3)
