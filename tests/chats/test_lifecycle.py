"""A conversation ends, and begins again, by hand."""

from collections.abc import Callable

import pytest
from django.test import Client

from chats.models import Chat, ChatStatus, Message, MessageType
from crm.models import User
from tests.cast import Company
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    says("oi").deliver(company.number)
    return Chat.objects.get()


def post(client: Client, chat: Chat, noun: str) -> int:
    return client.post(f"/atendimento/{chat.pk}/{noun}/").status_code


def lines() -> list[str | None]:
    return list(Message.objects.filter(type=MessageType.SYSTEM).order_by("seq").values_list("body", flat=True))


def test_resolving_ends_it_and_what_it_asked_of_anybody(chat: Chat, company: Company, browse: Browse) -> None:
    assert post(browse(company.ana), chat, "resolution") == 204
    chat.refresh_from_db()
    assert (chat.status, chat.unread_count, chat.waiting_since) == (ChatStatus.RESOLVED, 0, None)
    assert chat.resolved_at is not None
    assert lines() == ["resolved"]


def test_resolving_twice_is_resolving_once(chat: Chat, company: Company, browse: Browse) -> None:
    post(browse(company.ana), chat, "resolution")
    chat.refresh_from_db()
    ended = chat.resolved_at
    assert post(browse(company.bruno), chat, "resolution") == 204
    chat.refresh_from_db()
    assert (chat.resolved_at, lines()) == (ended, ["resolved"])


def test_reopening_begins_it_again(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    post(client, chat, "resolution")
    assert post(client, chat, "reopening") == 204
    chat.refresh_from_db()
    assert (chat.status, chat.resolved_at, chat.unread_count) == (ChatStatus.OPEN, None, 0)
    assert lines() == ["resolved", "reopened"]


def test_reopening_what_is_open_changes_nothing(chat: Chat, company: Company, browse: Browse) -> None:
    assert post(browse(company.ana), chat, "reopening") == 204
    assert lines() == []


def test_the_timeline_says_it_in_the_readers_language(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    post(client, chat, "resolution")
    assert "Ana Souza resolveu" in client.get(f"/atendimento/{chat.pk}/").content.decode()
    User.objects.filter(pk=company.ana.pk).update(language="en")
    assert "Ana Souza resolved the chat" in client.get(f"/atendimento/{chat.pk}/").content.decode()


def test_system_lines_are_never_the_preview_of_the_list(chat: Chat, company: Company, browse: Browse) -> None:
    post(browse(company.ana), chat, "resolution")
    chat.refresh_from_db()
    assert chat.last_message == "oi"
