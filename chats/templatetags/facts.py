"""What a row, a bubble or a person shows: rendered before, it is kept under it, and anew when any of it differs."""

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any

from django import template
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import get_language
from pydantic_core import to_json

from chats.models import Chat, Message
from chats.models.chat import ROW_SHOWS, own_columns
from chats.selling.panel import Panel
from crm.models import User

register = template.Library()

# Of a bubble and of a person whatever was read counts, shown or not: so nothing can be forgotten here. These have
# columns that change all the time, and little of them is shown.
NAMED_ONLY = (User,)
# Read along by some who draw and not by others. A bubble shows no more of it than its key, which is its own column.
NOT_SHOWN = {(Message, "chat")}


@register.filter
def facts(row: Model) -> str:
    """All that a row or a bubble is drawn from, the reader's language and zone, and the day that is today."""
    return _told(_of_row(row) if isinstance(row, Chat) else _known(row))


@register.filter
def person(panel: Panel) -> str:
    """The same for the contact's section of the panel: who they are, and as whom the conversation knows them."""
    seen_in = panel.chat and (panel.chat.pk, panel.chat.is_group, panel.chat.display_name)
    rows = [panel.contact, *panel.identities, *panel.tags, *panel.fields, *panel.merges]
    known = [(type(row).__name__, list(_known(row))) for row in rows if row]
    return _told([seen_in, panel.leftovers, panel.likely_count, known])


def _told(known: Iterable[Any]) -> str:
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
