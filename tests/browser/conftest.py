"""Headless Chromium, the system's own, logged in as somebody."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from config.browser import find_chromium
from crm.models import User
from tests.conftest import Running
from tests.processes import ROOT

# Playwright keeps an event loop running in this thread, which makes Django think it is in one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

SCREENSHOTS = ROOT / "var" / "screenshots"
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    return {"executable_path": find_chromium(), "args": arguments}


@pytest.fixture
def visit(running: Running, browser: Browser, browse: Callable[[User], Client]) -> Callable[..., Page]:
    """Open an address as a person; what the page complains about fails the test at the next visit or end."""
    complaints: list[str] = []
    contexts = []

    def visit(user: User, path: str = "/atendimento/", *, width: int = 1440, height: int = 900, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="pt-BR", timezone_id="America/Sao_Paulo", **options
        )
        contexts.append(context)
        cookie = browse(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": running.web.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_default_timeout(10_000)
        page.goto(running.web.url + path)
        page.wait_for_selector("body[data-live=on]", state="attached")
        return page

    yield visit  # type: ignore[misc]
    for context in contexts:
        context.close()
    assert not complaints, complaints
