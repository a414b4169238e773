"""What an agent does to a conversation. The open pages, this one too, learn of it over the socket."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chats import actions
from chats.actions.undo import undoable
from chats.forms import ReadingForm
from chats.models import Chat
from crm.models import User
from crm.requests import AgentRequest, agent_required, tenant_of

from .answers import uuid_of
from .undoing import offer_undo


@require_POST
@agent_required
def assignment(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """Give the chat to `to`: a colleague's id, "nobody" for the queue; to oneself when absent."""
    wanted = request.POST.get("to", "")
    to: User | None = request.user
    if wanted == "nobody":
        to = None
    elif wanted:
        colleagues = User.objects.filter(tenant_id=tenant_of(request.user), is_active=True)
        to = get_object_or_404(colleagues, pk=uuid_of(wanted))
    chat = _chat(request, chat_id)
    if to == request.user:
        actions.assign(chat, to, by=request.user)
        return HttpResponse(status=204)
    with undoable(request.user, "assigned" if to else "queued", [chat.pk]) as step:
        actions.assign(chat, to, by=request.user)
    said = _("Conversation given to %(name)s") % {"name": to.name} if to else _("Conversation back in the queue")
    return offer_undo(request, step, said)


@require_POST
@agent_required
def reading(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The page shows the conversation up to `seq`; for its owner that is read."""
    chat, form = _chat(request, chat_id), ReadingForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    actions.read(chat, request.user, form.cleaned_data["seq"])
    return HttpResponse(status=204)


def _chat(request: AgentRequest, chat_id: UUID) -> Chat:
    return get_object_or_404(Chat.objects.visible_to(request.user), pk=chat_id)
