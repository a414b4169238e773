"""The Baileys message behind a message, which NOWEB passes on as `_data`."""

from . import ids
from .store import Json, Message


def message_data(shown: Message) -> Json:
    data: Json = {"key": key(shown), "message": shown.content}
    if shown.ack == 0:
        # Just handed to the engine: still spelled as protobuf spells it.
        return data | {"messageTimestamp": str(shown.timestamp), "status": "PENDING"}
    data["messageTimestamp"] = shown.timestamp
    if shown.push_name:
        data["pushName"] = shown.push_name
    return data | {"status": max(shown.ack + 1, 0)}


def key(shown: Message) -> Json:
    found: Json = {"remoteJid": ids.jid(shown.chat_id), "fromMe": shown.from_me, "id": shown.uid}
    if shown.participant:
        found["participant"] = ids.jid(shown.participant)
    if shown.participant and shown.alternate:
        found["participantAlt"] = ids.jid(shown.alternate)
    elif shown.alternate:
        found |= {"senderPn": ids.jid(shown.alternate), "remoteJidAlt": ids.jid(shown.alternate)}
    if shown.source == "app" and (shown.participant or shown.chat_id).endswith("@lid"):
        found["addressingMode"] = "lid"
    return found


def receipt(shown: Message, value: int, our_lid: str, reader: str) -> Json:
    """What one member of a group did with our message. In groups we go by our hidden id."""
    when = "readTimestamp" if value >= 3 else "receiptTimestamp"
    said = {"userJid": ids.jid(reader), when: shown.timestamp}
    return {"key": key(shown) | {"participant": our_lid}, "receipt": said}
