"""Unread falls when the owner looks, by what the page showed, and for nobody else."""

from collections.abc import Callable

import pytest
from django.test import Client

from chats import actions
from chats.models import Chat, Message
from crm.models import User
from tests.cast import Company
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    """Ana's chat with three unread messages."""
    for number in range(3):
        says(f"mensagem {number}", at=number).deliver(company.number)
    return actions.assign(Chat.objects.get(), company.ana, by=company.ana)


def read(client: Client, chat: Chat, seq: object, answer: int = 204) -> int:
    """Unread messages after a page says how far it has read."""
    assert client.post(f"/atendimento/{chat.pk}/reading/", {"seq": str(seq)}).status_code == answer
    return Chat.objects.get(pk=chat.pk).unread_count


def seq_of(text: str) -> int:
    return Message.objects.get(body=text).seq


def test_the_owner_reads_all_there_is(chat: Chat, company: Company, browse: Browse) -> None:
    assert read(browse(company.ana), chat, chat.seq) == 0


def test_reading_is_no_answer(chat: Chat, company: Company, browse: Browse) -> None:
    waiting_since = chat.waiting_since
    read(browse(company.ana), chat, chat.seq)
    chat.refresh_from_db()
    assert chat.waiting_since == waiting_since is not None


def test_a_peek_by_a_colleague_or_a_manager_clears_nothing(chat: Chat, company: Company, browse: Browse) -> None:
    assert read(browse(company.bruno), chat, chat.seq) == 3
    assert read(browse(company.marta), chat, chat.seq) == 3


def test_opening_a_page_alone_clears_nothing(chat: Chat, company: Company, browse: Browse) -> None:
    """The browser says what it really showed; a page fetched ahead was seen by nobody."""
    browse(company.ana).get(f"/atendimento/{chat.pk}/")
    chat.refresh_from_db()
    assert chat.unread_count == 3


def test_a_chat_of_nobody_is_read_by_nobody(company: Company, browse: Browse) -> None:
    says("oi").deliver(company.number)
    chat = Chat.objects.get()
    assert read(browse(company.ana), chat, chat.seq) == 1


def test_what_the_page_did_not_show_stays_unread(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    assert read(client, chat, seq_of("mensagem 1")) == 1
    says("mais uma", at=10).deliver(company.number)
    assert read(client, chat, seq_of("mensagem 2")) == 1


def test_a_page_that_lags_behind_takes_nothing_back(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    read(client, chat, seq_of("mensagem 1"))
    assert read(client, chat, seq_of("mensagem 0")) == 1


def test_a_late_message_is_unread_though_later_ones_are_read(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    read(client, chat, chat.seq)
    says("atrasada", at=1).deliver(company.number)
    assert Chat.objects.get(pk=chat.pk).unread_count == 1


@pytest.mark.parametrize("seq", ["", "-1", "99999999999999999999999", "NaN"])
def test_nonsense_reads_nothing(chat: Chat, company: Company, browse: Browse, seq: str) -> None:
    assert read(browse(company.ana), chat, seq, answer=422) == chat.unread_count


def test_reading_changes_no_message(chat: Chat, company: Company, browse: Browse) -> None:
    before = list(Message.objects.order_by("pk").values())
    read(browse(company.ana), chat, chat.seq)
    assert list(Message.objects.order_by("pk").values()) == before
