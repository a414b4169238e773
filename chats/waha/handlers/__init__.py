"""What each kind of event sets going. A handler reads the payload and calls an action, or says why not (`Ignored`)."""

from collections.abc import Callable

from chats.waha.models import WhatsAppSession
from chats.waha.payloads import Envelope

from .calls import on_call_accepted, on_call_received, on_call_rejected
from .changes import on_ack, on_edited, on_reaction, on_revoked, on_vote
from .groups import on_group, on_participants
from .messages import on_message, on_waiting
from .numbers import on_status
from .presence import on_presence

Handler = Callable[[WhatsAppSession, Envelope], None]

HANDLERS: dict[str, Handler] = {
    "message.any": on_message,
    "message.waiting": on_waiting,
    "message.ack": on_ack,
    "message.ack.group": on_ack,
    "message.reaction": on_reaction,
    "message.edited": on_edited,
    "message.revoked": on_revoked,
    "poll.vote": on_vote,
    "call.received": on_call_received,
    "call.rejected": on_call_rejected,
    "call.accepted": on_call_accepted,
    "presence.update": on_presence,
    "group.v2.join": on_group,
    "group.v2.update": on_group,
    "group.v2.participants": on_participants,
    "session.status": on_status,
}
# Events that we know and that ask nothing of us, with the reason.
UNUSED = {
    "message": "told by message.any too",
    "poll.vote.failed": "WhatsApp could not decipher this vote; the phone shows it",
    "chat.archive": "whether the phone archives a chat is the phone's",
    "label.upsert": "labels of the phone are not ours",
    "label.deleted": "labels of the phone are not ours",
    "label.chat.added": "labels of the phone are not ours",
    "label.chat.deleted": "labels of the phone are not ours",
    "group.v2.leave": "the conversation stays as it is",
    "event.response": "answers to events are shown on the phone",
    "event.response.failed": "answers to events are shown on the phone",
    "state.change": "told by session.status",
    "engine.event": "the engine's own affair",
}

__all__ = ["HANDLERS", "UNUSED", "Handler"]
