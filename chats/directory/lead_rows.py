"""A page of leads with all that a row shows: a fixed number of queries, whatever the depth and the size."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from chats.models import Chat
from crm.models import Lead, User

from .lead_filter import LeadFilter, key_of

PAGE_SIZE = 50
MOST_REFRESHED = 400


@dataclass
class LeadRow:
    """A lead as the list shows it; the conversation is the latest one that the reader may see."""

    lead: Lead
    chat: Chat | None = None


@dataclass(frozen=True)
class LeadPage:
    """Some rows, and the query string that asks for the next ones ("" after the last)."""

    rows: list[LeadRow]
    next_page: str


def read_leads(filters: LeadFilter, user: User, *, after: str = "", size: int = PAGE_SIZE) -> LeadPage:
    """A page of rows; `after` is the key of the last row before it."""
    found = list(filters.select(user, after).select_related("owner", "contact")[: size + 1])
    shown = found[:size]
    next_page = f"{filters.query}&{urlencode({'depois': key_of(shown[-1])})}" if len(found) > size else ""
    return LeadPage(fill_leads(shown, user), next_page)


def fill_leads(leads: list[Lead], user: User) -> list[LeadRow]:
    """What else a row shows, in one query for all of them."""
    contacts = {lead.contact_id for lead in leads if lead.contact_id}
    chats = Chat.objects.visible_to(user).filter(contact__in=contacts).select_related("contact")
    latest: dict[UUID | None, Chat] = {}
    for chat in chats.defer("search").recent_first():
        latest.setdefault(chat.contact_id, chat)
    return [LeadRow(lead, latest.get(lead.contact_id)) for lead in leads]
