"""What an agent has begun to write waits for them, on whatever machine they go on."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from chats.models import Chat, Draft, Message
from crm.models import User
from tests.cast import Company
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    says("quanto custa?").deliver(company.number)
    return Chat.objects.get()


def keep(client: Client, chat: Chat, **data: Any) -> HttpResponse:
    response: HttpResponse = client.post(f"/atendimento/{chat.pk}/draft/", data)
    return response


def page(client: Client, chat: Chat) -> str:
    return client.get(f"/atendimento/{chat.pk}/").content.decode()


def test_a_draft_comes_back_with_its_quote_and_its_kind(chat: Chat, company: Company, browse: Browse) -> None:
    quoted = Message.objects.get()
    answer = keep(browse(company.ana), chat, text="Custa <b>90\n", note="1", quoted=quoted.pk)
    elsewhere = page(browse(company.ana), chat)
    assert answer.content.decode() in elsewhere  # the server's time of it
    assert "Custa &lt;b&gt;90\n</textarea>" in elsewhere
    assert f'name="quoted" value="{quoted.pk}"' in elsewhere
    assert Draft.objects.get().is_note


def test_a_draft_is_ones_own(chat: Chat, company: Company, browse: Browse) -> None:
    keep(browse(company.ana), chat, text="segredo")
    assert "segredo" not in page(browse(company.bruno), chat)


def test_what_was_sent_is_no_draft_any_more_and_what_came_after_is(
    chat: Chat, company: Company, browse: Browse
) -> None:
    client = browse(company.ana)
    for text, left in (("custa 90", ""), ("e o frete é grátis", "e o frete é grátis")):
        keep(client, chat, text=text)
        client.post(f"/atendimento/{chat.pk}/messages/", {"client_id": uuid4(), "body": "custa 90"})
        assert Draft.objects.get().text == left


@pytest.mark.parametrize("wrong", [{"quoted": "x"}, {"text": "x" * 70_000}])
def test_nonsense_is_refused(chat: Chat, company: Company, browse: Browse, wrong: dict[str, str]) -> None:
    assert keep(browse(company.ana), chat, **wrong).status_code == 422


def test_a_quote_of_another_chat_is_not_taken(chat: Chat, company: Company, browse: Browse) -> None:
    says("outro", phone="5511977776666").deliver(company.number)
    other = Message.objects.exclude(chat=chat).get()
    keep(browse(company.ana), chat, text="x", quoted=other.pk)
    assert Draft.objects.get().quoted is None
