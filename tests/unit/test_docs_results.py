"""What the page about results shows must run, and its table must be that of the declarations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pandas as pd
import pytest

import cpi_sim
from docs.outcomes import PAGE, page_with_table

TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, flags=re.S)
TINY = {
    "sites": 2, "horizon_weeks": 4, "measure_weeks": [4], "site.community_members": 40, "site.service_users": 8,
    "site.settings": 8, "site.burn_in_years": 0, "agency.illness_years_low": 0.2, "agency.illness_years_high": 0.5,
}  # fmt: skip


@pytest.fixture(scope="module")
def in_a_folder_with_results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("reader")
    cpi_sim.batch(cpi_sim.load("contact_intensity", TINY), folder / "results", progress=False)
    with chdir(folder):
        yield folder


def test_the_table_of_outcomes_is_that_of_the_declarations() -> None:
    assert page_with_table(TEXT) == TEXT, "run `python -m docs.outcomes`"


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_reads_the_results(
    number: int, in_a_folder_with_results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(compile(EXAMPLES[number], "results.md", "exec"), {})
    told = capsys.readouterr().out
    assert all(arm in told for arm in ("0", "1", "2", "4", "8"))


def test_every_tool_named_has_an_example() -> None:
    assert [next(tool for tool in ("duckdb", "polars", "pandas") if tool in each) for each in EXAMPLES] == [
        "pandas", "duckdb", "polars",
    ]  # fmt: skip


def columns_described(text: str) -> list[str]:
    """Names in the first cells of tables."""
    rows = re.findall(r"^\| (`.*?) \|", text, flags=re.M)
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


def test_every_column_of_the_tables_is_described(in_a_folder_with_results: Path) -> None:
    folder = in_a_folder_with_results / "results" / "contact_intensity"
    columns = {name: pd.read_parquet(folder / f"{name}.parquet").columns.tolist() for name in ("weeks", "runs")}
    dose = TEXT.split("## Columns of dose")[1].split("## Outcomes")[0]
    of_weeks, of_runs = (columns_described(part) for part in dose.split("`runs.parquet` has a row"))
    assert of_weeks == columns["weeks"]
    assert [name for name in columns["runs"] if name not in {*of_weeks, *columns_described(TEXT)}] == []
    assert of_runs == columns["runs"][-len(of_runs) :]
