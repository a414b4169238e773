"""How a person is drawn and written where there is no photo and no name."""

from django import template
from django.utils.encoding import force_str

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
def face(key: object) -> int:
    """A number below `FACES`, always the same for the same id: which colours the avatar has."""
    return sum(force_str(key).encode()) % FACES
