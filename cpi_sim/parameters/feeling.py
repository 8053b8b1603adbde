"""Numbers of the tenth step: loneliness, inclusion, confidence, wellbeing, in SDs of the community."""

from cpi_sim.parameters.declaration import parameter

parameter("loneliness_weeks", 8, "weeks", (2, 52), "time in which loneliness goes two thirds of the way to its level")
parameter("confidence_weeks", 12, "weeks", (2, 52), "the same for confidence")
parameter("inclusion_weeks", 12, "weeks", (2, 52), "the same for perceived inclusion")
parameter("wellbeing_weeks", 10, "weeks", (2, 52), "the same for wellbeing")
parameter("feeling_noise", 0.3, "SD", (0, 0.8), "passing spread of loneliness and inclusion around their level")
parameter("feeling_trait", 0.6, "SD", (0, 1), "lasting differences between persons in how they feel, besides all else")

parameter("company_friend", 0.8, "ratio", (0, 2), "company of a friend met within four weeks, times security")
parameter("company_kin", 0.3, "ratio", (0, 2), "company of a relative met within four weeks, times security")
parameter("company_enough", 2.0, "ratio", (0.5, 6), "company that brings two thirds of all it can bring")
parameter("company_weeks", 4, "weeks", (1, 13), "how long a meeting keeps one company")
parameter("belonging_enough", 2.5, "number", (0.5, 8), "settings attended in a week that bring two thirds of belonging")

parameter("lonely_base", 1.80, "SD", (0, 4), "loneliness without company or belonging")
parameter("lonely_symptoms", 0.12, "SD", (0, 0.5), "loneliness per unit of symptoms", "uls8_mean_su")
parameter("lonely_anxiety", 0.20, "SD", (0, 0.6), "loneliness per SD of anxiety")
parameter("lonely_avoidance", 0.06, "SD", (0, 0.4), "loneliness per SD of avoidance")
parameter("lonely_company", 2.6, "SD", (0, 4), "loneliness taken away by enough company", "loneliness_slope_network")
parameter("lonely_belonging", 0.5, "SD", (0, 2), "loneliness taken away by belonging")

parameter("included_base", -0.8, "SD", (-3, 1), "inclusion without belonging, friends or role")
parameter("included_belonging", 1.2, "SD", (0, 3), "inclusion that belonging brings")
parameter("included_friends", 0.35, "SD", (0, 1), "inclusion that four friends outside services bring")
parameter("included_role", 0.3, "SD", (0, 1), "inclusion that work, study or another role brings")
parameter("included_symptoms", 0.15, "SD", (0, 0.5), "inclusion lost per unit of symptoms")

parameter("well_base", 0.35, "SD", (-2, 2), "wellbeing with everything else at its average")
parameter("well_symptoms", 0.08, "SD", (0, 0.4), "wellbeing lost per unit of symptoms")
parameter("well_loneliness", 0.25, "SD", (0, 0.8), "wellbeing lost per SD of loneliness")
parameter("well_inclusion", 0.15, "SD", (0, 0.6), "wellbeing per SD of inclusion")
parameter("well_activity", 0.05, "SD", (0, 0.2), "wellbeing per activity in the week")
parameter("well_anxiety", 0.30, "SD", (0, 0.8), "wellbeing lost per SD of anxiety")
parameter("well_avoidance", 0.13, "SD", (0, 0.6), "wellbeing lost per SD of avoidance")
parameter("well_needs", 0.10, "SD", (0, 0.4), "wellbeing per need met rather than unmet in eight weeks")
parameter(
    "well_capital",
    0.10,
    "SD",
    (0, 0.3),
    "security times accessible social capital: the study's hypothesis, open",
    "attachment_moderation_of_returns",
)
parameter("well_passing", 0.52, "SD", (0, 1), "passing spread of wellbeing")
parameter(
    "well_symptoms_spread", 0.35, "share", (0, 1), "wider spread of wellbeing per unit of symptoms", "wellbeing_sd_su"
)
parameter("activity_centre", 2.4, "number", (0, 6), "activities in a week at which they add nothing to wellbeing")
parameter("access_centre", 17.0, "number", (0, 27), "accessible resources at the community's average")
parameter("access_spread", 4.2, "number", (1, 10), "spread of accessible resources in the community")

parameter(
    "confidence_reward", 0.5, "log-odds", (0, 2), "confidence level per rewarding experience a week, from the usual"
)
parameter("confidence_usual_rewards", 3.0, "number", (0, 10), "rewarding experiences in a usual week")
