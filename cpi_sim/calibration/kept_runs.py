"""Runs of a calibration, kept on disk as they finish, so that what was lived is never lived again."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cpi_sim.files import write_table

KEY = "run"
LOOSE_AT_MOST = 40
"""Files of runs in a folder; when there are more, they are joined into one."""
SET_ASIDE = "set-aside"


def key_of(content: Mapping[str, object]) -> str:
    """Sixteen hexadecimal digits that change with anything a run is made of."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


class KeptRuns:
    """The statistics of finished runs by key, in a folder of Parquet files that are each written whole.

    A damaged file is set aside, and named in ``set_aside``; its runs count as not lived.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.set_aside: list[str] = []
        self._statistics: dict[str, dict[str, float]] = {}
        self._number = itertools.count()
        folder.mkdir(parents=True, exist_ok=True)
        for path in self._files():
            self._read(path)

    def __contains__(self, key: str) -> bool:
        return key in self._statistics

    def __getitem__(self, key: str) -> dict[str, float]:
        return self._statistics[key]

    def __len__(self) -> int:
        return len(self._statistics)

    def keep(self, runs: Mapping[str, Mapping[str, float]]) -> None:
        """Keep finished runs, on disk before this returns.

        Raises OSError where they cannot be written.
        """
        if not runs:
            return
        self._statistics |= {key: dict(statistics) for key, statistics in runs.items()}
        self._write(runs)
        files = self._files()
        if len(files) > LOOSE_AT_MOST:
            self._write(self._statistics)
            for path in files:
                path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("runs-*.parquet"))

    def _write(self, runs: Mapping[str, Mapping[str, float]]) -> None:
        rows = [{KEY: key, **statistics} for key, statistics in runs.items()]
        names: Sequence[str] = list(dict.fromkeys(name for row in rows for name in row))
        table = pa.table({name: [row.get(name) for row in rows] for name in names})
        name = next(
            f"runs-{os.getpid()}-{number}.parquet"
            for number in self._number
            if not (self.folder / f"runs-{os.getpid()}-{number}.parquet").exists()
        )
        write_table(self.folder / name, table)

    def _read(self, path: Path) -> None:
        try:
            rows = pq.read_table(path).to_pylist()
            self._statistics |= {
                row.pop(KEY): {name: value for name, value in row.items() if value is not None} for row in rows
            }
        except (pa.ArrowException, OSError, KeyError):
            aside = self.folder / SET_ASIDE
            aside.mkdir(exist_ok=True)
            os.replace(path, aside / path.name)
            self.set_aside.append(path.name)
