"""The folders of the package import in one direction, as CONTRIBUTING.md says."""

from __future__ import annotations

import ast
from pathlib import Path

import cpi_sim

FOLDERS = (
    "engine", "parameters", "site", "evidence", "week", "scenario", "instruments", "extensions", "simulation",
    "reports", "batches", "explain", "checks", "calibration",
    "sensitivity",
)  # fmt: skip
EXCEPTIONS = {
    ("site/synthesis.py", "evidence.items"): "a site is made with the list of resource items",
    ("site/first_ties.py", "week.affinity"): "ties of the start begin by the same rules as later ones",
    ("instruments/own.py", "extensions.program"): "instruments of users' own are asked after the others",
    ("extensions/trial.py", "simulation.past"): "a user's element is tried out on a small site with a past",
    ("extensions/trial.py", "simulation.weeks"): "and in a week of it",
}
PACKAGE = Path(cpi_sim.__file__).parent


def imports(path: Path) -> list[str]:
    """Modules of the package that a file imports as it is loaded, from the folder's name on."""
    found = [each.module for each in ast.parse(path.read_text()).body if isinstance(each, ast.ImportFrom)]
    return [module.removeprefix("cpi_sim.") for module in found if module and module.startswith("cpi_sim.")]


def test_folders_import_only_from_those_above_them() -> None:
    against = {
        (path.relative_to(PACKAGE).as_posix(), module)
        for folder in FOLDERS
        for path in (PACKAGE / folder).rglob("*.py")
        for module in imports(path)
        if module.split(".")[0] not in ("files", *FOLDERS[: FOLDERS.index(folder) + 1])
    }
    assert against == set(EXCEPTIONS)


def test_the_order_is_that_of_the_page_for_contributors() -> None:
    page = (PACKAGE.parent / "CONTRIBUTING.md").read_text()
    places = [page.index(f"| `cpi_sim/{folder}/` |") for folder in FOLDERS]
    assert places == sorted(places)
