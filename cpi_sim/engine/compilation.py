"""Turning readable Python rules into compiled code, with rules that can be replaced.

Rules, steps and machinery are written as plain Python functions and stay plain Python functions: they can be called,
tested and read as they stand. A :class:`Program` compiles a step together with everything that it calls. When a rule is
replaced, the steps that use it are built anew with the replacement among their globals.

A compile cache that serves an old rule would silently change the science. So every compiled function carries, in its
qualified name, a digest of its own bytecode and of all it refers to; the cache is looked up by that name.
"""

from __future__ import annotations

import dis
import hashlib
import inspect
import threading
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])

RULES: dict[str, Callable[..., Any]] = {}
"""Every rule of the model by name: the formulas that a researcher may replace."""

_COMPILED_KINDS: dict[types.FunctionType, str] = {}
_njit: Callable[..., Any] = numba.njit
_COMPILING = {"nogil": True, "error_model": "numpy"}
_MANNER = 2
"""Counts changes in how functions are compiled, so that the cache does not serve what was compiled otherwise."""
_NUMBERS = ("uint64", "int64", "int32", "float64", "sqrt", "argmin")
"""What a function may take from NumPy and still make no array."""
_WHAT_ARRAYS_DO = frozenset(dir(np.ndarray)) - {"shape", "size", "ndim", "view"}
"""What is taken to make another array when it is asked of something."""
_PLAIN_RESULTS = ("None", "bool", "int", "float", "uint64", "np.uint64")
"""What a function may return that only borrows its tables."""


class ReplacementError(ValueError):
    """A replacement rule that cannot stand in for the rule it names."""


def rule(function: Function) -> Function:
    """Mark a pure function as a rule of the model: named, replaceable, compiled into the steps that call it."""
    if function.__name__ in RULES:
        raise ReplacementError(f"two rules are called {function.__name__}")
    RULES[function.__name__] = function
    _COMPILED_KINDS[function] = "rule"  # type: ignore[index]
    return function


def step(function: Function) -> Function:
    """Mark a function ``(site, seed, week) -> None`` as a step: the loop that draws numbers and applies rules."""
    _COMPILED_KINDS[function] = "step"  # type: ignore[index]
    return function


def machinery(function: Function) -> Function:
    """Mark a function that rules and steps share (arithmetic, keyed numbers, table upkeep): compiled, not
    replaceable.

    It goes through arrays in loops, or makes them by a function of NumPy: ``2 * values`` alone is not seen to make one.
    """
    _COMPILED_KINDS[function] = "machinery"  # type: ignore[index]
    return function


def _constant_digest(value: Any) -> bytes | None:
    """Bytes that identify a global constant, or None where its content cannot be vouched for."""
    if isinstance(value, np.ndarray):
        return value.tobytes() + f"{value.dtype} {value.shape}".encode()
    if isinstance(value, bool | int | float | str | bytes | np.generic | type(None)):
        return repr(value).encode()
    if isinstance(value, tuple):
        parts = [_constant_digest(item) for item in value]
        return None if any(part is None for part in parts) else b"(" + b",".join(parts) + b")"  # type: ignore[arg-type]
    if isinstance(value, types.ModuleType):
        return _module_digest(value)
    if (isinstance(value, type) or inspect.isbuiltin(value)) and value.__module__ in ("builtins", "numpy", "math"):
        return f"{value.__module__}.{value.__qualname__}".encode()
    return None


def _module_digest(module: types.ModuleType) -> bytes | None:
    """Bytes that identify what a function may read from a module, or None for a module that may hold anything."""
    if module.__name__ in ("math", "numpy"):
        return f"{module.__name__} {getattr(module, '__version__', '')}".encode()
    public = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    if all(isinstance(value, int) for value in public.values()):
        return repr(sorted(public.items())).encode()
    return None


def _code_digest(code: types.CodeType) -> bytes:
    constants = b"".join(
        _code_digest(constant) if isinstance(constant, types.CodeType) else repr(constant).encode()
        for constant in code.co_consts
    )
    return b"|".join((code.co_code, constants, repr(code.co_names).encode(), repr(code.co_varnames).encode()))


def _names_in(code: types.CodeType) -> set[str]:
    """Names of the globals that a function reads (names of attributes are not among them)."""
    names = {each.argval for each in dis.get_instructions(code) if each.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _names_in(constant)
    return names


def _may_make_arrays(code: types.CodeType) -> bool:
    """Whether a function itself might make an array, or anything else whose users must be counted."""
    before = ""
    for each in dis.get_instructions(code):
        if each.opname.startswith("BUILD_") and each.opname not in ("BUILD_TUPLE", "BUILD_SLICE"):
            return True
        if each.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            if before == "np" and each.argval not in _NUMBERS:
                return True
            if each.argval in _WHAT_ARRAYS_DO:
                return True
        before = str(each.argval) if each.opname == "LOAD_GLOBAL" else ""
    return any(isinstance(constant, types.CodeType) for constant in code.co_consts)


def _returns_plain(function: Callable[..., Any]) -> bool:
    """Whether a function says that it returns a number, or nothing."""
    said = inspect.get_annotations(function).get("return", "unsaid")
    return (said if isinstance(said, str) else getattr(said, "__name__", "None")) in _PLAIN_RESULTS


class Program:
    """A set of rules, compiled on demand.

    ``replacements`` maps the name of a rule to the function that takes its place; the function must take the same
    argument names in the same order.

    Raises :class:`ReplacementError` for an unknown rule name or another signature.
    """

    def __init__(self, replacements: Mapping[str, Callable[..., Any]] | None = None) -> None:
        self.replacements = dict(replacements or {})
        for name, function in self.replacements.items():
            _check_replacement(name, function)
        self._compiled: dict[tuple[Callable[..., Any], bool], Callable[..., Any]] = {}
        self._lock = threading.Lock()
        self._digests: dict[Callable[..., Any], tuple[str, bool]] = {}
        self._borrowing: dict[Callable[..., Any], bool] = {}

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The compiled form of a step, a rule or a piece of machinery, under this program's rules."""
        with self._lock:  # two threads that need the same function compile it once
            return self._get(self._chosen(function), entry=True)

    def ready_for(
        self, functions: Iterable[Callable[..., Any]], types_of_arguments: tuple[Any, ...]
    ) -> list[Callable[..., Any]]:
        """The compiled forms for arguments of these Numba types, which do not look up the types of what they get.

        The look-up takes some twenty microseconds for a site, in which no other thread can go on: for the ten steps of
        a week as long as a small site takes to live them. They must not be called with arguments of other types.
        """
        compiled = [self(function) for function in functions]
        if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
            return compiled
        for each in compiled:
            each.compile(types_of_arguments)  # type: ignore[attr-defined]
        return [each.get_overload(types_of_arguments) for each in compiled]  # type: ignore[attr-defined]

    def _get(self, chosen: Callable[..., Any], entry: bool) -> Callable[..., Any]:
        """Compiled form of a function; those called from Python (``entry``) are kept in the compile cache."""
        if (chosen, entry) not in self._compiled:
            self._compiled[chosen, entry] = self._compile(chosen, entry)
        return self._compiled[chosen, entry]

    def digest(self, function: Callable[..., Any]) -> str:
        """Twelve hexadecimal digits that change whenever the function, or anything it refers to, changes."""
        with self._lock:
            return self._digest(self._chosen(function))[0]

    def can_vouch_for(self, function: Callable[..., Any]) -> bool:
        """Whether :meth:`digest` sees all that the function depends on: not so for closures and unusual globals."""
        with self._lock:
            return self._digest(self._chosen(function))[1]

    def _chosen(self, function: Callable[..., Any], caller: Callable[..., Any] | None = None) -> Callable[..., Any]:
        """What stands for a function: the replacement of a rule, unless it is the replacement that calls the rule."""
        if _COMPILED_KINDS.get(function) == "rule":  # type: ignore[call-overload]
            replacement = self.replacements.get(function.__name__, function)
            return function if replacement is caller else replacement
        return function

    def _references(self, function: Callable[..., Any]) -> dict[str, Any]:
        scope = function.__globals__  # type: ignore[attr-defined]
        return {name: scope[name] for name in sorted(_names_in(function.__code__)) if name in scope}  # type: ignore[attr-defined]

    def _digest(self, function: Callable[..., Any]) -> tuple[str, bool]:
        """Digest, and whether all that the function refers to could be vouched for (else it must not be cached)."""
        if function in self._digests:
            return self._digests[function]
        hasher = hashlib.sha256(_code_digest(function.__code__))  # type: ignore[attr-defined]
        hasher.update(repr(getattr(function, "__defaults__", None)).encode())
        certain = function.__closure__ is None  # type: ignore[attr-defined]
        self._digests[function] = ("", certain)
        for name, value in self._references(function).items():
            hasher.update(name.encode())
            if isinstance(value, types.FunctionType):
                inner, inner_certain = self._digest(self._chosen(value, function))
                hasher.update(inner.encode())
                certain = certain and inner_certain
            else:
                content = _constant_digest(value)
                certain = certain and content is not None
                hasher.update(content or b"?")
        self._digests[function] = (hasher.hexdigest()[:12], certain)
        return self._digests[function]

    def _only_borrows(self, function: Callable[..., Any]) -> bool:
        """Whether a piece of machinery, with all that it calls, neither makes nor returns an array.

        Then it need not count the users of the tables it is given, which takes longer than most of what it does.
        """
        if function not in self._borrowing:
            self._borrowing[function] = False
            called = [each for each in self._references(function).values() if isinstance(each, types.FunctionType)]
            self._borrowing[function] = (
                _COMPILED_KINDS.get(function) == "machinery"  # type: ignore[call-overload]
                and _returns_plain(function)
                and not _may_make_arrays(function.__code__)  # type: ignore[attr-defined]
                and all(self._only_borrows(each) for each in called if _COMPILED_KINDS.get(each) != "rule")
            )
        return self._borrowing[function]

    def _compile(self, function: Callable[..., Any], entry: bool) -> Callable[..., Any]:
        scope = dict(function.__globals__)  # type: ignore[attr-defined]
        for name, value in self._references(function).items():
            if isinstance(value, types.FunctionType):
                scope[name] = self._get(self._chosen(value, function), entry=False)
        if not entry:
            scope["__name__"] = __name__
        digest, certain = self._digest(function)
        clone = types.FunctionType(
            function.__code__,  # type: ignore[attr-defined]
            scope,
            f"{function.__name__}_{digest}_{_MANNER}",
            function.__defaults__,  # type: ignore[attr-defined]
            function.__closure__,  # type: ignore[attr-defined]
        )
        clone.__qualname__ = clone.__name__
        clone.__module__ = function.__module__ if entry else __name__  # what is cached need not find a rule's own file
        clone.__doc__ = function.__doc__
        if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
            return _letting_integers_wrap(clone) if entry else clone
        if not entry:
            return _njit(**_COMPILING, forceinline=True, _nrt=not self._only_borrows(function))(clone)
        if not certain:
            return _njit(**_COMPILING)(clone)
        try:
            return _njit(**_COMPILING, cache=True)(clone)
        except RuntimeError:  # nowhere to keep a cache for this file: typed at a prompt, or in a notebook
            return _njit(**_COMPILING)(clone)


def _letting_integers_wrap(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as plain Python, with NumPy's integers wrapping silently as compiled ones do."""

    def wrapped(*arguments: Any) -> Any:
        with np.errstate(over="ignore"):
            return function(*arguments)

    return wrapped


def _check_replacement(name: str, function: Callable[..., Any]) -> None:
    import difflib

    if name not in RULES:
        near = difflib.get_close_matches(name, RULES, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ReplacementError(f"there is no rule called {name}{hint}")
    wanted = list(inspect.signature(RULES[name]).parameters)
    given = list(inspect.signature(function).parameters)
    if given != wanted:
        raise ReplacementError(
            f"{name} takes ({', '.join(wanted)}); the replacement takes ({', '.join(given)}): "
            "give it the same arguments in the same order"
        )
