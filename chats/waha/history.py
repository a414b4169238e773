"""WAHA's history is read page by page, and each row goes the way a webhook goes.

What the history can tell is that a message exists, how far its ticks have come and, on some engines, that its text
was changed. It tells nothing of reactions and votes, and a deleted message is simply absent: absence proves nothing,
so nothing here deletes.
"""

import hashlib
import json
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, transaction
from pydantic import ValidationError

from chats import actions
from chats.actions.acks import RANK
from chats.actions.delivery import UNSETTLED
from chats.actions.locking import hold, message_name, person_name
from chats.models import Ack, Message, MessageType

from . import proto
from .calls.history import CHATS_AT_ONCE, PAGE_SIZE, Window, chats_by_id, latest_chats, messages
from .client import WahaClient
from .models import EventState, WahaEvent, WhatsAppSession
from .payloads import Ignored, Me, MessagePayload, from_epoch, storable
from .reading import read_message

log = structlog.get_logger(__name__)

# These read through a browser, one conversation at a time; the others have all messages in a store of their own.
CHAT_BY_CHAT = {"WEBJS", "WPP"}
# A message that is deleted meanwhile moves the later ones up a place: pages overlap, so that none falls between.
STEP = PAGE_SIZE - 10

Row = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """A row that is a message, as WAHA has it and in our words."""

    row: Row
    payload: MessagePayload
    incoming: actions.Incoming


@dataclass
class Taken:
    """What came of some rows: how many there were, which messages were missing, and the provider times they span."""

    seen: int = 0
    stored: list[Message] = field(default_factory=list)
    oldest: datetime | None = None
    newest: datetime | None = None


def lately(client: WahaClient, window: Window) -> Iterator[list[Row]]:
    """All rows of the window, a page at a time."""
    if client.session.engine in CHAT_BY_CHAT:
        yield from _spoken_in_since(client, window)
    else:
        for rows, _offset in _from_the_store(client, window, 0):
            yield rows


def everything(client: WahaClient, window: Window, offset: int) -> Iterator[tuple[list[Row], int]]:
    """The rows of the window from `offset` on, a page at a time, each with the offset at which the next begins."""
    if client.session.engine in CHAT_BY_CHAT:
        yield from _one_after_the_other(client, window, offset)
    else:
        yield from _from_the_store(client, window, offset)


def take(session: WhatsAppSession, rows: list[Row], arrival: actions.Arrival) -> Taken:
    """Store what is missing of these rows, and bring up to date what is not, in one transaction.

    A row that fails is kept as a failed event, to be tried again and looked at; it holds up no other.
    """
    found = [told for row in rows if (told := _read(session, storable(row), arrival))]
    # The last rows of a full page are the first of the next.
    taken = Taken(seen=min(len(rows), STEP))
    times = [told.incoming.timestamp for told in found]
    taken.oldest, taken.newest = min(times, default=None), max(times, default=None)
    with transaction.atomic():
        hold(*_names(session, found))
        known = _known(session, [told.incoming.message_id for told in found])
        for told in found:
            try:
                with transaction.atomic():
                    message = known.get((told.incoming.from_me, told.incoming.message_id))
                    if message:
                        _bring_up_to_date(message, told)
                    elif stored := actions.receive_message(told.incoming):
                        taken.stored.append(stored)
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:
                _keep_failed(session, told.row, error)
    return taken


def _from_the_store(client: WahaClient, window: Window, offset: int) -> Iterator[tuple[list[Row], int]]:
    while rows := messages(client, window, offset):
        offset += STEP
        yield rows, offset


def _spoken_in_since(client: WahaClient, window: Window) -> Iterator[list[Row]]:
    """The conversation spoken in last comes first: after one that lies before the window, none counts."""
    offset = 0
    while chats := latest_chats(client, offset):
        for chat in chats:
            if _last_spoken(chat) < window.since.timestamp():
                return
            yield from _of_chat(client, window, str(chat.get("id", "")))
        offset += CHATS_AT_ONCE


def _one_after_the_other(client: WahaClient, window: Window, offset: int) -> Iterator[tuple[list[Row], int]]:
    """Here the offset counts conversations."""
    while chats := chats_by_id(client, offset):
        for number, chat in enumerate(chats, offset + 1):
            for rows in _of_chat(client, window, _chat_id(chat)):
                # What is not the last of this conversation leads back to its beginning.
                yield rows, number - 1
            yield [], number
        offset += len(chats)


def _of_chat(client: WahaClient, window: Window, chat: str) -> Iterator[list[Row]]:
    offset = 0
    while chat and (rows := messages(client, window, offset, chat=chat)):
        yield rows
        offset += STEP


def _chat_id(chat: Row) -> str:
    raw = chat.get("id")
    return str(raw.get("_serialized") or "") if isinstance(raw, dict) else str(raw or "")


def _last_spoken(chat: Row) -> float:
    """Seconds; a conversation without a time counts as spoken in just now."""
    try:
        return from_epoch(chat["lastMessage"]["timestamp"]).timestamp()
    except (TypeError, KeyError, ValueError):
        return float("inf")


def _read(session: WhatsAppSession, row: Row, arrival: actions.Arrival) -> Told | None:
    """The row in our words; None for what is no message of a conversation, or cannot be read."""
    try:
        payload = MessagePayload.model_validate(row)
        incoming = read_message(session, payload, Me(id=f"{session.phone}@c.us") if session.phone else None)
    except Ignored:
        return None
    except ValidationError as error:
        _keep_failed(session, row, error)
        return None
    return Told(row, payload, replace(incoming, arrival=arrival))


def _names(session: WhatsAppSession, found: list[Told]) -> set[str]:
    """All that these rows will be held by, taken at once and in one order: others that want some of them just wait."""
    names = {message_name(session.pk, told.incoming.message_id) for told in found}
    for told in found:
        people = filter(None, [told.incoming.address, told.incoming.also])
        names |= {person_name(session.tenant_id, address.key) for address in people}
    return names


def _known(session: WhatsAppSession, ids: list[str]) -> dict[tuple[bool, str], Message]:
    rows = Message.objects.shown().filter(session=session, from_me__in=[True, False], message_id__in=ids)
    fields = ("from_me", "message_id", "type", "body", "timestamp", "ack", "send_state")
    return {(row.from_me, row.message_id or ""): row for row in rows.only(*fields)}


def _bring_up_to_date(message: Message, told: Told) -> None:
    """What the history knows of a message that is here: its tick, and a text that was changed."""
    incoming = told.incoming
    was_unreadable = message.type == MessageType.UNKNOWN != incoming.type
    if was_unreadable or (message.from_me and message.send_state in UNSETTLED):
        actions.receive_message(incoming)
    elif message.from_me and incoming.ack is not None and _rank(incoming.ack) > _rank(message.ack):
        actions.record_ack(incoming.session_id, incoming.message_id, Ack(incoming.ack))
    if incoming.body and incoming.body != message.body and _was_edited(told.payload):
        actions.record_edit(
            incoming.session_id,
            incoming.message_id,
            edit_id=f"history:{hashlib.sha256(incoming.body.encode()).hexdigest()[:32]}",
            body=incoming.body,
            at=max(incoming.timestamp, message.timestamp),
        )


def _rank(ack: int | None) -> int:
    return -1 if ack is None else RANK[Ack(ack)]


def _was_edited(payload: MessagePayload) -> bool:
    """Whether the engine itself says so: texts may differ for lesser reasons."""
    if "editedMessage" in proto.read(payload).wrappers:
        return True
    info = payload.data.get("Info")
    by_gows = payload.data.get("IsEdit") or (isinstance(info, dict) and info.get("Edit"))
    return bool(by_gows or payload.data.get("latestEditMsgKey"))


def _keep_failed(session: WhatsAppSession, row: Row, error: Exception) -> None:
    """As a webhook that failed is kept: the sweep tries it again, the admin shows it."""
    log.warning("history.row_failed", number=str(session.pk), reason=str(error)[:200])
    digest = hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).hexdigest()[:32]
    event_id = f"history:{digest}"
    body = {"id": event_id, "event": "message.any", "session": session.waha_name, "payload": row}
    event = WahaEvent(session=session, event="message.any", event_id=event_id, body=body, attempts=1)
    event.state, event.error = EventState.FAILED, "".join(traceback.format_exception(error))
    WahaEvent.objects.insert_once(event)
