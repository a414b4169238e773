"""The comparison of a page that was left open with a fresh one."""

import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.conftest import Running

from .acts import joao
from .snapshots import snapshot


def assert_like_a_fresh_one(page: Page, running: Running, visit: Callable[..., Page]) -> None:
    """The open page becomes what a new one shows, and stays so."""
    fresh = visit(running.company.ana, f"/atendimento/{joao().pk}/?aba=todas")
    deadline = time.monotonic() + 20  # much sooner on a machine that has nothing else to do
    while (live := snapshot(page)) != (reloaded := snapshot(fresh)) and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    for part, shown in reloaded.items():
        assert live[part] == shown, part
