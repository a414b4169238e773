"""The emoji picker's content."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from chats.composing.emoji import offered
from crm.requests import AgentRequest, agent_required

KEPT_SECONDS = 7 * 24 * 3600


@require_safe
@agent_required
def emoji(request: AgentRequest) -> HttpResponse:
    """The same for everybody of a language, so the browser keeps it."""
    response = render(request, "chats/composer/emoji.html", {"categories": offered(get_language() or "")})
    patch_cache_control(response, private=True, max_age=KEPT_SECONDS)
    return response
