"""The demo as a stage for pictures: with a manager's busy day, and with what the demo has not."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.test import Client
from django.utils import timezone

from chats import actions
from chats.actions.scheduled import schedule
from chats.demo.world import make_world
from chats.models import Chat, Message, MessageType
from chats.waha.models import WhatsAppSession
from crm.models import Tenant, User, new_key
from tests.factories import TenantFactory, UserFactory

CHATS, TALKS = 40, 14
INBOX = "/atendimento/"
ALBUM = {"album": "3EB0ALBUM"}


@dataclass(frozen=True)
class Stage:
    """Who and what the pictures show."""

    ricardo: User  # manages
    otto: User  # of a company that nobody has written to yet
    busy: Chat  # in Ricardo's hands, with an opportunity, a note and a scheduled message
    waits: Chat  # by a number that is not connected
    talks: list[Chat]  # Ricardo's too: one for each picture of something that stays in a draft
    cookies: dict[User, str]

    def chat(self, chat: Chat) -> str:
        return f"{INBOX}{chat.pk}/?aba=todas"

    def message(self, **wanted: Any) -> str:
        """The latest message of Ricardo's company that is so."""
        message = Message.objects.filter(chat__tenant=self.ricardo.tenant, **wanted).latest("timestamp")
        return f"{self.chat(message.chat)}&m={message.pk}"


def set_stage() -> Stage:
    aurora, _feliz = make_world(timezone.now(), 7, CHATS, lambda plots, _: plots)
    ricardo = aurora.people["ricardo@casaaurora.example"]
    otto = UserFactory(tenant=TenantFactory(name="Oficina do Otto", slug="otto"), name="Otto Braga")
    _make_album(aurora.tenant)
    down = _disconnect_a_number(aurora.tenant)
    people = Chat.objects.filter(tenant=aurora.tenant, contact__isnull=False, status="OPEN", snoozed_until=None)
    waits = people.filter(session=down).latest("pk")
    sold = people.filter(opportunity__isnull=False).exclude(session=down)
    busy = sold.annotate(said=Count("messages")).latest("said")
    answered = people.filter(messages__author__isnull=False).exclude(pk__in=[busy.pk, waits.pk]).distinct()
    talks = list(answered[:TALKS])
    for talk in [busy, *talks]:
        actions.assign(talk, ricardo, by=ricardo)
    actions.add_note(busy, ricardo, "Cliente antigo: @Ana Souza fechou com ele em março.")
    schedule(busy, ricardo, "Conseguiu medir a sala?", timezone.now() + timedelta(hours=20))
    return Stage(ricardo, otto, busy, waits, talks, {user: _log_in(user) for user in (ricardo, otto)})


def _disconnect_a_number(tenant: Tenant) -> WhatsAppSession:
    number = WhatsAppSession.objects.filter(tenant=tenant).latest("created_at")
    number.status, number.disconnected_at = "SCAN_QR_CODE", timezone.now() - timedelta(minutes=12)
    number.save()
    return number


def _make_album(tenant: Tenant) -> None:
    """Four pictures that were sent together, the last thing in their conversation."""
    pictures = Message.objects.filter(chat__tenant=tenant, type=MessageType.IMAGE).exclude(media_file="")
    picture = pictures.latest("timestamp")
    for number in range(4):
        picture.pk, picture.message_id, picture.body = new_key(), f"3EB0ALBUM{number}", ""
        picture.timestamp = timezone.now() + timedelta(seconds=number - 60)
        picture.metadata = ALBUM
        picture.save(force_insert=True)
    Chat.objects.filter(pk=picture.chat_id).update(
        latest_message=picture, last_message_at=picture.timestamp, unread_count=0, waiting_since=None
    )


def _log_in(user: User) -> str:
    """A cookie that any browser may show."""
    client = Client()
    client.force_login(user, backend="crm.backends.PersonBackend")
    return client.cookies["sessionid"].value
