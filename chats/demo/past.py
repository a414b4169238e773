"""Setting clocks back: what the actions have just written happened, in the story, at another time.

Actions stamp the present, because in the product everything happens now. A demo is the one caller
with a past, so the stamps are moved here, right after the action, and nowhere else; the same holds
for the few facts that only a real browser, a real file or a later version of an action would write.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce

from chats.models import INTERNAL, Chat, MediaState, Message, MessageEdit, MessageType, Reaction, SendState
from crm.actions import move_lead
from crm.models import (
    Activity,
    ApiToken,
    AuditLog,
    Contact,
    ContactIdentity,
    ContactNote,
    Lead,
    LeadChange,
    LeadStatus,
    Opportunity,
    StageChange,
    Tenant,
    User,
    Webhook,
)
from crm.presence import note_seen

# What stands in the bubble of a file that nobody has.
GONE = "O WhatsApp não tem mais este arquivo."
STORED = """
UPDATE messages SET created_at = messages.timestamp, author_id = fact.author, client_id = fact.client,
    media_file = fact.file, thumbnail = fact.thumbnail, media_state = fact.state,
    media_error = CASE WHEN fact.state = 'FAILED' THEN %s ELSE '' END, send_state = CASE WHEN fact.author IS NULL THEN send_state ELSE %s END
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[])
    AS fact (id, author, client, file, thumbnail, state)
WHERE messages.id = fact.id
"""
BELL_TIMES = """
UPDATE crm_notifications AS line SET created_at = chats.last_message_at
FROM chats WHERE line.tenant_id = %s AND line.subject = 'chat:' || chats.id
"""


def happened_at(chat: Chat, at: datetime) -> None:
    """The last action on this chat, with the timeline line it wrote."""
    lines = Message.objects.filter(chat=chat, type__in=INTERNAL, seq=Subquery(_seq_of(chat)))
    lines.update(timestamp=at, created_at=at)


@contextmanager
def being_there(person: User) -> Iterator[None]:
    """What happens in the block finds this person at their page."""
    note_seen([person.pk])
    try:
        yield
    finally:
        User.objects.filter(pk=person.pk).update(seen_at=None)


def resolved_at(chat: Chat, at: datetime) -> None:
    """A resolution, whose time decides whether a later thank-you reopens the chat."""
    Chat.objects.filter(pk=chat.pk).update(resolved_at=at, answered_at=at)
    happened_at(chat, at)


def thanked_at(chat: Chat, at: datetime) -> None:
    """A thank-you on a resolved chat, which asks for no answer."""
    Chat.objects.filter(pk=chat.pk).update(answered_at=at)


def read_at(chat: Chat, at: datetime) -> None:
    """The owner's reading; what came later stays unread when it is counted again."""
    Chat.objects.filter(pk=chat.pk).update(read_at=at)


@dataclass(frozen=True)
class File:
    """A file in our storage by name, or the want of one; nobody is asked to fetch it."""

    media_file: str = ""
    thumbnail: str = ""
    state: MediaState = MediaState.NONE


@dataclass(frozen=True)
class Fact:
    """What a message's arrival does not fill: who wrote it in which browser, and its file in our storage."""

    message_id: uuid.UUID
    author_id: uuid.UUID | None = None
    client_id: uuid.UUID | None = None
    file: File = File()


def stored_when_said(facts: Sequence[Fact]) -> None:
    """These messages were stored at their own time; those with an author came from an agent's browser.

    History may not go through `send_message`: it queues a job that would really send it.
    """
    columns = [[getattr(fact, name) for fact in facts] for name in ("message_id", "author_id", "client_id")]
    columns += [[getattr(fact.file, name) for fact in facts] for name in ("media_file", "thumbnail", "state")]
    with connection.cursor() as cursor:
        cursor.execute(STORED, [GONE, SendState.SENT, *columns])


def sent_at(message: Message, at: datetime) -> None:
    """A send of the past that did not get through: its clock goes back and its job goes away."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE args->>'message_pk' = %s", [str(message.pk)])
    Message.objects.filter(pk=message.pk).update(timestamp=at, created_at=at)
    Chat.objects.filter(pk=message.chat_id).update(last_message_at=at, answered_at=at)


def begun_at(message: Message, at: datetime) -> None:
    """The moment at which this send was begun."""
    Message.objects.filter(pk=message.pk).update(begun_at=at)


def reacted(message: Message, emoji: str, at: datetime) -> None:
    """The other side put an emoji on it; there is no action for it yet."""
    ours = not message.from_me
    who = "me" if ours else message.phone
    Reaction.objects.create(message=message, emoji=emoji, from_me=ours, author_key=who, reacted_at=at)


def edited(message: Message, old_body: str, at: datetime) -> None:
    """It read otherwise at first; there is no action for it yet."""
    MessageEdit.objects.create(
        message=message, edit_id=f"edit-of-{message.message_id}", old_body=old_body, edited_at=at
    )
    Message.objects.filter(pk=message.pk).update(edited_at=at)


def revoked(message: Message, at: datetime) -> None:
    """Its author took it back; the text stays, marked. There is no action for it yet."""
    Message.objects.filter(pk=message.pk).update(revoked_at=at)


def deal_went(opportunity: Opportunity, started_at: datetime, ended_at: datetime) -> None:
    """An opportunity's life lay between these moments, its moves evenly between them."""
    row = Opportunity.objects.filter(pk=opportunity.pk)
    row.update(created_at=started_at, updated_at=ended_at)
    row.exclude(closed_at=None).update(closed_at=ended_at)
    moves = list(StageChange.objects.filter(opportunity=opportunity).order_by("changed_at", "id"))
    for index, move in enumerate(moves):
        move.changed_at = started_at + (ended_at - started_at) * index / max(1, len(moves) - 1)
    StageChange.objects.bulk_update(moves, ["changed_at"])
    row.update(stage_since=moves[-1].changed_at)


def lead_became(lead: Lead, status: LeadStatus, owner: User, reason: str, at: datetime) -> None:
    """A lead was moved on by its owner at this time."""
    move_lead(lead, status, owner, reason)
    Lead.objects.filter(pk=lead.pk).update(accepted_at=at)
    LeadChange.objects.filter(lead=lead).update(changed_at=at)


def noted_at(note: ContactNote, at: datetime) -> None:
    """A note was written at this time."""
    ContactNote.objects.filter(pk=note.pk).update(created_at=at)


def planned_at(activity: Activity, at: datetime, done_at: datetime | None = None) -> None:
    """An activity was planned, and perhaps done, at these times."""
    done = {"done_at": done_at} if done_at else {}
    Activity.objects.filter(pk=activity.pk).update(created_at=at, **done)


def date_company(tenant: Tenant, opened_at: datetime) -> None:
    """Rows made beside messages take the time of the messages that made them, the rest the opening's."""
    first = Message.objects.filter(chat=OuterRef("pk")).order_by("timestamp").values("timestamp")[:1]
    given = Message.objects.filter(chat=OuterRef("pk"), type=MessageType.SYSTEM, body__in=["taken", "assigned"])
    Chat.objects.filter(tenant=tenant).update(
        created_at=Subquery(first),
        updated_at=F("last_message_at"),
        assigned_at=Subquery(given.order_by("-timestamp").values("timestamp")[:1]),
    )
    Tenant.objects.filter(pk=tenant.pk).update(created_at=opened_at)
    tenant.users.update(created_at=opened_at)
    _date_people(tenant, opened_at)
    _date_acts(tenant, opened_at)
    with connection.cursor() as cursor:
        cursor.execute(BELL_TIMES, [tenant.pk])


def _date_acts(tenant: Tenant, opened_at: datetime) -> None:
    """A line of the audit log is as old as what it tells of."""
    for model in (Contact, Lead, Opportunity, Activity, ApiToken, Webhook):
        made = Subquery(model._default_manager.filter(pk=OuterRef("object_id")).values("created_at")[:1])
        lines = AuditLog.objects.filter(tenant=tenant, object_type=model._meta.label)
        lines.update(created_at=Coalesce(made, opened_at))


def _seq_of(chat: Chat) -> Any:
    return Chat.objects.filter(pk=chat.pk).values("seq")[:1]


def _date_people(tenant: Tenant, opened_at: datetime) -> None:
    chats = Chat.objects.filter(contact=OuterRef("pk")).order_by().values("contact")
    met = Coalesce(Subquery(chats.annotate(at=Min("created_at")).values("at")), opened_at)
    Contact.objects.filter(tenant=tenant).update(created_at=met, updated_at=met)
    known = Subquery(Contact.objects.filter(pk=OuterRef("contact")).values("created_at")[:1])
    ContactIdentity.objects.filter(tenant=tenant).update(created_at=known)
    Lead.objects.filter(tenant=tenant).update(created_at=known, updated_at=known)
