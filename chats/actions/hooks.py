"""Other systems are told of messages and conversations; costs nothing where nobody asked for it."""

from typing import Any

from chats.models import Chat, Message
from crm.actions.hooks import tell
from crm.hooks import subscriptions
from crm.hooks.shapes import columns
from crm.models import HookEvent

# A change of any of these is a change of the chat; that a message came is an event of its own.
TOLD = (
    "phone", "contact_id", "lead_id", "assigned_to_id", "team_id", "session_id", "opportunity_id", "status", "outcome",
    "snoozed_until", "subject",
)  # fmt: skip
MESSAGE = ("id", "chat_id", "from_me", "type", "body", "timestamp", "ack", "send_error", "message_id")
MORE = ("quoted_msg_id", "author_id", "edited_at", "revoked_at", "created_at")


def tell_message(chat: Chat, message: Message, event: HookEvent) -> None:
    """Of what customers and agents write to each other; notes and lines of the timeline stay inside."""
    if not message.is_internal:
        tell(chat.tenant_id, event, chat.contact_id, lambda: message_shape(chat, message))


def tell_chat(chat: Chat) -> None:
    """Of a locked chat that is about to be stored, if what is told of it differs from what stands there."""
    if not subscriptions.wanting(chat.tenant_id, HookEvent.CHAT_UPDATED):
        return
    stands = Chat.objects.filter(pk=chat.pk).values(*TOLD).first() or {}
    if any(stands.get(name) != getattr(chat, name) for name in TOLD):
        tell(chat.tenant_id, HookEvent.CHAT_UPDATED, chat.contact_id, lambda: chat_shape(chat))


def message_shape(chat: Chat, message: Message) -> dict[str, Any]:
    """A message, and whose conversation it is in."""
    media = None
    if message.media_state:
        media = columns(message, "mime_type", "file_name", "size_bytes", "duration_seconds") | {
            "state": message.media_state
        }
    person = columns(chat, "phone", "contact_id", "session_id", "is_group") | {"name": chat.display_name}
    return columns(message, *MESSAGE, *MORE) | {"media": media, "chat": person}


def chat_shape(chat: Chat) -> dict[str, Any]:
    """A conversation: who has it, how it is."""
    return (
        columns(chat, "id")
        | columns(chat, *TOLD)
        | {"name": chat.display_name}
        | columns(chat, "is_group", "unread_count", "last_message_at", "waiting_since", "resolved_at", "created_at")
    )
