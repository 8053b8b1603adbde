"""The scenario in words: what kind of agency, how many people, what is offered for how long, how arms differ.

Sentences take their numbers and units from the declared parameters; what differs between arms is found by comparing
them, and described by the meaning that each parameter declares.
"""

from __future__ import annotations

from collections.abc import Iterator

from cpi_sim.evidence.catalogue import mark_of
from cpi_sim.parameters import REGISTRY, Parameter
from cpi_sim.reports.page_markup import Html, facts, items, more, paragraph, section, table, tag
from cpi_sim.reports.page_results import Results
from cpi_sim.reports.page_words import amount, bare, in_order, listed, number, quoted
from cpi_sim.reports.words import plural
from cpi_sim.scenario import Arm
from cpi_sim.scenario.schema import element_names, path_of

_VALUES_LISTED_AT_MOST = 6
_SHOWN_SECTIONS = ("site", "agency", "intervention")


def scenario_section(results: Results) -> Html:
    """What was simulated, in sentences; then how the arms differ, and everything else that the scenario sets."""
    arms = _arms(results)
    return section(
        "scenario",
        "The scenario in words",
        *([tag("blockquote", paragraph(results.scenario.why))] if results.scenario.why else []),
        tag("h3", "The place and its people"),
        paragraph(*_place(arms)),
        tag("h3", "The agency"),
        paragraph(*_agency(arms)),
        tag("h3", "What is offered"),
        *_offer(arms, results),
        tag("h3", "How the arms differ"),
        *_arms_in_words(arms, results),
        tag("h3", "How it was lived and measured"),
        paragraph(*_lived(results)),
        _all_numbers(arms),
    )


def _arms(results: Results) -> list[Arm]:
    return [results.scenario.arms[name] for name in results.material.labels]


def said(arms: list[Arm], name: str) -> str:
    """A parameter's value with its unit; where arms differ, their values, or the range of many."""
    values = in_order(str(arm.values[name]) for arm in arms)
    if len(values) == 1:
        return amount(name, arms[0].values[name])
    numbers = sorted({arm.values[name] for arm in arms})
    if len(numbers) > _VALUES_LISTED_AT_MOST:
        return f"{amount(name, numbers[0])} to {amount(name, numbers[-1])}, depending on the arm"
    *first, last = numbers
    return f"{listed([*(bare(name, value) for value in first), amount(name, last)], 'or')}, depending on the arm"


def kind_in_words(arm: Arm) -> str:
    """A kind of agency with its article: ``an early intervention team``."""
    words = arm.agency_kind.replace("_", " ")
    words = {"early intervention": "early intervention team", "community team": "community mental health team",
             "housing support": "housing support agency"}.get(words, words)  # fmt: skip
    return f"{'an' if words[:1] in 'aeiou' else 'a'} {words}"


def _place(arms: list[Arm]) -> Iterator[str]:
    yield (
        f"Each simulated site is a locality with {said(arms, 'community_members')} besides those who use the service, "
        f"and {said(arms, 'settings')} places and groups where people meet regularly "
        f"({said(arms, 'users_only_groups')} of them only for people with illness). "
    )
    yield (
        f"{listed(in_order(kind_in_words(arm) for arm in arms), 'or').capitalize()} supports "
        f"{said(arms, 'service_users')} there from week 0. They were between {_plain(arms, 'youngest_age')} and "
        f"{said(arms, 'oldest_age')} old when referred, and had been unwell for {_plain(arms, 'illness_years_low')} to "
        f"{said(arms, 'illness_years_high')} by then; {said(arms, 'lives_alone_share')} of people with illness live "
        f"alone, and {said(arms, 'has_role_share')} are in work, study or a caring role. "
    )
    yield (
        f"Before week 0 the locality has lived {said(arms, 'burn_in_years')} as a community, and everybody the years "
        "of their illness, under the same rules as afterwards."
    )


def _plain(arms: list[Arm], name: str) -> str:
    """A value without its unit, before another with it."""
    return listed((number(value) for value in sorted({arm.values[name] for arm in arms})), "or")


def _agency(arms: list[Arm]) -> Iterator[str]:
    posts = sorted({arm.values["service_users"] / arm.values["caseload"] for arm in arms})
    size = f"about {number(posts[0], 1)}" + (f" to {number(posts[-1], 1)}" if len(posts) > 1 else "")
    yield (
        f"One full-time worker supports {said(arms, 'caseload')}, which makes a team of {size} full-time posts. "
        f"A worker's hours go first to people in crisis ({said(arms, 'crisis_hours')} for each), then to routine "
        f"contacts ({said(arms, 'routine_contacts')} offered to each person). Of the hours left, the agency allows "
        f"{said(arms, 'connecting_share')} for work in the community"
    )
    if any(arm.values["protected_hours"] for arm in arms):
        yield f", and protects {said(arms, 'protected_hours')} of each full-time worker for it"
    yield ". "
    if any(arm.values["peer_share"] for arm in arms):
        yield f"Peers, who have used services themselves, hold {said(arms, 'peer_share')} of the posts. "
    if any(arm.values["support_worker_share"] for arm in arms):
        yield f"For each hour of a qualified worker there is {said(arms, 'support_worker_share')} of a support "
        yield "worker's. "
    yield f"Workers leave at a rate of {said(arms, 'staff_turnover')}."


def _offer(arms: list[Arm], results: Results) -> list[Html]:
    offering = [arm for arm in arms if arm.values["contacts_per_month"] > 0]
    if not offering:
        return [paragraph("Nobody sets out to change networks here: no connecting contacts are intended.")]
    where = "" if len(offering) == len(arms) else ", in the arms that offer it,"
    usual = [results.material.labels[arm.name] for arm in arms if arm not in offering]
    without = f" Nothing beyond routine care is intended in {listed(map(quoted, usual))}." if usual else ""
    return [
        paragraph(
            f"Connecting work is help with building a network, beyond routine care. Intended{where} with each person: "
            f"{said(offering, 'contacts_per_month')}. It is offered from week {_plain(offering, 'start_week')}, for "
            f"{said(offering, 'duration_weeks')}. People may decline, wait, "
            f"not come, or leave; a full-time worker keeps {_plain(offering, 'open_plans_at_most')} plans open at "
            f"most, and the other people wait.{without}"
        ),
        paragraph("Its elements, with their weight where it is not full:"),
        items(_elements(offering)),
        paragraph("How it is prepared and done:"),
        items(
            f"{REGISTRY[name].meaning}: {said(offering, name)}"
            for name in ("training", "supervised", "person_centredness", "equality")
        ),
    ]


def _elements(arms: list[Arm]) -> Iterator[str]:
    for element in element_names():
        name = f"element_{element}"
        meaning = REGISTRY[name].meaning.removeprefix("weight of ")
        weights = {arm.values[name] for arm in arms}
        weight = "" if weights == {1.0} else f" ({said(arms, name)})"
        if weights != {0.0}:
            yield f"{element.replace('_', ' ')}: {meaning}{weight}"
    for own in in_order(element for arm in arms for element in arm.own_elements):
        given = in_order(number(arm.own_elements.get(own, 0.0)) for arm in arms)
        weight = "" if given == ["1"] else f" (weight {listed(given, 'or')})"
        yield f"{own.replace('_', ' ')}: an element of the scenario's own{weight}"


def differing(arms: list[Arm]) -> list[str]:
    """Names of the parameters in which arms differ."""
    return [name for name in REGISTRY if len({arm.values[name] for arm in arms}) > 1]


def _own_differing(arms: list[Arm]) -> list[str]:
    """Names of elements of the scenario's own of which arms have different weights."""
    names = in_order(element for arm in arms for element in arm.own_elements)
    return [name for name in names if len({arm.own_elements.get(name, 0.0) for arm in arms}) > 1]


def _arms_in_words(arms: list[Arm], results: Results) -> list[Html]:
    names, own = differing(arms), _own_differing(arms)
    labels = results.material.labels
    if len(arms) == 1:
        return [paragraph("There is one arm, with nothing to compare it with.")]
    if not names and not own:
        return [paragraph(f"The {plural(len(arms), 'arm')} agree in every declared number.")]
    things = "one thing" if len(names) + len(own) == 1 else f"{len(names) + len(own)} things"
    comparator = results.material.comparator
    against = f" Every effect is counted from {quoted(labels[comparator])}." if comparator else ""
    head = ["Arm", *(_heading(name) for name in names), *(element.replace("_", " ") for element in own)]
    rows = [
        [
            labels[arm.name],
            *(amount(name, arm.values[name]) for name in names),
            *(number(arm.own_elements.get(element, 0.0)) for element in own),
        ]
        for arm in arms
    ]
    meanings = [f"{_heading(name)}: {REGISTRY[name].meaning}" for name in names]
    meanings += [f"{own_name.replace('_', ' ')}: weight of an element of the scenario's own" for own_name in own]
    return [
        paragraph(f"The {len(arms)} arms differ in {things}; everything else is the same.{against}"),
        items(meanings),
        table("What each arm sets", head, rows),
    ]


def _heading(name: str) -> str:
    return path_of(name)[-1].replace("_", " ")


def _lived(results: Results) -> Iterator[str]:
    material = results.material
    weeks = material.weeks_measured()
    yield (
        f"{plural(material.sites, 'site').capitalize() if material.sites == 1 else f'{material.sites:,} sites'} with "
        f"{material.persons:,} people who use services were lived week by week for {material.horizon_weeks} weeks, and "
        f"scored with the model's instruments, with their errors, at weeks {listed(map(str, weeks))}. "
    )
    if len(material.labels) > 1 and all(material.same_people.values()):
        yield (
            "Every arm begins with the same sites and the same people, with the same past, and every chance decision "
            "that the arm does not touch falls out the same way. So a difference between arms is what the arm did, and "
            "hardly any luck."
        )
    elif len(material.labels) > 1:
        yield (
            "Some arms change what shapes a site's past, so their people are not the same: there, differences are "
            "between the means of sites with the same seed."
        )


def choice_or_mark(declared: Parameter) -> str:
    """What a number rests on: a choice where it says what a practice intends, else the mark of its evidence."""
    return "chosen for this scenario" if declared.section == "intervention" else mark_of(declared.evidence)


def _all_numbers(arms: list[Arm]) -> Html:
    """Every number of the site, the agency and the intervention, by its declared meaning."""
    pairs = [
        (f"{declared.meaning} ({'.'.join(path_of(name))}; {choice_or_mark(declared)})", said(arms, name))
        for name, declared in REGISTRY.items()
        if declared.section in _SHOWN_SECTIONS
    ]
    return more("Every number of the site, the agency and the practice", facts(pairs, "facts long"))
