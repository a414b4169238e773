"""Somebody wrote something, ourselves included."""

from dataclasses import replace

from chats import actions
from chats.actions import Incoming
from chats.models import Message, MessageType
from chats.waha.addresses import sender_pair
from chats.waha.kinds import WAITING
from chats.waha.models import WhatsAppSession
from chats.waha.payloads import Envelope, Ignored, MessagePayload
from chats.waha.reading import read_message
from crm.identity import AddressKind
from crm.models import ContactIdentity, IdentityKind

from .groups import ask_name


def on_message(session: WhatsAppSession, envelope: Envelope) -> None:
    """`message.any`: whatever anybody wrote."""
    message = MessagePayload.model_validate(envelope.payload)
    written = read_message(session, message, envelope.me)
    if written.address.kind is AddressKind.GROUP:
        _learn_member(session, envelope, message)
    stored = _store(written)
    if stored and stored.chat.is_group and not stored.chat.subject:
        ask_name(stored.chat)


def read_further(session: WhatsAppSession, envelope: Envelope) -> Incoming | None:
    """What a person wrote to us, in our words; None for any other event, and for what cannot be read."""
    if envelope.event != "message.any" or envelope.session != session.waha_name:
        return None
    try:
        written = read_message(session, MessagePayload.model_validate(envelope.payload), envelope.me)
    except (Ignored, ValueError):
        return None
    return None if written.from_me or written.address.kind is AddressKind.GROUP else written


def on_waiting(session: WhatsAppSession, envelope: Envelope) -> None:
    """`message.waiting`: there is a message that cannot be deciphered yet; it comes later, or never."""
    message = MessagePayload.model_validate(envelope.payload)
    written = read_message(session, message, envelope.me)
    if written.from_me:
        raise Ignored("our own, and not deciphered: its echo tells it")
    written.metadata.clear()
    written.metadata["kind"] = WAITING
    _store(replace(written, type=MessageType.UNKNOWN, body=None, quoted_msg_id=None))


def _store(written: Incoming) -> Message | None:
    stored = actions.receive_message(written)
    if stored is None and not written.from_me:
        raise Ignored("this message is here already")
    return stored


def _learn_member(session: WhatsAppSession, envelope: Envelope, message: MessagePayload) -> None:
    """A member of a group is told by phone and by hidden id: news if they wrote to us by the hidden id alone."""
    pair = sender_pair(message, envelope.me)
    if pair is None:
        return
    hidden, phone = pair
    known = ContactIdentity.objects.filter(tenant_id=session.tenant_id, kind=IdentityKind.LID, value=hidden.jid)
    if known.exclude(contact__phone=phone.key).exists():
        actions.learn_pair(session.tenant_id, hidden, phone)
