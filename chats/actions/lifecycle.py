"""A conversation ends, waits for something, and begins again."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.utils import timezone

from chats.models import Chat, ChatStatus, Outcome
from crm.actions.audit import facts, record
from crm.models import AuditAct, User
from notifications.actions import clear

from .bookkeeping import settle_questions
from .locking import add_system_line, changing

RESOLVED_LINES = {
    Outcome.RESOLVED: "resolved",
    Outcome.WON: "resolved_won",
    Outcome.LOST: "resolved_lost",
    Outcome.NO_ANSWER: "resolved_no_answer",
    Outcome.SPAM: "resolved_spam",
}

# What an end, a pause and a new beginning change.
LIFE = ["status", "outcome", "snoozed_until"]


@contextmanager
def changing_life(chat_id: UUID, by: User) -> Iterator[Chat]:
    """As `changing`, for who ends, pauses and begins: a change of the chat's status is kept in the audit log."""
    with changing(chat_id) as locked:
        before = facts(locked, LIFE)
        yield locked
        if (after := facts(locked, LIFE)) != before:
            record(AuditAct.CHAT_STATUS, locked, by, before, after)


def resolve(chat: Chat, by: User, outcome: Outcome = Outcome.RESOLVED, reason: str = "") -> Chat:
    """The conversation is done; what it still asked of anybody is gone with it."""
    with changing_life(chat.pk, by) as locked:
        if locked.status == ChatStatus.RESOLVED:
            return locked
        _end(locked, ChatStatus.RESOLVED, outcome)
        add_system_line(locked, RESOLVED_LINES[outcome], by=by.name, because=f": {reason}" if reason else "")
    return locked


def archive(chat: Chat, by: User) -> Chat:
    """The conversation is out of everybody's way; an outcome that it had stays known."""
    with changing_life(chat.pk, by) as locked:
        if locked.status == ChatStatus.ARCHIVED:
            return locked
        _end(locked, ChatStatus.ARCHIVED, locked.outcome)
        add_system_line(locked, "archived", by=by.name)
    return locked


def pend(chat: Chat, by: User) -> Chat:
    """The conversation waits for something outside it; its questions stay questions."""
    with changing_life(chat.pk, by) as locked:
        if locked.status == ChatStatus.PENDING and not locked.is_snoozed:
            return locked
        begin_anew(locked, ChatStatus.PENDING)
        add_system_line(locked, "pended", by=by.name)
    return locked


def reopen(chat: Chat, by: User) -> Chat:
    """The conversation goes on, whether it was over, pending or put off."""
    with changing_life(chat.pk, by) as locked:
        if locked.status == ChatStatus.OPEN and not locked.is_snoozed:
            return locked
        line = "brought_back" if locked.is_snoozed else "reopened"
        begin_anew(locked)
        add_system_line(locked, line, by=by.name)
    return locked


def begin_anew(chat: Chat, status: ChatStatus = ChatStatus.OPEN) -> None:
    """A locked chat is under way: neither over nor put off."""
    chat.status, chat.outcome = status, ""
    chat.resolved_at = chat.snoozed_until = None


def _end(chat: Chat, status: ChatStatus, outcome: str) -> None:
    chat.status, chat.outcome = status, outcome
    chat.resolved_at, chat.snoozed_until = chat.resolved_at or timezone.now(), None
    settle_questions(chat)
    clear(f"chat:{chat.pk}")
