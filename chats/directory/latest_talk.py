"""Contacts in the order of their latest conversation, as far as their reader may see it."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from chats.models import Chat, ChatQuerySet
from crm.keyset import read_key, rows_below
from crm.models import Contact, User
from crm.models.contacts import ContactQuerySet

SILENT = "-"


@dataclass(frozen=True)
class LatestTalk:
    """Whoever wrote or was written to last comes first; those without a conversation follow, the newest first.

    The index of the conversations leads: it is walked from its end until a page is full, however many contacts there
    are. A key of those without a conversation begins with `SILENT`.
    """

    label: object

    def find(self, contacts: ContactQuerySet, reader: User, after: str, count: int) -> list[tuple[Contact, str]]:
        """At most `count` contacts, each with the key that asks for those after it."""
        talks = Chat.objects.visible_to(reader).filter(contact__isnull=False, last_message_at__isnull=False)
        found = [] if after.startswith(SILENT) else _talking(contacts, talks, after, count)
        if len(found) < count:
            silent = contacts.filter(~Exists(talks.filter(contact=OuterRef("pk")))).order_by("-created_at", "-id")
            if (key := read_key(after.removeprefix(SILENT))) and after.startswith(SILENT):
                silent = rows_below(silent, "created_at", *key)
            found += [
                (contact, f"{SILENT}{contact.created_at.isoformat()},{contact.pk}")
                for contact in silent[: count - len(found)]
            ]
        return found


def _talking(contacts: ContactQuerySet, talks: ChatQuerySet, after: str, count: int) -> list[tuple[Contact, str]]:
    at, key_of = OuterRef("last_message_at"), OuterRef("id")
    later = Q(last_message_at__gt=at) | Q(last_message_at=at, id__gt=key_of)
    latest = talks.filter(~Exists(talks.filter(later, contact=OuterRef("contact"))), contact__in=contacts.values("pk"))
    latest = latest.recent_first()
    if key := read_key(after):
        latest = rows_below(latest, "last_message_at", *key)
    rows = list(latest.values_list("contact", "last_message_at", "pk")[:count])
    by_key = Contact.objects.in_bulk([contact for contact, _at, _pk in rows])
    return [(by_key[contact], f"{at.isoformat()},{pk}") for contact, at, pk in rows if at and contact in by_key]
