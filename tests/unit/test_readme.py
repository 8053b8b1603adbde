"""What the README shows must run as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cpi_sim.scenario import load

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, flags=re.S)
YAML = re.findall(r"```yaml\n(.*?)```", README, flags=re.S)


@pytest.fixture
def small_site(tmp_path: Path) -> str:
    """A scenario small enough for a quick test, to stand in for those that the README names."""
    text = (
        "extends: connecting_people_early_intervention\ntitle: small\nhorizon_weeks: 52\nmeasure_weeks: [0, 52]\n"
        "site: {community_members: 120, service_users: 16, settings: 8, burn_in_years: 1}\n"
    )
    file = tmp_path / "small.yaml"
    file.write_text(text, encoding="utf-8")
    varied = "extends: small\ntitle: varied\nvary: {intervention.contacts_per_month: [0, 4]}\ncomparator: 0\n"
    (tmp_path / "varied.yaml").write_text(varied, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_the_python_of_the_readme_runs(
    number: int, small_site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code = re.sub(r'"(usual_care|connecting_people)_early_intervention"', repr(small_site), PYTHON[number])
    code = code.replace('"contact_intensity"', '"varied.yaml"')
    assert code != PYTHON[number]
    exec(compile(code, "README.md", "exec"), {})


def test_the_scenario_of_the_readme_is_read(tmp_path: Path) -> None:
    file = tmp_path / "my_team.yaml"
    file.write_text(YAML[0], encoding="utf-8")
    scenario = load(file)
    assert list(scenario.arms) == ["0", "4"]
    assert scenario.arms["4"].values["element_reflection"] == 0.0
    assert scenario.arms["4"].values["element_new_opportunities"] == 1.0


def test_the_readme_names_every_step_in_order() -> None:
    from cpi_sim.week import WEEK

    named = re.findall(r"^\| `(\w+)` \|", README, flags=re.M)
    steps = [step.__name__ for step in WEEK]
    assert [name for name in named if name in steps] == steps
