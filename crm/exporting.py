"""Contacts as a spreadsheet that Excel opens in Portuguese, with the columns that the import reads.

What is exported and imported again changes nothing (`tests/contacts/test_round_trip.py`).
"""

from collections.abc import Iterator, Mapping
from uuid import UUID

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.csv_rows import csv_lines
from crm.identity import national_phone
from crm.importing.columns import FIELDS
from crm.importing.custom import OwnField, fields_of
from crm.models import Contact, Tag
from crm.models.contacts import ContactQuerySet

PIECE = 500
COLUMNS = ["id", "name", "phone", "email", "company", "tags", "notes"]


def contact_lines(contacts: ContactQuerySet, tenant_id: UUID) -> Iterator[str]:
    """Lines of CSV: a header, and these contacts of a company, oldest first."""
    fields = fields_of(tenant_id)
    head = [*(str(FIELDS[name]) for name in COLUMNS), *fields, _("Created at")]
    return csv_lines(head, (_row(contact, fields) for piece in _pieces(contacts) for contact in piece))


def _pieces(contacts: ContactQuerySet) -> Iterator[list[Contact]]:
    """By key, so that no cursor stays open while a slow reader reads. Keys grow with time."""
    tags = Prefetch("tags", Tag.objects.order_by("name"))
    ordered = contacts.order_by("pk").prefetch_related(tags)
    piece = list(ordered[:PIECE])
    while piece:
        yield piece
        piece = list(ordered.filter(pk__gt=piece[-1].pk)[:PIECE])


def _row(contact: Contact, fields: Mapping[str, OwnField]) -> list[str]:
    texts = {
        "id": str(contact.pk),
        "name": contact.name,
        "phone": national_phone(contact.phone),
        "email": contact.email,
        "company": contact.company,
        "tags": " | ".join(tag.name for tag in contact.tags.all()),
        "notes": contact.notes,
    }
    own = [field.write(contact.custom_fields.get(name)) for name, field in fields.items()]
    made = date_format(timezone.localtime(contact.created_at), "SHORT_DATETIME_FORMAT")
    return [*(texts[name] for name in COLUMNS), *own, made]
