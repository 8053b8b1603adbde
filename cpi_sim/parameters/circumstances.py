"""Numbers of the first step: symptoms, crises, staff."""

from cpi_sim.parameters.declaration import parameter

parameter("symptoms_return_weeks", 13, "weeks", (4, 52), "time in which symptoms go two thirds of the way home")
parameter("symptoms_noise", 0.18, "SD", (0, 0.5), "weekly shock to symptoms")
parameter("crisis_hazard", 0.012, "per week", (0.004, 0.03), "hazard of a crisis at symptom level 1")
parameter("crisis_symptoms", 0.8, "log", (0, 2), "rise of the log hazard of crisis per unit of symptoms")
parameter("crisis_mean_weeks", 3, "weeks", (1, 12), "mean length of a crisis")
parameter("crisis_added_symptoms", 1.0, "SD", (0, 3), "symptoms added while a crisis lasts")
parameter(
    "referral_selection",
    1.2,
    "log",
    (0, 2),
    "how strongly referral picks people who are worse than their own long-run level",
)
parameter("staff_turnover", 0.18, "per year", (0, 1.5), "hazard that a worker leaves", "staff_turnover_year", "entry")
parameter("vacancy_weeks", 8, "weeks", (0, 52), "time until a post is filled again", acts_from="entry")
parameter(
    "alliance_start",
    0.35,
    "share",
    (0, 0.6),
    "working alliance when worker and person have just met",
    acts_from="entry",
)
