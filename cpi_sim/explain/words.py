"""Numbers in words that a reader who does not calculate can use."""

from __future__ import annotations

from cpi_sim.parameters import REGISTRY
from cpi_sim.reports.words import signed

_BY_UNIT = {
    "0 to 1": "accompanied advice alliance belonging company confidence empathy equality expected known lack level "
    "openness own_wish ownership reflection refusal_expected security security_home security_mean service_offer size "
    "skill soft_skill stigma true_chance u urgency visibility items_lacking",
    "1 is yes, 0 is no": "among_users asked_lately conceals dormant given_earlier has_role illness introduced kin "
    "large_aid routine same_sex seen_this_week service_linked shared_interest users_only",
    "standard deviations of the community": "anxiety avoidance capital inclusion loneliness position position_gap "
    "spread state style style_home",
    "1 is the mean of people with illness": "strain symptoms symptoms_home",
    "1 is the mean of people with illness; of both": "symptoms_sum",
    "standard normal": "click dyad shock trait",
    "number this week": "activities gave helped refused rewards",
    "number": "friends_outside_services memberships",
    "number in four weeks": "contacts",
    "needs met less needs unmet": "needs_balance",
    "expected number a week": "own_rate",
    "hours": "hours_left reach_hours",
    "hours spent together, faded": "closeness_hours",
    "hours spent together, at the closest": "peak_hours",
    "weeks": "silent_weeks weeks",
    "years": "age_gap_years age_years",
    "1 is average": "affinity sociability unevenness",
    "1 is none gained": "awareness",
    "of 27 resources": "access",
    "share of interests": "barrier flexibility fit",
    "log-odds": "home",
    "full-time equivalents": "fte",
    "multiplier": "ratio",
    "SDs of people who use services": "refusal_z",
    "security gained since entry": "ties_gain",
    "weight among needs": "need_weight",
}
INPUTS = {name: unit for unit, names in _BY_UNIT.items() for name in names.split()}
"""Unit of each input of a rule, by the name of the argument."""


def unit_of(name: str) -> str:
    """Unit of an input of a rule, or of a parameter read as it stands."""
    if name in INPUTS:
        return INPUTS[name]
    return REGISTRY[name].unit if name in REGISTRY else ""


def about(chance: float) -> str:
    """A chance as a reader would say it: ``about 3 in 10``."""
    if chance <= 0.0:
        return "no chance"
    if chance >= 1.0:
        return "certain"
    if chance < 0.0005:
        return "less than 1 in 1,000"
    if chance < 0.0095:
        return f"about {max(1, round(1000 * chance))} in 1,000"
    if chance < 0.095 or chance > 0.945:
        return f"about {round(100 * chance)} in 100" if chance < 0.995 else "more than 99 in 100"
    return f"about {round(10 * chance)} in 10"


def number(value: float) -> str:
    """A number short enough to be read: two digits after the point where it is below 1, else one."""
    return f"{value:.1f}" if value >= 1.0 else f"{value:.2f}"


def two_digits(value: float) -> str:
    """A level with two digits after the point; what rounds to zero has no sign."""
    return signed(value, 2).removeprefix("+")


def moved(before: float, after: float) -> str:
    """``from 0.61 to 0.58``, or that it stayed."""
    first, last = two_digits(before), two_digits(after)
    return f"stayed at {first}" if first == last else f"went from {first} to {last}"


def listed(parts: list[str]) -> str:
    """``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def times(count: int) -> str:
    """``once``, ``twice``, ``3 times``."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def some(count: int, word: str) -> str:
    """``A session``, ``2 sessions``: to begin a sentence with."""
    return f"A {word}" if count == 1 else f"{count} {word}s"


def counted(count: int, word: str, words: str = "") -> str:
    """``1 session``, ``2 sessions``, ``no sessions``."""
    return f"{count or 'no'} {word if count == 1 else words or word + 's'}"
