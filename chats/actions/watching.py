"""Colleagues who follow a chat that is not theirs: they see it whatever the policy, and hear of its messages."""

from chats.models import Chat
from crm.models import User

from .locking import add_system_line, changing


def watch(chat: Chat, who: User, by: User) -> Chat:
    """From now on this person follows the chat; when a manager asks them to, the timeline says so."""
    if who.tenant_id != chat.tenant_id:
        raise ValueError("A chat stays in its company.")
    with changing(chat.pk) as locked:
        if not locked.watchers.filter(pk=who.pk).exists():
            locked.watchers.add(who)
            if who != by:
                add_system_line(locked, "watcher_added", by=by.name, to=who.name)
    return locked


def unwatch(chat: Chat, who: User) -> Chat:
    """This person follows it no longer; pages of theirs that may not show it any more close it."""
    with changing(chat.pk) as locked:
        locked.watchers.remove(who)
    return locked
