"""A message arrives from WhatsApp: the customer's, or one of ours written on the phone or echoed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import Error as DatabaseError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from chats.models import Ack, Chat, ChatStatus, MediaState, Message, MessageType
from crm.actions import create_lead_once, recognise
from crm.identity import Address, AddressKind, spellings
from crm.models import ContactIdentity, IdentityKind, User
from crm.search import document, fold
from crm.visibility import Scope
from notifications.actions import Line, keep_at_most, notify
from notifications.models import NotificationType

from .acks import apply_early_ack
from .bookkeeping import note_answer, note_latest, note_question, settle_questions
from .delivery import Receipt, claim_unsettled, settle_known
from .locking import find_locked, lock, store

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Incoming:
    """A WhatsApp message in our words, whatever the engine that reported it.

    `address` is the chat it belongs to; `also` is another address of the same person (the phone
    behind a LID) when the payload tells it. `message_id` is WhatsApp's bare id. `timestamp` is
    the provider's, UTC. `by_api` is True when a program sent it through our number.
    """

    tenant_id: UUID
    session_id: UUID
    address: Address
    message_id: str
    from_me: bool
    timestamp: datetime
    type: MessageType
    body: str | None = None
    also: Address | None = None
    sender_name: str = ""
    sender_phone: str = ""
    quoted_msg_id: str | None = None
    media_url: str | None = None
    media_state: MediaState = MediaState.NONE
    file_name: str = ""
    mime_type: str = ""
    size_bytes: int | None = None
    duration_seconds: int | None = None
    ack: int | None = None
    by_api: bool = False
    team_id: UUID | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


def receive_message(incoming: Incoming) -> Message | None:
    """Store a message once, in the one chat of its person; None when it was there already."""
    with transaction.atomic():
        if incoming.from_me and settle_known(incoming.session_id, _receipt(incoming)):
            return None
        chat = _lock_chat(incoming)
        if incoming.from_me and claim_unsettled(chat, incoming.type, incoming.body, _receipt(incoming)):
            return None
        message = _insert_once(chat, incoming)
        if message is None:
            return None
        note_latest(chat, message)
        if not incoming.from_me:
            _note_customer(chat, message)
        else:
            _note_own(chat, message, incoming)
        store(chat)
        return message


def _note_own(chat: Chat, message: Message, incoming: Incoming) -> None:
    """Typed on the phone, it answers; sent by another program through our number, it answers nobody."""
    apply_early_ack(message)
    if not incoming.by_api:
        note_answer(chat, message.timestamp)
        keep_at_most(f"chat:{chat.pk}", chat.unread_count)


def _receipt(incoming: Incoming) -> Receipt:
    ack = Ack.PENDING if incoming.ack is None else incoming.ack
    return Receipt(incoming.message_id, incoming.timestamp, ack)


def _lock_chat(incoming: Incoming) -> Chat:
    """The chat of this message, locked; made when it is the first one."""
    key = {"tenant_id": incoming.tenant_id, "phone": _chat_key(incoming)}
    chat = find_locked(**key)
    if chat is None:
        if not _reveal(incoming):
            Chat.objects.bulk_create([_new_chat(incoming)], ignore_conflicts=True)
        chat = lock(**key)
    chat.session_id = incoming.session_id
    chat.address = incoming.address.jid
    if not chat.is_group:
        _know_person(chat, incoming)
    return chat


def _reveal(incoming: Incoming) -> bool:
    """Whether there is a chat of a hidden id whose phone is told for the first time; it is the phone's now."""
    if incoming.address.kind is not AddressKind.HIDDEN or incoming.also is None:
        return False
    hidden = Chat.objects.filter(tenant_id=incoming.tenant_id, phone=incoming.address.key)
    chat_id = hidden.select_for_update().values_list("pk", flat=True).first()
    if chat_id:
        Chat.objects.filter(pk=chat_id).update(phone=incoming.also.key)
    return chat_id is not None


def _chat_key(incoming: Incoming) -> str:
    """What `Chat.phone` is for this message: the phone wherever one is known."""
    if incoming.address.kind is not AddressKind.HIDDEN:
        return incoming.address.key
    if incoming.also:
        return incoming.also.key
    hidden = ContactIdentity.objects.filter(
        tenant_id=incoming.tenant_id, kind=IdentityKind.LID, value=incoming.address.jid
    )
    phone = hidden.values_list("contact__phone", flat=True).first()
    return phone or incoming.address.key


def _new_chat(incoming: Incoming) -> Chat:
    return Chat(
        tenant_id=incoming.tenant_id,
        phone=_chat_key(incoming),
        session_id=incoming.session_id,
        address=incoming.address.jid,
        is_group=incoming.address.kind is AddressKind.GROUP,
        team_id=incoming.team_id,
        last_message_at=incoming.timestamp,
    )


def _know_person(chat: Chat, incoming: Incoming) -> None:
    """Link the chat to its contact; take the name WhatsApp gives when we have none."""
    name = "" if incoming.from_me else incoming.sender_name
    contact = chat.contact
    # With a second address something may still be learnt: that both are of one person.
    if contact and (contact.name or not name) and incoming.also is None:
        return
    addresses = [incoming.address, *([incoming.also] if incoming.also else [])]
    chat.contact = recognise(incoming.tenant_id, *addresses, name=name)
    index_chat(chat)


def index_chat(chat: Chat) -> None:
    """Make the chat findable by its present name and phone."""
    Chat.objects.filter(pk=chat.pk).update(search=document(chat.display_name, phones=spellings(chat.phone)))


def _insert_once(chat: Chat, incoming: Incoming) -> Message | None:
    message = Message(
        chat=chat,
        phone=incoming.sender_phone or chat.phone,
        from_me=incoming.from_me,
        body=incoming.body,
        media_url=incoming.media_url,
        media_state=incoming.media_state,
        type=incoming.type,
        timestamp=incoming.timestamp,
        ack=incoming.ack if incoming.from_me else None,
        message_id=incoming.message_id,
        quoted_msg_id=incoming.quoted_msg_id,
        metadata=incoming.metadata,
        session_id=incoming.session_id,
        sender_name=incoming.sender_name if chat.is_group else "",
        file_name=incoming.file_name,
        mime_type=incoming.mime_type,
        size_bytes=incoming.size_bytes,
        duration_seconds=incoming.duration_seconds,
        seq=chat.seq,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    return message if Message.objects.filter(pk=message.pk).exists() else None


def _note_customer(chat: Chat, message: Message) -> None:
    """What a customer's message sets going: the chat opens again, a lead is born, somebody is told."""
    if not chat.is_active and _is_courtesy(chat, message):
        settle_questions(chat)
        return
    asks = note_question(chat, message)
    if not chat.is_active:
        chat.status, chat.resolved_at, chat.outcome = ChatStatus.OPEN, None, ""
        if chat.assigned_to and not chat.assigned_to.is_active:
            chat.assigned_to = None
    if not chat.is_group:
        _tell(chat, lead_is_new=_create_lead(chat), asks=asks)


def _tell(chat: Chat, *, lead_is_new: bool, asks: bool) -> None:
    """A new lead concerns all who look after its queue, a further question its owner."""
    with override("pt-br"):
        kind = str(chat.latest_message.get_type_display()) if chat.latest_message else ""
    about = {
        "subject": f"chat:{chat.pk}",
        "title": chat.display_name,
        "message": chat.last_message or kind,
        "link": reverse("chats:chat", args=[chat.pk]),
    }
    if lead_is_new:
        notify(_queue_of(chat), Line(NotificationType.LEAD_CREATED, **about))
    elif asks and chat.assigned_to:
        notify([chat.assigned_to], Line(NotificationType.NEW_MESSAGE, **about))


def _is_courtesy(chat: Chat, message: Message) -> bool:
    """A thank-you soon after the end does not open the chat again."""
    if chat.resolved_at is None or message.type != MessageType.TEXT:
        return False
    hours = (message.timestamp - chat.resolved_at).total_seconds() / 3600
    words = fold(message.body or "").strip(" .!?,")
    return hours <= chat.tenant.reopen_window_hours and words in map(fold, chat.tenant.courtesies)


def _create_lead(chat: Chat) -> bool:
    """Whether this message made a lead. A failure here is logged and never loses the message."""
    contact = chat.contact
    if chat.lead_id or not contact or not contact.provisional or not chat.tenant.auto_create_leads:
        return False
    try:
        with transaction.atomic():
            chat.lead, is_new = create_lead_once(contact)
    except (DatabaseError, LookupError):
        log.exception("lead.not_created", chat=str(chat.pk))
        return False
    return is_new


def _queue_of(chat: Chat) -> list[User]:
    """Those who look after the queue the chat lies in."""
    people = User.objects.filter(tenant_id=chat.tenant_id, is_active=True).prefetch_related("teams")
    return [user for user in people if Scope.of(user).admits(chat)]
