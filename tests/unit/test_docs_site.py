"""The documentation builds into a site without a warning, whole, and fetches nothing from elsewhere."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from mkdocs.structure.files import Files

import cpi_sim
from docs.docstring_roles import without_roles
from docs.outside_links import on_page_markdown
from tests.unit.test_docs_results import TINY

ROOT = Path(cpi_sim.__file__).parents[1]
EXAMPLES = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), flags=re.S)


class Fetched(HTMLParser):
    """Collects the addresses that a browser fetches to show a page (links to be followed are none of them)."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            self.addresses += [value for name, value in attrs if name in ("src", "href", "srcset", "data") and value]


def fetched(page: str) -> list[str]:
    parser = Fetched()
    parser.feed(page)
    return parser.addresses


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "site"
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    assert "WARNING" not in built.stderr
    return folder


@pytest.mark.slow
def test_every_page_is_built_and_stands_in_the_navigation(site: Path) -> None:
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert {path.stem for path in site.glob("*.html")} == pages | {"404"}
    start = (site / "index.html").read_text(encoding="utf-8")
    assert {page for page in pages if f'href="{page}.html" class="md-nav__link' in start} == pages


@pytest.mark.slow
def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        addresses = fetched(text)
        assert any(address.endswith(".css") for address in addresses)
        assert [each for each in addresses if re.match(r"(https?:)?//", each)] == [], page.name
        assert "mermaid" not in text, "diagrams would fetch a script"
    for style in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)[\s\"']*(https?:)?//", style.read_text(encoding="utf-8")), style.name


@pytest.mark.slow
def test_only_what_pages_need_lies_in_the_site(site: Path) -> None:
    assert (site / "results" / "reference" / "outcomes.png").exists()
    assert {path.name for path in site.iterdir() if path.suffix in (".py", ".yaml", ".md", ".pyc")} == set()
    assert not list(site.rglob("__pycache__"))


@pytest.mark.slow
def test_every_verb_and_every_agent_is_described(site: Path) -> None:
    page = (site / "api.html").read_text(encoding="utf-8")
    agents = ("Person", "CommunityMember", "PersonNotInService", "ServiceUser", "Practitioner")
    verbs = [f"cpi_sim.{verb}" for verb in cpi_sim.__all__ if verb != "__version__"]
    for name in (*verbs, "cpi_sim.explain.explain", *(f"cpi_sim.agents.{agent}" for agent in agents)):
        assert re.search(rf'<h3 id="{re.escape(name)}"', page), name
    assert not re.search(r":(class|func|attr|meth):", page)


@pytest.mark.usefixtures("without_pictures")
@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_the_python_of_the_page_runs(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny = '"connecting_people_inclusion_project"'
    small = f"cpi_sim.load({tiny}, { ({k: v for k, v in TINY.items() if k != 'sites'}) })"
    code = EXAMPLES[number].replace('{"sites": 2}', repr(TINY)).replace(tiny, small).replace("weeks=26", "weeks=2")
    assert code != EXAMPLES[number]
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "api.md", "exec"), {})
    assert re.search(r"\d", capsys.readouterr().out)


def in_the_site(markdown: str) -> tuple[str, Files]:
    """A page as it goes into the site, and what else goes there because of it."""
    files = Files([])
    plugins = SimpleNamespace(_current_plugin="outside_links")
    config = SimpleNamespace(site_dir="site", use_directory_urls=False, plugins=plugins)
    page = SimpleNamespace(file=SimpleNamespace(src_uri="page.md"))
    return on_page_markdown(markdown, page, config, files), files  # type: ignore[arg-type]


def test_a_link_out_of_the_folder_becomes_words(caplog: pytest.LogCaptureFixture) -> None:
    assert in_the_site("See the [README](../README.md).")[0] == "See the README (`README.md`)."
    assert in_the_site("In [`tests/unit`](../tests/unit).")[0] == "In `tests/unit`."
    assert in_the_site("Stays: [results](results.md#outcomes).")[0] == "Stays: [results](results.md#outcomes)."
    assert caplog.records == []


def test_a_link_to_nothing_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        in_the_site("See [this](../no_such_file.md).")
    assert ["no_such_file.md" in record.getMessage() for record in caplog.records] == [True]


def test_a_picture_from_outside_is_brought_in() -> None:
    picture = "results/reference/outcomes.png"
    page, files = in_the_site(f"![a](../{picture}) ![b](../{picture})")
    assert page == f"![a]({picture}) ![b]({picture})"
    assert [file.src_uri for file in files] == [picture]


def test_roles_of_docstrings_become_code() -> None:
    assert without_roles("As :func:`cpi_sim.load` and :class:`~a.b.Program`.") == "As `cpi_sim.load` and `Program`."


def test_what_a_browser_fetches_is_found() -> None:
    page = '<a href="https://a.org"></a><script src="https://b.org/x.js"></script><link href="style.css">'
    assert fetched(page) == ["https://b.org/x.js", "style.css"]
