"""Each stored event is read and becomes an action; what we do not know is kept and marked ignored."""

import traceback
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chats import actions
from chats.models import Ack
from crm.identity import AddressKind

from . import content, payloads
from .models import EventState, WahaEvent, WhatsAppSession
from .numbers import record_status

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8


class Ignored(Exception):
    """The event asks nothing of us; the text says why."""


def accept(session: WhatsAppSession, envelope: payloads.Envelope, body: Any) -> WahaEvent:
    """Store an event that has just come and handle it, in one transaction; the row, with its state.

    An event that came before is not handled again, unless it failed then. A failure leaves nothing
    behind but the row, FAILED, with the traceback. Raises only when the row cannot be stored.
    """
    event = WahaEvent(session=session, event=envelope.event, event_id=envelope.id, body=body, attempts=1)
    try:
        with transaction.atomic():
            event.state, event.handled_at = EventState.HANDLED, timezone.now()
            if WahaEvent.objects.insert_once(event):
                _settle(event, *_handle(session, envelope))
                return event
    except Exception as error:
        log.exception("event.failed", row=str(event.pk))
        event.state, event.handled_at, event.error = EventState.FAILED, None, _traceback(error)
        if WahaEvent.objects.insert_once(event):
            return event
    earlier = WahaEvent.objects.only("pk").get(session=session, event=envelope.event, event_id=envelope.id)
    earlier.state = process(earlier.pk)
    return earlier


def process(event_pk: UUID) -> EventState:
    """Handle a stored event, in a transaction of its own; handled twice is handled once."""
    try:
        with transaction.atomic():
            rows = WahaEvent.objects.select_for_update(of=("self",)).select_related("session")
            event = rows.get(pk=event_pk)
            if event.state in {EventState.HANDLED, EventState.IGNORED}:
                return EventState(event.state)
            event.attempts += 1
            state, reason = _handle(event.session, payloads.Envelope.model_validate(event.body))
            event.error, event.handled_at = "", timezone.now()
            event.save(update_fields=["attempts", "error", "handled_at"])
            _settle(event, state, reason)
            return state
    except Exception as error:
        log.exception("event.failed", row=str(event_pk))
        WahaEvent.objects.filter(pk=event_pk).update(
            state=EventState.FAILED, attempts=F("attempts") + 1, error=_traceback(error)
        )
        return EventState.FAILED


def _settle(event: WahaEvent, state: EventState, reason: str) -> None:
    if (event.state, event.reason) != (state, reason):
        event.state, event.reason = state, reason
        WahaEvent.objects.filter(pk=event.pk).update(state=state, reason=reason)


def _traceback(error: Exception) -> str:
    return "".join(traceback.format_exception(error))


def _handle(session: WhatsAppSession, envelope: payloads.Envelope) -> tuple[EventState, str]:
    handler = HANDLERS.get(envelope.event)
    if handler is None:
        return EventState.IGNORED, "no handler for this kind of event"
    if envelope.session != session.waha_name:
        return EventState.IGNORED, f"meant for the session {envelope.session!r}"
    try:
        handler(session, envelope)
    except Ignored as reason:
        return EventState.IGNORED, str(reason)
    return EventState.HANDLED, ""


def on_message(session: WhatsAppSession, envelope: payloads.Envelope) -> None:
    """`message.any`: whatever anybody wrote, ourselves included."""
    message = payloads.MessagePayload.model_validate(envelope.payload)
    address = payloads.chat_address(message)
    if address.kind is AddressKind.OTHER:
        raise Ignored("not a conversation (status, channel or broadcast)")
    stored = actions.receive_message(incoming(session, message))
    if stored is None and not message.fromMe:
        raise Ignored("this message is here already")


def incoming(session: WhatsAppSession, message: payloads.MessagePayload) -> actions.Incoming:
    """The message in our words."""
    address = payloads.chat_address(message)
    in_group = address.kind is AddressKind.GROUP
    sender = payloads.sender_address(message) if in_group else None
    return actions.Incoming(
        tenant_id=session.tenant_id,
        session_id=session.pk,
        team_id=session.default_team_id,
        address=address,
        also=None if in_group else payloads.other_address(message),
        message_id=payloads.bare_id(message.id),
        from_me=message.fromMe,
        by_api=message.fromMe and message.source == "api",
        timestamp=payloads.from_epoch(message.timestamp),
        type=content.message_type(message),
        body=message.body,
        sender_name=payloads.push_name(message),
        sender_phone=sender.key if sender and not message.fromMe else "",
        quoted_msg_id=payloads.bare_id(message.replyTo.id) if message.replyTo and message.replyTo.id else None,
        ack=message.ack if message.ack in Ack.values else None,
        metadata=content.details(message),
        **content.file_facts(message),
    )


def on_ack(session: WhatsAppSession, envelope: payloads.Envelope) -> None:
    """`message.ack`: how far one of our messages has come."""
    ack = payloads.AckPayload.model_validate(envelope.payload)
    if not ack.fromMe:
        raise Ignored("a tick on a customer's message")
    if ack.ack not in Ack.values:
        raise Ignored(f"unknown tick {ack.ack}")
    actions.record_ack(session.pk, payloads.bare_id(ack.id), Ack(ack.ack), payloads.ack_error(ack))


def on_status(session: WhatsAppSession, envelope: payloads.Envelope) -> None:
    """`session.status`: the number connected, dropped, or wants its QR code read."""
    status = payloads.StatusPayload.model_validate(envelope.payload)
    record_status(session.pk, status.status, payloads.from_epoch(envelope.timestamp), envelope)


HANDLERS: dict[str, Callable[[WhatsAppSession, payloads.Envelope], None]] = {
    "message.any": on_message,
    "message.ack": on_ack,
    "message.ack.group": on_ack,
    "session.status": on_status,
}
