"""A conversation ends, waits, and begins again, by hand."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from chats.models import Chat, ChatStatus, Message, MessageType, Outcome
from crm.models import User
from notifications.models import CRMNotification
from tests.cast import Company
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    says("oi").deliver(company.number)
    return Chat.objects.get()


def become(client: Client, chat: Chat, status: str, **details: str) -> HttpResponse:
    response: HttpResponse = client.post(f"/atendimento/{chat.pk}/status/", {"status": status, **details})
    chat.refresh_from_db()
    return response


def lines() -> list[str | None]:
    return list(Message.objects.filter(type=MessageType.SYSTEM).order_by("seq").values_list("body", flat=True))


def test_resolving_ends_it_and_what_it_asked_of_anybody(chat: Chat, company: Company, browse: Browse) -> None:
    response = become(browse(company.ana), chat, "RESOLVED")
    assert (response.status_code, "/atendimento/undo/" in response.content.decode()) == (200, True)
    assert (chat.status, chat.unread_count, chat.waiting_since) == (ChatStatus.RESOLVED, 0, None)
    assert (chat.outcome, chat.resolved_at is None) == (Outcome.RESOLVED, False)
    assert lines() == ["resolved"]


def test_resolving_twice_is_resolving_once_and_the_second_has_nothing_to_undo(
    chat: Chat, company: Company, browse: Browse
) -> None:
    become(browse(company.ana), chat, "RESOLVED")
    ended = chat.resolved_at
    response = become(browse(company.bruno), chat, "RESOLVED")
    assert (response.status_code, "/atendimento/undo/" in response.content.decode()) == (200, False)
    assert (chat.resolved_at, lines()) == (ended, ["resolved"])


def test_a_conversation_ends_with_an_outcome(chat: Chat, company: Company, browse: Browse) -> None:
    become(browse(company.ana), chat, "RESOLVED", outcome="SPAM")
    assert chat.outcome == Outcome.SPAM
    assert "como spam" in browse(company.ana).get(f"/atendimento/{chat.pk}/").content.decode()


def test_reopening_begins_it_again(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    become(client, chat, "RESOLVED", outcome="NO_ANSWER")
    become(client, chat, "OPEN")
    assert (chat.status, chat.resolved_at, chat.outcome, chat.unread_count) == (ChatStatus.OPEN, None, "", 0)
    assert lines() == ["resolved_no_answer", "reopened"]


def test_reopening_what_is_open_changes_nothing(chat: Chat, company: Company, browse: Browse) -> None:
    assert become(browse(company.ana), chat, "OPEN").status_code == 200
    assert lines() == []


def test_a_pending_conversation_keeps_its_questions(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    become(client, chat, "PENDING")
    assert (chat.status, chat.unread_count, chat.waiting_since is None) == (ChatStatus.PENDING, 1, False)
    become(client, chat, "PENDING")
    assert lines() == ["pended"]
    become(client, chat, "OPEN")
    assert (chat.status, lines()) == (ChatStatus.OPEN, ["pended", "reopened"])


def test_an_archived_conversation_is_over_and_keeps_its_outcome(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    become(client, chat, "RESOLVED", outcome="SPAM")
    ended = chat.resolved_at
    become(client, chat, "ARCHIVED")
    assert (chat.status, chat.outcome, chat.resolved_at) == (ChatStatus.ARCHIVED, Outcome.SPAM, ended)
    assert CRMNotification.objects.filter(read=False).count() == 0


def test_the_customer_opens_an_archived_conversation_again(chat: Chat, company: Company, browse: Browse) -> None:
    become(browse(company.ana), chat, "ARCHIVED")
    says("tudo bem, mas e o frete?", at=60).deliver(company.number)
    chat.refresh_from_db()
    assert (chat.status, chat.outcome, chat.unread_count) == (ChatStatus.OPEN, "", 1)


@pytest.mark.parametrize("status", ["", "SNOOZED", "resolved"])
def test_nonsense_is_refused(chat: Chat, company: Company, browse: Browse, status: str) -> None:
    assert become(browse(company.ana), chat, status).status_code == 422
    assert lines() == []


def test_an_outcome_nobody_knows_is_refused(chat: Chat, company: Company, browse: Browse) -> None:
    assert become(browse(company.ana), chat, "RESOLVED", outcome="MAYBE").status_code == 422
    assert chat.status == ChatStatus.OPEN


def test_resolve_and_next_says_when_to_go_on(chat: Chat, company: Company, browse: Browse) -> None:
    response = become(browse(company.ana), chat, "RESOLVED", then="next")
    assert "chat:next" in response.headers["HX-Trigger"]
    assert "HX-Trigger" not in become(browse(company.ana), chat, "OPEN").headers


def test_the_menus_offer_what_makes_sense_now(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    menu = f"/atendimento/{chat.pk}/menus/resolve/"
    assert "Reabrir" not in client.get(menu).content.decode()
    become(client, chat, "RESOLVED")
    menu_of_the_resolved = client.get(menu).content.decode()
    assert "Reabrir" in menu_of_the_resolved
    assert "Ganho" not in menu_of_the_resolved


def test_the_page_says_what_writing_to_a_closed_conversation_does(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    assert "reabre" not in client.get(f"/atendimento/{chat.pk}/").content.decode()
    become(client, chat, "RESOLVED")
    assert "Escrever ao cliente a reabre" in client.get(f"/atendimento/{chat.pk}/").content.decode()


def test_the_timeline_says_it_in_the_readers_language(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    become(client, chat, "RESOLVED")
    assert "Ana Souza resolveu" in client.get(f"/atendimento/{chat.pk}/").content.decode()
    User.objects.filter(pk=company.ana.pk).update(language="en")
    assert "Ana Souza resolved the chat" in client.get(f"/atendimento/{chat.pk}/").content.decode()


def test_system_lines_are_never_the_preview_of_the_list(chat: Chat, company: Company, browse: Browse) -> None:
    become(browse(company.ana), chat, "RESOLVED")
    assert chat.last_message == "oi"
