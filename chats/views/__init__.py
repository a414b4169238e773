"""The agent's page: its list, its conversations, and what is done there."""

from .acts import assignment, reading, reopening, resolution
from .inbox import chat, inbox, list_, messages, rows
from .media import copying, file, sound, thumbnail
from .merging import separation
from .sends import (
    amending,
    cancellation,
    deletion,
    forwarding,
    message_create,
    reaction,
    renunciation,
    sending,
    text,
    typing,
)

__all__ = [
    "amending",
    "assignment",
    "cancellation",
    "chat",
    "copying",
    "deletion",
    "file",
    "forwarding",
    "inbox",
    "list_",
    "message_create",
    "messages",
    "reaction",
    "reading",
    "renunciation",
    "reopening",
    "resolution",
    "rows",
    "sending",
    "separation",
    "sound",
    "text",
    "thumbnail",
    "typing",
]
