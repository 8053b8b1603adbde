"""Where labels go in a picture, so that they do not cover each other or the marks they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH_OF_A_LETTER = 0.56
"""Of the size of the type, on average."""


@dataclass(frozen=True)
class Box:
    """A rectangle, in units of the picture; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def shared(self, other: Box) -> float:
        """Area that two boxes share."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0.0) * max(height, 0.0)


def box_around(x: float, y: float, reach: float) -> Box:
    """The square that reaches so far from a point."""
    return Box(x - reach, y - reach, x + reach, y + reach)


@dataclass(frozen=True)
class Label:
    """Words at a place; ``x`` and ``y`` are the end that ``anchor`` (start, middle, end) names, and the base line."""

    words: str
    x: float
    y: float
    size: float
    anchor: str

    @property
    def box(self) -> Box:
        """About what the words cover."""
        width = WIDTH_OF_A_LETTER * self.size * len(self.words)
        left = self.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * width
        return Box(left, self.y - 0.8 * self.size, left + width, self.y + 0.2 * self.size)


def beside(words: str, at: tuple[float, float], gap: float, size: float, *, right: bool) -> list[Label]:
    """Places for the label of a mark, the best first: at one side, the other, above, below, a line higher or lower."""
    x, y = at
    sides = [(gap, "start"), (-gap, "end")]
    if not right:
        sides.reverse()
    middle = y + 0.35 * size
    level = [Label(words, x + dx, middle, size, anchor) for dx, anchor in sides]
    upright = [Label(words, x, y - gap, size, "middle"), Label(words, x, y + gap + 0.8 * size, size, "middle")]
    shifted = [
        Label(words, x + dx, middle + dy, size, anchor) for dx, anchor in sides for dy in (-0.8 * size, 0.8 * size)
    ]
    return [level[0], *shifted[:2], level[1], *upright, *shifted[2:]]


def free_place(places: list[Label], taken: Iterable[Box]) -> Label:
    """The first place that covers nothing that is taken, or else the one that covers least of it."""
    boxes = list(taken)
    return min(places, key=lambda place: sum(place.box.shared(box) for box in boxes))
