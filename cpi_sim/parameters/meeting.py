"""Numbers of the fifth step: conversations in settings, and how an acquaintance begins."""

from cpi_sim.parameters.declaration import parameter

parameter(
    "conversations_sought",
    1,
    "count",
    (1, 6),
    "people whom each attender turns to at a meeting; being turned to by others, each has about twice as many",
)
parameter("conversation_hours", 0.6, "hours", (0.2, 1.5), "length of a conversation at a meeting")
parameter("known_weight", 3.0, "ratio", (1, 10), "turning to somebody known, against a stranger's 1")
parameter("known_weight_hours", 0.2, "ratio", (0, 1), "more for each hour of closeness")
parameter("known_weight_most", 12.0, "ratio", (1, 50), "the most that somebody known can weigh")
parameter(
    "new_tie_chance",
    0.12,
    "probability",
    (0.02, 0.25),
    "a conversation between strangers begins an acquaintance",
    "p_tie_per_meeting",
)
parameter("new_tie_symptoms", 0.3, "log", (0, 1), "fall of that chance per unit of symptoms of either")
parameter("new_tie_refusal", 0.4, "share", (0, 1), "fall of that chance at full expected refusal")
parameter(
    "new_tie_among_users",
    3.0,
    "ratio",
    (1, 6),
    "that chance between two people who use services",
    "friends_fellow_users",
)
parameter(
    "introduction_multiplier",
    2.0,
    "ratio",
    (1, 4),
    "that chance for a pair introduced by the worker, in that week only",
    "introduction_multiplier",
    "entry",
)
parameter("visibility_base", -1.5, "log-odds", (-4, 1), "illness noticed though concealed, without symptoms")
parameter("visibility_symptoms", 1.2, "log-odds", (0, 3), "illness noticed though concealed, per unit of symptoms")

# How well two people click
parameter("affinity_spread", 0.8, "log", (0, 1.5), "spread of affinity between pairs alike in all else")
parameter("affinity_interest", 0.3, "log", (0, 1), "affinity for a shared interest", "homophily_age_sex_status")
parameter("affinity_sex", 0.2, "log", (0, 1), "affinity for the same sex", "homophily_age_sex_status")
parameter(
    "affinity_age", 0.3, "log", (0, 1), "affinity for the same age, falling over ten years", "homophily_age_sex_status"
)
parameter(
    "affinity_position",
    0.3,
    "log",
    (0, 1),
    "affinity lost per SD of difference in position",
    "homophily_age_sex_status",
)
parameter("affinity_mean", -0.32, "log", (-1, 1), "mean log affinity, so that affinity averages about 1")
