"""All that happened with a person, newest first, page by page, whatever table it stands in.

Each kind of thing is read below the same key and cut to a page; the newest of all of them make the page. Nothing is
read that an index does not give in that order, so page forty takes as long as page one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chats.models import Chat, Message, MessageType
from chats.timeline import system_text
from crm.keyset import rows_below
from crm.models import (
    Activity,
    Contact,
    ContactMerge,
    ContactNote,
    Lead,
    LeadAct,
    LeadChange,
    StageChange,
    StageKind,
    User,
)

PAGE_SIZE = 20
TOLD = [
    "resolved",
    "resolved_won",
    "resolved_lost",
    "resolved_no_answer",
    "resolved_spam",
    "archived",
    "reopened",
    "transferred",
]
Key = tuple[datetime, UUID]


@dataclass(frozen=True)
class Entry:
    """One thing that happened; `by` is who did it, "" where nobody of ours did."""

    at: datetime
    key: UUID
    icon: str
    text: str
    detail: str = ""
    by: str = ""
    link: str = ""

    @property
    def place(self) -> Key:
        return self.at, self.key


@dataclass(frozen=True)
class Person:
    """Whose history it is, and who reads it: of conversations, only those they may see."""

    contact: Contact
    reader: User

    def chats(self) -> QuerySet[Chat]:
        return Chat.objects.visible_to(self.reader).filter(contact=self.contact)

    def messages(self, *types: MessageType) -> QuerySet[Message]:
        return Message.objects.filter(chat__in=self.chats(), type__in=types).shown()


@dataclass(frozen=True)
class Source:
    """A table that has part of it: its rows, the column by which they go, and what each says."""

    rows: Callable[[Person], QuerySet[Any]]
    column: str
    say: Callable[[Any], Entry]

    def read(self, person: Person, before: Key | None) -> list[Entry]:
        rows = self.rows(person)
        if before:
            rows = rows_below(rows, self.column, *before)
        return [self.say(row) for row in rows.order_by(f"-{self.column}", "-id")[: PAGE_SIZE + 1]]


@dataclass(frozen=True)
class Page:
    entries: list[Entry]
    next_key: str  # "" after the last one


def read_history(person: Person, kind: str = "", before: Key | None = None) -> Page:
    """A page of one kind (a key of `KINDS`), or of all."""
    entries = [entry for source in _sources(kind) for entry in source.read(person, before)]
    entries.sort(key=lambda entry: entry.place, reverse=True)
    page = entries[:PAGE_SIZE]
    more = len(entries) > PAGE_SIZE
    return Page(page, f"{page[-1].at.isoformat()},{page[-1].key}" if more else "")


def _sources(kind: str) -> Iterable[Source]:
    return SOURCES[kind] if kind in SOURCES else (source for group in SOURCES.values() for source in group)


def _name(user: User | None) -> str:
    return user.get_short_name() if user else ""


def _began(chat: Chat) -> Entry:
    link = reverse("chats:chat", args=[chat.pk])
    return Entry(chat.created_at, chat.pk, "message-circle", _("Conversation began"), chat.pretty_phone, link=link)


def _line(message: Message) -> Entry:
    text = system_text(message.body or "", message.metadata)
    return Entry(message.timestamp, message.pk, "info", text, link=_place(message))


def _chat_note(message: Message) -> Entry:
    note = _("Note in the conversation")
    return Entry(
        message.timestamp, message.pk, "sticky-note", note, message.body or "", _name(message.author), _place(message)
    )


def _call(message: Message) -> Entry:
    taken = message.metadata.get("state") == "accepted"
    text, icon = (_("Call"), "phone") if taken else (_("Missed call"), "phone-missed")
    return Entry(message.timestamp, message.pk, icon, text, link=_place(message))


def _place(message: Message) -> str:
    return f"{reverse('chats:chat', args=[message.chat_id])}?m={message.pk}"


def _note(note: ContactNote) -> Entry:
    return Entry(note.created_at, note.pk, "sticky-note", _("Note"), note.body, _name(note.author))


def _planned(activity: Activity) -> Entry:
    text = _("Scheduled: %(title)s") % {"title": activity.title}
    return Entry(activity.created_at, activity.pk, "calendar-clock", text, by=_name(activity.assignee))


def _done(activity: Activity) -> Entry:
    text = _("Done: %(title)s") % {"title": activity.title}
    return Entry(activity.done_at or activity.created_at, activity.pk, "check", text, by=_name(activity.assignee))


def _moved(change: StageChange) -> Entry:
    deal, stage = change.opportunity.title, change.to_stage.name
    text = _("%(deal)s: %(stage)s") % {"deal": deal, "stage": stage}
    if change.from_stage_id is None:
        text = _("Opportunity created: %(deal)s") % {"deal": deal}
    icon = {StageKind.WON: "trophy", StageKind.LOST: "circle-x"}.get(StageKind(change.to_stage.kind), "target")
    detail = change.opportunity.close_reason if change.to_stage.kind != StageKind.OPEN else ""
    return Entry(change.changed_at, change.pk, icon, text, detail, _name(change.changed_by))


def _lead_born(lead: Lead) -> Entry:
    text = _("New lead: %(source)s") % {"source": lead.get_source_display()}
    return Entry(lead.created_at, lead.pk, "user-plus", text, by=_name(lead.owner))


def _lead_changed(change: LeadChange) -> Entry:
    text = _("Lead: %(status)s") % {"status": change.get_to_status_display()}
    if change.act != LeadAct.MOVED:
        text = _("Lead: %(act)s") % {"act": change.get_act_display()}
    return Entry(change.changed_at, change.pk, "target", text, by=_name(change.changed_by))


def _merged(merge: ContactMerge) -> Entry:
    text = _("Merged with %(name)s") % {"name": merge.absorbed}
    return Entry(merge.merged_at, merge.pk, "users", text, by=_name(merge.by))


KINDS = {
    "conversas": gettext_lazy("Conversations"),
    "notas": gettext_lazy("Notes"),
    "tarefas": gettext_lazy("Tasks"),
    "vendas": gettext_lazy("Sales"),
    "ligacoes": gettext_lazy("Calls"),
}
SOURCES: dict[str, tuple[Source, ...]] = {
    "conversas": (
        Source(lambda person: person.chats(), "created_at", _began),
        Source(lambda person: person.messages(MessageType.SYSTEM).filter(body__in=TOLD), "timestamp", _line),
        Source(lambda person: person.contact.merges.filter(undone_at=None), "merged_at", _merged),
    ),
    "notas": (
        Source(lambda person: person.contact.dated_notes.select_related("author"), "created_at", _note),
        Source(lambda person: person.messages(MessageType.NOTE).select_related("author"), "timestamp", _chat_note),
    ),
    "tarefas": (
        Source(lambda person: person.contact.activities.select_related("assignee"), "created_at", _planned),
        Source(lambda person: person.contact.activities.exclude(done_at=None), "done_at", _done),
    ),
    "vendas": (
        Source(
            lambda person: StageChange.objects.filter(opportunity__contact=person.contact).select_related(
                "opportunity", "to_stage", "changed_by"
            ),
            "changed_at",
            _moved,
        ),
        Source(lambda person: person.contact.leads.select_related("owner"), "created_at", _lead_born),
        Source(
            lambda person: LeadChange.objects.filter(lead__contact=person.contact).select_related("changed_by"),
            "changed_at",
            _lead_changed,
        ),
    ),
    "ligacoes": (Source(lambda person: person.messages(MessageType.CALL), "timestamp", _call),),
}
