"""The agent's page: its list, its conversations, and what is done there."""

from .acts import assignment, message_create, reading, reopening, resolution, sending
from .inbox import chat, inbox, list_, messages, rows

__all__ = [
    "assignment",
    "chat",
    "inbox",
    "list_",
    "message_create",
    "messages",
    "reading",
    "reopening",
    "resolution",
    "rows",
    "sending",
]
