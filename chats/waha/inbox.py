"""Each stored event is read and becomes an action; what we do not know is kept and marked ignored."""

import traceback
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chats import actions

from .handlers import HANDLERS, UNUSED
from .handlers.messages import read_further
from .models import EventState, WahaEvent, WhatsAppSession
from .payloads import Envelope, Ignored, storable

log = structlog.get_logger(__name__)

# What came, from which number: its envelope, and the whole of it.
Told = tuple[WhatsAppSession, Envelope, Any]

MAX_ATTEMPTS = 8
LONGEST_REASON = 200
LONGEST_ERROR = 20_000


def accept(session: WhatsAppSession, envelope: Envelope, body: Any) -> WahaEvent:
    """Store an event that has just come and handle it, in one transaction; the row, with its state.

    An event that came before is not handled again, unless it failed then. A failure leaves nothing
    behind but the row, FAILED, with the traceback. Raises only when the row cannot be stored.
    """
    event = _handled(session, envelope, body)
    try:
        with transaction.atomic():
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


def accept_many(told: Sequence[Told]) -> list[WahaEvent]:
    """The same for events that came at the same time: messages of people who are known go together."""
    events = _accept_further(told) if len(told) > 1 else [None] * len(told)
    return [event or accept(*each) for event, each in zip(events, told, strict=True)]


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


def _accept_further(told: Sequence[Told]) -> list[WahaEvent | None]:
    """Handle what is plain among them in one transaction; None in place of what has to be handled by itself."""
    events: list[WahaEvent | None] = [None] * len(told)
    plain = {place: written for place, each in enumerate(told) if (written := read_further(*each[:2]))}
    try:
        with transaction.atomic():
            stored = actions.receive_further(list(plain.values())) if plain else []
            for place, message in zip(plain, stored, strict=True):
                if message:
                    events[place] = _handled(*told[place])
            WahaEvent.objects.insert_new([event for event in events if event])
    except Exception:
        # Which of them it was, each by itself will tell.
        log.warning("events.not_together", count=len(plain), exc_info=True)
        return [None] * len(told)
    return events


def _handled(session: WhatsAppSession, envelope: Envelope, body: Any) -> WahaEvent:
    return WahaEvent(
        session=session, event=envelope.event, event_id=envelope.id, body=body, attempts=1, state=EventState.HANDLED,
        handled_at=timezone.now(),
    )  # fmt: skip


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
