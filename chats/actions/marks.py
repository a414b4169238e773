"""What people put on a conversation to find it again: a pin, a tag, and "unread" for later."""

from chats.models import Chat
from crm.models import Tag, User

from .locking import changing


class NotYours(Exception):
    """Unread is what its owner has not seen; nobody else can say so."""


def pin(chat: Chat, pinned: bool) -> Chat:
    """Before all others in everybody's list, or not any more."""
    if chat.pinned == pinned:
        return chat
    with changing(chat.pk) as locked:
        locked.pinned = pinned
    return locked


def mark_unread(chat: Chat, by: User) -> Chat:
    """The owner has seen it and wants to come back to it; `NotYours` for anybody else.

    It counts as one unread message until they open it again.
    """
    with changing(chat.pk) as locked:
        if locked.assigned_to_id != by.pk:
            raise NotYours
        locked.unread_count = max(1, locked.unread_count)
    return locked


def put_tag(chat: Chat, tag: Tag) -> None:
    """The chat has this tag."""
    if tag.tenant_id != chat.tenant_id:
        raise ValueError("A tag stays in its company.")
    with changing(chat.pk) as locked:
        locked.tags.add(tag)


def take_tag(chat: Chat, tag: Tag) -> None:
    """The chat has this tag no more."""
    with changing(chat.pk) as locked:
        locked.tags.remove(tag)
