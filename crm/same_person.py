"""Who may be the same person as somebody, and who was merged into them lately. Nothing is changed by asking."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from .identity import spellings, with_ninth_digit
from .models import Contact, ContactMerge
from .models.contacts import ContactQuerySet

UNDO_WITHIN = timedelta(days=7)


def recent_merges(contact: Contact) -> QuerySet[ContactMerge]:
    """Merges into this contact that can still be undone, the latest first."""
    since = timezone.now() - UNDO_WITHIN
    return ContactMerge.objects.filter(survivor=contact, undone_at=None, merged_at__gt=since).select_related("absorbed")


def likely_same(contact: Contact) -> ContactQuerySet:
    """Contacts that may be the same person: the same phone with or without its ninth digit, e-mail or full name.

    Those that somebody has taken apart again are two.
    """
    same = Q(pk__in=[])
    if contact.phone:
        same |= Q(phone__in=[*spellings(contact.phone), with_ninth_digit(contact.phone)])
    if contact.email:
        same |= Q(email=contact.email)
    if " " in contact.name:
        same |= Q(name__in={contact.name, contact.name.title(), contact.name.upper(), contact.name.lower()})
    parted = ContactMerge.objects.filter(undone_at__isnull=False).order_by()
    others = Contact.objects.filter(same, tenant_id=contact.tenant_id, merged_into=None).exclude(pk=contact.pk)
    taken_in = parted.filter(survivor=contact).values("absorbed")
    taken_from = parted.filter(absorbed=contact).values("survivor")
    return others.exclude(pk__in=taken_in).exclude(pk__in=taken_from).order_by("name", "pk")
