"""Contacts that somebody may look up by what they type."""

from chats.models import Chat
from crm.models import Contact, User

MOST_FOUND = 12


def find_contacts(user: User, typed: str) -> list[Contact]:
    """By the beginning of any word of the name, company or e-mail, or by part of the phone; none for nothing."""
    if not typed.strip():
        return []
    return list(Contact.objects.visible_to(user).matching(typed).order_by("name", "pk")[:MOST_FOUND])


def recent_contacts(user: User) -> list[Contact]:
    """Those of the latest conversations that this person may see, the latest first."""
    chats = Chat.objects.visible_to(user).of_persons().filter(contact__merged_into=None, contact__isnull=False)
    rows = chats.in_list_order().select_related("contact").defer("search")[:MOST_FOUND]
    return list({chat.contact_id: chat.contact for chat in rows if chat.contact}.values())
