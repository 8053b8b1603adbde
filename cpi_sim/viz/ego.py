"""One person's network as a picture: who is around them, how close, how they met, how it changed since entry."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from cpi_sim.agents import Person, ServiceUser, Tie
from cpi_sim.reports.look import FAINT, INK, PAPER, QUIET
from cpi_sim.viz.labels import Label, beside, box_around, free_place
from cpi_sim.viz.page_model import PageModel

WIDTH, HEIGHT = 720, 556
CENTRE = (360.0, 278.0)
INNER, OUTER, RIM = 84.0, 240.0, 264.0
CLOSEST_HOURS = 600.0
FAMILY_FROM, FAMILY_TO = math.radians(128), math.radians(226)
OTHERS_FROM, OTHERS_TO = math.radians(-80), math.radians(120)
WORKER_AT, RING_LABELS_AT = math.radians(-92), math.radians(-114)
"""In the gap at the bottom, between family and everybody else."""
NAME_SIZE, RING_SIZE = 15.0, 13.0

FAMILY, BEFORE, PLACE, INTRODUCED, WORKER = "#7b8794", "#0072b2", "#009e73", "#cc79a7", "#e69f00"
_LOOKS = {
    "family": (FAMILY, "square", "family, partner"),
    "before": (BEFORE, "circle", "known before entry"),
    "setting": (PLACE, "diamond", "new: met at a place"),
    "introduction": (INTRODUCED, "triangle", "new: introduced by the worker"),
}
"""Colour, shape and words of each kind of tie; shapes tell them apart without colours."""
_CORNERS = {"square": (4, 45.0, 1.2), "diamond": (4, 0.0, 1.3), "triangle": (3, 90.0, 1.3), "hexagon": (6, 0.0, 1.1)}
"""Corners of each shape but the circle, degrees it is turned by, and how much larger it is drawn."""
_LOST = "In touch at entry, not in the past quarter."


@dataclass(frozen=True)
class Other:
    """Somebody in the picture: where, and what the tie is now; ``tie`` is None for somebody lost since entry."""

    person: Person
    tie: Tie | None
    angle: float
    family: bool

    @property
    def look(self) -> tuple[str, str, str]:
        """Colour, shape and words."""
        if self.family:
            return _LOOKS["family"]
        if self.tie is None or self.tie.formed_week < 0:
            return _LOOKS["before"]
        return _LOOKS["introduction" if self.tie.origin == "introduction" else "setting"]

    @property
    def place(self) -> tuple[float, float]:
        """Where the person stands: the closer the tie, the nearer the centre."""
        distance = RIM if self.tie is None else distance_of(self.tie.closeness_hours)
        return CENTRE[0] + distance * math.cos(self.angle), CENTRE[1] - distance * math.sin(self.angle)


def distance_of(closeness_hours: float) -> float:
    """Distance from the centre: logarithmic, since close ties hold hundreds of hours and new ones a few."""
    part = math.log1p(min(closeness_hours, CLOSEST_HOURS)) / math.log1p(CLOSEST_HOURS)
    return OUTER - (OUTER - INNER) * part


def around(model: PageModel, person: Person) -> list[Other]:
    """Everybody in touch with a person, and those who were at entry; family to the left, in a lasting order."""
    since = model.week - model.parameter("named_within_weeks")
    ties = {tie.other.person_id: tie for tie in person.ties}
    now = {who: tie for who, tie in ties.items() if not tie.dormant and tie.last_contact_week >= since}
    at_entry = {
        low if high == person.person_id else high
        for low, high in model.known_at_entry
        if person.person_id in (low, high)
    }
    everybody = sorted(now.keys() | at_entry, key=lambda who: (now[who].formed_week if who in now else -9999, who))
    is_family = {who: who in ties and ties[who].kind != "social" for who in everybody}
    found = []
    for family in (True, False):
        some = [who for who in everybody if is_family[who] == family]
        for who, angle in zip(some, _angles(len(some), family), strict=True):
            found.append(Other(model.person(who), now.get(who), angle, family))
    return found


def _angles(count: int, family: bool) -> list[float]:
    """Angles spread over the part of the circle that family, or everybody else, stands in."""
    first, last = (FAMILY_FROM, FAMILY_TO) if family else (OTHERS_FROM, OTHERS_TO)
    return [first + (last - first) * (n + 0.5) / count for n in range(count)]


def draw_network(model: PageModel, person: Person) -> str:
    """The picture as SVG text, with a sentence for each person that shows when the pointer rests there."""
    others = around(model, person)
    in_touch = sum(other.tie is not None for other in others)
    label = f"Network of person {person.person_id} in week {model.week}: {in_touch} people in touch"
    svg = Element("svg", {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img", "aria-label": label, "class": "network"})
    SubElement(svg, "rect", {"width": str(WIDTH), "height": str(HEIGHT), "fill": PAPER})
    _rings(svg, model)
    _ties_among(svg, model, others)
    for other in others:
        if other.tie is not None:
            _line(svg, CENTRE, other.place, other.look[0], 0.8 + 4.0 * other.tie.security, 0.55)
    worker = _worker(svg, person)
    for other in others:
        _other(svg, model, other)
    _dot(svg, "circle", CENTRE, 15, INK, INK)
    _text(svg, Label(f"{person.age_years:.0f}", CENTRE[0], CENTRE[1] + 4.5, 13, "middle"), PAPER)
    _labels(svg, model, others, worker)
    return tostring(svg, encoding="unicode")


def _labels(svg: Element, model: PageModel, others: list[Other], worker: tuple[float, float] | None) -> None:
    """Names of the rings, the worker, family and friends, none upon another as far as there is room."""
    taken = [box_around(*CENTRE, 15.0), *(box_around(*other.place, 9.0) for other in others)]
    rings = [Label(words, *_on_ring(radius), RING_SIZE, "middle") for radius, words in _radii(model)]
    for label in rings:
        _text(svg, label, QUIET)
        taken.append(label.box)
    named = []
    if worker is not None:
        taken.append(box_around(*worker, 11.0))
        named.append(("worker", worker, True))
    hours = model.parameter("casual_friend_hours")
    closest_first = sorted(others, key=lambda other: -other.tie.closeness_hours if other.tie else 0.0)
    named += [
        (label_of(other.person), other.place, math.cos(other.angle) >= 0)
        for other in closest_first
        if other.tie is not None and (other.family or other.tie.closeness_hours >= hours)
    ]
    for words, at, right in named:
        label = free_place(beside(words, at, 14.0, NAME_SIZE, right=right), taken)
        _text(svg, label, INK)
        taken.append(label.box)


def _radii(model: PageModel) -> list[tuple[float, str]]:
    """The rings: how far out each kind of tie reaches, and its name."""
    close, casual = model.parameter("close_friend_hours"), model.parameter("casual_friend_hours")
    return [(distance_of(close), "close"), (distance_of(casual), "friends"), (OUTER, "acquaintances")]


def _on_ring(radius: float) -> tuple[float, float]:
    """Where the name of a ring stands."""
    return CENTRE[0] + radius * math.cos(RING_LABELS_AT), CENTRE[1] - radius * math.sin(RING_LABELS_AT) + 4.0


def _rings(svg: Element, model: PageModel) -> None:
    for radius, _ in _radii(model):
        ring = {"cx": str(CENTRE[0]), "cy": str(CENTRE[1]), "r": f"{radius:.1f}", "fill": "none", "stroke": FAINT}
        SubElement(svg, "circle", ring)


def _ties_among(svg: Element, model: PageModel, others: Iterable[Other]) -> None:
    """Who of them is in touch with whom."""
    places = {other.person.person_id: other.place for other in others if other.tie is not None}
    for low, high in sorted(model.pairs_in_touch()):
        if low in places and high in places:
            _line(svg, places[low], places[high], FAINT, 1.0, 1.0)


def _worker(svg: Element, person: Person) -> tuple[float, float] | None:
    """The worker, as near as the alliance is good; where that is, or None where there is no worker."""
    if not isinstance(person, ServiceUser) or not person.engaged or person.practitioner.vacant:
        return None
    distance = INNER + (1.0 - person.alliance) * 60.0
    place = CENTRE[0] + distance * math.cos(WORKER_AT), CENTRE[1] - distance * math.sin(WORKER_AT)
    _line(svg, CENTRE, place, WORKER, 0.8 + 4.0 * person.alliance, 0.8)
    words = f"Worker ({person.practitioner.kind}). Working alliance {person.alliance:.2f} of 1."
    _dot(svg, "hexagon", place, 10, WORKER, INK, words)
    return place


def _other(svg: Element, model: PageModel, other: Other) -> None:
    colour, shape, _ = other.look
    x, y = other.place
    if other.tie is None:
        _dot(svg, shape if other.family else "circle", (x, y), 5, PAPER, QUIET, f"{_who(other.person)}. {_LOST}")
        return
    _dot(svg, shape, (x, y), 8, colour, PAPER, _sentence(model, other, other.tie))


def _sentence(model: PageModel, other: Other, tie: Tie) -> str:
    silent = model.week - tie.last_contact_week
    met = "met this week" if silent <= 1 else f"last met {silent} weeks ago"
    since = "" if tie.formed_week < 0 else f" in week {tie.formed_week + 1}"
    return (
        f"{_who(other.person)}: {other.look[2]}{since}; {met}. "
        f"Closeness {tie.closeness_hours:.0f} hours; feels secure with them {tie.security:.2f} of 1."
    )


def title_of(person: Person) -> str:
    """``Woman of 34``."""
    return f"{'Woman' if person.female else 'Man'} of {person.age_years:.0f}"


def label_of(person: Person) -> str:
    """``woman, 34``."""
    return f"{'woman' if person.female else 'man'}, {person.age_years:.0f}"


def _who(person: Person) -> str:
    return f"{title_of(person)} (person {person.person_id})"


def _line(
    svg: Element, start: tuple[float, float], end: tuple[float, float], colour: str, width: float, opacity: float
) -> None:
    ends = {"x1": f"{start[0]:.1f}", "y1": f"{start[1]:.1f}", "x2": f"{end[0]:.1f}", "y2": f"{end[1]:.1f}"}
    SubElement(svg, "line", {**ends, "stroke": colour, "stroke-width": f"{width:.2f}", "stroke-opacity": f"{opacity}"})


def _dot(
    svg: Element, shape: str, at: tuple[float, float], size: float, fill: str, stroke: str, words: str = ""
) -> None:
    """A mark of a shape; ``words`` show when the pointer rests on it."""
    paint = {"fill": fill, "stroke": stroke, "stroke-width": "1.5"}
    if shape == "circle":
        mark = SubElement(svg, "circle", {"cx": f"{at[0]:.1f}", "cy": f"{at[1]:.1f}", "r": f"{size}", **paint})
    else:
        corners, turned, larger = _CORNERS[shape]
        angles = (math.radians(turned + 360.0 * n / corners) for n in range(corners))
        points = " ".join(
            f"{at[0] + larger * size * math.cos(angle):.1f},{at[1] - larger * size * math.sin(angle):.1f}"
            for angle in angles
        )
        mark = SubElement(svg, "polygon", {"points": points, **paint})
    if words:
        SubElement(mark, "title").text = words


def _text(svg: Element, label: Label, colour: str) -> None:
    style = {"fill": colour, "font-size": f"{label.size}", "text-anchor": label.anchor, "font-family": "inherit"}
    outline = {"stroke": PAPER, "stroke-width": "3", "paint-order": "stroke"} if colour != PAPER else {}
    SubElement(svg, "text", {"x": f"{label.x:.1f}", "y": f"{label.y:.1f}", **style, **outline}).text = label.words


def legend() -> str:
    """How people met, and how to read the rest, as HTML: it keeps its size where the picture is small."""
    root = Element("div", {"class": "legend"})
    marks = [*((*each, PAPER) for each in _LOOKS.values()), (WORKER, "hexagon", "worker", PAPER)]
    for colour, shape, words, edge in [*marks, (PAPER, "circle", "out of touch since entry", QUIET)]:
        entry = SubElement(root, "span")
        _dot(SubElement(entry, "svg", {"viewBox": "-9 -9 18 18"}), shape, (0.0, 0.0), 6, colour, edge)
        SubElement(entry, "span").text = words
    SubElement(root, "span").text = "Nearer: closer. Thicker line: feels more secure. Rest the pointer on somebody."
    return tostring(root, encoding="unicode")
