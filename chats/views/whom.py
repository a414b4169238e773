"""Whom a request is about: the person of a conversation the agent may see, or a contact they may see."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from chats.models import Chat
from chats.selling.whom import Whom
from crm.models import Contact
from crm.requests import AgentRequest


def whom_of(request: AgentRequest, chat_id: UUID | None = None, contact_id: UUID | None = None) -> Whom:
    """By the one key that the address has. A group has no record of its own: 404."""
    if chat_id is None:
        return Whom(get_object_or_404(Contact.objects.visible_to(request.user), pk=contact_id))
    chats = Chat.objects.visible_to(request.user).select_related("contact", "opportunity__stage__pipeline")
    chat = get_object_or_404(chats.defer("search"), pk=chat_id, contact__isnull=False)
    assert chat.contact  # noqa: S101 the query asks for it
    return Whom(chat.contact, chat)
