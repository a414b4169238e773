"""The CRM beside a conversation, read in a fixed number of queries."""

from dataclasses import dataclass

from chats.models import Chat
from crm.models import Activity, Contact, ContactIdentity, Lead, Opportunity, Tag

MOST_OPPORTUNITIES = 20
MOST_ACTIVITIES = 20


@dataclass(frozen=True)
class Panel:
    """What the third column shows. `activities` are the open ones, the next step first."""

    chat: Chat
    contact: Contact | None
    identities: list[ContactIdentity]
    tags: list[Tag]
    lead: Lead | None
    opportunities: list[Opportunity]
    activities: list[Activity]


def read_panel(chat: Chat) -> Panel:
    """The person, lead, sales and plans of a chat that came `for_thread`; empty lists for a group."""
    contact = chat.contact
    if contact is None:
        return Panel(chat, None, [], list(chat.tags.all()), None, [], [])
    opportunities = contact.opportunities.select_related("stage", "owner").with_forecast().under_way_first()
    return Panel(
        chat=chat,
        contact=contact,
        identities=list(contact.identities.order_by("kind", "value")),
        tags=list(contact.tags.all()),
        lead=chat.lead,
        opportunities=list(opportunities[:MOST_OPPORTUNITIES]),
        activities=list(Activity.objects.filter(contact=contact).open().select_related("assignee")[:MOST_ACTIVITIES]),
    )
