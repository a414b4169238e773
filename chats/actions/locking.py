"""The lock every action takes first, and the number that orders what happens under it.

Two kinds of lock exist, always taken in this order: the names of a message and of its person (an echo, a tick and
the answer to a send come by different roads at once, and so do the two addresses of one person), then the chat.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from chats import live
from chats.models import Chat, Message, MessageType

from .hooks import tell_chat


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
    # A key finds one row at most: there is nothing to order.
    chat = next(iter(rows.defer("search").filter(**key)), None)
    if chat:
        chat.seq += 1
    return chat


def store(chat: Chat) -> None:
    """Write the locked row and announce it."""
    tell_chat(chat)
    chat.save()
    live.chat_changed(chat)


def message_name(session_id: UUID | None, message_id: str) -> str:
    """The name by which a message of a number is held, row or no row."""
    return f"{session_id}:{message_id}"


def person_name(tenant_id: UUID, key: str) -> str:
    """The name by which an address of a company's customer is held; `key` is an `Address.key`."""
    return f"{tenant_id}:{key}"


def hold(*names: str) -> None:
    """Hold these names until the transaction ends: whoever wants one of them waits.

    They are taken in one order, so that two that want the same ones never wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key) FROM"
            " (SELECT DISTINCT hashtextextended(name, 0) AS key"
            " FROM unnest(%s::text[]) AS name ORDER BY key) AS ordered",
            [list(names)],
        )


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
