"""From a picture to SVG that can stand inside a page beside others, and follows the page's light or dark colours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from io import BytesIO
from xml.etree import ElementTree

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from cpi_sim.reports import look
from cpi_sim.reports.page_markup import Html

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_LEFT_OUT = ("metadata", "style", "title")
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_LOCAL = re.compile(r"url\(#([^)]+)\)")
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def inline_svg(figure: Figure, name: str, alt: str, variables: Mapping[str, str]) -> Html:
    """A picture as an ``svg`` element.

    ``name`` begins every id in it, so that pictures on one page do not share any; ``alt`` is what a screen reader says
    of it; ``variables`` holds the name of the page's variable for each colour that is to follow the page.
    """
    root = ElementTree.fromstring(_drawn(figure))
    _leave_out(root)
    used = {found for element in root.iter() for found in _references(element)}
    for element in root.iter():
        _made_local(element, name, used, variables)
    box = root.get("viewBox", "")
    inside = "".join(_written(child) for child in root)
    return Html(f'<svg viewBox="{escape(box)}" role="img" aria-label="{escape(alt)}">{inside}</svg>')


def _drawn(figure: Figure) -> bytes:
    """The picture as Matplotlib writes it, with texts as texts."""
    for patch in (figure.patch, *(axes.patch for axes in figure.axes)):
        patch.set_visible(False)
    stream = BytesIO()
    # Unlike savefig, the canvas draws a picture once, not twice.
    with look.look(), matplotlib.rc_context({"svg.fonttype": "none"}):
        FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None})  # type: ignore[no-untyped-call]
    return stream.getvalue()


def _leave_out(parent: ElementTree.Element) -> None:
    """Remove what a page has no use for: metadata, and style rules that would reach beyond the picture."""
    for child in list(parent):
        if child.tag.removeprefix(_SVG) in _LEFT_OUT:
            parent.remove(child)
        else:
            _leave_out(child)


def _references(element: ElementTree.Element) -> list[str]:
    """Ids that an element refers to."""
    links = [element.get(_LINK, "").removeprefix("#")]
    return links + [found for value in element.attrib.values() for found in _LOCAL.findall(value)]


def _made_local(element: ElementTree.Element, name: str, used: set[str], variables: Mapping[str, str]) -> None:
    """Give an element ids of this picture alone, the page's colours, and numbers of one decimal."""
    element.tag = element.tag.removeprefix(_SVG)
    for key, value in list(element.attrib.items()):
        del element.attrib[key]
        if key == "id" and value not in used:
            continue
        if key == "id":
            value = f"{name}-{value}"
        elif key == _LINK:
            key, value = "href", f"#{name}-{value.removeprefix('#')}"
        else:
            value = _LOCAL.sub(rf"url(#{name}-\1)", value)
        if key in ("d", "points"):
            value = " ".join(_NUMBER.sub(lambda found: f"{float(found[0]):.1f}", value).split())
        if key == "style":
            value = _COLOUR.sub(lambda found: _variable(found[0], variables), value)
        element.set(key, value)


def _variable(colour: str, variables: Mapping[str, str]) -> str:
    return f"var({variables[colour]})" if colour in variables else colour


def _written(element: ElementTree.Element) -> str:
    """An element as HTML takes it: no name spaces, every text and attribute escaped."""
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in element.attrib.items())
    text = escape(element.text or "") if element.tag in ("text", "tspan") else ""
    inside = text + "".join(_written(child) for child in element)
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"
