"""Reading YAML so that every value remembers where it was written, and nothing in a file can run code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from cpi_sim.scenario.problems import Place, Problem, ScenarioError

_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = (f"{_TAG}str", f"{_TAG}timestamp", f"{_TAG}value")
_NUMBER_TAGS = (f"{_TAG}int", f"{_TAG}float", f"{_TAG}bool", f"{_TAG}null")

_NO_PART = "are not part of the scenario language"

MEGABYTES_AT_MOST = 5
"""A scenario of ten thousand arms takes less; reading this much takes a quarter of a minute."""

_PLAIN_NUMBER = re.compile(r"[-+]?(0|[1-9]\d*|\d*\.\d+|\d+\.)([eE][-+]?\d+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
"""Numbers that every program reads alike: not 1_000, 0o17 or 010, which some read as another number."""


@dataclass(frozen=True)
class Written:
    """A value and where it was written: at its key, or for an item of a list at the item.

    ``value`` is text, a number, a switch, None, a list of :class:`Written` or a dictionary of names to
    :class:`Written`.
    """

    value: Any
    place: Place

    def plain(self) -> Any:
        """The value without its places."""
        if isinstance(self.value, dict):
            return {name: child.plain() for name, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def at(self, path: tuple[str | int, ...]) -> Written:
        """The value at ``path``, or the last one on the way there."""
        found = self
        for step in path:
            try:
                found = found.value[step]
            except (KeyError, IndexError, TypeError):
                break
        return found

    def has(self, names: Sequence[str]) -> bool:
        """Whether there is a value at a path of names."""
        found = self
        for name in names:
            if not isinstance(found.value, dict) or name not in found.value:
                return False
            found = found.value[name]
        return True


_REFUSED = Written(None, Place(""))
"""Stands for a value that was noted as a problem and is left out."""


def written(value: Any, place: Place) -> Written:
    """Plain values, all given the same place."""
    if isinstance(value, dict):
        return Written({str(name): written(child, place) for name, child in value.items()}, place)
    if isinstance(value, list | tuple):
        return Written([written(child, place) for child in value], place)
    return Written(value, place)


def at_dotted(field: str, value: Written) -> Written:
    """A tree with one value at a dotted name."""
    for name in reversed(field.split(".")):
        value = Written({name: value}, value.place)
    return value


def merge(under: Written, over: Written) -> Written:
    """Two trees as one; where both have a value, the one of ``over``."""
    if not (isinstance(under.value, dict) and isinstance(over.value, dict)):
        return over
    both = dict(under.value)
    for name, value in over.value.items():
        both[name] = merge(both[name], value) if name in both else value
    return Written(both, over.place)


def read(path: Path, problems: list[Problem]) -> Written:
    """Read one scenario file; what can be told of it goes to ``problems``.

    Raises :class:`ScenarioError` where there is no mapping to go on with: no file, no YAML, no fields.
    """
    shown = path.as_posix()
    node = _compose(path, shown)
    if node is None:
        raise ScenarioError([Problem(Place(shown), "", "the file is empty; a scenario needs at least `extends: NAME`")])
    if not isinstance(node, MappingNode):
        message = "not a scenario: write fields, one a line, as `name: value`"
        raise ScenarioError([Problem(_place(node, shown), "", message)])
    return _Builder(shown, problems).whole_file(node)


def _compose(path: Path, shown: str) -> Node | None:
    text = _text(path, shown)
    directive = re.match(r"(\s*(#[^\n]*)?\n)*%", text)
    if directive:
        place = Place(shown, text.count("\n", 0, directive.end()) + 1, 1)
        raise ScenarioError([Problem(place, "", f"directives (lines with % at their start) {_NO_PART}")])
    try:
        return YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(shown, mark.line + 1, mark.column + 1) if mark else Place(shown)
        raise ScenarioError([Problem(place, "", f"not valid YAML: {error.problem or error.context}")]) from None
    except YAMLError as error:
        raise ScenarioError([Problem(Place(shown), "", f"not valid YAML: {str(error).splitlines()[0]}")]) from None
    except RecursionError:
        raise ScenarioError([Problem(Place(shown), "", "not a scenario: nested too deeply")]) from None


def _text(path: Path, shown: str) -> str:
    """What a file holds, at most so much as a scenario may be long."""
    most = MEGABYTES_AT_MOST * 1_000_000
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        raise ScenarioError([Problem(Place(shown), "", "no such file")]) from None
    except OSError as error:
        raise ScenarioError([Problem(Place(shown), "", f"cannot be read: {error.strerror}")]) from None
    if len(content) > most:
        message = f"larger than {MEGABYTES_AT_MOST} MB; a scenario is a short text"
        raise ScenarioError([Problem(Place(shown), "", message)])
    place, message = _not_text(content, shown)
    if message:
        raise ScenarioError([Problem(place, "", message)])
    return content.decode("utf-8-sig")


def _not_text(content: bytes, shown: str) -> tuple[Place, str]:
    """Where and why bytes are no text in UTF-8; no reason where they are."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Place(shown), "not a text file in UTF-8 but in UTF-16; save it as UTF-8"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        before, odd = content[: error.start], content[error.start]
    else:
        before, zero, _ = content.partition(b"\0")
        if not zero:
            return Place(shown), ""
        odd = 0
    line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
    return Place(shown, line, column), f"not a text file in UTF-8: byte 0x{odd:02x}; save the file as UTF-8 text"


def _place(node: Node, shown: str) -> Place:
    return Place(shown, node.start_mark.line + 1, node.start_mark.column + 1)


class _Builder:
    """Turns YAML nodes of one file into :class:`Written` values, noting what scenarios do not allow."""

    def __init__(self, shown: str, problems: list[Problem]) -> None:
        self._shown = shown
        self._problems = problems
        self._lines_with_anchors: set[int] = set()

    def whole_file(self, node: MappingNode) -> Written:
        """The fields at the top of a file."""
        place = _place(node, self._shown)
        if node.anchor is not None or node.tag != f"{_TAG}map":
            self._value(node, place, "")
        return self.mapping(node, place, "")

    def mapping(self, node: MappingNode, place: Place, field: str) -> Written:
        """The fields of a mapping; of a name written twice, the first."""
        found: dict[str, Written] = {}
        for key_node, value_node in node.value:
            key_place = _place(key_node, self._shown)
            if not isinstance(key_node, ScalarNode):
                self._note(key_place, field, "the name of a field is a word, not a list or a mapping")
                continue
            key = str(key_node.value)
            name = f"{field}.{key}" if field else key
            if key_node.tag == f"{_TAG}merge":
                self._note(key_place, name, f"merge keys {_NO_PART}; use `extends`")
            elif key_node.anchor is not None:
                self._note_anchor(key_place, name)
            elif key_node.tag not in (*_TEXT_TAGS, *_NUMBER_TAGS):
                self._note(key_place, name, _tagged(key_node))
            elif key in found:
                self._note(key_place, name, f"written twice; the first is in line {found[key].place.line}")
            else:
                found[key] = self._value(value_node, key_place, name)
        return Written({key: child for key, child in found.items() if child is not _REFUSED}, place)

    def _value(self, node: Node, place: Place, field: str) -> Written:
        if node.anchor is not None:
            self._note_anchor(place, field)
            return _REFUSED
        if isinstance(node, MappingNode) and node.tag == f"{_TAG}map":
            return self.mapping(node, place, field)
        if isinstance(node, SequenceNode) and node.tag == f"{_TAG}seq":
            items = [self._value(item, _place(item, self._shown), f"{field}[{n}]") for n, item in enumerate(node.value)]
            return Written([item for item in items if item is not _REFUSED], place)
        if node.tag in _TEXT_TAGS:
            return Written(node.value, place)
        if isinstance(node, ScalarNode) and node.tag in _NUMBER_TAGS:
            number = _number(node)
            if type(number) in (int, float) and not _PLAIN_NUMBER.fullmatch(node.value):
                message = f"{node.value} is read as another number by some programs; write {number}"
                return self._refuse(place, field, message)
            return Written(number, place)
        return self._refuse(place, field, _tagged(node))

    def _refuse(self, place: Place, field: str, message: str) -> Written:
        self._note(place, field, message)
        return _REFUSED

    def _note_anchor(self, place: Place, field: str) -> None:
        """Once a line, however many aliases it has."""
        if place.line not in self._lines_with_anchors:
            self._lines_with_anchors.add(place.line)
            self._note(place, field, f"anchors and aliases {_NO_PART}; use `extends`")

    def _note(self, place: Place, field: str, message: str) -> None:
        self._problems.append(Problem(place, field, message))


def _tagged(node: Node) -> str:
    """What to say of a node with a tag of its own."""
    tag = str(node.tag).replace(_TAG, "!!")
    return f"tags ({tag}) {_NO_PART}; write a plain value"


def _number(node: ScalarNode) -> Any:
    """A number, switch or None; text where the node only claims to be a number, or is one of thousands of digits."""
    try:
        return YAML(typ="safe", pure=True).constructor.construct_object(node)
    except ValueError:
        return str(node.value)
