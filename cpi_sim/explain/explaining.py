"""Explain a person's week, of a recorded week or of a scenario."""

from __future__ import annotations

import numpy as np

from cpi_sim.batches.plan import site_seed
from cpi_sim.engine.compilation import Program
from cpi_sim.explain import (
    attachment,
    circumstances,
    fading,
    feeling,
    keeping_in_touch,
    meeting,
    needs_and_help,
    plan_do_review,
    practice,
    taking_part,
)
from cpi_sim.explain.explanation import Explanation
from cpi_sim.explain.record import WeekRecord, record_week
from cpi_sim.extensions.making import fitted
from cpi_sim.extensions.program import in_arm
from cpi_sim.scenario import Scenario
from cpi_sim.simulation.past import enter, make_past
from cpi_sim.simulation.weeks import run_weeks
from cpi_sim.site.tables import COMMUNITY_MEMBER, EVENTS, ILL_NOT_IN_SERVICE, RECORDING, Site, copy_of, digest, readable

TELLERS = {
    "circumstances": circumstances.tell,
    "practice": practice.tell,
    "plan_do_review": plan_do_review.tell,
    "taking_part": taking_part.tell,
    "meeting": meeting.tell,
    "keeping_in_touch": keeping_in_touch.tell,
    "needs_and_help": needs_and_help.tell,
    "attachment": attachment.tell,
    "fading": fading.tell,
    "feeling": feeling.tell,
}
"""Who tells of each step of the week."""
IDS_NAMED_AT_MOST = 8
OWN_ELEMENTS = (
    "Elements of your own were lived too: later steps found what they left behind, but what they did is not told here."
)


class ExplainError(ValueError):
    """A person or week that there is nothing to tell of; the message says what is allowed."""


def explain_week(record: WeekRecord, person_id: int) -> Explanation:
    """What happened to a person in a recorded week.

    Raises :class:`ExplainError` for a person who does not live in the site.
    """
    check_person(record.begun, person_id)
    with np.errstate(over="ignore"):  # keyed numbers wrap around
        tellings = tuple(TELLERS[moment.step](moment) for moment in record.moments(person_id))
    note = OWN_ELEMENTS if record.own_elements else ""
    return Explanation(person_id, record.week + 1, who_is(record.begun, person_id), tellings, note)


def explain(
    scenario: Scenario, person_id: int, week: int, *, arm: str | None = None, site: int = 0,
    program: Program | None = None,
) -> Explanation:  # fmt: skip
    """What happened to a person of a scenario in a week.

    Args:
        scenario: the scenario.
        person_id: id of the person, as in stories and results.
        week: week from entry, 1 to the horizon, as in stories and results.
        arm: name of the arm; by default the last one.
        site: number of the site in a batch of the scenario.
        program: the rules, compiled; by default the model's own.

    Raises:
        ExplainError: for a week beyond the horizon, or a person who does not live in the site.
        ScenarioError: for an arm that the scenario does not have, or an element of one's own without its file.
    """
    check_week(scenario, week)
    program = fitted(scenario, program)
    (lived,) = scenario.only(list(scenario.arms)[-1] if arm is None else arm).arms.values()
    program = in_arm(program, lived.name)
    seed = site_seed(scenario.seed, site)
    begun = enter(make_past(lived.values, seed, program), lived.values, seed, program)
    check_person(begun, person_id)
    begun = run_weeks(begun, seed, 0, week - 1, program)
    return explain_week(record_week(begun, seed, week - 1, program), person_id)


def explain_again(
    begun: tuple[int, Site], person_id: int, week: int, seed: int, program: Program, end: tuple[int, Site]
) -> Explanation:
    """What happened to a person in a week that a site has lived already, found by living it again.

    Args:
        begun: weeks from entry after which to begin, and the site as it stood then; not changed.
        person_id: id of the person.
        week: the week, from 1, among those between ``begun`` and ``end``.
        seed: seed of the site.
        program: the rules, compiled.
        end: weeks from entry that the site has lived by now, and the site as it stands.

    Raises :class:`ExplainError` for a week or a person that there is nothing to tell of, and where living the weeks
    again does not lead to ``end``: something was changed by hand on the way.
    """
    (first, site), (last, now) = begun, end
    if not first < week <= last:
        raise ExplainError(
            f"week {week}: " + (f"lived are weeks {first + 1} to {last}" if last > first else "none is lived")
        )
    check_person(site, person_id)
    site = run_weeks(readable(copy_of(site)), seed, first, week - 1, program)
    record = record_week(site, seed, week - 1, program)
    if not _same(run_weeks(site, seed, week - 1, last, program), now):
        raise ExplainError(
            "the weeks lived again do not lead to this site: it was changed by hand, which cannot be lived again"
        )
    return explain_week(record, person_id)


def _same(first: Site, second: Site) -> bool:
    """Whether two sites are in the same state, apart from what is only recorded of them."""
    return digest(_without_records(first)) == digest(_without_records(second))


def _without_records(site: Site) -> Site:
    counters = site.counters.copy()
    counters[[EVENTS, RECORDING]] = 0
    return site._replace(counters=counters)


def check_week(scenario: Scenario, week: int) -> None:
    """Raise :class:`ExplainError` for a week that the scenario does not have."""
    if not 1 <= week <= scenario.horizon_weeks:
        raise ExplainError(f"week {week}: {scenario.name} has weeks 1 to {scenario.horizon_weeks}")


def check_person(site: Site, person_id: int) -> None:
    """Raise :class:`ExplainError` for somebody who does not live in the site."""
    people = site.people.shape[0]
    if 0 <= person_id < people:
        return
    users = np.sort(site.people["id"][site.plans["person"]])[:IDS_NAMED_AT_MOST]
    raise ExplainError(
        f"person {person_id}: nobody here has this id; ids are 0 to {people - 1}, and people who use services are "
        f"{', '.join(map(str, users))}, ..."
    )


def who_is(site: Site, person_id: int) -> str:
    """Who somebody is, in a line."""
    person = site.people[site.row_of_id[person_id]]
    sex = "woman" if person.female == 1 else "man"
    home = "living alone" if person.lives_alone == 1 else "living with others"
    role = "in work, study or care" if person.has_role == 1 else "not in work or study"
    service = {COMMUNITY_MEMBER: "a member of the community", ILL_NOT_IN_SERVICE: "unwell, without this service"}
    uses = service.get(int(person.role_in_service), "somebody who uses the service")
    return f"a {sex} of {person.age_years:.0f}, {home}, {role}; {uses}"
