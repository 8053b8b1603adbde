"""How to cite the program: the words of CITATION.cff, where an installed package has them too (a test compares)."""

from __future__ import annotations

TITLE = "cpi_sim: an agent-based simulation of network-building practice in mental health services"
AUTHORS = ("The cpi_sim developers",)
LICENSE = "MIT"
MESSAGE = (
    "If you use this software, please cite it, and the studies that its evidence catalogue names for the numbers you "
    "rely on."
)


def citation(version: str) -> str:
    """One line for a list of references."""
    return f"{', '.join(AUTHORS)}. {TITLE} (version {version}) [Computer software]. {LICENSE} licence."


def bibtex(version: str) -> str:
    """An entry for BibTeX."""
    authors = " and ".join(f"{{{author}}}" for author in AUTHORS)
    return (
        f"@software{{cpi_sim,\n  author  = {{{authors}}},\n  title   = {{{{{TITLE}}}}},\n  version = {{{version}}}\n}}"
    )
