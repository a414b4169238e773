"""The owner has seen it: unread falls, and by the company's policy the customer is told. A peek by somebody else
clears nothing.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from chats.models import Chat, Message
from crm.models import Opportunity, ReadReceipts, User
from notifications.actions import clear

from .bookkeeping import recount
from .deals import deal_subject
from .jobs import SEEN_TASK, order_job
from .locking import changing
from .notes import mention_subject


def read(chat: Chat, by: User, seen_seq: int | None = None) -> Chat:
    """Everything up to `seen_seq` of the page is read, when it is the owner who looks.

    Without `seen_seq`, everything stored so far. What the page did not show stays unread.
    """
    theirs = Opportunity.objects.filter(contact=chat.contact_id, contact__isnull=False, owner=by)
    clear(mention_subject(chat), *map(deal_subject, theirs), only_for=by.pk)
    if chat.assigned_to_id != by.pk:
        return chat
    if chat.unread_count == 0:
        clear(f"chat:{chat.pk}", only_for=by.pk)
        return chat
    with changing(chat.pk) as locked:
        if locked.assigned_to_id == by.pk:
            # A page that shows less than another one did takes nothing back.
            locked.read_at = max(filter(None, [locked.read_at, _seen_at(locked, seen_seq)]))
            recount(locked)
            if locked.unread_count == 0:
                clear(f"chat:{locked.pk}", only_for=by.pk)
            order_receipts(locked)
    return locked


def order_receipts(chat: Chat, *, answering: bool = False) -> None:
    """The customer's blue ticks, by the company's policy: when the owner reads, when somebody answers, or never."""
    policy = chat.tenant.read_receipts
    if policy == ReadReceipts.ON_OPEN or (policy == ReadReceipts.ON_REPLY and answering):
        order_job(SEEN_TASK, once=f"seen:{chat.pk}", chat_pk=str(chat.pk))


def receipts_due(chat: Chat) -> datetime | None:
    """Our time up to which the customer may be told that we have read; None when the policy says never.

    No message counts as read that nobody here has had on the screen.
    """
    policy = chat.tenant.read_receipts
    if policy == ReadReceipts.NEVER:
        return None
    seen = [chat.answered_at] if policy == ReadReceipts.ON_REPLY else [chat.answered_at, chat.read_at]
    return max(filter(None, seen), default=None)


def record_receipts(chat_pk: UUID, until: datetime) -> None:
    """The customer was told. Nothing of ours shows it, so no page is nudged."""
    Chat.objects.filter(pk=chat_pk).exclude(receipted_until__gte=until).update(receipted_until=until)


def _seen_at(chat: Chat, seen_seq: int | None) -> datetime:
    """Our time of the latest message the reader has seen."""
    if seen_seq is None:
        return timezone.now()
    seen = Message.objects.filter(chat=chat, from_me=False, seq__lte=seen_seq)
    return seen.aggregate(at=Max("created_at"))["at"] or chat.created_at
