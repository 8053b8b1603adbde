"""One site of a scenario, lived once and written down closely: what `run` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from cpi_sim.batches.batch import say_on_stderr
from cpi_sim.batches.conclude import resolved_yaml
from cpi_sim.batches.diary import Diary
from cpi_sim.batches.parts import TABLES
from cpi_sim.batches.plan import Plan, make_plan
from cpi_sim.batches.provenance import identity, now, provenance
from cpi_sim.batches.run import live_arm
from cpi_sim.batches.store import PROVENANCE, claim, locked, refuse_other_results
from cpi_sim.batches.summary import summarise
from cpi_sim.engine.compilation import Program
from cpi_sim.extensions.making import fitted
from cpi_sim.extensions.program import in_arm
from cpi_sim.files import write_json, write_table, write_text
from cpi_sim.reports.figures import one_site_figures, write_figures
from cpi_sim.reports.life import choose_person, life_of
from cpi_sim.reports.material import Material
from cpi_sim.reports.story import site_in_words, tell
from cpi_sim.scenario import Scenario, as_scenario
from cpi_sim.simulation.past import make_past, past_key
from cpi_sim.simulation.warm_up import warm_up
from cpi_sim.simulation.weeks import recording
from cpi_sim.site.tables import Site

MEASURED_EVERY_WEEKS = 4
"""One site is measured more often than a batch, for a smoother picture; and at the scenario's own weeks."""


@dataclass(frozen=True)
class OneSite:
    """What living one site left behind: ``words`` sum it up, ``story`` tells one person's time (Markdown).

    ``summary`` has the shape of a batch's; ``picture`` shows the site over time, ``person_picture`` the person.
    """

    folder: Path
    arm: str
    seed: int
    person: int
    summary: dict[str, Any]
    words: str
    story: str
    picture: Path
    person_picture: Path


def run_one(
    scenario: Scenario | str | Path,
    results_dir: Path | str = "results",
    *,
    arm: str | None = None,
    site: int = 0,
    person: int | None = None,
    overwrite: bool = False,
    program: Program | None = None,
) -> OneSite:
    """Live one arm of one site (and the comparator's, to compare with) and leave a story and pictures of it.

    ``scenario`` may be the name or path of one. Results go to ``results_dir/<name>-one-site/``. ``site`` is the
    number of the site in a batch of the same scenario and seed; ``arm`` the last of the file by default; ``person``
    the id of the service user to tell of, else somebody with the middle number of contacts.

    Raises :class:`ValueError` for an arm or a person that does not exist, and
    :class:`~cpi_sim.batches.store.ResultsError` where the folder holds other results and ``overwrite`` is off, or
    another process works in it.
    """
    scenario = as_scenario(scenario)
    program = fitted(scenario, program)
    arm = _known_arm(scenario, arm)
    plan = make_plan({name: a.values for name, a in scenario.arms.items()}, site + 1, scenario.seed, past_key)
    certificate = provenance(
        identity(scenario.hash, program) | {"arm": arm, "site": str(site), "person": str(person)},
        scenario.name, scenario.seed, sorted(program.replacements),
    )  # fmt: skip
    folder = Path(results_dir) / f"{scenario.name}-one-site"
    refuse_other_results(folder, certificate["identity"], overwrite=overwrite)
    warm_up(say_on_stderr)
    with locked(folder):
        tables, diary = _live(scenario, plan, site, arm, program)
        person = _known_person(diary, person)
        claim(folder, certificate, overwrite=overwrite)
        return _keep(scenario, plan, arm, tables, diary, person, folder, certificate)


def _known_arm(scenario: Scenario, arm: str | None) -> str:
    if arm is None:
        return list(scenario.arms)[-1]
    if arm not in scenario.arms:
        raise ValueError(f"{scenario.name} has no arm {arm!r}; it has {', '.join(scenario.arms)}")
    return arm


def _known_person(diary: Diary, person: int | None) -> int:
    if person is None:
        return choose_person(diary)
    users = sorted(diary.states()["person"].unique())
    if person not in users:
        listed = ", ".join(map(str, users[:8]))
        raise ValueError(f"person {person} is not a service user of this site; ids are {listed}, ...")
    return person


def _live(
    scenario: Scenario, plan: Plan, site: int, arm: str, program: Program
) -> tuple[dict[str, pd.DataFrame], Diary]:
    """Tables of the arm and the comparator at one site, and the diary of the arm."""
    seed = plan.site(site).seed
    weeks = sorted({*scenario.measure_weeks, *range(0, scenario.horizon_weeks + 1, MEASURED_EVERY_WEEKS)})
    diary = Diary()
    pasts: dict[str, Site] = {}
    parts: list[dict[str, pa.Table]] = []
    for name in dict.fromkeys((scenario.comparator or arm, arm)):
        values, past = scenario.arms[name].values, plan.past_of_arm[name]
        if past not in pasts:
            pasts[past] = make_past(values, seed, program)
        own = in_arm(program, name)
        if name == arm:
            record = live_arm(
                recording(pasts[past]), values, seed, weeks, scenario.horizon_weeks, own, diary.after_week
            )
        else:
            record = live_arm(pasts[past], values, seed, weeks, scenario.horizon_weeks, own)
        parts.append(record.tables(site, name))
    return {name: pa.concat_tables([part[name] for part in parts]).to_pandas() for name in TABLES}, diary


def _keep(
    scenario: Scenario,
    plan: Plan,
    arm: str,
    tables: dict[str, pd.DataFrame],
    diary: Diary,
    person: int,
    folder: Path,
    certificate: dict[str, Any],
) -> OneSite:
    """Write everything, and return what a terminal shows of it."""
    comparator = scenario.comparator if scenario.comparator != arm else None
    lived = tables["people"]["arm"].unique()
    summary = summarise(tables["people"], comparator, {name: plan.past_of_arm[name] for name in lived})
    material = Material.of(scenario, tables, summary, 1)
    values = scenario.arms[arm].values
    life = life_of(diary, person, values["casual_friend_hours"])
    story = tell(life)
    for name, frame in tables.items():
        write_table(folder / f"{name}.parquet", pa.Table.from_pandas(frame, preserve_index=False))
    write_json(folder / "summary.json", summary)
    write_text(folder / "resolved.yaml", resolved_yaml(scenario))
    write_text(folder / "story.md", story)
    write_figures(one_site_figures(material, arm, life), folder)
    write_json(folder / PROVENANCE, certificate | {"finished": now()})
    return OneSite(
        folder=folder,
        arm=arm,
        seed=int(tables["people"]["seed"].iloc[0]),
        person=person,
        summary=summary,
        words=site_in_words(material, arm),
        story=story,
        picture=folder / "site.png",
        person_picture=folder / "person.png",
    )
