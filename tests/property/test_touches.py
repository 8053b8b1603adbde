"""The table of what steps and elements may touch, and the code held to it, on small sites where much happens."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import numpy as np
import pytest

from cpi_sim.simulation.weeks import with_room
from cpi_sim.site import tables
from cpi_sim.site.tables import ELEMENTS, Site, copy_of, readable
from cpi_sim.week import WEEK
from cpi_sim.week.touches import BEGUN, ELEMENT_TOUCHES, GONE, STEP_TOUCHES, WHOLE
from tests.property.comparing import NEVER_TOUCHED, differences, tables_of
from tests.sites import PROGRAM, SEED, STRONG, entered

DTYPES = {
    "people": tables.PERSON, "ties": tables.TIE, "memberships": tables.MEMBERSHIP, "needs": tables.NEED,
    "settings": tables.SETTING, "posts": tables.POST, "plans": tables.PLAN,
}  # fmt: skip
KNOWING_NOBODY = {
    "staff_turnover": 1.5, "supervised": 0, "known_settings_start": 0.0, "community_links": 0.0, "life_change": 0.2,
    "dormant_weeks": 8, "dormant_weight": 1.0, "dormant_revived": 1.0, "renewed_share": 1.0,
    "renewed_hours_at_most": 100, "lost_tie_found": 1.0, "renewal_chance": 0.2,
}  # fmt: skip
"""Workers come and go and must look for places; friends are soon lost from sight, and taken up where they were left."""
BUSY = {
    "contacts_per_month": 30, "protected_hours": 40, "open_plans_at_most": 40, "alliance_to_begin": 0.55,
    "alliance_step": 0.5, "leave_offer_hazard": 0.05, "leave_alliance": 1.5, "setting_welcome": 3.0, "join_base": 1.0,
    "new_tie_chance": 0.25, "introduction_multiplier": 4.0, "renewal_chance": 0.8, "needs_per_week": 0.3,
    "dormant_weeks": 8,
}  # fmt: skip
"""Seven sessions a week, and an alliance that often decides whether they come to anything."""
LIVELY = {"known_places": STRONG, "places_to_find": STRONG | KNOWING_NOBODY}
WEEKS = {"known_places": 52, "places_to_find": 104}
BUSY_WITHIN_A_WEEK = {"known_places": BUSY, "places_to_find": BUSY | KNOWING_NOBODY}
BUSY_WEEKS = 26
FIXED = {
    "people": "id role_in_service plan family household age_years female lives_alone has_role sociability position "
    "interests offers openness kin_at_start symptoms_home onset_week anxiety_home avoidance_home security_at_entry "
    "confidence_home refusal_home conceals wish_for_contact loneliness_trait inclusion_trait wellbeing_trait",
    "ties": "low high kind origin shares_home formed_week own_rate trust_low trust_high ended",
    "settings": "id interest every_weeks hours places welcome users_only service_linked",
    "posts": "post kind fte first_plan caseload",
    "plans": "person post alliance_trait",
}
"""What stays as it was at entry, or (of a tie) at its birth; ``ended`` marks ties only until they leave the table."""
OUTCOMES = {
    "people": "loneliness inclusion wellbeing wellbeing_passing confidence refusal_expected anxiety avoidance access "
    "security_mean asked helped",
    "ties": f"security_low security_high affinity {BEGUN}",
    "memberships": "setting attended",
}
"""What practice may bring about, and may not simply write down."""


@cache
def changes_by_step(name: str) -> dict[str, dict[str, set[str]]]:
    """Every field that each step changed, alone, at some time in a life of one or two years."""
    seen: dict[str, dict[str, set[str]]] = {each.__name__: defaultdict(set) for each in WEEK}
    site = entered(**LIVELY[name])
    for week in range(WEEKS[name]):
        site = with_room(site)
        before = tables_of(site)
        for each in WEEK:
            PROGRAM(each)(site, SEED, week)
            after = tables_of(site)
            for table, fields in differences(before, after).items():
                seen[each.__name__][table] |= fields
            for table in NEVER_TOUCHED:
                assert np.array_equal(before[table], after[table]), (each.__name__, table)
            before = after
    return seen


def test_the_table_names_the_steps_in_their_order_and_fields_that_exist() -> None:
    assert list(STEP_TOUCHES) == [each.__name__ for each in WEEK]
    assert set(ELEMENT_TOUCHES) == set(ELEMENTS)
    for touches in (
        *STEP_TOUCHES.values(),
        *(step for element in ELEMENT_TOUCHES.values() for step in element.values()),
    ):
        for table, fields in touches.items():
            known = {WHOLE} if table == "knowledge" else set(DTYPES[table].names or ()) | {BEGUN, GONE}
            assert fields <= known, (table, fields - known)


def test_every_field_is_either_fixed_or_touched_by_some_step() -> None:
    for table, dtype in DTYPES.items():
        touched = set().union(*(touches.get(table, frozenset()) for touches in STEP_TOUCHES.values()))
        fixed = set(FIXED.get(table, "").split())
        assert touched - {BEGUN, GONE} == set(dtype.names or ()) - fixed, table


@pytest.mark.parametrize("name", LIVELY)
def test_a_step_touches_nothing_else(name: str) -> None:
    for step, changed in changes_by_step(name).items():
        for table, fields in changed.items():
            assert fields <= STEP_TOUCHES[step].get(table, frozenset()), (step, table)


@pytest.mark.parametrize("step", STEP_TOUCHES)
def test_all_that_is_listed_for_a_step_changes_at_some_time(step: str) -> None:
    for table, fields in STEP_TOUCHES[step].items():
        changed = set().union(*(changes_by_step(name)[step][table] for name in LIVELY))
        assert fields <= changed, (table, fields - changed)


@pytest.mark.parametrize("step", ["practice", "plan_do_review"])
def test_practice_writes_down_no_outcome(step: str) -> None:
    for table, fields in OUTCOMES.items():
        assert not STEP_TOUCHES[step].get(table, frozenset()) & set(fields.replace(BEGUN, "").split())
        assert BEGUN not in STEP_TOUCHES[step].get(table, frozenset())


def without(element: str, site: Site) -> Site:
    """The same site at the same moment, with one element of the practice left out."""
    fork = readable(copy_of(site))
    fork.parameters[f"element_{element}"] = 0.0
    return fork


@cache
def reach_of_elements(name: str) -> dict[str, dict[str, dict[str, set[str]]]]:
    """For each element, where its absence in one week first shows: fields by step and table, over many weeks.

    A tie that only one of the two has counts as begun. ``asked_tie`` is a row number, which shifts whenever a tie
    begins: who was asked shows in ``asked_week``.
    """
    found: dict[str, dict[str, dict[str, set[str]]]] = {
        element: {each.__name__: defaultdict(set) for each in WEEK} for element in ELEMENTS
    }
    site = entered(**BUSY_WITHIN_A_WEEK[name])
    for week in range(BUSY_WEEKS):
        site = with_room(site)
        forks = {element: without(element, site) for element in ELEMENTS}
        known: dict[str, dict[str, set[str]]] = {element: defaultdict(set) for element in ELEMENTS}
        for each in WEEK:
            PROGRAM(each)(site, SEED, week)
            here = tables_of(site)
            for element, fork in forks.items():
                PROGRAM(each)(fork, SEED, week)
                for table, fields in differences(here, tables_of(fork)).items():
                    new = {BEGUN if name == GONE else name for name in fields} - known[element][table] - {"asked_tie"}
                    found[element][each.__name__][table] |= new
                    known[element][table] |= new
    return found


@pytest.mark.parametrize("name", BUSY_WITHIN_A_WEEK)
@pytest.mark.parametrize("element", ELEMENTS)
def test_an_element_reaches_nothing_else_within_its_week(element: str, name: str) -> None:
    allowed: dict[str, set[str]] = defaultdict(set)
    for step, reached in reach_of_elements(name)[element].items():
        for table, fields in ELEMENT_TOUCHES[element].get(step, {}).items():
            allowed[table] |= fields
        for table, fields in reached.items():
            assert fields <= allowed[table], (step, table, fields - allowed[table])


def fields_reached(element: str, step: str, table: str) -> set[str]:
    return set().union(*(reach_of_elements(name)[element][step][table] for name in BUSY_WITHIN_A_WEEK))


@pytest.mark.parametrize("element", ELEMENTS)
def test_an_element_does_reach_all_that_is_listed_where_it_begins(element: str) -> None:
    first, touches = next(iter(ELEMENT_TOUCHES[element].items()))
    alike = [each for each in ELEMENTS if ELEMENT_TOUCHES[each].get(first) == touches]
    for table, fields in touches.items():
        assert fields <= set().union(*(fields_reached(each, first, table) for each in alike)), (first, table)
    assert fields_reached(element, first, "plans")


@pytest.mark.parametrize("step", STEP_TOUCHES)
def test_every_step_listed_for_elements_is_reached_by_one_of_them(step: str) -> None:
    listed = [element for element in ELEMENTS if step in ELEMENT_TOUCHES[element]]
    reached = [element for element in listed if any(fields_reached(element, step, table) for table in DTYPES)]
    assert bool(listed) == bool(reached)


def test_reflection_reaches_all_that_is_listed_for_it() -> None:
    carried_on = {"confidence", "refusal_expected"}
    for step, touches in ELEMENT_TOUCHES["reflection"].items():
        for table, fields in touches.items():
            missing = fields - fields_reached("reflection", step, table)
            assert missing <= (carried_on if step == "feeling" else set()), (step, table)
