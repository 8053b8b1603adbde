"""Elements of one's own: lived after plan, do, review, watched, keyed by name, run only where their file is named."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cpi_sim import load, simulate
from cpi_sim.engine import processes
from cpi_sim.engine.compilation import Program
from cpi_sim.extensions import ExtendedProgram, ExtensionError, in_arm, own_parts, program_for, try_out
from cpi_sim.extensions.files import read_sources
from cpi_sim.extensions.making import fitted
from cpi_sim.extensions.watching import MAY_WRITE, watched
from cpi_sim.scenario import Scenario
from cpi_sim.simulation.weeks import run_weeks
from cpi_sim.site.tables import NOBODY, digest
from cpi_sim.week import WEEK
from tests.sites import PROGRAM, SEED, STRONG, entered, permuted

PEERS = Path(__file__).parents[2] / "examples" / "peer_support.py"
SMALL = {"community_members": 300, "service_users": 36, "settings": 16, "burn_in_years": 1}
ELEMENT = """
import numpy as np
from cpi_sim.engine.keyed import process_key, uniform
from cpi_sim.extensions import element
from cpi_sim.site.tie_table import place_tie, spend_time
from cpi_sim.week.keeping_in_touch import renew_tie

@element
def meal(site, seed, week, process, weight):
    p = site.parameters[0]
    {body}
"""


def written(folder: Path, body: str = "pass", name: str = "meal.py") -> Path:
    path = folder / name
    path.write_text(ELEMENT.format(body=body.replace("\n", "\n    ")))
    return path


def with_meal(weight: float = 1.0) -> Scenario:
    return load("connecting_people_inclusion_project", {"intervention.own_elements": {"meal": weight}})


def lived(program: Program, weeks: int = 12) -> str:
    return digest(run_weeks(entered(**STRONG), SEED, 0, weeks, program))


# --- What an element may write ---------------------------------------------------------------------------------------

SPEND = "tie = site.ties[0]\nspend_time(tie, 1.0, week)\n"
BOOK = "site.people[tie.low].hours_booked += 1.0\nsite.people[tie.high].hours_booked += 1.0\n"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "site.people[3].loneliness -= 0.1 * weight",
            "writes people.loneliness: effects come only through hours, people met, help asked and given, so of people "
            "it may write awareness, hours_booked, join_proposal, join_supported",
        ),
        ("site.people[3].access += 1.0", "writes people.access: effects come only through hours"),
        ("site.people[3].wellbeing += 1.0\nsite.people[3].anxiety = 9.0", "writes people.anxiety, people.wellbeing: "),
        ("site.memberships[3, 0].setting = 1", "writes memberships.setting"),
        ("site.plans[0].alliance = 1.0", "writes plans.alliance"),
        ("site.ties[0].security_low = 1.0", "writes ties.security_low"),
        ("site.ties[0].closeness_hours += 5.0", "writes ties.closeness_hours without hours: closeness is hours spent"),
        (SPEND, "spends hours on ties without booking them: add them to people.hours_booked of both people"),
        ("site.people[3].hours_booked = 100.0", "books more than the 30 hours a week that a person has"),
        ("p.new_tie_chance = 1.0", "writes parameters.new_tie_chance: effects come only"),
        ("site.settings[0].welcome = 1.0", "so it may write nothing of settings"),
        ("site.row_of_id[0] = 1", "writes row_of_id"),
        ("site.needs[3, 0].answer = 2", "it may write nothing of needs"),
        (
            "place_tie(site, 0, 9, week, 0, 2, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.0)",
            "begins a tie: bring people together (plan.introduced_to)",
        ),
    ],
)
def test_an_element_that_writes_what_it_may_not_is_refused(tmp_path: Path, body: str, message: str) -> None:
    path = written(tmp_path, body)
    element = ExtendedProgram(sources=read_sources([path])).elements["meal"]
    with pytest.raises(ExtensionError) as refused:
        watched(element, element.step, entered(), SEED, 0, 1.0)
    (line,) = str(refused.value).splitlines()
    assert line.startswith(f"{path.as_posix()}:8:1 meal: ")
    assert message in line


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "site.people[3].loneliness -= 0.1 * weight",
            "meal: writes people.loneliness: effects come only through hours",
        ),
        ("site.people[3].awareness = 1.0 + np.random.random() / 9", "meal: does not do the same twice: draw by key"),
        ("site.people[3].awarness = 1.0", "meal: cannot be compiled: no such field, awarness; did you mean awareness?"),
        ("site.people[3].awareness = open(1)", "meal: cannot be compiled: "),
    ],
)
def test_a_trial_refuses_an_element_before_anything_is_run(tmp_path: Path, body: str, message: str) -> None:
    path = written(tmp_path, body)
    with pytest.raises(ExtensionError) as refused:
        program_for(with_meal(), [path])
    (line,) = str(refused.value).splitlines()
    assert line.startswith(f"{path.as_posix()}:8:1 {message}")


@pytest.mark.parametrize(
    ("body", "wrote"),
    [
        ("pass", {}),
        ("site.people[3].awareness = 1.2", {"people": {"awareness"}}),
        ("site.plans[0].advice = weight", {"plans": {"advice"}}),
        (
            SPEND + BOOK,
            {
                "people": {"hours_booked"},
                "ties": {"closeness_hours", "spent_hours", "peak_hours", "last_contact_week", "contacts_this_week"},
            },
        ),
    ],
)
def test_an_element_may_write_what_plan_do_review_may(tmp_path: Path, body: str, wrote: dict[str, set[str]]) -> None:
    found = try_out([written(tmp_path, body)], weeks=4)
    assert found == {"meal": wrote}
    assert all(fields <= MAY_WRITE[table] for table, fields in found["meal"].items())


def test_what_an_element_begins_to_do_later_is_found_in_the_first_weeks_of_support(tmp_path: Path) -> None:
    late = written(tmp_path, "if week >= 30:\n    site.people[3].loneliness = 0.0")
    with pytest.raises(ExtensionError, match=r"writes people\.loneliness"):
        try_out([late])
    program = program_for(with_meal(), [late])
    with pytest.raises(ExtensionError, match=r"writes people\.loneliness"):
        run_weeks(entered(start_week=30), SEED, 0, 31, in_arm(program, "connecting_people"))


# --- When it is lived ------------------------------------------------------------------------------------------------


def test_without_a_weight_an_arm_is_usual_care_bit_for_bit() -> None:
    program = ExtendedProgram(sources=read_sources([PEERS]), weights_of_arm={"peers": {"peer_support": 1.0}})
    assert lived(in_arm(program, "usual_care")) == lived(PROGRAM)
    assert lived(in_arm(program, "peers")) != lived(PROGRAM)
    assert lived(program.weighing({"peer_support": 0.0})) == lived(PROGRAM)


def test_an_element_is_lived_while_support_is_offered_and_after_plan_do_review(tmp_path: Path) -> None:
    path = written(tmp_path, "site.people[3].awareness += weight")
    program = in_arm(program_for(with_meal(0.5), [path]), "connecting_people")
    seen = []

    def look(site: object, week: int) -> None:
        seen.append(float(site.people[3].awareness))  # type: ignore[attr-defined]

    run_weeks(entered(start_week=2, duration_weeks=3), SEED, 0, 8, program, look)
    assert seen == [1.0, 1.0, 1.5, 2.0, 2.5, 2.5, 2.5, 2.5], "whoever is in row 3 uses no service: their view lasts"
    steps = [step for each in WEEK for step in (each.__name__, *[f.element.name for f in program.following(each)])]
    assert steps[2:5] == ["plan_do_review", "meal", "taking_part"]


def test_an_element_draws_by_a_process_of_its_own() -> None:
    built_in = {value for name, value in vars(processes).items() if name.isupper()}
    elements = ExtendedProgram(sources=read_sources([PEERS])).elements
    process = elements["peer_support"].process
    assert 2**32 <= process < 2**33
    assert process == 6869285335
    assert max(built_in) < 2**32


def test_people_of_the_example_meet_whatever_rows_they_lie_in() -> None:
    program = ExtendedProgram(sources=read_sources([PEERS])).weighing({"peer_support": 1.0})
    site = run_weeks(entered(**STRONG), SEED, 0, 8, program)
    order = np.random.default_rng(1).permutation(len(site.people))
    moved = permuted(site, order)
    for each in (site, moved):
        each.plans["introduced_to"] = NOBODY
        each.posts["diary_hours"] = 20.0
        for step in program.following(WEEK[2]):
            step(each, SEED, 8)
    introduced = site.plans["introduced_to"]
    assert (introduced != NOBODY).sum() > 0
    assert np.array_equal(introduced, moved.plans["introduced_to"])
    assert (introduced != site.people["id"][site.plans["person"]]).all()


def test_simulate_lives_an_element_and_says_what_is_missing() -> None:
    given = {**SMALL, "elements": "all", "intervention.own_elements": {"peer_support": 1.0}, "protected_hours": 20}
    scenario = load("connecting_people_inclusion_project", given)
    with_peers = simulate(scenario, seed=3, weeks=12, extensions=[PEERS])
    plain = load("connecting_people_inclusion_project", given | {"intervention.own_elements": {}})
    assert (
        with_peers.plans["hours_connecting"].sum() > simulate(plain, seed=3, weeks=12).plans["hours_connecting"].sum()
    )
    with pytest.raises(ExtensionError, match=r"needs the Python file that holds it.*--with peer_support\.py"):
        simulate(scenario, seed=3, weeks=1)


# --- Which files run -------------------------------------------------------------------------------------------------


def test_a_scenario_alone_never_runs_code(tmp_path: Path) -> None:
    for folder in ("elements", "instruments", "agencies"):
        (tmp_path / folder).mkdir()
    ran = tmp_path / "ran"
    for path in (tmp_path, tmp_path / "elements", tmp_path / "instruments", tmp_path / "agencies"):
        (path / "meal.py").write_text(f"open({str(ran)!r}, 'w')\n")
    (tmp_path / "mine.yaml").write_text("extends: usual_care_community_team\nintervention: {own_elements: {meal: 1}}\n")
    with pytest.raises(ExtensionError, match=r"runs only where you name it: --with meal\.py"):
        program_for(load(tmp_path / "mine.yaml"))
    (tmp_path / "mine.yaml").write_text("extends: usual_care_community_team\ninstruments: [meal.py]\n")
    with pytest.raises(Exception, match=r"there is no 'meal\.py'"):
        load(tmp_path / "mine.yaml")
    assert not ran.exists()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("none.py", None, "none.py: no such file"),
        (
            "hope.yaml",
            "title: Hope",
            "hope.yaml: not Python; instruments and kinds of agency are named in the scenario",
        ),
        ("odd.py", "def f(:\n    pass\n", "odd.py:1:7: not valid Python: "),
        ("odd.py", "x = 1\ny = z\n", "odd.py:2:1: raises NameError: name 'z' is not defined"),
        ("odd.py", "import nowhere_at_all\n", "odd.py:1:1: raises ModuleNotFoundError: "),
        ("odd.py", "x = 1\n", "odd.py: holds nothing to add: mark a function with @element or @instrument"),
        (
            "odd.py",
            "from cpi_sim.extensions import element\n@element\ndef meal(site, week):\n    pass\n",
            "odd.py:2:1 meal: takes (site, week); an element takes (site, seed, week, process, weight), in this order",
        ),
        (
            "odd.py",
            "from cpi_sim.extensions import instrument\n@instrument(title='x', unit='y', range=(0, 1), sd=-1)\n"
            "def f(site, week, rows):\n    pass\n",
            "odd.py:2:1 f: its numbers do not go together: sd",
        ),
        (
            "odd.py",
            "from cpi_sim.extensions import element\n@element\ndef dinner(site, seed, week, process, weight): pass\n",
            "odd.py:2:1 dinner: no arm gives it a weight; write {own_elements: {dinner: 1}} under intervention",
        ),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, name: str, text: str | None, message: str) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(ExtensionError) as refused:
        program_for(with_meal(), [path])
    (line,) = str(refused.value).splitlines()
    assert line.startswith(f"{tmp_path.as_posix()}/{message}")


def test_an_element_that_no_file_holds_is_told_the_nearest_name(tmp_path: Path) -> None:
    path = written(tmp_path)
    both = {"connecting_people": {"meal": 1.0, "meel": 1.0}}
    scenario = load("connecting_people_inclusion_project", {"intervention.own_elements": both["connecting_people"]})
    with pytest.raises(ExtensionError, match=r"own_elements\.meel: 'meel' is unknown; did you mean meal"):
        program_for(scenario, [path])


def test_one_name_may_not_stand_in_two_files(tmp_path: Path) -> None:
    with pytest.raises(ExtensionError, match=r"the name is taken already, in .*meal\.py:8:1"):
        program_for(with_meal(), [written(tmp_path), written(tmp_path, name="other.py")])


def test_two_files_of_one_name_would_be_mistaken_for_each_other(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(ExtensionError, match=r"other/meal\.py: .*meal\.py has the same name; give one of them another"):
        read_sources([written(tmp_path), written(tmp_path / "other")])


# --- What makes results the same -------------------------------------------------------------------------------------


def test_the_identity_names_files_and_changes_with_their_text_and_what_they_call(tmp_path: Path) -> None:
    def parts(body: str) -> dict[str, str]:
        return own_parts(ExtendedProgram(sources=read_sources([written(tmp_path, body)])))

    assert own_parts(Program()) == {}
    assert own_parts(program_for(load("usual_care_community_team"))) == {}
    first = parts("site.people[3].awareness = 1.5")
    assert list(first) == ["extensions"]
    assert first["extensions"].startswith("meal.py ")
    assert parts("site.people[3].awareness = 1.5") == first
    assert parts("site.people[3].awareness = 1.6") != first
    (tmp_path / "numbers_of_ones_own.py").write_text("import numba\n@numba.njit\ndef half(x):\n    return x / 2\n")
    sys.path.insert(0, str(tmp_path))
    try:
        unseen = "site.people[3].awareness = 1.0 + half(0.4)"
        path = written(tmp_path, unseen)
        path.write_text("from numbers_of_ones_own import half\n" + path.read_text())
        program = ExtendedProgram(sources=read_sources([path]))
        assert own_parts(program) != own_parts(program), "what cannot be seen is never taken for the same"
    finally:
        sys.path.remove(str(tmp_path))


def test_a_program_can_be_sent_to_another_process_without_its_files(tmp_path: Path) -> None:
    path = written(tmp_path, "site.people[3].awareness = 1.5")
    program = in_arm(program_for(with_meal(), [path]), "connecting_people")
    packed = pickle.dumps(program)
    path.unlink()
    again = pickle.loads(packed)
    assert own_parts(again) == own_parts(program)
    assert lived(again, 3) == lived(program, 3) != lived(PROGRAM, 3)


def test_a_program_is_fitted_once_and_anew_for_another_scenario(tmp_path: Path) -> None:
    scenario = with_meal()
    program = program_for(scenario, [written(tmp_path)])
    assert fitted(scenario, program) is program
    other = fitted(with_meal(0.5), program)
    assert other is not program
    assert isinstance(other, ExtendedProgram)
    assert other.weights_of_arm["connecting_people"] == {"meal": 0.5}
    assert fitted(load("usual_care_community_team"), PROGRAM) is PROGRAM


SCRIPT = """
import sys
from cpi_sim.extensions import ExtendedProgram
from cpi_sim.extensions.files import read_sources
from tests.worlds import world

element = ExtendedProgram(sources=read_sources(["meal.py"])).elements["meal"]
program = ExtendedProgram(sources=read_sources(["meal.py"]))
site = world(4)
compiled = program(element.step)
compiled(site, 1, 0, element.process, 1.0)
print(site.people[3].awareness, sum(compiled.stats.cache_hits.values()))
"""
LONG_AGO = 1_600_000_000


@pytest.mark.slow
def test_an_edited_element_is_never_served_from_the_compile_cache(tmp_path: Path) -> None:
    """The file keeps its size and its date; first its helper is edited, then a constant, then both are put back."""

    def result(sign: str, number: str) -> tuple[float, int]:
        body = "site.people[3].awareness = helper(weight)"
        path = written(tmp_path, body)
        helper = f"LIMIT = {number}\ndef helper(weight):\n    return 4.0 {sign} weight * LIMIT\n"
        path.write_text(path.read_text() + helper)
        os.utime(path, (LONG_AGO, LONG_AGO))
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        value, hits = done.stdout.split()
        return float(value), int(hits)

    assert [result("+", "1.0"), result("-", "1.0"), result("-", "2.0")] == [(5.0, 0), (3.0, 0), (2.0, 0)]
    assert result("+", "1.0") == (5.0, 1), "the first version is still there, under its own name"
