"""Conversations' tables."""

from .chat import ACTIVE, Chat, ChatQuerySet, ChatStatus
from .message import (
    IN_FLIGHT,
    INTERNAL,
    Ack,
    EarlyAck,
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
    "Chat",
    "ChatQuerySet",
    "ChatStatus",
    "EarlyAck",
    "MediaState",
    "Message",
    "MessageEdit",
    "MessageQuerySet",
    "MessageType",
    "Reaction",
    "SendState",
]
