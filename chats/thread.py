"""A conversation as the page opens it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from .models import INTERNAL, Chat, Message
from .panel import read_panel

PAGE_SIZE = 40
# An unread conversation opens at its first unread message, as long as it lies within this.
MOST_UNREAD_SHOWN = 200


@dataclass(frozen=True)
class Slice:
    """Messages, oldest first, and the query string that asks for those before them ("" at the start)."""

    messages: list[Message]
    older: str


def read_slice(chat: Chat, *, before: tuple[datetime, UUID] | None = None, size: int = PAGE_SIZE) -> Slice:
    """The latest messages, or those before a key. Two queries, whatever the depth."""
    messages = Message.objects.filter(chat=chat).shown().newest_first()
    if before:
        messages = messages.before(*before)
    found = list(messages.with_bubble_details()[: size + 1])
    older = ""
    if len(found) > size:
        found.pop()
        older = urlencode({"antes": f"{found[-1].timestamp.isoformat()},{found[-1].pk}"})
    return Slice(found[::-1], older)


def thread_context(chat: Chat) -> dict[str, Any]:
    """What `chats/_thread.html` needs of a chat that came `for_thread`."""
    slice_ = read_slice(chat, size=max(PAGE_SIZE, min(chat.unread_count, MOST_UNREAD_SHOWN)))
    return {
        "chat": chat,
        "open_chat": chat,
        "messages": slice_.messages,
        "older": slice_.older,
        "first_unread": _first_unread(chat, slice_.messages),
        "panel": read_panel(chat),
        "session": chat.session,
    }


def _first_unread(chat: Chat, messages: list[Message]) -> UUID | None:
    """Where the divider stands: before the oldest of the last `unread_count` customer messages."""
    if not chat.unread_count:
        return None
    inbound = [message for message in messages if not message.from_me and message.type not in INTERNAL]
    unread = inbound[-chat.unread_count :]
    return unread[0].pk if unread else None
