"""The name generator and the LSNS-6 stand-in, on worlds small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from cpi_sim.instruments import latent, measure
from cpi_sim.instruments.network import chance_to_forget, points_for
from cpi_sim.site.tables import KIN, NEVER, PARTNER, SERVICE_USER, Site
from tests.worlds import laid_out, tie, world

USER = {"role_in_service": SERVICE_USER}


def remembering(site: Site) -> Site:
    """The same site with a memory without gaps (outside the range that a scenario may set)."""
    site.parameters["friend_forgotten"] = 0.0
    site.parameters["acquaintance_forgotten"] = 0.0
    return site


def of_person(site: Site, row: int = 0, week: int = 0) -> dict[str, float]:
    return {name: float(score[0]) for name, score in measure(remembering(site), 1, week, [row]).items()}


def test_everybody_named_is_counted_once_by_kind() -> None:
    site = world(
        people=7,
        ties=[
            tie(0, 1, kind=KIN, closeness_hours=3),
            tie(0, 2, kind=PARTNER, closeness_hours=500),
            tie(0, 3, closeness_hours=44.9),
            tie(0, 4, closeness_hours=45),
            tie(0, 5, closeness_hours=109.9),
            tie(6, 0, closeness_hours=110),
        ],
    )
    scores = of_person(site)
    assert (scores["network_size"], scores["kin"], scores["friends"], scores["others"]) == (6, 2, 3, 1)
    assert scores["close_friends"] == 1
    assert of_person(site, row=1)["network_size"] == 1


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"last_contact_week": -13}, 1),
        ({"last_contact_week": -14}, 0),
        ({"last_contact_week": NEVER}, 0),
        ({"dormant": 1}, 0),
        ({"ended": 1}, 0),
    ],
)
def test_only_active_ties_are_named(fields: dict[str, int], named: int) -> None:
    assert of_person(world(2, [tie(0, 1, **fields)]))["network_size"] == named


def test_a_quarter_is_counted_back_from_the_week_of_asking() -> None:
    site = world(2, [tie(0, 1, last_contact_week=7)])
    assert of_person(site, week=20)["network_size"] == 1
    assert of_person(site, week=21)["network_size"] == 0


def test_contacts_last_week_are_persons_not_meetings_and_home_does_not_count() -> None:
    site = world(
        people=5,
        ties=[
            tie(0, 1, contacts_this_week=4),
            tie(0, 2, kind=KIN, contacts_this_week=1),
            tie(0, 3, kind=PARTNER, contacts_this_week=7, shares_home=1),
            tie(0, 4, contacts_this_week=0),
        ],
    )
    assert of_person(site)["contacts_last_week"] == 2
    assert of_person(site)["network_size"] == 4


@pytest.mark.parametrize(
    ("fields", "saw"),
    [
        ({"closeness_hours": 45, "contacts_this_week": 1}, 1),
        ({"closeness_hours": 44, "contacts_this_week": 1}, 0),
        ({"closeness_hours": 45, "contacts_this_week": 0}, 0),
        ({"closeness_hours": 45, "contacts_this_week": 1, "kind": KIN}, 0),
    ],
)
def test_saw_a_friend_last_week(fields: dict[str, float], saw: int) -> None:
    assert of_person(world(2, [tie(0, 1, **fields)]))["saw_friend_last_week"] == saw


def test_kin_are_never_forgotten_friends_less_than_acquaintances() -> None:
    site = world(4, [tie(0, 1, kind=KIN), tie(0, 2, closeness_hours=60), tie(0, 3, closeness_hours=10)])
    chances = [chance_to_forget(site.ties[t], site.parameters[0]) for t in range(3)]
    assert chances == [0.0, 0.20, 0.40]


def test_forgetting_comes_at_its_rate() -> None:
    """600 friends and 600 acquaintances of one person; a count outside 5 SD of its mean has a chance of 1e-6."""
    ties = [tie(0, j, closeness_hours=60 if j <= 600 else 10) for j in range(1, 1201)]
    scores = measure(world(1201, ties), 3, 0, [0])
    assert abs(scores["friends"][0] - 0.8 * 600) < 5 * np.sqrt(600 * 0.2 * 0.8)
    assert abs(scores["others"][0] - 0.6 * 600) < 5 * np.sqrt(600 * 0.4 * 0.6)


def test_forgetting_belongs_to_the_pair_and_the_occasion() -> None:
    ties = [tie(0, j, contacts_this_week=1) for j in range(1, 60)]
    first = measure(world(60, ties), 3, 0, [0])
    without_last = measure(world(60, ties[:-1]), 3, 0, [0])
    assert first["friends"][0] - without_last["friends"][0] in (0, 1)
    assert first["contacts_last_week"] == first["friends"]
    later = [measure(world(60, ties), 3, week, [0])["friends"][0] for week in range(10)]
    assert len(set(later)) > 1


def test_latent_counts_forget_nobody() -> None:
    site = world(60, [tie(0, j, closeness_hours=120, contacts_this_week=1) for j in range(1, 60)])
    shown = latent(site, 0, [0])
    for name in ("network_size", "friends", "close_friends", "contacts_last_week"):
        assert shown[f"latent_{name}"] == 59


def test_practitioners_are_named_apart_while_in_service_and_in_post() -> None:
    assert of_person(world([USER], plans={0: {"engaged": 1}}))["practitioners"] == 1
    assert of_person(world([USER], plans={0: {"engaged": 1}}))["network_size"] == 0
    assert of_person(world([USER], plans={0: {"engaged": 0}}))["practitioners"] == 0
    assert of_person(world([USER], posts=[{"filled_from_week": 3}]), week=3)["practitioners"] == 0
    assert of_person(world([USER], posts=[{"filled_from_week": 3}]), week=4)["practitioners"] == 1
    assert of_person(world(1))["practitioners"] == 0


def test_points_of_the_lsns6() -> None:
    assert [points_for(float(n)) for n in range(11)] == [0, 1, 2, 3, 3, 4, 4, 4, 4, 5, 5]


def lsns6_without_error(site: Site, week: int = 0) -> float:
    site.parameters["lsns_error"] = 0.0
    return of_person(site, week=week)["lsns6"]


def test_lsns6_asks_three_things_of_kin_and_of_friends() -> None:
    """Two relatives and two friends who are seen, trusted and ready to help: six answers of two points."""
    near = {"closeness_hours": 80, "security": 0.6}
    ties = [tie(0, j, kind=KIN, **near) for j in (1, 2)] + [tie(0, j, **near) for j in (3, 4)]
    assert lsns6_without_error(world(5, ties)) == 12


@pytest.mark.parametrize(
    ("fields", "points"),
    [
        ({"closeness_hours": 80, "security": 0.6, "last_contact_week": -4}, 3),
        ({"closeness_hours": 80, "security": 0.6, "last_contact_week": -5}, 2),  # not seen monthly
        ({"closeness_hours": 80, "security": (0.4, 0.9)}, 2),  # not at ease
        ({"closeness_hours": 74, "security": 0.6}, 2),  # not close enough to be at ease
        ({"closeness_hours": 44, "security": 0.6}, 0),  # an acquaintance
        ({"closeness_hours": 44, "security": 0.6, "kind": KIN}, 2),
        # logistic(-0.15 + 0.5 ln(1 + h / 10)) is one half at h = 3.498588
        ({"closeness_hours": 3.498, "security": 0.6, "kind": KIN}, 1),
        ({"closeness_hours": 3.499, "security": 0.6, "kind": KIN}, 2),
    ],
)
def test_each_question_of_the_lsns6(fields: dict[str, float], points: int) -> None:
    assert lsns6_without_error(world(2, [tie(0, 1, **fields)])) == points


def test_stigma_can_bar_people_from_calling_on_a_friend() -> None:
    """With nothing hidden, ``1 + h / 10 = exp(0.3)`` must make up for openness: at 60 h an openness above 0.439."""
    ties = [tie(0, 1, closeness_hours=60, security=0.4)]
    open_enough = world([USER, {"openness": 0.44}], ties)
    not_open = world([USER, {"openness": 0.43}], ties)
    assert lsns6_without_error(open_enough) == 2
    assert lsns6_without_error(not_open) == 1


def test_scores_do_not_depend_on_the_order_of_rows() -> None:
    ties = [tie(i, (i * 7 + 3) % 12, closeness_hours=20.0 * i) for i in range(12) if i < (i * 7 + 3) % 12]
    site = world([USER] * 4 + [{}] * 8, ties)
    order = np.random.default_rng(1).permutation(12)
    moved = laid_out(site, order)
    straight = measure(site, 5, 0)
    for name, scores in measure(moved, 5, 0).items():
        np.testing.assert_array_equal(scores, straight[name], err_msg=name)
