"""Numbers of the seventh step: needs, knowing whom to ask, asking, agreeing."""

from cpi_sim.parameters.declaration import parameter

parameter("needs_per_week", 0.10, "per week", (0.05, 0.3), "needs that arise")
parameter("need_lasts_weeks", 12, "weeks", (2, 52), "mean time until an unmet need fades")
parameter(
    "access_security_exponent",
    1.0,
    "exponent",
    (0, 1),
    "how far security in a tie decides what is accessible through it",
)

# The other's answer
parameter("agree_base", -0.15, "log-odds", (-2, 2), "agreement of somebody hardly known", "p_agree_weak")
parameter("agree_closeness", 0.5, "log-odds", (0, 2), "agreement per unit of ln(1 + hours / 10)", "p_agree_strong")
parameter("agree_given_earlier", 0.5, "log-odds", (0, 2), "agreement when help has gone the other way before")
parameter("agree_asked_lately", 0.3, "log-odds", (0, 1), "agreement when asked within four weeks (lowers)")
parameter(
    "agree_large_aid",
    1.8,
    "log-odds",
    (0, 4),
    "agreement to large help, such as a loan (lowers)",
    "p_give_large_services",
)
parameter(
    "underestimation", 0.33, "share", (0, 0.5), "how far askers underestimate agreement", "compliance_underestimation"
)
parameter("underestimation_refusal", 0.5, "share", (0, 1), "more underestimation per SD of expected refusal")
parameter(
    "advice_underestimation",
    0.5,
    "share",
    (0, 1),
    "part of the underestimation that good advice removes",
    acts_from="entry",
)

parameter("refusal_users_mean", 0.55, "share", (0, 1), "expected refusal of the average person who uses services")
parameter(
    "refusal_users_sd", 0.16, "share", (0.02, 0.5), "spread of expected refusal (SD) among people who use services"
)
parameter(
    "kin_openness", 0.5, "share", (0, 1), "openness to illness that everybody has towards kin, of what others may lack"
)

# Whether and whom
parameter("ask_base", -2.0, "log-odds", (-4, 0), "asking in a given week")
parameter("ask_urgency", 1.5, "log-odds", (0, 4), "asking per unit of urgency")
parameter("ask_security", 2.0, "log-odds", (0, 5), "asking per unit of security in the tie, from one half")
parameter("ask_expected", 1.5, "log-odds", (0, 4), "asking per unit of expected agreement, from one half")
parameter("ask_refusal", 0.8, "log-odds", (0, 3), "asking at full expected refusal (lowers)")
parameter("ask_avoidance", 0.3, "log-odds", (0, 1), "asking per SD of avoidance (lowers)")
parameter("ask_advice", 0.8, "log-odds", (0, 2), "asking with advice", acts_from="entry")
parameter(
    "whom_expected", 2.0, "log-odds", (0, 5), "choice of whom to ask per unit of expected agreement", "p_confide_weak"
)
parameter("whom_security", 1.0, "log-odds", (0, 3), "choice of whom to ask per unit of security")
parameter("whom_seen", 1.0, "log-odds", (0, 3), "choice of somebody seen this week", "p_confide_weak")
parameter("whom_closeness", 0.5, "log-odds", (0, 2), "choice per unit of ln(1 + hours / 10)")

# What follows
parameter("help_hours", 1.0, "hours", (0, 5), "time spent together over help given")
parameter("help_confidence", 0.04, "share", (0, 0.2), "confidence gained with help, of what is lacking")
parameter("help_refusal", 0.03, "share", (0, 0.2), "expected refusal lost with help")
parameter("refused_confidence", 0.05, "share", (0, 0.2), "confidence lost with a refusal")
parameter("refused_refusal", 0.04, "share", (0, 0.2), "expected refusal gained with a refusal, of what is lacking")
parameter("giving_confidence", 0.02, "share", (0, 0.1), "confidence gained by giving help, of what is lacking")
parameter("outcome_memory_weeks", 8, "weeks", (2, 26), "how long met and unmet needs are felt")
