"""A conversation and its messages as other programs get them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from pydantic import Field

from chats.models import Chat, ChatQuerySet, ChatStatus, MediaState, Message, MessageType, Outcome, SendState
from crm.api.shapes import Named, named
from crm.identity import pretty_phone
from crm.rest import Money, Shape

# What `ChatShape` is made of: plain columns of one query, which is several times as fast as rows with their relations.
COLUMNS = [
    "id",
    "tenant_id",
    "phone",
    "address",
    "is_group",
    "subject",
    "status",
    "outcome",
    "session_id",
    "contact_id",
    "contact__name",
    "lead_id",
    "assigned_to_id",
    "assigned_to__name",
    "team_id",
    "team__name",
    "opportunity_id",
    "opportunity__title",
    "opportunity__amount",
    "opportunity__stage_id",
    "opportunity__stage__name",
    "opportunity__stage__kind",
    "tag_ids",
    "unread_count",
    "waiting_since",
    "snoozed_until",
    "pinned",
    "last_message",
    "last_message_at",
    "latest_message__type",
    "latest_message__from_me",
    "next_step_id",
    "next_step__title",
    "next_step_at",
    "first_response_at",
    "resolved_at",
    "created_at",
    "updated_at",
    "seq",
]


class StageOfDeal(Shape):
    id: UUID
    name: str
    kind: Literal["OPEN", "WON", "LOST"]


class DealInFocus(Shape):
    """The opportunity that the conversation is about."""

    id: UUID
    title: str
    amount: Money = Field(description="Reais.")
    stage: StageOfDeal


class LastMessage(Shape):
    """What a list shows of it."""

    text: str = Field(description="Empty for a file without words: then its type speaks.")
    type: MessageType | None
    from_me: bool | None
    at: datetime


class NextStep(Shape):
    id: UUID
    title: str
    due_at: datetime


class ChatShape(Shape):
    """One conversation: one per company and phone."""

    id: UUID
    phone: str = Field(description="E.164 digits; `<id>@g.us` for a group, `<id>@lid` while WhatsApp hides the phone.")
    is_group: bool
    name: str = Field(description="The contact's name, the group's subject, else the phone as people write it.")
    status: ChatStatus
    outcome: Outcome | None = Field(description="What came of it, once it is resolved.")
    number_id: UUID | None = Field(description="Our WhatsApp number that answers.")
    contact: Named | None
    lead_id: UUID | None
    assigned_to: Named | None = Field(description="Its owner; null while it waits in the queue.")
    team: Named | None
    opportunity: DealInFocus | None
    tag_ids: list[UUID]
    unread_count: int
    waiting_since: datetime | None = Field(description="The oldest customer message without an answer.")
    snoozed_until: datetime | None
    pinned: bool
    last_message: LastMessage | None
    next_step: NextStep | None
    first_response_at: datetime | None
    resolved_at: datetime | None
    created_at: datetime
    updated_at: datetime
    seq: int = Field(description="Grows with each change; `GET …/messages?after_seq=` tells what is newer.")


class FileShape(Shape):
    """The file of a message."""

    name: str
    mime_type: str
    size_bytes: int | None
    duration_seconds: int | None
    width: int | None = Field(description="Pixels.")
    height: int | None
    state: MediaState
    url: str | None = Field(description="Path of this API, once the state is READY.")
    thumbnail_url: str | None


class ReactionShape(Shape):
    emoji: str
    from_me: bool
    name: str


class Quote(Shape):
    """What the message answers to."""

    id: UUID | None = Field(description="Null when the original is not known here.")
    text: str | None
    from_me: bool | None


class MessageShape(Shape):
    """One line of a conversation. `NOTE` and `SYSTEM` are internal and never reach WhatsApp."""

    id: UUID
    chat_id: UUID
    type: MessageType
    from_me: bool
    body: str | None = Field(description="Text, caption or note; the key of the event for SYSTEM.")
    timestamp: datetime = Field(description="WhatsApp's time.")
    created_at: datetime = Field(description="Our time.")
    author: Named | None = Field(description="The colleague who wrote it here.")
    sender_name: str = Field(description="In a group, the member who wrote.")
    phone: str
    ack: int | None = Field(description="-1 failed, 0 waiting, 1 sent, 2 delivered, 3 read, 4 played; null on theirs.")
    send_state: SendState | None = Field(description="How far our own send has come; null on what others wrote.")
    send_error: str
    whatsapp_id: str | None
    client_id: UUID | None
    quote: Quote | None
    file: FileShape | None
    details: dict[str, Any] = Field(description="Place, contact cards, poll, event: what the type has beyond text.")
    reactions: list[ReactionShape]
    edited_at: datetime | None
    revoked_at: datetime | None = Field(description="Deleted for everyone; its text stays here.")
    seq: int


# What of a message's metadata is told; the rest is bookkeeping of our own.
DETAILS = ("latitude", "longitude", "name", "address", "contacts", "poll", "state", "mentions", "forwarded", "ad")
EVENT_DETAILS = ("by", "to", "because", "title", "stage", "when", "until", "owner", "count", "since")


def in_columns(chats: ChatQuerySet) -> Any:
    """The chats as dicts of `COLUMNS`, in one query."""
    return chats.with_tag_ids().values(*COLUMNS)


def whose(row: dict[str, Any]) -> Chat:
    """Enough of a chat to tell who may see it."""
    return Chat(id=row["id"], tenant_id=row["tenant_id"], assigned_to_id=row["assigned_to_id"], team_id=row["team_id"])


def chat_shape(row: dict[str, Any]) -> ChatShape:
    """Of a row of `in_columns`."""
    name = row["subject"] if row["is_group"] else row["contact__name"]
    return ChatShape.model_construct(
        **{key: row[key] for key in PLAIN},
        name=name or _phone_as_name(row["phone"]),
        outcome=row["outcome"] or None,
        number_id=row["session_id"],
        contact=named(row["contact_id"], row["contact__name"]),
        assigned_to=named(row["assigned_to_id"], row["assigned_to__name"]),
        team=named(row["team_id"], row["team__name"]),
        opportunity=_deal(row),
        last_message=_last_message(row),
        next_step=NextStep.model_construct(
            id=row["next_step_id"], title=row["next_step__title"], due_at=row["next_step_at"]
        )
        if row["next_step_id"]
        else None,
    )


PLAIN = [
    "id",
    "phone",
    "is_group",
    "status",
    "lead_id",
    "tag_ids",
    "unread_count",
    "waiting_since",
    "snoozed_until",
    "pinned",
    "first_response_at",
    "resolved_at",
    "created_at",
    "updated_at",
    "seq",
]


def _phone_as_name(phone: str) -> str:
    return "" if "@" in phone else pretty_phone(phone)


def _deal(row: dict[str, Any]) -> DealInFocus | None:
    if row["opportunity_id"] is None:
        return None
    stage = StageOfDeal.model_construct(
        id=row["opportunity__stage_id"],
        name=row["opportunity__stage__name"],
        kind=row["opportunity__stage__kind"],
    )
    return DealInFocus.model_construct(
        id=row["opportunity_id"], title=row["opportunity__title"], amount=row["opportunity__amount"], stage=stage
    )


def _last_message(row: dict[str, Any]) -> LastMessage | None:
    if row["last_message"] is None or row["last_message_at"] is None:
        return None
    return LastMessage.model_construct(
        text=row["last_message"],
        type=row["latest_message__type"],
        from_me=row["latest_message__from_me"],
        at=row["last_message_at"],
    )


def message_shape(message: Message) -> MessageShape:
    """Of a row with bubble details, or of one that was just written."""
    has_file = message.media_state != MediaState.NONE or bool(message.media_file)
    names = EVENT_DETAILS if message.type == MessageType.SYSTEM else DETAILS
    return MessageShape.model_construct(
        id=message.pk,
        chat_id=message.chat_id,
        type=message.type,
        from_me=message.from_me,
        body=message.body,
        timestamp=message.timestamp,
        created_at=message.created_at,
        author=named(message.author_id, message.author.name if message.author else ""),
        sender_name=message.sender_name,
        phone=message.phone,
        ack=message.ack,
        send_state=message.send_state or None,
        send_error=message.send_error,
        whatsapp_id=message.message_id,
        client_id=message.client_id,
        quote=_quote(message),
        file=_file(message) if has_file else None,
        details={name: message.metadata[name] for name in names if name in message.metadata},
        reactions=[
            ReactionShape.model_construct(emoji=each["emoji"], from_me=each["from_me"], name=each["name"])
            for each in getattr(message, "shown_reactions", ())
        ],
        edited_at=message.edited_at,
        revoked_at=message.revoked_at,
        seq=message.seq,
    )


def _quote(message: Message) -> Quote | None:
    if not message.quoted_msg_id:
        return None
    quoted = message.metadata.get("quoted") or {}
    return Quote.model_construct(
        id=getattr(message, "quoted_pk", None), text=quoted.get("body"), from_me=quoted.get("from_me")
    )


def _file(message: Message) -> FileShape:
    where = [message.chat_id, message.pk]
    ready = message.media_state == MediaState.READY
    return FileShape.model_construct(
        name=message.file_name,
        mime_type=message.mime_type,
        size_bytes=message.size_bytes,
        duration_seconds=message.duration_seconds,
        width=message.width,
        height=message.height,
        state=message.media_state,
        url=reverse("api:message_file", args=where) if ready else None,
        thumbnail_url=reverse("api:message_thumbnail", args=where) if ready and message.thumbnail else None,
    )
