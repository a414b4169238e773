"""Brings the page into each of its states, says what was wrong with it, and takes pictures of it with `PICTURES=1`."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Page, expect
from playwright.sync_api import Error as PlaywrightError

from tests.processes import ROOT

FOLDER = ROOT / "var" / "screenshots" / "states"
# A third of the time: only for somebody who will look at them.
WANTED = bool(os.environ.get("PICTURES"))
PATIENCE_MS = 60_000
Step = Callable[[Page], None]


@dataclass
class Camera:
    """A page at one width, with its pictures in both themes; `troubles` is what was wrong with any of its states."""

    page: Page
    address: str
    width: int
    troubles: list[str]
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    @property
    def is_phone(self) -> bool:
        return self.width < 768

    def take(self, name: str, path: str, shows: str, *steps: Step) -> None:
        """Go to `path`, do the steps, and see that `shows` is there."""
        try:
            self._reach(path, shows, steps)
        except (AssertionError, PlaywrightError) as trouble:
            self.troubles.append(f"{name}: {str(trouble)[:200]}")
        if WANTED:
            self._picture(name)
        if self.page.evaluate("document.scrollingElement.scrollWidth > innerWidth"):
            self.troubles.append(f"{name}: wider than the window")
        self.troubles += [f"{name}: {complaint}" for complaint in self.complaints]
        self.complaints.clear()

    def _picture(self, name: str) -> None:
        self.page.wait_for_timeout(120)  # what opens has opened
        for scheme in ("dark", "light"):
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # a literal of its own
            self.page.wait_for_timeout(60)
            self.page.screenshot(path=FOLDER / f"{name}-{self.width}-{scheme}.png", animations="disabled")

    def _hear(self, line: ConsoleMessage) -> None:
        if line.type == "error" and "409" not in line.text:  # the guard's question is no trouble
            self.complaints.append(line.text)

    def _reach(self, path: str, shows: str, steps: Iterable[Step]) -> None:
        self.page.goto(self.address + path)
        if path.startswith("/atendimento/"):
            self.page.wait_for_selector("body[data-live=on]", state="attached")
        for step in steps:
            step(self.page)
        expect(self.page.locator(shows).first).to_be_visible(timeout=PATIENCE_MS)


def click(selector: str) -> Step:
    """Presses the first of these that is there to be seen."""
    return lambda page: page.locator(f"{selector} >> visible=true").first.click()


def write(selector: str, text: str) -> Step:
    return lambda page: page.locator(selector).press_sequentially(text)


def press(key: str) -> Step:
    return lambda page: page.keyboard.press(key)


def opens(address: str) -> Step:
    """Presses what opens a menu or dialog; on a phone it may be an item of the menu of more."""
    opener = f':is([data-menu*="{address}"], [data-dialog*="{address}"])'

    def step(page: Page) -> None:
        if not page.locator(f"{opener} >> visible=true").count():
            click('[data-menu*="/menus/more/"]')(page)
            page.locator("#menu").get_by_role("menuitem").first.wait_for()
        click(opener)(page)

    return step
