"""Whatever anybody wrote anywhere, on no page does any of it run, and the browser's policy has nothing to report.

A policy would stop most of it; that it has nothing to stop shows that nothing came so far.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from chats.models import Chat, Message, MessageType
from crm.models import Contact, Role, User
from tests.apart import loopless
from tests.conftest import Running
from tests.furnished import furnish
from tests.hostile import PAYLOADS, write_hostile_words
from tests.processes import until
from tests.site_map import addresses
from tests.waha.engines import NOWEB, message
from tests.waha.message_kinds import KINDS

pytestmark = pytest.mark.timeout(900)

LISTEN = """
window.reports = [];
document.addEventListener('securitypolicyviolation', (event) =>
    window.reports.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
window.alert = window.confirm = window.prompt = () => window.reports.push('it ran');
"""
# Markup that nobody of ours writes: it would have come from a payload.
FOREIGN = """() => {
    const foreign = 'script:not([src]):not([type="application/json"]), style, iframe, object, embed, base, math';
    // What a menu copies is text for the clipboard, whatever it begins with.
    const isCode = ({ name, value }) => name !== 'data-copy' &&
        (name.startsWith('on') || name.startsWith('hx-on') || /^\\s*(javascript|data:text)/i.test(value));
    const all = [...document.querySelectorAll('*')];
    return [...document.querySelectorAll(foreign), ...all.filter((each) => [...each.attributes].some(isCode))]
        .map((each) => each.outerHTML.slice(0, 160));
}"""
# Of pages that are no pages: files, signposts, and the way out.
NOT_LOOKED_AT = {"logout", "admin:logout", "admin:jsi18n", "home"}
OPENERS = "[data-menu], [data-dialog], [popovertarget]"
# Something is open, and all that was asked for is here.
OPEN = "() => document.querySelector(':popover-open, dialog[open]') && !document.querySelector('.htmx-request')"


class Watch:
    """Hears what a browser would say if anything ran."""

    def __init__(self, context: BrowserContext) -> None:
        self.heard: list[str] = []
        context.add_init_script(LISTEN)
        self.page = context.new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.heard.append(f"{self.page.url}: {error}"))

    def look(self, what: str) -> None:
        """Note what happened on the page as it stands, and what markup is on it."""
        self.heard += [f"{what}: {report}" for report in self.page.evaluate("window.reports ?? []")]
        self.heard += [f"{what}: {markup}" for markup in self.page.evaluate(FOREIGN)]

    def _dialog(self, dialog: Any) -> None:
        self.heard.append(f"{self.page.url}: a dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, line: Any) -> None:
        if "Content Security Policy" in line.text or "Refused to" in line.text:
            self.heard.append(f"{self.page.url}: {line.text}")


@pytest.fixture
def hostile(running: Running) -> Any:
    """A house with one row of everything, every kind of message, and in all of it words that want to run."""
    house = furnish(running.company)
    for _name, raw, webjs, more, *_rest in KINDS:
        message(NOWEB, raw, webjs, **more).deliver(running.company.number)
    referral = {
        "contextInfo": {"externalAdReply": {"title": "Sofá", "body": "Só hoje", "sourceUrl": "https://x.example/ad"}}
    }
    message(NOWEB, {"extendedTextMessage": {"text": "Vi o anúncio", **referral}}, body="Vi o anúncio").deliver(
        running.company.number
    )
    assert write_hostile_words() > 100
    return house


def test_on_no_page_of_the_whole_map(
    hostile: Any, running: Running, browser: Any, browse: Callable[[User], Any]
) -> None:
    """Every address that answers a GET with a page, as an administrator who may also enter the admin."""
    alice = running.company.alice
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True, role=Role.ADMIN)
    alice.refresh_from_db()
    client = browse(alice)
    context = browser.new_context(locale="pt-BR")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": running.web.url}])
    watch, seen = Watch(context), 0
    for address in addresses():
        if address.name in NOT_LOOKED_AT:
            continue
        path = hostile.fill(address)
        with loopless():
            answer = client.get(path)
        is_page = answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html")
        answer.close()
        if not is_page:
            assert answer.status_code < 500, path
            continue
        watch.page.goto(running.web.url + path, wait_until="load")
        watch.look(f"{address}")
        seen += 1
    context.close()
    print(f"{seen} pages, {len(PAYLOADS)} payloads")
    assert watch.heard == []
    assert seen > 120


def test_in_the_inbox_with_everything_open_and_live(
    hostile: Any, running: Running, browser: Any, browse: Callable[[User], Any]
) -> None:
    """The open page: each conversation, each menu and dialog, and what comes by the socket meanwhile."""
    context = browser.new_context(locale="pt-BR", viewport={"width": 1440, "height": 900})
    cookie = browse(running.company.marta).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": running.web.url}])
    watch = Watch(context)
    page, opened = watch.page, 0
    for chat in Chat.objects.filter(tenant=running.company.tenant):
        page.goto(f"{running.web.url}/atendimento/{chat.pk}/?aba=todas")
        page.wait_for_selector("body[data-live=on]", state="attached")
        watch.look(f"chat {chat.pk}")
        opened += _open_everything(page, watch)
    for number, payload in enumerate(PAYLOADS[:12]):
        running.customer_says(payload, phone="5511988887777", name=PAYLOADS[-number - 1])
    latest = Message.objects.filter(type=MessageType.TEXT).latest("pk")
    page.goto(f"{running.web.url}/atendimento/{latest.chat_id}/?aba=todas")
    page.wait_for_selector("body[data-live=on]", state="attached")
    running.customer_says("<img src=x onerror=alert(1)> ao vivo", name="<svg onload=alert(1)>")
    page.get_by_text("<img src=x onerror=alert(1)> ao vivo").first.wait_for()
    watch.look("live")
    context.close()
    print(f"{opened} menus and dialogs")
    assert Contact.objects.filter(name__contains="<").exists()
    assert watch.heard == []
    assert opened > 50


def test_the_watch_would_notice(running: Running, browser: Any) -> None:
    """The other half of the proof: a payload that does come onto a page is heard, by the policy and by the markup."""
    context = browser.new_context()
    watch = Watch(context)
    watch.page.goto(f"{running.web.url}/entrar/")
    watch.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    until(lambda: watch.page.evaluate("window.reports.length > 0"))
    watch.look("login")
    context.close()
    assert any("script-src" in line for line in watch.heard)
    assert any("onerror" in line for line in watch.heard)


def _open_everything(page: Page, watch: Watch) -> int:
    """Press what opens something over the page, one button of each kind; how many there were."""
    buttons = page.locator(OPENERS).filter(visible=True)
    kinds: dict[str, int] = {}
    for at in range(min(buttons.count(), 60)):
        told = buttons.nth(at).evaluate("b => b.dataset.menu ?? b.dataset.dialog ?? b.getAttribute('popovertarget')")
        kinds.setdefault("/".join(str(told).split("/")[-3:]), at)
    for name, at in kinds.items():
        buttons.nth(at).click()
        page.wait_for_function(OPEN)
        watch.look(name)
        page.keyboard.press("Escape")
    return len(kinds)
