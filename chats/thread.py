"""A conversation as the page opens it: its latest messages, or those around one of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID

from crm.compiled import compiled

from .models import INTERNAL, Chat, Message, MessageQuerySet
from .selling.panel import read_panel

PAGE_SIZE = 20
# An unread conversation opens at its first unread message, as long as it lies within this.
MOST_UNREAD_SHOWN = 200
MOST_HITS = 500


@dataclass(frozen=True)
class Slice:
    """Messages, oldest first, and the query strings that ask for those before and after ("" where none are)."""

    messages: list[Message]
    older: str = ""
    newer: str = ""

    @classmethod
    def latest(cls, chat: Chat, size: int = PAGE_SIZE) -> Self:
        messages, older = _older(chat, size)
        return cls(messages, older)

    @classmethod
    def before(cls, chat: Chat, key: tuple[datetime, UUID]) -> Self:
        messages, older = _older(chat, PAGE_SIZE, key)
        return cls(messages, older)

    @classmethod
    def after(cls, chat: Chat, key: tuple[datetime, UUID]) -> Self:
        messages, newer = _newer(chat, PAGE_SIZE, key)
        return cls(messages, newer=newer)

    @classmethod
    def around(cls, chat: Chat, message: Message) -> Self:
        """As many before the message as after it."""
        key = message.timestamp, message.pk
        above, older = _older(chat, PAGE_SIZE // 2, key)
        below, newer = _newer(chat, PAGE_SIZE // 2, key)
        itself = _shown(chat.pk).filter(pk=message.pk)
        return cls([*above, *itself, *below], older, newer)


def thread_context(chat: Chat, found: Message | None = None) -> dict[str, Any]:
    """What `chats/_thread.html` needs of a chat that came `for_thread`; it opens at `found`, if anything is."""
    unread = max(PAGE_SIZE, min(chat.unread_count, MOST_UNREAD_SHOWN))
    slice_ = Slice.around(chat, found) if found else Slice.latest(chat, unread)
    return {
        "chat": chat,
        "open_chat": chat,
        **messages_context(chat, slice_),
        "found": found,
        "first_unread": None if slice_.newer else _first_unread(chat, slice_.messages),
        "panel": read_panel(chat),
        "session": chat.session,
    }


def messages_context(chat: Chat, slice_: Slice) -> dict[str, Any]:
    """What `chats/_messages.html` needs."""
    return {"chat": chat, "messages": slice_.messages, "older": slice_.older, "newer": slice_.newer}


def find_message(chat: Chat, message_id: UUID) -> Message | None:
    """A message of this chat that is shown."""
    return Message.objects.filter(chat=chat, pk=message_id).shown().first()


def find_words(chat: Chat, typed: str) -> list[UUID]:
    """The messages in which every typed word begins some word, the newest first."""
    said = Message.objects.filter(chat=chat).shown().saying(typed)
    return list(said.newest_first().values_list("pk", flat=True)[:MOST_HITS])


def _shown(chat_id: UUID) -> MessageQuerySet:
    return Message.objects.filter(chat=chat_id).shown().with_bubble_details()


@compiled
def latest(chat_id: UUID, *, most: int) -> MessageQuerySet:
    """The last messages of a chat with all that their bubbles show, the newest first."""
    return _shown(chat_id).newest_first()[:most]


@compiled
def before(chat_id: UUID, moment: datetime, message_id: UUID, *, most: int) -> MessageQuerySet:
    """The same for those before one of them."""
    return _shown(chat_id).newest_first().before(moment, message_id)[:most]


@compiled
def _after(chat_id: UUID, moment: datetime, message_id: UUID, *, most: int) -> MessageQuerySet:
    return _shown(chat_id).oldest_first().later_than(moment, message_id)[:most]


def _older(chat: Chat, size: int, key: tuple[datetime, UUID] | None = None) -> tuple[list[Message], str]:
    """The latest messages, or those before a key, oldest first, and how to ask for the page before them."""
    most = size + 1
    found = before(chat.pk, *key, most=most) if key else latest(chat.pk, most=most)
    more = len(found) > size
    page = found[:size][::-1]
    return page, _ask("antes", page[0]) if more else ""


def _newer(chat: Chat, size: int, key: tuple[datetime, UUID]) -> tuple[list[Message], str]:
    """The messages after a key, oldest first, and how to ask for the page after them."""
    found = _after(chat.pk, *key, most=size + 1)
    page = found[:size]
    return page, _ask("depois", page[-1]) if len(found) > size else ""


def _ask(where: str, edge: Message) -> str:
    return urlencode({where: f"{edge.timestamp.isoformat()},{edge.pk}"})


def _first_unread(chat: Chat, messages: list[Message]) -> UUID | None:
    """Where the divider stands: before the oldest of the last `unread_count` customer messages."""
    if not chat.unread_count:
        return None
    inbound = [message for message in messages if not message.from_me and message.type not in INTERNAL]
    unread = inbound[-chat.unread_count :]
    return unread[0].pk if unread else None
