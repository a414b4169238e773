"""WhatsApp's ids as WAHA wants them back: direction, chat, bare id and, in a group, who wrote."""

from chats.models import Chat, Message

from .models import WhatsAppSession

# Kept in `Message.metadata` where a group's message bears a hidden id and we know its writer by phone: a reaction, a
# quote or a tick that names the phone is taken by WhatsApp, and shown to nobody.
WRITER = "writer"


def chat_id(chat: Chat) -> str:
    """Where messages of this chat go: the spelling WhatsApp itself uses, else the phone."""
    address = chat.address or chat.phone
    return address if "@" in address else f"{address}@c.us"


def full_id(message: Message, session: WhatsAppSession) -> str:
    """The id of a message that is on WhatsApp; `message.chat` is read."""
    whose = "true" if message.from_me else "false"
    parts = [whose, chat_id(message.chat), message.message_id or ""]
    if message.chat.is_group:
        writer = session.phone if message.from_me else message.metadata.get(WRITER) or message.phone
        parts.append(writer if "@" in writer else f"{writer}@c.us")
    return "_".join(parts)
