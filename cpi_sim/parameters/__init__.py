"""Every number of the model, declared once and grouped by the step of the week that uses it."""

from cpi_sim.parameters import (  # noqa: F401
    agency,
    attachment,
    circumstances,
    fading,
    feeling,
    instruments,
    intervention,
    keeping_in_touch,
    meeting,
    needs_and_help,
    people,
    plan_do_review,
    practice,
    site,
    taking_part,
)
from cpi_sim.parameters.declaration import ASSUMPTION, REGISTRY, Parameter

__all__ = ["ASSUMPTION", "REGISTRY", "Parameter", "defaults"]


def defaults(agency_kind: str = "community_team") -> dict[str, float]:
    """The default of every parameter, with those of one kind of agency."""
    return {name: (declared.by_agency or {}).get(agency_kind, declared.default) for name, declared in REGISTRY.items()}
