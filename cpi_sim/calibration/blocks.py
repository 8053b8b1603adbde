"""The blocks in which the model is calibrated, one after the other: what each searches, and by which targets.

The science separates them: how a community lives does not depend on those who fall ill in it, what illness does to
networks does not depend on what a service offers afterwards, and how people feel follows from all of it. A block is
searched with the blocks before it drawn at random from what they left possible, so that what they leave open is
noise here, and nothing is fitted to one guess of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cpi_sim.checks.history import Lives


@dataclass(frozen=True)
class Block:
    """A part of the model that is calibrated by itself.

    ``parameters`` are searched over the whole range declared for them; ``targets`` judge them; ``lives`` says which
    lives of a site they need; ``fixed`` holds values that make those cheaper without touching the targets.
    """

    name: str
    about: str
    parameters: tuple[str, ...]
    targets: tuple[str, ...]
    lives: Lives
    fixed: dict[str, float] = field(default_factory=dict)


SITE = {"community_members": 740.0, "service_users": 60.0, "settings": 35.0, "users_only_groups": 2.0}
"""The sites that a calibration lives: half the usual size, with everything in the usual proportion."""

COMMUNITY = Block(
    name="community",
    about="how people meet, become friends, keep in touch and drift apart where nobody is ill",
    parameters=(
        "moves_per_week", "moves_weekly_cv", "visit_hours", "choice_exponent", "explore_share", "explore_exponent",
        "conversation_hours", "known_weight", "known_weight_hours", "new_tie_chance", "affinity_spread",
        "fading_social", "affinity_redrawn", "life_change", "rupture", "kin_met_rate", "sociability_cv",
        "join_unaided", "needs_per_week", "ask_base",
    ),
    targets=(
        "community_no_close_friend", "community_two_or_three_close_friends", "community_more_than_ten_close_friends",
        "community_met_weekly", "community_layer5", "community_layer15", "community_help_there",
        "community_discussion_network", "confide_not_important", "tie_kept_7y", "support_role_kept_7y",
        "inner_circle_loss_year", "hours_casual_friend", "hours_friend", "hours_close_friend",
    ),
    lives=Lives(usual_until=364, early_until=None, offers=False),
    fixed={"illness_years_low": 0.5, "illness_years_high": 2.0},
)  # fmt: skip

ILLNESS = Block(
    name="illness",
    about="what illness, and how others meet it, does to networks and activities",
    parameters=(
        "moves_symptoms", "accept_symptoms", "new_tie_symptoms", "new_tie_refusal", "new_tie_among_users",
        "visibility_base", "visibility_symptoms", "rupture_illness", "join_unaided_symptoms",
        "leave_setting_symptoms", "attend_meeting_symptoms", "symptoms_cv", "symptoms_return_weeks",
        "symptoms_noise", "referral_selection", "refusal_users_mean", "kin_openness", "refusal_base",
        "refusal_symptoms", "home_met_rate",
    ),
    targets=(
        "net_size_mean_su", "friends_mean_su", "friends_none_su", "has_friend_se_england", "friends_fellow_users",
        "kin_share_su", "friend_share_su", "close_friend_any_su", "saw_friend_week_su", "weekly_contacts_median_su",
        "weekly_contacts_q25_su", "weekly_contacts_q75_su", "weekly_contacts_mean_outpatients",
        "contacts_le3_share_su", "no_confidant_fep", "no_one_to_rely_on_su", "kin_daily_contact_su",
        "friends_gap_d", "net_size_gap_d", "kin_gap_d", "no_close_friend_gap", "neg_symptoms_net_size",
        "activities_mean_su", "activities_sd_su", "discrim_friends_su", "discrim_family_su",
        "stopped_close_relationship_su", "discrim_any_year_su", "lost_friends_su", "control_improved_12m",
    ),
    lives=Lives(usual_until=52, early_until=0, offers=False),
)  # fmt: skip

PRACTICE = Block(
    name="practice",
    about="what workers' hours allow, who comes, who trusts and who leaves",
    parameters=(
        "contacts_per_fte_month", "take_up", "attend_base", "attend_alliance", "attend_anxiety", "attend_avoidance",
        "attend_symptoms", "attend_routine", "leave_offer_hazard", "leave_service_hazard", "leave_alliance",
        "leave_avoidance", "leave_anxiety", "leave_alone", "alliance_start", "alliance_step", "alliance_base",
        "alliance_avoidance", "alliance_anxiety", "alliance_dyad",
    ),
    targets=(
        "alliance_avoidance_r", "alliance_anxiety_r", "alliance_security_r", "eip_disengaged",
        "eip_disengaged_young", "contacts_per_fte_month", "cmht_contacts_week", "assertive_contacts_week",
        "befriender_met_once", "befriender_gt12", "srt_sessions_mean", "srt_sessions_sd", "fidelity_high_share",
    ),
    lives=Lives(usual_until=52, early_until=104, offers=True),
)  # fmt: skip

FEELINGS = Block(
    name="feelings",
    about="how loneliness and wellbeing follow from company, belonging, symptoms and attachment",
    parameters=(
        "lonely_base", "lonely_company", "lonely_belonging", "lonely_symptoms", "lonely_anxiety", "lonely_avoidance",
        "company_friend", "company_enough", "well_base", "well_symptoms", "well_loneliness", "well_inclusion",
        "well_activity", "well_anxiety", "well_avoidance", "well_passing", "well_symptoms_spread", "feeling_noise",
        "feeling_trait", "style_noise",
    ),
    targets=(
        "lonely_su", "lonely_community", "loneliness_gap_d", "loneliness_network_slope", "loneliness_duration",
        "loneliness_symptom_r", "community_lonely_often", "community_lonely_often_young", "community_never_lonely",
        "swemwbs_community", "swemwbs_su", "swemwbs_sd_su", "wemwbs14_inclusion_service", "activity_qol_slope",
        "contacts_qol_slope", "qol_anxiety_beta", "qol_avoidance_beta", "outcome_autocorr",
        "swemwbs_drift_cmht_3m",
    ),
    lives=Lives(usual_until=52, early_until=None, offers=False),
)  # fmt: skip

BLOCKS = {block.name: block for block in (COMMUNITY, ILLNESS, PRACTICE, FEELINGS)}
"""The blocks in the order in which they are calibrated."""
