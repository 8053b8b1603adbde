"""Writing files: each whole or not at all, and safely on disk before it has its name."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_UNFINISHED = ".part"


def write_whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Let ``write`` fill a temporary file beside ``path``, see it safely on disk, then give it its name."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}{_UNFINISHED}")
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


def remove_unfinished(folder: Path) -> None:
    """Remove the temporary files that a process left in ``folder`` when it was killed; only with the folder's lock."""
    for temporary in folder.glob(f".*{_UNFINISHED}"):
        temporary.unlink(missing_ok=True)


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
