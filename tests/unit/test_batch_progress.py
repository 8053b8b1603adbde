"""How far a batch is: nothing where nobody looks, a bar on a terminal, JSON for programs."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from cpi_sim.batches import progress
from cpi_sim.batches.plan import SitePlan
from cpi_sim.batches.progress import BatchProgress

SITES = [SitePlan(site, 100 + site, ()) for site in range(3)]


def shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> str:
    """What a batch of three sites, one of which fails, shows on a terminal."""
    written = io.StringIO()
    monkeypatch.setattr(progress, "Console", lambda stderr: Console(file=written, force_terminal=True, width=120))
    with BatchProgress("small [red]", 6, 0, shown=True) as bar:
        bar.advance(SITES[:2], [0], arms=2, failed=1)
        bar.advance(SITES[2:], [2], arms=2, failed=0)
        bar.say("a [message]")
    return written.getvalue()


def test_a_bar_says_done_and_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = shown_on_a_terminal(monkeypatch)
    assert "small [red]" in shown
    assert "5/6" in shown
    assert "1 failed" in shown
    assert "a [message]\n" in shown
    assert "\x1b[31" in shown or "\x1b[1;31" in shown


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    shown = shown_on_a_terminal(monkeypatch)
    assert "1 failed" in shown
    assert not any(f"\x1b[{code}" in shown for code in ("31", "1;31", "38;", "32"))


def test_where_stderr_is_no_terminal_it_is_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    with BatchProgress("small", 6, 0, shown=True) as bar:
        bar.advance(SITES, [0, 1, 2], arms=2, failed=0)
    assert capfd.readouterr() == ("", "")


def test_json_lines_have_one_object_a_site(capfd: pytest.CaptureFixture[str]) -> None:
    with BatchProgress("small", 8, 2, shown=True, json_lines=True) as bar:
        bar.advance(SITES[:2], [0], arms=2, failed=1)
        bar.advance(SITES[2:], [2], arms=2, failed=0)
        bar.say("Stopping")
    out, err = capfd.readouterr()
    lines = [json.loads(line) for line in err.splitlines()]
    assert out == ""
    assert [(line["site"], line["seed"], line["finished"]) for line in lines[:3]] == [
        (0, 100, True), (1, 101, False), (2, 102, True),
    ]  # fmt: skip
    assert (lines[2]["runs"], lines[2]["done"], lines[2]["failed"]) == (8, 6, 1)
    assert lines[2]["seconds_left"] >= 0
    assert lines[3] == {"message": "Stopping"}
