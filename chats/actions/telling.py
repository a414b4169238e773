"""Whom a conversation concerns, and what their bell says of it."""

from django.urls import reverse
from django.utils.translation import override

from chats.models import Chat
from crm.models import User
from crm.visibility import Scope
from notifications.actions import Line
from notifications.models import NotificationType


def chat_line(chat: Chat, kind: NotificationType, message: str) -> Line:
    """A line about this chat that leads there; it goes when the chat asks for nothing any more."""
    return Line(
        kind,
        subject=f"chat:{chat.pk}",
        title=chat.display_name,
        message=message,
        link=reverse("chats:chat", args=[chat.pk]),
    )


def message_line(chat: Chat, kind: NotificationType) -> Line:
    """The same with the latest message: its words, else what it is."""
    with override("pt-br"):
        what = str(chat.latest_message.get_type_display()) if chat.latest_message else ""
    return chat_line(chat, kind, chat.last_message or what)


def queue_of(chat: Chat) -> list[User]:
    """Those who look after the queue the chat lies in."""
    people = list(User.objects.filter(tenant_id=chat.tenant_id, is_active=True))
    scopes = Scope.of_all(people)
    return [user for user in people if scopes[user.pk].admits(chat)]
