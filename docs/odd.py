"""Writes tables and equations into ``docs/odd.md``, the model by the ODD protocol: ``python -m docs.odd``.

The words of the page are written by hand, and it is its own template: between ``<!-- table: name -->`` and
``<!-- end -->`` stands what :mod:`docs.odd_tables` makes of the model's declarations.
"""

from __future__ import annotations

import re
from pathlib import Path

from docs.odd_tables import MAKERS

PAGE = Path(__file__).with_name("odd.md")
PLACE = re.compile(r"(<!-- table: ([a-z_ ]+) -->\n).*?(<!-- end -->)", flags=re.S)


def places(text: str) -> list[str]:
    """What the page asks for, in its order: the name of a maker, with the names that it is given."""
    return [found[2] for found in PLACE.finditer(text)]


def made(asked: str) -> str:
    """One table, or what else is asked for."""
    name, *given = asked.split()
    return MAKERS[name](*given)


def page_with_tables(text: str) -> str:
    """The page with every table as it should be now."""
    return PLACE.sub(lambda found: f"{found[1]}\n{made(found[2])}\n\n{found[3]}", text)


if __name__ == "__main__":
    PAGE.write_text(page_with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
