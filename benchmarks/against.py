"""How much faster is the week now than at an earlier revision: ``python -m benchmarks.against [REVISION]``.

The revision is unpacked in a folder of its own and measured by its own benchmark, in turns with the present one.
Without a revision: the first in which the whole week was compiled, the tests passed and there was a benchmark.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FIRST_CORRECT = "7914fcd"
HERE = Path(__file__).resolve().parents[1]
MEASURES = ("compiled_ns_a_person_week", "compiled_ns_a_tie_side_week")


def unpack(revision: str, folder: Path) -> None:
    """Lay out the files of a revision in ``folder``."""
    archive = subprocess.run(["git", "archive", revision], cwd=HERE, stdout=subprocess.PIPE, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(folder, filter="data")


def measured(folder: Path) -> dict[str, float]:
    """What the benchmark of the project in ``folder`` finds for its compiled week, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks", "--only", "plain", "--quick", "--json"]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    found = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, check=True).stdout
    return {name: json.loads(found)["plain"][name] for name in MEASURES}


def in_turns(earlier: Path, rounds: int) -> dict[str, tuple[list[float], list[float]]]:
    """For each measure, nanoseconds at the earlier revision and now; a first turn, which compiles, does not count."""
    found: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in MEASURES}
    for turn in range(rounds + 1):
        for which, folder in enumerate((earlier, HERE)):
            for name, value in measured(folder).items():
                if turn > 0:
                    found[name][which].append(value)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.against", description=__doc__)
    parser.add_argument("revision", nargs="?", default=FIRST_CORRECT)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        unpack(asked.revision, Path(folder))
        found = in_turns(Path(folder), asked.rounds)
    for name, (then, now) in found.items():
        ratios = [before / after for before, after in zip(then, now, strict=True)]
        unit = name.removeprefix("compiled_").replace("_", " ")
        print(
            f"{unit}: {statistics.median(then):.0f} at {asked.revision}, {statistics.median(now):.0f} now, "
            f"faster by {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
