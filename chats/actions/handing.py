"""A chat changes hands: what every way of giving it to somebody, or to nobody, has in common."""

from typing import Any

from django.utils import timezone

from chats.models import Chat
from crm.actions import own_lead
from crm.models import LeadOwnership, User
from notifications.actions import clear

from .locking import add_system_line


def hand(chat: Chat, to: User | None, event: str, /, **details: Any) -> None:
    """Change the owner of a locked chat; its timeline says `event`, and what the bells said of it is over.

    One that goes back to the queue remembers whose it was. A lead of nobody is theirs who has its conversation,
    where the company wants it so.
    """
    add_system_line(chat, event, **details)
    clear(f"chat:{chat.pk}")
    chat.returned_from_id = chat.assigned_to_id if to is None else None
    chat.assigned_to, chat.assigned_at = to, timezone.now() if to else None
    if to and chat.lead_id and chat.tenant.lead_ownership == LeadOwnership.ASSIGNEE:
        own_lead(chat.lead_id, to)
