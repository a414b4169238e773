"""What became of a send, as far as it is known.

A row moves QUEUED → SENDING → SENT, FAILED or UNCONFIRMED. Its WhatsApp id may come from the
answer to the call, from the echo that overtook it, or be known beforehand.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chats.models import Ack, Chat, Message, SendState

from .acks import find_own, raise_ack
from .bookkeeping import find_latest
from .changes import apply_early
from .locking import changing, hold, lock, message_name, store

UNSETTLED = [SendState.SENDING, SendState.UNCONFIRMED]


@dataclass(frozen=True)
class Receipt:
    """WhatsApp's word for a send: its bare id, the provider's time (UTC) when told, the first tick."""

    message_id: str
    timestamp: datetime | None = None
    ack: int = Ack.PENDING


def begin_sending(message_pk: UUID, message_id: str | None = None) -> Message | None:
    """Mark a queued message as on its way, with its WhatsApp id when that is known beforehand.

    None when it is not in the queue any more. One that is found SENDING was on its way when a
    worker died: it becomes unconfirmed, because sending it again might double it.
    """
    found = Message.objects.filter(pk=message_pk).first()
    if found is None:
        return None
    with changing(found.chat_id) as chat:
        message = Message.objects.get(pk=message_pk)
        was = message.send_state
        if was == SendState.QUEUED:
            message.send_state, message.message_id = SendState.SENDING, message_id
            message.session_id = chat.session_id
        elif was == SendState.SENDING:
            message.send_state = SendState.UNCONFIRMED
        message.seq = chat.seq
        message.save(update_fields=["send_state", "message_id", "session", "seq"])
        return message if was == SendState.QUEUED else None


def record_sent(message_pk: UUID, receipt: Receipt) -> None:
    """WAHA took it. The echo may have been here first, and may even have become a line of its own."""
    found = Message.objects.get(pk=message_pk)
    with transaction.atomic():
        hold(message_name(found.session_id, receipt.message_id))
        chat = lock(pk=found.chat_id)
        message = Message.objects.get(pk=message_pk)
        twin = find_own(message.session_id, receipt.message_id)
        if twin and twin.pk != message.pk:
            _absorb(chat, message, twin)
        _settle(chat, message, receipt)
        store(chat)


def record_failure(message_pk: UUID, reason: str) -> None:
    """It certainly did not leave; `reason` is for the agent."""
    _end(message_pk, SendState.FAILED, of={SendState.QUEUED, SendState.SENDING}, reason=reason, ack=Ack.ERROR)


def record_unconfirmed(message_pk: UUID) -> None:
    """It may have left. An echo or a tick settles it; nothing sends it again by itself."""
    _end(message_pk, SendState.UNCONFIRMED, of={SendState.SENDING})


def put_back(message_pk: UUID) -> None:
    """It certainly did not leave, and may later: back into the queue."""
    _end(message_pk, SendState.QUEUED, of={SendState.SENDING})


def settle_known(session_id: UUID, receipt: Receipt) -> bool:
    """Whether one of our own messages has this id already; then it takes the time and the tick.

    Call it with the message's name held.
    """
    found = find_own(session_id, receipt.message_id)
    if found is None:
        return False
    chat = lock(pk=found.chat_id)
    if _settle(chat, Message.objects.get(pk=found.pk), receipt):
        store(chat)
    return True


def claim_unsettled(chat: Chat, kind: str, body: str | None, receipt: Receipt) -> bool:
    """Whether an echo is of a send whose id we do not know yet; then that row takes it.

    It is recognised by its content: the sends of one chat leave one by one.
    """
    unsettled = Message.objects.filter(
        chat=chat, from_me=True, message_id=None, send_state__in=UNSETTLED, type=kind, body=body
    )
    message = unsettled.order_by("timestamp", "id").first()
    if message is None:
        return False
    _settle(chat, message, receipt)
    store(chat)
    return True


def _settle(chat: Chat, message: Message, receipt: Receipt) -> bool:
    """Write what is now known on the row; whether any of it was news."""
    news = message.message_id != receipt.message_id
    message.message_id = receipt.message_id
    if message.send_state in UNSETTLED:
        message.send_state, message.send_error, news = SendState.SENT, "", True
    # What was written here carries our own clock until the provider's time is known.
    moved = bool(message.author_id and receipt.timestamp and message.timestamp != receipt.timestamp)
    if moved and receipt.timestamp:
        message.timestamp = receipt.timestamp
    news |= raise_ack(message, receipt.ack) or moved
    if not news:
        return False
    message.seq = chat.seq
    message.save(update_fields=["message_id", "send_state", "send_error", "timestamp", "ack", "seq"])
    apply_early(message)
    if moved:
        find_latest(chat)
    return True


def _absorb(chat: Chat, message: Message, echo: Message) -> None:
    """The echo stood as a line of its own: it gives its tick, and pages take it away."""
    raise_ack(message, echo.ack if echo.ack is not None else Ack.PENDING)
    echo.superseded_by, echo.seq = message, chat.seq
    echo.save(update_fields=["superseded_by", "seq"])
    find_latest(chat)


def _end(message_pk: UUID, state: SendState, *, of: set[SendState], reason: str = "", ack: Ack | None = None) -> None:
    found = Message.objects.get(pk=message_pk)
    with changing(found.chat_id) as chat:
        message = Message.objects.get(pk=message_pk)
        if message.send_state not in of:
            return
        message.send_state, message.send_error, message.seq = state, reason, chat.seq
        message.ack = message.ack if ack is None else ack
        message.save(update_fields=["send_state", "send_error", "ack", "seq"])
