"""GOWS: the whatsmeow event behind a message, with Go's spelling of WhatsApp's names."""

from datetime import UTC, datetime
from typing import Any

from . import ids
from .store import Json, Message

# Go's JSON of the protobuf differs from Baileys' in these names only.
GO_NAMES = {
    "url": "URL",
    "ptt": "PTT",
    "stanzaId": "stanzaID",
    "remoteJid": "remoteJID",
    "mentionedJid": "mentionedJID",
    "fileSha256": "fileSHA256",
    "sourceUrl": "sourceURL",
    "sourceId": "sourceID",
    "thumbnailUrl": "thumbnailURL",
    "messageTimestampMs": "messageTimestampMS",
    "senderTimestampMs": "senderTimestampMS",
    "timestampMs": "timestampMS",
}
NUMBERS = {"fileLength", "senderTimestampMS", "timestampMS"}  # text in Baileys
RECEIPTS = {-1: "server-error", 2: "", 3: "read", 4: "played"}


def ends(shown: Message) -> Json:
    """`to` is whoever wrote in a group, null elsewhere; `from` is the chat."""
    return {"to": shown.participant, "participant": shown.participant}


def message_data(shown: Message, our: str) -> Json:
    kind = "media" if shown.media else "text"
    return {"Info": _info(shown, our) | {"Type": kind}, "Message": in_go(shown.content)}


def receipt(shown: Message, value: int) -> Json:
    """What a reader's device said: our message, so `IsFromMe` is false."""
    info = {
        "Chat": ids.jid(shown.chat_id),
        "Sender": ids.jid(shown.participant or shown.chat_id),
        "IsFromMe": not shown.from_me,
        "IsGroup": ids.is_group(shown.chat_id),
    }
    return info | {
        "MessageIDs": [shown.uid],
        "Timestamp": moment(shown.timestamp),
        "Type": RECEIPTS.get(value, ""),
        "MessageSender": "",
    }


def in_go(content: Any) -> Any:
    """A raw message as Go writes it."""
    if isinstance(content, list):
        return [in_go(part) for part in content]
    if not isinstance(content, dict):
        return content
    return {(name := _go_name(content, key)): _go_value(name, value) for key, value in content.items()}


def moment(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _go_name(within: Json, name: str) -> str:
    if name == "id" and "remoteJid" in within:
        return "ID"
    return GO_NAMES.get(name, name)


def _go_value(name: str, value: Any) -> Any:
    return int(value) if name in NUMBERS and isinstance(value, str) and value.isdigit() else in_go(value)


def _info(shown: Message, our: str) -> Json:
    sender = our if shown.from_me else shown.participant or shown.chat_id
    alternate = ids.jid(shown.alternate) if shown.alternate else ""
    return {
        "Chat": ids.jid(shown.chat_id),
        "Sender": ids.jid(sender),
        "IsFromMe": shown.from_me,
        "IsGroup": ids.is_group(shown.chat_id),
        "AddressingMode": "lid" if sender.endswith("@lid") else "pn",
        "SenderAlt": "" if shown.from_me else alternate,
        "RecipientAlt": alternate if shown.from_me else "",
        "ID": shown.uid,
        "Type": "text",
        "PushName": shown.push_name or "",
        "Timestamp": moment(shown.timestamp),
    }
