"""Activities as a list shows them, a page at a time, each with the conversation that it opens."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from chats.models import Chat
from crm.keyset import read_key, rows_above, rows_below
from crm.models import Activity, ActivityQuerySet, User

from .agenda_filter import DONE, AgendaFilter

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Entry:
    """An activity, and the conversation it opens: one the reader may see."""

    step: Activity
    chat_id: UUID | None


@dataclass(frozen=True)
class Page:
    """Some entries; `more` is the key of those that follow, "" for none."""

    entries: list[Entry]
    more: str


def read_page(user: User, wanted: AgendaFilter, after: str = "") -> Page:
    """The page that follows `after`, or the first one; three queries."""
    rows, key = wanted.listed(), read_key(after)
    if key:
        rows = rows_below(rows, "done_at", *key) if wanted.when == DONE else rows_above(rows, "due_at", *key)
    found = list(with_details(rows)[: ROWS_A_PAGE + 1])
    page = found[:ROWS_A_PAGE]
    return Page(entries_of(user, page), _key(page[-1]) if len(found) > ROWS_A_PAGE else "")


def with_details(rows: ActivityQuerySet) -> ActivityQuerySet:
    """With all that an entry says of it, in the same query."""
    return rows.select_related("contact", "assignee", "opportunity")


def entries_of(user: User, steps: Collection[Activity]) -> list[Entry]:
    """Each with its own conversation, else the latest of its contact; one query for all of them."""
    chats = Chat.objects.visible_to(user).filter(contact__in={step.contact_id for step in steps if step.contact_id})
    latest: dict[UUID | None, UUID] = {}
    seen: set[UUID] = set()
    for key, contact in chats.recent_first().values_list("pk", "contact"):
        seen.add(key)
        latest.setdefault(contact, key)
    return [Entry(step, step.chat_id if step.chat_id in seen else latest.get(step.contact_id)) for step in steps]


def _key(step: Activity) -> str:
    return f"{(step.done_at or step.due_at).isoformat()},{step.pk}"
