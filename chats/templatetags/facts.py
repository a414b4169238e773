"""What a row or a bubble shows: rendered before, it is kept under it, and rendered anew when any of it differs."""

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

from django import template
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import get_language
from pydantic_core import to_json

from chats.models import Chat, Message
from chats.models.chat import ROW_SHOWS, own_columns
from crm.models import User

register = template.Library()

# Of a bubble whatever was read counts, shown or not: so nothing can be forgotten here. These have columns that change
# all the time, and bubbles show little of them.
NAMED_ONLY = (User,)
# Read along by some who draw and not by others. A bubble shows no more of it than its key, which is its own column.
NOT_SHOWN = {(Message, "chat")}


@register.filter
def facts(row: Model) -> str:
    """All that a row or a bubble is drawn from, the reader's language and zone, and the day that is today."""
    known = _of_row(row) if isinstance(row, Chat) else _known(row)
    told = (get_language(), timezone.get_current_timezone_name(), timezone.localdate(), *known)
    return to_json(told, fallback=str).decode()


def _of_row(chat: Chat) -> Iterator[Any]:
    yield _own(chat), chat.tag_ids, chat.presence, chat.inside
    for path, shown in _shown:
        other: Any = chat
        for relation in path:
            other = other and getattr(other, relation)
        yield other and shown(other)


_own: Callable[[Chat], tuple[object, ...]] = attrgetter(*own_columns())
_shown = [(path.split("__"), attrgetter(*columns)) for path, columns in ROW_SHOWS.items()]


def _known(row: Model) -> Iterator[Any]:
    if isinstance(row, NAMED_ONLY):
        yield row.pk, str(row)
        return
    yield [value for name, value in vars(row).items() if not name.startswith("_")]
    for name, other in row._state.fields_cache.items():
        if other is not None and (type(row), name) not in NOT_SHOWN:
            yield name, *_known(other)
