"""Who is typing, recording, or online: known for seconds, kept in the cache, and never true for longer than it says.

No row and no query: without Redis nobody types, and nothing else changes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

import structlog
from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from chats.models import Chat
from chats.people import colleagues
from crm.live import nudge, tenant_group

log = structlog.get_logger(__name__)

# WhatsApp repeats "typing" about every ten seconds, and tells its end only when all goes well.
TYPING_FOR = timedelta(seconds=20)
ONLINE_FOR = timedelta(minutes=5)
LAST_SEEN_FOR = timedelta(hours=24)
ASKED_EVERY_SECONDS = 600
SUBSCRIBE_TASK = "waha.subscribe"

Answer = TypeVar("Answer")


class Doing(Enum):
    TYPING = "typing"
    RECORDING = "recording"
    ONLINE = "online"
    OFFLINE = "offline"


LASTS = {Doing.TYPING: TYPING_FOR, Doing.RECORDING: TYPING_FOR, Doing.ONLINE: ONLINE_FOR, Doing.OFFLINE: LAST_SEEN_FOR}


@dataclass(frozen=True)
class Presence:
    """What somebody in a chat is doing, and until when that may be shown. `name`: of a group's member."""

    doing: Doing
    until: datetime
    last_seen: datetime | None = None
    name: str = ""

    @property
    def is_writing(self) -> bool:
        return self.doing in {Doing.TYPING, Doing.RECORDING}


def note(chat: Chat, doing: Doing, *, name: str = "", last_seen: datetime | None = None) -> None:
    """Somebody of this chat does that now; pages that may see the chat show it."""
    told = (doing.value, timezone.now() + LASTS[doing], last_seen, name)
    _quietly(cache.set, _key(chat.pk), told, LASTS[doing].total_seconds())
    nudge(tenant_group(chat.tenant_id), "presence", tenant=str(chat.tenant_id), chat=str(chat.pk))


def forget(chat: Chat) -> None:
    """What was shown is over."""
    if _quietly(cache.delete, _key(chat.pk)):
        nudge(tenant_group(chat.tenant_id), "presence", tenant=str(chat.tenant_id), chat=str(chat.pk))


def of(chat_ids: Iterable[UUID]) -> dict[UUID, Presence]:
    """What is known of these chats at this moment, in one look."""
    keys = {_key(pk): pk for pk in chat_ids}
    found: Mapping[str, Any] = _quietly(cache.get_many, keys) or {} if keys else {}
    presences = {keys[key]: Presence(Doing(told[0]), *told[1:]) for key, told in found.items()}
    return {pk: presence for pk, presence in presences.items() if presence.until > timezone.now()}


def attach(chats: Iterable[Chat]) -> None:
    """Give each of these chats, which came `with_row_details`, its `presence`, and the colleagues `inside`."""
    chats = list(chats)
    colleagues.attach(chats)
    known = of(chat.pk for chat in chats)
    for chat in chats:
        presence = known.get(chat.pk)
        chat.presence = presence if presence and not _has_come(chat, presence) else None


def should_ask(chat: Chat) -> bool:
    """Whether it is time to ask WhatsApp to tell us of this chat's person; true once in ten minutes."""
    return not chat.is_group and bool(_quietly(cache.add, f"presence:asked:{chat.pk}", 1, ASKED_EVERY_SECONDS))


def _has_come(chat: Chat, presence: Presence) -> bool:
    """Whether what was being written is here already."""
    latest = chat.latest_message
    since = presence.until - LASTS[presence.doing]
    return presence.is_writing and latest is not None and not latest.from_me and latest.created_at > since


def _key(chat_id: UUID) -> str:
    return f"presence:{chat_id}"


def _quietly(act: Any, *args: Any) -> Any:
    try:
        return act(*args)
    except (RedisError, OSError) as error:  # Redis is away
        log.warning("presence.unknown", error=str(error))
        return None
