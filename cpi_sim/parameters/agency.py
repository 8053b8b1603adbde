"""The four kinds of agency of the study, and the numbers they differ in."""

from cpi_sim.parameters.declaration import agency_field

AGENCY_KINDS = ("early_intervention", "community_team", "housing_support", "inclusion_project")


def _by_kind(early: float, community: float, housing: float, inclusion: float) -> dict[str, float]:
    return dict(zip(AGENCY_KINDS, (early, community, housing, inclusion), strict=True))


agency_field(
    "caseload",
    _by_kind(16, 30, 15, 18),
    "people",
    (1, 100),
    "people supported by one full-time worker",
    "caseload_eip caseload_cmht caseload_housing caseload_inclusion",
)
agency_field(
    "crisis_hours",
    _by_kind(3, 3, 2, 1),
    "hours a week",
    (0, 20),
    "worker's hours for each person in crisis, before anything else",
)
agency_field(
    "routine_contacts",
    _by_kind(0.35, 0.20, 0.40, 0.05),
    "per week",
    (0, 5),
    "routine contacts offered to each person, besides crisis and connecting work",
    "contacts_week_eip contacts_week_cmht contacts_week_housing contacts_week_inclusion",
)
agency_field(
    "connecting_share",
    _by_kind(0.5, 0.25, 0.5, 0.9),
    "share",
    (0, 1),
    "part of the hours left over that the agency allows for work in the community",
    "crisis_priority_loss",
)
agency_field(
    "support_worker_share",
    _by_kind(0.0, 0.25, 0.0, 0.0),
    "share",
    (0, 1),
    "support workers' hours per hour of a qualified worker",
    "support_worker_share",
)
agency_field(
    "peer_share",
    _by_kind(0.0, 0.0, 0.1, 0.25),
    "share",
    (0, 1),
    "part of the posts held by peers: workers with experience of using services",
)
agency_field(
    "community_links",
    _by_kind(0.4, 0.2, 0.5, 0.8),
    "share",
    (0, 1),
    "chance that a place known to a colleague is open to any worker of the team",
)
agency_field(
    "crisis_ratio",
    _by_kind(1.0, 1.0, 0.4, 0.2),
    "ratio",
    (0, 5),
    "hazard of crisis of the people this kind of agency supports, against a community team's",
)
agency_field("youngest_age", _by_kind(16, 18, 18, 18), "years", (14, 90), "youngest age at referral", acts_from="birth")
agency_field("oldest_age", _by_kind(35, 65, 65, 65), "years", (16, 95), "oldest age at referral", acts_from="birth")
agency_field(
    "illness_years_low",
    _by_kind(0.5, 1, 1, 1),
    "years",
    (0, 40),
    "shortest time since onset at referral",
    acts_from="birth",
)
agency_field(
    "illness_years_high",
    _by_kind(3, 15, 15, 15),
    "years",
    (0.1, 40),
    "longest time since onset at referral",
    acts_from="birth",
)
agency_field(
    "lives_alone_share",
    _by_kind(0.2, 0.31, 0.45, 0.31),
    "share",
    (0, 1),
    "people with illness who live alone",
    "su_lives_alone",
    "birth",
)
agency_field(
    "has_role_share",
    _by_kind(0.3, 0.2, 0.1, 0.15),
    "share",
    (0, 1),
    "people with illness in work, study or a caring role",
    acts_from="birth",
)
