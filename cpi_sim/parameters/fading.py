"""Numbers of the ninth step: how ties fade, turn, lapse and lie dormant."""

from cpi_sim.parameters.declaration import parameter

parameter("fading_social", 0.011, "per week", (0.005, 0.03), "closeness lost a week in a social tie")
parameter("fading_kin", 0.004, "per week", (0.001, 0.02), "closeness lost a week between kin")
parameter("lapse_hours", 2.0, "hours", (0.5, 10), "closeness below which a silent tie is over")
parameter("lapse_weeks", 8, "weeks", (4, 26), "silence after which a tie that weak is over", "lapse_rule")
parameter("dormant_peak_hours", 40, "hours", (20, 90), "closeness that a tie must once have had to lie dormant")
parameter("dormant_weeks", 52, "weeks", (8, 104), "silence after which a tie lies dormant")
parameter("dormant_kept_weeks", 260, "weeks", (26, 1040), "silence after which a dormant tie is gone for good")
parameter("affinity_redrawn", 0.15, "per year", (0, 0.5), "two people come to click more, or less")
parameter("life_change", 0.04, "per year", (0, 0.2), "moving house, or a change of life", "hazard_friend_year")
parameter("life_change_young", 0.24, "per year", (0, 0.6), "the same below the age of 22", "hazard_multiplier_age_u22")
parameter("life_change_closeness", 0.5, "share", (0, 1), "closeness kept through such a change")
parameter("life_change_affinity", 0.15, "share", (0, 1), "affinity kept through such a change")
parameter("rupture", 0.02, "per year", (0, 0.2), "a social tie breaks", "hazard_close_friend_year")
parameter(
    "rupture_illness", 1.5, "ratio", (1, 3), "that hazard when one of the two is ill", "hazard_multiplier_psychosis"
)
parameter(
    "kin_loss",
    0.015,
    "per year",
    (0.003, 0.04),
    "a relative is lost (another comes into the family as often)",
    "hazard_kin_year",
)
parameter(
    "casual_friend_hours", 45, "hours", (30, 60), "closeness of a casual friend: a friend in surveys", "hours_to_casual"
)
parameter("friend_hours", 75, "hours", (60, 100), "closeness of a friend", "hours_to_friend")
parameter("close_friend_hours", 110, "hours", (90, 220), "closeness of a close friend", "hours_to_close")
