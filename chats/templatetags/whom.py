"""The doors of a person's record, from wherever it is shown."""

from django import template

from chats.selling.whom import Whom

register = template.Library()


@register.simple_tag
def address(whom: Whom, name: str, *keys: object) -> str:
    """Where `name` of `person_urls` is done for this person."""
    return whom.address(name, *keys)
