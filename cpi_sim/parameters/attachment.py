"""Numbers of the eighth step: security in ties and the general style."""

from cpi_sim.parameters.declaration import parameter

parameter("security_base", 0.4, "log-odds", (-1, 2), "security at the birth of a tie, at the community's average")
parameter("security_style", 0.3, "log-odds", (0, 1), "less security at birth per SD of anxiety and of avoidance")
parameter("security_spread", 0.6, "log-odds", (0, 1.5), "spread of security at birth between ties")
parameter("security_contact", 0.02, "share", (0, 0.1), "step of security at a responsive contact")
parameter("security_help", 0.10, "share", (0, 0.4), "step of security when helped")
parameter("security_refusal", 0.15, "share", (0, 0.4), "step of security when refused")
parameter("security_lapse", 0.05, "share", (0, 0.2), "step of security each week that a friend is silent for too long")
parameter("security_lapse_weeks", 8, "weeks", (2, 26), "silence after which it counts as a lapse", "lapse_rule")
parameter(
    "security_return_weeks",
    100,
    "weeks",
    (26, 520),
    "time in which security in a tie goes two thirds of the way back to what the person's style expects",
)
parameter("loss_anxiety", 0.2, "log", (0, 0.6), "larger losses of security per SD of anxiety")
parameter("gain_avoidance", 0.2, "log", (0, 0.6), "smaller gains of security per SD of avoidance")
parameter(
    "style_return_weeks",
    40,
    "weeks",
    (10, 200),
    "time in which the general style goes two thirds of the way home",
    "attachment_stability_year",
)
parameter("style_noise", 0.12, "SD", (0, 0.3), "weekly shock to the general style", "attachment_stability_year")
parameter(
    "style_from_ties",
    0.015,
    "per week",
    (0, 0.05),
    "drift of the general style with the security of one's ties",
    "attachment_change_cpi",
)
parameter(
    "style_alliance_weight",
    1.0,
    "ratio",
    (0, 5),
    "a working alliance counted among those ties, as so many of them",
    acts_from="entry",
)
parameter("style_symptoms", 0.003, "per week", (0, 0.02), "rise of anxiety per unit of symptoms above one's level")
