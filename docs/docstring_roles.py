"""Roles of docstrings, as in :func:`cpi_sim.load`, become plain code on the page for Python (a Griffe extension)."""

from __future__ import annotations

import re
from typing import Any

import griffe

ROLE = re.compile(r":(?:class|func|meth|attr|data|mod):`(~?)([^`]+)`")


def without_roles(text: str) -> str:
    """The text of a docstring with names in code; ``~`` asks for the last part of a name alone."""
    return ROLE.sub(lambda found: f"`{found[2].rsplit('.', 1)[-1] if found[1] else found[2]}`", text)


class DocstringRoles(griffe.Extension):
    """Rewrites every docstring as it is read."""

    def on_instance(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Take the roles out of the docstring of an object."""
        if obj.docstring is not None:
            obj.docstring.value = without_roles(obj.docstring.value)
