"""An echo is recognised by what it says, when its id tells us nothing."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from chats.models import Ack, Chat, Message, MessageType, SendState

# WhatsApp may show a sound as another kind than it was sent as.
ALSO_COMES_AS = {
    MessageType.AUDIO: {MessageType.DOCUMENT, MessageType.VOICE},
    MessageType.VOICE: {MessageType.AUDIO},
}
# For so long an echo under another id than the one we were told is taken for ours.
OTHER_ID_WITHIN = timedelta(minutes=2)
SAME_PLACE_DEGREES = 1e-5
# WhatsApp's clock and ours may differ by so much.
CLOCKS_APART = timedelta(minutes=2)


@dataclass(frozen=True)
class Echo:
    """What WhatsApp reports of a message from our number. `by_api`: a program sent it, as we do.

    `at` is the provider's time where the history tells it, None for what is told as it happens.
    """

    type: str
    body: str | None
    file_name: str = ""
    by_api: bool = True
    metadata: dict[str, Any] = field(default_factory=dict)
    at: datetime | None = None


def find_send(chat: Chat, echo: Echo) -> Message | None:
    """The oldest send of the chat that this is the echo of.

    Either nobody knows its id yet, or WAHA told us another one (and no event confirmed it), or it waits to be sent a
    second time because the first was doubtful.
    """
    nameless = Q(message_id=None, send_state__in=[SendState.SENDING, SendState.UNCONFIRMED])
    waiting_again = Q(send_state=SendState.QUEUED, metadata__again=True)
    candidates = nameless | waiting_again
    if echo.by_api:
        candidates |= Q(
            send_state__in=[SendState.SENDING, SendState.UNCONFIRMED, SendState.SENT],
            ack=Ack.PENDING,
            begun_at__gte=timezone.now() - OTHER_ID_WITHIN,
        ) & ~Q(metadata__has_key="echoed")
    sends = Message.objects.filter(candidates, chat=chat, from_me=True)
    if echo.at:
        # The history repeats old words: what was written before a send began is no echo of it.
        sends = sends.exclude(begun_at__gt=echo.at + CLOCKS_APART)
    ordered = sends.order_by("timestamp", "id")
    # One whose id nobody knows comes before one that would have to change its own.
    matching = [message for message in ordered if says_the_same(message, echo)]
    return min(matching, key=lambda message: message.message_id is not None, default=None)


def says_the_same(message: Message, echo: Echo) -> bool:
    """Whether both have the same content, as far as WhatsApp leaves it as it was."""
    kind = MessageType(message.type)
    if echo.type != kind and echo.type not in ALSO_COMES_AS.get(kind, set()):
        return False
    words, told = (message.body or "").strip(), (echo.body or "").strip()
    if kind is MessageType.LOCATION:
        return _same_place(message.metadata, echo.metadata)
    if kind is MessageType.CONTACT:
        return _phones(message.metadata) == _phones(echo.metadata)
    if kind is MessageType.POLL:
        return _poll(message.metadata) == _poll(echo.metadata)
    if message.file_name and echo.file_name and message.file_name != echo.file_name:
        return False
    # Some engines put a document's name where others leave the caption empty.
    return words == told or (not words and told == message.file_name)


def _same_place(one: dict[str, Any], other: dict[str, Any]) -> bool:
    try:
        return all(abs(float(one[key]) - float(other[key])) < SAME_PLACE_DEGREES for key in ("latitude", "longitude"))
    except (KeyError, TypeError, ValueError):
        return False


def _phones(details: dict[str, Any]) -> list[str]:
    """The cards' phones by their last digits: the ninth and the country's may be written or not."""
    return [str(card.get("phone", ""))[-8:] for card in details.get("contacts", [])]


def _poll(details: dict[str, Any]) -> tuple[str, list[str]]:
    poll = details.get("poll") or {}
    return str(poll.get("name", "")), [str(option) for option in poll.get("options", [])]
