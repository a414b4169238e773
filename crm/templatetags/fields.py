"""Fields of the company's own, as a page shows and asks for them."""

from typing import Any

from django import template

from crm.contact_values import show_value
from crm.models import Contact, ContactField

register = template.Library()


@register.filter
def written(contact: Contact, field: ContactField) -> str:
    """The contact's value for the field, as Brazilians write it; empty for none."""
    return show_value(field, contact.custom_fields.get(field.name))


@register.filter
def typed(value: Any) -> str:
    """The value as a form posts it: `true` and `false` for yes and no."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
