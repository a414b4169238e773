"""Asynchronous views that other machines call: served on the event loop, past all that only browsers need.

A webhook comes a hundred times as often as a page. It has no session, no cookie and no form, and a thread of its own
would wait most of its life for those that store it together with others (`chats.waha.together`). So it costs no thread,
and of the middleware only what is for everybody: who asks, behind which proxy, and what the log calls the request.
"""

from tempfile import SpooledTemporaryFile
from typing import Any

import structlog
from asgiref.sync import SyncToAsync, ThreadSensitiveContext
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import resolve

from config.one_hop import IN_MEMORY_BYTES, Message, Receive, Send, read_body
from config.proxies import caller
from crm.origin import coming_from, origin_of

log = structlog.get_logger(__name__)


class NoHop:
    """An ASGI application whose addresses all lead to asynchronous views; what they do in a thread, they do in one."""

    def __init__(self) -> None:
        self._thread = ThreadSensitiveContext()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        # Not the thread that all else shares which Channels calls.
        SyncToAsync.thread_sensitive_context.set(self._thread)
        with SpooledTemporaryFile(IN_MEMORY_BYTES) as body:
            if not await read_body(receive, body):
                return
            response = await _answer(ASGIRequest(scope, body))
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": response.content})


async def _answer(request: HttpRequest) -> HttpResponse:
    forwarded = request.headers.get("X-Forwarded-For", "")
    request.META["REMOTE_ADDR"] = caller(request.META.get("REMOTE_ADDR", ""), forwarded, settings.TRUSTED_PROXIES)
    place = origin_of(request)
    with coming_from(place), structlog.contextvars.bound_contextvars(request=place.request_id):
        response = await _view(request)
    response.headers["X-Request-Id"] = place.request_id
    response.headers.setdefault("Content-Length", str(len(response.content)))
    return response


async def _view(request: HttpRequest) -> HttpResponse:
    try:
        found = resolve(request.path_info, settings.ROOT_URLCONF)
        answer: Any = await found.func(request, *found.args, **found.kwargs)
        return answer  # type: ignore[no-any-return] # views are not typed that far
    except Http404:
        return JsonResponse({"error": "there is nothing at this address"}, status=404)
    except Exception:
        log.exception("request.failed", path=request.path)
        return JsonResponse({"error": "an error of ours"}, status=500)
