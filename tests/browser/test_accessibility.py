"""axe finds nothing to mend on any page, in either theme, whatever stands open over it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from chats.models import Chat
from tests.conftest import Running

# A page that is still fading in has less contrast than it will have.
SETTLED_MS = 400
OPENERS = "[data-menu], [data-dialog], [popovertarget], [data-shortcuts]"
# One button of each kind that is to be seen: where it leads, ids aside.
OPENERS_THERE = """buttons => [...new Map(buttons.map((button, at) => {
    const { menu, dialog } = button.dataset;
    const leads = menu ?? dialog ?? button.getAttribute("popovertarget") ?? "shortcuts";
    return [leads.replace(/[0-9a-f-]{36}/g, "id"), at];
}))]"""


def violations(page: Page) -> list[str]:
    """What axe complains of: the rule, and where. In the dark, only contrast can be another."""
    found = []
    for scheme, rules in (("dark", {"runOnly": ["color-contrast"]}), ("light", None)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # a literal of its own
        page.wait_for_timeout(SETTLED_MS)
        for each in Axe().run(page, options=rules).response["violations"]:
            found += [f"{scheme}, {each['id']}: {node['target'][0]}" for node in each["nodes"]]
    return found


def openers(page: Page) -> Iterator[tuple[str, Locator]]:
    """Everything on the page that opens something over it."""
    buttons = page.locator(OPENERS).filter(visible=True)
    for name, at in buttons.evaluate_all(OPENERS_THERE):
        yield name, buttons.nth(at)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_inbox_and_what_opens_over_it(width: int, busy: Running, visit: Callable[..., Page]) -> None:
    found: dict[str, list[str]] = {}
    chat = Chat.objects.filter(assigned_to=busy.company.ana).latest("last_message_at")
    page = visit(busy.company.ana, "/atendimento/?aba=todas", width=width)
    found["no conversation"] = violations(page)
    page.goto(page.url.split("?")[0] + f"{chat.pk}/")
    page.wait_for_selector("body[data-live=on]", state="attached")
    found["conversation"] = violations(page)
    for name, button in list(openers(page)):
        button.click()
        found[name] = violations(page)
        page.keyboard.press("Escape")
    page.locator("#messages-scroll").focus()
    page.keyboard.press("?")
    found["shortcuts"] = violations(page)
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
