"""People are added by hand, tagged, and written to first."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from chats.models import Chat, ChatStatus
from crm.actions import create_lead_once, save_contact
from crm.identity import Address
from crm.live import pages_changed
from crm.models import Contact, ContactIdentity, IdentityKind, LeadSource, Tag, User
from crm.requests import tenant_of

from .locking import add_system_line, find_locked, hold, lock, person_name, store
from .merging import index_chat


class ContactExists(Exception):
    """Somebody has this phone already: `contact`."""

    def __init__(self, contact: Contact) -> None:
        super().__init__(str(contact))
        self.contact = contact


class NotReachable(Exception):
    """The contact has no phone that could be written to."""


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


def start_chat(contact: Contact, by: User) -> Chat:
    """The conversation with this contact, made when there is none: its owner is whoever began it.

    Whether WhatsApp knows the phone is asked when the first message leaves. `NotReachable` without a phone.
    """
    if not contact.phone:
        raise NotReachable
    address = Address.parse(contact.phone)
    key = {"tenant_id": contact.tenant_id, "phone": address.key}
    with transaction.atomic():
        hold(person_name(contact.tenant_id, address.key))
        chat = find_locked(**key)
        if chat and chat.merged_into_id:
            chat = lock(pk=chat.merged_into_id)
        return chat or _begin(contact, by, address)


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


def _begin(contact: Contact, by: User, address: Address) -> Chat:
    now = timezone.now().replace(microsecond=0)
    chat = Chat.objects.create(
        tenant_id=contact.tenant_id,
        phone=address.key,
        address=address.jid,
        contact=contact,
        lead=contact.leads.order_by("-created_at").first(),
        session_id=_number_for(by),
        assigned_to=by,
        assigned_at=now,
        last_message_at=now,
        status=ChatStatus.OPEN,
    )
    chat = lock(pk=chat.pk)
    add_system_line(chat, "started", by=by.name)
    index_chat(chat)
    store(chat)
    return chat


def _number_for(by: User) -> UUID | None:
    """The number to write from: of the person's team before others, one that is connected before one that is not.

    The model is another room's, reached by name.
    """
    sessions = apps.get_model("waha", "WhatsAppSession")._default_manager.filter(tenant_id=tenant_of(by))
    own = Case(When(default_team__in=by.teams.all(), then=Value(0)), default=Value(1))
    works = Case(When(status="WORKING", then=Value(0)), default=Value(1))
    return sessions.order_by(works, own, "created_at").values_list("pk", flat=True).first()


def _show(contact_ids: Collection[UUID], tenant_id: UUID) -> None:
    """Conversations of these people show their tags."""
    for pk in Chat.objects.filter(contact__in=contact_ids).order_by("pk").values_list("pk", flat=True):
        store(lock(pk=pk))
    pages_changed(tenant_id, "contacts")
