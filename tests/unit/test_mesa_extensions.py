"""Models with parts of one's own, saved and loaded: the same future with the same parts, a refusal with any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpi_sim.extensions import ExtensionError
from cpi_sim.model import ConnectingPeopleModel
from cpi_sim.saved_model import SavedModelError
from cpi_sim.site.tables import digest
from tests.unit.conftest import SEED
from tests.unit.test_mesa_saving import live

EXAMPLES = Path(__file__).parents[2] / "examples"
PEERS = (EXAMPLES / "peer_support.py").read_text()
SMALL = f"""extends: {(EXAMPLES / "outreach_with_peers.yaml").as_posix()}
horizon_weeks: 20
measure_weeks: [0, 20]
site: {{community_members: 120, service_users: 18, settings: 10, burn_in_years: 1}}
agency: {{illness_years_low: 0.3, illness_years_high: 1.0}}
intervention: {{protected_hours: 20, open_plans_at_most: 20}}
"""
"""An agency, an instrument and an element of one's own, on a small site."""
SCORED = """\
from cpi_sim.extensions import instrument


@instrument(title="Ties", unit="ties", range=(0, 100))
def ties_counted(site, week, rows):
    return site.first_tie[rows + 1] - site.first_tie[rows]
"""
CLOSED = """

def scored():
    from cpi_sim.extensions import instrument
    one = 1.0

    @instrument(title="One", unit="points", range=(0, 4))
    def always_one(site, week, rows):
        return 0.0 * rows + one

    return always_one


always_one = scored()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario, its element, and a model of them saved after six weeks."""
    path = tmp_path_factory.mktemp("own")
    (path / "small.yaml").write_text(SMALL)
    (path / "peer_support.py").write_text(PEERS)
    with_peers(path).save(path / "saved.npz")
    return path


def with_peers(folder: Path) -> ConnectingPeopleModel:
    given = [folder / "peer_support.py"]
    return live(ConnectingPeopleModel(folder / "small.yaml", rng=SEED, arm="with_peers", extensions=given), 6)


def test_loaded_with_its_element_it_goes_on_bit_for_bit(folder: Path) -> None:
    straight, loaded = with_peers(folder), load_with(folder, PEERS)
    assert digest(loaded.site) == digest(straight.site)
    fork = loaded.fork()
    futures = [digest(live(model, 10).site) for model in (straight, loaded, fork)]
    assert futures[0] == futures[1] == futures[2]
    assert loaded.arm.agency_kind == "assertive_outreach"
    assert list(loaded.spec.instruments) == ["hope"]
    without = live(ConnectingPeopleModel(folder / "small.yaml", rng=SEED, arm="outreach", past=straight.past), 16)
    assert futures[0] != digest(without.site), "the element changes what happens"


def load_with(folder: Path, text: str, name: str = "peer_support.py") -> ConnectingPeopleModel:
    """The saved model, loaded with a file of this name and text in another folder."""
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    (elsewhere / name).write_text(text)
    return ConnectingPeopleModel.load(folder / "saved.npz", extensions=[elsewhere / name])


def test_loaded_without_its_element_it_is_refused(folder: Path) -> None:
    with pytest.raises(
        SavedModelError, match=r"saved\.npz: saved with peer_support\.py, which is not given"
    ) as refusal:
        ConnectingPeopleModel.load(folder / "saved.npz")
    assert "another version" not in str(refusal.value)


@pytest.mark.parametrize(
    ("before", "after"),
    [("ASKED_A_WEEK = 0.25", "ASKED_A_WEEK = 0.26"), ("place < best_place", "place <= best_place")],
    ids=["a number", "a function that the element calls"],
)
def test_loaded_with_a_changed_element_it_is_refused(folder: Path, before: str, after: str) -> None:
    assert before in PEERS
    with pytest.raises(SavedModelError, match=r"peer_support\.py is not as it was when the model was saved"):
        load_with(folder, PEERS.replace(before, after))


def test_all_that_differs_is_said_at_once(folder: Path) -> None:
    with pytest.raises(SavedModelError) as refusal:
        load_with(folder, SCORED, "scored.py")
    said = str(refusal.value).splitlines()
    assert len(said) == 2
    assert "saved with peer_support.py" in said[0]
    assert "saved without scored.py, which is given" in said[1]


def test_a_missing_or_broken_file_is_said_before_the_saved_one_is_read(folder: Path) -> None:
    with pytest.raises(ExtensionError, match="no such file"):
        ConnectingPeopleModel.load(folder / "none.npz", extensions=[folder / "none.py"])
    with pytest.raises(ExtensionError, match="not valid Python"):
        load_with(folder, "def peer_support(", "broken.py")


def test_an_element_changed_on_disk_does_not_change_a_fork(folder: Path) -> None:
    model = with_peers(folder)
    (folder / "peer_support.py").write_text(PEERS.replace("0.25", "0.95"))
    try:
        fork = model.fork()
    finally:
        (folder / "peer_support.py").write_text(PEERS)
    assert digest(live(fork, 4).site) == digest(live(model, 4).site)


def test_what_cannot_be_known_again_is_not_saved(folder: Path) -> None:
    (folder / "closed.py").write_text(CLOSED)
    given = [folder / "peer_support.py", folder / "closed.py"]
    model = ConnectingPeopleModel(folder / "small.yaml", rng=SEED, arm="with_peers", extensions=given)
    with pytest.raises(SavedModelError, match="cannot save: always_one uses more than plain functions"):
        model.save(folder / "closed.npz")
    assert not (folder / "closed.npz").exists()


@pytest.mark.parametrize("given", [{"rules": {"never": len}}, {"extensions": ["more.py"]}])
def test_rules_and_extensions_of_a_state_are_its_own(folder: Path, given: dict[str, object]) -> None:
    model = with_peers(folder)
    with pytest.raises(ValueError, match="of its own"):
        model.fork(**given)
