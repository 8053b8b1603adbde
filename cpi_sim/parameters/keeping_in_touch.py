"""Numbers of the sixth step: seeing people outside the settings."""

from cpi_sim.parameters.declaration import parameter

parameter("moves_per_week", 2.3, "per week", (1.5, 3), "moves to see somebody, of a person of average sociability")
parameter("moves_symptoms", 0.6, "log", (0, 1.2), "fall of the log of moves per unit of symptoms")
parameter("moves_weekly_cv", 0.9, "coefficient of variation", (0.2, 1.2), "how uneven a person's weeks are")
parameter("visit_hours", 3.2, "hours", (1, 5), "length of a meeting outside the settings")
parameter("choice_exponent", 0.95, "exponent", (0.9, 1.1), "how strongly moves go to the closest ties")
parameter("choice_security", 0.5, "share", (0, 1), "weight of a tie in which one feels no security (1 is none needed)")
parameter("explore_share", 0.25, "share", (0, 0.6), "moves towards people met lately, by affinity alone")
parameter("explore_weeks", 6, "weeks", (2, 26), "how long somebody counts as met lately")
parameter("explore_exponent", 2.0, "exponent", (0.5, 4), "how strongly those moves go to people one clicks with")
parameter("accept_chance", 0.85, "probability", (0.4, 1), "the other says yes to meeting")
parameter("accept_symptoms", 0.3, "log", (0, 1), "fall of the log of that chance per unit of the other's symptoms")
parameter(
    "social_hours_at_most", 30, "hours a week", (10, 60), "time that a person can give to meeting people in a week"
)
parameter(
    "kin_visit_hours", 1.5, "hours", (0.5, 5), "length of a meeting with a relative, or of a day's contact at home"
)
parameter("dormant_weight", 0.1, "ratio", (0, 1), "weight of a dormant tie among those one may turn to")
parameter(
    "dormant_revived", 0.4, "probability", (0, 1), "a dormant tie is renewed when one turns to it", "reactivation_prob"
)
parameter("renewed_share", 0.5, "share", (0, 1), "part of its former closeness that a renewed tie takes up again")
parameter("renewed_hours_at_most", 40, "hours", (0, 100), "the most closeness that a renewed tie takes up again")
