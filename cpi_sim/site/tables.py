"""The state of a site: tables of records, one row a person, tie, setting, post, plan.

Rows are where things lie; ids are what they are. Random numbers, priorities and the order of sums go by ids, so the
same site laid out in another order of rows lives through the same weeks. Weeks are counted from entry (week 0); the
past has negative weeks. ``NEVER`` stands for a week that has not come.
"""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import numpy as np

Row = Any
"""One record of a table, its fields as attributes."""

NEVER = -1_000_000
NOBODY = -1
MEMBERSHIPS_AT_MOST = 4
NEEDS_AT_MOST = 6
RESOURCE_ITEMS = 27

# What a person is to the agency (people.role_in_service); whoever has moved away has left an empty row
COMMUNITY_MEMBER, SERVICE_USER, ILL_NOT_IN_SERVICE, MOVED_AWAY = 0, 1, 2, 3
# Kinds of tie (ties.kind)
SOCIAL, KIN, PARTNER = 0, 1, 2
# How a tie began (ties.origin)
FROM_START, FROM_SETTING, FROM_INTRODUCTION, FROM_FAMILY = 0, 1, 2, 3
# Kinds of worker (posts.kind)
QUALIFIED, SUPPORT_WORKER, PEER = 0, 1, 2
# Where the support of a person stands (plans.stage)
NOT_OFFERED, DECLINED, WAITING, MAPPING, AIMING, DOING, REVIEWING, WINDING_DOWN, ENDED = range(9)
# What a plan aims at (plans.aim)
NO_AIM, NEW_ACTIVITY, LOST_TIE, INTRODUCTION, OPEN_NEED = 0, 1, 2, 3, 4
# The six elements of the practice, in the order of plans.delivered
WORKING_RELATIONSHIP, NEW_OPPORTUNITIES, RESOURCEFUL_PEOPLE, MOBILISATION_ADVICE, REFLECTION, SOFT_SKILLS = range(6)
ELEMENTS = (
    "working_relationship",
    "new_opportunities",
    "resourceful_people",
    "mobilisation_advice",
    "reflection",
    "soft_skills",
)
# Rows of site.counters
TIES, BIRTHS, EVENTS, OVERFLOW, RECORDING = range(5)
COUNTERS = 5

PERSON = np.dtype(
    [
        # what the loops over ties read and write of either person: together, so that one visit finds it in one place
        ("id", "i8"), ("role_in_service", "i4"), ("life_changed", "i4"), ("hours_booked", "f8"),
        ("hours_proposed", "f8"), ("per_pull", "f8"), ("per_new", "f8"), ("weight_regular", "f8"),
        ("weight_explore", "f8"), ("rewards", "f8"), ("acts", "i4"), ("people_seen", "i4"),
        ("company", "f8"), ("friends_outside", "f8"), ("anxiety", "f8"), ("avoidance", "f8"),
        ("security_sum", "f8"), ("close_ties", "f8"), ("onset_week", "i4"), ("offers", "i4"),
        # who they are (fixed)
        ("plan", "i4"), ("family", "i4"), ("household", "i4"),
        ("age_years", "f8"), ("female", "i4"), ("lives_alone", "i4"), ("has_role", "i4"),
        ("sociability", "f8"), ("position", "f8"), ("interests", "i4"), ("openness", "f8"),
        ("kin_at_start", "f8"),
        # illness
        ("symptoms", "f8"), ("symptoms_base", "f8"), ("symptoms_home", "f8"), ("crisis_until", "i4"),
        # how they expect to be met
        ("anxiety_home", "f8"), ("avoidance_home", "f8"), ("security_mean", "f8"), ("security_at_entry", "f8"),
        ("confidence", "f8"), ("confidence_home", "f8"), ("refusal_expected", "f8"), ("refusal_home", "f8"),
        ("conceals", "i4"), ("visibility", "f8"), ("wish_for_contact", "f8"),
        # this week
        ("conversations", "i4"), ("join_proposal", "i4"), ("join_supported", "i4"),
        ("helped_now", "i4"), ("refused_now", "i4"), ("gave_now", "i4"),
        # needs, help and what is within reach
        ("awareness", "f8"), ("access", "f8"), ("met_lately", "f8"), ("unmet_lately", "f8"),
        ("asked", "i4"), ("helped", "i4"), ("refused", "i4"), ("held_back", "i4"), ("gave_help", "i4"),
        ("refused_for_stigma_friends", "i4"), ("refused_for_stigma_kin", "i4"), ("friends_lost_to_illness", "i4"),
        # how they feel (SDs of the community)
        ("loneliness", "f8"), ("loneliness_trait", "f8"), ("inclusion", "f8"), ("inclusion_trait", "f8"),
        ("wellbeing", "f8"), ("wellbeing_trait", "f8"), ("wellbeing_passing", "f8"),
    ],
    align=True,
)  # fmt: skip

TIE = np.dtype(
    [
        # the two persons, by row; `low` is the one with the smaller id; the table is sorted by (id of low, id of high)
        ("low", "i4"), ("high", "i4"), ("last_contact_week", "i4"),
        ("kind", "i1"), ("dormant", "i1"), ("shares_home", "i1"), ("ended", "i1"),
        ("contacts_this_week", "i2"), ("visits", "i2"), ("visits_kept", "i2"),
        ("found_low", "i1"), ("found_high", "i1"),
        ("closeness_hours", "f8"), ("affinity", "f8"), ("security_low", "f8"), ("security_high", "f8"),
        ("peak_hours", "f8"), ("spent_hours", "f8"), ("own_rate", "f8"), ("trust_low", "f8"), ("trust_high", "f8"),
        ("asked_week_low", "i4"), ("asked_week_high", "i4"), ("formed_week", "i4"), ("friend_since_week", "i4"),
        ("given_by_low", "i2"), ("given_by_high", "i2"), ("origin", "i1"),
    ],
    align=True,
)  # fmt: skip

MEMBERSHIP = np.dtype(
    [
        ("setting", "i4"),
        ("joined_week", "i4"),
        ("accompanied", "f8"),
        ("attended", "i4"),
        ("supported", "i4"),
        ("went_alone", "i4"),
    ],
    align=True,
)

NEED = np.dtype(
    [
        ("resource", "i4"),
        ("since_week", "i4"),
        ("urgency", "f8"),
        ("asked_tie", "i4"),
        ("answer", "i4"),
        ("met", "i4"),  # whether the last need in this place ended with help
    ],
    align=True,
)
# Answers to being asked (needs.answer)
NOT_ASKED, REFUSED, AGREED = 0, 1, 2

SETTING = np.dtype(
    [
        ("id", "i8"), ("interest", "i8"), ("every_weeks", "i8"), ("hours", "f8"), ("places", "i8"), ("welcome", "f8"),
        ("users_only", "i8"), ("service_linked", "i8"), ("members", "i8"),
    ],
    align=True,
)  # fmt: skip

POST = np.dtype(
    [
        # a post in the team; when a worker leaves, the post is filled by a new worker with a new id
        ("id", "i8"), ("post", "i8"), ("kind", "i8"), ("fte", "f8"), ("filled_from_week", "i8"),
        ("first_plan", "i8"), ("caseload", "i8"),
        ("empathy", "f8"), ("flexibility", "f8"), ("creativity", "f8"), ("skill", "f8"), ("alliance_gift", "f8"),
        ("hours", "f8"), ("hours_crisis", "f8"), ("hours_routine", "f8"), ("hours_left", "f8"),
        ("hours_connecting", "f8"),
        ("diary_hours", "f8"), ("routine_share", "f8"), ("crisis_share", "f8"),
    ],
    align=True,
)  # fmt: skip

PLAN = np.dtype(
    [
        # one row a service user: their support and its state
        ("person", "i8"), ("post", "i8"), ("engaged", "i8"), ("left_service_week", "i8"),
        ("alliance", "f8"), ("alliance_trait", "f8"), ("contacts_four_weeks", "f8"),
        ("stage", "i8"), ("offered_week", "i8"), ("opened_week", "i8"), ("ended_week", "i8"), ("next_due_week", "f8"),
        ("ownership", "f8"), ("aim", "i8"), ("target", "i8"), ("need_slot", "i8"), ("aim_sessions", "i8"),
        ("aims_reached", "i8"), ("aims_unaccompanied", "i8"), ("own_plans", "i8"),
        ("sessions_this_week", "i8"), ("visit_this_week", "i8"),
        ("advice", "f8"), ("reflection", "f8"), ("introduced_to", "i8"),
        ("contacts_routine", "i8"), ("contacts_crisis", "i8"), ("sessions_intended", "f8"), ("sessions_agreed", "i8"),
        ("sessions_attended", "i8"), ("visits_accompanied", "i8"), ("hours_routine", "f8"), ("hours_crisis", "f8"),
        ("hours_connecting", "f8"), ("workers_met", "i8"), ("crisis_weeks", "i8"),
        ("delivered", "f8", (6,)), ("quality", "f8", (6,)),
    ],
    align=True,
)  # fmt: skip

EVENT = np.dtype([("week", "i4"), ("what", "i4"), ("who", "i4"), ("whom", "i4"), ("value", "f8")], align=True)


class Site(NamedTuple):
    """Everything that compiled steps read and write. Shapes: n people, m posts, s settings, u service users."""

    people: np.ndarray  # (n,) PERSON
    ties: np.ndarray  # (capacity,) TIE, the first counters[TIES] in use
    births: np.ndarray  # (capacity,) TIE, ties begun in the current step, waiting for their place
    first_tie: np.ndarray  # (n + 1,) where each person's part of `tie_of` begins
    tie_of: np.ndarray  # (2 * capacity,) rows of `ties`, person by person, in the order of the tie table
    with_whom: np.ndarray  # (2 * capacity,) row of the other person of each of these
    memberships: np.ndarray  # (n, 4) MEMBERSHIP
    needs: np.ndarray  # (n, 6) NEED
    settings: np.ndarray  # (s,) SETTING
    posts: np.ndarray  # (m,) POST
    knowledge: np.ndarray  # (m, s) how well each worker knows each setting, 0 to 1
    plans: np.ndarray  # (u,) PLAN
    items: np.ndarray  # (27,) ITEM: the resources that people may offer
    row_of_id: np.ndarray  # (n,) row of the person with each id
    events: np.ndarray  # (capacity,) EVENT, what happened this week, when recording
    scratch: np.ndarray  # (n,) working memory, left as found (-1)
    counters: np.ndarray  # (COUNTERS,) numbers in use of the growing tables
    parameters: np.ndarray  # (1,) one field a parameter


ITEM = np.dtype(
    [("reach_hours", "f8"), ("need_weight", "f8"), ("aid", "i8"), ("subscale", "i8"), ("reach_class", "i8")], align=True
)
# Kinds of aid (items.aid)
EMOTIONAL, SMALL_AID, LARGE_AID, COMPANY, ADVICE_AID = range(5)


def readable(site: Site) -> Site:
    """The same tables, with records whose fields are attributes: what steps need when compilation is switched off."""
    return Site(*(t.view(np.recarray) if t.dtype.names else t for t in site))


def copy_of(site: Site) -> Site:
    """An independent copy of a site."""
    return Site(*(table.copy() for table in site))


def digest(site: Site) -> str:
    """Hexadecimal digest of all that a site is: equal for two sites exactly when every number in them is."""
    hasher = hashlib.sha256()
    ties = int(site.counters[TIES])
    for name, table in site._asdict().items():
        if name in ("births", "events", "scratch"):
            continue
        used = table[:ties] if name == "ties" else table[: 2 * ties] if name in ("tie_of", "with_whom") else table
        for field in used.dtype.names or ("",):
            column = used[field] if field else used
            hasher.update(f"{name}.{field}".encode() + np.ascontiguousarray(column).tobytes())
    return hasher.hexdigest()


def parameter_record(values: dict[str, float]) -> np.ndarray:
    """One-row record array with a float64 field for each parameter, as ``site.parameters``."""
    record = np.zeros(1, dtype=[(name, "f8") for name in values])
    for name, value in values.items():
        record[name] = value
    return record
