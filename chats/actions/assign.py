"""A chat gets an owner, changes owner, or goes back to the queue."""

from django.urls import reverse

from chats.models import Chat
from crm.models import User
from notifications.actions import Line, clear, notify
from notifications.models import NotificationType

from .locking import add_system_line, changing


def assign(chat: Chat, to: User | None, by: User) -> Chat:
    """Give the chat to a colleague of the same company, to oneself, or to nobody (the queue)."""
    if to and to.tenant_id != chat.tenant_id:
        raise ValueError("A chat stays in its company.")
    with changing(chat.pk) as locked:
        give(locked, to, by=by)
    return locked


def give(chat: Chat, to: User | None, *, by: User) -> None:
    """Change the owner of a chat that is already locked; nothing happens when it is theirs."""
    if chat.assigned_to_id == (to.pk if to else None):
        return
    chat.assigned_to = to
    clear(f"chat:{chat.pk}")
    if to is None:
        add_system_line(chat, "queued", by=by.name)
        return
    add_system_line(chat, "taken" if to == by else "assigned", by=by.name, to=to.name)
    if to != by:
        notify(
            [to],
            Line(
                NotificationType.CHAT_ASSIGNED,
                subject=f"chat:{chat.pk}",
                title=chat.display_name,
                message=by.name,
                link=reverse("chats:chat", args=[chat.pk]),
            ),
        )
