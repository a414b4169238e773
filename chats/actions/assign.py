"""A chat gets an owner, changes owner, or goes back to the queue."""

from chats.models import Chat
from crm.actions.audit import facts, record
from crm.models import AuditAct, User
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
            before = facts(locked, ["assigned_to"])
            hand(locked, None, "queued", by=by.name)
            distribute(locked)
            record(AuditAct.CHAT_ASSIGNED, locked, by, before, facts(locked, ["assigned_to"]))
    return locked


def give(chat: Chat, to: User, *, by: User) -> None:
    """Make somebody the owner of a chat that is already locked; nothing happens when it is theirs."""
    if chat.assigned_to_id == to.pk:
        return
    before = facts(chat, ["assigned_to"])
    hand(chat, to, "taken" if to == by else "assigned", by=by.name, to=to.name)
    record(AuditAct.CHAT_ASSIGNED, chat, by, before, facts(chat, ["assigned_to"]))
    if to != by:
        notify([to], chat_line(chat, NotificationType.CHAT_ASSIGNED, by.name))
