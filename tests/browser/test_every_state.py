"""Every state of the page, in both themes, at a desk and on a phone: nothing complains and nothing sticks out.

The pictures lie in var/screenshots/states/, for somebody to look at.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Count
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError

from chats import actions
from chats.actions.scheduled import schedule
from chats.demo.reset import delete_everything
from chats.demo.world import make_world
from chats.models import Chat, Message, MessageType, QuickReply, SendState
from chats.waha.models import WhatsAppSession
from crm.models import User, new_key
from tests import filemaking
from tests.factories import TenantFactory, UserFactory
from tests.processes import Web

from .conftest import SCREENSHOTS

FOLDER = SCREENSHOTS / "states"
CHATS = 40
PATIENCE_MS = 8000
INBOX = "/atendimento/"
REPLIES = {
    "saudacao": "{{saudacao}}, {{primeiro_nome}}! Aqui é {{atendente}}, da {{nossa_empresa}}. Como posso ajudar?",
    "prazo": "O prazo de entrega para a sua região é de 8 dias úteis, com montagem inclusa.",
    "pix": "Nossa chave Pix é 12.345.678/0001-90. Assim que pagar, mande o comprovante por aqui.",
}

Step = Callable[[Page], None]
pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class World:
    """The demo, with some things that it does not have."""

    web: Web
    ricardo: User  # manages
    otto: User  # of a company that nobody has written to yet
    busy: Chat  # in Ricardo's hands, with an opportunity
    album: Message
    down: Chat  # by a number that is not connected
    talks: list[Chat]  # Ricardo's too: one for each picture of something that stays in a draft
    cookies: dict[User, str]

    def chat(self, chat: Chat) -> str:
        return f"{INBOX}{chat.pk}/?aba=todas"

    def message(self, **wanted: Any) -> str:
        message = Message.objects.filter(chat__tenant=self.ricardo.tenant, **wanted).latest("timestamp")
        return f"{INBOX}{message.chat_id}/?aba=todas&m={message.pk}"


@pytest.fixture(scope="module")
def world(web: Web, django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Told once for all pictures, which change nothing of it."""
    with django_db_blocker.unblock():
        delete_everything()
        try:
            aurora, _feliz = make_world(timezone.now(), 7, CHATS, lambda plots, _: plots)
            ricardo = aurora.people["ricardo@casaaurora.example"]
            for shortcut, body in REPLIES.items():
                QuickReply.objects.create(tenant=aurora.tenant, scope="TENANT", shortcut=shortcut, body=body)
            # A number that is down, with a conversation of a customer who waits.
            down = WhatsAppSession.objects.filter(tenant=aurora.tenant).order_by("created_at").last()
            assert down
            WhatsAppSession.objects.filter(pk=down.pk).update(
                status="SCAN_QR_CODE", disconnected_at=timezone.now() - timedelta(minutes=12)
            )
            people = Chat.objects.filter(tenant=aurora.tenant, contact__isnull=False, status="OPEN", snoozed_until=None)
            sold = people.filter(opportunity__isnull=False).exclude(session=down)
            busy = sold.annotate(said=Count("messages")).latest("said")
            actions.assign(busy, ricardo, by=ricardo)
            actions.add_note(busy, ricardo, "Cliente antigo: @Ana Souza fechou com ele em março.")
            schedule(busy, ricardo, "Conseguiu medir a sala?", timezone.now() + timedelta(hours=20))
            otto = UserFactory(tenant=TenantFactory(name="Oficina do Otto", slug="otto"), name="Otto Braga")
            waits = people.filter(session=down).latest("pk")
            cookies = {user: _log_in(user) for user in (ricardo, otto)}
            talks = list(
                people.filter(messages__author__isnull=False).exclude(pk__in=[busy.pk, waits.pk]).distinct()[:14]
            )
            for talk in talks:
                actions.assign(talk, ricardo, by=ricardo)
            yield World(web, ricardo, otto, busy, _make_album(), waits, talks, cookies)
        finally:
            delete_everything()


def _log_in(user: User) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value


def _make_album() -> Message:
    """Four pictures that were sent together, the last thing in their conversation."""
    picture = Message.objects.filter(type=MessageType.IMAGE).exclude(media_file="").latest("timestamp")
    chat = Chat.objects.get(pk=picture.chat_id)
    for number in range(4):
        picture.pk, picture.message_id, picture.body = new_key(), f"3EB0ALBUM{number}", ""
        picture.timestamp = timezone.now() + timedelta(seconds=number - 60)
        picture.metadata = {"album": "3EB0ALBUM"}
        picture._state.adding = True
        picture.save()
    Chat.objects.filter(pk=chat.pk).update(
        latest_message=picture, last_message_at=picture.timestamp, unread_count=0, waiting_since=None
    )
    return picture


@dataclass
class Camera:
    """A page at one width that takes each picture in both themes."""

    page: Page
    world: World
    width: int
    troubles: list[str]
    complaints: list[str] = field(default_factory=list)

    @property
    def is_phone(self) -> bool:
        return self.width < 768

    def take(self, name: str, path: str, shows: str, *steps: Step) -> None:
        """Go to `path`, do the steps, and see that `shows` is there; what is wrong is said at the end."""
        try:
            self._reach(path, shows, steps)
        except (AssertionError, PlaywrightError) as trouble:
            self.troubles.append(f"{name}: {str(trouble)[:200]}")
        self.page.wait_for_timeout(120)  # what opens has opened
        for scheme in ("dark", "light"):
            self.page.emulate_media(color_scheme=scheme)
            self.page.wait_for_timeout(60)
            self.page.screenshot(path=FOLDER / f"{name}-{self.width}-{scheme}.png", animations="disabled")
        if self.page.evaluate("document.scrollingElement.scrollWidth > innerWidth"):
            self.troubles.append(f"{name}: wider than the window")
        self.troubles += [f"{name}: {complaint}" for complaint in self.complaints]
        self.complaints.clear()

    def _reach(self, path: str, shows: str, steps: Iterable[Step]) -> None:
        self.page.goto(self.world.web.url + path)
        if path.startswith(INBOX):
            self.page.wait_for_selector("body[data-live=on]", state="attached")
        for step in steps:
            step(self.page)
        expect(self.page.locator(shows).first).to_be_visible(timeout=PATIENCE_MS)


@pytest.fixture(params=[1440, 390])
def camera(request: pytest.FixtureRequest, world: World, browser: Browser) -> Iterator[Callable[[User], Camera]]:
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
        context.add_cookies([{"name": "sessionid", "value": world.cookies[user], "url": world.web.url}])
        made = Camera(context.new_page(), world, request.param, troubles)
        made.page.set_default_timeout(PATIENCE_MS)
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.on("console", lambda line: made.complaints.append(line.text) if line.type == "error" else None)
        return made

    yield camera
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


def click(selector: str) -> Step:
    """Presses the first of these that is there to be seen."""
    return lambda page: page.locator(f"{selector} >> visible=true").first.click()


def write(selector: str, text: str) -> Step:
    return lambda page: page.locator(selector).press_sequentially(text)


def press(key: str) -> Step:
    return lambda page: page.keyboard.press(key)


def opens(address: str) -> Step:
    """Presses what opens a menu or dialog; on a phone it may be an item of the menu of more."""
    opener = f'[data-menu*="{address}"], [data-dialog*="{address}"]'

    def step(page: Page) -> None:
        if not page.locator(opener).filter(visible=True).count():
            click('[data-menu*="/menus/more/"]')(page)
            page.locator("#menu").get_by_role("menuitem").first.wait_for()
        click(opener)(page)

    return step


def test_the_list(world: World, camera: Callable[[User], Camera]) -> None:
    desk = camera(world.ricardo)
    desk.take("list", f"{INBOX}?aba=todas", "#rows > .row")
    desk.take("list-groups", f"{INBOX}?aba=grupos", "#rows > .row")
    desk.take("list-row-menu", f"{INBOX}?aba=todas", "#menu", lambda page: _context_menu(page, "#rows > .row >> nth=2"))
    desk.take("list-selection", f"{INBOX}?aba=todas", "#selection", _select_three)
    desk.take("list-filters", f"{INBOX}?aba=todas", "#dialog", click('[data-dialog*="/list/filter/"]'))
    desk.take("list-order", f"{INBOX}?aba=todas", "#menu", click('[data-menu*="/list/menu/"]'))
    desk.take("list-nobody-found", f"{INBOX}?aba=todas&q=zzzz", ".empty--rows")
    desk.take("list-found", f"{INBOX}?aba=todas&q=entrega", "#rows-scroll")
    camera(world.otto).take("empty", INBOX, ".empty--rows")


def _context_menu(page: Page, selector: str) -> None:
    page.locator(selector).dispatch_event("contextmenu", {"button": 2, "clientX": 180, "clientY": 260})


def _select_three(page: Page) -> None:
    _context_menu(page, "#rows > .row >> nth=1")
    page.get_by_role("menuitem", name="Selecionar").click()
    for number in (2, 4):
        page.locator(".row__check").nth(number).click()


def test_what_is_said(world: World, camera: Callable[[User], Camera]) -> None:
    desk = camera(world.ricardo)
    longest = Chat.objects.filter(tenant=world.ricardo.tenant).annotate(said=Count("messages")).latest("said")
    desk.take("thread-long", world.chat(longest), "#messages > .message")
    for kind in ("IMAGE", "VOICE", "AUDIO", "VIDEO", "DOCUMENT", "STICKER", "LOCATION", "CONTACT", "POLL", "CALL"):
        desk.take(f"thread-{kind.lower()}", world.message(type=kind), "#messages > .message")
    desk.take("thread-unknown", world.message(type=MessageType.UNKNOWN), "#messages > .message")
    desk.take("thread-album", world.message(pk=world.album.pk), "#messages [data-album]")
    desk.take("thread-failed", world.message(send_state=SendState.FAILED), "#messages .failure")
    desk.take("thread-gallery", world.message(pk=world.album.pk), "dialog[open]", click("[data-album] .picture"))
    desk.take("thread-menu", world.chat(world.busy), "#menu", _message_menu)
    desk.take("thread-search", world.chat(world.busy), "[data-search-close]", _search_chat)


def _message_menu(page: Page) -> None:
    page.locator("#messages .bubble").last.dispatch_event("contextmenu", {"button": 2, "clientX": 200, "clientY": 300})


def _search_chat(page: Page) -> None:
    page.locator("[data-action=search-chat]").dispatch_event("click")


def test_what_is_written(world: World, camera: Callable[[User], Camera]) -> None:
    desk, box = camera(world.ricardo), "#composer-body"
    fresh = map(world.chat, world.talks[:: 1 if desk.is_phone else -1])
    desk.take("composer", world.chat(world.busy), "#scheduled > li")
    desk.take("composer-quick-replies", next(fresh), "#suggestions [role=option]", click(box), write(box, "/"))
    desk.take("composer-emoji", next(fresh), "#emoji button", click("[data-emoji]"))
    desk.take("composer-attach", next(fresh), "#menu", click("[data-action=attach]"))
    desk.take("composer-schedule", next(fresh), "#dialog", click(".composer__modes [data-dialog]"))
    desk.take("composer-note", next(fresh), box, _note, write(box, "O gerente autorizou 5% de desconto."))
    desk.take("composer-guard", next(fresh), "#composer-ask *", _send_what_is_overtaken)
    desk.take("composer-tray", next(fresh), "#tray .upload >> nth=1", _attach)
    desk.take("composer-number-down", world.chat(world.down), "#session-alert .strip")


def _note(page: Page) -> None:
    page.locator("[data-action=note]").dispatch_event("click")


def _attach(page: Page) -> None:
    page.locator("#attach-input").set_input_files(
        [
            {"name": "sala.jpg", "mimeType": "image/jpeg", "buffer": filemaking.jpeg((1200, 900))},
            {"name": "Orçamento Casa Aurora.pdf", "mimeType": "application/pdf", "buffer": filemaking.pdf()},
        ]
    )


def _send_what_is_overtaken(page: Page) -> None:
    """As if this page had been asleep while a colleague answered."""
    page.evaluate("for (const id of ['thread', 'chat-header']) document.getElementById(id).dataset.seq = 1")
    page.locator("#messages > .message--out").last.evaluate("message => message.remove()")
    page.locator("#composer-body").fill("Bom dia! Já vejo isso para você.")
    page.locator(".composer__send").click()


def test_what_is_done(world: World, camera: Callable[[User], Camera]) -> None:
    desk, path = camera(world.ricardo), world.chat(world.busy)
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


def test_everywhere(world: World, camera: Callable[[User], Camera]) -> None:
    desk, path = camera(world.ricardo), world.chat(world.busy)
    desk.take("command", path, "#dialog", press("Control+K"), write("#dialog input", "ri"))
    desk.take("shortcuts", f"{INBOX}?aba=todas", "#shortcuts", press("?"))
    desk.take("bell", f"{INBOX}?aba=todas", ".bell", click(".bell__button"))
    desk.take("user-menu", f"{INBOX}?aba=todas", "#user-menu", click(".topbar__user"))
    for page in ("preferencias", "preferencias/senha", "respostas-rapidas", "atendimento", "setores", "setores/novo"):
        desk.take(f"settings-{page.replace('/', '-')}", f"/configuracoes/{page}/", "main")
    desk.take("settings-numeros", "/configuracoes/numeros/", "main")
    first = QuickReply.objects.earliest("shortcut").pk
    desk.take("settings-reply", "/configuracoes/respostas-rapidas/", "#dialog", click(f'[data-dialog*="{first}"]'))
