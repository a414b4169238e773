"""What looks like a flood is held back until a person says that it shall leave: WhatsApp blocks numbers for less."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from chats.models import Message, MessageType
from crm.compiled import planned_anew

from . import reasons
from .checking import has_written
from .models import WhatsAppSession

SAME_TEXT_WITHIN = timedelta(minutes=10)
FIRSTS_WITHIN = timedelta(hours=1)
# Greetings and thanks are said to everybody all day.
SHORTEST_REPEATED = 12


def suspicion(message: Message, session: WhatsAppSession) -> str:
    """Why this message should not leave this number by itself, in the house's words; blank for nearly all."""
    return _repeats_itself(message, session) or _begins_too_many(message, session)


def _repeats_itself(message: Message, session: WhatsAppSession) -> str:
    words, most = message.body or "", settings.FLOOD_SAME_TEXT_CHATS
    if message.type != MessageType.TEXT or len(words) < SHORTEST_REPEATED:
        return ""
    since = timezone.now() - SAME_TEXT_WITHIN
    if len(_told_the_same(session.pk, since, message.chat_id, words, most=most)) < most:
        return ""
    return reasons.plainly(reasons.SAME_TEXT, count=most)


def _begins_too_many(message: Message, session: WhatsAppSession) -> str:
    """Counts people who never wrote; answers to them that did are never held."""
    if message.chat.is_group or has_written(message.chat):
        return ""
    most, since = settings.FLOOD_FIRST_MESSAGES, timezone.now() - FIRSTS_WITHIN
    if len(_written_to_first(session.pk, since, message.chat_id, most=most)) < most:
        return ""
    return reasons.plainly(reasons.MANY_FIRSTS, count=most)


@planned_anew
def _told_the_same(number: UUID, since: datetime, chat_id: UUID, words: str, *, most: int) -> QuerySet[Message, UUID]:
    """Other chats that were sent these words lately, up to `most`."""
    return _others(number, since, chat_id).filter(body=words)[:most]


@planned_anew
def _written_to_first(number: UUID, since: datetime, chat_id: UUID, *, most: int) -> QuerySet[Message, UUID]:
    """Other chats of one person who was written to lately and never wrote, up to `most`."""
    theirs = Message.objects.filter(chat=OuterRef("chat"), from_me=False)
    return _others(number, since, chat_id).filter(~Exists(theirs), chat__is_group=False)[:most]


def _others(number: UUID, since: datetime, chat_id: UUID) -> QuerySet[Message, UUID]:
    begun = Message.objects.filter(session_id=number, begun_at__gt=since, from_me=True)
    return begun.exclude(chat_id=chat_id).values_list("chat", flat=True).distinct()
