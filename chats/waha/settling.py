"""A send that is in doubt is looked up in WAHA's history: it is there, or it is proven that it never left.

Only what is proven is sent again by itself, and once. A NOWEB without its store keeps no history: there nothing is
proven, and a person decides.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

import structlog
from django.utils import timezone

from chats.actions import record_ack, record_sent
from chats.actions.delivery import Receipt, send_again
from chats.actions.echoes import Echo, says_the_same
from chats.models import Ack, Message, SendState

from .calls import history
from .calls.history import Window
from .calls.lookups import NoHistory, message_by_id
from .client import WahaClient, WahaError
from .full_ids import chat_id, full_id
from .models import WhatsAppSession
from .payloads import Ignored, MessagePayload
from .reading import read_message

log = structlog.get_logger(__name__)

# WAHA that answered (with an error) is done with the send; one that did not may be at it for minutes.
PROVEN_AFTER_ANSWER = timedelta(seconds=5)
PROVEN_WITHOUT_ANSWER = timedelta(seconds=90)
LOOKS_NEEDED = 2
# WhatsApp's clock and ours may differ by so much.
CLOCKS_APART = timedelta(minutes=2)


class Found(Enum):
    SETTLED = "settled"  # nothing is left to ask
    ABSENT = "absent"  # not there yet: ask again
    UNPROVABLE = "unprovable"


@dataclass(frozen=True)
class Doubt:
    """A send whose outcome is asked for. `looks`: how often it was found absent; `answered`: WAHA spoke at the time."""

    message_pk: UUID
    answered: bool
    looks: int = 0


def look_up(doubt: Doubt) -> Found:
    """Ask once, and write down what it says. A `WahaError` when WAHA does not say."""
    rows = Message.objects.select_related("chat", "session")
    message = rows.filter(pk=doubt.message_pk, send_state=SendState.UNCONFIRMED, begun_at__isnull=False).first()
    session = message.session if message else None
    if message is None or session is None or not session.is_working:
        return Found.SETTLED
    client = WahaClient(session)
    try:
        found = _by_id(client, message) if message.message_id else _by_content(client, message)
    except NoHistory:
        return Found.UNPROVABLE
    except WahaError as error:
        if error.permanent:
            return Found.UNPROVABLE
        raise
    if found is None:
        return _absent(message, doubt)
    _take_over(message, found)
    return Found.SETTLED


def _absent(message: Message, doubt: Doubt) -> Found:
    if "accepted" in message.metadata:
        return Found.SETTLED  # WAHA told us once that it has it: it left, whatever its history says
    begun = message.begun_at or timezone.now()
    long_enough = PROVEN_AFTER_ANSWER if doubt.answered else PROVEN_WITHOUT_ANSWER
    if doubt.looks + 1 < LOOKS_NEEDED or timezone.now() - begun < long_enough:
        return Found.ABSENT
    again = send_again(message.pk)
    log.info("send.proven_absent", message=str(message.pk), sent_again=again)
    return Found.SETTLED


def _take_over(message: Message, receipt: Receipt) -> None:
    if "accepted" not in message.metadata:
        record_sent(message.pk, receipt)
    elif receipt.ack != Ack.PENDING and message.session_id:
        record_ack(message.session_id, receipt.message_id, Ack(receipt.ack))


def _by_id(client: WahaClient, message: Message) -> Receipt | None:
    row = message_by_id(client, chat_id(message.chat), full_id(message, client.session))
    return _receipt(client.session, row)[0] if row else None


def _by_content(client: WahaClient, message: Message) -> Receipt | None:
    """The oldest message of ours in the history since then that says the same, and is no other row's."""
    since = (message.begun_at or timezone.now()) - CLOCKS_APART
    try:
        rows = history.messages(client, Window(since), 0, chat=chat_id(message.chat))
    except WahaError as error:
        if error.status == 400:
            raise NoHistory(str(error)) from error
        raise
    for row in rows:
        receipt, echo = _receipt(client.session, row)
        if receipt and echo and says_the_same(message, echo) and not _is_known(message, receipt.message_id):
            return receipt
    return None


def _receipt(session: WhatsAppSession, row: dict[str, Any]) -> tuple[Receipt | None, Echo | None]:
    """A row of the history as a receipt and as what it says; nothing for what is not ours, or cannot be read."""
    try:
        told = read_message(session, MessagePayload.model_validate(row))
    except (Ignored, ValueError):
        return None, None
    if not told.from_me:
        return None, None
    ack = Ack.PENDING if told.ack is None else told.ack
    receipt = Receipt(told.message_id, told.timestamp, ack)
    return receipt, Echo(told.type, told.body, told.file_name, told.by_api, told.metadata, told.timestamp)


def _is_known(message: Message, message_id: str) -> bool:
    return Message.objects.filter(session_id=message.session_id, from_me=True, message_id=message_id).exists()


def next_look_at(doubt: Doubt) -> datetime:
    """Soon at first, then less and less often."""
    return timezone.now() + timedelta(seconds=5 * 2**doubt.looks)
