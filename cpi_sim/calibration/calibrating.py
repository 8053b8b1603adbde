"""A calibration from beginning to end: block after block, each with what the blocks before it left possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cpi_sim.batches.plan import site_seed
from cpi_sim.calibration.blocks import BLOCKS, SITE, Block
from cpi_sim.calibration.matching import Effort, Matched, match
from cpi_sim.calibration.ruling_out import Aim
from cpi_sim.calibration.site_runs import Run, SiteRuns, Values
from cpi_sim.calibration.space import Space, space_of
from cpi_sim.evidence.catalogue import TARGETS
from cpi_sim.files import write_whole
from cpi_sim.parameters import REGISTRY

SITES_A_POINT = 2
"""Sites lived at each point: two, so that the noise between sites is known."""
WEIGHT_OF_SOFT = 1.0 / 3.0
"""What missing a soft target weighs, which need not be met but is to be kept in sight."""
LEFT = 1_000
"""Points drawn from what a block leaves possible."""
DRAWS_SHARED = 32
"""So many draws from the blocks before, each with a site of its own, where a block leaves pasts as they are and shares
them; their common error is a 32nd of the noise between them, and is not counted."""


@dataclass(frozen=True)
class Settings:
    """How large a calibration is.

    ``parameters`` is how many of each block's parameters are searched, the first of its list; ``site`` makes the sites;
    so many ``candidates`` are drawn jointly from what the blocks leave possible and lived as a whole, and at least
    ``sets`` of them make the ensemble. Tolerances are ``leniency`` times as wide as the catalogue's.
    """

    effort: Effort
    parameters: int
    site: Mapping[str, float]
    candidates: int
    sets: int
    leniency: float = 1.0

    def blocks(self) -> tuple[Block, ...]:
        """The blocks with the parameters that are searched."""
        return tuple(replace(block, parameters=block.parameters[: self.parameters]) for block in BLOCKS.values())


MOST_POINTS = 10_000
"""Sites of a wave have numbers of their own, as long as no wave has more."""

FULL = Settings(Effort(first_points=160, points=120, waves=3), 20, SITE, candidates=320, sets=200)
QUICK = Settings(
    Effort(first_points=10, points=8, waves=2),
    parameters=3,
    site={"community_members": 120.0, "service_users": 20.0, "settings": 10.0, "users_only_groups": 1.0,
          "burn_in_years": 0.5, "illness_years_low": 0.2, "illness_years_high": 1.0},
    candidates=6,
    sets=4,
    leniency=5.0,
)  # fmt: skip
"""Shows that all parts work together, and nothing else: sites so small are unlike a locality, hence the leniency."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class BlockResult:
    """What a block's history matching left of its space."""

    block: Block
    space: Space
    matched: Matched


@dataclass(frozen=True)
class Calibrated:
    """The blocks as far as they came, and joint draws from what they left possible (empty where nothing fits)."""

    blocks: tuple[BlockResult, ...]
    draws: tuple[dict[str, float], ...]

    @property
    def fits(self) -> bool:
        """Whether every block left something."""
        return all(each.matched.fits for each in self.blocks)


class BlockRuns:
    """Statistics of one block at points of its space; earlier blocks are drawn from what they left possible.

    So the statistics are learnt as they are on average over those draws, and the spread between draws is noise.

    Args:
        block: what is searched and counted.
        space: of the block's parameters.
        live: lives the sites.
        given: draws of earlier blocks; one empty draw for the first.
        site: values that make the sites.
        seed: of the calibration.
    """

    def __init__(
        self, block: Block, space: Space, live: SiteRuns, given: Sequence[Values], site: Values, seed: int
    ) -> None:
        self._block, self._space, self._live, self._site = block, space, live, site
        self._given, self._seed = given, seed
        self._shares_pasts = all(REGISTRY[name].acts_from == "entry" for name in space.names)

    def __call__(self, points: np.ndarray, wave: int) -> np.ndarray:
        """Statistics (points, sites, targets)."""
        runs = [run for number, point in enumerate(points) for run in self._runs(point, wave, number)]
        return self._live(runs).reshape(len(points), SITES_A_POINT, len(self._block.targets))

    def _runs(self, point: np.ndarray, wave: int, number: int) -> list[Run]:
        runs = []
        for site in range(SITES_A_POINT):
            place = MOST_POINTS * wave + SITES_A_POINT * number + site
            if self._shares_pasts and len(self._given) > 1:
                place %= DRAWS_SHARED
            given = self._given[place % len(self._given)]
            values = {**self._site, **self._block.fixed, **given, **self._space.values(point)}
            runs.append(Run(values, site_seed(self._seed, place), self._block.lives, self._block.targets))
        return runs


def aims_of_targets(names: Sequence[str], leniency: float = 1.0) -> dict[str, Aim]:
    """What the statistics of some targets should be, by target id, with tolerances so many times as wide."""
    return {
        name: Aim(TARGETS[name].value, leniency * TARGETS[name].sd, 1.0 if TARGETS[name].core else WEIGHT_OF_SOFT)
        for name in names
    }


class Designs:
    """The points of each wave and what a block left, kept in a folder: a calibration taken up again looks where it did.

    What emulators predict may differ in the last bit on another machine, and a point that differs is another run.
    """

    def __init__(self, folder: Path, block: str) -> None:
        self._folder, self._block = folder, block
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, wave: int, points: np.ndarray) -> np.ndarray:
        """The points of a wave as first chosen."""
        return self._first(f"{self._block}-{wave + 1}.npy", points)

    def left(self, sample: np.ndarray) -> np.ndarray:
        """What the block left as first drawn."""
        return self._first(f"{self._block}-left.npy", sample)

    def _first(self, name: str, points: np.ndarray) -> np.ndarray:
        path = self._folder / name
        if not path.exists():
            write_whole(path, lambda temporary: _save(temporary, points))
        return np.asarray(np.load(path))


def _save(path: Path, points: np.ndarray) -> None:
    with path.open("wb") as file:
        np.save(file, points)


def calibrate(
    live: SiteRuns, folder: Path, settings: Settings = FULL, seed: int = 1, say: Say = lambda line: None
) -> Calibrated:
    """Calibrate the blocks one after the other, and draw jointly from what they leave possible.

    Args:
        live: lives the sites and keeps what came of them.
        folder: where the points of the waves are kept.
        settings: how much is simulated.
        seed: of everything that is drawn.
        say: told, a line at a time, what is being done.

    Returns:
        The blocks up to the first that leaves nothing, or all.
    """
    given: list[dict[str, float]] = [{}]
    results: list[BlockResult] = []
    for number, block in enumerate(settings.blocks()):
        say(f"{block.name}: {len(block.parameters)} parameters, {len(block.targets)} targets")
        space = space_of(block.parameters)
        simulate = BlockRuns(block, space, live, given, settings.site, seed)
        designs = Designs(folder, block.name)
        aims = aims_of_targets(block.targets, settings.leniency)
        matched = match(simulate, space.dimensions, aims, settings.effort, seed + 100 * number, LEFT, designs)
        results.append(BlockResult(block, space, matched))
        say(f"{block.name}: {100 * matched.waves[-1].share:.3g} % of its space is left")
        if not matched.fits:
            return Calibrated(tuple(results), ())
        drawn = [space.values(point) for point in designs.left(matched.sample)]
        given = [{**given[i % len(given)], **drawn[i]} for i in range(len(drawn))]
    return Calibrated(tuple(results), tuple(given))
