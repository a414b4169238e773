"""Whose chat it is."""

from collections.abc import Callable

import pytest
from django.test import Client

from chats import actions
from chats.models import Chat, Message, MessageType
from crm.models import User, VisibilityPolicy
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company, Strangers
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    says("oi").deliver(company.number)
    return Chat.objects.get()


def give(client: Client, chat: Chat, to: object = "") -> int:
    return client.post(f"/atendimento/{chat.pk}/assignment/", {"to": str(to)}).status_code


def owner(chat: Chat) -> User | None:
    return Chat.objects.get(pk=chat.pk).assigned_to


def lines(chat: Chat) -> list[str | None]:
    """System lines of the timeline, in order."""
    system = Message.objects.filter(chat=chat, type=MessageType.SYSTEM).order_by("seq", "id")
    return list(system.values_list("body", flat=True))


def test_an_agent_takes_a_chat(chat: Chat, company: Company, browse: Browse) -> None:
    assert give(browse(company.ana), chat) == 204
    assert owner(chat) == company.ana
    assert lines(chat) == ["taken"]


def test_taking_it_twice_changes_nothing_more(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    give(client, chat)
    give(client, chat)
    assert lines(chat) == ["taken"]


def test_a_colleague_who_gets_a_chat_is_told_by_whom(chat: Chat, company: Company, browse: Browse) -> None:
    assert give(browse(company.marta), chat, company.ana.pk) == 200
    assert owner(chat) == company.ana
    line = CRMNotification.objects.of(company.ana).unread().get()
    assert (line.type, line.message) == (NotificationType.CHAT_ASSIGNED, "Marta Dias")
    assert Message.objects.get(type=MessageType.SYSTEM).metadata == {"by": "Marta Dias", "to": "Ana Souza"}


def test_the_line_about_it_is_gone_when_the_new_owner_looks(chat: Chat, company: Company, browse: Browse) -> None:
    actions.send_message(chat, company.marta, "Um momento.")  # nothing is unread any more
    give(browse(company.marta), chat, company.ana.pk)
    browse(company.ana).post(f"/atendimento/{chat.pk}/reading/", {"seq": "99"})
    assert not CRMNotification.objects.of(company.ana).unread().exists()


def test_a_chat_goes_back_to_the_queue(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    give(client, chat)
    assert give(client, chat, "nobody") == 200
    assert owner(chat) is None
    assert lines(chat) == ["taken", "queued"]


@pytest.mark.parametrize("to", ["nonsense", "01928f00-0000-7000-8000-000000000000"])
def test_somebody_who_is_not_there_gets_nothing(chat: Chat, company: Company, browse: Browse, to: str) -> None:
    assert give(browse(company.ana), chat, to) == 404
    assert owner(chat) is None


def test_somebody_who_left_gets_nothing(chat: Chat, company: Company, browse: Browse) -> None:
    User.objects.filter(pk=company.bruno.pk).update(is_active=False)
    assert give(browse(company.ana), chat, company.bruno.pk) == 404


def test_a_chat_stays_in_its_company(chat: Chat, company: Company, strangers: Strangers) -> None:
    with pytest.raises(ValueError, match="company"):
        actions.assign(chat, strangers.otto, by=company.ana)


def test_whoever_gives_a_chat_away_under_own_sees_it_no_more(chat: Chat, company: Company, browse: Browse) -> None:
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    client = browse(company.ana)
    assert give(client, chat, company.bruno.pk) == 200
    assert client.get(f"/atendimento/{chat.pk}/").status_code == 404
    assert give(client, chat) == 404
    assert owner(chat) == company.bruno
