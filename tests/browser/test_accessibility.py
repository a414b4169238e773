"""axe finds nothing to mend on any page, in either theme, whatever stands open over it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from chats.models import Chat
from tests.conftest import Running

from .axe import OVER, violations, with_each_open


@pytest.mark.parametrize("width", [1440, 390])
def test_the_inbox_and_what_opens_over_it(width: int, busy: Running, visit: Callable[..., Page]) -> None:
    found: dict[str, list[str]] = {}
    chat = Chat.objects.filter(assigned_to=busy.company.ana).latest("last_message_at")
    page = visit(busy.company.ana, "/atendimento/?aba=todas", width=width)
    found["no conversation"] = violations(page)
    page.goto(page.url.split("?")[0] + f"{chat.pk}/")
    page.wait_for_selector("body[data-live=on]", state="attached")
    found["conversation"] = violations(page)
    found |= dict(with_each_open(page))
    page.locator("#messages-scroll").focus()
    page.keyboard.press("?")
    found["shortcuts"] = violations(page, within=OVER)
    assert {where: what for where, what in found.items() if what} == {}


def test_the_settings_the_way_in_and_the_pages_that_say_no(
    running: Running, browser: Browser, browse: Callable[..., Any]
) -> None:
    context = browser.new_context(locale="pt-BR")
    page = context.new_page()
    found = {}
    page.goto(f"{running.web.url}/entrar/")
    found["/entrar/"] = violations(page)
    cookie = browse(running.company.marta).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": running.web.url}])
    page.goto(f"{running.web.url}/configuracoes/preferencias/")
    links = page.locator(".settings__nav a").evaluate_all("links => links.map((link) => link.pathname)")
    more = [
        "/configuracoes/preferencias/senha/",
        f"/configuracoes/numeros/{running.company.number.pk}/",
        "/configuracoes/numeros/novo/",
        "/nowhere/",
    ]
    for path in [*links, *more]:
        page.goto(running.web.url + path)
        found[path] = violations(page)
    context.close()
    assert {where: what for where, what in found.items() if what} == {}
