"""HTML made so that a text can never become markup: every child and attribute is escaped unless it is HTML already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

_VOID = frozenset({"br", "wbr"})


class Html(str):
    """Text that is HTML already, and is not escaped again."""


def tag(name: str, *children: str, **attributes: str | int | bool | None) -> Html:
    """One element.

    Children of type :class:`Html` are taken as they are, all others as text. ``class_`` stands for the attribute
    ``class``, other low lines for hyphens. An attribute that is True has no value; None and False are left out.
    """
    opening = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    return Html(opening if name in _VOID else f"{opening}{joined(children)}</{name}>")


def _attribute(key: str, value: str | int | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.strip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'


def joined(children: Iterable[str]) -> Html:
    """Children one after the other, texts among them escaped."""
    return Html("".join(child if isinstance(child, Html) else escape(child) for child in children))


def paragraph(*children: str, class_: str | None = None) -> Html:
    """A paragraph."""
    return tag("p", *children, class_=class_)


def name_of_field(dotted: str) -> Html:
    """A dotted name that may be broken over lines where its words meet."""
    wbr = tag("wbr")
    return tag("code", Html(escape(dotted).replace(".", f".{wbr}").replace("_", f"_{wbr}")))


def items(texts: Iterable[str], class_: str | None = None) -> Html:
    """An unordered list."""
    return tag("ul", *(tag("li", text) for text in texts), class_=class_)


def section(name: str, title: str, *children: str) -> Html:
    """A section of the page with its heading; ``name`` is where the contents lead to."""
    heading = tag("h2", title, id=f"{name}-title")
    return tag("section", heading, *children, id=name, aria_labelledby=f"{name}-title")


def table(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: bool = False, class_: str = ""
) -> Html:
    """A table with a caption, in a frame of its own that scrolls where the screen is narrow.

    The first cell of each row is its header. ``numeric`` sets the other cells as numbers.
    """
    body = tag("tbody", *(_row(row, numeric) for row in rows))
    return framed(caption, tag("table", caption_of(caption), head_row(head), body, class_=_classes(class_)))


def caption_of(words: str) -> Html:
    """The caption of a table; it stays in sight where the table is wider than the screen."""
    return tag("caption", tag("span", words))


def head_row(head: Sequence[str]) -> Html:
    """The head of a table."""
    return tag("thead", tag("tr", *(tag("th", words, scope="col") for words in head)))


def framed(caption: str, content: Html) -> Html:
    """A table inside a region that can be scrolled with the keyboard."""
    return tag("div", content, class_="frame", role="region", aria_label=caption, tabindex=0)


def _row(row: Sequence[str], numeric: bool) -> Html:
    cells = (tag("td", cell, class_="number" if numeric else None) for cell in row[1:])
    return tag("tr", tag("th", row[0], scope="row"), *cells)


def _classes(class_: str) -> str | None:
    return class_ or None


def facts(pairs: Iterable[tuple[str, str]], class_: str = "facts") -> Html:
    """A list of names and what is to be said of each."""
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", words)) for name, words in pairs), class_=class_)


def more(summary: str, *children: str) -> Html:
    """Details that a reader opens; printed open."""
    return tag("details", tag("summary", summary), *children)
