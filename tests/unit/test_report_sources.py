"""Every source of the numbers stands in the report once."""

from __future__ import annotations

from cpi_sim.evidence.catalogue import ASSUMPTION, Evidence, Target, entry_of, mark_of
from cpi_sim.parameters import REGISTRY
from cpi_sim.reports.sources import named_sources


def entry(source: str, *dois: str) -> Evidence:
    return Evidence("id", "", "", "", 0.0, 0.0, 0.0, "", source, dois, "verified", "")


def test_a_source_under_two_names_is_one() -> None:
    named = named_sources([
        entry("Hall 2019"), entry("Hall 2019 JSPR", "10/a"), entry("Roy 2022 (1-4 % inner circle); Roberts 2015"),
        entry("Roy 2022", "10/b"), entry("Burns 2007 x Sood 2017: 48 x 56 min"), entry("Sood 2017 Table 3"),
        entry("remembered"), entry("none"),
    ])  # fmt: skip
    assert named == {
        "Burns 2007": [], "Hall 2019 JSPR": ["10/a"], "Roberts 2015": [], "Roy 2022": ["10/b"],
        "Sood 2017": [],
    }  # fmt: skip


def test_sources_of_the_model() -> None:
    entries = [
        found
        for declared in REGISTRY.values()
        if mark_of(declared.evidence) != ASSUMPTION
        for found in map(entry_of, declared.evidence.split())
        if isinstance(found, Evidence | Target)
    ]
    named = named_sources(entries)
    assert not any("remembered" in name for name in named)
    for wanted in ("Hall 2019", "SHIP 2010", "Sood 2017", "Roy 2022"):
        assert len([name for name in named if name.startswith(wanted)]) == 1
    assert {doi for each in entries for doi in each.doi} == {doi for dois in named.values() for doi in dois}
