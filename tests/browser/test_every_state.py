"""Every state of the page, in both themes, at a desk and on a phone: nothing complains and nothing sticks out.

With PICTURES=1 pictures of them lie in var/screenshots/states/, for somebody to look at.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count
from playwright.sync_api import Browser, BrowserContext, Page, Route

from chats.demo.reset import delete_everything
from chats.models import Chat, MessageType, QuickReply, SendState
from crm.models import User
from tests import filemaking
from tests.processes import Web

from .camera import Camera, click, opens, press, write
from .stage import ALBUM, INBOX, Stage, set_stage

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def stage(web: Web, django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """Set once for all pictures, which change nothing of it but drafts."""
    with django_db_blocker.unblock():
        delete_everything()
        try:
            yield set_stage()
        finally:
            delete_everything()
            # This one belongs to the browser's event loop: after that has ended nobody could close it.
            connection.close()


@pytest.fixture(params=[1440, 390])
def camera(
    request: pytest.FixtureRequest, stage: Stage, web: Web, browser: Browser
) -> Iterator[Callable[[User], Camera]]:
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def camera(user: User) -> Camera:
        phone = request.param < 768
        context = browser.new_context(
            viewport={"width": request.param, "height": 844 if phone else 900},
            locale="pt-BR",
            timezone_id="America/Sao_Paulo",
            has_touch=phone,
            is_mobile=phone,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": stage.cookies[user], "url": web.url}])
        return Camera(context.new_page(), web.url, request.param, troubles)

    yield camera
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


def test_the_list(stage: Stage, camera: Callable[[User], Camera]) -> None:
    desk = camera(stage.ricardo)
    desk.take("list", f"{INBOX}?aba=todas", "#rows > .row")
    desk.take("list-groups", f"{INBOX}?aba=grupos", "#rows > .row")
    desk.take("list-row-menu", f"{INBOX}?aba=todas", "#menu", lambda page: _context_menu(page, "#rows > .row >> nth=2"))
    desk.take("list-selection", f"{INBOX}?aba=todas", "#selection", _select_three)
    desk.take("list-filters", f"{INBOX}?aba=todas", "#dialog", click('[data-dialog*="/list/filter/"]'))
    desk.take("list-order", f"{INBOX}?aba=todas", "#menu", click('[data-menu*="/list/menu/"]'))
    desk.take("list-nobody-found", f"{INBOX}?aba=todas&q=zzzz", ".empty--rows")
    desk.take("list-found", f"{INBOX}?aba=todas&q=entrega", "#rows-scroll")
    camera(stage.otto).take("empty", INBOX, ".empty--rows")


def _context_menu(page: Page, selector: str) -> None:
    page.locator(selector).dispatch_event("contextmenu", {"button": 2, "clientX": 180, "clientY": 260})


def _select_three(page: Page) -> None:
    _context_menu(page, "#rows > .row >> nth=1")
    page.get_by_role("menuitem", name="Selecionar").click()
    for number in (2, 4):
        page.locator(".row__check").nth(number).click()


def test_what_is_said(stage: Stage, camera: Callable[[User], Camera]) -> None:
    desk = camera(stage.ricardo)
    longest = Chat.objects.filter(tenant=stage.ricardo.tenant).annotate(said=Count("messages")).latest("said")
    desk.take("thread-long", stage.chat(longest), "#messages > .message")
    for kind in ("IMAGE", "VOICE", "AUDIO", "VIDEO", "DOCUMENT", "STICKER", "LOCATION", "CONTACT", "POLL", "CALL"):
        desk.take(f"thread-{kind.lower()}", stage.message(type=kind), "#messages > .message")
    desk.take("thread-unknown", stage.message(type=MessageType.UNKNOWN), "#messages > .message")
    desk.take("thread-album", stage.message(metadata=ALBUM), "#messages [data-album]")
    desk.take("thread-failed", stage.message(send_state=SendState.FAILED), "#messages .failure")
    desk.take("thread-gallery", stage.message(metadata=ALBUM), "dialog[open]", click("[data-album] .picture"))
    desk.take("thread-menu", stage.chat(stage.busy), "#menu", _message_menu)
    desk.take("thread-search", stage.chat(stage.busy), "[data-search-close]", _search_chat)


def _message_menu(page: Page) -> None:
    page.locator("#messages .bubble").last.dispatch_event("contextmenu", {"button": 2, "clientX": 200, "clientY": 300})


def _search_chat(page: Page) -> None:
    page.locator("[data-action=search-chat]").dispatch_event("click")


def test_what_is_written(stage: Stage, camera: Callable[[User], Camera]) -> None:
    desk, box = camera(stage.ricardo), "#composer-body"
    fresh = map(stage.chat, stage.talks[:: 1 if desk.is_phone else -1])
    desk.take("composer", stage.chat(stage.busy), "#scheduled > li")
    desk.take("composer-quick-replies", next(fresh), "#suggestions [role=option]", click(box), write(box, "/"))
    desk.take("composer-emoji", next(fresh), "#emoji button", click("[data-emoji]"))
    desk.take("composer-attach", next(fresh), "#menu", click("[data-action=attach]"))
    desk.take("composer-schedule", next(fresh), "#dialog", click(".composer__modes [data-dialog]"))
    desk.take("composer-note", next(fresh), box, _note, write(box, "O gerente autorizou 5% de desconto."))
    desk.take("composer-guard", next(fresh), "#composer-ask *", _send_what_is_overtaken)
    desk.take("composer-tray", next(fresh), "#tray .upload >> nth=1", _attach)
    desk.take("composer-number-down", stage.chat(stage.waits), "#session-alert .strip")


def _note(page: Page) -> None:
    page.locator("[data-action=note]").dispatch_event("click")


def _attach(page: Page) -> None:
    click("[data-action=attach]")(page)
    with page.expect_file_chooser() as choosing:
        click("#menu [data-pick]")(page)
    choosing.value.set_files(
        [
            {"name": "sala.jpg", "mimeType": "image/jpeg", "buffer": filemaking.jpeg((1200, 900))},
            {"name": "Orçamento Casa Aurora.pdf", "mimeType": "application/pdf", "buffer": filemaking.pdf()},
        ]
    )


def _send_what_is_overtaken(page: Page) -> None:
    """As if this page had been asleep while a colleague answered."""

    def asleep(route: Route) -> None:
        told = route.request.post_data or ""
        route.continue_(post_data=re.sub(r"seen=\d+", "seen=0", re.sub(r"answer=[^&]+", "answer=", told)))

    page.route("**/messages/", asleep)
    page.locator("#composer-body").fill("Bom dia! Já vejo isso para você.")
    page.get_by_role("button", name="Enviar", exact=True).click()


def test_what_is_done(stage: Stage, camera: Callable[[User], Camera]) -> None:
    desk, path = camera(stage.ricardo), stage.chat(stage.busy)
    desk.take("do-snooze", path, "#menu, #dialog[open]", opens("/snooze/"))
    desk.take("do-more", path, "#menu", opens("/menus/more/"))
    desk.take("do-transfer", path, "#dialog", opens("/transfer/"))
    desk.take("do-opportunity", path, "#dialog", opens("/opportunities/new/"))
    desk.take("do-activity", path, "#dialog", opens("/activities/new/"))
    desk.take("do-mute", path, "#dialog", opens("/mute/"))
    if not desk.is_phone:
        desk.take("do-resolve", path, "#menu", opens("/menus/resolve/"))
        desk.take("do-owner", path, "#menu", opens("/menus/owner/"))
        desk.take("do-stage", path, "#menu", opens("/menus/stage/"))
        desk.take("do-next-step", path, "#menu", opens("/menus/next-step/"))
        desk.take("do-lost", path, "#dialog", opens("/menus/resolve/"), click("#menu [data-dialog*=LOST]"))
    else:
        desk.take("do-customer", path, "#panel", click(".bottom-bar [data-drawer-open]"))


def test_everywhere(stage: Stage, camera: Callable[[User], Camera]) -> None:
    desk, path = camera(stage.ricardo), stage.chat(stage.busy)
    desk.take("command", path, "#dialog", press("Control+K"), write("#dialog input", "ri"))
    desk.take("shortcuts", f"{INBOX}?aba=todas", "#shortcuts", press("?"))
    desk.take("bell", f"{INBOX}?aba=todas", ".bell", click(".bell__button"))
    desk.take("user-menu", f"{INBOX}?aba=todas", "#user-menu", click(".topbar__user"))
    for page in ("preferencias", "preferencias/senha", "respostas-rapidas", "atendimento", "setores"):
        desk.take(f"settings-{page.replace('/', '-')}", f"/configuracoes/{page}/", "main")
    desk.take("settings-numeros", "/configuracoes/numeros/", "main")
    desk.take("settings-team", "/configuracoes/setores/", "#dialog", click('[data-dialog*="/setores/"]'))
    first = QuickReply.objects.filter(tenant=stage.ricardo.tenant).earliest("shortcut").pk
    desk.take("settings-reply", "/configuracoes/respostas-rapidas/", "#dialog", click(f'[data-dialog*="{first}"]'))
