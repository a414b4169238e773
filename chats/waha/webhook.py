"""Where WAHA posts its events. Whatever we answer 2xx to is ours for ever: WAHA forgets it."""

import time

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from crm.origin import origin

from . import metrics
from .taking import Posted, Refused, take
from .together import Together

log = structlog.get_logger(__name__)

AWAY = (OperationalError, InterfaceError)
# Whoever comes while others are being stored is stored with the next ones, in one transaction.
taken = Together(take, most=64, common=AWAY)


@csrf_exempt
@require_POST
async def receive(request: HttpRequest, session_id: str) -> HttpResponse:
    """Store the event and handle it; 503 when the database is away, so that WAHA tries again."""
    began = time.perf_counter()
    try:
        posted = Posted(session_id, _body(request), request.headers.get("X-Webhook-Hmac", ""), origin())
        event = await taken(posted)
    except Refused as refusal:
        return _refusal(session_id, refusal)
    except AWAY:
        metrics.note_refused(503)
        log.exception("webhook.database_away", session=session_id)
        return JsonResponse({"error": "the database is away"}, status=503, headers={"Retry-After": "2"})
    if isinstance(event, Refused):
        return _refusal(session_id, event)
    metrics.note_taken(event.envelope, event.state, time.perf_counter() - began)
    return JsonResponse({"state": event.state})


def _refusal(session_id: str, refusal: Refused) -> HttpResponse:
    metrics.note_refused(refusal.status)
    log.warning("webhook.refused", session=session_id, status=refusal.status, reason=str(refusal))
    return JsonResponse({"error": str(refusal)}, status=refusal.status)


def _body(request: HttpRequest) -> bytes:
    limit = settings.WEBHOOK_MAX_BYTES
    told = request.META.get("CONTENT_LENGTH") or "0"
    if not told.isdecimal() or int(told) > limit or len(request.body) > limit:
        raise Refused(413, f"the body is larger than {limit} bytes")
    return request.body
