"""The report of a batch: one HTML file that fetches nothing, made from the folder of the results alone."""

from __future__ import annotations

from html import escape
from importlib import resources
from pathlib import Path
from string import Template

from cpi_sim import __version__
from cpi_sim.files import write_text
from cpi_sim.reports import page_figures
from cpi_sim.reports.figures import batch_figures, write_figures
from cpi_sim.reports.material import ARMS_SHOWN_AT_MOST, Material
from cpi_sim.reports.page_assumptions import assumptions_section
from cpi_sim.reports.page_drawing import Drawing
from cpi_sim.reports.page_effects import effects_section, in_short
from cpi_sim.reports.page_markup import Html, facts, joined, paragraph, section, tag
from cpi_sim.reports.page_origin import cite_section, failures_section, provenance_section, rerun_section
from cpi_sim.reports.page_results import Results, read_results
from cpi_sim.reports.page_scenario import kind_in_words, scenario_section
from cpi_sim.reports.page_sections import arms_key, dose_section, network_section, outcomes_section
from cpi_sim.reports.page_words import in_order, listed

PAGE = "report.html"


def write_page(folder: Path) -> Path:
    """Write ``report.html`` into a folder of results, from the files there, and return its path.

    Raises :class:`~cpi_sim.reports.page_results.UnreadableResults` where the folder holds no whole results.
    """
    return _write(read_results(folder))


def remake(folder: Path | str) -> list[Path]:
    """Write the page and the pictures of a batch again, from the folder alone; returns their paths, the page first.

    Raises as :func:`write_page` does.
    """
    results = read_results(Path(folder))
    pictures = write_figures(batch_figures(results.material), Path(folder))
    return [_write(results), *pictures]


def _write(results: Results) -> Path:
    path = results.folder / PAGE
    write_text(path, page(results))
    return path


def page(results: Results) -> str:
    """The whole page as HTML."""
    drawing = Drawing(results.material.of_few_arms())
    shown = Results(
        results.folder, results.scenario, results.summary, results.certificate, drawing.material, results.sites_drawn
    )
    sections = _sections(shown, drawing, all_arms=len(results.material.labels))
    body = joined(
        [
            _header(shown, len(results.material.labels)),
            _contents(sections),
            tag("main", *sections.values(), id="main"),
            _footer(),
        ]
    )
    skeleton = Template(_packaged("page.html"))
    return skeleton.substitute(
        title=escape(f"{results.scenario.title} - report of cpi_sim"),
        generator=escape(f"cpi_sim {__version__}"),
        style=_packaged("page.css") + _arm_colours(drawing),
        body=body,
    )


def _packaged(name: str) -> str:
    return resources.files("cpi_sim.reports").joinpath(name).read_text(encoding="utf-8")


def _arm_colours(drawing: Drawing) -> str:
    """Style rules that give each arm its colour on light and on dark paper, and on paper when printed."""
    light = "".join(f"{name}:{colour};" for name, colour, _ in drawing.variables.values())
    dark = "".join(f"{name}:{colour};" for name, _, colour in drawing.variables.values())
    return f":root{{{light}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"


def _sections(results: Results, drawing: Drawing, all_arms: int) -> dict[str, Html]:
    """The sections by the words that the contents have for them."""
    material = results.material
    weeks = material.weeks_of_effects() if material.summary["effects"] else []
    overviews = [page_figures.overview(drawing, week) for week in weeks]
    sections = {
        "In short": _in_short(material, all_arms),
        "Scenario": scenario_section(results),
        "Outcomes": outcomes_section(results, drawing),
        "Effects": effects_section(material, arms_key(drawing), overviews),
        "Dose": dose_section(material, drawing),
        "Networks": network_section(material, drawing),
        "Assumptions": assumptions_section(results),
    }
    failures = results.summary.get("failures")
    if failures:
        sections["Failed runs"] = failures_section(failures)
    return sections | {
        "Provenance": provenance_section(results),
        "How to cite": cite_section(results),
        "Make it again": rerun_section(results),
    }


_IDS = {
    "In short": "short", "Scenario": "scenario", "Outcomes": "outcomes", "Effects": "effects", "Dose": "dose",
    "Networks": "networks", "Assumptions": "assumptions", "Failed runs": "failures", "Provenance": "provenance",
    "How to cite": "cite", "Make it again": "rerun",
}  # fmt: skip


def _header(results: Results, all_arms: int) -> Html:
    """The question, and the batch in a few numbers."""
    scenario, material = results.scenario, results.material
    kinds = listed(in_order(kind_in_words(arm).split(" ", 1)[1] for arm in scenario.arms.values()))
    pairs = [
        ("Sites simulated", f"{material.sites:,}"),
        ("People who use services", f"{material.persons:,}"),
        ("Arms", f"{all_arms:,}"),
        ("Followed for", f"{material.horizon_weeks} weeks"),
        ("Agency", kinds),
    ]
    about = f"{scenario.title}. " if scenario.question and scenario.title else ""
    return tag(
        "header",
        paragraph(f"Report of a simulation: {scenario.name}", class_="kicker"),
        tag("h1", scenario.question or scenario.title),
        paragraph(f"{about}Finished {_day(results)}.", class_="kicker"),
        facts(pairs, "strip"),
    )


def _day(results: Results) -> str:
    return str(results.certificate.get("finished", "")).split("T")[0] or "not yet"


def _contents(sections: dict[str, Html]) -> Html:
    links = (tag("li", tag("a", words, href=f"#{_IDS[words]}")) for words in sections)
    return tag("nav", tag("ol", *links), aria_label="Contents")


def _in_short(material: Material, all_arms: int) -> Html:
    shown = len(material.labels)
    few = (
        [paragraph(f"This page shows {shown} of the {all_arms:,} arms (at most {ARMS_SHOWN_AT_MOST}), evenly spread; "
                   "summary.csv has all of them.", class_="warning")] if shown < all_arms else []
    )  # fmt: skip
    unfinished = (
        [paragraph(f"Only {material.sites:,} of {material.sites_planned:,} planned sites are finished so far.",
                   class_="warning")] if material.sites < material.sites_planned else []
    )  # fmt: skip
    return section(
        "short",
        "In short",
        *unfinished,
        *few,
        *in_short(material),
        paragraph(
            tag("strong", "What may be claimed."),
            " The people here are simulated, and the numbers behind them were set by hand, not calibrated; most are "
            "assumptions. A result is a consequence of them: good for asking what would have to be true, and no "
            "evidence that a practice works.",
            class_="note",
        ),
    )


def _footer() -> Html:
    return tag(
        "footer", paragraph(f"Written by cpi_sim {__version__} from the files beside this page. It fetches nothing.")
    )
