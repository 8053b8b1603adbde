"""The museum of bad files: each is refused, with exactly the messages written down for it, and nothing is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from cpi_sim.scenario import Problem, ScenarioError, load
from cpi_sim.scenario.problems import Place
from cpi_sim.scenario.schema import TOP_LEVEL, allowed, field_at, names_beside

MUSEUM = Path(__file__).parent / "invalid"
EXPECTED: dict[str, list[str]] = YAML(typ="safe").load(Path(__file__).with_name("expected_messages.yaml"))


def path_in(line: str) -> tuple[str, ...]:
    """The path of the field that a line of the museum is about."""
    field = line.split(" ")[1].rstrip(":")
    return tuple(re.sub(r"\[\d+\]", "", field).removeprefix("vary.").split("."))


def filled_in(line: str) -> str:
    """A line as it is printed, with what the parameters say in place of <limits>, <names>, <count> and <about>."""
    path = path_in(line)
    if "<names>" in line or "<count>" in line:
        names = names_beside(path)
        line = line.replace("<names>", ", ".join(names)).replace("<count>", str(len(names)))
    if "<limits>" in line:
        field = field_at(path)
        assert field is not None
        line = line.replace("<limits>", allowed(field))
    return re.sub(r"<about (\w+)>", lambda found: allowed(field_at((*path[:-1], found[1]))), line)  # type: ignore[arg-type]


def test_every_bad_file_has_its_messages() -> None:
    assert {path.stem for path in MUSEUM.glob("*.yaml")} == set(EXPECTED)
    assert len(EXPECTED) >= 150


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_bad_file_is_refused_with_its_messages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(MUSEUM)
    with pytest.raises(ScenarioError) as refused:
        load(f"{name}.yaml")
    assert str(refused.value).splitlines() == [filled_in(line) for line in EXPECTED[name]]


def test_limits_are_said_in_numbers_and_units() -> None:
    field = field_at(("intervention", "elements", "reflection"))
    assert field is not None
    assert allowed(field) == "0 to 1 (a part of a whole, 0 to 1)"


def test_missing_file_names_the_shipped_scenario_that_was_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        ScenarioError, match="contact_intensty: no such file or shipped scenario; did you mean contact_"
    ):
        load("contact_intensty")
    with pytest.raises(ScenarioError, match="a scenario of that name comes with the program: `contact_intensity`"):
        load("elsewhere/contact_intensity.yaml")


def test_folder_is_no_scenario(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        load(tmp_path)


def test_file_too_large_to_be_a_scenario(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    path.write_bytes(b"# " + b"x" * 5_000_000)
    with pytest.raises(ScenarioError, match=r"huge.yaml: larger than 5 MB; a scenario is a short text"):
        load(path)


def test_device_without_end_is_not_read_to_its_end() -> None:
    with pytest.raises(ScenarioError, match="larger than 5 MB"):
        load("/dev/zero")


def test_aliases_are_told_once_a_line(tmp_path: Path) -> None:
    path = tmp_path / "laughs.yaml"
    path.write_text(f"title: &a lol\nwhy: [{', '.join(['*a'] * 5000)}]\n")
    with pytest.raises(ScenarioError) as refused:
        load(path)
    assert len([line for line in str(refused.value).splitlines() if "anchors" in line]) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"title: \xff\xfe\n", "not a text file in UTF-8"),
        (b"title: \x07\n", "not valid YAML"),
        (b"title: " + b"[" * 5000, "nested too deeply"),
        (b"agency: {caseload: " + b"9" * 6000 + b"}\n", "is text; write the number alone"),
    ],
)
def test_files_that_are_hardly_text(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.yaml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError, match=message) as refused:
        load(path)
    assert max(map(len, str(refused.value).splitlines())) < 600


def test_file_that_extends_a_bad_one_is_told_where_the_slip_stands(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text("extends: usual_care_community_team\nsite:\n  settings: -3\n")
    (tmp_path / "child.yaml").write_text("extends: parent\nagency:\n  caseload: none\n")
    with pytest.raises(ScenarioError) as refused:
        load(tmp_path / "child.yaml")
    places = {(Path(problem.place.file).name, problem.place.line) for problem in refused.value.problems}
    assert places == {("child.yaml", 3), ("parent.yaml", 3)}


NAMES = (*TOP_LEVEL, "kind", "caseload", "elements", "reflection", "settings", "contacts_per_month", "label", "zebra")
DOTTED = ("agency.kind", "agency.caseload", "intervention.elements.reflection", "intervention.elements", "zebra.zebra")
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 40),
    st.floats(),
    st.sampled_from(("all", "community_team", "0", "4 a week")),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)),
    max_leaves=12,
)
FILES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(TOP_LEVEL, ANYTHING),
        "agency": st.one_of(st.just({"kind": "community_team"}), ANYTHING),
        "vary": st.one_of(st.dictionaries(st.sampled_from(DOTTED), ANYTHING, max_size=3), ANYTHING),
        "arms": st.one_of(st.dictionaries(st.sampled_from(("a", "b")), ANYTHING, max_size=2), ANYTHING),
    },
)


@settings(max_examples=100, deadline=None)
@given(content=FILES)
def test_no_file_is_too_odd_to_be_told_what_is_wrong(
    content: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("odd") / "odd.yaml"
    YAML(typ="safe").dump(content, path)
    try:
        load(path)
    except ScenarioError as error:
        told = error.problems
    else:
        told = [Problem(Place("odd.yaml"), "", "nothing")]
    assert all(problem.message and problem.place.file.endswith("odd.yaml") for problem in told)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"sites": 0}, "override sites: 0 is out of range"),
        ({"caseloads": 20}, "override caseloads: unknown; did you mean agency.caseload, 1 to 100 (whole"),
        ({"agency.caseload": "20 people"}, "override agency.caseload: '20 people' is text"),
        ({"elements": ["reflexion"]}, "did you mean reflection"),
        ({"contacts_per_month": 3}, "override intervention.contacts_per_month: cannot be given here"),
    ],
)
def test_bad_overrides(overrides: dict[str, object], message: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(message)):
        load("contact_intensity", overrides)
