"""The page of `cpi-sim viz` as a reader uses it, in Debian's chromium."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest
from selenium.common.exceptions import ElementClickInterceptedException, StaleElementReferenceException
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import WAIT_SECONDS, Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Found = TypeVar("Found")


def until(condition: Callable[[], Found], what: str) -> Found:
    """What a condition gives, as soon as it gives something; the page redraws itself, so elements may vanish."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        try:
            if found := condition():
                return found
        except (StaleElementReferenceException, ElementClickInterceptedException):
            pass
        time.sleep(0.1)
    raise AssertionError(f"waited in vain: {what}")


class Page:
    """The page, by what a reader sees on it."""

    def __init__(self, browser: Chrome, served: Served) -> None:
        self.browser, self.served = browser, served
        browser.get(served.address)
        until(lambda: self.picture("network"), "the site")

    def text(self, selector: str) -> str:
        return self.browser.execute_script(
            "return document.querySelector(arguments[0])?.textContent ?? ''", selector
        ).strip()

    def picture(self, name: str) -> str:
        """What a picture says of itself in words: ``network`` or ``site-picture``."""
        selector = {"network": "svg.network", "site-picture": ".site-picture svg"}[name]
        found = self.browser.execute_script(
            "return document.querySelector(arguments[0])?.getAttribute('aria-label') ?? ''", selector
        )
        return str(found)

    def week(self) -> int:
        words = self.text(".week").split()
        return int(words[1]) if words else -1

    def press(self, label: str) -> None:
        def pressed() -> bool:
            for button in self.browser.find_elements(By.CSS_SELECTOR, "button:not([disabled])"):
                if button.text.strip().lower() == label.lower():
                    button.click()
                    return True
            return False

        until(pressed, f"a button {label}")

    def reaches(self, week: int) -> None:
        until(lambda: self.week() == week, f"week {week}, not {self.week()}")

    def move(self, choice: str, key: str, times: int) -> None:
        """Move a slider with the arrow keys."""
        for _ in range(times):
            before = self.text(f".choice-{choice} .choice-value")
            self.browser.find_element(By.CSS_SELECTOR, f".choice-{choice} .v-slider__thumb-container").send_keys(key)
            until(lambda before=before: self.text(f".choice-{choice} .choice-value") != before, f"{choice} to move")

    def complaints(self) -> list[str]:
        """What went wrong in the browser, and on the server."""
        console = [entry["message"] for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"]
        server = self.served.log.read_text().splitlines()
        wrong = ("Traceback", "ERROR", "Error:", "DeprecationWarning", "FutureWarning")
        ours = [line for line in server if any(word in line for word in wrong) and "site-packages" not in line]
        return console + ours


@pytest.fixture
def page(browser: Chrome, served: Served) -> Page:
    return Page(browser, served)


def test_page_says_what_it_is_and_what_may_be_claimed(page: Page) -> None:
    assert page.week() == 0
    assert "set by hand; they are not calibrated" in page.text(".caution")
    assert "A small place <b>& its people</b>" in page.text(".v-toolbar__title, .v-app-bar")
    assert page.text(".choice-contacts_per_month .choice-value") == "4 contacts a month"
    assert "people supported by one full-time worker" in page.text(".choice-caseload").lower()
    assert page.text(".portrait").count("In touch with") == 1
    for hidden in ("Play Interval", "Page 0", "Model Parameters"):
        assert hidden.lower() not in page.browser.find_element(By.TAG_NAME, "body").text.lower()
    assert page.complaints() == []


def test_warnings_of_others_do_not_reach_the_terminal(page: Page) -> None:
    server = page.served.log.read_text()
    assert "use_state" not in server
    assert "samesite" not in server


def test_settings_do_not_cover_a_narrow_page(browser: Chrome, page: Page) -> None:
    def is_open() -> bool:
        return bool(browser.find_elements(By.CSS_SELECTOR, ".v-navigation-drawer--open"))

    until(is_open, "the settings beside a wide page")
    browser.set_window_size(500, 900)
    narrow = Page(browser, page.served)
    time.sleep(1.0)
    assert not is_open()
    browser.find_element(By.CSS_SELECTOR, ".v-app-bar button, .v-toolbar button").click()
    until(is_open, "the settings, asked for")
    assert narrow.complaints() == []


def test_step_lives_a_week_and_the_pictures_change(page: Page) -> None:
    before = page.picture("site-picture")
    page.press("Step")
    page.reaches(1)
    until(lambda: "to week 1:" in page.picture("site-picture"), "the picture of week 1")
    assert page.picture("site-picture").split(":")[1] != before.split(":")[1]
    assert "in week 1:" in page.picture("network")
    page.press("A quarter on")
    page.reaches(14)
    assert page.complaints() == []


def test_play_lives_on_until_paused_and_hears_the_button(page: Page) -> None:
    page.press("▶")
    until(lambda: page.week() >= 3, "some weeks of play")
    page.press("❚❚")
    until(lambda: page.browser.find_elements(By.XPATH, "//button[contains(., '▶')]"), "the pause")
    time.sleep(2.0)  # the week in hand is still lived
    stopped = page.week()
    time.sleep(2.0)
    assert page.week() == stopped < 40
    page.press("A quarter on")
    page.press("A quarter on")
    page.press("A quarter on")
    page.press("A quarter on")
    page.reaches(40)
    assert page.complaints() == []


def test_slider_and_reset_begin_again_and_show_the_run_before(page: Page) -> None:
    page.press("A quarter on")
    page.reaches(13)
    page.move("contacts_per_month", Keys.ARROW_LEFT, 4)
    assert page.text(".choice-contacts_per_month .choice-value") == "0 contacts a month"
    assert "Press Reset" in page.text(".choices .pending")
    page.press("Reset")
    page.reaches(0)
    until(lambda: "Connecting contacts 0 contacts a month, was 4" in page.text(".site-card .hint"), "what was moved")
    until(lambda: page.text(".choices .pending") == "", "the hint to go")
    page.press("A quarter on")
    page.reaches(13)
    assert page.picture("site-picture").endswith("contacts held a month 0.00")
    assert page.complaints() == []


def test_change_from_birth_lives_another_past(page: Page) -> None:
    page.press("A quarter on")
    page.reaches(13)
    page.move("openness_shift", Keys.ARROW_RIGHT, 5)
    page.press("Reset")
    until(lambda: page.text(".choices .pending") == "", "the other past")
    page.reaches(0)
    until(lambda: ", was " in page.text(".site-card .hint"), "what was moved")
    page.press("Step")
    page.reaches(1)
    assert page.complaints() == []


def test_element_is_switched_off(page: Page) -> None:
    switch = page.browser.find_elements(By.CSS_SELECTOR, ".choices .v-input--switch")[4]
    assert switch.text == "Reflection"
    page.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", switch)
    ActionChains(page.browser).click(
        switch.find_element(By.CSS_SELECTOR, ".v-input--selection-controls__input")
    ).perform()
    until(lambda: "Press Reset" in page.text(".choices .pending"), "the hint")
    page.press("Step")
    page.reaches(1)
    page.press("Reset")
    until(lambda: "Reflection off" in page.text(".site-card .hint"), "what was moved")
    assert page.complaints() == []


def test_somebody_else_is_followed(page: Page) -> None:
    first = page.picture("network")
    page.press("Somebody else")
    until(lambda: page.picture("network").split()[3] != first.split()[3], "somebody else")
    titles = page.browser.execute_script(
        "return [...document.querySelectorAll('svg.network title')].map(t => t.textContent)"
    )
    assert any("Closeness" in title and "feels secure" in title for title in titles)
    assert page.complaints() == []
