"""Who is typing, recording or online: shown to those who may see the chat, for as long as it is true."""

import time
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from chats.models import Chat
from chats.people import presence
from chats.people.presence import Doing
from chats.waha.models import EventState, WahaEvent
from crm.models import User, VisibilityPolicy
from tests.cast import Company, make_strangers
from tests.conftest import Running
from tests.factories import NOON
from tests.live.listening import listening
from tests.processes import until
from tests.waha.engines import CHAT, GROUP, LID, ME, NOWEB, says
from tests.waha.engines import presence as tells

Browse = Callable[[User], Client]


def page_of(client: Client, chat: Chat) -> str:
    return client.get(f"/atendimento/{chat.pk}/?aba=todas").content.decode()


def heading(text: str) -> str:
    """What the head of the conversation says of the person."""
    start = text.index('id="presence"')
    return text[start : text.index("</span>", start)]


@pytest.fixture
def chat(company: Company) -> Chat:
    says(NOWEB, "oi").deliver(company.number)
    return Chat.objects.get()


@pytest.mark.parametrize(
    ("doing", "words", "on_row"),
    [
        ("typing", "digitando…", True),
        ("recording", "gravando áudio…", True),
        ("online", "online", False),
        ("paused", "online", False),
    ],
)
def test_a_fresh_page_shows_what_the_person_is_doing(
    company: Company, browse: Browse, chat: Chat, doing: str, words: str, on_row: bool
) -> None:
    assert tells(doing).deliver(company.number).json() == {"state": EventState.HANDLED}
    text = page_of(browse(company.ana), chat)
    assert words in heading(text)
    row = text[text.index(f'id="presence-{chat.pk}"') :][:200]
    assert (words in row) == on_row


def test_somebody_who_left_was_last_seen_then(company: Company, browse: Browse, chat: Chat) -> None:
    tells("offline", last_seen=int(NOON.timestamp())).deliver(company.number)
    assert "visto por último" in heading(page_of(browse(company.ana), chat))
    tells("offline").deliver(company.number)
    assert "hidden" in heading(page_of(browse(company.ana), chat))


@pytest.mark.parametrize("address", [CHAT, LID, "551188887777@c.us"])
def test_whichever_address_is_told_it_is_the_same_person(company: Company, address: str) -> None:
    says(NOWEB, "oi", also=LID).deliver(company.number)
    tells("typing", chat=address).deliver(company.number)
    chat = Chat.objects.get()
    presence.attach([chat])
    assert chat.presence.doing is Doing.TYPING


def test_in_a_group_the_writer_is_named(company: Company, browse: Browse) -> None:
    says(NOWEB, "oi", chat=GROUP, writer=CHAT).deliver(company.number)
    tells("typing", chat=GROUP, person=CHAT).deliver(company.number)
    assert "João da Silva: digitando…" in heading(page_of(browse(company.ana), Chat.objects.get()))
    tells("paused", chat=GROUP, person=CHAT).deliver(company.number)
    assert "hidden" in heading(page_of(browse(company.ana), Chat.objects.get()))


def test_what_was_being_written_is_over_when_it_is_here(company: Company, browse: Browse, chat: Chat) -> None:
    tells("typing").deliver(company.number)
    says(NOWEB, "pronto", at=5).deliver(company.number)
    assert "hidden" in heading(page_of(browse(company.ana), chat))


def test_typing_is_forgotten_after_twenty_seconds(chat: Chat) -> None:
    presence.note(chat, Doing.TYPING)
    seconds = cache._cache.get_client().ttl(cache.make_key(f"presence:{chat.pk}"))  # type: ignore[attr-defined]
    assert 15 <= seconds <= 25


@pytest.mark.parametrize("told", [tells("typing", chat="5531955554444@c.us"), tells("typing", person=f"{ME}@c.us")])
def test_strangers_and_ourselves_are_not_shown(company: Company, chat: Chat, told: object) -> None:
    assert told.deliver(company.number).json() == {"state": EventState.IGNORED}  # type: ignore[attr-defined]
    assert presence.of([chat.pk]) == {}


def test_no_row_is_written_for_a_presence(company: Company, chat: Chat) -> None:
    before = Chat.objects.get()
    tells("typing").deliver(company.number)
    after = Chat.objects.get()
    assert (after.seq, after.updated_at) == (before.seq, before.updated_at)


def test_without_redis_nobody_types_and_nothing_fails(
    company: Company, browse: Browse, chat: Chat, settings: object
) -> None:
    settings.CACHES = settings.CACHES | {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    assert tells("typing").deliver(company.number).json() == {"state": EventState.HANDLED}
    assert "hidden" in heading(page_of(browse(company.ana), chat))
    assert not WahaEvent.objects.filter(state=EventState.FAILED).exists()


# --- On open pages ---


def test_open_pages_of_those_who_may_see_the_chat_hear_of_it_and_others_do_not(
    running: Running, browse: Browse
) -> None:
    running.customer_says("Oi")
    company = running.company
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    Chat.objects.update(assigned_to=company.ana)
    chat, olga = Chat.objects.get(), make_strangers().olga
    with (
        listening(running.web, browse(company.ana), chat, chat.seq) as ana,
        listening(running.web, browse(company.bruno)) as bruno,
        listening(running.web, browse(olga)) as stranger,
    ):
        running.waha.presence("default", "5511988887777", "typing")
        assert f'id="presence-{chat.pk}"' in ana.hear("digitando…")
        bruno.hear_nothing_of("digitando…")
        stranger.hear_nothing_of("digitando…")


def test_to_open_a_chat_asks_whatsapp_to_tell_of_its_person_once_in_ten_minutes(
    running: Running, browse: Browse
) -> None:
    running.customer_says("Oi")
    chat = Chat.objects.get()

    def asked() -> int:
        return sum(call.path.endswith("/subscribe") for call in running.waha.calls)

    client = browse(running.company.ana)
    for _ in range(3):
        page_of(client, chat)
    until(asked)
    time.sleep(0.5)
    assert asked() == 1


def test_a_number_that_is_not_connected_is_not_asked(company: Company, browse: Browse, chat: Chat) -> None:
    type(company.number).objects.update(status="FAILED")
    page_of(browse(company.ana), chat)
    assert presence.should_ask(chat)  # nobody has asked yet
