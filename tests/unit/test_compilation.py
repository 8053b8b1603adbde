"""Rules that are replaced, and the promise that the compile cache never serves an old one."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cpi_sim.engine.compilation import RULES, Program, ReplacementError, rule
from cpi_sim.site.tables import Row
from cpi_sim.week.fading import fading, hazard_of_life_change, hazard_of_rupture, lives_change
from cpi_sim.week.practice import practice
from tests.sites import PROGRAM
from tests.worlds import tie, world

QUIET = {"life_change": 0.0, "life_change_young": 0.0, "rupture": 0.0, "affinity_redrawn": 0.0, "kin_loss": 0.0}
"""Nothing happens in the ninth step but fading."""
PLAIN = SimpleNamespace(life_change=0.052, life_change_young=0.26)
COMPILED = np.rec.array([(0.052, 0.26)], dtype=[("life_change", "f8"), ("life_change_young", "f8")])[0]


def fades_by_half(closeness_hours: float, kin: int, p: Row) -> float:
    return closeness_hours * 0.5


def only_the_old(age_years: float, p: Row) -> float:
    return 1.0 if age_years > 40.0 else 0.0


def lives_changed(program: Program) -> list[int]:
    """Whose lives change, of persons of 30 and of 50, who by the plain rule have no such chance."""
    site = world([{"age_years": 30.0}, {"age_years": 50.0}], **QUIET)
    program(lives_change)(site, 1, 0)
    return [int(changed) for changed in site.people["life_changed"]]


# --- A rule replaced -------------------------------------------------------------------------------------------------


def test_a_replaced_rule_changes_the_step_that_uses_it() -> None:
    def closeness_after(program: Program) -> float:
        site = world(2, [tie(0, 1, closeness_hours=100.0)], **QUIET)
        program(fading)(site, 1, 0)
        return float(site.ties[0].closeness_hours)

    assert closeness_after(PROGRAM) == pytest.approx(98.9)
    assert closeness_after(Program({"closeness_faded": fades_by_half})) == pytest.approx(50.0)
    assert closeness_after(PROGRAM) == pytest.approx(98.9)


def test_a_replaced_rule_is_used_by_whatever_calls_it() -> None:
    assert lives_changed(PROGRAM) == [0, 0]
    assert lives_changed(Program({"hazard_of_life_change": only_the_old})) == [0, 1]


def test_a_replaced_rule_takes_the_place_of_the_rule_wherever_it_is_asked_for() -> None:
    swapped = Program({"hazard_of_life_change": only_the_old})
    assert swapped(hazard_of_life_change)(50.0, COMPILED) == 1.0
    assert PROGRAM(hazard_of_life_change)(50.0, COMPILED) == pytest.approx(0.001)


def test_a_replaced_rule_leaves_steps_alone_that_do_not_use_it() -> None:
    swapped = Program({"closeness_faded": fades_by_half})
    assert swapped.digest(fading) != PROGRAM.digest(fading)
    assert swapped.digest(practice) == PROGRAM.digest(practice)
    assert swapped.digest(hazard_of_rupture) == PROGRAM.digest(hazard_of_rupture)


def test_a_replacement_may_be_built_on_the_rule_that_it_replaces() -> None:
    def twice_as_often(age_years: float, p: Row) -> float:
        return 2.0 * hazard_of_life_change(age_years, p)

    swapped = Program({"hazard_of_life_change": twice_as_often})
    assert swapped(hazard_of_life_change)(50.0, COMPILED) == pytest.approx(0.002)


def test_a_replacement_may_use_functions_and_constants_of_its_own() -> None:
    scope: dict[str, Any] = {"LIMIT": 40.0}
    exec("def helper(age):\n    return 1.0 if age < LIMIT else 0.0\n", scope)
    exec("def mine(age_years, p):\n    return helper(age_years)\n", scope)
    assert lives_changed(Program({"hazard_of_life_change": scope["mine"]})) == [1, 0]


def test_the_plain_rule_stays_a_plain_function() -> None:
    assert type(hazard_of_life_change) is types.FunctionType
    assert hazard_of_life_change(20.0, PLAIN) == pytest.approx(0.005)


def test_an_unknown_rule_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ReplacementError, match=r"no rule called closeness_fades; did you mean closeness_faded\?"):
        Program({"closeness_fades": fades_by_half})


def test_a_name_like_no_rule_is_refused_without_a_guess() -> None:
    with pytest.raises(ReplacementError, match=r"no rule called zzz$"):
        Program({"zzz": fades_by_half})


@pytest.mark.parametrize(
    "source",
    [
        "def mine(kin, closeness_hours, p): return 0.0",
        "def mine(hours, kin, p): return 0.0",
        "def mine(closeness_hours, kin): return 0.0",
        "def mine(closeness_hours, kin, p, more): return 0.0",
    ],
)
def test_another_signature_is_refused_and_says_what_is_asked_for(source: str) -> None:
    scope: dict[str, Any] = {}
    exec(source, scope)
    with pytest.raises(
        ReplacementError, match=r"closeness_faded takes \(closeness_hours, kin, p\); the replacement takes"
    ):
        Program({"closeness_faded": scope["mine"]})


def test_two_rules_cannot_have_one_name() -> None:
    def closeness_faded(closeness_hours: float, kin: int, p: Row) -> float:
        return closeness_hours

    before = dict(RULES)
    with pytest.raises(ReplacementError, match="two rules are called closeness_faded"):
        rule(closeness_faded)
    assert before == RULES


# --- What the digest sees --------------------------------------------------------------------------------------------


def compile_from(source: str, name: str = "mine", **constants: Any) -> Callable[..., Any]:
    """A function defined from text, with these globals."""
    scope: dict[str, Any] = dict(constants)
    exec(source, scope)
    return scope[name]


def digest_of(source: str, **constants: Any) -> str:
    return Program().digest(compile_from(source, **constants))


TAKING = "def mine(x):\n    return x * FACTOR + 1.0\n"


@pytest.mark.parametrize(
    "other",
    [
        "def mine(x):\n    return x * FACTOR + 2.0\n",
        "def mine(x):\n    return x * FACTOR - 1.0\n",
        "def mine(x):\n    return x + FACTOR * 1.0\n",
        "def mine(x, y=1.0):\n    return x * FACTOR + 1.0\n",
        "def mine(x):\n    return x * FACTOR + 1\n",
        "def mine(x):\n    return x * FACTOR + True\n",
        "def mine(x):\n    return (lambda z: z * FACTOR + 1.0)(x)\n",
    ],
)
def test_the_digest_changes_with_the_code(other: str) -> None:
    assert digest_of(TAKING, FACTOR=2.0) == digest_of(TAKING, FACTOR=2.0)
    assert digest_of(TAKING, FACTOR=2.0) != digest_of(other, FACTOR=2.0)


@pytest.mark.parametrize("value", [3.0, 2, -2.0, True, np.float32(2.0), np.array([2.0]), (2.0,), "2.0", None, math])
def test_the_digest_changes_with_a_constant(value: Any) -> None:
    assert digest_of(TAKING, FACTOR=2.0) != digest_of(TAKING, FACTOR=value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.array([1.0, 2.0]), np.array([1.0, 2.5])),
        (np.array([1, 2], np.int64), np.array([1, 2], np.int32)),
        (np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 2.0, 3.0, 4.0])),
        ((1.0, (2.0, 3.0)), (1.0, (2.0, 3.5))),
        (0.0, -0.0),
    ],
)
def test_the_digest_looks_into_constants(one: Any, other: Any) -> None:
    assert digest_of(TAKING, FACTOR=one) != digest_of(TAKING, FACTOR=other)


def test_the_digest_changes_with_what_is_called_however_deep() -> None:
    def built(deepest: str) -> str:
        scope: dict[str, Any] = {}
        exec(f"def third(x):\n    return {deepest}\n", scope)
        exec("def second(x):\n    return third(x)\n", scope)
        exec("def first(x):\n    return second(x)\n", scope)
        return Program().digest(scope["first"])

    assert built("x + 1.0") == built("x + 1.0")
    assert built("x + 1.0") != built("x + 2.0")


def test_the_digest_changes_with_a_rule_replaced_beneath_it() -> None:
    assert Program({"hazard_of_life_change": only_the_old}).digest(fading) != PROGRAM.digest(fading)
    assert Program({"hazard_of_life_change": hazard_of_life_change}).digest(fading) == PROGRAM.digest(fading)


def test_the_digest_does_not_change_with_comments_or_lines() -> None:
    commented = "# a comment\n\n\ndef mine(x):\n    # another\n    return x * FACTOR + 1.0\n"
    assert digest_of(TAKING, FACTOR=2.0) == digest_of(commented, FACTOR=2.0)


# --- The compile cache, across runs ----------------------------------------------------------------------------------

SCRIPT = """
import numba
import own_rules
from cpi_sim.engine.compilation import Program
from cpi_sim.week.fading import lives_change
from tests.worlds import world

@numba.njit(cache=True)
def plainly_cached():
    return compiled()

compiled = numba.njit(own_rules.limit)
print("plainly_cached", plainly_cached())
for name in own_rules.MEANS:
    site = world([{"age_years": 30.0}, {"age_years": 50.0}])
    Program({"hazard_of_life_change": getattr(own_rules, name)})(lives_change)(site, 1, 0)
    print(name, *site.people["life_changed"])
"""
RULES_OF_ONES_OWN = """
import enum
import numba
import own_numbers
from own_numbers import compiled_helper

LIMIT = {limit}
MEANS = ("by_helper", "by_module", "by_function_of_module", "by_enumeration", "by_compiled_helper")

class Kind(enum.IntEnum):
    CHOSEN = {limit}

def helper(age_years):
    return 1.0 if age_years {sign} LIMIT else 0.0

def by_helper(age_years, p):
    return helper(age_years)

def by_module(age_years, p):
    return 1.0 if age_years < own_numbers.LIMIT else 0.0

def by_function_of_module(age_years, p):
    return own_numbers.compiled_helper(age_years)

def by_enumeration(age_years, p):
    return 1.0 if age_years < Kind.CHOSEN.value else 0.0

def by_compiled_helper(age_years, p):
    return compiled_helper(age_years)

def limit():
    return LIMIT
"""
NUMBERS_OF_ONES_OWN = """
import numba

LIMIT = {limit}

@numba.njit
def compiled_helper(age_years):
    return 1.0 if age_years < LIMIT else 0.0
"""
LONG_AGO = 1_600_000_000


class Workplace:
    """A folder with a script, rules of one's own and a compile cache; its files always look untouched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "run_me.py").write_text(SCRIPT)

    def write(self, limit: int, sign: str) -> None:
        """Write the rules: always of the same size, and of the same date."""
        for name, text in (("own_rules.py", RULES_OF_ONES_OWN), ("own_numbers.py", NUMBERS_OF_ONES_OWN)):
            path = self.folder / name
            path.write_text(text.format(limit=limit, sign=sign))
            os.utime(path, (LONG_AGO, LONG_AGO))

    def move_the_rules(self) -> None:
        """The same rules in files of other names."""
        script = (self.folder / "run_me.py").read_text()
        (self.folder / "run_me.py").write_text(script.replace("own_rules", "moved_rules"))
        (self.folder / "own_rules.py").rename(self.folder / "moved_rules.py")

    def run(self) -> dict[str, tuple[int, ...]]:
        """What the script finds, in a process of its own: whose lives change, of a person of 30 and one of 50."""
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(self.folder), *sys.path]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NUMBA_CACHE_DIR": str(self.folder / "cache"),
        }
        done = subprocess.run(
            [sys.executable, "run_me.py"], cwd=self.folder, env=environment, capture_output=True, text=True, check=True
        )
        lines = [line.split() for line in done.stdout.splitlines()]
        return {name: tuple(int(value) for value in values) for name, *values in lines}


@pytest.fixture(scope="module")
def four_runs(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, tuple[int, ...]]]:
    """The same script: with a limit of 40, with its opposite, with a limit of 60, and with that in another file."""
    place = Workplace(tmp_path_factory.mktemp("own_rules"))
    found = []
    for limit, sign in ((40, "<"), (40, ">"), (60, ">")):
        place.write(limit, sign)
        found.append(place.run())
    place.move_the_rules()
    return [*found, place.run()]


def test_a_rule_edited_in_place_is_never_served_from_the_cache(four_runs: list[dict[str, tuple[int, ...]]]) -> None:
    """The step that uses the rule stays as it is; the rule's helper is edited, then its constant."""
    assert [run["by_helper"] for run in four_runs] == [(1, 0), (0, 1), (0, 0), (0, 0)]


def test_the_danger_is_real(four_runs: list[dict[str, tuple[int, ...]]]) -> None:
    """A function cached plainly, in a file that stays as it is, goes on with the old limit until that file changes."""
    assert [run["plainly_cached"] for run in four_runs] == [(40,), (40,), (40,), (60,)]


@pytest.mark.parametrize("means", ["by_module", "by_function_of_module", "by_enumeration", "by_compiled_helper"])
def test_nor_is_a_rule_whose_numbers_lie_elsewhere(four_runs: list[dict[str, tuple[int, ...]]], means: str) -> None:
    """A limit in a module of one's own, in an enumeration, or behind a function that was compiled already."""
    assert [run[means] for run in four_runs] == [(1, 0), (1, 0), (1, 1), (1, 1)]
