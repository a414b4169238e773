"""What the customer sees of us between messages: blue ticks, and that somebody types."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db.models import QuerySet

from chats.actions.read import receipts_due, record_receipts
from chats.models import Chat, Message

from .calls.sending import send_seen, show_typing
from .capabilities import Feature
from .client import WahaClient, WahaError
from .full_ids import chat_id, full_id
from .models import WhatsAppSession

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 100


def tell_seen(chat_pk: UUID) -> None:
    """Mark as read on WhatsApp what was read here and is not marked yet. A `WahaError` when it cannot be said."""
    chat = Chat.objects.select_related("session", "tenant").filter(pk=chat_pk).first()
    if chat is None or chat.session is None or not chat.session.is_working:
        return
    until = receipts_due(chat)
    if until is None:
        return
    unmarked = list(_unmarked(chat, chat.session, until))
    if unmarked:
        by_id = chat.session.offers.can(Feature.SEEN_BY_ID)
        ids = [full_id(message, chat.session) for message in unmarked] if by_id else []
        send_seen(WahaClient(chat.session), chat_id(chat), ids)
    record_receipts(chat.pk, until)


def tell_typing(chat_pk: UUID, *, typing: bool) -> None:
    """Nobody misses it when it fails."""
    chat = Chat.objects.select_related("session").filter(pk=chat_pk).first()
    if chat is None or chat.session is None or not chat.session.is_working:
        return
    try:
        show_typing(WahaClient(chat.session), chat_id(chat), typing=typing)
    except WahaError as error:
        log.info("typing.not_shown", chat=str(chat_pk), reason=str(error))


def _unmarked(chat: Chat, session: WhatsAppSession, until: datetime) -> QuerySet[Message]:
    """The latest of the customer's messages in between: WhatsApp marks the older ones with them."""
    inbound = Message.objects.filter(
        chat=chat, session=session, from_me=False, message_id__isnull=False, imported=False, created_at__lte=until
    )
    if chat.receipted_until:
        inbound = inbound.filter(created_at__gt=chat.receipted_until)
    return inbound.select_related("chat").newest_first()[:MOST_AT_ONCE]
