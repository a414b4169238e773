"""What the doors of sending and changing share: whom and what a request means, and how it is answered."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django_htmx.http import trigger_client_event

from chats import actions
from chats.models import Chat, Message
from crm.compiled import compiled
from crm.requests import AgentRequest
from crm.visibility import Scope


def acted(request: AgentRequest, chat: Chat, message: Message, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except actions.NotSendable as reason:
        return refused(request, [str(reason)])
    return bubbles(request, chat, [message])


def bubbles(request: AgentRequest, chat: Chat, messages: list[Message]) -> HttpResponse:
    """These messages as they are now, in the order they were written."""
    shown = _bubbles([message.pk for message in messages])
    return done(request, render(request, "chats/live/sent.html", {"chat": chat, "messages": shown}))


@compiled
def _bubbles(message_ids: list[UUID]) -> QuerySet[Message]:
    return Message.objects.with_bubble_details().filter(pk__any_of=message_ids).oldest_first()


def done(request: AgentRequest, response: HttpResponse) -> HttpResponse:
    """The answer to an act; a dialog that asked for it closes."""
    return trigger_client_event(response, "dialog:close") if in_dialog(request) else response


def in_dialog(request: AgentRequest) -> bool:
    """Whether a form in the page's dialog asks."""
    return request.htmx.target == "dialog"


def chat_of(request: AgentRequest, chat_id: UUID) -> Chat:
    """The conversation with its number; `Http404` when there is none that this person may see."""
    for chat in _with_number(chat_id):
        if Scope.of(request.user).admits(chat):
            return chat
    raise Http404("No such conversation.")


@compiled
def _with_number(chat_id: UUID) -> QuerySet[Chat]:
    return Chat.objects.select_related("session").filter(pk=chat_id, merged_into=None)


def message_of(request: AgentRequest, chat_id: UUID, message_id: UUID) -> tuple[Chat, Message]:
    chat = chat_of(request, chat_id)
    return chat, get_object_or_404(Message, pk=message_id, chat=chat)


def own_message_of(request: AgentRequest, chat_id: UUID, message_id: UUID) -> tuple[Chat, Message]:
    chat = chat_of(request, chat_id)
    return chat, get_object_or_404(Message, pk=message_id, chat=chat, from_me=True)


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def refused(request: AgentRequest, reasons: list[str]) -> HttpResponse:
    """Why not, in a sentence or more, at the composer or in the dialog that asked."""
    context = {"errors": reasons, "place": error_place(request)}
    return render(request, "chats/live/refused.html", context, status=422)


def error_place(request: AgentRequest) -> str:
    """Where the page that asked shows what went wrong."""
    return "dialog-error" if in_dialog(request) else "composer-error"
