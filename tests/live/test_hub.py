"""The hub of a process, without the process: what pages are told when they speak while it reads."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connections
from django.utils import timezone

from chats.hub import Hub, delivery, life, reach
from chats.models import Chat
from chats.pages import Page, Shown
from chats.people import colleagues, presence
from chats.people.presence import Doing
from chats.waha.models import WhatsAppSession
from crm.models import User
from tests.apart import run_apart
from tests.cast import make_company
from tests.factories import ChatFactory, MessageFactory

LATEST = 3
PULSES = 5


class InterruptedHub(Hub):
    """Something happens between its reading for a delivery and the delivery; or it cannot read at all."""

    meanwhile: Callable[[], object] | None = None
    is_blind = False

    async def _read(self, work: Callable[..., Any], *args: object) -> Any:
        if self.is_blind:
            raise OperationalError("the database is away")
        answer = await super()._read(work, *args)
        act, self.meanwhile = self.meanwhile, None
        if act:
            act()
        return answer

    async def end(self) -> None:
        self.is_blind = False
        await self._read(connections.close_all)
        self._reader.shutdown()


@pytest.fixture
def chat(transactional_db: None) -> Chat:
    """Three messages, told one by one."""
    company = make_company()
    chat = ChatFactory(tenant=company.tenant, session=company.number, seq=LATEST)
    for seq in range(1, LATEST + 1):
        MessageFactory(chat=chat, body=f"número {seq}", seq=seq)
    return chat


def page_of(user: User, told: list[str], shown: Shown) -> Page:
    async def send(text: str) -> None:
        told.append(text)

    async def dismiss() -> None:
        raise AssertionError("was shown the door")

    assert user.tenant_id
    return Page(user.pk, user.tenant_id, "pt-br", send, dismiss, lambda: True, shown, timezone.now())


def play(hub: InterruptedHub, scene: Callable[[], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        try:
            await scene()
        finally:
            await hub.end()

    run_apart(all_of_it())


async def several_pulses(told: list[str]) -> None:
    """Until the page was told so often that whatever was under way before has ended."""
    told.clear()
    while len(told) < PULSES:
        await asyncio.sleep(0.01)


def heard(told: list[str]) -> list[bool]:
    return [any(f"número {seq}" in text for text in told) for seq in range(1, LATEST + 1)]


def test_a_page_that_opens_a_chat_while_it_is_read_for_another_page_is_told_all_of_it(chat: Chat) -> None:
    """The other one has seen two messages, and is read the third; the newcomer has seen one."""
    hub = InterruptedHub()
    ana = User.objects.get(email__startswith="ana")
    told: list[str] = []
    newcomer = page_of(ana, told, Shown())
    colleague = page_of(ana, [], Shown(chat.pk, LATEST - 1))

    def opens() -> None:
        newcomer.shown = Shown(chat.pk, LATEST - 2)

    async def scene() -> None:
        hub.meanwhile = opens
        await hub._deliver(chat.tenant_id, {chat.pk}, [colleague, newcomer])
        await hub.catch_up(newcomer)

    play(hub, scene)
    assert heard(told) == [False, True, True]


def test_a_page_that_says_it_shows_less_is_told_from_there(chat: Chat) -> None:
    hub = InterruptedHub()
    told: list[str] = []
    page = page_of(User.objects.get(email__startswith="ana"), told, Shown(chat.pk, LATEST - 1))

    def says_again() -> None:
        page.shown = Shown(chat.pk, 0)

    async def scene() -> None:
        hub.meanwhile = says_again
        await hub._deliver(chat.tenant_id, {chat.pk}, [page])
        await hub.catch_up(page)

    play(hub, scene)
    assert heard(told) == [True, True, True]


def test_no_page_is_told_that_it_has_everything_while_the_database_is_away(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would ask for too little at the next process, when this one dies before the database is back."""
    monkeypatch.setattr(life, "PULSE_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(reach, "RETRY_SECONDS", 0.01)
    hub = InterruptedHub()
    told: list[str] = []
    page = page_of(User.objects.get(email__startswith="ana"), told, Shown(chat.pk, 0))
    for group in page.groups:
        hub._pages[group].add(page)

    async def scene() -> None:
        hub._go(hub._keep_pulse())
        hub.is_blind = True
        hub._gather(chat.tenant_id, [chat.pk])
        await several_pulses(told)
        went_blind = page.since
        await several_pulses(told)
        assert page.since == went_blind
        hub.is_blind = False
        while page.since == went_blind:
            await asyncio.sleep(0.01)
        assert all(heard(told))

    play(hub, scene)


def test_many_words_about_bells_in_a_moment_are_one_reading(chat: Chat) -> None:
    """A hundred messages for one person ring once, not a hundred times on each of their pages."""
    hub = InterruptedHub()
    told: dict[str, list[str]] = {"ana": [], "bruno": []}
    pages = [page_of(User.objects.get(email__startswith=name), heard, Shown()) for name, heard in told.items()]
    for page in pages:
        for group in page.groups:
            hub._pages[group].add(page)

    async def scene() -> None:
        for _ in range(10):
            for page in pages:
                hub._take({"event": "bell", "user": str(page.user_id)})
        while not all(told.values()):
            await asyncio.sleep(0.01)
        await asyncio.sleep(3 * reach.GATHER_SECONDS)

    play(hub, scene)
    assert [["bell-count" in text for text in heard] for heard in told.values()] == [[True], [True]]


def test_the_longer_pages_are_told_the_longer_the_rest_but_never_longer_than_is_noticed() -> None:
    rests = [delivery.Told(seconds=seconds).rest for seconds in (0.0, 0.001, 0.02, 1.0)]
    assert rests == [
        delivery.SHORTEST_REST_SECONDS,
        delivery.SHORTEST_REST_SECONDS,
        0.06,
        delivery.LONGEST_REST_SECONDS,
    ]


def test_what_changes_while_pages_are_told_waits_until_the_loop_had_time_for_others(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two changes, and a page that holds the loop for 40 ms each time."""
    monkeypatch.setattr(delivery, "SHORTEST_REST_SECONDS", 0.0)
    hub = InterruptedHub()
    moments: list[tuple[float, float]] = []

    async def slowly(_text: str) -> None:
        began = time.perf_counter()
        time.sleep(0.04)
        moments.append((began, time.perf_counter()))

    page = page_of(User.objects.get(email__startswith="ana"), [], Shown())
    page.send = slowly
    hub._pages[page.groups[0]].add(page)

    async def scene() -> None:
        hub._gather(chat.tenant_id, [chat.pk])
        while not moments:
            await asyncio.sleep(0.001)
        hub._gather(chat.tenant_id, [chat.pk])
        while len(moments) < 2:
            await asyncio.sleep(0.001)

    play(hub, scene)
    (_, ended), (began, _) = moments[:2]
    assert began - ended >= 0.04 * delivery.REST_A_SECOND_OF_TELLING


def test_a_page_that_goes_elsewhere_is_told_of_what_has_no_seq_as_well(chat: Chat) -> None:
    """It may have asked for the conversation before the click, and before that happened."""
    hub = InterruptedHub()
    told: list[str] = []
    page = page_of(User.objects.get(email__startswith="ana"), told, Shown(chat.pk, LATEST - 1))
    presence.note(chat, Doing.TYPING)
    colleagues.say_inside(chat.tenant_id, "another", {(chat.pk, uuid4()): "Bruno Lima"})
    WhatsAppSession.objects.update(status="FAILED", disconnected_at=timezone.now())

    async def scene() -> None:
        await hub.go_elsewhere(page)
        page.shown = Shown(chat.pk, LATEST)
        await hub.go_elsewhere(page)

    play(hub, scene)
    newer, nothing_newer = told
    assert heard([newer]) == [False, False, True]
    assert heard([nothing_newer]) == [False, False, False]
    assert all("digitando" in text and "Bruno Lima" in text and "desconectado" in text for text in told)
