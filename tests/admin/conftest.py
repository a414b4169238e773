"""Two companies with a row in every table, and who looks at them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from chats.demo.opening import ADMINISTRATORS
from chats.demo.reset import delete_everything
from chats.demo.world import make_world
from chats.models import (
    Amendment,
    Chat,
    Draft,
    DraftFile,
    EarlyChange,
    LinkPreview,
    Message,
    Mute,
    QuickReply,
    QuickReplyFile,
    SavedView,
    ScheduledMessage,
    SendState,
    UndoStep,
)
from chats.waha.models import (
    EventState,
    HistoryImport,
    ImportState,
    LidCheck,
    NumberCheck,
    WahaEvent,
    WhatsAppSession,
)
from crm.actions import create_token
from crm.models import (
    AuditLog,
    Contact,
    ContactImport,
    ContactMerge,
    ImportProblem,
    Invitation,
    PrivacyRequest,
    RecoveryCode,
    RepeatableRequest,
    SecondFactor,
    User,
    Webhook,
    WebhookDelivery,
)


@pytest.fixture(scope="module")
def _demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Both demo companies, and a row in every table that a demo leaves empty."""
    with django_db_blocker.unblock():
        make_world(timezone.now(), 7, 30, lambda plots, _: plots)
        for session in WhatsAppSession.objects.all():
            for number in range(13):
                _leave_traces(session, number)
        for tenant_session in {session.tenant_id: session for session in WhatsAppSession.objects.all()}.values():
            for number in range(13):
                _leave_on_desks(tenant_session, number)
    yield
    with django_db_blocker.unblock():
        delete_everything()
        Group.objects.filter(name=ADMINISTRATORS).delete()


def _leave_traces(session: WhatsAppSession, number: int) -> None:
    event = {"event": "unheard.of", "id": f"evt_{number}", "session": session.waha_name}
    WahaEvent.objects.create(
        session=session, event="unheard.of", event_id=f"evt_{number}", body=event, state=EventState.FAILED
    )
    EarlyChange.objects.create(
        session=session, message_id=f"early-{number}", kind="ACK", at=timezone.now(), data={"ack": 2, "error": ""}
    )
    who = User.objects.filter(tenant=session.tenant).first()
    NumberCheck.objects.create(session=session, phone=f"55119888800{number:02}", checked_at=timezone.now())
    LidCheck.objects.create(session=session, lid=f"998877665544{number:02}@lid", ask_at=timezone.now())
    day = timezone.now() - timedelta(days=number)
    HistoryImport.objects.create(session=session, requested_by=who, since=day, until=day, state=ImportState.DONE)
    one, other = Contact.objects.filter(tenant=session.tenant)[:2]
    ContactMerge.objects.create(tenant=session.tenant, survivor=one, absorbed=other, by=who)
    Invitation.objects.create(tenant=session.tenant, email=f"convite{number}@{session.waha_name}.example")
    Client().force_login(who, backend="crm.backends.PersonBackend")
    message = Message.objects.filter(chat__tenant=session.tenant, from_me=False)[number]
    Amendment.objects.create(message=message, kind="REACTION", value="👍", by=who, state=SendState.FAILED)
    hook = {"tenant": session.tenant, "url": "https://erp.example/", "events": ["lead.created"]}
    webhook = Webhook.objects.create(name=f"ERP {number}", **hook)
    WebhookDelivery.objects.create(webhook=webhook, event="lead.created", data={"name": "Serena"})
    PrivacyRequest.objects.create(tenant=session.tenant, contact=one, kind="EXPORT", state="DONE", by=who)
    AuditLog.objects.create(tenant=session.tenant, user=who, action="test", object_type="session", object_id=session.pk)


def _leave_on_desks(session: WhatsAppSession, number: int) -> None:
    """Somebody of the company has begun, muted and saved something; each time somebody or somewhere else."""
    people, chats = User.objects.filter(tenant=session.tenant), Chat.objects.filter(tenant=session.tenant)
    who, chat = [(person, chat) for chat in chats.order_by("pk") for person in people.order_by("pk")][number]
    file = {"file": "uploads/x.pdf", "name": "x.pdf", "type": "DOCUMENT", "mime_type": "text/plain", "size_bytes": 1}
    factor, _new = SecondFactor.objects.get_or_create(user=who, defaults={"secret": f"SEGREDO{number:09}"})
    RecoveryCode.objects.create(second_factor=factor, digest=f"{number:064x}")
    draft, _made = Draft.objects.get_or_create(user=who, chat=chat, defaults={"text": "Olá"})
    DraftFile.objects.create(draft=draft, **file)
    reply = QuickReply.objects.create(tenant=session.tenant, owner=who, shortcut=f"traço-{number}", body="Olá")
    QuickReplyFile.objects.create(quick_reply=reply, **file)
    ScheduledMessage.objects.create(chat=chat, author=who, body="Olá", send_at=timezone.now() + timedelta(days=9))
    SavedView.objects.create(tenant=session.tenant, user=who, name=f"Minha {number}", query="aba=todas")
    Mute.objects.get_or_create(user=who, chat=chat)
    UndoStep.objects.create(user=who, what="resolved", before={}, after={})
    create_token(who, f"ERP {number}", ["chats:read"])
    RepeatableRequest.objects.create(tenant=session.tenant, user=who, key=f"pedido-{number}", fingerprint="x")
    order = ContactImport.objects.create(tenant=session.tenant, requested_by=who, name="clientes.csv", encoding="utf-8")
    ImportProblem.objects.create(contact_import=order, line=number + 2, reason="Sem telefone")
    LinkPreview.objects.create(tenant=session.tenant, url=f"https://loja.example/{number}", title="Serena")


@pytest.fixture
def superuser(_demo: None, db: None, client: Client) -> Client:
    client.force_login(User.objects.get(is_superuser=True), "crm.backends.PersonBackend")
    return client


@pytest.fixture
def stranger(_demo: None, db: None, client: Client) -> Client:
    """The administrator of Pet Feliz, to whom Casa Aurora does not exist."""
    client.force_login(User.objects.get(email="marta@petfeliz.example"), "crm.backends.PersonBackend")
    return client
