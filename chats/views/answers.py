"""What the doors of sending and changing share: whom and what a request means, and how it is answered."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from chats import actions
from chats.models import Chat, Message
from crm.requests import AgentRequest


def acted(request: AgentRequest, chat: Chat, message: Message, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except actions.NotSendable as reason:
        return refused(request, [str(reason)])
    return bubbles(request, chat, [message])


def bubbles(request: AgentRequest, chat: Chat, messages: list[Message]) -> HttpResponse:
    """These messages as they are now, in the order they were written."""
    rows = Message.objects.with_bubble_details().filter(pk__in=[message.pk for message in messages])
    shown = rows.order_by("timestamp", "id")
    return render(request, "chats/live/sent.html", {"chat": chat, "messages": shown})


def chat_of(request: AgentRequest, chat_id: UUID) -> Chat:
    return get_object_or_404(Chat.objects.visible_to(request.user).select_related("session"), pk=chat_id)


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
    return render(request, "chats/live/refused.html", {"errors": reasons}, status=422)
