"""Statistics of stigma and help on hand-made histories."""

from __future__ import annotations

import numpy as np
import pytest

from cpi_sim.checks import statistics_stigma as stigma
from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.support import best_support
from cpi_sim.checks.views import snapshot
from cpi_sim.site.tables import KIN, SERVICE_USER
from tests.worlds import PROGRAM, tie, world


def users_of(n: int, **columns) -> list[dict]:
    return [
        {"role_in_service": SERVICE_USER, **{name: values[k] for name, values in columns.items()}} for k in range(n)
    ]


def test_what_has_ever_happened() -> None:
    people = users_of(
        4,
        refused_for_stigma_friends=[0, 1, 3, 0],
        refused_for_stigma_kin=[0, 0, 1, 0],
        friends_lost_to_illness=[1, 1, 1, 0],
        conceals=[1, 1, 0, 0],
    )
    history = SiteHistory(
        1, usual={0: snapshot(world([*people, *[{"openness": open_to} for open_to in (0.5, 0.49, 0.9)]]), 0)}
    )
    assert stigma.discrim_friends_su(history) == pytest.approx(2 / 4)
    assert stigma.discrim_family_su(history) == pytest.approx(1 / 4)
    assert stigma.lost_friends_su(history) == pytest.approx(3 / 4)
    assert stigma.conceal_su(history) == pytest.approx(2 / 4)
    assert stigma.accept_neighbour_schizophrenia(history) == pytest.approx(2 / 3)


def test_what_happened_within_the_year() -> None:
    before = users_of(
        4, held_back=[5, 0, 0, 2], refused_for_stigma_friends=[1, 0, 0, 0], refused_for_stigma_kin=[0, 0, 2, 0]
    )
    after = users_of(
        4, held_back=[5, 1, 3, 2], refused_for_stigma_friends=[1, 1, 0, 0], refused_for_stigma_kin=[0, 0, 3, 0]
    )
    history = SiteHistory(1, usual={0: snapshot(world(before), 0), 52: snapshot(world(after), 52)})
    assert stigma.stopped_close_relationship_su(history) == pytest.approx(2 / 4)
    assert stigma.discrim_any_year_su(history) == pytest.approx(2 / 4)


def test_best_support_is_security_times_agreement() -> None:
    # agree_base 0 and agree_closeness 0: everybody agrees with probability one half, before stigma
    numbers = {"agree_base": 0.0, "agree_closeness": 0.0, "agree_given_earlier": np.log(3.0)}
    people = [*users_of(1, visibility=[1.0]), {"openness": 0.25}, {"openness": 1.0}, {}]
    ties = [
        tie(0, 1, security=(1.0, 0.6)),  # of goodwill to 0 a quarter is left: odds 1/4
        tie(0, 2, KIN, security=(0.5, 0.4), dormant=1),
        tie(1, 2, security=(0.2, 0.9), given_by_low=1.0),  # 1 has helped 2, so 1 may expect odds of 3 from 2
    ]
    best = best_support(world(people, ties, **numbers), PROGRAM)
    assert best == pytest.approx([0.2, 0.3, 0.45, 0.0])


def test_nobody_to_rely_on() -> None:
    people = [*users_of(2), {}, {}, {}]
    shot = snapshot(world(people), 0, support=np.array([0.49, 0.5, 0.7, 0.1, 0.5]))
    history = SiteHistory(1, usual={0: shot})
    assert stigma.no_one_to_rely_on_su(history) == pytest.approx(1 / 2)
    assert stigma.community_help_there(history) == pytest.approx(2 / 3)


def test_confiding_in_people_who_are_not_close() -> None:
    shot = snapshot(world(2), 0)
    history = SiteHistory(1, usual={0: shot}, asked_closeness=np.array([10.0, 109.0, 110.0, 300.0]))
    assert stigma.confide_not_important(history) == pytest.approx(2 / 4)


def test_people_asked_within_half_a_year() -> None:
    ties = [
        tie(0, 1, asked_week_low=5, asked_week_high=-1),
        tie(0, 2, asked_week_low=0),
        tie(1, 2, asked_week_low=10, asked_week_high=25),
    ]
    history = SiteHistory(1, usual={26: snapshot(world(3, ties), 26)})
    assert stigma.community_discussion_network(history) == pytest.approx((2 + 1 + 1) / 3)
