"""What a chat's row says about its messages: the latest, the unread, the unanswered.

What comes from WhatsApp is judged by the provider's time and never by the order of arrival, so that
late, doubled and shuffled webhooks end in the same row: an answer typed on the phone answers what was
written before it. An answer given here answers what was stored by then, and nothing that comes later,
however old: nobody here has seen it. Our clock and the provider's are never compared.
"""

from datetime import datetime

from django.db.models import Count, Min, Q
from django.utils import timezone

from chats.models import INTERNAL, Chat, Message, MessageType, SendState

PREVIEW_LENGTH = 200


def note_latest(chat: Chat, message: Message) -> None:
    """The message is the one the list shows, if none is later."""
    key = (message.timestamp, message.pk)
    if (
        chat.last_message_at is None
        or chat.latest_message_id is None
        or key >= (chat.last_message_at, chat.latest_message_id)
    ):
        show_in_list(chat, message)


def find_latest(chat: Chat) -> None:
    """The same anew from the stored messages, for when one moved in time, or was called off."""
    rows = Message.objects.shown().filter(chat=chat).exclude(type__in=INTERNAL)
    latest = rows.exclude(send_state=SendState.CANCELLED).newest_first().first()
    if latest:
        show_in_list(chat, latest)


def note_question(chat: Chat, message: Message) -> bool:
    """A new customer message is unread and waits, unless the phone answered it already; whether it does."""
    if chat.answered_until and message.timestamp < chat.answered_until:
        return False
    chat.unread_count += 1
    if chat.waiting_since is None or message.timestamp < chat.waiting_since:
        chat.waiting_since = message.timestamp
    return True


def note_answer(chat: Chat, at: datetime) -> None:
    """A person answered on the phone at this (provider's) time: earlier questions are answered."""
    note_response(chat, at)
    if chat.answered_until is None or at > chat.answered_until:
        chat.answered_until = at
        recount(chat)


def note_response(chat: Chat, at: datetime) -> None:
    """Keep the time of the first answer."""
    if chat.first_response_at is None or at < chat.first_response_at:
        chat.first_response_at = at


def settle_questions(chat: Chat) -> None:
    """Every customer message stored so far is answered, or done with."""
    chat.answered_at = timezone.now()
    chat.unread_count, chat.waiting_since = 0, None


def recount(chat: Chat) -> None:
    """Unread and waiting anew from the stored messages."""
    inbound = Q(from_me=False, imported=False) & ~Q(type=MessageType.CALL, metadata__state="accepted")
    if chat.answered_until:
        inbound &= Q(timestamp__gte=chat.answered_until)
    if chat.answered_at:
        inbound &= Q(created_at__gt=chat.answered_at)
    unread = Q(created_at__gt=chat.read_at) if chat.read_at else None
    facts = Message.objects.filter(inbound, chat=chat).aggregate(
        unread=Count("id", filter=unread), waiting=Min("timestamp")
    )
    chat.unread_count, chat.waiting_since = facts["unread"], facts["waiting"]


def show_in_list(chat: Chat, message: Message) -> None:
    """The list shows this message: its text, else its file name, else nothing: then the icon of its type speaks."""
    text = message.body or message.file_name or ""
    chat.last_message = " ".join(text.split())[:PREVIEW_LENGTH]
    chat.last_message_at, chat.latest_message = message.timestamp, message
