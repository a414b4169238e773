"""What looks like a flood is held back until a person says that it shall leave: WhatsApp blocks numbers for less."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from chats.models import Message, MessageType

from . import reasons

SAME_TEXT_WITHIN = timedelta(minutes=10)
FIRSTS_WITHIN = timedelta(hours=1)
# Greetings and thanks are said to everybody all day.
SHORTEST_REPEATED = 12


def suspicion(message: Message) -> str:
    """Why this message should not leave by itself, in the house's words; blank for nearly all."""
    return _repeats_itself(message) or _begins_too_many(message)


def _repeats_itself(message: Message) -> str:
    if message.type != MessageType.TEXT or len(message.body or "") < SHORTEST_REPEATED:
        return ""
    same = _sent(message, SAME_TEXT_WITHIN).filter(body=message.body)
    most = settings.FLOOD_SAME_TEXT_CHATS
    if _chats(same) < most:
        return ""
    return reasons.plainly(reasons.SAME_TEXT, count=most)


def _begins_too_many(message: Message) -> str:
    """Counts people who never wrote; answers to them that did are never held."""
    if message.chat.is_group or has_written(message):
        return ""
    theirs = Message.objects.filter(chat=OuterRef("chat"), from_me=False)
    most = settings.FLOOD_FIRST_MESSAGES
    if _chats(_sent(message, FIRSTS_WITHIN).filter(~Exists(theirs), chat__is_group=False)) < most:
        return ""
    return reasons.plainly(reasons.MANY_FIRSTS, count=most)


def has_written(message: Message) -> bool:
    """Whether the customer of this message's chat ever wrote."""
    return Message.objects.filter(chat_id=message.chat_id, from_me=False).exists()


def _sent(message: Message, within: timedelta) -> QuerySet[Message]:
    """What left from the same number lately for other chats."""
    begun = Message.objects.filter(session_id=message.session_id, begun_at__gt=timezone.now() - within)
    return begun.filter(from_me=True).exclude(chat_id=message.chat_id)


def _chats(messages: QuerySet[Message]) -> int:
    return messages.values("chat").distinct().count()
