"""What was posted to our numbers is checked, stored and handled, many at once."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from math import isfinite
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet
from django.utils import timezone
from pydantic import ValidationError

from crm.compiled import compiled
from crm.connection import on_fresh_connection
from crm.origin import NOWHERE, Origin, coming_from

from . import inbox
from .models import EventState, WahaEvent, WhatsAppSession
from .payloads import Envelope, storable
from .tasks.receiving import process_again

log = structlog.get_logger(__name__)

# WhatsApp nests a dozen levels at most.
DEEPEST = 100
# What a message asks of its number; rarer events read the rest when they need it.
ASKED_OF_NUMBER = ("tenant", "waha_name", "webhook_secret", "phone", "default_team", "last_event_at")
# How fresh `last_event_at` is kept.
HEARD_EVERY = timedelta(seconds=10)


@dataclass(frozen=True)
class Posted:
    """A request as it came: the number that its address names, the raw bytes, and how they say they are signed."""

    session_id: str
    body: bytes
    hmac_hex: str
    place: Origin


@dataclass(frozen=True)
class Taken:
    """An event that is ours now, and what became of it."""

    envelope: Envelope
    state: EventState


class Refused(Exception):
    """The request is no event of ours; `status` and the text are the answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@on_fresh_connection
def take(posted: Sequence[Posted]) -> list[Taken | Refused]:
    """What became of each. Raises when the database is away."""
    # The log names all of whom it may be; the audit, which names one, only who comes alone.
    names = " ".join(each.place.request_id for each in posted)
    place = posted[0].place if len(posted) == 1 else NOWHERE
    with structlog.contextvars.bound_contextvars(request=names), coming_from(place):
        numbers = {number.pk: number for number in _by_ids(list({UUID(each.session_id) for each in posted}))}
        answers = [_checked(each, numbers) for each in posted]
        told = [each for each in answers if not isinstance(each, Refused)]
        events = iter(inbox.accept_many(told))
        taken = [each if isinstance(each, Refused) else _after(next(events), each) for each in answers]
        for number in {session.pk: session for session, *_ in told}.values():
            _note_heard(number)
        return taken


@compiled
def _by_ids(session_ids: list[UUID]) -> QuerySet[WhatsAppSession]:
    return WhatsAppSession.objects.only(*ASKED_OF_NUMBER).filter(pk__any_of=session_ids)


def _checked(posted: Posted, numbers: dict[UUID, WhatsAppSession]) -> inbox.Told | Refused:
    try:
        number = numbers.get(UUID(posted.session_id))
        if number is None:
            raise Refused(404, "no number has this address")
        _verify(number, posted)
        envelope, content = _read(posted.body)
        _check_age(envelope)
    except Refused as refusal:
        return refusal
    # A number of its own, for who asked for it may change it.
    return copy(number), envelope, content


def _after(event: WahaEvent, told: inbox.Told) -> Taken:
    if event.state == EventState.FAILED:
        _try_again_later(event)
    return Taken(told[1], EventState(event.state))


def _try_again_later(event: WahaEvent) -> None:
    """Order a job for it. Should even that fail now, the sweep finds the row."""
    try:
        process_again.defer(event_pk=str(event.pk))
    except Exception:
        log.exception("webhook.not_ordered", row=str(event.pk))


def _note_heard(session: WhatsAppSession) -> None:
    """When this number was heard of last. Not with every event, and outside of what the event itself changes."""
    stale = timezone.now() - HEARD_EVERY
    if session.last_event_at and session.last_event_at >= stale:
        return
    heard_before = Q(last_event_at=None) | Q(last_event_at__lt=stale)
    with suppress(OperationalError, InterfaceError):
        WhatsAppSession.objects.filter(heard_before, pk=session.pk).update(last_event_at=timezone.now())


def _verify(number: WhatsAppSession, posted: Posted) -> None:
    """The body is signed with the number's secret: hex HMAC-SHA512 over the raw bytes."""
    expected = hmac.new(number.webhook_secret.encode(), posted.body, hashlib.sha512).hexdigest()
    if not hmac.compare_digest(expected.encode(), posted.hmac_hex.strip().lower().encode()):
        raise Refused(401, "the signature (X-Webhook-Hmac) is missing or wrong")


def _read(body: bytes) -> tuple[Envelope, Any]:
    """The envelope, and the whole as it will be stored."""
    try:
        # Strictly: what Python's reader takes beyond JSON (NaN, half an emoji, UTF-16) the database refuses.
        content = json.loads(body.decode(), parse_constant=_refuse_constant, parse_float=_finite)
        if b"\\u" in body:
            content = storable(content)
        if _depth(content) > DEEPEST:
            raise ValueError("nested too deeply")
        envelope = Envelope.model_validate(content)
    except (ValueError, RecursionError) as error:
        detail = error.errors()[0]["msg"] if isinstance(error, ValidationError) else "not JSON"
        raise Refused(400, f"not an event: {detail}") from error
    return envelope, content


def _check_age(envelope: Envelope) -> None:
    """A signature does not grow old, but what was signed does: an event from far off is somebody's recording.

    WAHA sends the same bytes, with the moment it told them first, for as long as it tries.
    """
    window = timedelta(hours=settings.WEBHOOK_REPLAY_HOURS)
    if window and envelope.timestamp and abs(timezone.now() - envelope.timestamp) > window:
        raise Refused(410, f"the event was told at {envelope.timestamp.isoformat()}, too far from now")


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise ValueError("a number too large")
    return number


def _depth(content: Any) -> int:
    """How deeply it is nested. Level by level, so that no depth is too deep to be measured."""
    depth, level = 0, [content]
    while level and depth <= DEEPEST:
        depth += 1
        inner = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = [each for values in inner for each in values]
    return depth
