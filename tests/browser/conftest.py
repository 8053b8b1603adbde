"""The page served by the command line on a free port of this machine, and Debian's chromium to look at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

WAIT_SECONDS = 120.0
SCENARIO = """
extends: connecting_people_inclusion_project
title: A small place <b>& its people</b>
why: A site small enough for the tests of the page.
horizon_weeks: 40
site: {community_members: 150, service_users: 18, settings: 10, users_only_groups: 1, burn_in_years: 1}
agency: {illness_years_low: 0.3, illness_years_high: 1.0}
"""


@dataclass(frozen=True)
class Served:
    """A page that is being served, and the file that its server writes its messages to."""

    address: str
    log: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("page")
    (folder / "small.yaml").write_text(SCENARIO)
    port = free_port()
    command = [sys.executable, "-W", "default", "-m", "cpi_sim", "viz", "small.yaml", "--port", str(port)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--no-browser", "--seed", "3"],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
    try:
        yield _when_up(Served(f"http://127.0.0.1:{port}", folder / "log"), server)
    finally:
        server.terminate()
        server.wait(30)


def _when_up(page: Served, server: subprocess.Popen[bytes]) -> Served:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, page.log.read_text()
        try:
            urlopen(page.address, timeout=5).close()
        except (URLError, OSError):
            time.sleep(0.5)
        else:
            return page
    raise AssertionError(page.log.read_text())


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--window-size=1440,1000", f"--user-data-dir={tmp_path / 'profile'}"):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver") or "/usr/bin/chromedriver"))
    try:
        yield driver
    finally:
        driver.quit()
