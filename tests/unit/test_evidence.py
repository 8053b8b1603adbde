"""The catalogue of evidence: complete, consistent, and honest about what is an assumption."""

from __future__ import annotations

import re

import pytest

from cpi_sim.evidence.catalogue import (
    ASSUMPTION,
    DIRECTIONS,
    MARKS,
    PARAMETER_EVIDENCE,
    TARGETS,
    EvidenceError,
    _read,
    entries_of,
    entry_of,
    mark_of,
)
from cpi_sim.parameters import REGISTRY

ENTRIES = {**PARAMETER_EVIDENCE, **TARGETS, **DIRECTIONS}


def test_no_entry_is_lost_to_a_doubled_id() -> None:
    assert len(PARAMETER_EVIDENCE) == len(_read("parameters.yaml")["parameters"]) == 134
    assert len(TARGETS) == len(_read("targets.yaml")["targets"]) == 104
    assert len(DIRECTIONS) == len(_read("targets.yaml")["directions"]) == 13


def test_core_targets() -> None:
    assert sum(target.core for target in TARGETS.values()) == 43
    assert {target.weight for target in TARGETS.values()} == {"core", "soft"}


def test_a_target_is_read_as_published() -> None:
    target = TARGETS["close_friend_any_su"]
    assert (target.value, target.sd, target.mark, target.core) == (0.657, 0.06, "verified", True)
    assert target.doi == ("10.1371/journal.pone.0050119",)
    assert target.population == "service_users"


@pytest.mark.parametrize("evidence", PARAMETER_EVIDENCE.values(), ids=lambda entry: entry.id)
def test_ranges_are_in_order(evidence) -> None:
    assert evidence.low <= evidence.central <= evidence.high


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda entry: entry.id)
def test_targets_can_be_compared_with(target) -> None:
    assert target.sd > 0
    assert target.population in {"service_users", "community", "both"}
    assert target.statement.endswith(".")
    assert target.source


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.id)
def test_marks_and_dois_are_well_formed(entry) -> None:
    assert entry.mark in MARKS
    assert all(re.fullmatch(r"10\.\d{4,9}/\S+", doi) for doi in entry.doi)


def test_a_judgement_is_shown_as_an_assumption() -> None:
    assert PARAMETER_EVIDENCE["p_tie_per_meeting"].mark == "judgement"
    assert mark_of("p_tie_per_meeting") == ASSUMPTION
    assert mark_of(ASSUMPTION) == ASSUMPTION
    assert entry_of(ASSUMPTION) is None


def test_what_is_remembered_is_shown_as_remembered() -> None:
    assert mark_of("rg_mean_su") == "remembered"


def test_a_target_can_be_the_evidence_of_a_number() -> None:
    assert mark_of("friends_fellow_users") == "derived"


def test_of_several_sources_the_least_firm_counts() -> None:
    assert mark_of("caseload_cmht") == "verified"
    assert mark_of("caseload_cmht caseload_eip") == "verified (table)"
    assert mark_of("caseload_cmht caseload_housing caseload_eip") == ASSUMPTION


def test_an_unknown_id_is_refused_with_a_hint() -> None:
    with pytest.raises(EvidenceError, match="no evidence called caseload_emht; did you mean caseload_cmht"):
        mark_of("caseload_emht")
    with pytest.raises(EvidenceError, match="write assumption"):
        mark_of(" ")


@pytest.mark.parametrize("declared", REGISTRY.values(), ids=lambda declared: declared.name)
def test_every_number_of_the_model_names_evidence_that_exists(declared) -> None:
    assert mark_of(declared.evidence) in MARKS.values()


def test_every_piece_of_evidence_of_a_number_is_found() -> None:
    assert entries_of(ASSUMPTION) == []
    assert entries_of("recall_omission friends_fellow_users") == [
        PARAMETER_EVIDENCE["recall_omission"], TARGETS["friends_fellow_users"],
    ]  # fmt: skip
    with pytest.raises(EvidenceError, match="did you mean recall_omission"):
        entries_of("caseload_cmht recall_omision")


def test_no_target_is_remembered_or_assumed() -> None:
    """`cpi-sim check` prints targets without their marks, which holds only as long as none needs the warning."""
    assert not {target.id for target in TARGETS.values() if target.shown_as in (ASSUMPTION, MARKS["remembered"])}
