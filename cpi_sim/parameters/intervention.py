"""The intervention: how much connecting work is intended, of which elements, and how well it is prepared."""

from functools import partial

from cpi_sim.parameters.declaration import parameter as declare

parameter = partial(declare, acts_from="entry", section="intervention")

parameter(
    "contacts_per_month",
    0,
    "contacts a month",
    (0, 30),
    "intended connecting contacts beyond routine care; 0 is care as usual",
)
parameter(
    "duration_weeks",
    39,
    "weeks",
    (0, 520),
    "how long support is offered, from its start; whoever waits gets less",
)
parameter("start_week", 0, "weeks", (0, 520), "week in which support is first offered")
parameter(
    "person_centredness",
    0.7,
    "share",
    (0, 1),
    "how far aims and places follow the person's interests and strengths rather than what the service has to offer",
)
parameter(
    "equality",
    0.8,
    "share",
    (0, 1),
    "how far worker and person work as equals when the working relationship is part of the practice",
)
parameter(
    "training",
    0.7,
    "share",
    (0, 1),
    "skill in the practice that training gives a worker (0 is untrained)",
    "training_days_cpi",
)
parameter("supervised", 1, "switch", (0, 1), "supervision keeps trained skill from fading")
parameter(
    "open_plans_at_most", 5, "count", (1, 40), "plans that one full-time worker keeps open; the other people wait"
)
parameter(
    "protected_hours",
    0,
    "hours a week",
    (0, 40),
    "connecting hours given to each full-time worker on top of what crises and routine leave",
)
parameter("element_working_relationship", 1, "share", (0, 1), "weight of building trust, as equals")
parameter("element_new_opportunities", 1, "share", (0, 1), "weight of finding places and activities that fit")
parameter(
    "element_resourceful_people",
    1,
    "share",
    (0, 1),
    "weight of introductions to people who can offer something, and renewed ties with lost friends",
)
parameter("element_mobilisation_advice", 1, "share", (0, 1), "weight of advice on when, and whom, to ask")
parameter("element_reflection", 1, "share", (0, 1), "weight of going through how asking and meeting went")
parameter(
    "element_soft_skills",
    1,
    "share",
    (0, 1),
    "weight of the worker's empathy, flexibility and creativity in the other five",
)
