"""A page left open shows exactly what a reload would show, whatever colleagues and the product itself do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.conftest import Running

from .acts import ACTS
from .open_page import assert_like_a_fresh_one
from .snapshots import snapshot


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_live_equals_reload_after(
    act: Callable[[Running], None], running: Running, open_page: Page, visit: Callable[..., Page]
) -> None:
    before = snapshot(open_page)
    act(running)
    assert_like_a_fresh_one(open_page, running, visit)
    assert snapshot(open_page) != before
