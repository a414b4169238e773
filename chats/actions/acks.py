"""Ticks: they only rise, in whatever order they come, and some come before their message."""

from uuid import UUID

from django.db import transaction

from chats.models import Ack, EarlyAck, Message, SendState

from .locking import lock, lock_whatsapp_id, store

# An error counts only while nobody's device has confirmed; after that it is an old story.
RANK = {Ack.PENDING: 0, Ack.SERVER: 1, Ack.ERROR: 2, Ack.DEVICE: 3, Ack.READ: 4, Ack.PLAYED: 5}


def record_ack(session_id: UUID, message_id: str, ack: Ack, error: str = "") -> Message | None:
    """Raise the tick of one of our messages; None when nothing changed.

    An ack for a message that is not here yet is kept until it comes.
    """
    with transaction.atomic():
        lock_whatsapp_id(session_id, message_id)
        found = find_own(session_id, message_id)
        if found is None:
            _keep(session_id, message_id, ack, error)
            return None
        chat = lock(pk=found.chat_id)
        message = Message.objects.get(pk=found.pk)
        if not raise_ack(message, ack, error):
            return None
        message.seq = chat.seq
        message.save(update_fields=["ack", "send_state", "send_error", "seq"])
        store(chat)
        return message


def find_own(session_id: UUID | None, message_id: str) -> Message | None:
    """Our own message with this WhatsApp id on this number."""
    return Message.objects.shown().filter(session_id=session_id, from_me=True, message_id=message_id).first()


def raise_ack(message: Message, ack: int, error: str = "") -> bool:
    """Set the higher of the two ticks on the row in hand; whether anything changed."""
    before = RANK[Ack(message.ack)] if message.ack is not None else -1
    if RANK[Ack(ack)] <= before:
        return False
    message.ack = ack
    if ack == Ack.ERROR:
        message.send_state, message.send_error = SendState.FAILED, error
    elif message.send_state:
        message.send_state, message.send_error = SendState.SENT, ""
    return True


def apply_early_ack(message: Message) -> bool:
    """Give a message the tick that was here before it. Hold the lock of its WhatsApp id."""
    early = EarlyAck.objects.filter(session_id=message.session_id, from_me=True, message_id=message.message_id).first()
    if early is None:
        return False
    changed = raise_ack(message, early.ack, early.error)
    if changed:
        message.save(update_fields=["ack", "send_state", "send_error"])
    early.delete()
    return changed


def _keep(session_id: UUID, message_id: str, ack: Ack, error: str) -> None:
    early, created = EarlyAck.objects.get_or_create(
        session_id=session_id,
        from_me=True,
        message_id=message_id,
        defaults={"ack": ack, "error": error},
    )
    if not created and RANK[ack] > RANK[Ack(early.ack)]:
        early.ack, early.error = ack, error
        early.save(update_fields=["ack", "error"])
