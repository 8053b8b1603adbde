"""Who lives in a site: traits, families, homes."""

from cpi_sim.parameters.declaration import parameter

# Traits
parameter("sociability_cv", 0.85, "coefficient of variation", (0.3, 1.0), "spread of sociability (Gamma, mean 1)")
parameter("two_interests_share", 0.5, "share", (0, 1), "people with two of the eight interests (the others have one)")
parameter("kin_position_share", 0.5, "share", (0, 1), "part of the variance of social position shared with kin")
parameter(
    "openness_alpha",
    2.2,
    "ratio",
    (0.2, 20),
    "openness to a person with a mental health problem, first shape of its Beta distribution",
    "accept_psychosis",
)
parameter(
    "openness_beta", 2.6, "ratio", (0.2, 20), "openness, second shape of its Beta distribution", "accept_psychosis"
)
parameter("openness_shift", 0.0, "log-odds", (-2, 2), "a more welcoming (+) or more hostile (-) community")
parameter("ownership_shift", 0.0, "log-odds", (-0.7, 0.7), "more or fewer resources to offer, all items together")
parameter("resources_spread", 0.7, "log-odds", (0, 1.5), "spread between persons in how much they have to offer")
parameter("employed_share", 0.75, "share", (0, 1), "community members aged 25 to 64 in work")
parameter("role_share_young", 0.85, "share", (0, 1), "community members aged 16 to 24 in work or study")
parameter(
    "role_share_old", 0.35, "share", (0, 1), "community members of 65 and over with work, caring or voluntary role"
)

# Attachment at the start
parameter(
    "anxious_avoidant_correlation",
    0.3,
    "ratio",
    (0, 0.6),
    "correlation of attachment anxiety and avoidance between persons",
    "anx_avoid_corr",
)
parameter(
    "attachment_shift",
    0.95,
    "SD",
    (0.5, 1.3),
    "how much more anxious and avoidant people with psychosis are than the community",
    "attachment_shift_su",
)
parameter(
    "attachment_home_variance",
    0.7,
    "share",
    (0.3, 1.0),
    "part of the variance of attachment that is a person's long-run level",
    "attachment_stability_year",
)

# Illness
parameter(
    "symptoms_cv",
    0.8,
    "coefficient of variation",
    (0.3, 1.2),
    "spread of the personal long-run level of symptoms (Gamma, mean 1)",
)
parameter("confidence_base", 0.6, "log-odds", (-1, 2), "social confidence of a person without symptoms or insecurity")
parameter("confidence_symptoms", 0.3, "log-odds", (0, 1), "loss of confidence per unit of symptoms")
parameter("confidence_attachment", 0.2, "log-odds", (0, 0.6), "loss of confidence per SD of anxiety and of avoidance")
parameter("confidence_spread", 0.5, "log-odds", (0, 1.5), "spread of confidence between like persons")
parameter(
    "refusal_base", -0.2, "log-odds", (-2, 1), "refusal expected by a person without symptoms", "anticipated_stigma"
)
parameter(
    "refusal_symptoms", 0.4, "log-odds", (0, 1), "more refusal expected per unit of symptoms", "anticipated_stigma"
)
parameter("refusal_anxiety", 0.3, "log-odds", (0, 1), "more refusal expected per SD of attachment anxiety")
parameter("refusal_spread", 0.6, "log-odds", (0, 1.5), "spread of expected refusal between like persons")
parameter(
    "refusal_weeks", 26, "weeks", (4, 104), "time in which expected refusal goes two thirds of the way to its level"
)
parameter("conceal_base", 0.9, "log-odds", (-1, 3), "concealing the illness, at average expected refusal", "conceal")
parameter("conceal_refusal", 0.3, "log-odds", (0, 1), "concealing per SD of expected refusal", "conceal")
parameter(
    "wish_base", 0.75, "log-odds", (-1, 2), "wishing for more contact, at average loneliness of users", "want_more"
)
parameter("wish_loneliness", 0.3, "log-odds", (0, 1), "wish for more contact per SD of loneliness", "want_more")
parameter(
    "wish_spread", 0.8, "log-odds", (0, 2), "spread of the wish for more contact between like persons", "want_more"
)

# Families and homes
parameter("lives_alone_community", 0.20, "share", (0, 1), "community members who live alone")
parameter("family_homes", 5, "count", (1, 12), "homes that one family is spread over")
parameter(
    "kin_met_rate",
    0.10,
    "per week",
    (0.02, 0.5),
    "meetings with a relative in another home, mean over relatives",
    "community_met_weekly kin_daily_contact_su",
)
parameter("kin_met_shape", 0.4, "ratio", (0.1, 3), "how unequal relatives are in how often they are met (Gamma shape)")
parameter(
    "home_met_rate",
    5.0,
    "per week",
    (1, 7),
    "days a week with real contact between people sharing a home",
    "kin_daily_contact_su",
)

# Ties at the crude start of the past
parameter("start_friends", 5.0, "count", (0, 20), "social ties of an average person when the past begins")
parameter("start_hours", 90.0, "hours", (1, 400), "mean closeness of those ties (exponential)")
