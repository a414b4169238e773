"""Jobs that ask WhatsApp about those we talk to: who is there, what a group is called."""

from uuid import UUID

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from chats import actions
from chats.models import Chat
from chats.people.presence import SUBSCRIBE_TASK
from chats.waha.calls.groups import group_subject
from chats.waha.calls.presence import subscribe
from chats.waha.client import WahaClient, WahaError
from chats.waha.handlers.groups import NAME_TASK
from chats.waha.models import WORKING, WhatsAppSession
from crm.connection import on_fresh_connection

log = structlog.get_logger(__name__)


@app.task(name=SUBSCRIBE_TASK)
@on_fresh_connection
def ask_for_presence(chat_pk: str) -> None:
    """Hear of this chat's person from now on. A comfort: what goes wrong is logged and not tried again."""
    asked = _session_of(chat_pk)
    if asked is None:
        return
    chat, session = asked
    try:
        subscribe(WahaClient(session), chat.address)
    except WahaError as error:
        log.info("presence.not_subscribed", chat=chat_pk, reason=str(error))


@app.task(name=NAME_TASK)
@on_fresh_connection
def learn_group(chat_pk: str) -> None:
    """What is this group called? No message says so."""
    asked = _session_of(chat_pk)
    if asked is None or asked[0].subject:
        return
    chat, session = asked
    try:
        subject = group_subject(WahaClient(session), chat.address)
    except WahaError as error:
        log.info("group.not_named", chat=chat_pk, reason=str(error))
        return
    actions.rename_group(chat.tenant_id, chat.phone, subject, timezone.now())


def _session_of(chat_pk: str) -> tuple[Chat, WhatsAppSession] | None:
    """The chat and its number; None where that is not connected: WAHA would block the call for seconds."""
    chat = Chat.objects.filter(pk=UUID(chat_pk)).select_related("session").first()
    session: WhatsAppSession | None = chat.session if chat else None
    return (chat, session) if chat and session and session.status == WORKING and chat.address else None
