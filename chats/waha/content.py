"""What kind of message a payload is, and what is in it, on every engine."""

from typing import Any

from chats.models import MediaState, MessageType

from .payloads import MessagePayload

# WhatsApp's own message names, as NOWEB (`_data.message`) and GOWS (`_data.Message`) pass them on.
PROTO_TYPES = {
    "conversation": MessageType.TEXT,
    "extendedTextMessage": MessageType.TEXT,
    "imageMessage": MessageType.IMAGE,
    "videoMessage": MessageType.VIDEO,
    "ptvMessage": MessageType.VIDEO,
    "audioMessage": MessageType.AUDIO,
    "documentMessage": MessageType.DOCUMENT,
    "stickerMessage": MessageType.STICKER,
    "locationMessage": MessageType.LOCATION,
    "liveLocationMessage": MessageType.LOCATION,
    "contactMessage": MessageType.CONTACT,
    "contactsArrayMessage": MessageType.CONTACT,
    "pollCreationMessage": MessageType.POLL,
    "pollCreationMessageV2": MessageType.POLL,
    "pollCreationMessageV3": MessageType.POLL,
}
# Envelopes within the envelope: the real message lies one level down.
WRAPPERS = (
    "ephemeralMessage",
    "viewOnceMessage",
    "viewOnceMessageV2",
    "viewOnceMessageV2Extension",
    "documentWithCaptionMessage",
)
# WEBJS names the type outright.
WEBJS_TYPES = {
    "chat": MessageType.TEXT,
    "image": MessageType.IMAGE,
    "video": MessageType.VIDEO,
    "ptt": MessageType.VOICE,
    "audio": MessageType.AUDIO,
    "document": MessageType.DOCUMENT,
    "sticker": MessageType.STICKER,
    "location": MessageType.LOCATION,
    "vcard": MessageType.CONTACT,
    "multi_vcard": MessageType.CONTACT,
    "poll_creation": MessageType.POLL,
}


def message_type(message: MessagePayload) -> MessageType:
    """The type by the engine's own word, else by what the payload carries, else UNKNOWN."""
    name, part = raw_part(message)
    if name == "audioMessage":
        return MessageType.VOICE if part.get("ptt") or part.get("PTT") else MessageType.AUDIO
    if name:
        return PROTO_TYPES[name]
    webjs = message.data.get("type")
    if isinstance(webjs, str) and webjs in WEBJS_TYPES:
        return WEBJS_TYPES[webjs]
    return _by_contents(message)


def raw_part(message: MessagePayload) -> tuple[str, dict[str, Any]]:
    """WhatsApp's name for the message and its body under `_data`; ("", {}) when there is none we know."""
    raw = message.data.get("message") or message.data.get("Message")
    for _depth in range(3):
        if not isinstance(raw, dict):
            return "", {}
        wrapper = next((name for name in WRAPPERS if isinstance(raw.get(name), dict)), None)
        if wrapper is None:
            break
        raw = raw[wrapper].get("message")
    if not isinstance(raw, dict):
        return "", {}
    name = next((name for name in PROTO_TYPES if raw.get(name)), "")
    part = raw.get(name)
    return name, part if isinstance(part, dict) else {}


def details(message: MessagePayload) -> dict[str, Any]:
    """What a bubble needs beyond text and file: place, cards, poll, quoted text."""
    found: dict[str, Any] = {}
    if message.location:
        found |= message.location.model_dump(exclude_none=True)
    if message.vCards:
        found["contacts"] = [read_vcard(card) for card in message.vCards]
    if poll := _poll(message):
        found["poll"] = poll
    if message.replyTo and message.replyTo.id:
        found["quoted"] = {
            "body": message.replyTo.body or "",
            "participant": message.replyTo.participant or "",
        }
    return found


def file_facts(message: MessagePayload) -> dict[str, Any]:
    """Columns of `Message` about a file: address at WAHA, state, name, type, bytes, seconds."""
    if not message.hasMedia:
        return {}
    media, (_, part) = message.media, raw_part(message)
    reachable = media is not None and bool(media.url) and not media.error
    return {
        "media_url": media.url if media else None,
        "media_state": MediaState.PENDING if reachable else MediaState.FAILED,
        "mime_type": str((media and media.mimetype) or part.get("mimetype") or "")[:120],
        "file_name": str((media and media.filename) or part.get("fileName") or "")[:255],
        "size_bytes": _whole(part.get("fileLength")),
        "duration_seconds": _whole(part.get("seconds")),
    }


def read_vcard(text: str) -> dict[str, str]:
    """Name and phone (digits) of a contact card; WhatsApp puts the number it knows into `waid=`."""
    name = phone = ""
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.upper().split(";")[0] == "FN":
            name = value.strip()
        elif "TEL" in key.upper() and not phone:
            waid = key.lower().partition("waid=")[2].split(";")[0]
            phone = waid or "".join(filter(str.isdigit, value))
    return {"name": name[:160], "phone": phone[:20]}


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


def _poll(message: MessagePayload) -> dict[str, Any] | None:
    name, part = raw_part(message)
    if not name.startswith("pollCreation"):
        return None
    options = [option.get("optionName", "") for option in part.get("options", []) if isinstance(option, dict)]
    return {"name": str(part.get("name", "")), "options": options}


def _whole(value: Any) -> int | None:
    """A count that WhatsApp writes as a number or as text; None when it is neither."""
    try:
        return max(0, int(value))
    except (TypeError, ValueError):
        return None
