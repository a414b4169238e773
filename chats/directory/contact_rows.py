"""A page of contacts with all that a row shows: a fixed number of queries, whatever the depth and the size."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from chats.models import Chat
from crm.models import Activity, Contact, Opportunity, StageKind, Tag, User
from crm.models.contacts import ContactQuerySet

from .contact_filter import ContactFilter

PAGE_SIZE = 50
# What a page may have scrolled to; when it is read anew it brings all of that back.
MOST_REFRESHED = 400
MOST_COUNTED = 1000
# What a row says of the conversation.
OF_A_CHAT = ("last_message_at", "status", "assigned_to__name", "assigned_to__email")


@dataclass
class ContactRow:
    """One person as the list shows them; the latest conversation is one that the reader may see."""

    contact: Contact
    tags: list[Tag] = field(default_factory=list)
    chat: Chat | None = None
    open_count: int = 0
    open_amount: Decimal = Decimal(0)
    next_step: Activity | None = None


@dataclass(frozen=True)
class Total:
    """How many there are, counted no further than `MOST_COUNTED`."""

    count: int

    @property
    def is_capped(self) -> bool:
        return self.count > MOST_COUNTED

    @property
    def shown(self) -> int:
        return min(self.count, MOST_COUNTED)


@dataclass(frozen=True)
class ContactPage:
    """Some rows, and the query string that asks for the next ones ("" after the last)."""

    rows: list[ContactRow]
    next_page: str


def read_list(filters: ContactFilter, user: User, size: int) -> tuple[ContactPage, Total]:
    """The first page of so many rows, and how many contacts there are altogether.

    Where filters leave few, these are looked for once: whoever has no conversation, for one, is not known before
    everybody was looked at.
    """
    chosen = filters.select(user)
    if not filters.is_narrowed:
        return _page(filters, chosen, user, "", size), Total(chosen[: MOST_COUNTED + 1].count())
    keys = list(chosen.values_list("pk", flat=True)[: MOST_COUNTED + 1])
    total = Total(len(keys))
    return _page(filters, chosen if total.is_capped else chosen.filter(pk__in=keys), user, "", size), total


def read_contacts(filters: ContactFilter, user: User, *, after: str = "", size: int = PAGE_SIZE) -> ContactPage:
    """A page of rows; `after` is the key of the last row before it."""
    return _page(filters, filters.select(user), user, after, size)


def _page(filters: ContactFilter, chosen: ContactQuerySet, user: User, after: str, size: int) -> ContactPage:
    found = filters.order.find(chosen, user, after, size + 1)
    rows = fill_rows([contact for contact, _key in found[:size]], user)
    next_page = urlencode(filters.given | {"depois": found[size - 1][1]}) if len(found) > size else ""
    return ContactPage(rows, next_page)


def fill_rows(contacts: list[Contact], user: User) -> list[ContactRow]:
    """What else a row shows, four queries for all of them."""
    rows = {contact.pk: ContactRow(contact) for contact in contacts}
    worn = Contact.tags.through.objects.filter(contact__in=rows).select_related("tag").order_by("tag__name")
    for each in worn:
        rows[each.contact_id].tags.append(each.tag)
    chats = Chat.objects.visible_to(user).filter(contact__in=rows).select_related("assigned_to")
    for pk, chat in _first_of_each(chats.only("contact", *OF_A_CHAT).recent_first()).items():
        rows[pk].chat = chat
    deals = Opportunity.objects.filter(contact__in=rows, stage__kind=StageKind.OPEN).order_by()
    for contact_id, count, amount in deals.values_list("contact").annotate(Count("pk"), Sum("amount")):
        rows[contact_id].open_count, rows[contact_id].open_amount = count, amount
    for pk, step in _first_of_each(Activity.objects.filter(contact__in=rows).open()).items():
        rows[pk].next_step = step
    return list(rows.values())


def _first_of_each(things: QuerySet[Any]) -> dict[UUID, Any]:
    """The first one of each contact, in the order in which they come."""
    found: dict[UUID, Any] = {}
    for thing in things:
        found.setdefault(thing.contact_id, thing)
    return found
