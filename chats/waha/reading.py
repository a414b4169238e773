"""A message's payload becomes a message in our words; webhooks, history and look-ups share it."""

from chats import actions
from chats.models import Ack
from crm.identity import AddressKind

from . import content
from .addresses import chat_address, other_address, push_name, sender_address, writer_address
from .full_ids import WRITER
from .models import WhatsAppSession
from .payloads import Ignored, Me, MessagePayload, bare_id


def read_message(session: WhatsAppSession, message: MessagePayload, me: Me | None = None) -> actions.Incoming:
    """The message in our words; `Ignored` for what is no message of a conversation.

    `me`, as the envelope tells it, keeps our own address from being taken for the customer's other one.
    """
    me = me or Me(id=session.phone)
    address = chat_address(message)
    if address.kind is AddressKind.OTHER:
        raise Ignored("not a conversation (status, channel or broadcast)")
    in_group = address.kind is AddressKind.GROUP
    sender = sender_address(message) if in_group else None
    found = content.read(message, me)
    written = writer_address(message) if sender and not message.fromMe else None
    if written and sender and written.key != sender.key:
        found.metadata[WRITER] = written.jid
    return actions.Incoming(
        tenant_id=session.tenant_id,
        session_id=session.pk,
        team_id=session.default_team_id,
        address=address,
        also=None if in_group else other_address(message, me),
        message_id=bare_id(message.id),
        from_me=message.fromMe,
        by_api=message.fromMe and message.source == "api",
        timestamp=message.timestamp,
        type=found.type,
        body=found.body,
        sender_name=push_name(message),
        sender_phone=sender.key if sender and not message.fromMe else "",
        quoted_msg_id=found.quoted_msg_id,
        ack=message.ack if message.ack in Ack.values else None,
        metadata=found.metadata,
        **found.file,
    )
