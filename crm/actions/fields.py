"""The fields a company adds to its contacts."""

from django.db import connection, transaction
from django.db.models import Max

from crm.models import ContactField

RENAME = """
UPDATE crm_contact SET custom_fields = (custom_fields - %s) || jsonb_build_object(%s::text, custom_fields -> %s)
WHERE tenant_id = %s AND custom_fields ? %s
"""


@transaction.atomic
def save_field(field: ContactField) -> ContactField:
    """A new field comes last; the values of one that is renamed go along. Its kind stays what it was made as."""
    if field._state.adding:
        last = ContactField.objects.filter(tenant=field.tenant).aggregate(last=Max("position"))["last"]
        field.position = 0 if last is None else last + 1
        field.save()
        return field
    stored = ContactField.objects.select_for_update().get(pk=field.pk)
    if stored.name != field.name:
        with connection.cursor() as cursor:
            cursor.execute(RENAME, [stored.name, field.name, stored.name, field.tenant_id, stored.name])
    field.save()
    return field


@transaction.atomic
def move_field(field: ContactField, up: bool) -> None:
    """One place up or down among the company's fields."""
    fields = list(ContactField.objects.select_for_update().filter(tenant=field.tenant))
    at = next(place for place, each in enumerate(fields) if each.pk == field.pk)
    to = at - 1 if up else at + 1
    if 0 <= to < len(fields):
        fields[at], fields[to] = fields[to], fields[at]
    for position, each in enumerate(fields):
        each.position = position
    ContactField.objects.bulk_update(fields, ["position"])


def remove_field(field: ContactField) -> None:
    """The company asks for it no more; what is known stays with the contacts, for reading."""
    field.delete()
