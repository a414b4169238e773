"""Background work of this room, one file a subject. Job names are part of the contract: `chats` orders by name."""

from . import healing, keeping, media, numbers, presence, receiving, sending

__all__ = ["healing", "keeping", "media", "numbers", "presence", "receiving", "sending"]
