"""Conversations' tables."""

from .chat import ACTIVE, Chat, ChatQuerySet, ChatStatus
from .message import (
    IN_FLIGHT,
    INTERNAL,
    Ack,
    Amendment,
    AmendmentKind,
    EarlyChange,
    EarlyKind,
    MediaState,
    Message,
    MessageEdit,
    MessageQuerySet,
    MessageType,
    Reaction,
    SendState,
)

__all__ = [
    "ACTIVE",
    "INTERNAL",
    "IN_FLIGHT",
    "Ack",
    "Amendment",
    "AmendmentKind",
    "Chat",
    "ChatQuerySet",
    "ChatStatus",
    "EarlyChange",
    "EarlyKind",
    "MediaState",
    "Message",
    "MessageEdit",
    "MessageQuerySet",
    "MessageType",
    "Reaction",
    "SendState",
]
