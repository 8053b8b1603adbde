"""Numbers of the third step: planning, doing and reviewing together."""

from functools import partial

from cpi_sim.parameters.declaration import parameter as declare

parameter = partial(declare, acts_from="entry")

parameter("alliance_to_begin", 0.40, "share", (0, 0.8), "alliance below which no plan can begin")
parameter("led_by_the_person", 0.5, "share", (0, 1), "ownership from which an aim counts as reached by the person")

# The person's own part
parameter("own_step_base", -0.5, "log-odds", (-2, 2), "doing one's own part of a step")
parameter("own_step_ownership", 1.5, "log-odds", (0, 4), "doing one's own part, per unit of ownership of the plan")
parameter("own_step_confidence", 1.0, "log-odds", (0, 3), "doing one's own part, per unit of confidence from -1 to 1")
parameter("own_step_symptoms", 0.5, "log-odds", (0, 2), "doing one's own part, per unit of symptoms (lowers)")
parameter("ownership_start", 0.2, "share", (0, 1), "ownership of the plan at its start")
parameter("ownership_gain", 0.10, "share", (0, 0.4), "ownership gained with each step done together, times equality")
parameter(
    "own_plan_hazard", 0.02, "per week", (0, 0.1), "opening a plan of one's own after support, per unit of ownership"
)
parameter("own_plan_symptoms", 0.5, "ratio", (0, 2), "fall of that hazard per unit of symptoms")
parameter("worker_steps_in", 0.5, "probability", (0, 1), "worker does the step alone when the person could not")

# Knowing more
parameter(
    "awareness_gain",
    1.15,
    "exponent",
    (1.0, 1.5),
    "mapping the network: exponent on the chance of not knowing what a tie can offer (1 is no effect)",
)
parameter("awareness_half_life", 52, "weeks", (4, 260), "time in which that clearer view halves")
parameter("lost_tie_found", 0.6, "probability", (0, 1), "a dormant tie comes up when the network is mapped")

# Aims
parameter("aim_sharpness", 2.0, "log-odds", (0, 6), "how strongly the aim goes to what is most lacking")
parameter("aim_own_wish", 1.0, "log-odds", (0, 4), "how strongly the aim goes to what the person wishes for most")

parameter("enough_memberships", 2, "count", (1, 4), "groups of one's own from which no new activity is lacking")
parameter("enough_friends", 4, "count", (1, 10), "friends from which no lost friend is lacking")
parameter("aim_patience_sessions", 3, "count", (1, 12), "sessions after which an aim without success is dropped")

# New activity
parameter(
    "candidates_at_most", 4, "count", (0, 12), "further places considered by a creative worker who knows the locality"
)
parameter(
    "places_to_choose_from", 12, "count", (1, 100), "places known that give a creative worker all the choice needed"
)
parameter("join_base", -0.3, "log-odds", (-3, 2), "joining a place that was proposed, with nothing in the way")
parameter("join_fit", 1.5, "log-odds", (0, 4), "joining, per share of interests that the place serves")
parameter("join_confidence", 1.0, "log-odds", (0, 3), "joining, per unit of confidence from -1 to 1")
parameter("join_symptoms", 0.5, "log-odds", (0, 2), "joining, per unit of symptoms (lowers)")
parameter("join_barrier", 1.0, "log-odds", (0, 3), "joining, per unit of the barrier (lowers)")
parameter("join_flexibility", 1.0, "share", (0, 1), "part of the barrier that a fully flexible worker takes away")
parameter("barrier_mean", 0.5, "share", (0, 1), "how much travel, money or fear stands in the way")
parameter("gatekeeper_flexibility", 0.5, "share", (0, 1), "part of a refusal that a flexible worker can turn")
parameter("gatekeeper_links", 0.5, "log-odds", (0, 2), "more welcome where the agency has links")
parameter("accompanied_weeks", 6, "weeks", (0, 26), "weeks for which a new activity is accompanied, ever less")
parameter("wind_down_weeks", 6, "weeks", (0, 26), "weeks over which visits fade at the end")
parameter("aims_to_move_on", 2, "count", (1, 10), "aims reached unaccompanied after which the person moves on")
parameter("knowledge_visit", 0.25, "share", (0, 1), "knowledge of a place gained at a visit, of what is still unknown")
parameter("knowledge_fading", 0.3, "per year", (0, 2), "knowledge of a place lost without visits")

# People
parameter("introduction_sharpness", 1.0, "log", (0, 3), "how strongly introductions go to people with much to offer")
parameter("introduction_sessions", 4, "count", (1, 12), "sessions over which one introduction is tried")
parameter(
    "renewal_chance",
    0.5,
    "probability",
    (0.2, 0.8),
    "a lost tie is renewed when contacted with help",
    "reactivation_prob",
)

# Advice and reflection
parameter("advice_weeks", 4, "weeks", (1, 26), "weeks for which advice stays in mind after a session")
parameter("reflection_weeks", 8, "weeks", (1, 52), "weeks for which reflection stays in mind after a session")
parameter(
    "reflection_gain", 0.5, "share", (0, 1), "how much reflection raises what success teaches and softens refusal"
)
