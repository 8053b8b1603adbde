"""Parts: the files that finished sites are kept in.

A part is a zip file whose members are stored as they are. A worker hands over a *leaf*: the tables of a few sites that
were lived together, as Parquet, and `sites.json`, which names the sites and their seeds. A part holds one leaf, or the
leaves of many parts that were put together: their members are copied byte for byte. Zip keeps a checksum of every
member, so a damaged part is seen when it is read.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cpi_sim.batches.plan import SitePlan
from cpi_sim.files import write_whole

TABLES = ("people", "runs", "weeks")
"""The tables of a site and of a batch: a row a person, a row an arm, a row an arm and week lived."""

_SITES = "sites.json"
_TIME = (1980, 1, 1, 0, 0, 0)
"""Time that members bear, so that the same sites make the same file."""
_COPIED_AT_ONCE = 1 << 20
_KEPT_OPEN = 16

Packed = dict[str, bytes]


class DamagedPart(Exception):
    """A part that is not what was written: cut short, or with other bytes."""


@dataclass(frozen=True)
class Leaf:
    """Where the tables of some sites lie: the file, the folder inside it, and the numbers of the sites."""

    part: Path
    name: str
    sites: tuple[int, ...]


def pack(sites: Iterable[SitePlan], tables: Mapping[str, pa.Table]) -> Packed:
    """The members of a leaf, by name: the tables of ``sites`` as Parquet, and who they are."""
    listed = [{"site": plan.site, "seed": plan.seed} for plan in sites]
    packed = {_SITES: json.dumps({"sites": listed}).encode()}
    for name in TABLES:
        sink = io.BytesIO()
        pq.write_table(tables[name], sink, compression="zstd")
        packed[f"{name}.parquet"] = sink.getvalue()
    return packed


def name_of(sites: Iterable[int]) -> str:
    """Name of the leaf or the part that holds ``sites``: the first, the last, and a digest where they are several."""
    numbers = sorted(sites)
    first = f"{numbers[0]:06d}"
    if len(numbers) == 1:
        return first
    digest = zlib.crc32(" ".join(map(str, numbers)).encode())
    return f"{first}-{numbers[-1]:06d}-{digest:08x}"


def write_leaf(path: Path, packed: Packed) -> None:
    """A part with one leaf, whole or not at all."""
    name = name_of(site["site"] for site in json.loads(packed[_SITES])["sites"])

    def write(temporary: Path) -> None:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
            for member, content in packed.items():
                archive.writestr(zipfile.ZipInfo(f"{name}/{member}", _TIME), content)

    write_whole(path, write)


def write_joined(path: Path, leaves: Iterable[Leaf]) -> None:
    """A part with the leaves of others, whole or not at all. Raises :class:`DamagedPart`."""
    by_part: dict[Path, list[str]] = {}
    for leaf in leaves:
        by_part.setdefault(leaf.part, []).append(leaf.name)

    def write(temporary: Path) -> None:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as joined:
            for part, names in by_part.items():
                _copy(part, set(names), joined)

    write_whole(path, write)


def _copy(part: Path, leaves: set[str], joined: zipfile.ZipFile) -> None:
    """Copy the members of some leaves, in small pieces."""
    try:
        with zipfile.ZipFile(part) as archive:
            for member in archive.infolist():
                if member.filename.rpartition("/")[0] not in leaves:
                    continue
                copied = zipfile.ZipInfo(member.filename, _TIME)
                copied.file_size = member.file_size
                with archive.open(member) as source, joined.open(copied, "w") as sink:
                    while piece := source.read(_COPIED_AT_ONCE):
                        sink.write(piece)
    except (zipfile.BadZipFile, EOFError) as problem:
        raise DamagedPart(f"{part}: {problem}") from problem


def leaves_of(part: Path) -> list[Leaf]:
    """The leaves of a part, every byte of which has been checked. Raises :class:`DamagedPart`."""
    try:
        with zipfile.ZipFile(part) as archive:
            broken = archive.testzip()
            if broken is not None:
                raise DamagedPart(f"{broken} is not as it was written")
            names = set(archive.namelist())
            return [_leaf(part, archive, name, names) for name in sorted(names) if name.endswith(f"/{_SITES}")]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, TypeError) as problem:
        raise DamagedPart(str(problem)) from problem


def _leaf(part: Path, archive: zipfile.ZipFile, member: str, names: set[str]) -> Leaf:
    folder = member.rpartition("/")[0]
    missing = {f"{folder}/{table}.parquet" for table in TABLES} - names
    if missing:
        raise DamagedPart(f"{min(missing)} is missing")
    return Leaf(part, folder, tuple(int(site["site"]) for site in json.loads(archive.read(member))["sites"]))


class Reader:
    """Reads leaves, and keeps the parts that it read last open; a context manager."""

    def __init__(self) -> None:
        self._open: dict[Path, zipfile.ZipFile] = {}

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *problem: object) -> None:
        while self._open:
            self._open.popitem()[1].close()

    def read(self, leaf: Leaf, table: str, columns: list[str] | None = None) -> pa.Table:
        """One table of a leaf, or some of its columns. Raises :class:`DamagedPart`."""
        try:
            content = self._archive(leaf.part).read(f"{leaf.name}/{table}.parquet")
            return pq.read_table(pa.BufferReader(content), columns=columns)
        except (zipfile.BadZipFile, EOFError, OSError, KeyError, pa.ArrowException) as problem:
            raise DamagedPart(f"{leaf.part}: {problem}") from problem

    def _archive(self, part: Path) -> zipfile.ZipFile:
        if part not in self._open:
            if len(self._open) >= _KEPT_OPEN:
                oldest = next(iter(self._open))
                self._open.pop(oldest).close()
            self._open[part] = zipfile.ZipFile(part)
        return self._open[part]
