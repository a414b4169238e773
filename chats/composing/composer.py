"""What the composer of an open conversation needs, besides the conversation."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from chats.composing.drafts import draft_of
from chats.composing.scheduled import SHOWN, scheduled_in
from chats.models import ChatQuerySet, Draft, ScheduledMessage
from crm.models import User


def noting_what_is_begun(chats: ChatQuerySet, user_id: UUID) -> ChatQuerySet:
    """With `has_draft` (this person's own) and `has_scheduled`: most conversations have neither, and ask no further."""
    return chats.annotate(
        has_draft=Exists(Draft.objects.filter(user=user_id, chat=OuterRef("pk"))),
        has_scheduled=Exists(ScheduledMessage.objects.filter(chat=OuterRef("pk"), state__in=SHOWN)),
    )


def composer_context(user: User, chat: Any) -> dict[str, Any]:
    """What this person has begun to write, and what waits for its time, of a chat that came `noting_what_is_begun`."""
    return {
        "draft": draft_of(user, chat) if chat.has_draft else None,
        "scheduled": scheduled_in(chat) if chat.has_scheduled else [],
    }
