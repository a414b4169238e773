"""The conversations with one person that a reader may see, in a fixed number of queries."""

from dataclasses import dataclass

from django.db.models import Count, Q

from chats.models import INTERNAL, Chat, Message
from crm.models import Contact, User

MOST_CHATS = 20


@dataclass(frozen=True)
class Conversation:
    """One of the person's chats, and how much was said in it by whom."""

    chat: Chat
    theirs: int = 0
    ours: int = 0


def read_conversations(contact: Contact, reader: User) -> list[Conversation]:
    """The latest first."""
    chats = Chat.objects.visible_to(reader).filter(contact=contact)
    found = list(chats.with_row_details().recent_first()[:MOST_CHATS])
    said = Message.objects.shown().filter(chat__in=found).exclude(type__in=INTERNAL).order_by()
    counts = said.values("chat").annotate(
        theirs=Count("pk", filter=Q(from_me=False)), ours=Count("pk", filter=Q(from_me=True))
    )
    by_chat = {row["chat"]: (row["theirs"], row["ours"]) for row in counts}
    return [Conversation(chat, *by_chat.get(chat.pk, (0, 0))) for chat in found]
