"""Where WAHA posts its events. Whatever we answer 2xx to is ours for ever: WAHA forgets it."""

import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from datetime import timedelta
from math import isfinite
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from pydantic import ValidationError

from crm.compiled import compiled

from . import inbox, metrics
from .models import EventState, WahaEvent, WhatsAppSession
from .payloads import Envelope, storable
from .tasks.receiving import process_again
from .together import Together

log = structlog.get_logger(__name__)

# WhatsApp nests a dozen levels at most.
DEEPEST = 100
# What a message asks of its number; rarer events read the rest when they need it.
ASKED_OF_NUMBER = ("tenant", "waha_name", "webhook_secret", "phone", "default_team", "last_event_at")
# How fresh `last_event_at` is kept.
HEARD_EVERY = timedelta(seconds=10)


# Whoever comes while others are being stored is stored with the next ones, in one transaction.
accept = Together(inbox.accept_many, most=64)


class Refused(Exception):
    """The request is no event of ours; `status` and the text are the answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@csrf_exempt
@require_POST
def receive(request: HttpRequest, session_id: str) -> HttpResponse:
    """Store the event and handle it; 503 when the database is away, so that WAHA tries again."""
    began = time.perf_counter()
    try:
        body = _body(request)
        session = _session(session_id)
        _verify(session, request, body)
        envelope, content = _read(body)
        _check_age(envelope)
        event = accept((session, envelope, content))
    except Refused as refusal:
        metrics.note_refused(refusal.status)
        log.warning("webhook.refused", session=session_id, status=refusal.status, reason=str(refusal))
        return JsonResponse({"error": str(refusal)}, status=refusal.status)
    except (OperationalError, InterfaceError):
        metrics.note_refused(503)
        log.exception("webhook.database_away", session=session_id)
        return JsonResponse({"error": "the database is away"}, status=503, headers={"Retry-After": "2"})
    metrics.note_taken(envelope, event.state, time.perf_counter() - began)
    if event.state == EventState.FAILED:
        _try_again_later(event)
    _note_heard(session)
    return JsonResponse({"state": event.state})


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


def _body(request: HttpRequest) -> bytes:
    limit = settings.WEBHOOK_MAX_BYTES
    told = request.META.get("CONTENT_LENGTH") or "0"
    if not told.isdecimal() or int(told) > limit or len(request.body) > limit:
        raise Refused(413, f"the body is larger than {limit} bytes")
    return request.body


def _session(session_id: str) -> WhatsAppSession:
    session = find_number(UUID(session_id))
    if session is None:
        raise Refused(404, "no number has this address")
    return session


def _numbers(session_ids: Sequence[UUID]) -> list[WhatsAppSession | None]:
    """Each a number of its own, for who asked for it may change it."""
    found = {number.pk: number for number in _by_ids(list(set(session_ids)))}
    return [copy(found.get(pk)) for pk in session_ids]


@compiled
def _by_ids(session_ids: list[UUID]) -> QuerySet[WhatsAppSession]:
    return WhatsAppSession.objects.only(*ASKED_OF_NUMBER).filter(pk__any_of=session_ids)


find_number = Together(_numbers, most=64)


def _verify(session: WhatsAppSession, request: HttpRequest, body: bytes) -> None:
    """The body is signed with the number's secret: hex HMAC-SHA512 over the raw bytes."""
    expected = hmac.new(session.webhook_secret.encode(), body, hashlib.sha512).hexdigest()
    given = request.headers.get("X-Webhook-Hmac", "")
    if not hmac.compare_digest(expected.encode(), given.strip().lower().encode()):
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
