"""The CRM beside a conversation, and on a person's own page, read in a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, QuerySet
from django.utils import timezone

from chats.models import Chat
from crm.compiled import compiled
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
from crm.same_person import UNDO_WITHIN, likely_like, likeness, merges_since, recent_merges

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
    about = _read_about(timezone.now() - UNDO_WITHIN, *likeness(contact))[0]
    fields = unnested(ContactField, about["fields"])
    names = {each.name for each in fields}
    return Panel(
        chat=chat,
        contact=contact,
        identities=unnested(ContactIdentity, about["identities"]),
        tags=unnested(Tag, about["own_tags"]),
        lead=lead,
        opportunities=_opportunities(contact.pk),
        activities=_activities(contact.pk),
        fields=fields,
        leftovers=[(name, value) for name, value in contact.custom_fields.items() if name not in names],
        notes=_with_authors(about["notes"]),
        merges=list(recent_merges(contact)) if about["was_merged"] else [],
        likely_count=len(about["likely"]),
    )


@compiled
def _read_about(merged_since: datetime, tenant_id: UUID, contact_id: UUID, *alike: str) -> QuerySet[Tenant, Any]:
    """The little that is known about a person, in one statement; asked of the company, whose row is always there."""
    notes = ContactNote.objects.filter(contact=contact_id)[:MOST_NOTES]
    return Tenant.objects.filter(pk=tenant_id).values(
        fields=nested(ContactField.objects.filter(tenant=tenant_id)),
        identities=nested(ContactIdentity.objects.filter(contact=contact_id).order_by("kind", "value")),
        own_tags=nested(Tag.objects.filter(contacts=contact_id)),
        notes=nested(notes, author_name="author__name"),
        was_merged=Exists(merges_since(contact_id, merged_since)),
        likely=ArraySubquery(likely_like(tenant_id, contact_id, *alike).values("pk")[:MOST_LIKELY]),
    )


@compiled
def _opportunities(contact_id: UUID) -> QuerySet[Opportunity]:
    rows = Opportunity.objects.filter(contact=contact_id).select_related("stage", "owner")
    return rows.with_forecast().under_way_first()[:MOST_OPPORTUNITIES]


@compiled
def _activities(contact_id: UUID) -> QuerySet[Activity]:
    return Activity.objects.filter(contact=contact_id).open().select_related("assignee")[:MOST_ACTIVITIES]


def _with_authors(found: list[dict[str, Any]]) -> list[ContactNote]:
    notes = unnested(ContactNote, found)
    for note, each in zip(notes, found, strict=True):
        if note.author_id:
            note.author = User(pk=note.author_id, name=each["author_name"])
    return notes
