"""Drawing for the page: colours that follow it, letters for small screens, and words for who cannot see a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cpi_sim.reports import look
from cpi_sim.reports.material import Material
from cpi_sim.reports.page_markup import Html, tag
from cpi_sim.reports.page_svg import inline_svg

HEIGHT = 2.6
POINTS = 10.0
_WIDTH = 4.0
_SAID_AT_MOST = 8

_VARIABLES = {
    look.INK: "--ink",
    look.QUIET: "--quiet",
    look.FAINT: "--line",
    look.PAPER: "--paper",
    look.SHADE: "--shade",
}
"""Variables of the page's style sheet for the colours that pictures have in common."""


@dataclass(frozen=True)
class Drawing:
    """Draws the pictures of one page: the material, and the colours and dashes of its arms."""

    material: Material

    @property
    def colours(self) -> dict[str, str]:
        """Colour of each arm on light paper."""
        return look.colours(list(self.material.labels), self.material.comparator)

    @property
    def colours_on_dark(self) -> dict[str, str]:
        """Colour of each arm on dark paper."""
        return look.colours(list(self.material.labels), self.material.comparator, on_dark=True)

    @property
    def dashes(self) -> dict[str, Any]:
        """Kind of line of each arm."""
        return look.dashes(list(self.material.labels), self.material.comparator)

    @property
    def variables(self) -> dict[str, tuple[str, str, str]]:
        """The page's variables for colours of arms: name, colour on light paper, colour on dark paper."""
        dark = self.colours_on_dark
        return {c: (f"--arm-{n}", c, dark[arm]) for n, (arm, c) in reversed(list(enumerate(self.colours.items())))}

    def figure(self, name: str, alt: str, caption: str, draw: Callable[[Figure], None], height: float = HEIGHT) -> Html:
        """One picture with its caption: ``draw`` fills an empty figure of ``height`` inches."""
        with look.look():
            figure = Figure(figsize=(_WIDTH, height), layout="constrained")
            draw(figure)
            _for_small_screens(figure)
        names = _VARIABLES | {colour: variable for colour, (variable, _, _) in self.variables.items()}
        return tag("figure", inline_svg(figure, name, alt, names), tag("figcaption", caption))


def _for_small_screens(figure: Figure) -> None:
    """Larger letters than in pictures for paper."""
    for axes in figure.axes:
        axes.tick_params(labelsize=POINTS - 1)
        axes.title.set_fontsize(POINTS)
        for label in (axes.xaxis.label, axes.yaxis.label):
            label.set_fontsize(POINTS - 0.5)
        for text in axes.texts:
            text.set_fontsize(POINTS - 1)


def weeks_below(axes: Axes) -> None:
    """Say what the numbers below are."""
    axes.set_xlabel("weeks since entry")


def said(parts: Iterable[str]) -> str:
    """What is said of the first arms, where there are many."""
    parts = list(parts)
    beyond = [f"and {len(parts) - _SAID_AT_MOST} more"] if len(parts) > _SAID_AT_MOST else []
    return "; ".join([*parts[:_SAID_AT_MOST], *beyond])
