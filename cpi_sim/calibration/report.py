"""The report of a calibration: a page of tables in Markdown, with pictures beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from cpi_sim.calibration import account
from cpi_sim.calibration.account import Conflict, Interval, Reach, Shrinkage, TargetAfter
from cpi_sim.calibration.calibrating import Calibrated
from cpi_sim.calibration.ensemble import Ensemble
from cpi_sim.calibration.figures import draw_ranges, draw_targets
from cpi_sim.checks.statistics import NOT_COMPUTED
from cpi_sim.evidence.catalogue import TARGETS, mark_of
from cpi_sim.files import write_text
from cpi_sim.parameters import REGISTRY
from cpi_sim.reports.figures import write_figures

PAGE = "calibration.md"
RANGES, TARGETS_MET = "ranges", "targets"
PICTURES = (RANGES, TARGETS_MET)
LITTLE_REACH = 1.0
"""A statistic that moves by less than a tolerance over a parameter's whole range says nothing about it."""

HOW = """\
The model is calibrated by history matching, block after block. In each wave sites are lived at points that fill what
is left of the parameters' ranges; for every target an emulator (a Gaussian process, with the noise between sites)
learns the statistic's mean; parameters are ruled out where the second largest implausibility is 3 or more, targets
that say nearly the same counting as one. A later block draws the earlier ones from what they left. In the end sets
drawn jointly are each lived as a whole and judged by all core targets together; those that agree are the ensemble.
"""


def write_report(folder: Path, calibrated: Calibrated, ensemble: Ensemble | None, certificate: dict[str, Any]) -> Path:
    """Write ``calibration.md`` and its pictures into ``folder`` and return the page's path."""
    blocks = calibrated.blocks
    left = list(chain.from_iterable(account.shrinkage(each) for each in blocks))
    figures = {RANGES: draw_ranges(left)} if left else {}
    parts = [_head(certificate), _waves(calibrated)]
    if ensemble is not None:
        after = account.targets_after(ensemble)
        figures[TARGETS_MET] = draw_targets(after)
        parts.append(_targets(ensemble, after))
    parts += [
        _conflicts(list(chain.from_iterable(account.conflicts(each) for each in blocks))),
        _parameters(left),
        _informed(list(chain.from_iterable(account.furthest_reach(each) for each in blocks))),
    ]
    write_figures(figures, folder)
    path = folder / PAGE
    write_text(path, "\n".join(part for part in parts if part))
    return path


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown; numbers with three digits."""
    lines: list[Sequence[object]] = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines) + "\n"


def _cell(content: object) -> str:
    return f"{content:.3g}" if isinstance(content, float) else str(content)


def _percent(share: float) -> str:
    return f"{100.0 * share:.3g} %"


def _span(values: Interval) -> str:
    return f"{values.low:.3g} to {values.high:.3g}"


def _head(certificate: dict[str, Any]) -> str:
    return (
        f"# Calibration\n\n{HOW}\n"
        f"Seed {certificate['seed']}, {certificate['runs']:,} sites lived, cpi_sim {certificate['cpi_sim']}, "
        f"model {certificate['identity']['model']}, begun {certificate['started']}.\n"
    )


def _waves(calibrated: Calibrated) -> str:
    """Each wave of each block: what is left, and whether its emulators can be believed."""
    rows = [
        [each.block, each.wave, each.points, _percent(each.left), _percent(each.within_two),
         _percent(each.worst_within_two), each.explained, ", ".join(each.not_emulated) or "none"]
        for result in calibrated.blocks
        for each in account.waves(result)
    ]  # fmt: skip
    columns = (
        "block", "wave", "points", "left of the space", "left-out points within 2 sd", "worst emulator",
        "median part explained", "not emulated",
    )  # fmt: skip
    said = "## Waves\n\nAn emulator that knows how unsure it is has 95 % of left-out points within two deviations.\n\n"
    ended = [each.block.name for each in calibrated.blocks if not each.matched.fits]
    verdict = f"\n**Nothing fits** in the block {ended[0]}: every point tried is ruled out.\n" if ended else ""
    return said + table(columns, rows) + verdict


def _targets(ensemble: Ensemble, after: Sequence[TargetAfter]) -> str:
    judged = [each for each in after if each.judged]
    core = sum(target.core for target in TARGETS.values())
    said = [
        f"{ensemble.agreeing} of {ensemble.tried} sets drawn jointly agree with what is known; the ensemble has "
        f"{len(ensemble.sets)}."
    ]
    if ensemble.agreeing < len(ensemble.sets):
        said.append("Where fewer agree than are wanted, the least implausible of the others are among them.")
    if ensemble.undefined:
        said.append(f"Without a value in any set, and so no judges: {', '.join(ensemble.undefined)}.")
    met = sum(each.met for each in judged)
    said.append(
        f"Its median, at other sites than those the sets were chosen by, meets {met} of the {len(judged)} core targets "
        f"that a site can be judged by (within 3 tolerances). Of all {core} core targets the others are fixed by "
        f"inputs or cannot be computed ({len(NOT_COMPUTED)} of all {len(TARGETS)}; `cpi-sim check` gives the reasons)."
    )
    columns = (
        "target", "weight", "published", "tolerance", "90 % of the ensemble", "median", "implausibility", "verdict",
        "mark",
    )  # fmt: skip
    rows = [
        [each.target.id, each.target.weight, each.target.value, each.target.sd, _span(each.simulated),
         each.simulated.median, each.implausibility, _verdict(each), each.target.shown_as]
        for each in after
    ]  # fmt: skip
    head = f"## Targets after calibration\n\n{' '.join(said)}\n\n![Targets](targets.png)\n\n"
    return head + table(columns, rows)


def _verdict(each: TargetAfter) -> str:
    if each.by_construction:
        return "by construction"
    return "met" if each.met else "**missed**"


def _conflicts(found: Sequence[Conflict]) -> str:
    if not found:
        return "## Conflicts\n\nNo target of a block is beyond reach, and no two rule each other out.\n"
    rows = [[each.block, each.target, each.other or "(by itself)", each.nearest] for each in found]
    said = "## Conflicts\n\nTargets that no point tried meets: by themselves, or two that can each be met alone.\n\n"
    return said + table(("block", "target", "and", "smallest implausibility of the worse"), rows)


def _parameters(left: Sequence[Shrinkage]) -> str:
    if not left:
        return ""
    rows = [
        [each.block, each.parameter, f"{each.low:g} to {each.high:g}", _span(each.left), each.left.median,
         _percent(each.spread_left), mark_of(REGISTRY[each.parameter].evidence)]
        for each in left
    ]  # fmt: skip
    columns = ("block", "parameter", "range", "90 % of what is left", "median", "spread left", "mark")
    return "## Parameters\n\n![Ranges](ranges.png)\n\n" + table(columns, rows)


def _informed(reaches: Sequence[Reach]) -> str:
    """What each parameter moves, and which no target of their block says anything about."""
    none = [each.parameter for each in reaches if each.tolerances < LITTLE_REACH]
    said = f"No target informs {', '.join(none)}: sweep them.\n\n" if none else ""
    columns = ("block", "parameter", "target it moves most", "tolerances over its range")
    rows = [[each.block, each.parameter, each.target, each.tolerances] for each in reaches]
    return f"## What informs what\n\n{said}" + table(columns, rows)
