"""The list of resource items: the one shipped, and how a bad file is refused."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from cpi_sim.evidence.items import (
    LIFE_SITUATIONS,
    SUBSCALES,
    ItemsError,
    load_items,
)
from cpi_sim.site.tables import ADVICE_AID, EMOTIONAL, LARGE_AID, RESOURCE_ITEMS

SHIPPED = resources.files("cpi_sim.evidence").joinpath("resource_items.yaml").read_text(encoding="utf-8")


def line_of(text: str, nth: int = 1, start: str = "") -> int:
    """Number of the nth line of the shipped file that holds ``text``, counted from the first that holds ``start``."""
    lines = SHIPPED.splitlines()
    first = next(n for n, line in enumerate(lines) if start in line)
    return [n for n, line in enumerate(lines, start=1) if text in line and n > first][nth - 1]


def problems_with(tmp_path: Path, changed: str) -> list[str]:
    """What is wrong with a file of this text, without the folder."""
    file = tmp_path / "items.yaml"
    file.write_text(changed, encoding="utf-8")
    with pytest.raises(ItemsError) as refused:
        load_items(file)
    return [problem.removeprefix(f"{tmp_path}/") for problem in refused.value.problems]


def replaced(old: str, new: str) -> str:
    assert old in SHIPPED
    return SHIPPED.replace(old, new, 1)


def test_the_list_shipped() -> None:
    items = load_items()
    assert items.mark == "assumption"
    assert "STAND-IN" in SHIPPED
    assert "ASSUMPTIONS" in SHIPPED
    assert len(items.ids) == len(set(items.ids)) == len(items.texts) == RESOURCE_ITEMS
    assert np.bincount(items.table["subscale"]).tolist() == [8, 7, 6, 6]
    assert items.owns.shape == (RESOURCE_ITEMS, len(LIFE_SITUATIONS))
    assert np.all((items.owns > 0) & (items.owns < 1))
    assert items.position_slope.shape == (RESOURCE_ITEMS,)


def test_one_item_in_the_tables() -> None:
    items = load_items()
    k = items.ids.index("lend_large_money")
    record = items.table[k]
    assert (record["reach_hours"], record["need_weight"], record["aid"]) == (200, 2, LARGE_AID)
    assert SUBSCALES[record["subscale"]] == "domestic"
    assert items.owns[k].tolist() == [0.03, 0.19, 0.05, 0.19]
    assert items.position_slope[k] == 0.7
    assert items.table["aid"][items.ids.index("emotional_counsel")] == EMOTIONAL
    assert items.table["aid"][items.ids.index("legal_advice")] == ADVICE_AID


def test_items_of_one_reach_class_share_their_hours() -> None:
    table = load_items().table
    hours = {15: 0, 20: 1, 30: 2, 60: 3, 90: 4, 200: 5}
    assert [hours[int(reach)] for reach in table["reach_hours"]] == table["reach_class"].tolist()


def test_a_file_of_ones_own_takes_the_place_of_the_list(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(replaced("reach_hours: 60", "reach_hours: 61"), encoding="utf-8")
    assert load_items(file).table["reach_hours"][0] == 61
    assert load_items(str(file)).source == str(file)
    assert load_items().table["reach_hours"][0] == 60


HOURS = "should be hours from 0.1 to 10000"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("part: domestic", "part: home", f" part: 'home' should be one of {', '.join(SUBSCALES)}"),
        ("aid: small", "aid: tiny", " aid: 'tiny' should be one of emotional, small, large, company, advice"),
        ("reach_hours: 60", "reach_hours: 0", f" reach_hours: 0 {HOURS}"),
        ("reach_hours: 60", "reach_hours: .nan", f" reach_hours: nan {HOURS}"),
        ("reach_hours: 60", "reach_hours: .inf", f" reach_hours: inf {HOURS}"),
        ("reach_hours: 60", "reach_hours: sixty", f" reach_hours: 'sixty' {HOURS}"),
        ("reach_hours: 60", "reach_hours: true", f" reach_hours: True {HOURS}"),
        ("need_weight: 6", "need_weight: -6", " need_weight: -6 should be a number of 0 or more"),
        (
            "position_slope: 0",
            "position_slope: 50",
            " position_slope: 50 should be a number from -5 to 5 (log-odds per SD",
        ),
        ("need_weight: 6", "need_wait: 6", ": unknown field need_wait; did you mean need_weight?"),
        ("text: would come by with shopping or a meal if you were ill", "text:", " text: None should be a text"),
    ],
)
def test_a_bad_value_is_named_by_line_and_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    problem = problems_with(tmp_path, replaced(old, new))[0]
    assert problem.startswith(f"items.yaml:{line_of(old, start='items:')}: help_when_ill_at_home{message}")


@pytest.mark.parametrize("share", ["1.47", "-0.47", ".nan", "many"])
def test_shares_are_shares(tmp_path: Path, share: str) -> None:
    problems = problems_with(tmp_path, replaced("young: 0.47", f"young: {share}"))
    assert len(problems) == 1
    assert problems[0].startswith(f"items.yaml:{line_of('young: 0.47')}: help_when_ill_at_home offered_by young: ")
    assert problems[0].endswith("should be a share from 0 to 1")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = replaced("reach_hours: 60", "reach_hours: -1").replace("aid: advice", "aid: advise", 1)
    text = text.replace("retired: 0.09}", "old: 0.09}", 1)
    problems = problems_with(tmp_path, text)
    assert [re.sub(r"^items\.yaml:\d+: ", "", problem) for problem in problems] == [
        "help_when_ill_at_home reach_hours: -1 should be hours from 0.1 to 10000",
        "legal_advice aid: 'advise' should be one of emotional, small, large, company, advice",
        "benefits_advice offered_by: unknown field old; allowed are young, working, not_working, retired",
        "benefits_advice offered_by: retired is missing",
    ]


def test_a_missing_field(tmp_path: Path) -> None:
    problems = problems_with(tmp_path, replaced("  position_slope: 0.7\n", ""))
    assert problems == [f"items.yaml:{line_of('id: lend_large_money')}: lend_large_money: position_slope is missing"]


def test_an_id_that_stands_twice(tmp_path: Path) -> None:
    problems = problems_with(tmp_path, replaced("id: lend_tools", "id: small_house_jobs"))
    assert problems == [f"items.yaml:{line_of('id: lend_tools')}: item 3: the id small_house_jobs stands twice"]


def test_a_list_of_another_length(tmp_path: Path) -> None:
    shorter = SHIPPED[: SHIPPED.index("- id: sorts_out_disputes")]
    assert problems_with(tmp_path, shorter) == [f"items.yaml:{line_of('items:')}: items: 26 items; there should be 27"]


def test_a_part_without_items(tmp_path: Path) -> None:
    problems = problems_with(tmp_path, SHIPPED.replace("part: personal_skills", "part: domestic"))
    assert problems == [f"items.yaml:{line_of('id: help_when')}: items: no item belongs to the part personal_skills"]


def test_no_need_at_all(tmp_path: Path) -> None:
    problems = problems_with(tmp_path, re.sub(r"need_weight: \d+", "need_weight: 0", SHIPPED))
    assert problems == [f"items.yaml:{line_of('id: help_when')}: items: at least one need_weight should be above 0"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "items.yaml:1: the list: should hold the fields meta, items"),
        ("- 1\n- 2\n", "items.yaml:1: the list: should hold the fields meta, items"),
        ("meta: {mark: assumption, question: who}\n", "items.yaml:1: the list: items is missing"),
        ("meta: {mark: x, question: y}\nitems: none\n", "items.yaml:2: items: 0 items; there should be 27"),
        ("meta: [\nitems: 3\n", "items.yaml:3: "),
        ("meta: 1\nmeta: 2\n", "items.yaml:2: "),
    ],
)
def test_a_file_that_is_something_else(tmp_path: Path, text: str, message: str) -> None:
    assert problems_with(tmp_path, text)[0].startswith(message)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ItemsError, match=r"nowhere\.yaml: cannot be read: No such file"):
        load_items(tmp_path / "nowhere.yaml")
    with pytest.raises(ItemsError, match="cannot be read"):
        load_items(tmp_path)
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ItemsError, match="not UTF-8"):
        load_items(binary)
