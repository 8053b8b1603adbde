"""Runs that failed: written down one file a site, so that the others go on and these can be run again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from cpi_sim.files import write_json

FOLDER = "failures"


@dataclass(frozen=True)
class FailedRun:
    """One arm of one site that raised: what, where in the program, and when (UTC)."""

    site: int
    seed: int
    arm: str
    error: str
    traceback: str
    time: str


def write_failures(folder: Path, runs: Iterable[FailedRun]) -> None:
    """Write down the failed runs of sites in ``folder``, in the place of earlier ones of these sites."""
    by_site: dict[int, list[FailedRun]] = {}
    for run in runs:
        by_site.setdefault(run.site, []).append(run)
    for site, failed in by_site.items():
        folder.mkdir(exist_ok=True)
        write_json(_file(folder, site), [asdict(run) for run in failed])


def forget_failures(folder: Path, sites: Iterable[int]) -> None:
    """Remove what is written of sites that are finished now."""
    for site in sites:
        _file(folder, site).unlink(missing_ok=True)


def read_failures(folder: Path) -> dict[int, list[FailedRun]]:
    """Failed runs by site, in order; a file that cannot be read is left out, so that its site is run again."""
    found: dict[int, list[FailedRun]] = {}
    for path in sorted(folder.glob("site-*.json")):
        try:
            runs = [FailedRun(**run) for run in json.loads(path.read_text(encoding="utf-8"))]
        except (OSError, ValueError, TypeError):
            continue
        if runs:
            found[runs[0].site] = runs
    return dict(sorted(found.items()))


def _file(folder: Path, site: int) -> Path:
    return folder / f"site-{site:06d}.json"
