"""Numbers of the second step: a worker's hours, sessions, alliance, leaving."""

from functools import partial

from cpi_sim.parameters.declaration import parameter as declare

parameter = partial(declare, acts_from="entry")

# Hours
parameter(
    "contacts_per_fte_month",
    48,
    "contacts a month",
    (20, 80),
    "contacts that a full-time worker can make",
    "contacts_per_fte_month",
)
parameter("contact_hours", 56 / 60, "hours", (0.3, 2), "length of a contact", "minutes_per_contact")
parameter("accompanied_hours", 2.0, "hours", (1, 3), "worker's time for accompanying somebody, with travel")
parameter("scouting_hours", 0.5, "hours", (0, 3), "worker's time for getting to know a place")
parameter(
    "diary_weeks", 4, "weeks", (1, 13), "weeks over which a worker can save up connecting hours for a longer visit"
)

# Coming to sessions
parameter(
    "take_up",
    0.80,
    "probability",
    (0.4, 1),
    "accepting an offer of connecting support",
    "willing_support ever_met_given_offer",
)
parameter("attend_base", 0.6, "log-odds", (-2, 3), "coming to an agreed session, everything at the users' average")
parameter("attend_alliance", 0.8, "log-odds", (0, 2), "coming, per 0.15 of alliance")
parameter(
    "attend_anxiety",
    0.15,
    "log-odds",
    (0, 0.6),
    "coming, per SD of attachment anxiety (raises)",
    "engage_slope_anxiety",
)
parameter(
    "attend_avoidance", 0.25, "log-odds", (0, 0.8), "coming, per SD of avoidance (lowers)", "engage_slope_avoidance"
)
parameter("attend_symptoms", 0.3, "log-odds", (0, 1), "coming, per unit of symptoms (lowers)")

parameter(
    "attend_routine",
    1.6,
    "log-odds",
    (0, 3),
    "coming to a routine contact, often at home, rather than to an extra session",
)

# Leaving
parameter("leave_offer_hazard", 0.012, "per week", (0, 0.1), "leaving the connecting support", "high_dose_given_offer")
parameter("leave_service_hazard", 0.0012, "per week", (0, 0.02), "leaving the service", "disengage_month_eip")
parameter("leave_alliance", 0.5, "log", (0, 1.5), "fall of both hazards per 0.15 of alliance")
parameter(
    "leave_avoidance", 0.15, "log", (0, 0.6), "rise of both hazards per SD of avoidance", "engage_slope_avoidance"
)
parameter("leave_anxiety", 0.10, "log", (0, 0.6), "fall of both hazards per SD of anxiety", "engage_slope_anxiety")
parameter("leave_alone", 1.5, "ratio", (1, 3), "hazard of leaving the service when living alone", "disengage_or_alone")

# Alliance
parameter("alliance_step", 0.20, "share", (0.01, 0.5), "part of the way to its level that alliance moves at a contact")
parameter("alliance_base", 0.4, "log-odds", (-1, 2), "level of the alliance, everything at its average")
parameter("alliance_empathy", 1.0, "log-odds", (0, 3), "level per unit of the worker's empathy")
parameter("alliance_equality", 1.0, "log-odds", (0, 3), "level per unit of equality in the work")
parameter("alliance_contacts", 0.15, "log-odds", (0, 0.5), "level per unit of log contacts in four weeks")
parameter(
    "alliance_avoidance", 0.09, "log-odds", (0, 0.4), "level per SD of avoidance (lowers)", "alliance_r_avoidance"
)
parameter("alliance_anxiety", 0.045, "log-odds", (0, 0.4), "level per SD of anxiety (lowers)", "alliance_r_anxiety")
parameter(
    "alliance_dyad", 0.7, "log-odds", (0, 1.5), "spread of the level between pairs of worker and person", "worker_icc"
)
parameter(
    "alliance_dyad_worker_share", 0.5, "share", (0, 1), "part of that spread that is the worker's own", "worker_icc"
)
parameter(
    "alliance_gain_avoidance", 0.2, "share", (0, 0.6), "slower gain of alliance per SD of avoidance above average"
)
parameter("usual_equality", 0.5, "share", (0, 1), "how far worker and person work as equals in usual care")
parameter("peer_equality", 0.1, "share", (0, 0.5), "more equality with a peer worker")

# Workers
parameter("skill_mean", 0.55, "share", (0, 1), "mean soft skill of workers")
parameter("skill_sd", 0.15, "share", (0, 0.4), "spread of a soft skill between workers")
parameter("skill_fading", 0.10, "per year", (0, 1), "trained skill lost without supervision")
parameter("training_soft_skills", 0.10, "share", (0, 0.4), "soft skill that full training adds")
parameter("known_settings_start", 0.15, "share", (0, 1), "settings of the locality that a new worker knows")
