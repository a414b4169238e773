"""A chat gets an owner, changes owner, or goes back to the queue."""

from chats.models import Chat
from crm.models import User
from notifications.actions import notify
from notifications.models import NotificationType

from .distribution import distribute
from .handing import hand
from .locking import changing
from .telling import chat_line


def assign(chat: Chat, to: User | None, by: User) -> Chat:
    """Give the chat to a colleague of the same company, to oneself, or to nobody (the queue)."""
    if to and to.tenant_id != chat.tenant_id:
        raise ValueError("A chat stays in its company.")
    with changing(chat.pk) as locked:
        if to:
            give(locked, to, by=by)
        elif locked.assigned_to_id:
            hand(locked, None, "queued", by=by.name)
            distribute(locked)
    return locked


def give(chat: Chat, to: User, *, by: User) -> None:
    """Make somebody the owner of a chat that is already locked; nothing happens when it is theirs."""
    if chat.assigned_to_id == to.pk:
        return
    hand(chat, to, "taken" if to == by else "assigned", by=by.name, to=to.name)
    if to != by:
        notify([to], chat_line(chat, NotificationType.CHAT_ASSIGNED, by.name))
