"""Background work of this room, one file a subject. Job names are part of the contract: `chats` orders by name."""

from . import keeping, receiving, sending

__all__ = ["keeping", "receiving", "sending"]
