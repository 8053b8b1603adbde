"""All pictures, by file name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure

from cpi_sim.files import write_whole
from cpi_sim.reports import look
from cpi_sim.reports.dose_figure import draw_dose
from cpi_sim.reports.life import Life
from cpi_sim.reports.material import Material
from cpi_sim.reports.network_figure import draw_network
from cpi_sim.reports.outcomes_figure import draw_outcomes
from cpi_sim.reports.person_figure import draw_person
from cpi_sim.reports.site_figure import draw_site

FORMATS = ("png", "svg")


def batch_figures(material: Material) -> dict[str, Figure]:
    """The main picture, ``outcomes``, that of the ``network``, and ``dose`` where any arm offers support."""
    shown = material.of_few_arms()
    with look.look():
        figures = {"outcomes": draw_outcomes(shown), "network": draw_network(shown)}
        if shown.support is not None:
            figures["dose"] = draw_dose(shown)
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


def write_figures(figures: Mapping[str, Figure], folder: Path) -> list[Path]:
    """Write each picture in every format, whole or not at all; returns the paths."""
    paths = []
    for name, figure in figures.items():
        for file_format in FORMATS:
            paths.append(folder / f"{name}.{file_format}")
            write_whole(paths[-1], partial(save_figure, figure, file_format=file_format))
    return paths
