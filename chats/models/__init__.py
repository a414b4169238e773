"""Conversations' tables."""

from .chat import ACTIVE, ON_THE_DESK, Chat, ChatQuerySet, ChatStatus, Outcome
from .desk import Mute, SavedView, UndoStep
from .early import EarlyChange, EarlyKind
from .message import Amendment, AmendmentKind, Message, MessageEdit, MessageQuerySet, Reaction
from .previews import LinkPreview
from .states import IN_FLIGHT, INTERNAL, Ack, MediaState, MessageType, SendState
from .writing import Draft, DraftFile, QuickReply, QuickReplyFile, ReplyScope, ScheduledMessage, ScheduledState

__all__ = [
    "ACTIVE",
    "INTERNAL",
    "IN_FLIGHT",
    "ON_THE_DESK",
    "Ack",
    "Amendment",
    "AmendmentKind",
    "Chat",
    "ChatQuerySet",
    "ChatStatus",
    "Draft",
    "DraftFile",
    "EarlyChange",
    "EarlyKind",
    "LinkPreview",
    "MediaState",
    "Message",
    "MessageEdit",
    "MessageQuerySet",
    "MessageType",
    "Mute",
    "Outcome",
    "QuickReply",
    "QuickReplyFile",
    "Reaction",
    "ReplyScope",
    "SavedView",
    "ScheduledMessage",
    "ScheduledState",
    "SendState",
    "UndoStep",
]
