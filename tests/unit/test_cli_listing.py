"""The verbs that list what there is: `params` and `scenarios`."""

from __future__ import annotations

import json
from typing import Any

from typer.testing import CliRunner

from cpi_sim.cli import app
from cpi_sim.evidence.catalogue import entries_of
from cpi_sim.parameters import REGISTRY
from cpi_sim.scenario import shipped


def invoke(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def test_params_shows_every_number_of_the_model() -> None:
    shown = json.loads(invoke("params", "--json").stdout)
    assert [entry["name"] for entry in shown] == list(REGISTRY)
    text = invoke("params").stdout
    assert all(f".{name.removeprefix('element_')} = " in text for name in REGISTRY)


def test_params_finds_a_word_and_says_where_it_is_written() -> None:
    shown = invoke("params", "element").stdout
    assert "intervention.elements.reflection = 1" in shown
    assert "caseload" not in shown


def test_params_shows_what_kinds_of_agency_differ_in() -> None:
    caseload = REGISTRY["caseload"].by_agency
    assert caseload is not None
    expected = ", ".join(f"{value:g} {kind}" for kind, value in caseload.items())
    assert f"agency.caseload = {expected}\n" in invoke("params", "caseload").stdout


def test_params_calls_an_assumption_an_assumption_even_where_an_entry_discusses_it() -> None:
    shown = invoke("params", "style_from_ties").stdout
    assert "evidence: assumption\n        attachment_change_cpi, assumption: Taylor 2015, Levy 2018: direct" in shown
    mixed = json.loads(invoke("params", "caseload", "--json").stdout)
    assert next(each for each in mixed if each["name"] == "caseload")["mark"] == "assumption"


def test_params_names_every_source_and_every_doi() -> None:
    """Each piece of evidence on a line of its own, with its own mark; what has no source says so."""
    shown = invoke("params", "caseload").stdout.split("agency.caseload = ")[1].split("\n")[2:7]
    assert shown[0].endswith("evidence: assumption")
    assert [line.strip() for line in shown[1:]] == [
        "caseload_eip, verified (table): IMPART 2020 (28, 15, 26 in practice); Laugharne 2018 (cap 12-15)",
        "caseload_cmht, verified: Greenwood 2000 (30); Tyrer 2000 (nurse 21, OT 16); Laugharne 2018 ('over 40')",
        "caseload_housing, assumption: no source",
        "caseload_inclusion, assumption: no source",
    ]
    listed, text = json.loads(invoke("params", "--json").stdout), invoke("params").stdout
    for number, entry in [(each, entry) for each in listed for entry in entries_of(each["evidence"])]:
        told = {"evidence": entry.id, "mark": entry.shown_as, "source": entry.source}
        assert told | {"cites": list(entry.cites), "doi": list(entry.doi)} in number["sources"]
        line = next(line for line in text.splitlines() if line.strip().startswith(f"{entry.id}, {entry.shown_as}: "))
        assert all(f"doi:{doi}" in line for doi in entry.doi)
    assert "recall_omission, verified: Brewer & Webster" in invoke("params", "webster").stdout


def test_params_without_a_match() -> None:
    assert invoke("params", "zebra").exit_code == 2


def test_scenarios_lists_what_is_shipped() -> None:
    shown = invoke("scenarios").stdout
    assert all(f"{name}: " in shown for name in shipped())
    assert list(json.loads(invoke("scenarios", "--json").stdout)) == list(shipped())
