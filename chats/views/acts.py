"""What an agent does to a conversation. The open pages, this one too, learn of it over the socket."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from chats import actions
from chats.forms import MessageForm, ReadingForm
from chats.models import Chat, Message
from crm.models import User
from crm.requests import AgentRequest, agent_required, tenant_of


def message_create(request: AgentRequest, chat: Chat) -> HttpResponse:
    """Send a text. The answer is its bubble; a refusal is a sentence at the composer."""
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _refused(request, [str(error) for errors in form.errors.values() for error in errors])
    try:
        message = actions.send_message(
            chat, request.user, form.cleaned_data["body"], client_id=form.cleaned_data["client_id"]
        )
    except actions.NotSendable as reason:
        return _refused(request, [str(reason)])
    return render(request, "chats/live/sent.html", {"chat": chat, "message": message})


@require_POST
@agent_required
def sending(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Send a failed or unconfirmed message again."""
    chat = _chat(request, chat_id)
    message = get_object_or_404(Message, pk=message_id, chat=chat, from_me=True)
    try:
        message = actions.retry(message, request.user)
    except actions.NotSendable as reason:
        return _refused(request, [str(reason)])
    return render(request, "chats/live/sent.html", {"chat": chat, "message": message})


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


def _refused(request: AgentRequest, reasons: list[str]) -> HttpResponse:
    return render(request, "chats/live/refused.html", {"errors": reasons}, status=422)
