"""A conversation is put off, and comes back by itself."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from chats import actions
from chats.actions.snoozing import wake_due
from chats.models import Chat, ChatStatus, Message, MessageType
from crm.models import User
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    says("oi").deliver(company.number)
    chat = Chat.objects.get()
    actions.assign(chat, company.ana, by=company.ana)
    return Chat.objects.get()


def snooze(client: Client, chat: Chat, **until: str) -> HttpResponse:
    response: HttpResponse = client.post(f"/atendimento/{chat.pk}/snooze/", until)
    chat.refresh_from_db()
    return response


def let_it_be_time(chat: Chat) -> None:
    Chat.objects.filter(pk=chat.pk).update(snoozed_until=timezone.now() - timedelta(seconds=1))


def lines() -> list[str | None]:
    return list(Message.objects.filter(type=MessageType.SYSTEM).order_by("seq").values_list("body", flat=True))[1:]


def bell_of(user: User) -> list[tuple[str, str]]:
    return list(CRMNotification.objects.filter(user=user, read=False).values_list("type", "message"))


def test_a_preset_puts_it_off_and_the_list_lets_it_go(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    assert chat.display_name in client.get("/atendimento/").content.decode()
    response = snooze(client, chat, until="tomorrow_9")
    assert (response.status_code, "/atendimento/undo/" in response.content.decode()) == (200, True)
    there = chat.snoozed_until.astimezone(company.tenant.zone) if chat.snoozed_until else None
    assert there and (there.hour, there.minute) == (9, 0)
    assert (chat.status, lines()) == (ChatStatus.OPEN, ["snoozed"])
    assert f'id="chat-{chat.pk}"' not in client.get("/atendimento/").content.decode()


def test_any_minute_is_read_on_the_companys_clock(chat: Chat, company: Company, browse: Browse) -> None:
    company.tenant.time_zone = "America/Manaus"
    company.tenant.save()
    snooze(browse(company.ana), chat, when="24/12/2027 13:07")
    assert chat.snoozed_until == datetime(2027, 12, 24, 17, 7, tzinfo=UTC)
    said = Message.objects.get(body="snoozed").metadata["until"]
    assert said == "24/12/2027 13:07"


def test_a_moment_that_is_over_is_explained_in_the_dialog(chat: Chat, company: Company, browse: Browse) -> None:
    response = snooze(browse(company.ana), chat, when="2020-01-01T09:00")
    assert (response.status_code, response.headers["HX-Retarget"]) == (422, "#dialog")
    assert "ainda esteja por vir" in response.content.decode()
    assert (chat.snoozed_until, lines()) == (None, [])


def test_nothing_chosen_is_explained_too(chat: Chat, company: Company, browse: Browse) -> None:
    response = snooze(browse(company.ana), chat)
    assert (response.status_code, "Escolha um dia" in response.content.decode()) == (422, True)


def test_its_time_comes_once_and_the_owner_is_told(chat: Chat, company: Company, browse: Browse) -> None:
    snooze(browse(company.ana), chat, until="in_1h")
    assert (wake_due(), bell_of(company.ana)) == (0, [])
    let_it_be_time(chat)
    assert [wake_due(), wake_due()] == [1, 0]
    chat.refresh_from_db()
    assert (chat.snoozed_until, chat.assigned_to, lines()) == (None, company.ana, ["snoozed", "woken"])
    assert bell_of(company.ana) == [(NotificationType.SYSTEM, "Voltou do adiamento")]
    assert bell_of(company.bruno) == []


def test_one_of_nobody_comes_back_to_the_queue(chat: Chat, company: Company, browse: Browse) -> None:
    actions.assign(chat, None, by=company.ana)
    CRMNotification.objects.all().delete()
    snooze(browse(company.ana), chat, until="in_1h")
    let_it_be_time(chat)
    wake_due()
    assert bell_of(company.bruno) == [(NotificationType.SYSTEM, "Voltou do adiamento")]


def test_the_customer_wakes_it_at_once(chat: Chat, company: Company, browse: Browse) -> None:
    snooze(browse(company.ana), chat, until="tomorrow_9")
    says("e aí?", at=60).deliver(company.number)
    chat.refresh_from_db()
    assert (chat.snoozed_until, chat.unread_count > 0) == (None, True)
    assert lines() == ["snoozed", "woken_by_customer"]


def test_it_is_brought_back_by_hand(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    snooze(client, chat, until="tomorrow_9")
    assert snooze(client, chat, until="now").status_code == 204
    assert (chat.snoozed_until, lines()) == (None, ["snoozed", "brought_back"])


def test_putting_off_what_was_over_opens_it_for_later(chat: Chat, company: Company, browse: Browse) -> None:
    actions.resolve(chat, company.ana)
    snooze(browse(company.ana), chat, until="tomorrow_9")
    assert (chat.status, chat.resolved_at, chat.is_snoozed) == (ChatStatus.OPEN, None, True)


def test_resolving_what_was_put_off_lets_it_rest(chat: Chat, company: Company, browse: Browse) -> None:
    snooze(browse(company.ana), chat, until="in_1h")
    actions.resolve(chat, company.ana)
    let_it_be_time(chat)
    assert (wake_due(), Chat.objects.get().status) == (0, ChatStatus.RESOLVED)


def test_the_menu_names_the_moments(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    menu = client.get(f"/atendimento/{chat.pk}/menus/snooze/").content.decode()
    assert "Amanhã" in menu
    assert "Trazer de volta agora" not in menu
    snooze(client, chat, until="tomorrow_9")
    assert "Trazer de volta agora" in client.get(f"/atendimento/{chat.pk}/menus/snooze/").content.decode()
    assert "Adiada até Amanhã 09:00" in client.get(f"/atendimento/{chat.pk}/").content.decode()
