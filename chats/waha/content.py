"""What kind of message a payload is, what it says and which file it has, on every engine."""

from dataclasses import dataclass, field
from typing import Any

from chats.models import MediaState, MessageType

from . import details, proto
from .kinds import (
    KINDS,
    NO_MESSAGES,
    OFFERS,
    PROTO_TYPES,
    WAITING,
    WEBJS_NO_MESSAGES,
    WEBJS_OFFERS,
    WEBJS_TYPES,
)
from .payloads import Ignored, Me, MessagePayload
from .proto import Raw, mapping, text

# How Baileys marks what it could not decipher (`messageStubType`).
UNDECIPHERED = {2, "CIPHERTEXT"}
# Bodies that are no words: WEBJS writes a picture of the place and the card itself into them.
WORDLESS = {MessageType.LOCATION, MessageType.CONTACT, MessageType.STICKER}


@dataclass(frozen=True)
class Content:
    """A message in our words, but for who wrote it where."""

    type: MessageType
    body: str | None
    quoted_msg_id: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    file: dict[str, Any] = field(default_factory=dict)


def read(message: MessagePayload, me: Me | None = None) -> Content:
    """All that the payload says; `me` tells whose the quoted words are.

    `Ignored` for what travels as a message and is none.
    """
    raw = proto.read(message)
    _refuse(message, raw)
    kind = _unknown_kind(message, raw)
    found = MessageType.UNKNOWN if kind else _type(message, raw)
    metadata = details.read(message, raw, found, me)
    if found == MessageType.UNKNOWN:
        metadata["kind"] = kind or raw.name[:60] or details.webjs_type(message)[:60]
    quoted_msg_id = metadata.get("quoted", {}).pop("id", None)
    return Content(found, _body(message, raw, found, metadata), quoted_msg_id, metadata, _file(message, raw))


def _refuse(message: MessagePayload, raw: Raw) -> None:
    webjs = details.webjs_type(message)
    name = next((name for name, known in ((raw.name, NO_MESSAGES), (webjs, WEBJS_NO_MESSAGES)) if name in known), "")
    if name:
        raise Ignored(f"no message: {name}")
    if not raw.name and message.data.get("messageStubType") and _unknown_kind(message, raw) == "":
        raise Ignored("one of WhatsApp's own notices")
    if raw.name == "albumMessage" or webjs == "album":
        raise Ignored("an album: its pictures come by themselves")


def _unknown_kind(message: MessagePayload, raw: Raw) -> str:
    """What it is that cannot be shown, "" for what can be."""
    if details.pix(raw):
        return "pix"
    if not raw.name and message.data.get("messageStubType") in UNDECIPHERED:
        return WAITING
    if not raw.name and mapping(message.data, "key").get("isViewOnce"):
        return "view_once"
    return KINDS.get(raw.name) or ("" if raw.name else KINDS.get(details.webjs_type(message), ""))


def _type(message: MessagePayload, raw: Raw) -> MessageType:
    """By the engine's own word, else by what the payload carries, else UNKNOWN."""
    if raw.name == "audioMessage":
        return MessageType.VOICE if raw.part.get("ptt") or raw.part.get("PTT") else MessageType.AUDIO
    if raw.name in PROTO_TYPES:
        return PROTO_TYPES[raw.name]
    webjs = details.webjs_type(message)
    if webjs in WEBJS_TYPES:
        return WEBJS_TYPES[webjs]
    if raw.name in OFFERS or webjs in WEBJS_OFFERS:
        return MessageType.TEXT if _words(message, raw) else MessageType.UNKNOWN
    return _by_contents(message)


def _by_contents(message: MessagePayload) -> MessageType:
    mime = (message.media.mimetype or "") if message.media else ""
    for prefix, kind in (
        ("image/webp", MessageType.STICKER),
        ("image/", MessageType.IMAGE),
        ("video/", MessageType.VIDEO),
        ("audio/ogg", MessageType.VOICE),
        ("audio/", MessageType.AUDIO),
    ):
        if mime.startswith(prefix):
            return kind
    if message.hasMedia:
        return MessageType.DOCUMENT
    if message.location:
        return MessageType.LOCATION
    if message.vCards:
        return MessageType.CONTACT
    return MessageType.TEXT if message.body else MessageType.UNKNOWN


def _body(message: MessagePayload, raw: Raw, found: MessageType, metadata: dict[str, Any]) -> str | None:
    if found == MessageType.POLL:
        return metadata.get("poll", {}).get("name") or message.body or None
    if found in WORDLESS:
        return text(raw.part, "caption", "comment") or text(message.data, "comment") or None
    if metadata.get("kind") == WAITING:
        return None
    return _words(message, raw) or None


def _words(message: MessagePayload, raw: Raw) -> str:
    return message.body or details.words(raw)


def _file(message: MessagePayload, raw: Raw) -> dict[str, Any]:
    """Columns of `Message` about a file: address at WAHA, state, name, type, bytes, seconds, pixels."""
    if not message.hasMedia:
        return {}
    media, part = message.media, raw.part or message.data
    reachable = media is not None and bool(media.url) and not media.error
    return {
        "media_url": media.url if media else None,
        "media_state": MediaState.PENDING if reachable else MediaState.FAILED,
        "mime_type": ((media and media.mimetype) or text(part, "mimetype"))[:120],
        "file_name": ((media and media.filename) or text(part, "fileName", "filename"))[:255],
        "size_bytes": details.whole(proto.first(part, "fileLength", "size"), most=2**62),
        "duration_seconds": details.whole(proto.first(part, "seconds", "duration")),
        "width": details.whole(part.get("width")),
        "height": details.whole(part.get("height")),
    }
