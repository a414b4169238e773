"""People are added by hand, and tagged."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from chats.models import Chat
from crm.actions import create_lead_once, save_contact
from crm.live import pages_changed
from crm.models import Contact, ContactIdentity, IdentityKind, LeadSource, Tag, User
from crm.requests import tenant_of

from .locking import hold, lock, person_name, store


class ContactExists(Exception):
    """Somebody has this phone already: `contact`."""

    def __init__(self, contact: Contact) -> None:
        super().__init__(str(contact))
        self.contact = contact


def find_by_phone(tenant_id: UUID, phone: str) -> Contact | None:
    """Whose phone this is; `phone` is canonical E.164 digits."""
    rows = ContactIdentity.objects.filter(tenant_id=tenant_id, kind=IdentityKind.PHONE, value=phone)
    identity = rows.select_related("contact__merged_into").first()
    return (identity.contact.merged_into or identity.contact) if identity else None


def add_contact(by: User, tags: Iterable[Tag] = (), *, as_lead: bool = False, **told: Any) -> Contact:
    """A person whom nobody knew; `told` are columns of `Contact`. `ContactExists` when the phone is somebody's."""
    contact = Contact(tenant_id=tenant_of(by), **told)
    with transaction.atomic():
        if contact.phone:
            hold(person_name(contact.tenant_id, contact.phone))
            if known := find_by_phone(contact.tenant_id, contact.phone):
                raise ContactExists(known)
        save_contact(contact, by)
        contact.tags.set(tags)
        if as_lead:
            create_lead_once(contact, LeadSource.MANUAL)
        pages_changed(contact.tenant_id, "contacts", *(["leads"] if as_lead else []))
    return contact


def put_contact_tag(contacts: Collection[Contact], tag: Tag) -> int:
    """The tag on each of them; how many did not have it. When all had it, it is taken off, and 0 comes back."""
    worn = Contact.tags.through.objects.filter(tag=tag, contact__in=[contact.pk for contact in contacts])
    with transaction.atomic():
        have = set(worn.values_list("contact_id", flat=True))
        new = [contact for contact in contacts if contact.pk not in have]
        if new:
            rows = [Contact.tags.through(contact=contact, tag=tag) for contact in new]
            Contact.tags.through.objects.bulk_create(rows, ignore_conflicts=True)
        else:
            worn.delete()
        _show([contact.pk for contact in (new or contacts)], tag.tenant_id)
    return len(new)


def _show(contact_ids: Collection[UUID], tenant_id: UUID) -> None:
    """Conversations of these people show their tags."""
    for pk in Chat.objects.filter(contact__in=contact_ids).order_by("pk").values_list("pk", flat=True):
        store(lock(pk=pk))
    pages_changed(tenant_id, "contacts")
