"""Dose as pictures and the page give it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from cpi_sim.batches.batch import BatchResult
from cpi_sim.reports.dose_figure import about_hours, available_by_arm, dose_of_support, fates_of_contacts
from cpi_sim.reports.material import Material
from cpi_sim.reports.page_sections import weeks_counted
from cpi_sim.scenario import Arm, Scenario
from tests.batches import small_scenario, tables_in


def test_dose_picture_counts_the_weeks_of_the_offer(undisturbed: BatchResult) -> None:
    scenario = small_scenario()
    dose = dose_of_support(Material.of(scenario, tables_in(undisturbed.folder), undisturbed.summary, 4))
    assert dose.loc["0"].drop("affordable").tolist() == [0.0] * 4
    steps = dose.loc["4", ["delivered", "agreed", "taken_up", "intended"]].tolist()
    assert steps == sorted(steps)
    assert 0.0 < steps[0] < steps[-1] == 4.0


def stopping_after(weeks: float) -> Arm:
    arm = small_scenario().arms["4"]
    name = f"stops_{weeks:g}"
    return Arm(name, name, arm.agency_kind, arm.values | {"start_week": 0.0, "duration_weeks": weeks})


def one_contact_a_week(arm: str, until: int) -> pd.DataFrame:
    """Weeks of a site of 13 people, who agree to and have one contact a week between them while there is an offer."""
    rows = [
        {"site": 0, "seed": 1, "arm": arm, "week": week, "people": 13.0, "hours_available": 2.0 * (week > 0)}
        | dict.fromkeys(
            ("contacts_intended", "contacts_agreed", "contacts_delivered", "hours_delivered"), 1.0 * (0 < week <= until)
        )
        for week in range(9)
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def stopping_at_different_weeks() -> Material:
    usual_care = small_scenario().arms["0"]
    arms = {arm.name: arm for arm in (usual_care, stopping_after(2), stopping_after(8))}
    scenario: Scenario = replace(small_scenario(sites=1), arms=arms)
    lived = [one_contact_a_week(arm, until) for arm, until in (("0", 0), ("stops_2", 2), ("stops_8", 8))]
    tables = {"people": pd.DataFrame(), "weeks": pd.concat(lived)}
    return Material.of(scenario, tables, {"arms": dict.fromkeys(arms), "effects": {}}, 1)


def test_each_arm_is_counted_over_its_own_weeks(stopping_at_different_weeks: Material) -> None:
    """Who had a contact a week until the practice stopped had as many a month, however early it stopped."""
    dose = dose_of_support(stopping_at_different_weeks)
    a_month = 52 / 12 / 13
    assert dose["delivered"].tolist() == pytest.approx([0.0, a_month, a_month])
    assert dose["affordable"].tolist()[1:] == pytest.approx([2 * a_month, 2 * a_month])
    fates = fates_of_contacts(stopping_at_different_weeks)
    assert fates.loc["stops_2"].tolist() == pytest.approx(fates.loc["stops_8"].tolist())


def test_weeks_that_differ_are_said(stopping_at_different_weeks: Material, undisturbed: BatchResult) -> None:
    assert "weeks 0 to 8, in some arms for a part of them." in stopping_at_different_weeks.subtitle()[1]
    said = weeks_counted(stopping_at_different_weeks)
    assert said == "the weeks in which each arm offers support (stops_2: 0 to 2; stops_8: 0 to 8)"
    alike = Material.of(small_scenario(), tables_in(undisturbed.folder), undisturbed.summary, 4)
    assert weeks_counted(alike) == "the weeks of the offer (0 to 8)"
    assert "Support offered in weeks 0 to 8. " in alike.subtitle()[1]


def test_hours_available_are_drawn_by_arm_where_arms_differ(stopping_at_different_weeks: Material) -> None:
    material = stopping_at_different_weeks
    assert available_by_arm(material).columns.tolist() == ["all arms"]
    assert about_hours(material) == "Thin dashes: hours available (in all arms, which agree)."
    weeks = material.weeks.copy()
    weeks.loc[weeks["arm"] == "stops_8", "hours_available"] *= 3
    hours = available_by_arm(replace(material, weeks=weeks))
    assert hours.columns.tolist() == list(material.labels)
    assert hours.loc[8].tolist() == [2.0, 2.0, 6.0]
    assert "in the arm's colour" in about_hours(replace(material, weeks=weeks))


def test_more_hours_given_than_available_are_explained(stopping_at_different_weeks: Material) -> None:
    weeks = stopping_at_different_weeks.weeks.copy()
    weeks.loc[(weeks["arm"] == "stops_8") & (weeks["week"] == 3), "hours_delivered"] = 2.5
    assert "at most those of 4 weeks (diary_weeks)" in about_hours(replace(stopping_at_different_weeks, weeks=weeks))
