"""Pieces of a page that ask for themselves every few seconds, and are sent again only when they changed."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from crm.requests import AgentRequest
from notifications.bell import bell_of


@dataclass(frozen=True)
class Live:
    """A rendered piece: where it asks, how soon again, and what it shows, in short."""

    key: str
    url: str
    every_ms: int
    content: SafeString
    version: str


def live(request: AgentRequest, template: str, context: dict[str, Any], *, key: str, url: str, every_ms: int) -> Live:
    """Render the piece. Its version counts the bell too, for the bell comes along."""
    content = render_to_string(template, context, request)
    shown = f"{content}{bell_of(request.user).count}"
    return Live(key, url, every_ms, content, blake2b(shown.encode(), digest_size=8).hexdigest())


def answer(request: AgentRequest, piece: Live) -> HttpResponse:
    """The piece and the bell; 204 when the page shows just that."""
    if request.GET.get("v") == piece.version:
        return HttpResponse(status=204)
    return render(request, "waha/live.html", {"live": piece, "bell": bell_of(request.user)})
