"""What a row of the list says besides its words: where it belongs, and when its waiting turns amber and red."""

from datetime import datetime

from django import template

from chats.lists.ordering import ORDERS
from chats.models import Chat
from crm.hours import after_business_minutes

register = template.Library()


@register.filter
def places(chat: Chat) -> list[tuple[str, str]]:
    """The row's key in each order of the list."""
    return [(name, order.key_of(chat)) for name, order in ORDERS.items()]


@register.filter
def amber_at(chat: Chat) -> datetime | None:
    """When the customer will have waited long, in the company's business hours; None when nobody waits."""
    return _waited(chat, chat.tenant.waiting_amber_minutes)


@register.filter
def red_at(chat: Chat) -> datetime | None:
    """When the customer will have waited too long."""
    return _waited(chat, chat.tenant.waiting_red_minutes)


def _waited(chat: Chat, minutes: int) -> datetime | None:
    return after_business_minutes(chat.tenant, chat.waiting_since, minutes) if chat.waiting_since else None
