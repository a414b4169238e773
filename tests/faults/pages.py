"""A page that stayed open, against one that is opened now."""

import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.snapshots import snapshot

from .house import House


def assert_like_a_fresh_one(page: Page, visit: Callable[..., Page], house: House, path: str) -> None:
    """The page that stayed open through it all shows what a new one shows."""
    fresh = visit(house.company.ana, path)
    deadline = time.monotonic() + 15
    while (live := snapshot(page)) != (reloaded := snapshot(fresh)) and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    for part, shown in reloaded.items():
        assert live[part] == shown, part
