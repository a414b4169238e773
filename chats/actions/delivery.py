"""What became of a send, as far as it is known.

A row moves QUEUED → SENDING → SENT, FAILED or UNCONFIRMED, and by way of HELD or CANCELLED where it does not leave.
Its WhatsApp id may come from the answer to the call, from the echo that overtook it, or be known beforehand.

Notes of a row's own, in its `metadata`: `accepted` (WAHA has it, so its absence proves nothing), `echoed` (an event
named its id), `again` (in the queue for a second time, and the first may have left), `requeued` (put back by itself,
which happens once), `earlier_ids`, `slot_at` (its turn at the number's pace), `released` (a person said: send it).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chats.models import Ack, Chat, Message, SendState
from crm.models import HookEvent

from .acks import find_own, raise_ack
from .bookkeeping import find_latest
from .changes import apply_early
from .echoes import Echo, find_send
from .hooks import tell_message
from .jobs import SETTLE_TASK, order_job
from .locking import changing_message, hold, lock, message_name, read_message, store
from .send import enqueue

UNSETTLED = [SendState.SENDING, SendState.UNCONFIRMED]
# A look-up begins this long after the send became doubtful; mostly its echo is faster.
FIRST_LOOK = timedelta(seconds=2)


@dataclass(frozen=True)
class Receipt:
    """WhatsApp's word for a send: its bare id, the provider's time (UTC) when told, the first tick."""

    message_id: str
    timestamp: datetime | None = None
    ack: int = Ack.PENDING


def begin_sending(message_pk: UUID, message_id: str | None = None) -> Message | None:
    """Mark a queued message as on its way, with its WhatsApp id when that is known beforehand.

    One that was put back into the queue by itself keeps the id it had. None when it is not in the queue any more.
    One that is found SENDING was on its way when a worker died: it becomes unconfirmed, because sending it again
    might double it.
    """
    try:
        with changing_message(message_pk) as (chat, message):
            was = message.send_state
            if was == SendState.QUEUED:
                message.send_state, message.begun_at = SendState.SENDING, timezone.now()
                message.message_id = message.message_id or message_id
                message.session_id = chat.session_id
            elif was == SendState.SENDING:
                message.send_state = SendState.UNCONFIRMED
                order_look_up(message, answered=False)
            message.seq = chat.seq
            message.save(update_fields=["send_state", "begun_at", "message_id", "session", "seq"])
    except Message.DoesNotExist:
        return None
    return message if was == SendState.QUEUED else None


def record_sent(message_pk: UUID, receipt: Receipt) -> None:
    """WAHA took it. The echo may have been here first, and may even have become a line of its own."""
    found = read_message(message_pk)
    with transaction.atomic():
        hold(message_name(found.session_id, receipt.message_id))
        chat = lock(pk=found.chat_id)
        message = read_message(message_pk)
        twin = find_own(message.session_id, receipt.message_id)
        if twin and twin.pk != message.pk:
            _absorb(chat, message, twin)
        _settle(chat, message, receipt)
        store(chat)


def record_failure(message_pk: UUID, reason: str) -> None:
    """It certainly did not leave; `reason` is for the agent."""
    _end(message_pk, SendState.FAILED, of={SendState.QUEUED, SendState.SENDING}, reason=reason, ack=Ack.ERROR)


def record_unconfirmed(message_pk: UUID, *, answered: bool = False) -> None:
    """It may have left; an echo, a tick or a look-up settles it. `answered`: WAHA spoke, so it is done with it."""
    _doubt(message_pk, SendState.SENDING, answered=answered)


def record_unticked(message_pk: UUID) -> None:
    """WAHA took it, and no tick came in time: that shows, and is looked into."""
    _doubt(message_pk, SendState.SENT, answered=True)


def hold_back(message_pk: UUID, reason: str) -> None:
    """It stays here until a person says that it shall leave; `reason` is for the agent."""
    _end(message_pk, SendState.HELD, of={SendState.QUEUED}, reason=reason)


def put_back(message_pk: UUID) -> None:
    """It certainly did not leave, and may later: back into the queue."""
    _end(message_pk, SendState.QUEUED, of={SendState.SENDING})


def send_again(message_pk: UUID) -> bool:
    """It is proven that it did not leave: back into the queue by itself, once; whether it was.

    Under the id it had, so that whatever still comes of the first attempt is known as this message's.
    """
    with transaction.atomic():
        with changing_message(message_pk) as (chat, message):
            if message.send_state != SendState.UNCONFIRMED or message.metadata.keys() & {"accepted", "requeued"}:
                return False
            message.metadata |= {"requeued": True, "again": True}
            message.send_state, message.seq = SendState.QUEUED, chat.seq
            message.save(update_fields=["send_state", "metadata", "seq"])
        enqueue(message)
    return True


def give_slot(message_pk: UUID, at: datetime) -> None:
    """Its turn at the number's pace; it stays the same however often its job looks."""
    with changing_message(message_pk) as (_chat, message):
        message.metadata["slot_at"] = at.isoformat()
        message.save(update_fields=["metadata"])


def order_look_up(message: Message, *, answered: bool, holding: bool = True) -> None:
    """Ask WAHA's history soon. While it is `holding`, the later messages of the chat wait: nothing overtakes."""
    order_job(
        SETTLE_TASK,
        once=f"settle:{message.pk}",
        lock=f"chat:{message.chat_id}" if holding else None,
        first=holding,
        at=timezone.now() + FIRST_LOOK,
        message_pk=str(message.pk),
        answered=answered,
    )


def settle_known(session_id: UUID, receipt: Receipt) -> bool:
    """Whether one of our own messages has this id already; then it takes the time and the tick of its echo.

    Call it with the message's name held.
    """
    found = find_own(session_id, receipt.message_id)
    if found is None:
        return False
    chat = lock(pk=found.chat_id)
    if _settle(chat, read_message(found.pk), receipt, echoed=True):
        store(chat)
    return True


def claim_unsettled(chat: Chat, echo: Echo, receipt: Receipt) -> bool:
    """Whether an echo is of a send whose id we do not know, or know otherwise; then that row takes it.

    It is recognised by its content: the sends of one chat leave one by one.
    """
    message = find_send(chat, echo)
    if message is None:
        return False
    if message.message_id:
        message.metadata.setdefault("earlier_ids", []).append(message.message_id)
    _settle(chat, message, receipt, echoed=True)
    store(chat)
    return True


def _settle(chat: Chat, message: Message, receipt: Receipt, *, echoed: bool = False) -> bool:
    """Write what is now known on the row; whether any of it was news."""
    marks = {"accepted": True} | ({"echoed": True} if echoed else {})
    unmarked = not marks.keys() <= message.metadata.keys()
    # Taken by WAHA and still without a tick: being told so again settles nothing.
    unticked = message.send_state == SendState.UNCONFIRMED and "accepted" in message.metadata
    in_doubt = message.send_state in UNSETTLED and not unticked
    # The echo's id is the one that ticks bear; the answer's may differ from it.
    renamed = message.message_id != receipt.message_id and (echoed or "echoed" not in message.metadata)
    if renamed:
        message.message_id = receipt.message_id
    if in_doubt or (message.send_state == SendState.QUEUED and message.metadata.get("again")):
        message.send_state, message.send_error, in_doubt = SendState.SENT, "", True
    message.metadata |= marks
    # What was written here carries our own clock until the provider's time is known.
    moved = bool(message.author_id and receipt.timestamp and message.timestamp != receipt.timestamp)
    if moved and receipt.timestamp:
        message.timestamp = receipt.timestamp
    news = raise_ack(message, receipt.ack) or renamed or in_doubt or moved
    if not news:
        if unmarked:
            message.save(update_fields=["metadata"])
        return False
    message.seq = chat.seq
    message.save(update_fields=["message_id", "metadata", "send_state", "send_error", "timestamp", "ack", "seq"])
    apply_early(message)
    tell_message(chat, message, HookEvent.MESSAGE_ACK)
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
    with changing_message(message_pk) as (chat, message):
        if message.send_state not in of:
            return
        message.send_state, message.send_error, message.seq = state, reason, chat.seq
        message.ack = message.ack if ack is None else ack
        message.save(update_fields=["send_state", "send_error", "ack", "seq"])
        if ack is not None:
            tell_message(chat, message, HookEvent.MESSAGE_ACK)


def _doubt(message_pk: UUID, of: SendState, *, answered: bool) -> None:
    with changing_message(message_pk) as (chat, message):
        if message.send_state != of or (message.ack or 0) > Ack.PENDING:
            return
        message.send_state, message.seq = SendState.UNCONFIRMED, chat.seq
        message.save(update_fields=["send_state", "seq"])
        order_look_up(message, answered=answered)
