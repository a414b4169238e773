"""Each stored event is read and becomes an action; what we do not know is kept and marked ignored."""

import traceback
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from .handlers import HANDLERS, UNUSED
from .models import EventState, WahaEvent, WhatsAppSession
from .payloads import Envelope, Ignored, storable

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
LONGEST_REASON = 200
LONGEST_ERROR = 20_000


def accept(session: WhatsAppSession, envelope: Envelope, body: Any) -> WahaEvent:
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
            state, reason = _handle(event.session, Envelope.model_validate(event.body))
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
    reason = reason[:LONGEST_REASON]
    if (event.state, event.reason) != (state, reason):
        event.state, event.reason = state, reason
        WahaEvent.objects.filter(pk=event.pk).update(state=state, reason=reason)


def _traceback(error: Exception) -> str:
    text = str(storable("".join(traceback.format_exception(error))))
    # What went wrong stands at both ends: where it began, and what it is called.
    half = LONGEST_ERROR // 2
    return text if len(text) <= LONGEST_ERROR else f"{text[:half]}\n…\n{text[-half:]}"


def _handle(session: WhatsAppSession, envelope: Envelope) -> tuple[EventState, str]:
    handler = HANDLERS.get(envelope.event)
    if handler is None:
        return EventState.IGNORED, UNUSED.get(envelope.event, "no handler for this kind of event")
    if envelope.session != session.waha_name:
        return EventState.IGNORED, f"meant for the session {envelope.session!r}"
    try:
        handler(session, envelope)
    except Ignored as reason:
        return EventState.IGNORED, str(reason)
    return EventState.HANDLED, ""
