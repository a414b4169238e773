"""What is told about a message that was written: a tick, an edit, a deletion, a reaction, a vote.

They come in any order, twice, and before their message; then they wait for it. Applied in whatever order, they end
in the same row.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chats.models import Ack, EarlyChange, EarlyKind, Message
from crm.models import HookEvent

from .acks import RANK, apply_ack
from .bookkeeping import show_in_list
from .edits import apply_edit, apply_revoke
from .hooks import tell_message
from .locking import hold, lock, message_name, store
from .reactions import apply_reaction
from .votes import apply_vote

# Each writes on the row in hand and says whether that changed anything that is shown.
Apply = Callable[[Message, EarlyChange], bool]
APPLY: dict[str, Apply] = {
    EarlyKind.ACK: apply_ack,
    EarlyKind.EDIT: apply_edit,
    EarlyKind.REVOKE: apply_revoke,
    EarlyKind.REACTION: apply_reaction,
    EarlyKind.VOTE: apply_vote,
}
# What other systems are told of.
TOLD = {
    EarlyKind.ACK: HookEvent.MESSAGE_ACK,
    EarlyKind.EDIT: HookEvent.MESSAGE_UPDATED,
    EarlyKind.REVOKE: HookEvent.MESSAGE_UPDATED,
}


def record_ack(session_id: UUID, message_id: str, ack: Ack, error: str = "") -> Message | None:
    """Raise the tick of one of our messages; None when nothing changed, as in all of these."""
    return _record(session_id, message_id, EarlyKind.ACK, at=timezone.now(), data={"ack": ack, "error": error})


def record_edit(session_id: UUID, message_id: str, *, edit_id: str, body: str, at: datetime) -> Message | None:
    """The author changed the text at `at` (provider's time); the older text is kept."""
    return _record(session_id, message_id, EarlyKind.EDIT, key=edit_id, at=at, data={"body": body})


def record_revoke(session_id: UUID, message_id: str, *, at: datetime) -> Message | None:
    """The author deleted it for everyone at `at`; the text stays, marked."""
    return _record(session_id, message_id, EarlyKind.REVOKE, at=at)


def record_reaction(
    session_id: UUID,
    message_id: str,
    *,
    author_key: str,
    emoji: str,
    at: datetime,
    from_me: bool = False,
    author_name: str = "",
) -> Message | None:
    """Somebody reacts, changes the reaction or (blank `emoji`) takes it back; the latest `at` counts.

    `author_key` is the person's address (`Address.key`), or "me".
    """
    data = {"emoji": emoji, "from_me": from_me, "author_name": author_name}
    return _record(session_id, message_id, EarlyKind.REACTION, key=author_key, at=at, data=data)


def record_vote(
    session_id: UUID, message_id: str, *, voter_key: str, options: list[str], at: datetime, voter_name: str = ""
) -> Message | None:
    """Somebody votes in the poll `message_id`; each vote takes the place of the person's last, none takes it back."""
    data = {"options": options, "voter_name": voter_name}
    return _record(session_id, message_id, EarlyKind.VOTE, key=voter_key, at=at, data=data)


def apply_early(message: Message) -> bool:
    """Give a message what was told before it came. Call it with the message's name held."""
    rows = EarlyChange.objects.filter(session_id=message.session_id, message_id=message.message_id)
    waiting = list(rows.order_by("at", "key"))
    changed = [APPLY[change.kind](message, change) for change in waiting]
    if waiting:
        EarlyChange.objects.filter(pk__in=[change.pk for change in waiting]).delete()
    if any(changed):
        message.save()
    return any(changed)


def _record(
    session_id: UUID,
    message_id: str,
    kind: EarlyKind,
    *,
    at: datetime,
    key: str = "",
    data: dict[str, Any] | None = None,
) -> Message | None:
    change = EarlyChange(session_id=session_id, message_id=message_id, kind=kind, key=key, at=at, data=data or {})
    with transaction.atomic():
        hold(message_name(session_id, message_id))
        found = _find_target(change)
        if found is None:
            _keep(change)
            return None
        chat = lock(pk=found.chat_id)
        message = Message.objects.get(pk=found.pk)
        message.chat = chat
        before = message.body
        if not APPLY[kind](message, change):
            return None
        message.seq = chat.seq
        message.save()
        if event := TOLD.get(kind):
            tell_message(chat, message, event)
        if message.body != before and chat.latest_message_id == message.pk:
            show_in_list(chat, message)
        store(chat)
        return message


def _find_target(change: EarlyChange) -> Message | None:
    """The message it is about; ticks are of our own messages only."""
    rows = Message.objects.shown().filter(
        session_id=change.session_id, from_me__in=[True, False], message_id=change.message_id
    )
    return (rows.filter(from_me=True) if change.kind == EarlyKind.ACK else rows).first()


def _keep(change: EarlyChange) -> None:
    """It waits for its message; of several that take each other's place the one that counts."""
    waiting = EarlyChange.objects.filter(
        session_id=change.session_id, message_id=change.message_id, kind=change.kind, key=change.key
    ).first()
    if waiting is None:
        change.save()
    elif _counts_over(change, waiting):
        waiting.at, waiting.data = change.at, change.data
        waiting.save(update_fields=["at", "data"])


def _counts_over(change: EarlyChange, waiting: EarlyChange) -> bool:
    if change.kind == EarlyKind.ACK:
        return RANK[Ack(change.data["ack"])] > RANK[Ack(waiting.data["ack"])]
    if change.kind == EarlyKind.REVOKE:
        return change.at < waiting.at
    return _order(change) > _order(waiting)


def _order(change: EarlyChange) -> tuple[datetime, str]:
    """By time; what happened in one and the same moment by its content, so that every order of arrival agrees."""
    return change.at, str(change.data.get("emoji", change.data.get("options", "")))
