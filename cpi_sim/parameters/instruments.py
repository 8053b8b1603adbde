"""Numbers of the instruments: how state becomes a score, how much error a score has, and what service costs."""

from functools import partial

from cpi_sim.parameters.declaration import parameter as declare

parameter = partial(declare, acts_from="entry")

# Naming people: size and make-up of the network
parameter("named_within_weeks", 13, "weeks", (4, 52), "somebody not met for longer than this is not named")
parameter(
    "friend_forgotten",
    0.20,
    "probability",
    (0.1, 0.3),
    "a friend is forgotten when asked to name people",
    "recall_omission",
)
parameter(
    "acquaintance_forgotten", 0.40, "probability", (0.1, 0.7), "an acquaintance is forgotten when asked to name people"
)
parameter("monthly_weeks", 4, "weeks", (4, 5), "somebody met within this time is met monthly (LSNS-6)")
parameter("ease_security", 0.5, "share", (0.3, 0.7), "security in a tie above which one feels at ease in it (LSNS-6)")
parameter("call_on_agreement", 0.5, "probability", (0.3, 0.7), "agreement above which one could call on them (LSNS-6)")
parameter("lsns_error", 2.0, "number", (1, 3), "LSNS-6: standard error of measurement, points")

# Resource Generator
parameter(
    "rg_lasting",
    0.65,
    "share",
    (0, 0.8),
    "part of what decides an answer, besides what is within reach, that stays the same for a person and an item",
    "rg_item_kappa",
)
parameter(
    "rg_of_the_day",
    0.10,
    "share",
    (0, 0.2),
    "part that a person's day lends to all answers alike; the rest belongs to one answer on one day",
    "rg_total_reliability",
)

# Wellbeing (WEMWBS and its short form)
parameter("wellbeing_centre", 0.28, "SD", (-1, 1), "wellbeing (state) at which the community scores its mean")
parameter("wellbeing_spread", 1.01, "SD", (0.5, 2), "spread of wellbeing (state) in the community")
parameter("swemwbs_mean", 23.45, "number", (22.8, 24.1), "SWEMWBS: mean of the community, points", "wellbeing_mean_co")
parameter("swemwbs_sd", 3.9, "number", (3.5, 4.4), "SWEMWBS: spread of the community, points", "wellbeing_sd_co")
parameter("swemwbs_reliability", 0.83, "share", (0.78, 0.88), "SWEMWBS: reliability in the community", "wemwbs_retest")
parameter("wemwbs_mean", 51, "number", (48, 54), "WEMWBS-14: mean of the community, points")
parameter("wemwbs_sd", 8.7, "number", (8, 10), "WEMWBS-14: spread of the community, points")
parameter("wemwbs_error", 2.8, "number", (2.4, 3.1), "WEMWBS-14: standard error of measurement, points", "wemwbs_sem")

# Loneliness (ULS-8)
parameter("uls8_mean", 15.8, "number", (14, 18), "ULS-8: score at the community's average loneliness, points")
parameter("uls8_slope", 6.0, "number", (4, 7), "ULS-8: points per SD of loneliness", "uls8_mean_su")
parameter("uls8_error", 2.6, "number", (1.5, 3.5), "ULS-8: standard error of measurement, points", "ucla_retest")

# Perceived inclusion (SCOPE-type)
parameter("inclusion_centre", 0.0, "SD", (-1, 1), "inclusion (state) at which the community scores its mean")
parameter("inclusion_spread", 0.75, "SD", (0.5, 2), "spread of inclusion (state) in the community")
parameter("scope_mean", 18, "number", (14, 22), "SCOPE-type inclusion: mean of the community, points")
parameter("scope_sd", 4, "number", (2, 6), "SCOPE-type inclusion: spread of the community, points")
parameter("scope_reliability", 0.80, "share", (0.6, 0.9), "SCOPE-type inclusion: reliability in the community")

# Attachment (PAM) and working alliance
parameter(
    "pam_anxiety_mean",
    0.63,
    "number",
    (0.4, 0.9),
    "PAM anxiety: score at the community's average, points",
    "pam_anxiety_mean",
)
parameter("pam_anxiety_slope", 0.65, "number", (0.4, 0.8), "PAM anxiety: points per SD", "pam_anxiety_mean")
parameter(
    "pam_avoidance_mean",
    1.12,
    "number",
    (0.9, 1.4),
    "PAM avoidance: score at the community's average, points",
    "pam_avoidance_mean",
)
parameter("pam_avoidance_slope", 0.5, "number", (0.3, 0.7), "PAM avoidance: points per SD", "pam_avoidance_mean")
parameter(
    "pam_reliability",
    0.85,
    "share",
    (0.75, 0.93),
    "PAM: reliability within a group of people",
    "attachment_reliability",
)
parameter("alliance_spread", 0.9, "number", (0.4, 1.5), "working alliance: spread of true scores, points")
parameter("alliance_reliability", 0.80, "share", (0.6, 0.9), "working alliance: reliability of a score at that spread")

# Health-related quality of life (EQ-5D-type utility)
parameter("eq5d_base", 0.78, "number", (0.6, 0.95), "utility without symptoms, at average wellbeing")
parameter("eq5d_symptoms", 0.10, "number", (0, 0.2), "utility lost per unit of symptoms", "eq5d_change_improver")
parameter("eq5d_wellbeing", 0.05, "number", (0, 0.15), "utility per SD of wellbeing")
parameter("eq5d_spread", 0.18, "number", (0.05, 0.3), "spread of utility between people alike in the rest", "eq5d_sd")
parameter(
    "eq5d_lasting",
    0.7,
    "share",
    (0, 0.95),
    "part of the variance of that spread that lasts (bodily health); the rest is error of the day",
)

# What service costs
parameter("cost_hour_qualified", 61, "GBP", (58, 68), "one working hour of a qualified worker (band 6)", "cost_hour_b6")
parameter(
    "cost_hour_support_worker", 41, "GBP", (39, 47), "one working hour of a support worker (band 4)", "cost_hour_b4"
)
parameter("cost_hour_peer", 41, "GBP", (39, 47), "one working hour of a peer worker, taken as band 4", "cost_hour_b4")
parameter(
    "cost_contact_hour_factor",
    3.1,
    "ratio",
    (2.2, 4.5),
    "working hours paid for each hour with or for a person",
    "cost_contact_hour_factor",
)
parameter("cost_inpatient_day", 520, "GBP", (420, 700), "one day in an acute mental health bed", "cost_inpatient_day")
parameter("crisis_admission", 0.10, "probability", (0, 0.3), "a week in crisis is spent in hospital")
