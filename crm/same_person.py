"""Who may be the same person as somebody, and who was merged into them lately. Nothing is changed by asking."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from .identity import spellings, with_ninth_digit
from .models import Contact, ContactMerge
from .models.contacts import ContactQuerySet
from .search import sorted_as

UNDO_WITHIN = timedelta(days=7)


def recent_merges(contact: Contact) -> QuerySet[ContactMerge]:
    """Merges into this contact that can still be undone, the latest first."""
    return merges_since(contact.pk, timezone.now() - UNDO_WITHIN).select_related("absorbed")


def merges_since(contact_id: UUID, moment: datetime) -> QuerySet[ContactMerge]:
    """Merges into a contact that are younger than this, and not undone."""
    return ContactMerge.objects.filter(survivor=contact_id, undone_at=None, merged_at__gt=moment)


def likely_same(contact: Contact) -> ContactQuerySet:
    """Contacts that may be the same person: the same phone with or without its ninth digit, e-mail or full name,
    whatever its accents.

    Those that somebody has taken apart again are two.
    """
    return likely_like(*likeness(contact))


def likeness(contact: Contact) -> tuple[UUID, UUID, str, str, str, str, str]:
    """What `likely_like` asks of a contact."""
    phone = contact.phone
    other_spellings = spellings(phone)[-1], with_ninth_digit(phone)
    return contact.tenant_id, contact.pk, contact.name, contact.email, phone, *other_spellings


def likely_like(tenant_id: UUID, contact_id: UUID, name: str, email: str, *phones: str) -> ContactQuerySet:
    """`likely_same` of a contact in hand, part by part. The statement is the same whatever they are, blank or not."""
    same_name = Q(sort_name=sorted_as(name), name__contains=" ")
    same = same_name | Q(email=email) & ~Q(email="") | Q(phone__in=phones) & ~Q(phone="")
    others = Contact.objects.filter(same, tenant_id=tenant_id, merged_into=None)
    parted = ContactMerge.objects.filter(undone_at__isnull=False).order_by()
    taken_in = parted.filter(survivor=contact_id).values("absorbed")
    taken_from = parted.filter(absorbed=contact_id).values("survivor")
    others = others.exclude(pk=contact_id).exclude(pk__in=taken_in).exclude(pk__in=taken_from)
    return others.order_by("name", "pk")
