"""The functions of the week as plain Python, with replaced rules in the place of the model's own."""

from __future__ import annotations

import dis
import types
from collections.abc import Callable, Mapping
from typing import Any

from cpi_sim.engine.compilation import RULES

Function = Callable[..., Any]


class Plain:
    """Rules and machinery of the week to be called from Python, under the same replacements as a program compiles.

    ``plain(function)`` is what stands for a function: a rule's replacement where it has one, else the function itself,
    calling replacements wherever it would call a rule that has one.
    """

    def __init__(self, replacements: Mapping[str, Function] | None = None) -> None:
        self._replacements = dict(replacements or {})
        self._made: dict[Function, Function] = {}

    def __call__(self, function: Function) -> Function:
        """The function to call in place of ``function``."""
        return self._get(self._chosen(function)) if self._replacements else function

    def _chosen(self, function: Function, caller: Function | None = None) -> Function:
        """A rule's replacement, unless it is the replacement that calls the rule."""
        if RULES.get(function.__name__) is not function:
            return function
        replacement = self._replacements.get(function.__name__, function)
        return function if replacement is caller else replacement

    def _get(self, chosen: Function) -> Function:
        """The twin of a function, its globals holding the twins of all functions that it calls by name."""
        if chosen not in self._made:
            function: Any = chosen
            scope = dict(function.__globals__)
            twin = types.FunctionType(
                function.__code__, scope, function.__name__, function.__defaults__, function.__closure__
            )
            self._made[chosen] = twin
            for each in dis.get_instructions(function):
                if each.opname == "LOAD_GLOBAL" and isinstance(scope.get(each.argval), types.FunctionType):
                    scope[each.argval] = self._get(self._chosen(function.__globals__[each.argval], function))
        return self._made[chosen]
