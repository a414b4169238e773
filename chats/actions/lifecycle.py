"""A conversation ends, and begins again."""

from django.utils import timezone

from chats.models import Chat, ChatStatus
from crm.models import User
from notifications.actions import clear

from .bookkeeping import settle_questions
from .locking import add_system_line, changing


def resolve(chat: Chat, by: User, outcome: str = "") -> Chat:
    """The conversation is done; what it still asked of anybody is gone with it."""
    with changing(chat.pk) as locked:
        if locked.status == ChatStatus.RESOLVED:
            return locked
        locked.status, locked.outcome = ChatStatus.RESOLVED, outcome
        locked.resolved_at, locked.snoozed_until = timezone.now(), None
        settle_questions(locked)
        add_system_line(locked, "resolved", by=by.name)
        clear(f"chat:{locked.pk}")
    return locked


def reopen(chat: Chat, by: User) -> Chat:
    """The conversation goes on."""
    with changing(chat.pk) as locked:
        if locked.is_active:
            return locked
        locked.status, locked.resolved_at, locked.outcome = ChatStatus.OPEN, None, ""
        add_system_line(locked, "reopened", by=by.name)
    return locked
