"""Statistics of how people feel: loneliness, wellbeing, the wish for more contact, all as measured.

Three scores of the ULS-8 stand for answers to survey questions. They are placed where a community of mean 0 and SD 1
in loneliness would give the published shares, and hold for service users and community alike.
"""

from __future__ import annotations

import numpy as np

from cpi_sim.checks.history import SiteHistory
from cpi_sim.checks.statistics_networks import activities
from cpi_sim.checks.summaries import correlation, gap_in_sds, mean, share, slopes, spread, standardised
from cpi_sim.checks.views import Snapshot

PLACES_ON_SCALE = {"lonely in the past year": 0.385, "often or always lonely": 1.476, "never lonely": -0.842}
"""Where each answer begins, in SDs of the measured score: the points of 65, 93 and 20 % of a normal distribution."""

WISH_CENTRE = 0.9
"""Loneliness, in community SDs, at which the wish for contact has its mean: the average of service users."""

LONELIEST_YOUNG = (16.0, 25.0)
TWO_YEARS = 104
WEEKS_A_YEAR = 52.0


def cut(shot: Snapshot, answer: str) -> float:
    """The ULS-8 score from which an answer is given."""
    sd = np.hypot(shot.number("uls8_slope"), shot.number("uls8_error"))
    return float(shot.number("uls8_mean") + PLACES_ON_SCALE[answer] * sd)


def lonely_su(history: SiteHistory) -> float:
    """Share of service users above the loneliness score of 'felt lonely in the past year'."""
    shot = history.usual[0]
    return share(shot.users["uls8"] > cut(shot, "lonely in the past year"))


def lonely_community(history: SiteHistory) -> float:
    """Share of community members above the same score."""
    shot = history.usual[0]
    return share(shot.community["uls8"] > cut(shot, "lonely in the past year"))


def community_lonely_often(history: SiteHistory) -> float:
    """Share of community members above the loneliness score of 'often or always'."""
    shot = history.usual[0]
    return share(shot.community["uls8"] > cut(shot, "often or always lonely"))


def community_lonely_often_young(history: SiteHistory) -> float:
    """The same share, aged 16 to 24."""
    shot = history.usual[0]
    low, high = LONELIEST_YOUNG
    ages = shot.of_community("age_years")
    lonely = shot.community["uls8"] > cut(shot, "often or always lonely")
    return share(lonely[(ages >= low) & (ages < high)])


def community_never_lonely(history: SiteHistory) -> float:
    """Share of community members below the loneliness score of 'never'."""
    shot = history.usual[0]
    return share(shot.community["uls8"] < cut(shot, "never lonely"))


def loneliness_gap_d(history: SiteHistory) -> float:
    """Standardised difference of the loneliness score: service users minus community."""
    shot = history.usual[0]
    return gap_in_sds(shot.users["uls8"], shot.community["uls8"])


def loneliness_network_slope(history: SiteHistory) -> float:
    """Slope of loneliness on points of the network scale, with symptoms and years since onset in the regression."""
    shot = history.usual[0]
    years = (shot.week - shot.of_users("onset_week")) / WEEKS_A_YEAR
    return float(slopes(shot.users["uls8"], shot.users["lsns6"], shot.of_users("symptoms"), years)[0])


def loneliness_duration(history: SiteHistory) -> float:
    """Difference in ULS-8 between service users beyond and within two years of onset, adjusted for symptoms."""
    shot = history.usual[0]
    long_ill = (shot.week - shot.of_users("onset_week") > TWO_YEARS).astype(float)
    return float(slopes(shot.users["uls8"], long_ill, shot.of_users("symptoms"))[0])


def loneliness_symptom_r(history: SiteHistory) -> float:
    """Correlation of the loneliness score with severity of symptoms."""
    shot = history.usual[0]
    return correlation(shot.users["uls8"], shot.of_users("symptoms"))


def swemwbs_community(history: SiteHistory) -> float:
    """Mean of SWEMWBS over community members."""
    return mean(history.usual[0].community["swemwbs"])


def swemwbs_su(history: SiteHistory) -> float:
    """Mean of SWEMWBS over service users at entry."""
    return mean(history.usual[0].users["swemwbs"])


def swemwbs_sd_su(history: SiteHistory) -> float:
    """Standard deviation of SWEMWBS over service users."""
    return spread(history.usual[0].users["swemwbs"])


def wemwbs14_inclusion_service(history: SiteHistory) -> float:
    """Mean of the 14-item scale at entry."""
    return mean(history.usual[0].users["wemwbs"])


def activities_and_contacts(history: SiteHistory) -> np.ndarray:
    """Slopes of standardised wellbeing on activities and on weekly contacts together, (2,)."""
    shot = history.usual[0]
    return slopes(standardised(shot.users["swemwbs"]), activities(shot), shot.users["contacts_last_week"])


def activity_qol_slope(history: SiteHistory) -> float:
    """Slope of quality of life, at a standard deviation of 1, on activities, with contacts in the regression."""
    return float(activities_and_contacts(history)[0])


def contacts_qol_slope(history: SiteHistory) -> float:
    """Standardised slope of wellbeing on weekly contacts, with activities in the regression."""
    spread_of_contacts = float(np.std(history.usual[0].users["contacts_last_week"]))
    return float(activities_and_contacts(history)[1]) * spread_of_contacts


def want_more_contacts_su(history: SiteHistory) -> float:
    """Expected share of service users who wish for more contact than they have."""
    shot = history.usual[0]
    odds = (
        shot.number("wish_base")
        + shot.number("wish_loneliness") * (shot.of_users("loneliness") - WISH_CENTRE)
        + shot.number("wish_spread") * shot.of_users("wish_for_contact")
    )
    return mean(1.0 / (1.0 + np.exp(-odds)))
