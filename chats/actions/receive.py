"""A message arrives from WhatsApp: the customer's, or one of ours written on the phone or echoed."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import transaction

from chats.models import Ack, Chat, ChatStatus, MediaState, Message, MessageType
from crm.actions import recognise
from crm.identity import Address, AddressKind
from crm.models import Contact, ContactIdentity, HookEvent, IdentityKind, LeadSource, User
from crm.presence import is_present
from crm.search import fold
from notifications.actions import keep_at_most, notify
from notifications.models import NotificationType

from .arriving import Arrived, insert_once
from .bookkeeping import note_answer, note_latest, note_question, recount, settle_questions
from .changes import apply_early
from .delivery import Receipt, claim_unsettled, settle_known
from .distribution import distribute
from .echoes import Echo
from .handing import hand
from .hooks import tell_message
from .leads import meet_lead, tell_of_lead
from .lifecycle import begin_anew
from .links import order_link_preview
from .locking import find_locked, hold, lock, message_name, person_name, store
from .media import order_copy
from .merging import index_chat, join_pair
from .returning import AWAY, send_back, why_return
from .scheduled import pause_scheduled
from .snoozing import wake_for_customer
from .telling import message_line
from .waiting import fill_waiting

# How far a call has come; a later word never falls behind an earlier one.
CALL_RANK = {"received": 0, "rejected": 1, "accepted": 2}


class Arrival(Enum):
    """How a message came to us, and so what it sets going."""

    LIVE = "live"  # as it happened
    RECOVERED = "recovered"  # found in WAHA's history after an outage: it asks for an answer, and rings no bell
    IMPORTED = "imported"  # the past of a number: it asks nothing of anybody


@dataclass(frozen=True)
class Incoming:
    """A WhatsApp message in our words, whatever the engine that reported it.

    `address` is the chat it belongs to; `also` is another address of the same person (the phone
    behind a LID, or the LID of a phone) when the payload tells it. `message_id` is WhatsApp's bare id.
    `timestamp` is the provider's, UTC. `by_api` is True when a program sent it through our number.
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
    width: int | None = None
    height: int | None = None
    ack: int | None = None
    by_api: bool = False
    team_id: UUID | None = None
    subject: str = ""
    arrival: Arrival = Arrival.LIVE
    metadata: dict[str, Any] = field(default_factory=dict)


def receive_message(incoming: Incoming) -> Message | None:
    """Store a message once, in the one chat of its person; None when it was there already.

    In a transaction of the caller's it has no savepoint of its own: should it raise, that one is over.
    """
    with transaction.atomic(savepoint=False):
        hold(*names_of(incoming))
        if incoming.from_me and settle_known(incoming.session_id, _receipt(incoming)):
            return None
        chat, news = _lock_chat(incoming)
        if incoming.from_me and claim_unsettled(chat, _echo(incoming), _receipt(incoming)):
            return None
        message = row_of(chat, incoming)
        arrived = insert_once(message)
        if arrived is None:
            filled = fill_waiting(chat, message)
            if filled:
                order_copy(filled)
            if news or filled:
                store(chat)
            return filled
        take_in(chat, message, incoming, arrived)
        store(chat)
        return message


def take_in(chat: Chat, message: Message, incoming: Incoming, arrived: Arrived) -> None:
    """What a message that was just stored sets going, with its chat locked; whoever calls stores that."""
    order_copy(message)
    order_link_preview(message)
    if incoming.arrival is not Arrival.IMPORTED:
        tell_message(chat, message, HookEvent.MESSAGE_CREATED)
    if arrived.early:
        apply_early(message)
    note_latest(chat, message)
    if not incoming.from_me:
        _note_customer(chat, message, incoming, arrived)
    else:
        _note_own(chat, message, incoming)


def receive_call(incoming: Incoming, state: str) -> Message | None:
    """A customer's call: one line per call id, however many of its events come, and in whatever order.

    `state` is "received", "rejected" or "accepted". A call that was taken answers what was asked before it.
    None when nothing changed.
    """
    with transaction.atomic():
        hold(*names_of(incoming))
        chat, _news = _lock_chat(incoming)
        known = Message.objects.filter(
            session_id=incoming.session_id, from_me=False, message_id=incoming.message_id
        ).first()
        if known and CALL_RANK[known.metadata["state"]] >= CALL_RANK[state]:
            return None
        if known is None:
            incoming.metadata["state"] = state
            known = row_of(chat, incoming)
            arrived = insert_once(known)
            if arrived is None:
                return None
            note_latest(chat, known)
            _note_customer(chat, known, incoming, arrived)
        else:
            known.metadata["state"], known.seq = state, chat.seq
            known.save(update_fields=["metadata", "seq"])
        if state == "accepted":
            note_answer(chat, known.timestamp)
            recount(chat)
            keep_at_most(f"chat:{chat.pk}", chat.unread_count)
        store(chat)
        return known


def names_of(incoming: Incoming) -> list[str]:
    """What is held while it is received: the message, and its person by each address."""
    people = [incoming.address, *([incoming.also] if incoming.also else [])]
    return [
        message_name(incoming.session_id, incoming.message_id),
        *(person_name(incoming.tenant_id, address.key) for address in people),
    ]


def _note_own(chat: Chat, message: Message, incoming: Incoming) -> None:
    """Typed on the phone, it answers; sent by another program through our number, it answers nobody."""
    if not incoming.by_api:
        note_answer(chat, message.timestamp)
        keep_at_most(f"chat:{chat.pk}", chat.unread_count)


def _receipt(incoming: Incoming) -> Receipt:
    ack = Ack.PENDING if incoming.ack is None else incoming.ack
    return Receipt(incoming.message_id, incoming.timestamp, ack)


def _echo(incoming: Incoming) -> Echo:
    # What is told as it happens is new, whatever its clock says.
    at = None if incoming.arrival is Arrival.LIVE else incoming.timestamp
    return Echo(incoming.type, incoming.body, incoming.file_name, incoming.by_api, incoming.metadata, at)


def _lock_chat(incoming: Incoming) -> tuple[Chat, bool]:
    """The chat of this message, locked, made when it is the first one; and whether its row has news to store."""
    news = _join(incoming)
    tenant_id, phone = incoming.tenant_id, chat_key(incoming)
    chat = find_locked(tenant_id=tenant_id, phone=phone)
    if chat is None:
        Chat.objects.bulk_create([_new_chat(incoming)], ignore_conflicts=True)
        chat = lock(tenant_id=tenant_id, phone=phone)
    if chat.merged_into_id:
        chat = lock(pk=chat.merged_into_id)
    follow_address(chat, incoming)
    if incoming.subject and incoming.subject != chat.subject:
        chat.subject, news = incoming.subject, True
        index_chat(chat)
    if not chat.is_group:
        news |= _know_person(chat, incoming)
    return chat, news


def follow_address(chat: Chat, incoming: Incoming) -> None:
    """Answers go where the latest message came from, in the provider's time: WhatsApp changes people's addresses."""
    if chat.last_message_at is None or incoming.timestamp >= chat.last_message_at:
        chat.session_id, chat.address = incoming.session_id, incoming.address.jid


def _join(incoming: Incoming) -> bool:
    """Whether the payload told for the first time that a phone and a hidden id are one person."""
    pair = {address.kind: address for address in (incoming.address, incoming.also) if address}
    if pair.keys() != {AddressKind.HIDDEN, AddressKind.PERSON}:
        return False
    return join_pair(incoming.tenant_id, pair[AddressKind.HIDDEN], pair[AddressKind.PERSON])


def chat_key(incoming: Incoming) -> str:
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
        phone=chat_key(incoming),
        session_id=incoming.session_id,
        address=incoming.address.jid,
        subject=incoming.subject,
        is_group=incoming.address.kind is AddressKind.GROUP,
        team_id=incoming.team_id,
        last_message_at=incoming.timestamp,
        # A conversation of the past is over: it opens when the customer writes again.
        status=ChatStatus.RESOLVED if incoming.arrival is Arrival.IMPORTED else ChatStatus.OPEN,
    )


def _know_person(chat: Chat, incoming: Incoming) -> bool:
    """Link the chat to its contact; take the name WhatsApp gives when we have none. Whether that was news."""
    if knows_person(chat, incoming):
        return False
    addresses = [incoming.address, *([incoming.also] if incoming.also else [])]
    chat.contact = recognise(incoming.tenant_id, *addresses, name=_name_told(incoming))
    index_chat(chat)
    return True


def knows_person(chat: Chat, incoming: Incoming) -> bool:
    """Whether the message tells nothing of its person that the chat's contact has not."""
    contact = chat.contact
    return bool(contact and (contact.name or not _name_told(incoming)) and _is_known(contact, incoming))


def _name_told(incoming: Incoming) -> str:
    return "" if incoming.from_me else incoming.sender_name


def _is_known(contact: Contact, incoming: Incoming) -> bool:
    """With a second address something may still be learnt: that both are of one person."""
    if incoming.also is None:
        return True
    told = {incoming.address.jid, incoming.also.jid}
    return contact.identities.filter(value__in=told).count() == len(told)


def row_of(chat: Chat, incoming: Incoming) -> Message:
    """The message as it will be stored."""
    return Message(
        tenant_id=chat.tenant_id,
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
        width=incoming.width,
        height=incoming.height,
        imported=incoming.arrival is Arrival.IMPORTED,
        seq=chat.seq,
    )


def _note_customer(chat: Chat, message: Message, incoming: Incoming, arrived: Arrived) -> None:
    """What a customer's message sets going: the chat opens again, a lead is born, somebody is told."""
    if incoming.arrival is Arrival.IMPORTED:
        return
    if arrived.scheduled:
        pause_scheduled(chat)
    if not chat.is_active and _is_courtesy(chat, message):
        settle_questions(chat)
        return
    asks = note_question(chat, message)
    wake_for_customer(chat)
    if not chat.is_active:
        _reopen(chat)
    if chat.is_group:
        return
    lead_is_new = meet_lead(chat, LeadSource.AD if "ad" in message.metadata else LeadSource.WHATSAPP)
    if incoming.arrival is Arrival.LIVE:
        followers = list(chat.watchers.all()) if arrived.followed else []
        _tell(chat, followers, lead_is_new=lead_is_new, asks=asks, is_given=_find_owner(chat))


def _reopen(chat: Chat) -> None:
    """To the same owner if they are there, else to the queue."""
    begin_anew(chat)
    owner = chat.assigned_to
    if owner and not is_present(owner):
        hand(chat, None, AWAY, owner=owner.name)
        # It was done with: when they are back it may be theirs again.
        chat.returned_from = None


def _find_owner(chat: Chat) -> bool:
    """Whether this message has just given the chat to somebody, or sent it back because its owner is away."""
    if chat.assigned_to is None:
        return distribute(chat) is not None
    if why_return(chat) != AWAY:
        return False
    send_back(chat, AWAY)
    return True


def _tell(chat: Chat, followers: list[User], *, lead_is_new: bool, asks: bool, is_given: bool) -> None:
    """A new lead is told as such, a further question to the owner and to those who follow the chat.

    Whoever has just been given the chat knows of it.
    """
    if lead_is_new and not is_given:
        tell_of_lead(chat)
    elif asks:
        owner = [chat.assigned_to] if chat.assigned_to and not is_given else []
        others = [user for user in followers if user.pk != chat.assigned_to_id]
        if owner or others:
            notify([*owner, *others], message_line(chat, NotificationType.NEW_MESSAGE))


def _is_courtesy(chat: Chat, message: Message) -> bool:
    """A thank-you soon after the end does not open the chat again."""
    if chat.resolved_at is None or message.type != MessageType.TEXT:
        return False
    hours = (message.timestamp - chat.resolved_at).total_seconds() / 3600
    words = fold(message.body or "").strip(" .!?,")
    return hours <= chat.tenant.reopen_window_hours and words in map(fold, chat.tenant.courtesies)
