"""The lock every action takes first, and the number that orders what happens under it.

Two locks exist, always taken in this order: the WhatsApp id of one of our own messages (its
echo, its ticks and the answer to its send come by different roads at once), then the chat.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from chats import live
from chats.models import Chat, Message, MessageType


@contextmanager
def changing(chat_id: UUID) -> Iterator[Chat]:
    """The chat, locked, with its next `seq` taken; stored and announced when the block ends.

    What the block does to the chat and to its messages is one transaction.
    """
    with transaction.atomic():
        chat = lock(pk=chat_id)
        yield chat
        store(chat)


def lock(**key: Any) -> Chat:
    """The row, locked until the transaction ends, `seq` already raised in memory; `DoesNotExist` without one."""
    chat = find_locked(**key)
    if chat is None:
        raise Chat.DoesNotExist(key)
    return chat


def find_locked(**key: Any) -> Chat | None:
    """The same, or None."""
    rows = Chat.objects.select_for_update(of=("self",)).select_related("tenant", "contact")
    chat = rows.defer("search").filter(**key).first()
    if chat:
        chat.seq += 1
    return chat


def store(chat: Chat) -> None:
    """Write the locked row and announce it."""
    chat.save()
    live.chat_changed(chat)


def lock_whatsapp_id(session_id: UUID | None, message_id: str) -> None:
    """Hold one of our own WhatsApp ids until the transaction ends, whether its row exists or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{session_id}:{message_id}"])


def add_system_line(chat: Chat, event: str, **details: Any) -> Message:
    """A line of the timeline that says what happened; `event` is a key of `timeline.SYSTEM_TEXTS`."""
    return Message.objects.create(
        chat=chat,
        phone=chat.phone,
        from_me=True,
        type=MessageType.SYSTEM,
        body=event,
        metadata=details,
        timestamp=timezone.now(),
        seq=chat.seq,
    )
