"""What an agent does to a conversation. The open pages, this one too, learn of it over the socket."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from chats import actions
from chats.forms import ReadingForm
from chats.models import Chat
from crm.models import User
from crm.requests import AgentRequest, agent_required, tenant_of


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
        to = get_object_or_404(colleagues, pk=_uuid(wanted))
    actions.assign(_chat(request, chat_id), to, by=request.user)
    return HttpResponse(status=204)


@require_POST
@agent_required
def resolution(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The conversation is done."""
    actions.resolve(_chat(request, chat_id), request.user)
    return HttpResponse(status=204)


@require_POST
@agent_required
def reopening(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The conversation goes on."""
    actions.reopen(_chat(request, chat_id), request.user)
    return HttpResponse(status=204)


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


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
