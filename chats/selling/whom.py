"""Whose record a page shows and changes: the person of a conversation, or a contact on a page of their own."""

from dataclasses import dataclass

from django.urls import reverse

from chats.models import Chat
from crm.models import Contact


@dataclass(frozen=True)
class Whom:
    """A person; `chat` is the conversation in which they are seen, None on their own page. Both have the same doors."""

    contact: Contact
    chat: Chat | None = None

    @property
    def display_name(self) -> str:
        return self.chat.display_name if self.chat else str(self.contact)

    def address(self, name: str, *keys: object) -> str:
        """One of the doors in `person_urls`."""
        if self.chat:
            return reverse(f"chats:{name}", args=[self.chat.pk, *keys])
        return reverse(f"contacts:{name}", args=[self.contact.pk, *keys])
