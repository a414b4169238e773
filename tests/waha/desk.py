"""Casa Aurora's desk: Ana writes, and a WAHA that can be told to misbehave takes it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from chats import actions
from chats.actions import Outgoing
from chats.models import Chat, Message
from chats.waha import outbox
from chats.waha.simulator import WahaSimulator
from crm.actions import save_contact
from tests.cast import Company
from tests.factories import ChatFactory, ContactFactory
from tests.webhooks import JOAO, says

OLD, NEW = "2026.2.1", "2026.7.1"  # without and with ids that the caller chooses
BOTH_VERSIONS = pytest.mark.parametrize("version", [NEW, OLD])
MARIA = "5521977776666"


@dataclass
class Desk:
    """Casa Aurora with Ana at it, and a WAHA that can be told to misbehave."""

    company: Company
    waha: WahaSimulator
    version: str

    def chat(self, phone: str = JOAO) -> Chat:
        """A customer's chat; theirs is the first word."""
        says("oi", phone=phone, at=-60).deliver(self.company.number)
        chat = Chat.objects.get(phone=phone)
        return actions.assign(chat, self.company.ana, by=self.company.ana)

    def stranger(self, phone: str = JOAO) -> Chat:
        """A chat that we begin: this person never wrote to us."""
        contact = save_contact(ContactFactory(tenant=self.company.tenant, phone=phone))
        chat = ChatFactory(
            tenant=self.company.tenant, contact=contact, session=self.company.number, assigned_to=self.company.ana
        )
        return Chat.objects.get(pk=chat.pk)

    def write(self, chat: Chat, what: Outgoing | str = "Bom dia!", **how: Any) -> Message:
        return actions.send_message(chat, self.company.ana, what, **{"client_id": uuid4(), **how})

    def echo(self, text: str, message_id: str, *, phone: str = JOAO) -> None:
        """WAHA tells us of what we sent ourselves."""
        event = says(text, phone=phone, from_me=True, source="api", message_id=message_id, ack=0, at=7)
        assert event.deliver(self.company.number).status_code == 200

    @property
    def sent(self) -> list[str]:
        return [sent.text for sent in self.waha.sent]

    @property
    def asked(self) -> list[str]:
        """What was asked of WAHA, but for ids."""
        return [call.operation for call in self.waha.calls if call.operation != "new-message-id"]

    @property
    def ours(self) -> QuerySet[Message]:
        """What we wrote, as pages show it."""
        return Message.objects.shown().filter(from_me=True).exclude(type__in=["NOTE", "SYSTEM"])


def deliver(message: Message) -> Message:
    """What the job of a message does."""
    outbox.deliver(message.pk)
    finish_jobs()
    return fresh(message)


def finish_jobs() -> None:
    """Every job that waits has run."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE status = 'todo'")


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def jobs_of(message: Message) -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(args__message_pk=str(message.pk)).order_by("id"))


def bubble(client: Client, message: Message) -> str:
    """The message's own piece of its chat's page."""
    page = client.get(f"/atendimento/{message.chat_id}/").content.decode()
    start = page.index(f'id="message-{message.pk}"')
    return page[start : page.index("</li>", start)]


def path(message: Message, act: str) -> str:
    """The address of an act on a message."""
    return f"/atendimento/{message.chat_id}/messages/{message.pk}/{act}/"


def begun(message: Message, *, seconds: float) -> Message:
    """Its sending began so long ago."""
    Message.objects.filter(pk=message.pk).update(begun_at=timezone.now() - timedelta(seconds=seconds))
    return fresh(message)
