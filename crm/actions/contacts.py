"""One person, many identifiers: one contact, however many of them arrive at once."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from crm.identity import Address, AddressKind, pretty_phone
from crm.live import pages_changed
from crm.models import AuditAct, Contact, ContactField, ContactIdentity, IdentityKind, Lead, User

from .audit import facts, record

# What a person writes about a contact.
DESCRIBED = ["name", "phone", "email", "company", "notes", "custom_fields"]


def recognise(tenant_id: UUID, *addresses: Address, name: str = "", provisional: bool = True) -> Contact:
    """The contact behind these addresses of one person, made on the first of them.

    Every address is remembered as an identity. An empty name or phone is filled in, what somebody
    gave is kept. Call it in a transaction.
    """
    wanted = [identity for address in addresses for identity in identities_of(address)]
    phone = next((address.key for address in addresses if address.kind is AddressKind.PERSON), "")
    contact = _known(tenant_id, wanted)
    if contact is None:
        return _insert(tenant_id, wanted, name=name, phone=phone, provisional=provisional)
    if (name and not contact.name) or (phone and not contact.phone):
        contact.name, contact.phone = contact.name or name, contact.phone or phone
        contact.save(update_fields=["name", "phone", "updated_at"])
    return contact


class Taken(Exception):
    """Another contact of the company has this phone: `other`."""

    def __init__(self, other: Contact) -> None:
        super().__init__(str(other))
        self.other = other


@transaction.atomic
def describe_contact(contact: Contact, name: str, value: str, by: User | None = None) -> bool:
    """One column of a contact has another value; False when it has it already, `Taken` for another one's phone.

    An open lead that was called as the contact was goes along.
    """
    locked = Contact.objects.select_for_update().get(pk=contact.pk)
    before, called = getattr(locked, name), locked.name or pretty_phone(locked.phone)
    if before == value:
        return False
    setattr(locked, name, value)
    save_contact(locked, by)
    if name == "phone" and value:
        owner = ContactIdentity.objects.select_related("contact__merged_into").get(
            tenant_id=locked.tenant_id, kind=IdentityKind.PHONE, value=value
        )
        if owner.contact_id != locked.pk:
            raise Taken(owner.contact.merged_into or owner.contact)
    if name == "name" and value:
        Lead.objects.open().filter(contact=locked, name=called).update(name=value)
    return True


@transaction.atomic
def fill_field(contact: Contact, field: ContactField, value: Any, by: User | None = None) -> bool:
    """A field of the company's own has another value, or none (`None`); False when it has it already."""
    locked = Contact.objects.select_for_update().get(pk=contact.pk)
    if locked.custom_fields.get(field.name) == value:
        return False
    if value is None:
        del locked.custom_fields[field.name]
    else:
        locked.custom_fields[field.name] = value
    save_contact(locked, by)
    return True


@transaction.atomic
def save_contact(contact: Contact, by: User | None = None) -> Contact:
    """Store what a person wrote about a contact; its phone becomes an identity."""
    stored = Contact.objects.select_for_update().filter(pk=contact.pk).first()
    before = facts(stored, DESCRIBED) if stored else {}
    contact.provisional = False
    contact.full_clean(exclude=["merged_into"])
    contact.save()
    if contact.phone:
        _remember(contact, identities_of(Address.parse(contact.phone)))
    if (after := facts(contact, DESCRIBED)) != before:
        record(AuditAct.CONTACT_CHANGED if stored else AuditAct.CONTACT_CREATED, contact, by, before, after)
        pages_changed(contact.tenant_id, "contacts")
    return contact


def identities_of(address: Address) -> list[tuple[IdentityKind, str]]:
    """By which identities somebody with this address is known."""
    if address.kind is AddressKind.PERSON:
        return [(IdentityKind.PHONE, address.key), (IdentityKind.JID, address.jid)]
    if address.kind is AddressKind.HIDDEN:
        return [(IdentityKind.LID, address.jid)]
    return []


def _known(tenant_id: UUID, wanted: list[tuple[IdentityKind, str]]) -> Contact | None:
    """The contact that already has one of the identities; a phone counts before a hidden id."""
    any_of = Q()
    for kind, value in wanted:
        any_of |= Q(kind=kind, value=value)
    found = list(ContactIdentity.objects.filter(any_of, tenant_id=tenant_id).select_related("contact__merged_into"))
    if not found:
        return None
    found.sort(key=lambda identity: identity.kind == IdentityKind.LID)
    contact = found[0].contact
    if len(found) < len(wanted):
        _remember(contact, wanted)
    return contact.merged_into or contact


def _insert(tenant_id: UUID, wanted: list[tuple[IdentityKind, str]], **known: Any) -> Contact:
    contact = Contact.objects.create(tenant_id=tenant_id, **known)
    _remember(contact, wanted)
    kind, value = wanted[0]
    # Another transaction may have been first: its identity stands, and our contact goes.
    winner = ContactIdentity.objects.select_related("contact").get(tenant_id=tenant_id, kind=kind, value=value)
    if winner.contact_id != contact.pk:
        contact.delete()
    return winner.contact


def _remember(contact: Contact, identities: list[tuple[IdentityKind, str]]) -> None:
    ContactIdentity.objects.bulk_create(
        [
            ContactIdentity(tenant_id=contact.tenant_id, contact=contact, kind=kind, value=value)
            for kind, value in identities
        ],
        ignore_conflicts=True,
    )
