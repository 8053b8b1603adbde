"""All pictures, by file name."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from cpi_sim.report import look
from cpi_sim.report.dose_figure import draw_dose
from cpi_sim.report.life import Life
from cpi_sim.report.material import Material
from cpi_sim.report.outcomes_figure import draw_outcomes
from cpi_sim.report.person_figure import draw_person
from cpi_sim.report.site_figure import draw_site

FORMATS = ("png", "svg")


def batch_figures(material: Material) -> dict[str, Figure]:
    """The main picture, ``outcomes``, and ``dose`` where any arm offers support."""
    with look.look():
        figures = {"outcomes": draw_outcomes(material)}
        if material.support is not None:
            figures["dose"] = draw_dose(material)
    return figures


def one_site_figures(material: Material, arm: str, life: Life) -> dict[str, Figure]:
    """One site over time, ``site``, and one person in it, ``person``."""
    title = f"One person, week by week: {material.labels[arm]}"
    with look.look():
        return {"site": draw_site(material, arm), "person": draw_person(life, title, material.horizon_weeks)}


def save_figure(figure: Figure, path: Path, file_format: str) -> None:
    """Write a picture; the same picture gives the same file."""
    nameless = {"Date": None} if file_format == "svg" else None
    with look.look():
        figure.savefig(path, format=file_format, metadata=nameless)
