"""Ready-made answers where they are used: in the composer."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from chats.actions.quick_replies import use_quick_reply
from chats.composing import quick_replies as replies
from chats.composing.drafts import draft_of
from chats.composing.mentions import matching, mentionable_in
from chats.composing.variables import fill, left_in
from chats.models import Chat, QuickReply
from crm.requests import AgentRequest, agent_required

LONGEST_QUERY = 60
MOST_MENTIONED = 8


@require_safe
@agent_required
def quick_replies(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """Answers that fit what follows the "/" in `q`, filled in for this customer."""
    chat = _chat(request, chat_id)
    found = replies.matching(replies.offered_to(request.user), _typed(request))[: replies.MOST_SUGGESTED]
    options = [(reply, text, left_in(text)) for reply in found for text in [fill(reply.body, chat, request.user)]]
    return render(request, "chats/composer/quick_replies.html", {"chat": chat, "options": options})


@require_POST
@agent_required
def quick_reply_use(request: AgentRequest, chat_id: UUID, reply_id: UUID) -> HttpResponse:
    """An answer was inserted: it is counted, and its files come into the tray."""
    chat = _chat(request, chat_id)
    reply = get_object_or_404(QuickReply.objects.offered_to(request.user).distinct(), pk=reply_id)
    use_quick_reply(reply, request.user, chat)
    missing = left_in(fill(reply.body, chat, request.user))
    context = {"chat": chat, "draft": draft_of(request.user, chat), "missing": missing, "brings": reply.files.exists()}
    return render(request, "chats/composer/used.html", context)


@require_safe
@agent_required
def mentions(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """Colleagues and teams that fit what follows the "@" in `q`."""
    chat = _chat(request, chat_id)
    found = matching(mentionable_in(chat, request.user), _typed(request))[:MOST_MENTIONED]
    return render(request, "chats/composer/mentions.html", {"found": found})


def _typed(request: AgentRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "")[:LONGEST_QUERY]


def _chat(request: AgentRequest, chat_id: UUID) -> Chat:
    chats = Chat.objects.visible_to(request.user).select_related("contact", "team", "tenant")
    return get_object_or_404(chats, pk=chat_id)
