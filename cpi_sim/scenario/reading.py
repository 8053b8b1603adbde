"""Reading YAML so that every value remembers where it was written, and nothing in a file can run code."""

from __future__ import annotations

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
    return _Builder(shown, problems).mapping(node, _place(node, shown), "")


def _compose(path: Path, shown: str) -> Node | None:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ScenarioError([Problem(Place(shown), "", "no such file")]) from None
    except UnicodeDecodeError:
        raise ScenarioError([Problem(Place(shown), "", "not a text file in UTF-8")]) from None
    except OSError as error:
        raise ScenarioError([Problem(Place(shown), "", f"cannot be read: {error.strerror}")]) from None
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


def _place(node: Node, shown: str) -> Place:
    return Place(shown, node.start_mark.line + 1, node.start_mark.column + 1)


class _Builder:
    """Turns YAML nodes of one file into :class:`Written` values, noting what scenarios do not allow."""

    def __init__(self, shown: str, problems: list[Problem]) -> None:
        self._shown = shown
        self._problems = problems

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
            elif key in found:
                self._note(key_place, name, f"written twice; the first is in line {found[key].place.line}")
            else:
                found[key] = self._value(value_node, key_place, name)
        return Written({key: child for key, child in found.items() if child is not _REFUSED}, place)

    def _value(self, node: Node, place: Place, field: str) -> Written:
        if node.anchor is not None:
            return self._refuse(place, field, f"anchors and aliases {_NO_PART}; use `extends`")
        if isinstance(node, MappingNode) and node.tag == f"{_TAG}map":
            return self.mapping(node, place, field)
        if isinstance(node, SequenceNode) and node.tag == f"{_TAG}seq":
            items = [self._value(item, _place(item, self._shown), f"{field}[{n}]") for n, item in enumerate(node.value)]
            return Written([item for item in items if item is not _REFUSED], place)
        if node.tag in _TEXT_TAGS:
            return Written(node.value, place)
        if isinstance(node, ScalarNode) and node.tag in _NUMBER_TAGS:
            return Written(_number(node), place)
        tag = str(node.tag).replace(_TAG, "!!")
        return self._refuse(place, field, f"tags ({tag}) {_NO_PART}; write a plain value")

    def _refuse(self, place: Place, field: str, message: str) -> Written:
        self._note(place, field, message)
        return _REFUSED

    def _note(self, place: Place, field: str, message: str) -> None:
        self._problems.append(Problem(place, field, message))


def _number(node: ScalarNode) -> Any:
    """A number, switch or None; text where the node only claims to be a number, or is one of thousands of digits."""
    try:
        return YAML(typ="safe", pure=True).constructor.construct_object(node)
    except ValueError:
        return str(node.value)
