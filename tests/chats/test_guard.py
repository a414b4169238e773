"""Two who answer one customer: nobody answers over a colleague's head without having been asked."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from chats import actions
from chats.models import Chat, Message, MessageType
from crm.models import User
from tests.cast import Company
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    """A customer waits in the queue."""
    says("quanto custa?").deliver(company.number)
    return Chat.objects.get()


def post(client: Client, chat: Chat, **data: Any) -> HttpResponse:
    wanted = {"client_id": str(uuid4()), "body": "custa 90", **data}
    response: HttpResponse = client.post(f"/atendimento/{chat.pk}/messages/", wanted)
    return response


def ours() -> list[str | None]:
    rows = Message.objects.filter(from_me=True, type=MessageType.TEXT).order_by("timestamp", "id")
    return [message.body for message in rows]


def test_a_colleagues_answer_that_the_page_did_not_show_is_shown_and_nothing_is_sent(
    chat: Chat, company: Company, browse: Browse
) -> None:
    seen = chat.seq
    actions.send_message(chat, company.bruno, "custa 80")
    response = post(browse(company.ana), chat, seen=seen)
    text = response.content.decode()
    assert response.status_code == 409
    assert "Bruno Lima" in text
    assert "custa 80" in text
    assert "Enviar mesmo assim" in text
    assert ours() == ["custa 80"]


def test_after_the_question_it_is_sent_all_the_same(chat: Chat, company: Company, browse: Browse) -> None:
    seen = chat.seq
    actions.send_message(chat, company.bruno, "custa 80")
    assert post(browse(company.ana), chat, seen=seen, force="1").status_code == 200
    assert ours() == ["custa 80", "custa 90"]


def test_an_answer_from_the_phone_counts_too(chat: Chat, company: Company, browse: Browse) -> None:
    seen = chat.seq
    says("custa 70", from_me=True, at=5).deliver(company.number)
    response = post(browse(company.ana), chat, seen=seen)
    assert response.status_code == 409
    assert "pelo celular" in response.content.decode()


def test_what_the_page_showed_asks_nothing_and_neither_does_its_later_tick(
    chat: Chat, company: Company, browse: Browse
) -> None:
    answer = actions.send_message(chat, company.bruno, "custa 80")
    seen = Chat.objects.get().seq
    Message.objects.filter(pk=answer.pk).update(message_id="A1", send_state="SENT")
    actions.record_ack(company.number.pk, "A1", 3)
    answer.refresh_from_db()
    assert answer.seq > seen  # the tick came while the agent was writing
    assert post(browse(company.ana), chat, seen=seen, answer=answer.pk).status_code == 200


@pytest.mark.parametrize("what", ["own", "note", "customer"])
def test_ones_own_words_notes_and_the_customer_ask_nothing(
    chat: Chat, company: Company, browse: Browse, what: str
) -> None:
    seen = chat.seq
    if what == "own":
        actions.send_message(chat, company.ana, "só um minuto")
    elif what == "note":
        actions.add_note(chat, company.bruno, "cliente antigo")
    else:
        says("oi?", at=9).deliver(company.number)
    assert post(browse(company.ana), chat, seen=seen).status_code == 200


def test_a_request_that_is_repeated_is_never_a_collision(chat: Chat, company: Company, browse: Browse) -> None:
    client, seen, client_id = browse(company.ana), chat.seq, str(uuid4())
    assert post(client, chat, seen=seen, client_id=client_id).status_code == 200
    actions.send_message(chat, company.bruno, "custa 80")
    assert post(client, chat, seen=seen, client_id=client_id).status_code == 200
    assert ours() == ["custa 90", "custa 80"]


@pytest.mark.parametrize("wrong", [{"seen": "x"}, {"seen": "-1"}, {"seen": "1", "answer": "x"}, {"seen": str(2**70)}])
def test_nonsense_is_refused(chat: Chat, company: Company, browse: Browse, wrong: dict[str, str]) -> None:
    assert post(browse(company.ana), chat, **wrong).status_code == 422
    assert ours() == []


def test_a_variable_that_is_left_open_asks_first(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    response = post(client, chat, body="Olá {{empresa}}!")
    assert response.status_code == 409
    assert "{{empresa}}" in response.content.decode()
    assert ours() == []
    assert post(client, chat, body="Olá {{empresa}}!", force="1").status_code == 200


def test_whoever_signs_heads_their_texts_with_their_name(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    assert client.post("/atendimento/signature/", {"signs": "on"}).status_code == 204
    post(client, chat)
    assert client.post("/atendimento/signature/").status_code == 204
    post(client, chat, body="agora sem")
    assert ours() == ["*Ana:*\ncusta 90", "agora sem"]
