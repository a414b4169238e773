"""A conversation read from anywhere: around a message, downwards from there, and by what is said in it."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from chats import thread
from chats.models import Message, MessageType
from crm.models import User
from tests.cast import Company, Strangers
from tests.factories import MessageFactory
from tests.waha.engines import NOWEB, says

from .test_thread import BUBBLE, OLDER, make_messages

Browse = Callable[[User], Client]
NEWER = re.compile(r'hx-get="(/atendimento/[^"]+/messages/\?depois=[^"]+)"')
HITS = re.compile(r'data-hits="([^"]*)"')


def test_an_address_of_a_message_opens_around_it(company: Company, browse: Browse) -> None:
    chat, ids = make_messages(company, 200)
    text = browse(company.ana).get(f"/atendimento/{chat.pk}/?m={ids[60]}").content.decode()
    assert f'data-found="{ids[60]}"' in text
    assert BUBBLE.findall(text) == ids[60 - thread.PAGE_SIZE // 2 : 61 + thread.PAGE_SIZE // 2]


@pytest.mark.parametrize("place", [0, 1, 60, 124])
def test_scrolling_both_ways_from_a_message_neither_skips_nor_repeats(
    company: Company, browse: Browse, place: int
) -> None:
    chat, expected = make_messages(company, 125)
    client = browse(company.ana)
    around = client.get(f"/atendimento/{chat.pk}/?m={expected[place]}").content.decode()
    seen = BUBBLE.findall(around)
    text = around
    while older := OLDER.search(text):
        text = client.get(older.group(1).replace("&amp;", "&")).content.decode()
        seen = BUBBLE.findall(text) + seen
    text = around
    while newer := NEWER.search(text):
        text = client.get(newer.group(1).replace("&amp;", "&")).content.decode()
        seen += BUBBLE.findall(text)
    assert seen == expected


@pytest.mark.parametrize("told", ["nonsense", "", "01a20b75-d295-74b2-87f9-199cc7e7a658"])
def test_an_address_of_no_message_of_this_chat_opens_at_the_newest(company: Company, browse: Browse, told: str) -> None:
    chat, ids = make_messages(company, 50)
    text = browse(company.ana).get(f"/atendimento/{chat.pk}/", {"m": told}).content.decode()
    assert BUBBLE.findall(text) == ids[-thread.PAGE_SIZE :]


def test_what_is_around_no_message_is_not_found(company: Company, browse: Browse) -> None:
    chat, _ = make_messages(company, 1)
    other, foreign = make_messages(company, 1)
    client = browse(company.ana)
    assert client.get(f"/atendimento/{chat.pk}/messages/?m={foreign[0]}").status_code == 404
    assert client.get(f"/atendimento/{other.pk}/messages/?m={foreign[0]}").status_code == 200


def test_a_quote_leads_to_its_original(company: Company, browse: Browse) -> None:
    says(NOWEB, "Qual o prazo?", message_id="TARGET").deliver(company.number)
    original = Message.objects.get()
    answer = MessageFactory(chat=original.chat, session=original.session, quoted_msg_id=original.message_id)
    lost = MessageFactory(chat=original.chat, session=original.session, quoted_msg_id="NOBODY")
    text = browse(company.ana).get(f"/atendimento/{original.chat_id}/").content.decode()
    assert f'<a class="quote" href="/atendimento/{original.chat_id}/?m={original.pk}">' in bubble_of(text, answer)
    assert "A mensagem original não está aqui" in bubble_of(text, lost)


def test_a_quote_never_leads_into_another_chat(company: Company, browse: Browse) -> None:
    says(NOWEB, "Qual o prazo?", message_id="TARGET").deliver(company.number)
    original = Message.objects.get()
    chat, _ = make_messages(company, 0)
    answer = MessageFactory(chat=chat, session=original.session, quoted_msg_id=original.message_id)
    text = browse(company.ana).get(f"/atendimento/{chat.pk}/").content.decode()
    assert str(original.pk) not in bubble_of(text, answer)


@pytest.mark.parametrize("typed", ["SOFÁ", "sofa", "areia sof"])
def test_a_search_finds_words_in_any_case_and_without_accents(company: Company, browse: Browse, typed: str) -> None:
    chat, _ = make_messages(company, 2)
    first, second = (MessageFactory(chat=chat, body=f"{number} sofás na cor areia") for number in (1, 2))
    response = browse(company.ana).get(f"/atendimento/{chat.pk}/search/", {"q": typed})
    newest_first = sorted((first, second), key=lambda message: (message.timestamp, message.pk), reverse=True)
    assert hits(response.content.decode()) == [str(message.pk) for message in newest_first]


@pytest.mark.parametrize("typed", ["cadeira", "", "  ", "%", "'; --", "\x00", "a" * 5000])
def test_a_search_that_finds_nothing_says_nothing_wrong(company: Company, browse: Browse, typed: str) -> None:
    chat, _ = make_messages(company, 2)
    response = browse(company.ana).get(f"/atendimento/{chat.pk}/search/", {"q": typed})
    assert response.status_code == 200
    assert hits(response.content.decode()) == []


def test_a_search_stays_in_its_conversation(company: Company, browse: Browse, strangers: Strangers) -> None:
    chat, _ = make_messages(company, 0)
    other, _ = make_messages(company, 0)
    MessageFactory(chat=other, body="sofá")
    MessageFactory(chat=chat, type=MessageType.SYSTEM, body="sofá")
    response = browse(company.ana).get(f"/atendimento/{chat.pk}/search/", {"q": "sofa"})
    assert hits(response.content.decode()) == []
    assert browse(strangers.otto).get(f"/atendimento/{other.pk}/search/", {"q": "sofa"}).status_code == 404


def bubble_of(text: str, message: Message) -> str:
    start = text.index(f'id="message-{message.pk}"')
    end = text.find('<li id="message-', start + 1)
    return text[start : end if end > 0 else text.index("to-bottom", start)]


def hits(text: str) -> list[str]:
    found = HITS.search(text)
    assert found
    return found.group(1).split()
