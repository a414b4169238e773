"""Which colleagues look at a conversation, and who of them is writing: known for seconds, and kept in Redis alone.

One hash a company, one field for each person, conversation and place that says so: a web process for the pages it
serves, or the composer. Every field says until when it holds, so that what a dead process said is soon over.
Without Redis nobody is anywhere, and nothing else changes.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import redis
import structlog
from django.conf import settings

from chats.models import Chat
from crm.live import nudge, tenant_group
from crm.models import User

log = structlog.get_logger(__name__)

# Web processes say it every few seconds; a composer each time that something is typed.
INSIDE_SECONDS = 15
WRITING_SECONDS = 8
KEPT_SECONDS = 60
COMPOSER = "composer"
# Redis is on the way of every page: it answers at once, or is taken for away.
PATIENCE_SECONDS = 0.5

Whereabouts = Mapping[tuple[UUID, UUID], str]


@dataclass(frozen=True)
class Colleague:
    """Somebody inside a conversation; `is_writing`: an answer, or a note."""

    user_id: UUID
    name: str
    is_writing: bool = False

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]


def say_inside(tenant_id: UUID, place: str, people: Whereabouts, gone: Iterable[tuple[UUID, UUID]] = ()) -> None:
    """The pages of a process show these conversations to these people (by chat and person: the name)."""
    _put(tenant_id, {_field(chat, user, place): name for (chat, user), name in people.items()}, INSIDE_SECONDS)
    _drop(tenant_id, [_field(chat, user, place) for chat, user in gone])


def say_writing(chat: Chat, user: User, *, is_writing: bool = True) -> None:
    """This person writes in the chat, or no longer does; pages of colleagues are nudged."""
    field = _field(chat.pk, user.pk, COMPOSER)
    if is_writing:
        _put(chat.tenant_id, {field: user.name}, WRITING_SECONDS)
    else:
        _drop(chat.tenant_id, [field])
    tell(chat.tenant_id)


def tell(tenant_id: UUID) -> None:
    """Somebody of the company came, went, or writes: its pages look anew."""
    nudge(tenant_group(tenant_id), "colleagues", tenant=str(tenant_id))


def inside(tenant_id: UUID) -> dict[UUID, tuple[Colleague, ...]]:
    """By conversation, those who are in it at this moment, by name; one look for the whole company."""
    found: dict[UUID, dict[UUID, Colleague]] = defaultdict(dict)
    told = _quietly(lambda client: client.hgetall(_key(tenant_id))) or {}
    over = []
    for field, value in told.items():
        chat_id, user_id, place = field.decode().split(":")
        until, name = json.loads(value)
        if until < time.time():
            over.append(field)
            continue
        known = found[UUID(chat_id)].get(UUID(user_id))
        is_writing = place == COMPOSER or (known is not None and known.is_writing)
        found[UUID(chat_id)][UUID(user_id)] = Colleague(UUID(user_id), name, is_writing)
    if over:
        _drop(tenant_id, over)
    return {chat_id: tuple(sorted(people.values(), key=_by_name)) for chat_id, people in found.items()}


def attach(chats: Iterable[Chat]) -> None:
    """Give each of these chats of one company those who are `inside`."""
    chats = list(chats)
    there = inside(chats[0].tenant_id) if chats else {}
    for chat in chats:
        chat.inside = there.get(chat.pk, ())


def _by_name(colleague: Colleague) -> tuple[bool, str, str]:
    return not colleague.is_writing, colleague.name, str(colleague.user_id)


def _put(tenant_id: UUID, names: Mapping[str, str], seconds: int) -> None:
    if not names:
        return
    until = time.time() + seconds
    told: Any = {field: json.dumps([until, name]) for field, name in names.items()}

    def put(client: "redis.Redis") -> None:
        client.hset(_key(tenant_id), mapping=told)
        client.expire(_key(tenant_id), KEPT_SECONDS)

    _quietly(put)


def _drop(tenant_id: UUID, fields: "list[Any]") -> None:
    if fields:
        _quietly(lambda client: client.hdel(_key(tenant_id), *fields))


def _key(tenant_id: UUID) -> str:
    return f"inside:{tenant_id}"


def _field(chat_id: UUID, user_id: UUID, place: str) -> str:
    return f"{chat_id}:{user_id}:{place}"


@lru_cache(maxsize=2)
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS)


def _quietly(act: Callable[["redis.Redis"], Any]) -> Any:
    try:
        return act(_client(settings.REDIS_URL))
    except (redis.RedisError, OSError) as error:  # Redis is away
        log.warning("colleagues.unknown", error=str(error))
        return None
