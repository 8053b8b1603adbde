"""Keeping results: every file is written whole or not at all, and a folder holds the results of one thing only."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

TABLES = ("people", "runs", "weeks")
"""The tables of a site and of a batch: a row a person, a row an arm, a row an arm and week lived."""

PROVENANCE = "provenance.json"
_PICTURES = ("outcomes", "dose", "site", "person")
_WRITTEN_HERE = (
    "parts",
    *(f"{table}.parquet" for table in TABLES),
    *(f"{picture}.{form}" for picture in _PICTURES for form in ("png", "svg")),
    "summary.csv",
    "summary.json",
    "resolved.yaml",
    "story.md",
    PROVENANCE,
)


class ResultsError(Exception):
    """Results that stand in the way, or a folder that cannot be written; the message says what to do."""


def write_whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Let ``write`` fill a temporary file beside ``path``, see it safely on disk, then give it its name."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write(temporary)
        _to_disk(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    _to_disk(path.parent)


def write_text(path: Path, text: str) -> None:
    """A text file, whole or not at all."""
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def write_json(path: Path, content: Any) -> None:
    """A JSON file, whole or not at all; refuses not-a-number and infinity."""
    write_text(path, json.dumps(content, indent=1, allow_nan=False) + "\n")


def write_table(path: Path, table: pa.Table) -> None:
    """A Parquet file, whole or not at all."""
    write_whole(path, lambda temporary: pq.write_table(table, temporary, compression="zstd"))


def _to_disk(path: Path) -> None:
    """Flush a file or a folder to disk; folders cannot be flushed on every system."""
    try:
        handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    except PermissionError:
        if path.is_dir():
            return
        raise
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def refuse_other_results(folder: Path, identity: dict[str, str], *, overwrite: bool) -> None:
    """Raise :class:`ResultsError` where ``folder`` holds other results (unless ``overwrite``) or somebody's files."""
    held = _identity_of(folder)
    if held is not None and held != identity and not overwrite:
        raise ResultsError(_refusal(folder, held, identity))


def claim(folder: Path, certificate: dict[str, Any], *, overwrite: bool) -> None:
    """Make ``folder`` the home of results with this provenance; with ``overwrite``, in the place of others."""
    refuse_other_results(folder, certificate["identity"], overwrite=overwrite)
    if _identity_of(folder) not in (None, certificate["identity"]):
        _clear(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / PROVENANCE, certificate)
    except OSError as problem:
        raise ResultsError(f"{folder}: cannot write results here ({problem.strerror})") from problem


def _clear(folder: Path) -> None:
    """Remove what the program wrote here, and nothing else; the provenance goes last."""
    for name in _WRITTEN_HERE:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


class Store:
    """A results folder: finished sites under ``parts/``, gathered tables beside it.

    ``certificate`` is the provenance to write there; its entry ``identity`` names each thing that can change a number.
    A folder that holds results of another identity is refused with :class:`ResultsError`, unless ``overwrite``.
    """

    def __init__(self, folder: Path, certificate: dict[str, Any], *, overwrite: bool = False) -> None:
        self.folder = folder
        self.parts = folder / "parts"
        claim(folder, certificate, overwrite=overwrite)
        self.parts.mkdir(exist_ok=True)

    def finished(self) -> set[int]:
        """Numbers of the sites whose part lies here whole; a damaged part is removed, to be made again."""
        sites = set()
        for part in self.parts.glob("site-*"):
            if _is_whole(part):
                sites.add(int(part.name.removeprefix("site-")))
            else:
                shutil.rmtree(part)
        return sites

    def keep(self, site: int, tables: dict[str, pa.Table]) -> None:
        """Keep the tables of a finished site: all of them appear at once, under the site's name."""
        part = self._part(site)
        temporary = part.with_name(f".{part.name}.{os.getpid()}.part")
        temporary.mkdir()
        try:
            for name in TABLES:
                pq.write_table(tables[name], temporary / f"{name}.parquet", compression="zstd")
                _to_disk(temporary / f"{name}.parquet")
            _to_disk(temporary)
            os.replace(temporary, part)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        _to_disk(self.parts)

    def read(self, site: int, table: str) -> pa.Table:
        """One table of a finished site."""
        return pq.read_table(self._part(site) / f"{table}.parquet")

    def _part(self, site: int) -> Path:
        return self.parts / f"site-{site:06d}"


def _is_whole(part: Path) -> bool:
    """Whether every table of a part can be read to its end."""
    try:
        for name in TABLES:
            pq.read_table(part / f"{name}.parquet")
    except (OSError, pa.ArrowException):
        return False
    return True


def _identity_of(folder: Path) -> dict[str, str] | None:
    """What the results in a folder belong to; None where there is nothing yet."""
    try:
        text = (folder / PROVENANCE).read_text(encoding="utf-8")
    except FileNotFoundError:
        if folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir()):
            raise ResultsError(
                f"{folder}: this folder holds files, but no results of cpi-sim ({PROVENANCE} is missing); "
                "choose another with --results"
            ) from None
        return None
    except OSError as problem:
        raise ResultsError(f"{folder}: cannot read what it holds ({problem.strerror})") from problem
    try:
        return dict(json.loads(text)["identity"])
    except (ValueError, KeyError, TypeError):
        raise ResultsError(f"{folder / PROVENANCE}: cannot be read; choose another folder with --results") from None


def _refusal(folder: Path, held: dict[str, str], identity: dict[str, str]) -> str:
    names = [name for name in sorted(held.keys() | identity.keys()) if held.get(name) != identity.get(name)]
    changes = "; ".join(f"{name}: {held.get(name, 'none')} there, {identity.get(name, 'none')} now" for name in names)
    return (
        f"{folder}: holds results of something else, which stay untouched ({changes}). "
        "Choose another folder with --results, or replace them with --overwrite"
    )
