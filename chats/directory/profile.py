"""All that the company knows of one person and the reader may see, in a fixed number of queries."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from chats.models import INTERNAL, Chat, ChatQuerySet, Message, MessageType
from crm.importing.custom import fields_of
from crm.models import Activity, Contact, ContactIdentity, ContactMerge, ContactNote, Lead, Opportunity, Tag, User

MOST_CHATS = 20
MOST_DEALS = 30
MOST_STEPS = 20
MOST_NOTES = 20
MOST_FILES = 12
FILES = [MessageType.IMAGE, MessageType.VIDEO, MessageType.DOCUMENT]


@dataclass(frozen=True)
class Conversation:
    """One of the person's chats, and how much was said in it by whom."""

    chat: Chat
    theirs: int = 0
    ours: int = 0


@dataclass(frozen=True)
class Profile:
    """What the page of a contact shows; the first conversation is the latest, the first activity the next step."""

    contact: Contact
    identities: list[ContactIdentity]
    tags: list[Tag]
    fields: list[tuple[str, str]]
    leads: list[Lead]
    deals: list[Opportunity]
    steps: list[Activity]
    notes: list[ContactNote]
    merges: list[ContactMerge]
    conversations: list[Conversation]
    files: list[Message]


def read_profile(contact: Contact, reader: User) -> Profile:
    chats = Chat.objects.visible_to(reader).filter(contact=contact)
    conversations = _conversations(chats)
    return Profile(
        contact=contact,
        identities=list(contact.identities.order_by("kind", "value")),
        tags=list(contact.tags.all()),
        fields=_fields(contact),
        leads=list(Lead.objects.visible_to(reader).filter(contact=contact).select_related("owner").order_by("-id")),
        deals=list(_deals(contact)),
        steps=list(Activity.objects.filter(contact=contact).open().select_related("assignee")[:MOST_STEPS]),
        notes=list(contact.dated_notes.select_related("author")[:MOST_NOTES]),
        merges=list(contact.merges.filter(undone_at=None).select_related("absorbed", "by")),
        conversations=conversations,
        files=list(_files(conversations)),
    )


def _conversations(chats: ChatQuerySet) -> list[Conversation]:
    found = list(chats.with_row_details().recent_first()[:MOST_CHATS])
    said = Message.objects.shown().filter(chat__in=found).exclude(type__in=INTERNAL).order_by()
    counts = said.values("chat").annotate(
        theirs=Count("pk", filter=Q(from_me=False)), ours=Count("pk", filter=Q(from_me=True))
    )
    by_chat = {row["chat"]: (row["theirs"], row["ours"]) for row in counts}
    return [Conversation(chat, *by_chat.get(chat.pk, (0, 0))) for chat in found]


def _deals(contact: Contact) -> QuerySet[Opportunity]:
    deals = Opportunity.objects.filter(contact=contact).select_related("stage", "owner")
    return deals.order_by("closed_at", "-updated_at")[:MOST_DEALS]


def _files(conversations: list[Conversation]) -> QuerySet[Message]:
    chats = [each.chat.pk for each in conversations]
    rows = Message.objects.shown().filter(chat__in=chats, type__in=FILES, revoked_at=None)
    return rows.order_by("-timestamp", "-id")[:MOST_FILES]


def _fields(contact: Contact) -> list[tuple[str, str]]:
    """The company's own fields that have a value, and what else is known under names that no field has."""
    own = fields_of(contact.tenant_id)
    shown = [(name, field.write(contact.custom_fields.get(name))) for name, field in own.items()]
    others = [(name, str(value)) for name, value in contact.custom_fields.items() if name not in own]
    return [(name, text) for name, text in [*shown, *others] if text]
