"""What is allowed in a scenario and still worth saying before it is run."""

from __future__ import annotations

from cpi_sim.parameters import REGISTRY
from cpi_sim.scenario.cost import batch_hours, distinct_pasts, hours_in_words, past_hours
from cpi_sim.scenario.model import Scenario
from cpi_sim.scenario.schema import path_of


def remarks(scenario: Scenario) -> list[str]:
    """Lines for the user about ``scenario``, for stderr."""
    return [*_pasts(scenario), *_nothing_offered(scenario), *_nothing_compared(scenario)]


def _nothing_offered(scenario: Scenario) -> list[str]:
    """Several arms, none of which has any connecting work: seldom what was meant."""
    if len(scenario.arms) == 1 or any(arm.values["contacts_per_month"] > 0 for arm in scenario.arms.values()):
        return []
    return ["no arm intends connecting contacts: intervention.contacts_per_month is 0 in all of them."]


def _nothing_compared(scenario: Scenario) -> list[str]:
    """Several arms, none of which is the one to compare with."""
    if len(scenario.arms) == 1 or scenario.comparator is not None:
        return []
    first = next(iter(scenario.arms))
    return [f'no arm is named to compare with, so no effects are given; write, for example, comparator: "{first}"']


def _pasts(scenario: Scenario) -> list[str]:
    """What numbers that act from birth cost in pasts."""
    arms = [arm.values for arm in scenario.arms.values()]
    pasts = distinct_pasts(arms)
    if len(pasts) == 1:
        return []
    differ = [
        ".".join(path_of(name))
        for name, declared in REGISTRY.items()
        if declared.acts_from == "birth" and len({values[name] for values in arms}) > 1
    ]
    verb = "acts" if len(differ) == 1 else "act"
    each = hours_in_words(sum(map(past_hours, pasts)) / len(pasts))
    total = hours_in_words(batch_hours(arms, scenario.horizon_weeks, scenario.sites))
    return [
        f"{', '.join(differ)} {verb} from birth: each site lives {len(pasts)} pasts instead of one, about {each} each "
        f"on one core ({total} for the whole batch)."
    ]
