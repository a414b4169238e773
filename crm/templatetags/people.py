"""How a person is drawn and written where there is no photo and no name."""

from contextlib import suppress
from datetime import date

from django import template
from django.utils.encoding import force_str
from django.utils.formats import date_format, localize
from django.utils.translation import gettext

from crm.identity import pretty_phone

register = template.Library()
register.filter("pretty_phone", pretty_phone)

FACES = 8


@register.filter
def initials(name: object) -> str:
    """First letters of the first and the last word: "Ana Lúcia Prado" is AP; a phone has none."""
    words = [word for word in force_str(name).split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def custom_value(value: object) -> str:
    """A custom field's value as people write it: yes or no, a day, a number, a text."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, str) and value.count("-") == 2:  # eight digits alone may be an order's number
        with suppress(ValueError):
            return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    if isinstance(value, int | float):
        return localize(value)
    return "" if value is None else str(value)


@register.filter
def face(key: object) -> int:
    """A number below `FACES`, always the same for the same id: which colours the avatar has."""
    return sum(force_str(key).encode()) % FACES
