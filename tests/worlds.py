"""Small worlds made by hand, for tests whose answer can be worked out on paper.

    site = world(
        people=[{"role_in_service": SERVICE_USER}, {"offers": offering(0, 5)}, {}],
        ties=[tie(0, 1, closeness_hours=60, security=(0.8, 0.5)), tie(0, 2, kind=KIN)],
        plans={0: {"alliance": 0.5}},
        friend_forgotten=0.1,
    )

Everything not said is a plain default: people of 40 in good health and of average attachment; ties of fifty hours, met
in the last week lived (week -1: the world stands at week 0); one open weekly setting; one qualified worker, in charge
of everybody with the role of service user. The tie table is in order and indexed, whatever the order of the arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from cpi_sim.engine.compilation import Program
from cpi_sim.evidence.items import load_items
from cpi_sim.parameters import defaults
from cpi_sim.site.synthesis import empty_site
from cpi_sim.site.tables import (
    COMMUNITY_MEMBER,
    EVENT,
    FROM_FAMILY,
    FROM_SETTING,
    MEMBERSHIPS_AT_MOST,
    NEEDS_AT_MOST,
    NEVER,
    NO_AIM,
    NOBODY,
    NOT_OFFERED,
    PLAN,
    POST,
    QUALIFIED,
    SERVICE_USER,
    SETTING,
    SOCIAL,
    TIE,
    TIES,
    Site,
    copy_of,
    readable,
)
from cpi_sim.site.tie_table import index_ties

Fields = Mapping[str, Any]
PROGRAM = Program()

HEALTHY = {
    "role_in_service": COMMUNITY_MEMBER, "plan": NOBODY, "age_years": 40.0, "has_role": 1, "sociability": 1.0,
    "interests": 1, "openness": 0.5, "onset_week": -NEVER, "crisis_until": NEVER, "security_mean": 0.5,
    "security_at_entry": 0.5, "confidence": 0.5, "refusal_expected": 0.5, "wish_for_contact": 0.5, "awareness": 1.0,
    "join_proposal": NOBODY,
}  # fmt: skip
"""Fields of a person who has never been ill; all others are 0, and the id is the place in the list."""
ILL = {
    "onset_week": -104, "symptoms": 1.0, "symptoms_base": 1.0, "symptoms_home": 1.0, "visibility": 1.0, "has_role": 0,
}  # fmt: skip
"""What else is so for everybody who is not a community member."""
MET_LAST_WEEK = {
    "formed_week": -104, "last_contact_week": -1, "friend_since_week": NEVER, "asked_week_low": NEVER,
    "asked_week_high": NEVER, "affinity": 1.0,
}  # fmt: skip
"""Fields of a tie; the others are 0."""
OPEN_WEEKLY = {"every_weeks": 1, "hours": 2.0, "places": 20, "welcome": 0.9}
"""Fields of a setting; the others are 0, and the id is the place in the list."""
WORKER = {
    "kind": QUALIFIED, "fte": 1.0, "filled_from_week": 0, "empathy": 0.5, "flexibility": 0.5, "creativity": 0.5,
    "skill": 0.7,
}  # fmt: skip
"""Fields of a post; the others are 0, and the id is the place in the list."""
SUPPORTED = {
    "post": 0, "engaged": 1, "left_service_week": NEVER, "alliance": 0.6, "stage": NOT_OFFERED, "offered_week": NEVER,
    "opened_week": NEVER, "ended_week": NEVER, "aim": NO_AIM, "target": NOBODY, "introduced_to": NOBODY,
    "workers_met": 1,
}  # fmt: skip
"""Fields of a plan; the others are 0."""


def offering(*items: int) -> int:
    """The field ``offers`` of a person who could offer these items (numbers from 0)."""
    return sum(1 << item for item in items)


def tie(
    i: int, j: int, kind: int = SOCIAL, closeness_hours: float = 50.0, security: float | tuple[float, float] = 0.5,
    **fields: Any,
) -> dict[str, Any]:  # fmt: skip
    """A tie between persons ``i`` and ``j`` (places in the list of people); ``security`` of i, and of j, in it."""
    of_i, of_j = security if isinstance(security, tuple) else (security, security)
    own = {
        "kind": kind, "closeness_hours": closeness_hours, "peak_hours": closeness_hours, "spent_hours": closeness_hours,
        "origin": FROM_SETTING if kind == SOCIAL else FROM_FAMILY,
    }  # fmt: skip
    return {"between": (i, j), "security": (of_i, of_j), **MET_LAST_WEEK, **own, **fields}


def world(
    people: int | Sequence[Fields] = 3,
    ties: Iterable[dict[str, Any]] = (),
    *,
    settings: Sequence[Fields] = ({},),
    memberships: Mapping[int, Sequence[int]] | None = None,
    needs: Mapping[int, Sequence[Fields]] | None = None,
    posts: Sequence[Fields] = ({},),
    plans: Mapping[int, Fields] | None = None,
    knowledge: Mapping[tuple[int, int], float] | None = None,
    agency_kind: str = "community_team",
    **parameters: float,
) -> Site:
    """A site at week 0, with exactly these people and ties.

    Args:
        people: fields of each person that differ from :data:`HEALTHY`, or only how many people.
        ties: made by :func:`tie`.
        settings: fields of each setting that differ from :data:`OPEN_WEEKLY`.
        memberships: settings (places in their list) of each person, by place in the list of people.
        needs: open needs of each person.
        posts: fields of each post that differ from :data:`WORKER`.
        plans: fields of the plan of each service user that differ from :data:`SUPPORTED`; ``post`` says whose they are.
        knowledge: how well a worker knows a setting, by (post, setting).
        agency_kind: whose defaults the parameters take.
        parameters: values of parameters that differ from their defaults.

    Raises:
        KeyError: for a parameter that is not declared.
        ValueError: for a field that a table does not have.
    """
    persons = [{}] * people if isinstance(people, int) else list(people)
    site = empty_site(_values(agency_kind, len(persons), len(settings), parameters), len(persons), load_items())
    team, plans_table = _team(persons, posts, plans or {})
    ties = list(ties)
    room = len(ties) + 8 * len(persons) + 64
    site = readable(
        site._replace(
            ties=np.zeros(room, TIE),
            births=np.zeros(room, TIE),
            tie_of=np.zeros(2 * room, np.int32),
            with_whom=np.zeros(2 * room, np.int32),
            settings=_table(SETTING, [{"id": s, **OPEN_WEEKLY, **fields} for s, fields in enumerate(settings)]),
            posts=team,
            knowledge=np.zeros((len(team), len(settings))),
            plans=plans_table,
            events=np.zeros(1, EVENT),
        )
    )
    _seat(site, persons)
    _join(site, memberships or {})
    _need(site, needs or {})
    for (m, s), value in (knowledge or {}).items():
        site.knowledge[m, s] = value
    _tie(site, ties)
    return site


def laid_out(site: Site, order: Sequence[int]) -> Site:
    """The same site with its people in another order of rows: new row ``k`` holds who was in row ``order[k]``."""
    moved = copy_of(site)
    order_of = np.asarray(order)
    new_row = np.empty(len(order_of), np.int64)
    new_row[order_of] = np.arange(len(order_of))
    moved = moved._replace(
        people=site.people[order_of].copy(),
        memberships=site.memberships[order_of].copy(),
        needs=site.needs[order_of].copy(),
        row_of_id=new_row[site.row_of_id],
    )
    used = int(site.counters[TIES])
    for end in ("low", "high"):
        moved.ties[end][:used] = new_row[site.ties[end][:used]]
    moved.plans["person"] = new_row[site.plans["person"]]
    moved = readable(moved)
    PROGRAM(index_ties)(moved)
    return moved


def _values(agency_kind: str, people: int, settings: int, changed: Mapping[str, float]) -> dict[str, float]:
    values = defaults(agency_kind)
    unknown = sorted(set(changed) - set(values))
    if unknown:
        raise KeyError(f"no such parameter: {', '.join(unknown)}")
    return values | {"community_members": people, "settings": settings} | dict(changed)


def _write(record: Any, fields: Fields) -> None:
    """Set fields of one record, and refuse names that it does not have."""
    for name, value in fields.items():
        if name not in record.dtype.names:
            raise ValueError(f"no such field: {name}")
        record[name] = value


def _table(dtype: np.dtype, rows: Sequence[Fields]) -> np.ndarray:
    table = np.zeros(len(rows), dtype)
    for record, fields in zip(table, rows, strict=True):
        _write(record, fields)
    return table


def _team(persons: Sequence[Fields], posts: Sequence[Fields], plans: Mapping[int, Fields]) -> tuple[Any, Any]:
    """Tables of posts and plans; the plans of one post stand together, as the model has them."""
    users = [i for i, fields in enumerate(persons) if fields.get("role_in_service") == SERVICE_USER]
    stray = sorted(set(plans) - set(users))
    if stray:
        raise ValueError(f"a plan for persons without the role of service user: {stray}")
    rows = [{"person": i, **SUPPORTED, **plans.get(i, {})} for i in users]
    plan_table = _table(PLAN, sorted(rows, key=lambda row: (row["post"], row["person"])))
    team = _table(POST, [{"id": m, "post": m, **WORKER, **fields} for m, fields in enumerate(posts)])
    for m in range(len(team)):
        own = np.flatnonzero(plan_table["post"] == m)
        team[m]["first_plan"] = own[0] if len(own) else 0
        team[m]["caseload"] = len(own)
    return team, plan_table


def _seat(site: Site, persons: Sequence[Fields]) -> None:
    for i, fields in enumerate(persons):
        ill = ILL if fields.get("role_in_service", COMMUNITY_MEMBER) != COMMUNITY_MEMBER else {}
        _write(site.people[i], {"id": i, "family": i, "household": i, **HEALTHY, **ill, **fields})
    for u in range(len(site.plans)):
        site.people[site.plans[u].person].plan = u
    site.row_of_id[site.people["id"]] = np.arange(len(persons))


def _join(site: Site, memberships: Mapping[int, Sequence[int]]) -> None:
    site.memberships["setting"] = NOBODY
    for i, joined in memberships.items():
        for k, s in enumerate(joined):
            if k >= MEMBERSHIPS_AT_MOST:
                raise ValueError(f"person {i} has more than {MEMBERSHIPS_AT_MOST} memberships")
            _write(site.memberships[i, k], {"setting": s, "joined_week": -52})
            site.settings[s].members += 1


def _need(site: Site, needs: Mapping[int, Sequence[Fields]]) -> None:
    site.needs["resource"] = NOBODY
    for i, open_needs in needs.items():
        for k, fields in enumerate(open_needs):
            if k >= NEEDS_AT_MOST:
                raise ValueError(f"person {i} has more than {NEEDS_AT_MOST} needs")
            _write(site.needs[i, k], {"since_week": -1, "urgency": 0.5, **fields})


def _tie(site: Site, ties: Sequence[dict[str, Any]]) -> None:
    """Write ties in the order of the ids of their persons, the smaller id as ``low``, and index them."""
    ids = site.people["id"]

    def persons_of(spec: Fields) -> tuple[int, int]:
        return tuple(sorted(spec["between"], key=lambda row: ids[row]))  # type: ignore[return-value]

    def ids_of(spec: Fields) -> tuple[int, int]:
        low, high = persons_of(spec)
        return int(ids[low]), int(ids[high])

    if len({ids_of(spec) for spec in ties}) < len(ties):
        raise ValueError("two ties between the same persons")
    for t, spec in enumerate(sorted(ties, key=ids_of)):
        low, high = persons_of(spec)
        of_first, of_second = spec["security"]
        as_given = low == spec["between"][0]
        ends = {
            "low": low,
            "high": high,
            "security_low": of_first if as_given else of_second,
            "security_high": of_second if as_given else of_first,
        }
        own = {name: value for name, value in spec.items() if name not in ("between", "security")}
        _write(site.ties[t], {**own, **ends})
    site.counters[TIES] = len(ties)
    PROGRAM(index_ties)(site)
