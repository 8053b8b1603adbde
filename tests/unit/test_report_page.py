"""The report of a batch: one valid page that fetches nothing, says what the folder says, and lets no text be markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from cpi_sim.cli import app
from cpi_sim.evidence.catalogue import ASSUMPTION, entries_of, mark_of
from cpi_sim.evidence.references import REFERENCES
from cpi_sim.parameters import REGISTRY
from cpi_sim.reports import citation, page_results, page_words
from cpi_sim.reports.material import ARMS_SHOWN_AT_MOST, SHOWN
from cpi_sim.reports.page import write_page
from cpi_sim.reports.page_results import UnreadableResults, read_results
from cpi_sim.reports.page_scenario import scenario_section
from cpi_sim.reports.page_sections import _were
from tests.unit.report_folders import PEOPLE, SITES, WEEKS, Page, keep, scenario_of

NASTY = '<script>alert(1)</script> & "x" $5 \\frac{'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep(scenario_of(), tmp_path_factory.mktemp("results") / "trial")


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    return Page(write_page(folder))


# A page


def test_every_element_is_closed_and_every_id_is_there_once(page: Page) -> None:
    assert page.wrong == []
    ids = [value for _, name, value in page.attributes() if name == "id"]
    assert len(ids) == len(set(ids))
    assert page.source.startswith('<!DOCTYPE html>\n<html lang="en">')


def test_nothing_is_fetched_and_every_link_inside_leads_somewhere(page: Page) -> None:
    assert not {"script", "link", "img", "iframe", "object", "base"} & {name for name, _ in page.elements}
    ids = {value for _, name, value in page.attributes() if name == "id"}
    for tag, name, value in page.attributes():
        assert name not in ("src", "srcset", "action"), (tag, name)
        for target in re.findall(r"url\(([^)]*)\)", value):
            assert target.startswith("#"), (tag, value)
            assert target.removeprefix("#") in ids, (tag, value)
        if name == "href" and not (tag == "a" and value.startswith("https://doi.org/")):
            assert value.startswith("#"), (tag, value)
            assert value.removeprefix("#") in ids, (tag, value)
    style = re.search(r"<style>(.*?)</style>", page.source, re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def test_headings_go_down_one_step_at_a_time(page: Page) -> None:
    levels = [int(name[1]) for name, _ in page.elements if re.fullmatch(r"h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert 3 in levels


def test_pictures_have_words_tables_have_captions_and_headers_a_scope(page: Page) -> None:
    pictures = [each for each in page.all("svg") if each.get("aria-hidden") != "true"]
    assert len(pictures) == len(page.all("figure")) == len(page.all("figcaption")) > 20
    assert all(each["role"] == "img" and len(each["aria-label"] or "") > 30 for each in pictures)
    assert len(page.all("table")) == len(page.all("caption")) > 5
    assert all(each["scope"] in ("col", "row", "colgroup", "rowgroup") for each in page.all("th"))
    assert all(each["tabindex"] == "0" for each in page.all("div") if each.get("class") == "frame")


def test_pictures_follow_the_colours_of_the_page(page: Page) -> None:
    drawn = " ".join(value for _, name, value in page.attributes() if name == "style")
    assert "var(--ink)" in drawn
    assert "var(--arm-1)" in drawn
    assert "#1f2933" not in drawn
    assert page.source.count("prefers-color-scheme: dark") == 2
    assert "@media print" in page.source


def test_the_page_is_small_and_the_same_each_time(folder: Path, page: Page) -> None:
    assert len(page.source.encode()) < 1_000_000
    assert write_page(folder).read_text(encoding="utf-8") == page.source


# What it says


def test_the_scenario_stands_there_in_words(page: Page) -> None:
    assert "What changes?" in page.text
    assert "An inclusion project supports 120 people there from week 0" in page.text
    assert "Intended, in the arms that offer it, with each person: 4 contacts a month" in page.text
    assert "It is offered from week 0, for 4 weeks." in page.text
    assert "The 2 arms differ in one thing; everything else is the same." in page.text
    assert REGISTRY["contacts_per_month"].meaning in page.text


def test_effects_are_those_of_the_summary_with_students_interval(folder: Path, page: Page) -> None:
    """The arm adds 1 + 0, 0.1, 0.2 at the three sites: mean 1.1, error 0.1 / sqrt(3), t with two degrees 4.303."""
    half = 4.30265 * 0.1 / 3**0.5
    assert f"+{1.1:.2f}+{1.1 - half:.2f} to +{1.1 + half:.2f}" in page.text
    saved = json.loads((folder / "summary.json").read_text())["effects"]["4"]["friends"]["8"]
    assert f"{100 * saved['variance_saved']:.1f}%" in page.text


def test_numbers_are_written_for_readers() -> None:
    assert [page_words.signed(x) for x in (1.234, -0.5, -0.001, None)] == ["+1.23", "\u22120.50", "0.00", "\u2013"]
    assert [page_words.percent(x, 1) for x in (0.5, 0.99999, 1.0, -0.2)] == [
        "50.0%",
        "over 99.9%",
        "100.0%",
        "\u221220.0%",
    ]
    assert page_words.amount("contacts_per_month", 1) == "1 contact a month"
    assert page_words.amount("connecting_share", 0.25) == "25%"
    assert page_words.amount("cost_hour_peer", 41) == "\u00a341"
    assert [page_words.decimals_for(size, error) for size, error in ((0.1, 0.003), (5, 0.2), (250, 3))] == [3, 2, 0]
    assert page_words.listed(["a", "b", "c"], "or") == "a, b or c"


def test_dose_is_told_with_what_became_of_it(page: Page) -> None:
    """Intended for 20 people: 4 a month; taken up 4 of 20 a week, agreed 3, delivered 2 (of 18.46 intended)."""
    share = 2 * (52 / 12) / 20 / 4
    assert f"of 100 contacts intended, {100 * share:.0f} were delivered" in page.text


def test_assumptions_are_counted(page: Page) -> None:
    assumed = sum(mark_of(declared.evidence) == ASSUMPTION for declared in REGISTRY.values())
    assert f"Of the {len(REGISTRY)} numbers of the model, {assumed} are assumptions" in page.text
    assert REGISTRY["new_tie_chance"].meaning in page.text


def test_numbers_of_the_scenario_are_shown_with_their_marks(page: Page) -> None:
    assert "(agency.caseload; assumption)" in page.text
    assert "(agency.lives_alone_share; verified)" in page.text
    assert "(intervention.contacts_per_month; chosen for this scenario)" in page.text


def test_every_source_is_listed_once_with_its_own_doi(page: Page) -> None:
    cited = {
        key
        for declared in REGISTRY.values()
        if mark_of(declared.evidence) != ASSUMPTION
        for entry in entries_of(declared.evidence)
        for key in entry.cites
    }
    assert f"The {len(cited)} sources of the numbers that have one" in page.text
    for key, source in REFERENCES.items():
        told = f"{source.described} doi:{source.doi}" if source.doi else source.described
        assert page.text.count(told) == (key in cited), key


def test_provenance_citation_and_the_way_to_make_it_again(page: Page) -> None:
    for words in ("abcdef0123456789", "cpi-sim batch 'my trial.yaml'", "2026-01-02T04:04:05+00:00", citation.TITLE,
                  "pip install numpy==2.0 numba==0.61\ncpi-sim batch resolved.yaml --results again"):  # fmt: skip
        assert words in page.text
    assert "/home/somebody" not in page.text


def test_the_citation_is_that_of_the_repository() -> None:
    cff = YAML(typ="safe").load((Path(__file__).parents[2] / "CITATION.cff").read_text(encoding="utf-8"))
    assert cff["title"] == citation.TITLE
    assert cff["message"] == citation.MESSAGE
    assert cff["license"] == citation.LICENSE
    assert tuple(author["name"] for author in cff["authors"]) == citation.AUTHORS
    assert cff["title"] in citation.bibtex("1.2.3")
    assert "1.2.3" in citation.citation("1.2.3")


def test_failed_runs_are_listed(tmp_path: Path, page: Page) -> None:
    failures = [{"site": 2, "seed": 99, "arm": "4", "error": "ZeroDivisionError: <b>nothing</b> left"}]
    failing = Page(write_page(keep(scenario_of(), tmp_path / "failing", failures=failures)))
    assert "1 run failed and is left out" in failing.text
    assert "ZeroDivisionError: <b>nothing</b> left" in failing.text
    assert failing.wrong == []
    assert "Runs that failed" not in page.text


# Texts of somebody's own


def test_no_text_of_a_scenario_becomes_markup(tmp_path: Path) -> None:
    arms = {"usual": {"label": NASTY}, "_new": {"label": f"_{NASTY}", "intervention": {"contacts_per_month": 4}}}
    scenario = scenario_of(title=NASTY, question=NASTY, why=NASTY, vary=None, arms=arms, comparator="usual")
    folder = keep(scenario, tmp_path / "nasty")
    page = Page(write_page(folder))
    assert page.wrong == []
    assert page.all("script") == []
    assert page.text.count(NASTY) > 5
    labels = [each["aria-label"] or "" for each in page.all("svg") if each.get("aria-label")]
    assert any(NASTY in label for label in labels)
    result = CliRunner().invoke(app, ["report", str(folder)])
    assert result.exit_code == 0, result.output
    for name in ("outcomes", "dose", "network"):
        drawn = (folder / f"{name}.svg").read_text(encoding="utf-8")
        assert "<script" not in drawn


# Scenarios of other kinds


def test_one_arm_without_anything_to_compare(tmp_path: Path) -> None:
    page = Page(write_page(keep(scenario_of(vary=None, comparator=None), tmp_path / "alone")))
    assert page.wrong == []
    assert "There is one arm" in page.text
    assert "No arm intends any connecting contact" in page.text
    assert page.text.count("There is one arm, so nothing is compared here.") == 2


def test_one_is_not_many() -> None:
    assert [_were(share) for share in (0.012, 0.0, 0.5)] == ["1 was", "0 were", "50 were"]


def test_arms_that_do_not_differ_save_no_variance(tmp_path: Path) -> None:
    """Nothing is saved of a variance of nothing; a score that no arm has is explained."""
    folder = keep(scenario_of(), tmp_path / "alike")
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    by_outcome = summary["effects"]["4"]
    for week in map(str, WEEKS):
        by_outcome["friends"][week] |= {"mean": 0.0, "mcse": 0.0, "d": 0.0, "variance_saved": 1.0}
        by_outcome["fidelity"][week] |= {"mean": None, "mcse": None, "d": None}
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    text = Page(write_page(folder)).text
    assert "100.0%" not in text
    assert "so that there is no difference. Here: Fidelity of the practice." in text


def test_arms_without_a_comparator(tmp_path: Path) -> None:
    """A line an outcome, how to get effects, and no promise of any."""
    page = Page(write_page(keep(scenario_of(comparator=None), tmp_path / "uncompared")))
    assert page.wrong == []
    assert page.text.count('A line like comparator: "0" in the scenario file') == 2
    assert "the difference from the comparator" not in page.text
    assert "Mean scores, from the lowest arm to the highest:" in page.text
    assert len(re.findall(r" at week 0, .{1,90} at week 8\.", page.text)) == len(SHOWN)


def test_without_support_effects_are_those_of_the_last_week(tmp_path: Path) -> None:
    scenario = scenario_of(vary={"agency.caseload": [10, 30]}, comparator="10")
    page = Page(write_page(keep(scenario, tmp_path / "unsupported")))
    assert "Mean difference from caseload 10 at week 8, in the arm" in page.text
    assert "week 0 or" not in page.text


def test_contacts_delivered_stand_beside_effects(page: Page) -> None:
    """Two contacts a week among 20 people in four weeks of support."""
    assert page.text.count("4 contacts a month: 4 intended, 0.43 delivered") == 2


def test_arms_that_differ_in_an_element_of_their_own(folder: Path) -> None:
    results = read_results(folder)
    one = results.scenario.arms["4"]
    arms = {name: replace(one, name=name, own_elements={"phone_calls": float(name) / 8}) for name in ("0", "4")}
    section = scenario_section(replace(results, scenario=replace(results.scenario, arms=arms)))
    assert "The 2 arms differ in one thing" in section
    assert "<li>phone calls: weight of an element of the scenario&#x27;s own</li>" in section
    assert "<td>0.5</td>" in section
    assert "phone calls: an element of the scenario&#x27;s own (weight 0 or 0.5)" in section


@pytest.mark.slow
def test_many_arms_are_shown_in_part_and_said_to_be(tmp_path: Path) -> None:
    caseloads = list(range(10, 10 + ARMS_SHOWN_AT_MOST + 6))
    scenario = scenario_of(vary={"agency.caseload": caseloads}, comparator="12", sites=2)
    page = Page(write_page(keep(scenario, tmp_path / "many")))
    assert page.wrong == []
    assert f"shows {ARMS_SHOWN_AT_MOST} of the {len(caseloads)} arms" in page.text
    assert len(page.source.encode()) < 3_000_000


def test_one_site_has_no_interval(tmp_path: Path) -> None:
    folder = keep(scenario_of(sites=1), tmp_path / "single")
    certificate = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    certificate["identity"] |= {"arm": "4", "site": "0", "person": "17"}
    (folder / "provenance.json").write_text(json.dumps(certificate), encoding="utf-8")
    page = Page(write_page(folder))
    assert page.wrong == []
    assert "cpi-sim run resolved.yaml --arm 4 --site 0 --results again" in page.text
    assert "planned sites are finished" not in page.text
    assert "+1.00\N{EN DASH}" in page.text
    assert re.search(r"\bnan\b", page.source, re.IGNORECASE) is None


def test_tables_too_large_for_pictures_are_read_in_part(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_results(folder)
    monkeypatch.setattr(page_results, "PEOPLE_DRAWN", PEOPLE * 2 * len(WEEKS) + 1)
    monkeypatch.setattr(page_results, "WEEKS_READ", 10)
    part = read_results(folder)
    assert (whole.sites_drawn, part.sites_drawn) == (3, 2)
    assert part.material.sites == whole.material.sites
    assert part.material.persons == whole.material.persons == SITES * PEOPLE
    for column in ("contacts_delivered", "hours_available", "supported"):
        means = [m.weeks.groupby(["arm", "week"])[column].mean() for m in (whole.material, part.material)]
        pd.testing.assert_series_equal(*means)


# The verb


def test_the_verb_makes_page_and_pictures_again(folder: Path) -> None:
    for name in ("report.html", "outcomes.png", "dose.svg"):
        (folder / name).unlink(missing_ok=True)
    result = CliRunner().invoke(app, ["report", str(folder), "--json"])
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["report"] == str(folder / "report.html")
    assert [Path(picture).name for picture in said["pictures"]] == [
        f"{name}.{form}" for name in ("outcomes", "network", "dose") for form in ("png", "svg")
    ]  # fmt: skip
    assert all(Path(path).stat().st_size > 10_000 for path in (said["report"], *said["pictures"]))


def test_a_folder_without_results_is_refused_and_the_right_one_named(folder: Path) -> None:
    result = CliRunner().invoke(app, ["report", str(folder.parent)])
    assert result.exit_code == 2
    assert f"did you mean {folder.as_posix()}?" in result.stderr
    assert "Traceback" not in result.output
    assert CliRunner().invoke(app, ["report", str(folder / "nowhere")]).exit_code == 2


@pytest.mark.parametrize("name", ["people.parquet", "summary.json", "resolved.yaml"])
def test_damaged_results_are_refused_with_their_name(tmp_path: Path, name: str) -> None:
    damaged = keep(scenario_of(), tmp_path / "damaged")
    whole = (damaged / name).read_bytes()
    (damaged / name).write_bytes(whole[: len(whole) // 2] + b"\n{[")
    with pytest.raises(UnreadableResults, match="damaged"):
        write_page(damaged)
    assert not (damaged / "report.html").exists()
