"""How pictures look: colours, sizes and line weights, decided once.

Colours can be told apart with the common colour-vision deficiencies: named arms take the palette of Okabe and Ito
(2008), ordered ones a stretch of viridis (Smith and van der Walt 2015) that also rises in darkness.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

INK = "#1f2933"
QUIET = "#616e7c"
FAINT = "#d9dee4"
PAPER = "#ffffff"
SHADE = "#f1f3f5"
COMPARATOR = "#7b8794"
ON_COLOUR = "#101820"
"""Ink on a light colour, whatever the colour of the paper."""
ON_DEEP_COLOUR = "#fdfdfd"
"""The same on a deep colour."""

TITLE_POINTS = 16
SUBTITLE_POINTS = 10.5
HEAD_POINTS = 11
TEXT_POINTS = 9
SMALL_POINTS = 8

LINE = 1.9
THIN_LINE = 0.9
BAND_OPACITY = 0.16
DOTS_AN_INCH = 150

_NAMED = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#101010")
_NAMED_ON_DARK = ("#4ba3dd", "#ff8a3d", "#2fc49a", "#e79cc4", "#f2b93b", "#9ad4f5", "#f5f5f5")
_ORDERED_FROM, _ORDERED_TO = 0.70, 0.05
_ORDERED_FROM_ON_DARK, _ORDERED_TO_ON_DARK = 0.42, 0.97
_DASHES: tuple[Any, ...] = ("solid", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)))

_SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "font.size": TEXT_POINTS,
    "text.color": INK,
    "axes.labelcolor": QUIET,
    "axes.edgecolor": FAINT,
    "axes.titlesize": HEAD_POINTS,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": SMALL_POINTS,
    "ytick.labelsize": SMALL_POINTS,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "svg.hashsalt": "cpi_sim",
    "text.parse_math": False,  # a dollar in the name of an arm is a dollar
}


@contextmanager
def look() -> Iterator[None]:
    """Draw with the project's settings, and leave the user's own as they were."""
    with rc_context(_SETTINGS):
        yield


def colours(arms: Sequence[str], comparator: str | None, *, on_dark: bool = False) -> dict[str, str]:
    """A colour for each arm: grey for the comparator, ordered ones where arms are numbers, else a palette of names.

    More than seven named arms use the palette again, in lines of another kind (:func:`dashes`). ``on_dark`` gives the
    colours for dark paper, on which ordered ones rise in lightness instead of darkness.
    """
    others = [arm for arm in arms if arm != comparator]
    if len(others) > 1 and all(is_number(arm) for arm in others):
        ramp = matplotlib.colormaps["viridis"]
        ordered = sorted(others, key=float)
        low, high = (_ORDERED_FROM_ON_DARK, _ORDERED_TO_ON_DARK) if on_dark else (_ORDERED_FROM, _ORDERED_TO)
        step = (high - low) / (len(ordered) - 1)
        chosen = {arm: to_hex(ramp(low + step * nth)) for nth, arm in enumerate(ordered)}
    else:
        named = _NAMED_ON_DARK if on_dark else _NAMED
        chosen = {arm: named[nth % len(named)] for nth, arm in enumerate(others)}
    return {arm: COMPARATOR if arm == comparator else chosen[arm] for arm in arms}


def dashes(arms: Sequence[str], comparator: str | None) -> dict[str, Any]:
    """A kind of line for each arm: solid, unless named arms are so many that colours come a second time."""
    others = [arm for arm in arms if arm != comparator]
    ordered = all(is_number(arm) for arm in others)
    kinds = {arm: 0 if ordered else nth // len(_NAMED) % len(_DASHES) for nth, arm in enumerate(others)}
    return {arm: _DASHES[kinds.get(arm, 0)] for arm in arms}


def is_number(text: str) -> bool:
    """Whether an arm is named by a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def quiet_grid(axes: Axes, direction: str = "y") -> None:
    """Faint lines along one direction, and no frame but the base line."""
    axes.grid(axis=direction, color=FAINT, linewidth=0.7)  # type: ignore[arg-type]
    axes.spines["left"].set_visible(False)
