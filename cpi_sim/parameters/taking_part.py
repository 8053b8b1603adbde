"""Numbers of the fourth step: joining, attending and leaving settings."""

from cpi_sim.parameters.declaration import parameter

parameter("attend_meeting_base", 0.62, "log-odds", (-1, 2), "going to a meeting of one's own group")
parameter("attend_meeting_symptoms", 0.55, "log-odds", (0, 1.5), "going, per unit of symptoms (lowers)")
parameter("attend_meeting_confidence", 1.0, "log-odds", (0, 3), "going, per unit of confidence from -1 to 1")
parameter(
    "attend_meeting_accompanied", 1.2, "log-odds", (0, 3), "going when accompanied by the worker", acts_from="entry"
)
parameter(
    "join_unaided",
    0.02,
    "per week",
    (0.002, 0.03),
    "joining a setting on one's own, times sociability",
    "activity_start_prob_week",
)
parameter("join_unaided_symptoms", 1.0, "log", (0, 2), "fall of that rate per unit of symptoms")
parameter("leave_setting", 0.012, "per week", (0.005, 0.08), "leaving a setting", "activity_dropout_week")
parameter("leave_setting_symptoms", 0.8, "ratio", (0, 2), "rise of that hazard per unit of symptoms")
parameter("setting_fit_choice", 1.5, "log", (0, 4), "preference for settings that serve one's interests")
