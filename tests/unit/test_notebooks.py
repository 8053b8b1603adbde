"""Notebooks run from top to bottom, with what they claim, and leave behind what it takes to check it another way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from matplotlib import pyplot as plt

from cpi_sim.batches.summary import KEYS, summarise

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
Scope = dict[str, Any]


def code_cells(notebook: Path) -> list[dict[str, Any]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def run(notebook: Path) -> Scope:
    """What a notebook leaves behind."""
    matplotlib.use("Agg")
    scope: Scope = {}
    try:
        for cell in code_cells(notebook):
            exec(compile("".join(cell["source"]), notebook.name, "exec"), scope)
    finally:
        plt.close("all")
    return scope


def check_first_look(scope: Scope) -> None:
    """The same people, measured when it says; only those in the arm with connecting work had any."""
    usual, connecting = scope["usual"], scope["connecting"]
    assert list(usual) == list(connecting) == [13, 26, 39, 52]
    assert usual[52]["contacts_connecting"].sum() == 0 < connecting[52]["contacts_connecting"].sum()
    drawn = [panel.lines[0].get_ydata()[-1] for panel in scope["figure"].axes]
    expected = [(connecting[52][name] - usual[52][name]).mean() for name in ("network_size", "rg_uk", "uls8")]
    assert drawn == pytest.approx(expected)


def check_one_assumption(scope: Scope) -> None:
    """Effects are those that the summary of a batch finds within each value, and the dots are where they are."""
    people, shown = scope["people"], scope["SHOWN"]
    assert scope["VALUES"] == [0.02, 0.12, 0.25]
    arms = people.assign(arm=people["contacts"].map({0.0: "without", 8.0: "with"}))
    for nth, value in enumerate(scope["VALUES"]):
        scores = arms.loc[arms["value"] == value, [*KEYS, *shown]]
        found = summarise(scores, "without", {"without": "one past", "with": "one past"})["effects"]["with"]
        for name, panel in zip(shown, scope["figure"].axes[1:], strict=True):
            numbers = found[name]["39"]
            effect = scope["effects"].loc[value, name]
            assert [effect["mean"], effect["sem"]] == pytest.approx([numbers["mean"], numbers["mcse"]])
            dot = panel.containers[0].lines[0].get_ydata()[nth]
            assert dot == pytest.approx(effect["mean"] / scope["sd"][name])
            if value == 0.12:
                assert dot == pytest.approx(numbers["d"])


CHECKS: dict[str, Callable[[Scope], None]] = {
    "first_look": check_first_look,
    "one_assumption": check_one_assumption,
}


def test_every_notebook_is_checked() -> None:
    assert [notebook.stem for notebook in NOTEBOOKS] == sorted(CHECKS)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_output_is_kept(notebook: Path) -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code_cells(notebook))


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(notebook: Path) -> None:
    CHECKS[notebook.stem](run(notebook))
