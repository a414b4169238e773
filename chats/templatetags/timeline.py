"""System lines for templates."""

from django import template

from chats.models import Message
from chats.timeline import system_text as worded

register = template.Library()


@register.filter
def system_text(message: Message) -> str:
    """The sentence of a system line."""
    return worded(message.body or "", message.metadata)
