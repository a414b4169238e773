"""The CRM beside a conversation, and on a person's own page, read in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists

from chats.models import Chat
from crm.models import (
    Activity,
    Contact,
    ContactField,
    ContactIdentity,
    ContactMerge,
    ContactNote,
    Lead,
    Opportunity,
    Tag,
    Tenant,
    User,
)
from crm.nested import nested, unnested
from crm.same_person import likely_same, recent_merges

from .whom import Whom

MOST_OPPORTUNITIES = 20
MOST_ACTIVITIES = 20
MOST_NOTES = 30
MOST_LIKELY = 5


@dataclass(frozen=True)
class Panel:
    """What the third column shows, the same for whoever sees the chat; without a chat, a person's own page.

    `activities` are the open ones, the next step first; `leftovers` is what is known under names no field has;
    `likely_count` is how many other contacts may be the same person, of whom it tells nothing else.
    """

    chat: Chat | None
    contact: Contact | None
    identities: list[ContactIdentity]
    tags: list[Tag]
    lead: Lead | None
    opportunities: list[Opportunity]
    activities: list[Activity]
    fields: list[ContactField] = field(default_factory=list)
    leftovers: list[tuple[str, Any]] = field(default_factory=list)
    notes: list[ContactNote] = field(default_factory=list)
    merges: list[ContactMerge] = field(default_factory=list)
    likely_count: int = 0

    @property
    def whom(self) -> Whom | None:
        """Whose doors its sections open; None for a group."""
        return Whom(self.contact, self.chat) if self.contact else None

    @property
    def forecast(self) -> Decimal:
        """What may be expected of the sales under way, in BRL."""
        return sum((deal.forecast for deal in self.opportunities if deal.is_open), Decimal(0))


def read_panel(chat: Chat) -> Panel:
    """The person, lead, sales and plans of a chat that came `for_thread`; empty lists for a group."""
    if chat.contact is None:
        return Panel(chat, None, [], list(chat.tags.all()), None, [], [])
    return _read(chat.contact, chat, chat.lead)


def read_record(contact: Contact, reader: User) -> Panel:
    """The same of a contact by themselves, with the latest of their leads that the reader may see."""
    leads = Lead.objects.visible_to(reader).filter(contact=contact).select_related("owner")
    return _read(contact, None, leads.order_by("-created_at", "-pk").first())


def read_again(reader: User, whom: Whom) -> Panel | None:
    """As it is now, after something was changed; None when the reader may not see it any more."""
    if whom.chat:
        chat = Chat.objects.visible_to(reader).for_thread().filter(pk=whom.chat.pk).first()
        return read_panel(chat) if chat else None
    contact = Contact.objects.visible_to(reader).filter(pk=whom.contact.pk).first()
    return read_record(contact, reader) if contact else None


def _read(contact: Contact, chat: Chat | None, lead: Lead | None) -> Panel:
    about = _read_about(contact)
    fields = unnested(ContactField, about["fields"])
    names = {each.name for each in fields}
    opportunities = contact.opportunities.select_related("stage", "owner").with_forecast().under_way_first()
    return Panel(
        chat=chat,
        contact=contact,
        identities=unnested(ContactIdentity, about["identities"]),
        tags=unnested(Tag, about["own_tags"]),
        lead=lead,
        opportunities=list(opportunities[:MOST_OPPORTUNITIES]),
        activities=list(Activity.objects.filter(contact=contact).open().select_related("assignee")[:MOST_ACTIVITIES]),
        fields=fields,
        leftovers=[(name, value) for name, value in contact.custom_fields.items() if name not in names],
        notes=_with_authors(about["notes"]),
        merges=list(recent_merges(contact)) if about["was_merged"] else [],
        # NULL when nothing of the person could be anybody else's: then PostgreSQL was not even asked.
        likely_count=len(about["likely"] or ()),
    )


def _read_about(contact: Contact) -> Mapping[str, Any]:
    """The little that is known about a person, in one statement; asked of the company, whose row is always there."""
    company = Tenant.objects.filter(pk=contact.tenant_id)
    return company.values(
        fields=nested(ContactField.objects.filter(tenant=contact.tenant_id)),
        identities=nested(contact.identities.order_by("kind", "value")),
        own_tags=nested(contact.tags.all()),
        notes=nested(contact.dated_notes.all()[:MOST_NOTES], author_name="author__name"),
        was_merged=Exists(recent_merges(contact)),
        likely=ArraySubquery(likely_same(contact).values("pk")[:MOST_LIKELY]),
    ).get()


def _with_authors(found: list[dict[str, Any]]) -> list[ContactNote]:
    notes = unnested(ContactNote, found)
    for note, each in zip(notes, found, strict=True):
        if note.author_id:
            note.author = User(pk=note.author_id, name=each["author_name"])
    return notes
