"""An agent types: colleagues see it, and the customer too, unless it is a note."""

from contextlib import suppress
from uuid import UUID

from django.core.cache import cache
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST
from redis.exceptions import RedisError

from chats.actions.jobs import TYPING_TASK, order_job
from chats.models import Chat
from chats.people.colleagues import say_writing
from crm.models import Presence, User
from crm.requests import AgentRequest, agent_required

from .answers import chat_of

# One word about typing in this time; WhatsApp shows it for longer.
TYPING_EVERY_SECONDS = 4


@require_POST
@agent_required
def typing(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """This person types (a `note`, perhaps), or (`state` is "paused") no longer. Forgotten when anything is in its way.

    Invisible is invisible, for colleagues.
    """
    chat = chat_of(request, chat_id)
    is_typing = request.POST.get("state") != "paused"
    if request.user.presence != Presence.OFFLINE:
        say_writing(chat, request.user, is_writing=is_typing)
    if not request.POST.get("note") and _may_tell(chat, request.user, is_typing=is_typing):
        once = f"typing:{chat.pk}:{is_typing}"
        order_job(TYPING_TASK, once=once, chat_pk=str(chat.pk), is_typing=is_typing, since=timezone.now().timestamp())
    return HttpResponse(status=204)


def _may_tell(chat: Chat, user: User, *, is_typing: bool) -> bool:
    if chat.session is None or not chat.session.is_working:
        return False
    with suppress(RedisError, OSError):
        return cache.add(f"typing:{chat.pk}:{user.pk}:{is_typing}", 1, TYPING_EVERY_SECONDS)
    return False
