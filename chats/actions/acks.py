"""Ticks: they only rise, in whatever order they come."""

from uuid import UUID

from chats.models import Ack, EarlyChange, Message, SendState

# An error counts only while nobody's device has confirmed; after that it is an old story.
RANK = {Ack.PENDING: 0, Ack.SERVER: 1, Ack.ERROR: 2, Ack.DEVICE: 3, Ack.READ: 4, Ack.PLAYED: 5}


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


def apply_ack(message: Message, change: EarlyChange) -> bool:
    """The same for a tick that was told as a change; one of a customer's message is none."""
    return message.from_me and raise_ack(message, change.data["ack"], change.data["error"])
