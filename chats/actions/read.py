"""The owner has seen it: unread falls. A peek by somebody else clears nothing."""

from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from chats.models import Chat, Message
from crm.models import User
from notifications.actions import clear

from .bookkeeping import recount
from .locking import changing


def read(chat: Chat, by: User, seen_seq: int | None = None) -> Chat:
    """Everything up to `seen_seq` of the page is read, when it is the owner who looks.

    Without `seen_seq`, everything stored so far. What the page did not show stays unread.
    """
    if chat.assigned_to_id != by.pk:
        return chat
    if chat.unread_count == 0:
        clear(f"chat:{chat.pk}", only_for=by.pk)
        return chat
    with changing(chat.pk) as locked:
        if locked.assigned_to_id == by.pk:
            # A page that shows less than another one did takes nothing back.
            locked.read_at = max(filter(None, [locked.read_at, _seen_at(locked, seen_seq)]))
            recount(locked)
            if locked.unread_count == 0:
                clear(f"chat:{locked.pk}", only_for=by.pk)
    return locked


def _seen_at(chat: Chat, seen_seq: int | None) -> datetime:
    """Our time of the latest message the reader has seen."""
    if seen_seq is None:
        return timezone.now()
    seen = Message.objects.filter(chat=chat, from_me=False, seq__lte=seen_seq)
    return seen.aggregate(at=Max("created_at"))["at"] or chat.created_at
