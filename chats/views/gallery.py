"""The pictures and films of a conversation, one beside the other."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from chats.models import MediaState, Message, MessageType
from crm.requests import AgentRequest, agent_required

from .answers import chat_of

MOST_ON_A_SIDE = 60


@require_safe
@agent_required
def gallery(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """What was sent before and after this picture, for the page's dialog."""
    chat = chat_of(request, chat_id)
    shown = Message.objects.filter(
        chat=chat, type__in=[MessageType.IMAGE, MessageType.VIDEO], media_state=MediaState.READY
    ).shown()
    rows = shown.select_related("author")
    picture = get_object_or_404(rows, pk=message_id)
    key = picture.timestamp, picture.pk
    before = rows.before(*key).newest_first()[:MOST_ON_A_SIDE]
    after = rows.later_than(*key).oldest_first()[:MOST_ON_A_SIDE]
    context = {"chat": chat, "picture": picture, "pictures": [*reversed(before), picture, *after]}
    return render(request, "chats/gallery.html", context)
