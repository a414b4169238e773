"""Contacts that somebody may look up by what they type."""

from crm.models import Contact, User

MOST_FOUND = 12


def find_contacts(user: User, typed: str) -> list[Contact]:
    """By the beginning of any word of the name, company or e-mail, or by part of the phone; none for nothing."""
    if not typed.strip():
        return []
    return list(Contact.objects.visible_to(user).matching(typed).order_by("name", "pk")[:MOST_FOUND])
