"""The lock every action takes first, and the number that orders what happens under it.

Two kinds of lock exist, always taken in this order: the names of a message and of its person (an echo, a tick and
the answer to a send come by different roads at once, and so do the two addresses of one person), then the chat.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from chats import live
from chats.models import Chat, Message, MessageType
from crm.compiled import compiled
from crm.records import as_records

from .hooks import tell_chat

UPDATE = """
UPDATE {table} SET {columns} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) AS new WHERE {table}.id = new.id
"""


@contextmanager
def changing(chat_id: UUID) -> Iterator[Chat]:
    """The chat, locked, with its next `seq` taken; stored and announced when the block ends.

    What the block does to the chat and to its messages is one transaction.
    """
    with transaction.atomic():
        chat = lock(pk=chat_id)
        yield chat
        store(chat)


@contextmanager
def changing_message(message_pk: UUID) -> Iterator[tuple[Chat, Message]]:
    """The same for the chat of this message, which is read under the lock; `Message.DoesNotExist` without one."""
    while True:
        with transaction.atomic():
            chat = _raised(_by_message(message_pk))
            message = read_message(message_pk)
            # A merge may have taken it to another chat while we waited for the lock.
            if chat and message.chat_id == chat.pk:
                yield chat, message
                store(chat)
                return


def read_message(message_pk: UUID) -> Message:
    """The row as it is now; `DoesNotExist` without one."""
    for message in _message(message_pk):
        return message
    raise Message.DoesNotExist(message_pk)


def lock(*, pk: UUID | None = None, tenant_id: UUID | None = None, phone: str = "") -> Chat:
    """The row, locked until the transaction ends, `seq` already raised in memory; `DoesNotExist` without one."""
    chat = find_locked(pk=pk, tenant_id=tenant_id, phone=phone)
    if chat is None:
        raise Chat.DoesNotExist(pk or phone)
    return chat


def find_locked(*, pk: UUID | None = None, tenant_id: UUID | None = None, phone: str = "") -> Chat | None:
    """The same, or None."""
    return _raised(_by_phone(tenant_id, phone) if tenant_id else _by_id(pk) if pk else [])


def lock_known(keys: Iterable[tuple[UUID, str]]) -> dict[tuple[UUID, str], Chat]:
    """Those of these (company, phone) that there are, locked likewise, one after the other in an order of their own."""
    tenants, phones = map(set, zip(*keys, strict=True))
    found = {(chat.tenant_id, chat.phone): chat for chat in _by_phones(list(tenants), list(phones))}
    for chat in found.values():
        chat.seq += 1
    return found


def _raised(found: Iterable[Chat]) -> Chat | None:
    chat = next(iter(found), None)
    if chat:
        chat.seq += 1
    return chat


def _locked() -> QuerySet[Chat]:
    return Chat.objects.select_for_update(of=("self",)).select_related("tenant", "contact").defer("search")


@compiled
def _by_id(chat_id: UUID) -> QuerySet[Chat]:
    return _locked().filter(pk=chat_id)


@compiled
def _by_message(message_pk: UUID) -> QuerySet[Chat]:
    return _locked().filter(messages=message_pk)


@compiled
def _message(message_pk: UUID) -> QuerySet[Message]:
    return Message.objects.filter(pk=message_pk)


@compiled
def _by_phone(tenant_id: UUID, phone: str) -> QuerySet[Chat]:
    return _locked().filter(tenant_id=tenant_id, phone=phone)


@compiled
def _by_phones(tenant_ids: list[UUID], phones: list[str]) -> QuerySet[Chat]:
    return _locked().filter(tenant__id__any_of=tenant_ids, phone__any_of=phones).order_by("pk")


def store(chat: Chat) -> None:
    """Write the locked row and announce it."""
    store_all([chat])


def store_all(chats: Sequence[Chat]) -> None:
    """The same for many, in one statement."""
    for chat in chats:
        tell_chat(chat)
    if chats:
        with connection.cursor() as cursor:
            cursor.execute(_update(), [as_records(chats, _stored(), new=False)])
    live.chats_changed(chats)


@cache
def _stored() -> list[Any]:
    """All that a locked row has; of its words `index_chat` takes care."""
    return [field for field in Chat._meta.concrete_fields if field.name != "search"]


@cache
def _update() -> str:
    columns = ", ".join(f"{field.column} = new.{field.column}" for field in _stored() if not field.primary_key)
    return UPDATE.format(table=Chat._meta.db_table, columns=columns)


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
        tenant_id=chat.tenant_id,
        chat=chat,
        phone=chat.phone,
        from_me=True,
        type=MessageType.SYSTEM,
        body=event,
        metadata=details,
        timestamp=timezone.now(),
        seq=chat.seq,
    )
