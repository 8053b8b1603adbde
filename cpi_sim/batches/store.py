"""Keeping results: a folder holds the results of one thing only, and of one process at a time."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from cpi_sim.batches import failures
from cpi_sim.batches.failures import FailedRun
from cpi_sim.batches.parts import TABLES, DamagedPart, Leaf, Packed, leaves_of, name_of, write_joined, write_leaf
from cpi_sim.files import remove_unfinished, write_json

PROVENANCE = "provenance.json"
SET_ASIDE = "set-aside"
_LOCK = ".lock"
_PICTURES = ("outcomes", "network", "dose", "site", "person")
_WRITTEN_HERE = (
    "parts",
    SET_ASIDE,
    failures.FOLDER,
    *(f"{table}.parquet" for table in TABLES),
    *(f"{picture}.{form}" for picture in _PICTURES for form in ("png", "svg")),
    "summary.csv",
    "summary.json",
    "report.html",
    "resolved.yaml",
    "story.md",
)

LOOSE_AT_MOST = 64
"""Parts as workers hand them over; when there are more, they are joined into one."""
JOINED_AT_MOST = 24
"""Joined parts of less than ``LARGE_BYTES``; when there are more, they are joined again."""
LARGE_BYTES = 256 * 2**20


class ResultsError(Exception):
    """A batch that cannot begin, since something stands in the way; the message says what to do."""


class Unfinished(Exception):
    """A batch that had to stop: what was finished is kept, and the same command goes on from there."""


def refuse_other_results(folder: Path, identity: dict[str, str], *, overwrite: bool) -> None:
    """Raise :class:`ResultsError` where ``folder`` holds other results (unless ``overwrite``) or somebody's files."""
    held = identity_of(folder)
    if held is not None and held != identity and not overwrite:
        raise ResultsError(_refusal(folder, held, identity))


def claim(folder: Path, certificate: dict[str, Any], *, overwrite: bool) -> None:
    """Make ``folder`` the home of results with this provenance; with ``overwrite``, in the place of others."""
    refuse_other_results(folder, certificate["identity"], overwrite=overwrite)
    try:
        if identity_of(folder) not in (None, certificate["identity"]):
            _clear(folder)
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / PROVENANCE, certificate)
    except OSError as problem:
        raise _cannot_write(folder, problem) from problem


def _cannot_write(folder: Path, problem: OSError) -> ResultsError:
    return ResultsError(f"{folder}: cannot write results here ({problem.strerror or problem})")


def _clear(folder: Path) -> None:
    """Remove what the program wrote here, and nothing else; the provenance stays until another takes its place."""
    for name in _WRITTEN_HERE:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def lock(folder: Path) -> FileLock:
    """Take hold of a results folder; the hold ends with :meth:`release`, or with the process, however it ends.

    Raises :class:`ResultsError` where another process has it, or nothing can be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = FileLock(folder / _LOCK)
        held.acquire(timeout=0)
    except Timeout:
        raise ResultsError(
            f"{folder}: another process is working in this folder; wait for it, or choose another with --results"
        ) from None
    except OSError as problem:
        raise _cannot_write(folder, problem) from problem
    return held


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a results folder, as :func:`lock` does, for a while; one in which nothing was written is not left behind."""
    held = lock(folder)
    try:
        yield
    finally:
        with suppress(OSError):
            if [path.name for path in folder.iterdir()] == [_LOCK]:
                (folder / _LOCK).unlink()  # while it is held, so that nobody takes hold of a file that is going
        held.release()
        with suppress(OSError):
            folder.rmdir()


class Store:
    """A results folder: finished sites under ``parts/``, gathered tables beside it. A context manager.

    ``certificate`` is the provenance to write there; its entry ``identity`` names each thing that can change a number.
    A folder that holds results of another identity is refused with :class:`ResultsError`, unless ``overwrite``; so is
    one that another process works in. Damaged parts are set aside when the store is opened: ``set_aside`` names those
    found now.
    """

    def __init__(self, folder: Path, certificate: dict[str, Any], *, overwrite: bool = False) -> None:
        self.folder = folder
        self.parts = folder / "parts"
        self.set_aside: list[str] = []
        self._leaf_of: dict[int, Leaf] = {}
        refuse_other_results(folder, certificate["identity"], overwrite=overwrite)
        self._lock = lock(folder)
        try:
            self._open(certificate, overwrite)
        except BaseException:
            self._lock.release()
            raise

    def _open(self, certificate: dict[str, Any], overwrite: bool) -> None:
        claim(self.folder, certificate, overwrite=overwrite)
        try:
            self.parts.mkdir(exist_ok=True)
            for folder in (self.folder, self.parts):
                remove_unfinished(folder)
            for part in sorted(self.parts.glob("*.zip")):
                self._take_up(part)
        except OSError as problem:
            raise _cannot_write(self.folder, problem) from problem

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *problem: object) -> None:
        self._lock.release()

    def finished(self) -> set[int]:
        """Numbers of the sites that are kept."""
        return set(self._leaf_of)

    def leaf_of(self, site: int) -> Leaf:
        """Where a finished site is kept."""
        return self._leaf_of[site]

    def keep(self, packed: Packed, sites: Iterable[int]) -> None:
        """Keep the tables of finished sites, as a worker packed them: all of them appear at once."""
        numbers = tuple(sites)
        name = name_of(numbers)
        part = self.parts / f"sites-{name}.zip"
        write_leaf(part, packed)
        self._leaf_of |= dict.fromkeys(numbers, Leaf(part, name, numbers))
        failures.forget_failures(self.folder / failures.FOLDER, numbers)
        self._join_if_many()

    def keep_copy(self, leaf: Leaf) -> None:
        """Keep sites that lie in another folder. Raises :class:`~cpi_sim.batches.parts.DamagedPart`."""
        part = self.parts / f"sites-{leaf.name}.zip"
        write_joined(part, [leaf])
        self._leaf_of |= dict.fromkeys(leaf.sites, Leaf(part, leaf.name, leaf.sites))
        self._join_if_many()

    def note_failures(self, runs: Iterable[FailedRun]) -> None:
        """Write down runs that failed."""
        failures.write_failures(self.folder / failures.FOLDER, runs)

    def failed(self) -> dict[int, list[FailedRun]]:
        """Failed runs of sites that are not finished, by site."""
        noted = failures.read_failures(self.folder / failures.FOLDER)
        return {site: runs for site, runs in noted.items() if site not in self._leaf_of}

    def ever_set_aside(self) -> list[str]:
        """Names of all damaged parts that lie in this folder."""
        return sorted(path.name for path in (self.folder / SET_ASIDE).glob("*"))

    def join_all(self) -> None:
        """Join all parts that are not large: what is left is a few files, however many sites there are."""
        self._join(self._loose() + self._small())

    def _take_up(self, part: Path) -> None:
        """Read what a part holds; a damaged part is set aside, one that holds nothing of its own is removed."""
        try:
            leaves = leaves_of(part)
        except DamagedPart:
            self._put_aside(part)
            return
        own = [leaf for leaf in leaves if not self._leaf_of.keys() >= set(leaf.sites)]
        if not own:
            part.unlink()
        for leaf in own:
            self._leaf_of |= {site: leaf for site in leaf.sites if site not in self._leaf_of}

    def _put_aside(self, part: Path) -> None:
        aside = self.folder / SET_ASIDE
        aside.mkdir(exist_ok=True)
        name, number = part.name, 1
        while (aside / name).exists():
            number += 1
            name = f"{part.stem}-{number}{part.suffix}"
        os.replace(part, aside / name)
        self.set_aside.append(name)

    def _loose(self) -> list[Path]:
        return sorted(self.parts.glob("sites-*.zip"))

    def _small(self) -> list[Path]:
        return sorted(part for part in self.parts.glob("joined-*.zip") if part.stat().st_size < LARGE_BYTES)

    def _join_if_many(self) -> None:
        loose = self._loose()
        if len(loose) > LOOSE_AT_MOST:
            self._join(loose)
            small = self._small()
            if len(small) > JOINED_AT_MOST:
                self._join(small)

    def _join(self, parts: list[Path]) -> None:
        """Put parts together in one, which is on disk before they are removed."""
        if len(parts) < 2:
            return
        chosen = set(parts)
        leaves = {leaf.name: leaf for leaf in self._leaf_of.values() if leaf.part in chosen}
        joined = self.parts / f"joined-{name_of(site for leaf in leaves.values() for site in leaf.sites)}.zip"
        write_joined(joined, leaves.values())
        moved = {name: Leaf(joined, name, leaf.sites) for name, leaf in leaves.items()}
        for site, leaf in self._leaf_of.items():
            if leaf.part in chosen:
                self._leaf_of[site] = moved[leaf.name]
        for part in chosen - {joined}:
            part.unlink()


def identity_of(folder: Path) -> dict[str, str] | None:
    """What the results in a folder belong to; None where there is nothing yet. Raises :class:`ResultsError`."""
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


def differences(held: dict[str, str], identity: dict[str, str]) -> list[str]:
    """What differs between two identities: a name, what is held, and what is wanted."""
    names = [name for name in sorted(held.keys() | identity.keys()) if held.get(name) != identity.get(name)]
    return [f"{name}: {held.get(name, 'none')} there, {identity.get(name, 'none')} now" for name in names]


def _refusal(folder: Path, held: dict[str, str], identity: dict[str, str]) -> str:
    return (
        f"{folder}: holds results of something else, which stay untouched ({'; '.join(differences(held, identity))}). "
        "Choose another folder with --results, or replace them with --overwrite"
    )
