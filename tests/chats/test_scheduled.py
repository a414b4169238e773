"""Messages for later: they leave on time and once, and wait when the customer writes first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from chats.actions.scheduled import schedule, send_due
from chats.models import Chat, Message, ScheduledMessage
from crm.models import ReplyPolicy, User
from notifications.models import CRMNotification
from tests.cast import Company, make_company
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    says("quanto custa?").deliver(company.number)
    return Chat.objects.get()


@pytest.fixture
def waiting(chat: Chat, company: Company) -> ScheduledMessage:
    """Ana's word for later, in an hour."""
    return schedule(chat, company.ana, "já temos o prazo", timezone.now() + timedelta(hours=1))


def when(**later: int) -> str:
    return timezone.localtime(timezone.now() + timedelta(**later)).strftime("%d/%m/%Y %H:%M")


def ask(client: Client, chat: Chat, path: str = "", **data: Any) -> HttpResponse:
    response: HttpResponse = client.post(f"/atendimento/{chat.pk}/scheduled/{path}", data)
    return response


def come_due(scheduled: ScheduledMessage) -> None:
    ScheduledMessage.objects.filter(pk=scheduled.pk).update(send_at=timezone.now() - timedelta(seconds=1))


def sent() -> list[str | None]:
    return [row.body for row in Message.objects.filter(from_me=True, type="TEXT").order_by("timestamp")]


def test_the_dialog_schedules_and_the_card_is_on_every_page(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    dialog = client.get(f"/atendimento/{chat.pk}/scheduled/").content.decode()
    assert "Em 1 hora" in dialog
    before = chat.seq
    response = ask(client, chat, body="bom dia", send_at=when(hours=2))
    assert "dialog:close" in response.headers["HX-Trigger"]
    assert "composer:clear" in response.headers["HX-Trigger"]
    chat.refresh_from_db()
    assert chat.seq > before  # open pages learn of it
    assert "bom dia" in browse(company.bruno).get(f"/atendimento/{chat.pk}/").content.decode()


@pytest.mark.parametrize(
    "wrong", [{"send_at": "ontem"}, {"send_at": "2020-01-01T09:00"}, {"send_at": ""}, {"body": ""}]
)
def test_nonsense_is_refused_in_the_dialog(chat: Chat, company: Company, browse: Browse, wrong: dict[str, str]) -> None:
    response = ask(browse(company.ana), chat, **{"body": "x", "send_at": when(hours=1), **wrong})
    assert response.status_code == 422
    assert "field__error" in response.content.decode()
    assert not ScheduledMessage.objects.exists()


def test_it_leaves_when_it_is_due_and_not_before(waiting: ScheduledMessage) -> None:
    assert send_due() == 0
    come_due(waiting)
    assert send_due() == 1
    assert send_due() == 0
    waiting.refresh_from_db()
    assert sent() == ["já temos o prazo"]
    assert waiting.state == "SENT"
    assert waiting.message is not None
    assert waiting.message.client_id == waiting.pk


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_it_once() -> None:
    company = make_company()
    says("quanto custa?").deliver(company.number)
    scheduled = schedule(Chat.objects.get(), company.ana, "uma vez", timezone.now() + timedelta(hours=1))
    come_due(scheduled)

    def work(_number: int) -> int:
        try:
            return send_due()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(work, range(4))) == 1
    assert sent() == ["uma vez"]


def test_it_pauses_when_the_customer_writes_first_and_its_author_is_told(
    waiting: ScheduledMessage, chat: Chat, company: Company, browse: Browse
) -> None:
    says("já resolvi, obrigado", at=60).deliver(company.number)
    come_due(waiting)
    assert send_due() == 0
    waiting.refresh_from_db()
    assert (waiting.state, sent()) == ("PAUSED", [])
    told = CRMNotification.objects.get(type="SYSTEM")
    assert (told.user, told.message) == (company.ana, "já temos o prazo")
    assert ask(browse(company.ana), chat, f"{waiting.pk}/sending/").status_code == 200
    assert sent() == ["já temos o prazo"]
    assert not CRMNotification.objects.filter(type="SYSTEM").exists()


def test_another_time_sets_a_paused_one_going_again(
    waiting: ScheduledMessage, chat: Chat, company: Company, browse: Browse
) -> None:
    says("oi", at=60).deliver(company.number)
    ask(browse(company.bruno), chat, f"{waiting.pk}/", body="com outro texto", send_at=when(days=1))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.body, waiting.author) == ("WAITING", "com outro texto", company.ana)


def test_one_that_was_called_off_never_leaves(
    waiting: ScheduledMessage, chat: Chat, company: Company, browse: Browse
) -> None:
    ask(browse(company.ana), chat, f"{waiting.pk}/cancellation/")
    ask(browse(company.ana), chat, f"{waiting.pk}/sending/")
    come_due(waiting)
    assert send_due() == 0
    assert sent() == []


def test_one_that_may_not_leave_says_why(waiting: ScheduledMessage, chat: Chat, company: Company) -> None:
    company.tenant.who_may_reply = ReplyPolicy.OWNER
    company.tenant.save()
    Chat.objects.update(assigned_to=company.bruno)
    come_due(waiting)
    assert send_due() == 0
    waiting.refresh_from_db()
    assert waiting.state == "FAILED"
    assert waiting.error
    assert CRMNotification.objects.filter(type="SYSTEM", user=company.ana).exists()


def test_one_of_another_chat_is_not_there(waiting: ScheduledMessage, company: Company, browse: Browse) -> None:
    says("outro", phone="5511977776666").deliver(company.number)
    other = Chat.objects.exclude(pk=waiting.chat_id).get()
    for act in ("", "sending/", "cancellation/"):
        assert ask(browse(company.ana), other, f"{waiting.pk}/{act}").status_code == 404
    assert ask(browse(company.ana), other, f"{uuid4()}/").status_code == 404
