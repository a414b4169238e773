"""Where WAHA posts its events. Whatever we answer 2xx to is ours for ever: WAHA forgets it."""

import hashlib
import hmac
import json
import re
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from pydantic import ValidationError

from . import inbox
from .models import EventState, WahaEvent, WhatsAppSession
from .payloads import Envelope
from .tasks.receiving import process_again

log = structlog.get_logger(__name__)

# What PostgreSQL's text and JSON cannot hold, and people can send: NUL, and half a surrogate pair.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Refused(Exception):
    """The request is no event of ours; `status` and the text are the answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@csrf_exempt
@require_POST
def receive(request: HttpRequest, session_id: str) -> HttpResponse:
    """Store the event and handle it; 503 when the database is away, so that WAHA tries again."""
    try:
        body = _body(request)
        session = _session(session_id)
        _verify(session, request, body)
        event = inbox.accept(session, *_read(body))
    except Refused as refusal:
        log.warning("webhook.refused", session=session_id, status=refusal.status, reason=str(refusal))
        return JsonResponse({"error": str(refusal)}, status=refusal.status)
    except (OperationalError, InterfaceError):
        log.exception("webhook.database_away", session=session_id)
        return JsonResponse({"error": "the database is away"}, status=503, headers={"Retry-After": "2"})
    if event.state == EventState.FAILED:
        _try_again_later(event)
    return JsonResponse({"state": event.state})


def _try_again_later(event: WahaEvent) -> None:
    """Order a job for it. Should even that fail now, the sweep finds the row."""
    try:
        process_again.defer(event_pk=str(event.pk))
    except Exception:
        log.exception("webhook.not_ordered", row=str(event.pk))


def _body(request: HttpRequest) -> bytes:
    limit = settings.WEBHOOK_MAX_BYTES
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit or len(request.body) > limit:
        raise Refused(413, f"the body is larger than {limit} bytes")
    return request.body


def _session(session_id: str) -> WhatsAppSession:
    session = WhatsAppSession.objects.filter(pk=session_id).first()
    if session is None:
        raise Refused(404, "no number has this address")
    return session


def _verify(session: WhatsAppSession, request: HttpRequest, body: bytes) -> None:
    """The body is signed with the number's secret: hex HMAC-SHA512 over the raw bytes."""
    expected = hmac.new(session.webhook_secret.encode(), body, hashlib.sha512).hexdigest()
    given = request.headers.get("X-Webhook-Hmac", "")
    if not hmac.compare_digest(expected.encode(), given.strip().lower().encode()):
        raise Refused(401, "the signature (X-Webhook-Hmac) is missing or wrong")


def _read(body: bytes) -> tuple[Envelope, Any]:
    """The envelope, and the whole as it will be stored."""
    try:
        content = _storable(json.loads(body)) if b"\\u" in body else json.loads(body)
        envelope = Envelope.model_validate(content)
    except (ValueError, RecursionError) as error:
        detail = error.errors()[0]["msg"] if isinstance(error, ValidationError) else "not JSON"
        raise Refused(400, f"not an event: {detail}") from error
    return envelope, content


def _storable(value: Any) -> Any:
    """The same JSON with a replacement character for each that the database would refuse."""
    if isinstance(value, str):
        return UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(name): _storable(item) for name, item in value.items()}
    return value
