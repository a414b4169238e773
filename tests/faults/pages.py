"""A page that stayed open, against one that is opened now."""

import difflib
import re
import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.snapshots import snapshot

from .house import House

MOST_LINES, WIDEST_LINE = 24, 200
# A page that lost its socket waits for up to 30 s before it tries again, as anybody's does.
CATCH_UP_SECONDS = 120


def assert_like_a_fresh_one(page: Page, visit: Callable[..., Page], house: House, path: str) -> None:
    """The page that stayed open through it all shows what a new one shows."""
    fresh = visit(house.company.ana, path)
    deadline = time.monotonic() + CATCH_UP_SECONDS
    while (live := snapshot(page)) != (reloaded := snapshot(fresh)) and time.monotonic() < deadline:
        page.wait_for_timeout(500)
    wrong = {part: difference(live[part], shown) for part, shown in reloaded.items() if live[part] != shown}
    assert not wrong, "\n".join(f"{part}, open (-) and fresh (+):\n{lines}" for part, lines in wrong.items())


def difference(live: str | None, fresh: str | None) -> str:
    """What only the open page shows (-) and what only the fresh one shows (+), each below the elements around it."""
    lines = difflib.unified_diff(_lines(live), _lines(fresh), "open", "fresh", n=1, lineterm="")
    found = [line[:WIDEST_LINE] for line in lines if not line.startswith(("---", "+++", "@@"))]
    return "\n".join(found[:MOST_LINES] + (["…"] if len(found) > MOST_LINES else []))


def _lines(html: str | None) -> list[str]:
    """An element a line, with its text."""
    return re.sub(r"(?<=.)(?=<[^/])", "\n", html or "(absent)").splitlines()
