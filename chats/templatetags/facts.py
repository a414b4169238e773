"""What a row or a bubble shows: rendered before, it is kept under it, and rendered anew when any of it differs."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import get_language
from pydantic_core import to_json

from chats.models import Chat, Message
from crm.models import Lead, User

register = template.Library()

# Of most rows whatever was read counts, shown or not: so nothing can be forgotten here. These have columns that change
# all the time, and fragments show little of them.
NAMED_ONLY = (User,)
# Read along by some who draw and not by others. A row or a bubble shows no more of them than their keys, which are its
# own columns.
NOT_SHOWN = {(Message, "chat"), (Chat, "session"), (Lead, "owner")}


@register.filter
def facts(row: Model) -> str:
    """All that was read of a row and along with it, the reader's language and zone, and the day that is today."""
    told = (get_language(), timezone.get_current_timezone_name(), timezone.localdate(), *_known(row))
    return to_json(told, fallback=str).decode()


def _known(row: Model) -> Iterator[Any]:
    if isinstance(row, NAMED_ONLY):
        yield row.pk, str(row)
        return
    yield [value for name, value in vars(row).items() if not name.startswith("_")]
    for name, other in row._state.fields_cache.items():
        if other is not None and (type(row), name) not in NOT_SHOWN:
            yield name, *_known(other)
