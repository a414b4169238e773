"""A conversation as the page opens it, and as it grows upwards."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from chats import actions, thread
from chats.models import Chat, Message, Reaction, SendState
from crm.models import ContactField, ContactNote, User
from tests.cast import Company
from tests.factories import NOON, ChatFactory, MessageFactory
from tests.webhooks import says

Browse = Callable[[User], Client]
BUBBLE = re.compile(r'id="message-([0-9a-f-]{36})"')
OLDER = re.compile(r'hx-get="(/atendimento/[^"]+/messages/\?antes=[^"]+)"')


def make_messages(company: Company, count: int) -> tuple[Chat, list[str]]:
    """A chat whose messages come three to a second, so that the id has to decide; their ids, oldest first."""
    chat = ChatFactory(tenant=company.tenant, session=company.number, assigned_to=company.ana)
    made = [
        MessageFactory(chat=chat, timestamp=NOON + timedelta(seconds=number // 3), from_me=bool(number % 2))
        for number in range(count)
    ]
    return chat, [str(message.pk) for message in sorted(made, key=lambda message: (message.timestamp, message.pk))]


def test_a_chat_opens_at_its_latest_messages_oldest_first(company: Company, browse: Browse) -> None:
    chat, expected = make_messages(company, thread.PAGE_SIZE + 5)
    text = browse(company.ana).get(f"/atendimento/{chat.pk}/").content.decode()
    assert BUBBLE.findall(text) == expected[5:]


@pytest.mark.parametrize("count", [0, 1, 40, 41, 125])
def test_scrolling_up_neither_skips_nor_repeats(company: Company, browse: Browse, count: int) -> None:
    chat, expected = make_messages(company, count)
    client = browse(company.ana)
    text = client.get(f"/atendimento/{chat.pk}/").content.decode()
    seen = BUBBLE.findall(text)
    while older := OLDER.search(text):
        text = client.get(older.group(1).replace("&amp;", "&")).content.decode()
        seen = BUBBLE.findall(text) + seen
    assert seen == expected


def test_a_chat_with_much_unread_opens_with_all_of_it(company: Company, browse: Browse) -> None:
    chat, _ = make_messages(company, 0)
    for number in range(60):
        says(f"mensagem {number}", phone=chat.phone, at=number).deliver(company.number)
    text = browse(company.ana).get(f"/atendimento/{chat.pk}/").content.decode()
    first = Message.objects.get(body="mensagem 0")
    assert f'data-first-unread="{first.pk}"' in text
    assert len(BUBBLE.findall(text)) == 60


def test_the_divider_stands_before_the_oldest_unread(company: Company, browse: Browse) -> None:
    says("lida").deliver(company.number)
    chat = actions.assign(Chat.objects.get(), company.ana, by=company.ana)
    actions.read(chat, company.ana)
    says("primeira não lida", at=5).deliver(company.number)
    says("segunda não lida", at=6).deliver(company.number)
    text = browse(company.ana).get(f"/atendimento/{chat.pk}/").content.decode()
    assert f'data-first-unread="{Message.objects.get(body="primeira não lida").pk}"' in text


def test_an_echo_that_turned_out_to_be_another_line_is_not_shown(company: Company, browse: Browse) -> None:
    chat, ids = make_messages(company, 2)
    Message.objects.filter(pk=ids[0]).update(superseded_by=ids[1])
    text = browse(company.ana).get(f"/atendimento/{chat.pk}/").content.decode()
    assert BUBBLE.findall(text) == [ids[1]]


def test_a_request_of_htmx_gets_the_thread_alone(company: Company, browse: Browse) -> None:
    chat, _ = make_messages(company, 1)
    client = browse(company.ana)
    piece = client.get(f"/atendimento/{chat.pk}/", headers={"HX-Request": "true"})
    assert b"<html" not in piece.content
    assert b'id="thread"' in piece.content
    assert "HX-Request" in piece.headers["Vary"]
    assert b"<html" in client.get(f"/atendimento/{chat.pk}/").content


def test_going_back_gets_the_whole_page(company: Company, browse: Browse) -> None:
    chat, _ = make_messages(company, 1)
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert b"<html" in browse(company.ana).get(f"/atendimento/{chat.pk}/", headers=headers).content


@pytest.mark.parametrize(
    ("state", "ack", "word"),
    [
        (SendState.QUEUED, 0, "Na fila"),
        (SendState.SENDING, 0, "Enviando"),
        (SendState.SENT, 1, "Enviada"),
        (SendState.SENT, 2, "Entregue"),
        (SendState.SENT, 3, "Lida"),
        (SendState.UNCONFIRMED, 0, "Não confirmada"),
        (SendState.FAILED, -1, "Falhou"),
    ],
)
def test_a_tick_says_how_far_it_has_come(
    company: Company, browse: Browse, state: SendState, ack: int, word: str
) -> None:
    chat, ids = make_messages(company, 1)
    Message.objects.update(from_me=True, send_state=state, ack=ack, author=company.ana)
    text = browse(company.ana).get(f"/atendimento/{chat.pk}/").content.decode()
    start = text.index(f'id="message-{ids[0]}"')
    assert word in text[start : text.index("</li>", start)]


@pytest.mark.parametrize("count", [5, 40])
@pytest.mark.parametrize(
    ("path", "headers", "queries"), [("", {}, 12), ("", {"HX-Request": "true"}, 7), ("messages/", {}, 4)]
)
def test_a_conversation_takes_a_fixed_number_of_queries(
    company: Company,
    browse: Browse,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
    headers: dict[str, str],
    queries: int,
    count: int,
) -> None:
    says("oi").deliver(company.number)
    chat = actions.assign(Chat.objects.get(), company.ana, by=company.ana)
    for number in range(count):
        message = actions.send_message(chat, company.ana if number % 2 else company.bruno, f"mensagem {number}")
        Reaction.objects.create(message=message, emoji="👍", author_key="me", reacted_at=NOON)
    assert chat.contact
    for number in range(count):
        ContactNote.objects.create(tenant=company.tenant, contact=chat.contact, author=company.ana, body=f"{number}")
        chat.contact.tags.create(tenant=company.tenant, name=f"etiqueta {number}")
        ContactField.objects.create(tenant=company.tenant, name=f"campo {number}")
    client = browse(company.ana)
    client.get(f"/atendimento/{chat.pk}/")  # the first look in ten minutes also asks WhatsApp who is there
    with django_assert_num_queries(queries):
        assert client.get(f"/atendimento/{chat.pk}/{path}", headers=headers).status_code == 200


def test_the_conversation_of_somebody_without_name_or_phone_opens(company: Company, browse: Browse) -> None:
    says("oi", phone="99887766554433@lid", name="").deliver(company.number)
    assert browse(company.ana).get(f"/atendimento/{Chat.objects.get().pk}/").status_code == 200
