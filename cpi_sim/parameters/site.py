"""How large a site is."""

from cpi_sim.parameters.declaration import parameter

parameter(
    "community_members",
    1500,
    "people",
    (3, 200_000),
    "people aged 16 and over in the locality, besides those referred to the agency",
    section="site",
)
parameter(
    "service_users",
    120,
    "people",
    (1, 20_000),
    "people referred to the agency and supported by it at week 0",
    section="site",
)
parameter(
    "ill_not_in_service_share",
    0.5,
    "share",
    (0.0, 2.0),
    "people with illness who live in the locality and are not referred at week 0, per person referred; "
    "referral picks among all of them",
    section="site",
)
parameter("settings", 70, "count", (1, 10_000), "places and groups where people meet regularly", section="site")
parameter(
    "users_only_groups",
    4,
    "count",
    (0, 1_000),
    "settings among them that only people with illness attend",
    section="site",
)
parameter("burn_in_years", 7, "years", (0, 40), "years lived as a community before anybody falls ill", section="site")
parameter(
    "position_site_sd",
    0.3,
    "SD",
    (0.0, 1.0),
    "between sites: standard deviation of mean social position",
    "team_icc",
    section="site",
)
parameter(
    "openness_site_sd",
    0.3,
    "log-odds",
    (0.0, 1.0),
    "between sites: standard deviation of mean openness",
    "team_icc",
    section="site",
)
parameter(
    "culture_site_sd",
    0.15,
    "SD",
    (0.0, 0.5),
    "between sites: standard deviation of team culture, in units of a soft skill",
    "team_icc",
    "entry",
    "site",
)

# Settings
parameter(
    "setting_weekly_share",
    0.7,
    "share",
    (0, 1),
    "settings that meet every week (the others every second week)",
    section="site",
)
parameter("setting_hours", 2.0, "hours", (0.5, 6), "length of a meeting", section="site")
parameter("setting_places_low", 12, "people", (2, 500), "places in the smallest settings", section="site")
parameter("setting_places_high", 60, "people", (2, 2000), "places in the largest settings", section="site")
parameter(
    "setting_welcome",
    0.4,
    "log-odds",
    (-2, 3),
    "welcome that a gatekeeper gives to somebody new, mean over settings",
    section="site",
)
parameter("setting_welcome_sd", 0.8, "log-odds", (0, 2), "spread of welcome between settings", section="site")
parameter(
    "service_linked_share",
    0.1,
    "share",
    (0, 1),
    "settings with standing links to services, besides users-only groups",
    section="site",
)
