"""The command bar's dialog, and what it finds."""

import re

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chats.commands import find
from chats.models import Chat
from crm.requests import AgentRequest, agent_required

from .answers import uuid_of

INBOX = "/atendimento/"
OPEN_CHAT = re.compile(r"/atendimento/([0-9a-f-]{36})/")
MOST_TYPED = 100


@require_safe
@agent_required
def commands(request: AgentRequest) -> HttpResponse:
    """The dialog; with `q` only its results. Which page and which conversation is open, the page's address says."""
    typed = request.GET.get("q", "")[:MOST_TYPED]
    in_inbox = (request.htmx.current_url_abs_path or INBOX).startswith(INBOX)
    found = find(request.user, typed, _open_chat(request), in_inbox=in_inbox)
    context = {"found": found, "typed": typed, "in_inbox": in_inbox}
    template = "chats/commands/results.html" if "q" in request.GET else "chats/commands/dialog.html"
    return render(request, template, context)


def _open_chat(request: AgentRequest) -> Chat | None:
    address = OPEN_CHAT.match(request.htmx.current_url_abs_path or "")
    pk = uuid_of(address[1]) if address else None
    return Chat.objects.visible_to(request.user).filter(pk=pk).first() if pk else None
